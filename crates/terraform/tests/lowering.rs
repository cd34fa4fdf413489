//! azurerm's and azapi's blocks in ARM's words.

mod common;

use common::{clean, root};

const GROUP: &str = r#"resource_group_name = "g"
location = "x"
"#;

fn block(kind: &str, name: &str, body: &str) -> String {
    format!(
        r#"resource "{kind}" "{name}" {{
 name = "{name}"
{GROUP}{body}
}}
"#
    )
}

#[test]
fn a_virtual_machines_disks_are_where_arm_has_them() {
    let text = block(
        "azurerm_linux_virtual_machine",
        "v",
        r#"source_image_id = "img"
os_disk {
 caching = "None"
 storage_account_type = "Premium_LRS"
 disk_encryption_set_id = "des"
 secure_vm_disk_encryption_set_id = "sec"
}"#,
    ) + &block(
        "azurerm_windows_virtual_machine",
        "w",
        r#"os_managed_disk_id = "disk"
os_disk {
 caching = "None"
}"#,
    );
    let root = clean(&text);
    let linux = "azurerm_linux_virtual_machine.v";
    let disk = "properties.storageProfile.osDisk";
    assert_eq!(root.get(linux, &format!("{disk}.managedDisk.diskEncryptionSet.id")), "\"des\"");
    assert_eq!(root.get(linux, &format!("{disk}.managedDisk.securityProfile.diskEncryptionSet.id")), "\"sec\"");
    assert_eq!(root.get(linux, &format!("{disk}.createOption")), "\"FromImage\"");
    assert_eq!(root.get(linux, &format!("{disk}.osType")), "\"Linux\"");
    assert_eq!(root.get(linux, "properties.storageProfile.imageReference.id"), "\"img\"");
    let windows = "azurerm_windows_virtual_machine.w";
    assert_eq!(root.get(windows, &format!("{disk}.managedDisk.id")), "\"disk\"");
    assert_eq!(root.get(windows, &format!("{disk}.createOption")), "\"Attach\"");
    let span = root.resource(linux).span_at(&format!("{disk}.managedDisk.diskEncryptionSet.id"));
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "\"des\"");
    // What a block leaves out is missing at its header; what the resource leaves out, at the resource's.
    let place = |address: &str, path: &str| {
        let span = root.resource(address).span_at(path);
        root.sources.get(span.file).unwrap().slice(span).to_owned()
    };
    assert_eq!(place(windows, &format!("{disk}.managedDisk.diskEncryptionSet.id")), "os_managed_disk_id");
    assert_eq!(place(linux, &format!("{disk}.encryptionSettings.enabled")), "os_disk");
    assert_eq!(place(linux, "properties.diagnosticsProfile"), "resource \"azurerm_linux_virtual_machine\" \"v\"");
}

#[test]
fn an_attached_disk_is_among_the_machines_data_disks() {
    let text = "variable \"on\" { type = bool }\n".to_owned()
        + &block("azurerm_linux_virtual_machine", "v", "")
        + &block("azurerm_managed_disk", "d", "")
        + r#"resource "azurerm_virtual_machine_data_disk_attachment" "a" {
 managed_disk_id = azurerm_managed_disk.d.id
 virtual_machine_id = azurerm_linux_virtual_machine.v.id
 lun = 3
 caching = "None"
}
"# + r#"resource "azurerm_virtual_machine_data_disk_attachment" "b" {
 count = var.on ? 1 : 0
 managed_disk_id = "/other"
 virtual_machine_id = azurerm_linux_virtual_machine.v.id
 lun = 4
 caching = "None"
}
"#;
    let root = clean(&text);
    let value = root.resource("azurerm_linux_virtual_machine.v").get("properties.storageProfile.dataDisks");
    let cases = cmklint_graph::cases(&value, &cmklint_graph::World::any());
    let counts: Vec<usize> = cases.iter().map(|(_, v)| v.as_array().unwrap().items.len()).collect();
    assert_eq!(counts, [2, 1]);
    let id = root.text(&cases.as_slice()[1].1.get("[0].managedDisk.id"));
    assert_eq!(id, "azurerm_managed_disk.d.id");
    let node = root.resource("azurerm_virtual_machine_data_disk_attachment.a");
    assert_eq!(node.kind.as_str(), "cmklint/dataDiskAttachments");
}

