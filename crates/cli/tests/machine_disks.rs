//! The disks that machines make for themselves, by each way that code names them, in each language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const SET: &str = r#"
resource "azurerm_resource_group" "rg" {
  name     = "rg"
  location = "westeurope"
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  location            = azurerm_resource_group.rg.location
  resource_group_name = azurerm_resource_group.rg.name
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
"#;

const MACHINE: &str = r#"
resource "azurerm_linux_virtual_machine" "vm" {
  name                = "vm"
  location            = azurerm_resource_group.rg.location
  resource_group_name = azurerm_resource_group.rg.name
  size                = "Standard_D2s_v5"
  os_disk {
    name                   = "vm-os"
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  }
}
"#;

/// A machine of the old resource type, whose disks Azure Disk Encryption encrypts.
const OLD_MACHINE: &str = r#"
resource "azurerm_virtual_machine" "vm" {
  name                = "vm"
  location            = azurerm_resource_group.rg.location
  resource_group_name = azurerm_resource_group.rg.name
  vm_size             = "Standard_D2s_v5"
  storage_os_disk {
    name              = "vm-os"
    create_option     = "FromImage"
    managed_disk_type = "Premium_LRS"
  }
  storage_data_disk {
    name              = "vm-data-0"
    create_option     = "Empty"
    managed_disk_type = "Premium_LRS"
    lun               = 0
  }
  storage_data_disk {
    name              = "vm-data-1"
    create_option     = "Empty"
    managed_disk_type = "Premium_LRS"
    lun               = 1
  }
}
resource "azurerm_virtual_machine_extension" "ade" {
  name                 = "ade"
  virtual_machine_id   = azurerm_virtual_machine.vm.id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryption"
  type_handler_version = "2.2"
  settings             = jsonencode({ EncryptionOperation = "EnableEncryption", VolumeType = "All" })
}
"#;

/// A machine of azapi, with two data disks.
const AZAPI_MACHINE: &str = r#"
resource "azapi_resource" "vm" {
  type                   = "Microsoft.Compute/virtualMachines@2024-07-01"
  name                   = "vm"
  location               = "westeurope"
  parent_id              = azurerm_resource_group.rg.id
  response_export_values = ["*"]
  body = {
    properties = {
      storageProfile = {
        osDisk = { name = "vm-os", createOption = "FromImage", managedDisk = { diskEncryptionSet = { id = azurerm_disk_encryption_set.des.id } } }
        dataDisks = [
          for i in range(2) :
          { lun = i, name = "vm-d${i}", createOption = "Empty", managedDisk = { diskEncryptionSet = { id = azurerm_disk_encryption_set.des.id } } }
        ]
      }
    }
  }
}
"#;

const RESTORE_POINT: &str = r#"
resource "azurerm_virtual_machine_restore_point_collection" "c" {
  name                      = "rpc"
  location                  = azurerm_resource_group.rg.location
  resource_group_name       = azurerm_resource_group.rg.name
  source_virtual_machine_id = azurerm_linux_virtual_machine.vm.id
}
resource "azurerm_virtual_machine_restore_point" "p" {
  name                                        = "rp"
  virtual_machine_restore_point_collection_id = azurerm_virtual_machine_restore_point_collection.c.id
}
data "azapi_resource" "p" {
  type                   = "Microsoft.Compute/restorePointCollections/restorePoints@2024-07-01"
  resource_id            = azurerm_virtual_machine_restore_point.p.id
  response_export_values = ["properties.sourceMetadata"]
}
"#;

/// The ids of the rules that are broken, but for those on keys and vaults.
fn broken(files: &[(&str, &str)]) -> Vec<String> {
    let found = Tree::new(files).found(&["--disable-rule", "CMK073"]);
    found.iter().filter_map(|line| line.rsplit(' ').next()).map(str::to_owned).collect()
}

/// That a snapshot in another region of the disk that `source` names is found, beside `machine`.
fn is_disk_of(machine: &str, source: &str, more: &str) {
    let snapshot = format!(
        r#"resource "azurerm_snapshot" "s" {{
  name                = "s"
  location            = "northeurope"
  resource_group_name = azurerm_resource_group.rg.name
  create_option       = "Copy"
  source_resource_id  = {source}
}}
"#
    );
    let text = [SET, machine, &snapshot, more].concat();
    assert_eq!(broken(&[("main.tf", &text)]), ["CMK020"], "{source}");
}

