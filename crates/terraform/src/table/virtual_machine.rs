//! Virtual machines, scale sets and their extensions.

use super::mapping::{Constant, IDENTITY, Map, Mapping, Parent, Rule, copy};

const IMAGE: Rule = Rule::All(&[
    copy("source_image_id", "properties.storageProfile.imageReference.id"),
    copy("source_image_reference.publisher", "properties.storageProfile.imageReference.publisher"),
    copy("source_image_reference.offer", "properties.storageProfile.imageReference.offer"),
    copy("source_image_reference.sku", "properties.storageProfile.imageReference.sku"),
    copy("source_image_reference.version", "properties.storageProfile.imageReference.version"),
]);

const OS_DISK: Rule = Rule::All(&[
    copy("os_disk.name", "properties.storageProfile.osDisk.name"),
    copy("os_disk.caching", "properties.storageProfile.osDisk.caching"),
    Rule::Copy("os_disk.disk_size_gb", "properties.storageProfile.osDisk.diskSizeGB", Map::Number),
    copy("os_disk.storage_account_type", "properties.storageProfile.osDisk.managedDisk.storageAccountType"),
    copy("os_disk.disk_encryption_set_id", "properties.storageProfile.osDisk.managedDisk.diskEncryptionSet.id"),
    copy(
        "os_disk.secure_vm_disk_encryption_set_id",
        "properties.storageProfile.osDisk.managedDisk.securityProfile.diskEncryptionSet.id",
    ),
    copy(
        "os_disk.security_encryption_type",
        "properties.storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType",
    ),
    copy("os_managed_disk_id", "properties.storageProfile.osDisk.managedDisk.id"),
    Rule::Unless("os_managed_disk_id", "properties.storageProfile.osDisk.createOption", Constant::Text("FromImage")),
    Rule::When("os_managed_disk_id", "properties.storageProfile.osDisk.createOption", Constant::Text("Attach")),
    copy("os_disk.diff_disk_settings.option", "properties.storageProfile.osDisk.diffDiskSettings.option"),
]);

const MACHINE: Rule = Rule::All(&[
    IMAGE,
    OS_DISK,
    copy("size", "properties.hardwareProfile.vmSize"),
    Rule::Copy("encryption_at_host_enabled", "properties.securityProfile.encryptionAtHost", Map::Bool),
    Rule::Copy("secure_boot_enabled", "properties.securityProfile.uefiSettings.secureBootEnabled", Map::Bool),
]);

const MACHINE_EXPORTS: &[(&str, &str)] = &[
    ("os_disk[0].id", "properties.storageProfile.osDisk.managedDisk.id"),
    ("os_disk[0].name", "properties.storageProfile.osDisk.name"),
    ("os_managed_disk_id", "properties.storageProfile.osDisk.managedDisk.id"),
];

const OLD_MACHINE_EXPORTS: &[(&str, &str)] = &[
    ("storage_os_disk[0].managed_disk_id", "properties.storageProfile.osDisk.managedDisk.id"),
    ("storage_data_disk[*].managed_disk_id", "properties.storageProfile.dataDisks[*].managedDisk.id"),
];

const EXTENSION: Rule = Rule::All(&[
    copy("publisher", "properties.publisher"),
    copy("type", "properties.type"),
    copy("type_handler_version", "properties.typeHandlerVersion"),
    Rule::Copy("settings", "properties.settings", Map::Json),
]);

const DATA_DISK: &[Rule] = &[
    Rule::Copy("lun", "lun", Map::Number),
    copy("create_option", "createOption"),
    copy("caching", "caching"),
    Rule::Copy("disk_size_gb", "diskSizeGB", Map::Number),
    copy("storage_account_type", "managedDisk.storageAccountType"),
    copy("disk_encryption_set_id", "managedDisk.diskEncryptionSet.id"),
];