#[test]
fn a_scale_set_with_its_extensions_and_data_disks() {
    let text = block(
        "azurerm_linux_virtual_machine_scale_set",
        "s",
        r#"sku = "Standard_D2"
os_disk {
 disk_encryption_set_id = "des"
}
data_disk {
 lun = 0
 disk_encryption_set_id = "d0"
}
data_disk {
 lun = 1
}
extension {
 name = "ade"
 publisher = "Microsoft.Azure.Security"
 type = "AzureDiskEncryptionForLinux"
 settings = jsonencode({ VolumeType = "All", EncryptionOperation = "EnableEncryption" })
}"#,
    );
    let root = clean(&text);
    let set = "azurerm_linux_virtual_machine_scale_set.s";
    let profile = "properties.virtualMachineProfile";
    assert_eq!(root.get(set, &format!("{profile}.storageProfile.osDisk.managedDisk.diskEncryptionSet.id")), "\"des\"");
    assert_eq!(
        root.get(set, &format!("{profile}.storageProfile.dataDisks[0].managedDisk.diskEncryptionSet.id")),
        "\"d0\""
    );
    assert_eq!(
        root.get(set, &format!("{profile}.storageProfile.dataDisks[1].managedDisk.diskEncryptionSet.id")),
        "null"
    );
    let extension = format!("{profile}.extensionProfile.extensions[0].properties");
    assert_eq!(root.get(set, &format!("{extension}.publisher")), "\"Microsoft.Azure.Security\"");
    assert_eq!(root.get(set, &format!("{extension}.settings.VolumeType")), "\"All\"");
}

#[test]
fn extension_settings_are_read_out_of_their_text() {
    let text = "variable \"volume\" {}\n".to_owned()
        + &block("azurerm_windows_virtual_machine", "v", "")
        + r#"resource "azurerm_virtual_machine_extension" "e" {
 name = "ade"
 virtual_machine_id = azurerm_windows_virtual_machine.v.id
 publisher = "Microsoft.Azure.Security"
 type = "AzureDiskEncryption"
 settings = <<S
{
  "VolumeType": "${var.volume}",
  "EncryptionOperation": "EnableEncryption"
}
S
}
"#;
    let root = clean(&text);
    let extension = root.resource("azurerm_virtual_machine_extension.e");
    assert_eq!(extension.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"v\"", "\"ade\""]);
    assert_eq!(
        root.get("azurerm_virtual_machine_extension.e", "properties.settings.EncryptionOperation"),
        "\"EnableEncryption\""
    );
    assert_eq!(root.get("azurerm_virtual_machine_extension.e", "properties.settings.VolumeType"), "<d0:var.volume>");
}

#[test]
fn encryption_settings_are_on_where_the_block_is_there() {
    let path = "properties.encryptionSettingsCollection.enabled";
    let text = block(
        "azurerm_managed_disk",
        "a",
        r"encryption_settings {
 enabled = false
}",
    ) + &block(
        "azurerm_managed_disk",
        "b",
        r#"encryption_settings {
 disk_encryption_key {
 secret_url = "u"
 source_vault_id = "v"
 }
}"#,
    ) + &block("azurerm_managed_disk", "c", "")
        + "variable \"on\" { type = bool }\n"
        + &block(
            "azurerm_snapshot",
            "d",
            r#"create_option = "Copy"
source_uri = azurerm_managed_disk.a.id
dynamic "encryption_settings" {
 for_each = var.on ? [1] : []
 content {}
}"#,
        );
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.a", path), "false");
    assert_eq!(root.get("azurerm_managed_disk.b", path), "true");
    assert_eq!(root.get("azurerm_managed_disk.c", path), "null");
    assert_eq!(root.get("azurerm_snapshot.d", path), "(d0:var.on==true ? true : null)");
    assert_eq!(root.get("azurerm_snapshot.d", "properties.creationData.sourceResourceId"), "azurerm_managed_disk.a.id");
}