#[test]
fn terraform_names_the_os_disk_of_a_machine_in_many_ways() {
    for source in [
        "azurerm_linux_virtual_machine.vm.os_disk[0].id",
        "azurerm_linux_virtual_machine.vm.os_disk.0.id",
        "azurerm_linux_virtual_machine.vm.os_managed_disk_id",
        "one(azurerm_linux_virtual_machine.vm.os_disk[*].id)",
        "one(azurerm_linux_virtual_machine.vm.os_disk).id",
        "tolist(azurerm_linux_virtual_machine.vm.os_disk)[0].id",
        "[for d in azurerm_linux_virtual_machine.vm.os_disk : d.id][0]",
        "\"${azurerm_resource_group.rg.id}/providers/Microsoft.Compute/disks/vm-os\"",
        "provider::azapi::build_resource_id(azurerm_resource_group.rg.id, \"Microsoft.Compute/disks\", \"vm-os\")",
    ] {
        is_disk_of(MACHINE, source, "");
    }
}

#[test]
fn data_sources_name_the_disks_of_a_machine() {
    for (source, data) in [
        (
            "data.azurerm_managed_disk.os.id",
            "data \"azurerm_managed_disk\" \"os\" {\n  name                = \"vm-os\"\n  resource_group_name = \"rg\"\n}\n",
        ),
        (
            "data.azurerm_virtual_machine.vm.storage_os_disk[0].managed_disk_id",
            "data \"azurerm_virtual_machine\" \"vm\" {\n  name                = azurerm_linux_virtual_machine.vm.name\n  resource_group_name = \"rg\"\n}\n",
        ),
        (
            "data.azapi_resource.vm.output.properties.storageProfile.osDisk.managedDisk.id",
            "data \"azapi_resource\" \"vm\" {\n  type        = \"Microsoft.Compute/virtualMachines@2024-07-01\"\n  resource_id = azurerm_linux_virtual_machine.vm.id\n}\n",
        ),
        (
            "data.azapi_resource.p.output.properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.id",
            RESTORE_POINT,
        ),
    ] {
        is_disk_of(MACHINE, source, data);
    }
}

#[test]
fn azapi_puts_out_the_disks_of_a_machine() {
    let output = "azapi_resource.vm.output.properties.storageProfile";
    for source in [
        format!("{output}.osDisk.managedDisk.id"),
        format!("{output}.dataDisks[1].managedDisk.id"),
        format!("[for d in {output}.dataDisks : d.managedDisk.id if d.lun == 1][0]"),
        "\"${azurerm_resource_group.rg.id}/providers/Microsoft.Compute/disks/vm-d1\"".to_owned(),
    ] {
        is_disk_of(AZAPI_MACHINE, &source, "");
    }
}

#[test]
fn terraform_names_the_data_disks_of_an_old_machine_in_many_ways() {
    let vm = "azurerm_virtual_machine.vm";
    for source in [
        format!("{vm}.storage_os_disk[0].managed_disk_id"),
        format!("{vm}.storage_data_disk[0].managed_disk_id"),
        format!("{vm}.storage_data_disk.1.managed_disk_id"),
        format!("{vm}.storage_data_disk.*.managed_disk_id[1]"),
        format!("{vm}.storage_data_disk[*].managed_disk_id[1]").replace("[*]", ".*"),
        format!("element({vm}.storage_data_disk, 1).managed_disk_id"),
        format!("[for d in {vm}.storage_data_disk : d.managed_disk_id if d.lun == 1][0]"),
        format!("{{ for d in {vm}.storage_data_disk : d.name => d.managed_disk_id }}[\"vm-data-1\"]"),
    ] {
        let disk = format!(
            r#"resource "azurerm_managed_disk" "d" {{
  name                   = "d"
  location               = azurerm_resource_group.rg.location
  resource_group_name    = azurerm_resource_group.rg.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Copy"
  source_resource_id     = {source}
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}}
"#
        );
        let text = [SET, OLD_MACHINE, &disk].concat();
        assert_eq!(broken(&[("main.tf", &text)]), ["CMK041"], "{source}");
    }
}