const SCALE_SET: Rule = Rule::All(&[
    copy("source_image_id", "properties.virtualMachineProfile.storageProfile.imageReference.id"),
    copy(
        "source_image_reference.publisher",
        "properties.virtualMachineProfile.storageProfile.imageReference.publisher",
    ),
    copy("source_image_reference.offer", "properties.virtualMachineProfile.storageProfile.imageReference.offer"),
    copy("source_image_reference.sku", "properties.virtualMachineProfile.storageProfile.imageReference.sku"),
    copy("source_image_reference.version", "properties.virtualMachineProfile.storageProfile.imageReference.version"),
    copy("os_disk.caching", "properties.virtualMachineProfile.storageProfile.osDisk.caching"),
    Rule::Copy(
        "os_disk.disk_size_gb",
        "properties.virtualMachineProfile.storageProfile.osDisk.diskSizeGB",
        Map::Number,
    ),
    copy(
        "os_disk.storage_account_type",
        "properties.virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType",
    ),
    copy(
        "os_disk.disk_encryption_set_id",
        "properties.virtualMachineProfile.storageProfile.osDisk.managedDisk.diskEncryptionSet.id",
    ),
    copy(
        "os_disk.secure_vm_disk_encryption_set_id",
        "properties.virtualMachineProfile.storageProfile.osDisk.managedDisk.securityProfile.diskEncryptionSet.id",
    ),
    copy(
        "os_disk.security_encryption_type",
        "properties.virtualMachineProfile.storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType",
    ),
    copy(
        "os_disk.diff_disk_settings.option",
        "properties.virtualMachineProfile.storageProfile.osDisk.diffDiskSettings.option",
    ),
    Rule::When(
        "os_disk",
        "properties.virtualMachineProfile.storageProfile.osDisk.createOption",
        Constant::Text("FromImage"),
    ),
    Rule::Each("data_disk", "properties.virtualMachineProfile.storageProfile.dataDisks", DATA_DISK),
    Rule::Each(
        "extension",
        "properties.virtualMachineProfile.extensionProfile.extensions",
        &[copy("name", "name"), EXTENSION],
    ),
    Rule::Copy(
        "encryption_at_host_enabled",
        "properties.virtualMachineProfile.securityProfile.encryptionAtHost",
        Map::Bool,
    ),
]);

const OLD_SCALE_SET: Rule = Rule::All(&[
    copy("storage_profile_image_reference.id", "properties.virtualMachineProfile.storageProfile.imageReference.id"),
    copy(
        "storage_profile_image_reference.publisher",
        "properties.virtualMachineProfile.storageProfile.imageReference.publisher",
    ),
    copy(
        "storage_profile_image_reference.offer",
        "properties.virtualMachineProfile.storageProfile.imageReference.offer",
    ),
    copy("storage_profile_image_reference.sku", "properties.virtualMachineProfile.storageProfile.imageReference.sku"),
    copy(
        "storage_profile_image_reference.version",
        "properties.virtualMachineProfile.storageProfile.imageReference.version",
    ),
    copy("storage_profile_os_disk.name", "properties.virtualMachineProfile.storageProfile.osDisk.name"),
    copy("storage_profile_os_disk.caching", "properties.virtualMachineProfile.storageProfile.osDisk.caching"),
    copy(
        "storage_profile_os_disk.create_option",
        "properties.virtualMachineProfile.storageProfile.osDisk.createOption",
    ),
    copy("storage_profile_os_disk.os_type", "properties.virtualMachineProfile.storageProfile.osDisk.osType"),
    copy("storage_profile_os_disk.image", "properties.virtualMachineProfile.storageProfile.osDisk.image.uri"),
    copy(
        "storage_profile_os_disk.vhd_containers",
        "properties.virtualMachineProfile.storageProfile.osDisk.vhdContainers",
    ),
    copy(
        "storage_profile_os_disk.managed_disk_type",
        "properties.virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType",
    ),
]);

const fn os_type(property: &'static str, name: &'static str) -> Rule {
    Rule::Unless("", property, Constant::Text(name))
}

const OS_TYPE: &str = "properties.storageProfile.osDisk.osType";
const SCALE_SET_OS_TYPE: &str = "properties.virtualMachineProfile.storageProfile.osDisk.osType";