#[test]
fn keys_export_their_urls_and_their_resource_ids() {
    let text = block(
        "azurerm_key_vault",
        "v",
        r#"sku_name = "premium"
enable_rbac_authorization = true"#,
    ) + r#"resource "azurerm_key_vault_key" "k" {
 name = "k"
 key_vault_id = azurerm_key_vault.v.id
 key_type = "RSA"
 key_size = "2048"
}
"# + &block("azurerm_disk_encryption_set", "a", "key_vault_key_id = azurerm_key_vault_key.k.id")
        + &block("azurerm_disk_encryption_set", "b", "key_vault_key_id = azurerm_key_vault_key.k.versionless_id")
        + &block("azurerm_disk_encryption_set", "c", "key_vault_key_id = azurerm_key_vault_key.k.resource_id")
        + &block("azurerm_disk_encryption_set", "d", "key_vault_key_id = \"${azurerm_key_vault.v.vault_uri}keys/k\"");
    let root = clean(&text);
    let key = |name: &str| root.get(&format!("azurerm_disk_encryption_set.{name}"), "properties.activeKey.keyUrl");
    assert_eq!(key("a"), "azurerm_key_vault_key.k.properties.keyUriWithVersion");
    assert_eq!(key("b"), "azurerm_key_vault_key.k.properties.keyUri");
    assert_eq!(key("c"), "azurerm_key_vault_key.k.id");
    assert!(key("d").contains("properties.vaultUri)"), "{}", key("d"));
    assert_eq!(root.get("azurerm_key_vault_key.k", "properties.keySize"), "2048");
    assert_eq!(root.get("azurerm_key_vault.v", "properties.enableSoftDelete"), "true");
    assert_eq!(root.get("azurerm_key_vault.v", "properties.enableRbacAuthorization"), "true");
    assert_eq!(root.get("azurerm_key_vault.v", "properties.enablePurgeProtection"), "null");
}

#[test]
fn grants_name_the_identity_that_they_are_for() {
    let text = block(
        "azurerm_key_vault",
        "v",
        r#"access_policy {
 object_id = "o"
 key_permissions = ["Get"]
}"#,
    ) + &block(
        "azurerm_disk_encryption_set",
        "s",
        r#"identity {
 type = "SystemAssigned, UserAssigned"
 identity_ids = ["/id"]
}"#,
    ) + r#"resource "azurerm_key_vault_access_policy" "p" {
 key_vault_id = azurerm_key_vault.v.id
 object_id = azurerm_disk_encryption_set.s.identity.0.principal_id
 key_permissions = ["Get", "WrapKey"]
}
resource "azurerm_role_assignment" "r" {
 scope = azurerm_key_vault.v.id
 role_definition_name = "Key Vault Crypto User"
 principal_id = azurerm_disk_encryption_set.s.identity[0].principal_id
}
"#;
    let root = clean(&text);
    assert_eq!(root.get("azurerm_key_vault.v", "properties.accessPolicies[0].permissions.keys"), "[\"Get\"]");
    let policy = root.resource("azurerm_key_vault_access_policy.p");
    assert_eq!(policy.kind.as_str(), "Microsoft.KeyVault/vaults/accessPolicies");
    assert_eq!(policy.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"v\"", "\"add\""]);
    let principal = "azurerm_disk_encryption_set.s.identity.principalId";
    assert_eq!(root.get("azurerm_key_vault_access_policy.p", "properties.accessPolicies[0].objectId"), principal);
    assert_eq!(root.get("azurerm_role_assignment.r", "properties.principalId"), principal);
    assert_eq!(root.text(&root.resource("azurerm_role_assignment.r").extends), "azurerm_key_vault.v.id");
    assert_eq!(root.get("azurerm_disk_encryption_set.s", "identity.type"), "\"SystemAssigned,UserAssigned\"");
    assert_eq!(root.get("azurerm_disk_encryption_set.s", "identity.userAssignedIdentities"), "{\"/id\":{},}");
}

#[test]
fn names_and_scope_come_from_literal_ids_too() {
    let id = "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/kv";
    let text = format!(
        r#"variable "other" {{}}
resource "azurerm_key_vault_key" "a" {{
 name = "k"
 key_vault_id = "{id}"
 key_type = "RSA"
}}
resource "azurerm_key_vault_key" "b" {{
 name = "k"
 key_vault_id = var.other
 key_type = "RSA"
}}
resource "azurerm_key_vault_key" "c" {{
 name = "l"
 key_vault_id = var.other
 key_type = "RSA"
}}
"#
    );
    let root = clean(&text);
    let a = root.resource("azurerm_key_vault_key.a");
    assert_eq!(a.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"kv\"", "\"k\""]);
    assert_eq!(
        (root.text(&a.scope.subscription), root.text(&a.scope.resource_group)),
        ("\"S\"".into(), "\"G\"".into())
    );
    let (b, c) = (root.resource("azurerm_key_vault_key.b"), root.resource("azurerm_key_vault_key.c"));
    assert_eq!(root.text(&b.names[0]), root.text(&c.names[0]));
    assert_eq!(root.text(&b.scope.subscription), root.text(&c.scope.subscription));
}

