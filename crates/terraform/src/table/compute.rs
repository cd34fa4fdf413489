//! Disks, snapshots, images, galleries, encryption sets.

use super::mapping::{ArgumentVersion, Constant, IDENTITY, Map, Mapping, Parent, Rule, copy};

const ADE: Rule = Rule::Enabled("encryption_settings", "enabled", "properties.encryptionSettingsCollection.enabled");

pub(super) const TABLE: &[Mapping] = &[
    Mapping {
        terraform: "azurerm_disk_encryption_set",
        arm: "Microsoft.Compute/diskEncryptionSets",
        parent: Parent::Group(&[]),
        rules: &[
            copy("key_vault_key_id", "properties.activeKey.keyUrl"),
            // Since 3.111; removed in 5.0, whose `key_vault_key_id` accepts either.
            copy("managed_hsm_key_id", "properties.activeKey.keyUrl"),
            copy("encryption_type", "properties.encryptionType"),
            Rule::Copy("auto_key_rotation_enabled", "properties.rotationToLatestKeyVersionEnabled", Map::Bool),
            copy("federated_client_id", "properties.federatedClientId"),
            IDENTITY,
            // The platform accepts a version together with rotation, and requires one. So did the provider until its version 3.70
            // (hashicorp/terraform-provider-azurerm#22893), which refuses it.
            Rule::Since(
                ArgumentVersion("azurerm_disk_encryption_set", "key_vault_key_id"),
                // The provider's check reads `key_vault_key_id` alone.
                &[Rule::When("key_vault_key_id", "cmklint.rotatesOnlyVersionlessKeys", Constant::Bool(true))],
                &[],
            ),
        ],
        exports: &[("key_vault_key_url", "properties.activeKey.keyUrl")],
    },
    Mapping {
        terraform: "azurerm_managed_disk",
        arm: "Microsoft.Compute/disks",
        parent: Parent::Group(&[]),
        rules: &[
            copy("storage_account_type", "sku.name"),
            copy("create_option", "properties.creationData.createOption"),
            copy("source_resource_id", "properties.creationData.sourceResourceId"),
            copy("source_uri", "properties.creationData.sourceUri"),
            copy("storage_account_id", "properties.creationData.storageAccountId"),
            copy("image_reference_id", "properties.creationData.imageReference.id"),
            copy("gallery_image_reference_id", "properties.creationData.galleryImageReference.id"),
            copy("disk_encryption_set_id", "properties.encryption.diskEncryptionSetId"),
            copy("secure_vm_disk_encryption_set_id", "properties.securityProfile.secureVMDiskEncryptionSetId"),
            copy("security_type", "properties.securityProfile.securityType"),
            Rule::Copy("disk_size_gb", "properties.diskSizeGB", Map::Number),
            copy("os_type", "properties.osType"),
            copy("hyper_v_generation", "properties.hyperVGeneration"),
            ADE,
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_snapshot",
        arm: "Microsoft.Compute/snapshots",
        parent: Parent::Group(&[]),
        rules: &[
            copy("create_option", "properties.creationData.createOption"),
            copy("source_resource_id", "properties.creationData.sourceResourceId"),
            copy("source_uri", "properties.creationData.sourceUri"),
            // The provider accepts the id of a managed disk here too, and its own example uses one.
            Rule::Copy("source_uri", "properties.creationData.sourceResourceId", Map::OnlyId),
            copy("storage_account_id", "properties.creationData.storageAccountId"),
            copy("disk_encryption_set_id", "properties.encryption.diskEncryptionSetId"),
            Rule::Copy("incremental_enabled", "properties.incremental", Map::Bool),
            Rule::Copy("disk_size_gb", "properties.diskSizeGB", Map::Number),
            ADE,
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_image",
        arm: "Microsoft.Compute/images",
        parent: Parent::Group(&[]),
        rules: &[
            copy("source_virtual_machine_id", "properties.sourceVirtualMachine.id"),
            copy("hyper_v_generation", "properties.hyperVGeneration"),
            copy("os_disk.os_type", "properties.storageProfile.osDisk.osType"),
            copy("os_disk.os_state", "properties.storageProfile.osDisk.osState"),
            copy("os_disk.managed_disk_id", "properties.storageProfile.osDisk.managedDisk.id"),
            copy("os_disk.blob_uri", "properties.storageProfile.osDisk.blobUri"),
            copy("os_disk.disk_encryption_set_id", "properties.storageProfile.osDisk.diskEncryptionSet.id"),
            copy("os_disk.storage_type", "properties.storageProfile.osDisk.storageAccountType"),
            Rule::Each(
                "data_disk",
                "properties.storageProfile.dataDisks",
                &[
                    Rule::Copy("lun", "lun", Map::Number),
                    copy("managed_disk_id", "managedDisk.id"),
                    copy("blob_uri", "blobUri"),
                    copy("disk_encryption_set_id", "diskEncryptionSet.id"),
                    copy("storage_type", "storageAccountType"),
                ],
            ),
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_shared_image_gallery",
        arm: "Microsoft.Compute/galleries",
        parent: Parent::Group(&[]),
        rules: &[copy("sharing.permission", "properties.sharingProfile.permissions")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_shared_image",
        arm: "Microsoft.Compute/galleries/images",
        parent: Parent::Group(&["gallery_name"]),
        rules: &[
            copy("os_type", "properties.osType"),
            copy("hyper_v_generation", "properties.hyperVGeneration"),
            copy("identifier.publisher", "properties.identifier.publisher"),
            copy("identifier.offer", "properties.identifier.offer"),
            copy("identifier.sku", "properties.identifier.sku"),
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_shared_image_version",
        arm: "Microsoft.Compute/galleries/images/versions",
        parent: Parent::Group(&["gallery_name", "image_name"]),
        rules: &[
            copy("managed_image_id", "properties.storageProfile.source.id"),
            copy("os_disk_snapshot_id", "properties.storageProfile.osDiskImage.source.id"),
            copy("blob_uri", "properties.storageProfile.osDiskImage.source.uri"),
            copy("storage_account_id", "properties.storageProfile.osDiskImage.source.storageAccountId"),
            copy("replication_mode", "properties.publishingProfile.replicationMode"),
            Rule::Each(
                "target_region",
                "properties.publishingProfile.targetRegions",
                &[
                    copy("name", "name"),
                    Rule::Copy("regional_replica_count", "regionalReplicaCount", Map::Number),
                    copy("storage_account_type", "storageAccountType"),
                    copy("disk_encryption_set_id", "encryption.osDiskImage.diskEncryptionSetId"),
                ],
            ),
        ],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_virtual_machine_restore_point_collection",
        arm: "Microsoft.Compute/restorePointCollections",
        parent: Parent::Group(&[]),
        rules: &[copy("source_virtual_machine_id", "properties.source.id")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_virtual_machine_restore_point",
        arm: "Microsoft.Compute/restorePointCollections/restorePoints",
        parent: Parent::Id("virtual_machine_restore_point_collection_id"),
        rules: &[],
        exports: &[],
    },
];