const BICEP: &str = r"param location string = 'westeurope'

resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm'
  location: location
  properties: {
    storageProfile: {
      osDisk: { name: 'vm-os', createOption: 'FromImage', managedDisk: { diskEncryptionSet: { id: des.id } } }
      dataDisks: DATA
    }
  }
}

resource rpc 'Microsoft.Compute/restorePointCollections@2024-07-01' = {
  name: 'rpc'
  location: location
  properties: { source: { id: vm.id } }
}

resource rp 'Microsoft.Compute/restorePointCollections/restorePoints@2024-07-01' = {
  parent: rpc
  name: 'rp'
  properties: {}
}
";

const LISTED: &str = "[
        { lun: 0, name: 'vm-d0', createOption: 'Empty', managedDisk: { diskEncryptionSet: { id: des.id } } }
        { lun: 1, name: 'vm-d1', createOption: 'Empty', managedDisk: { diskEncryptionSet: { id: des.id } } }
      ]";
const LOOPED: &str = "[for i in range(0, 2): { lun: i, name: 'vm-d${i}', createOption: 'Empty', managedDisk: { diskEncryptionSet: { id: des.id } } }]";

/// A snapshot in another region of the disk that `source` names.
fn snapshot(source: &str, property: &str) -> String {
    format!(
        "\nresource snap 'Microsoft.Compute/snapshots@2024-03-02' = {{
  name: 'snap'
  location: 'northeurope'
  properties: {{ creationData: {{ createOption: 'Copy', {property}: {source} }} }}
}}
"
    )
}

#[test]
fn bicep_names_the_disks_of_a_machine_in_many_ways() {
    let data = "vm.properties.storageProfile.dataDisks";
    for source in [
        "vm.properties.storageProfile.osDisk.managedDisk.id".to_owned(),
        "vm['properties'].storageProfile['osDisk'].managedDisk.id".to_owned(),
        format!("{data}[1].managedDisk.id"),
        format!("{data}[^1].managedDisk.id"),
        format!("first({data}).managedDisk.id"),
        format!("first({data})!.?managedDisk.id"),
        format!("last({data}).managedDisk.id"),
        format!("skip({data}, 1)[0].managedDisk.id"),
        format!("map({data}, d => d.managedDisk.id)[0]"),
        format!("filter({data}, d => d.lun == 1)[0].managedDisk.id"),
        format!("first(filter({data}, d => d.name == 'vm-d1')).managedDisk.id"),
        "resourceId('Microsoft.Compute/disks', vm.properties.storageProfile.osDisk.name)".to_owned(),
        "reference(vm.id, '2024-07-01', 'Full').properties.storageProfile.osDisk.managedDisk.id".to_owned(),
        "reference(vm.id, '2024-07-01').storageProfile.dataDisks[1].managedDisk.id".to_owned(),
        "'${resourceGroup().id}/providers/Microsoft.Compute/disks/vm-os'".to_owned(),
        "rp.properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.id".to_owned(),
        "rp.properties.sourceMetadata.storageProfile.dataDisks[1].diskRestorePoint.id".to_owned(),
        "first(rp.properties.sourceMetadata.storageProfile.dataDisks).diskRestorePoint.id".to_owned(),
    ] {
        for list in [LISTED, LOOPED] {
            let text = BICEP.replace("DATA", list) + &snapshot(&source, "sourceResourceId");
            assert_eq!(broken(&[("main.bicep", &text)]), ["CMK020"], "{source}");
        }
    }
}