#[test]
fn azapi_bodies_as_objects_and_as_json() {
    let text = r#"resource "azurerm_resource_group" "g" {
 name = "rg"
 location = "west"
}
resource "azapi_resource" "a" {
 type = "Microsoft.Compute/disks@2024-03-02"
 name = "d"
 parent_id = azurerm_resource_group.g.id
 location = azurerm_resource_group.g.location
body = {
  properties = {
   encryption = {
    diskEncryptionSetId = azapi_resource.b.id
   }
  }
 }
}
resource "azapi_resource" "b" {
 type = "Microsoft.Compute/diskEncryptionSets@2024-03-02"
 name = "s"
 parent_id = azurerm_resource_group.g.id
 location = "west"
 identity {
 type = "SystemAssigned"
 }
body = jsonencode({ properties = { activeKey = { keyUrl = "https://kv.vault.azure.net/keys/k" } } })
}
resource "azapi_resource" "c" {
 type = "Microsoft.KeyVault/vaults/keys@2023-07-01"
 name = "k"
 parent_id = "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/kv"
 body = { properties = { kty = "RSA" } }
}
"#;
    let root = clean(text);
    let a = root.resource("azapi_resource.a");
    assert_eq!(a.kind.as_str(), "Microsoft.Compute/disks");
    assert_eq!(root.text(&a.scope.resource_group), "\"rg\"");
    let path = "properties.encryption.diskEncryptionSetId";
    assert_eq!(root.get("azapi_resource.a", path), "azapi_resource.b.id");
    let span = a.span_at(path);
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "azapi_resource.b.id");
    assert_eq!(root.get("azapi_resource.b", "properties.activeKey.keyUrl"), "\"https://kv.vault.azure.net/keys/k\"");
    let span = root.resource("azapi_resource.b").span_at("properties.activeKey.keyUrl");
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "\"https://kv.vault.azure.net/keys/k\"");
    assert_eq!(root.get("azapi_resource.b", "identity.type"), "\"SystemAssigned\"");
    let c = root.resource("azapi_resource.c");
    assert_eq!(c.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"kv\"", "\"k\""]);
    assert_eq!(root.text(&c.scope.resource_group), "\"G\"");
}

#[test]
fn a_body_under_a_condition_is_looked_at_in_both_worlds() {
    let text = r#"variable "on" { type = bool }
resource "azapi_resource" "a" {
 type = "Microsoft.Compute/disks@2024-03-02"
 name = "d"
 parent_id = "/subscriptions/S/resourceGroups/G"
 location = "x"
body = {
 properties = merge({ a = 1 }, var.on ? { b = 2 } : {})
 }
}
"#;
    let root = clean(text);
    assert_eq!(root.get("azapi_resource.a", "properties.a"), "1");
    assert_eq!(root.get("azapi_resource.a", "properties.b"), "(d0:var.on==true ? 2 : null)");
    assert_eq!(root.text(&root.resource("azapi_resource.a").scope.resource_group), "\"G\"");
}