pub(super) const TABLE: &[Mapping] = &[
    Mapping {
        terraform: "azurerm_linux_virtual_machine",
        arm: "Microsoft.Compute/virtualMachines",
        parent: Parent::Group(&[]),
        rules: &[MACHINE, IDENTITY, os_type(OS_TYPE, "Linux")],
        exports: MACHINE_EXPORTS,
    },
    Mapping {
        terraform: "azurerm_windows_virtual_machine",
        arm: "Microsoft.Compute/virtualMachines",
        parent: Parent::Group(&[]),
        rules: &[MACHINE, IDENTITY, os_type(OS_TYPE, "Windows")],
        exports: MACHINE_EXPORTS,
    },
    Mapping {
        terraform: "azurerm_virtual_machine",
        arm: "Microsoft.Compute/virtualMachines",
        parent: Parent::Group(&[]),
        rules: &[
            copy("vm_size", "properties.hardwareProfile.vmSize"),
            copy("storage_os_disk.name", "properties.storageProfile.osDisk.name"),
            copy("storage_os_disk.create_option", "properties.storageProfile.osDisk.createOption"),
            copy("storage_os_disk.os_type", "properties.storageProfile.osDisk.osType"),
            copy("storage_os_disk.managed_disk_id", "properties.storageProfile.osDisk.managedDisk.id"),
            copy(
                "storage_os_disk.managed_disk_type",
                "properties.storageProfile.osDisk.managedDisk.storageAccountType",
            ),
            copy("storage_os_disk.vhd_uri", "properties.storageProfile.osDisk.vhd.uri"),
            copy("storage_os_disk.image_uri", "properties.storageProfile.osDisk.image.uri"),
            copy("storage_image_reference.id", "properties.storageProfile.imageReference.id"),
            copy("storage_image_reference.publisher", "properties.storageProfile.imageReference.publisher"),
            copy("storage_image_reference.offer", "properties.storageProfile.imageReference.offer"),
            copy("storage_image_reference.sku", "properties.storageProfile.imageReference.sku"),
            copy("storage_image_reference.version", "properties.storageProfile.imageReference.version"),
            Rule::Each(
                "storage_data_disk",
                "properties.storageProfile.dataDisks",
                &[
                    Rule::Copy("lun", "lun", Map::Number),
                    copy("name", "name"),
                    copy("create_option", "createOption"),
                    copy("managed_disk_id", "managedDisk.id"),
                    copy("managed_disk_type", "managedDisk.storageAccountType"),
                    copy("vhd_uri", "vhd.uri"),
                ],
            ),
            IDENTITY,
        ],
        exports: OLD_MACHINE_EXPORTS,
    },
    Mapping {
        terraform: "azurerm_virtual_machine_extension",
        arm: "Microsoft.Compute/virtualMachines/extensions",
        parent: Parent::Id("virtual_machine_id"),
        rules: &[EXTENSION],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_linux_virtual_machine_scale_set",
        arm: "Microsoft.Compute/virtualMachineScaleSets",
        parent: Parent::Group(&[]),
        rules: &[SCALE_SET, IDENTITY, copy("sku", "sku.name"), os_type(SCALE_SET_OS_TYPE, "Linux")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_windows_virtual_machine_scale_set",
        arm: "Microsoft.Compute/virtualMachineScaleSets",
        parent: Parent::Group(&[]),
        rules: &[SCALE_SET, IDENTITY, copy("sku", "sku.name"), os_type(SCALE_SET_OS_TYPE, "Windows")],
        exports: &[],
    },
    // Of version 2; removed in 3.0, where the two above replace it. The data source of the name remains.
    Mapping {
        terraform: "azurerm_virtual_machine_scale_set",
        arm: "Microsoft.Compute/virtualMachineScaleSets",
        parent: Parent::Group(&[]),
        rules: &[
            copy("sku.name", "sku.name"),
            OLD_SCALE_SET,
            Rule::Each(
                "storage_profile_data_disk",
                "properties.virtualMachineProfile.storageProfile.dataDisks",
                &[
                    Rule::Copy("lun", "lun", Map::Number),
                    copy("create_option", "createOption"),
                    copy("caching", "caching"),
                    Rule::Copy("disk_size_gb", "diskSizeGB", Map::Number),
                    copy("managed_disk_type", "managedDisk.storageAccountType"),
                ],
            ),
            Rule::Each(
                "extension",
                "properties.virtualMachineProfile.extensionProfile.extensions",
                &[copy("name", "name"), EXTENSION],
            ),
            IDENTITY,
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_orchestrated_virtual_machine_scale_set",
        arm: "Microsoft.Compute/virtualMachineScaleSets",
        parent: Parent::Group(&[]),
        rules: &[SCALE_SET, IDENTITY, copy("sku_name", "sku.name")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_virtual_machine_scale_set_extension",
        arm: "Microsoft.Compute/virtualMachineScaleSets/extensions",
        parent: Parent::Id("virtual_machine_scale_set_id"),
        rules: &[EXTENSION],
        exports: &[],
    },
];