#[test]
fn a_module_puts_out_the_disks_of_its_machine() {
    let module = BICEP.replace("DATA", LISTED);
    for (output, source) in [
        ("string = vm.properties.storageProfile.osDisk.managedDisk.id", "m.outputs.disks"),
        ("array = map(vm.properties.storageProfile.dataDisks, d => d.managedDisk.id)", "m.outputs.disks[1]"),
        ("array = [for d in vm.properties.storageProfile.dataDisks: d.managedDisk.id]", "first(m.outputs.disks)"),
    ] {
        let module = format!("{module}output disks {output}\n");
        let main = format!("module m 'vm.bicep' = {{ name: 'm' }}\n{}", snapshot(source, "sourceResourceId"));
        assert_eq!(broken(&[("main.bicep", &main), ("vm.bicep", &module)]), ["CMK020"], "{output}");
    }
}

#[test]
fn a_disk_is_a_source_by_source_uri_too() {
    let text = BICEP.replace("DATA", LISTED);
    let of = |source: &str| broken(&[("main.bicep", &(text.clone() + &snapshot(source, "sourceUri")))]);
    for source in [
        "vm.properties.storageProfile.osDisk.managedDisk.id",
        "resourceId('Microsoft.Compute/disks', 'vm-d0')",
        "'${resourceGroup().id}/providers/Microsoft.Compute/disks/vm-d1'",
    ] {
        assert_eq!(of(source), ["CMK020"], "{source}");
    }
    assert_eq!(of("'https://x.blob.core.windows.net/vhds/os.vhd'"), [""; 0]);
}

/// The same machine in a group of a known id.
fn in_group(more: &str) -> Vec<String> {
    let tree = Tree::new(&[
        ("main.bicep", BICEP.replace("DATA", LISTED) + more),
        (
            ".cmklint.hcl",
            format!("root \"main.bicep\" {{\n  subscription   = \"{SUBSCRIPTION}\"\n  resource_group = \"rg\"\n}}\n"),
        ),
    ]);
    let found = tree.found(&["--disable-rule", "CMK073"]);
    found.iter().filter_map(|line| line.rsplit(' ').next()).map(str::to_owned).collect()
}

const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";

#[test]
fn the_url_of_a_disk_in_azure_resource_manager_names_it() {
    let id = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/disks/vm-d0");
    for url in [
        format!("'https://management.azure.com{id}'"),
        format!("'https://management.azure.com{id}?api-version=2024-03-02'"),
        format!("'HTTPS://Management.Azure.com{id}'"),
        format!("'https://management.usgovcloudapi.net{id}'"),
        "'https://management.azure.com${resourceId('Microsoft.Compute/disks', 'vm-d0')}?api-version=2024-03-02'"
            .to_owned(),
    ] {
        assert_eq!(in_group(&snapshot(&url, "sourceUri")), ["CMK020"], "{url}");
    }
    for other in [format!("'https://example.com{id}'"), format!("'https://management.azure.com{id}0'")] {
        assert_eq!(in_group(&snapshot(&other, "sourceUri")), [""; 0], "{other}");
    }
}

#[test]
fn the_literal_id_of_a_kept_disk_names_the_disk() {
    const GUID: &str = "b70cd924-3362-4a80-93c2-9415eaa12745";
    let id = |kept: &str| {
        format!(
            "'/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/restorePointCollections/rpc/restorePoints/rp/diskRestorePoints/{kept}'"
        )
    };
    for kept in [format!("vm-os_{GUID}"), format!("VM-D1_{GUID}")] {
        assert_eq!(in_group(&snapshot(&id(&kept), "sourceResourceId")), ["CMK020"], "{kept}");
    }
    for other in [format!("other_{GUID}"), "vm-os".to_owned(), "vm-os_1".to_owned()] {
        assert_eq!(in_group(&snapshot(&id(&other), "sourceResourceId")), [""; 0], "{other}");
    }
}