#[test]
fn every_example_of_the_rules_is_read_without_a_complaint() {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules");
    let loader = cmklint_source::DiskLoader::new(rules, 1 << 20).unwrap();
    let sources = cmklint_source::Sources::new(loader);
    let mut seen = 0;
    let list = |path: &str| {
        let mut names: Vec<String> = std::fs::read_dir(format!("{rules}/{path}"))
            .map(|d| d.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect())
            .unwrap_or_default();
        names.sort();
        names
    };
    for rule in list("") {
        for verdict in ["good", "bad"] {
            for case in list(&format!("{rule}/{verdict}")).into_iter().filter(|c| c.starts_with("tf")) {
                let dir = format!("{rule}/{verdict}/{case}");
                let roots = if sources.files_in(&dir).iter().any(|f| f.ends_with(".tf")) {
                    vec![dir]
                } else {
                    list(&dir).into_iter().map(|d| format!("{dir}/{d}")).collect()
                };
                for root in roots {
                    for set in cmklint_terraform::instantiations(&root, &sources) {
                        let options = cmklint_terraform::Options::default();
                        let lowered = cmklint_terraform::Root::new(&root, &sources, &options)
                            .with_tfvars(&set.tfvars)
                            .lower(cmklint_graph::DeploymentId(0));
                        let messages: Vec<_> = lowered
                            .diagnostics
                            .iter()
                            .filter(|d| d.severity > cmklint_source::Severity::Note)
                            .collect();
                        assert!(messages.is_empty(), "{root}: {messages:?}");
                        assert_eq!(lowered.statistics.references, lowered.statistics.references_resolved, "{root}");
                        seen += 1;
                    }
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} roots were found");
}

#[test]
fn what_a_vault_states_under_two_names_is_one_property() {
    let root = root(&[(
        "main.tf",
        &block(
            "azurerm_disk_encryption_set",
            "s",
            r#"managed_hsm_key_id = "h"
key_vault_key_id = null"#,
        ),
    )]);
    assert_eq!(root.get("azurerm_disk_encryption_set.s", "properties.activeKey.keyUrl"), "\"h\"");
}

#[test]
fn an_update_states_properties_of_the_resource_it_names() {
    let text = "variable \"on\" { type = bool }\n".to_owned()
        + &block("azurerm_managed_disk", "d", "storage_account_type = \"A\"")
        + r#"resource "azapi_update_resource" "u" {
 type = "Microsoft.Compute/disks@2024-03-02"
 resource_id = azurerm_managed_disk.d.id
 body = {
 properties = {
 encryption = {
 diskEncryptionSetId = "/des"
 }
 }
 }
}
resource "azapi_update_resource" "v" {
 count = var.on ? 1 : 0
 type = "Microsoft.Compute/disks@2024-03-02"
 resource_id = azurerm_managed_disk.d.id
 body = {
 sku = {
 name = "B"
 }
 }
}
"#;
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), "\"/des\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "sku.name"), "(d0:var.on==true ? \"B\" : \"A\")");
}

#[test]
fn an_update_by_an_id_is_of_the_only_resource_with_that_id() {
    let disk = |label: &str, name: &str| {
        format!(
            r#"resource "azapi_resource" "{label}" {{
 type = "Microsoft.Compute/disks@2024-03-02"
 name = {name}
 parent_id = "/subscriptions/S/resourceGroups/G"
 location = "x"
 body = {{}}
}}
"#
        )
    };
    let update = |label: &str, name: &str| {
        format!(
            r#"resource "azapi_update_resource" "{label}" {{
 type = "Microsoft.Compute/disks@2024-03-02"
 name = {name}
 parent_id = "/subscriptions/s/resourceGroups/g"
 body = {{
 sku = {{
 name = "B"
 }}
 }}
}}
"#
        )
    };
    let text = "variable \"n\" {}\nvariable \"m\" {}\n".to_owned()
        + &disk("a", "\"One\"")
        + &disk("b", "\"two\"")
        + &disk("c", "\"TWO\"")
        + &disk("d", "var.n")
        + &disk("e", "var.m")
        + &update("u", "\"one\"")
        + &update("v", "\"two\"")
        + &update("w", "var.n");
    let root = clean(&text);
    let sku = |label: &str| root.get(&format!("azapi_resource.{label}"), "sku.name");
    assert_eq!([sku("a"), sku("d")], ["\"B\"", "\"B\""], "in any case, and by what is not known");
    assert_eq!([sku("b"), sku("c"), sku("e")], ["null", "null", "null"], "of two with one name it is neither");
}

#[test]
fn an_azapi_action_that_writes_is_an_update_and_any_other_states_nothing() {
    let action = |more: &str| {
        let body = r"body = {
 properties = {
 enablePurgeProtection = true
 }
 }
";
        let kind = "type = \"Microsoft.KeyVault/vaults@2023-07-01\"\n";
        block("azurerm_key_vault", "v", "")
            + &format!(
                r#"resource "azapi_resource_action" "a" {{
 {kind}resource_id = azurerm_key_vault.v.id
 {body}{more}}}
"#
            )
    };
    let purge = |more: &str| clean(&action(more)).get("azurerm_key_vault.v", "properties.enablePurgeProtection");
    assert_eq!(purge("method = \"PATCH\"\n"), "true");
    assert_eq!(
        purge(
            r#"method = "put"
action = ""
"#
        ),
        "true"
    );
    assert_eq!(purge(""), "null");
    assert_eq!(
        purge(
            r#"method = "PATCH"
action = "x"
"#
        ),
        "null"
    );
    let root = clean(&action(""));
    let node = root.resource("azapi_resource_action.a");
    assert_eq!(node.kind.as_str(), "Microsoft.KeyVault/vaults");
    assert_eq!(node.presence, cmklint_graph::Presence::Existing);
}