#[test]
fn an_image_of_a_machine_is_where_the_machine_is() {
    let image = |location: &str, source: &str| {
        format!(
            "\nresource image 'Microsoft.Compute/images@2024-07-01' = {{
  name: 'image'
  location: {location}
  properties: {{ sourceVirtualMachine: {{ id: {source} }} }}
}}
"
        )
    };
    let of = |image: &str| broken(&[("main.bicep", &(BICEP.replace("DATA", LISTED) + image))]);
    for source in ["vm.id", "resourceId('Microsoft.Compute/virtualMachines', 'vm')"] {
        assert_eq!(of(&image("'northeurope'", source)), ["CMK020"], "{source}");
        assert_eq!(of(&image("location", source)), [""; 0], "{source}");
    }
    // Nothing is said of a machine whose disks have the platform's key.
    let plain =
        BICEP.replace("DATA", "[]").replace("managedDisk: { diskEncryptionSet: { id: des.id } }", "managedDisk: {}");
    assert_eq!(broken(&[("main.bicep", &(plain + &image("'northeurope'", "vm.id")))]), [""; 0]);
    let terraform = |location: &str| {
        format!(
            r#"resource "azurerm_image" "i" {{
  name                      = "i"
  location                  = {location}
  resource_group_name       = azurerm_resource_group.rg.name
  source_virtual_machine_id = azurerm_linux_virtual_machine.vm.id
}}
"#
        )
    };
    let of = |location: &str| broken(&[("main.tf", &[SET, MACHINE, &terraform(location)].concat())]);
    assert_eq!(of("\"northeurope\""), ["CMK020"]);
    assert_eq!(of("azurerm_resource_group.rg.location"), [""; 0]);
    // The subscription counts too.
    let far = "targetScope = 'subscription'\nmodule near 'near.bicep' = {\n  name: 'near'\n  scope: resourceGroup('rg')\n}\nmodule far 'far.bicep' = {\n  name: 'far'\n  \
         scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg')\n  params: { source: near.outputs.id }\n}\n";
    let near = BICEP.replace("DATA", LISTED) + "output id string = vm.id\n";
    let image = "param source string\n".to_owned() + &image("'westeurope'", "source");
    let tree = Tree::new(&[
        ("main.bicep", far.to_owned()),
        ("near.bicep", near),
        ("far.bicep", image),
        (".cmklint.hcl", format!("root \"main.bicep\" {{\n  subscription = \"{SUBSCRIPTION}\"\n}}\n")),
    ]);
    let found = tree.found(&["--only", "CMK021"]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_restore_point_of_another_region_is_not_followed() {
    let copy = "
resource far 'Microsoft.Compute/restorePointCollections@2024-07-01' = {
  name: 'far'
  location: 'northeurope'
  properties: { source: { id: rpc.id } }
}

resource copied 'Microsoft.Compute/restorePointCollections/restorePoints@2024-07-01' = {
  parent: far
  name: 'rp'
  properties: { sourceRestorePoint: { id: rp.id } }
}
";
    let source = "copied.properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.id";
    let text = BICEP.replace("DATA", LISTED) + copy + &snapshot(source, "sourceResourceId");
    assert_eq!(broken(&[("main.bicep", &text)]), [""; 0]);
}

const ARM: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  LANGUAGE
  "contentVersion": "1.0.0.0",
  "parameters": { "osDiskName": { "type": "string" }, "vm": { "type": "string", "defaultValue": "vm" } },
  "resources": OPEN
    KEY1 { "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": "des", "location": "westeurope", "identity": { "type": "SystemAssigned" },
      "properties": { "activeKey": { "keyUrl": "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef" } } },
    KEY2 { "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": "[parameters('vm')]", "location": "westeurope", "properties": { "storageProfile": {
      "osDisk": { "name": "[parameters('osDiskName')]", "createOption": "FromImage",
        "managedDisk": { "diskEncryptionSet": { "id": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" } } },
      "copy": [ { "name": "dataDisks", "count": 2, "input": { "lun": "[copyIndex('dataDisks')]", "name": "[concat('vm-d', copyIndex('dataDisks'))]", "createOption": "Empty",
        "managedDisk": { "diskEncryptionSet": { "id": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" } } } } ] } } },
    KEY3 { "type": "Microsoft.Compute/snapshots", "apiVersion": "2024-03-02", "name": "snap", "location": "northeurope",
      "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": "[SOURCE]" } } }
  CLOSE
}"#;

#[test]
fn arm_json_names_the_disks_of_a_machine_in_many_ways_with_symbols_and_without() {
    let lists = [("LANGUAGE", ""), ("OPEN", "["), ("CLOSE", "]"), ("KEY1", ""), ("KEY2", ""), ("KEY3", "")];
    let symbols = [
        ("LANGUAGE", "\"languageVersion\": \"2.0\","),
        ("OPEN", "{"),
        ("CLOSE", "}"),
        ("KEY1", "\"des\":"),
        ("KEY2", "\"machine\":"),
        ("KEY3", "\"snap\":"),
    ];
    let filled = |words: &[(&str, &str)], source: &str| {
        words.iter().fold(ARM.replace("SOURCE", source), |text, (word, by)| text.replace(word, by))
    };
    for source in [
        "reference('vm').storageProfile.osDisk.managedDisk.id",
        "reference(parameters('vm'), '2024-07-01').storageProfile.dataDisks[1].managedDisk.id",
        "reference(concat('Microsoft.Compute/virtualMachines/', parameters('vm'))).storageProfile.osDisk.managedDisk.id",
        "first(reference('vm').storageProfile.dataDisks).managedDisk.id",
        "last(reference(resourceId('Microsoft.Compute/virtualMachines', 'vm'), '2024-07-01', 'Full').properties.storageProfile.dataDisks).managedDisk.id",
        "resourceId('Microsoft.Compute/disks', parameters('osDiskName'))",
        "resourceId('Microsoft.Compute/disks', concat('vm-d', 1))",
        "concat(resourceGroup().id, '/providers/Microsoft.Compute/disks/vm-d0')",
    ] {
        assert_eq!(broken(&[("azuredeploy.json", &filled(&lists, source))]), ["CMK020"], "{source}");
        assert_eq!(broken(&[("azuredeploy.json", &filled(&symbols, source))]), ["CMK020"], "{source}");
    }
    let by_symbol = "reference('machine').storageProfile.osDisk.managedDisk.id";
    assert_eq!(broken(&[("azuredeploy.json", &filled(&symbols, by_symbol))]), ["CMK020"]);
}

#[test]
fn instances_of_a_scale_set_make_disks() {
    let set = r"resource ss 'Microsoft.Compute/virtualMachineScaleSets@2024-07-01' = {
  name: 'ss'
  location: location
  sku: { name: 'Standard_D2s_v5', capacity: 2 }
  properties: {
    virtualMachineProfile: {
      storageProfile: {
        osDisk: { createOption: 'FromImage', managedDisk: { diskEncryptionSet: { id: des.id } } }
        dataDisks: [ { lun: 0, createOption: 'Empty', diskSizeGB: 10, managedDisk: { diskEncryptionSet: { id: des.id } } } ]
      }
    }
  }
}

resource one 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines@2024-07-01' existing = {
  parent: ss
  name: '0'
}
";
    for source in [
        "one.properties.storageProfile.osDisk.managedDisk.id",
        "one.properties.storageProfile.dataDisks[0].managedDisk.id",
        "reference('${ss.id}/virtualMachines/0', '2024-07-01').storageProfile.osDisk.managedDisk.id",
    ] {
        let text = BICEP.replace("DATA", "[]") + set + &snapshot(source, "sourceResourceId");
        assert_eq!(broken(&[("main.bicep", &text)]), ["CMK020"], "{source}");
    }
}