#[test]
fn azapis_data_sources_name_what_exists() {
    let id = "/subscriptions/S/resourceGroups/g";
    let set = "Microsoft.Compute/diskEncryptionSets";
    let text = format!(
        r#"data "azapi_resource_id" "a" {{
 type = "{set}@2023-04-02"
 parent_id = "{id}"
 name = "s"
}}
data "azapi_resource_id" "b" {{
 type = "{set}@2023-04-02"
 resource_id = "{id}/providers/{set}/s"
}}
data "azapi_resource" "c" {{
 type = "Microsoft.KeyVault/vaults@2023-07-01"
 resource_id = "{id}/providers/Microsoft.KeyVault/vaults/v"
 response_export_values = {{
 uri = "properties.vaultUri"
 odd = "properties.x[0]"
 }}
}}
"#
    ) + &block(
        "azurerm_managed_disk",
        "d",
        r"disk_encryption_set_id = data.azapi_resource_id.a.id
source_uri = data.azapi_resource.c.output.uri",
    ) + &block(
        "azurerm_managed_disk",
        "e",
        r"disk_encryption_set_id = data.azapi_resource_id.b.id
source_uri = jsondecode(data.azapi_resource.c.output).properties.vaultUri",
    );
    let root = clean(&text);
    for (name, disk) in [("a", "d"), ("b", "e")] {
        let address = format!("data.azapi_resource_id.{name}");
        let node = root.resource(&address);
        assert_eq!(node.kind.as_str(), set);
        assert_eq!(node.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"s\""]);
        assert_eq!(root.text(&node.scope.subscription), "\"S\"");
        assert_eq!(node.presence, cmklint_graph::Presence::Existing);
        let disk = format!("azurerm_managed_disk.{disk}");
        assert_eq!(root.get(&disk, "properties.encryption.diskEncryptionSetId"), format!("{address}.id"));
        let uri = root.get(&disk, "properties.creationData.sourceUri");
        assert_eq!(uri, "data.azapi_resource.c.properties.vaultUri");
    }
}

#[test]
fn a_scale_set_of_version_2_has_its_parts_where_arm_has_them() {
    let text = block(
        "azurerm_virtual_machine_scale_set",
        "s",
        r#"sku {
 name = "Standard_D2"
}
storage_profile_os_disk {
 create_option = "FromImage"
}
storage_profile_image_reference {
 id = "img"
}
storage_profile_data_disk {
 lun = 1
}
extension {
 name = "ade"
 settings = "{\"VolumeType\": \"OS\"}"
}"#,
    );
    let root = clean(&text);
    let get = |path: &str| {
        root.get("azurerm_virtual_machine_scale_set.s", &format!("properties.virtualMachineProfile.{path}"))
    };
    assert_eq!(get("storageProfile.imageReference.id"), "\"img\"");
    assert_eq!(get("storageProfile.osDisk.createOption"), "\"FromImage\"");
    assert_eq!(get("storageProfile.dataDisks[0].lun"), "1");
    assert_eq!(get("extensionProfile.extensions[0].properties.settings.VolumeType"), "\"OS\"");
}

#[test]
fn a_disk_that_is_made_from_a_source_in_attaching_it_is_among_the_machines_data_disks() {
    let text = block("azurerm_linux_virtual_machine", "v", "")
        + r#"resource "azurerm_virtual_machine_implicit_data_disk_from_source" "i" {
 name = "i"
 virtual_machine_id = azurerm_linux_virtual_machine.v.id
 lun = 2
 create_option = "Copy"
 source_resource_id = "/snap"
}
"#;
    let root = clean(&text);
    let get = |path: &str| {
        root.get("azurerm_linux_virtual_machine.v", &format!("properties.storageProfile.dataDisks[0].{path}"))
    };
    assert_eq!(get("createOption"), "\"Copy\"");
    assert_eq!(get("sourceResource.id"), "\"/snap\"");
    assert_eq!(get("lun"), "2");
}

#[test]
fn the_newest_version_of_an_image_has_no_name_that_is_known() {
    let text = r#"data "azurerm_shared_image_version" "i" {
 name = "latest"
 image_name = "im"
 gallery_name = "ga"
 resource_group_name = "g"
}
"#;
    let root = clean(text);
    let names = &root.resource("data.azurerm_shared_image_version.i").names;
    assert_eq!(names.iter().map(|n| root.text(n)).collect::<Vec<_>>()[..2], ["\"ga\"", "\"im\""]);
    assert!(names[2].as_str().is_none());
}
