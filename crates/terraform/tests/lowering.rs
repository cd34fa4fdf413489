//! azurerm's and azapi's blocks in ARM's words.

mod common;

use common::{clean, root};

const GROUP: &str = "resource_group_name = \"g\"\nlocation = \"x\"\n";

fn block(kind: &str, name: &str, body: &str) -> String {
    format!("resource \"{kind}\" \"{name}\" {{\n name = \"{name}\"\n{GROUP}{body}\n}}\n")
}

#[test]
fn a_virtual_machines_disks_are_where_arm_has_them() {
    let text = block(
        "azurerm_linux_virtual_machine",
        "v",
        "source_image_id = \"img\"\nos_disk {\n caching = \"None\"\n storage_account_type = \"Premium_LRS\"\n disk_encryption_set_id = \"des\"\n secure_vm_disk_encryption_set_id = \"sec\"\n}",
    ) + &block(
        "azurerm_windows_virtual_machine",
        "w",
        "os_managed_disk_id = \"disk\"\nos_disk {\n caching = \"None\"\n}",
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
        + "resource \"azurerm_virtual_machine_data_disk_attachment\" \"a\" {\n managed_disk_id = azurerm_managed_disk.d.id\n virtual_machine_id = azurerm_linux_virtual_machine.v.id\n lun = 3\n caching = \"None\"\n}\n"
        + "resource \"azurerm_virtual_machine_data_disk_attachment\" \"b\" {\n count = var.on ? 1 : 0\n managed_disk_id = \"/other\"\n virtual_machine_id = azurerm_linux_virtual_machine.v.id\n lun = 4\n caching = \"None\"\n}\n";
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
        "sku = \"Standard_D2\"\nos_disk {\n disk_encryption_set_id = \"des\"\n}\ndata_disk {\n lun = 0\n disk_encryption_set_id = \"d0\"\n}\ndata_disk {\n lun = 1\n}\n\
         extension {\n name = \"ade\"\n publisher = \"Microsoft.Azure.Security\"\n type = \"AzureDiskEncryptionForLinux\"\n settings = jsonencode({ VolumeType = \"All\", EncryptionOperation = \"EnableEncryption\" })\n}",
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
        + "resource \"azurerm_virtual_machine_extension\" \"e\" {\n name = \"ade\"\n virtual_machine_id = azurerm_windows_virtual_machine.v.id\n publisher = \"Microsoft.Azure.Security\"\n type = \"AzureDiskEncryption\"\n \
           settings = <<S\n{\n  \"VolumeType\": \"${var.volume}\",\n  \"EncryptionOperation\": \"EnableEncryption\"\n}\nS\n}\n";
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
    let text = block("azurerm_managed_disk", "a", "encryption_settings {\n enabled = false\n}")
        + &block(
            "azurerm_managed_disk",
            "b",
            "encryption_settings {\n disk_encryption_key {\n secret_url = \"u\"\n source_vault_id = \"v\"\n }\n}",
        )
        + &block("azurerm_managed_disk", "c", "")
        + "variable \"on\" { type = bool }\n"
        + &block(
            "azurerm_snapshot",
            "d",
            "create_option = \"Copy\"\nsource_uri = azurerm_managed_disk.a.id\ndynamic \"encryption_settings\" {\n for_each = var.on ? [1] : []\n content {}\n}",
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
    let text = block("azurerm_key_vault", "v", "sku_name = \"premium\"\nenable_rbac_authorization = true")
        + "resource \"azurerm_key_vault_key\" \"k\" {\n name = \"k\"\n key_vault_id = azurerm_key_vault.v.id\n key_type = \"RSA\"\n key_size = \"2048\"\n}\n"
        + &block("azurerm_disk_encryption_set", "a", "key_vault_key_id = azurerm_key_vault_key.k.id")
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
    let text = block("azurerm_key_vault", "v", "access_policy {\n object_id = \"o\"\n key_permissions = [\"Get\"]\n}")
        + &block(
            "azurerm_disk_encryption_set",
            "s",
            "identity {\n type = \"SystemAssigned, UserAssigned\"\n identity_ids = [\"/id\"]\n}",
        )
        + "resource \"azurerm_key_vault_access_policy\" \"p\" {\n key_vault_id = azurerm_key_vault.v.id\n object_id = azurerm_disk_encryption_set.s.identity.0.principal_id\n key_permissions = [\"Get\", \"WrapKey\"]\n}\n\
           resource \"azurerm_role_assignment\" \"r\" {\n scope = azurerm_key_vault.v.id\n role_definition_name = \"Key Vault Crypto User\"\n principal_id = azurerm_disk_encryption_set.s.identity[0].principal_id\n}\n";
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
        "variable \"other\" {{}}\nresource \"azurerm_key_vault_key\" \"a\" {{\n name = \"k\"\n key_vault_id = \"{id}\"\n key_type = \"RSA\"\n}}\n\
         resource \"azurerm_key_vault_key\" \"b\" {{\n name = \"k\"\n key_vault_id = var.other\n key_type = \"RSA\"\n}}\n\
         resource \"azurerm_key_vault_key\" \"c\" {{\n name = \"l\"\n key_vault_id = var.other\n key_type = \"RSA\"\n}}\n"
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
    let text = "resource \"azurerm_resource_group\" \"g\" {\n name = \"rg\"\n location = \"west\"\n}\n\
        resource \"azapi_resource\" \"a\" {\n type = \"Microsoft.Compute/disks@2024-03-02\"\n name = \"d\"\n parent_id = azurerm_resource_group.g.id\n location = azurerm_resource_group.g.location\n\
         body = {\n  properties = {\n   encryption = {\n    diskEncryptionSetId = azapi_resource.b.id\n   }\n  }\n }\n}\n\
        resource \"azapi_resource\" \"b\" {\n type = \"Microsoft.Compute/diskEncryptionSets@2024-03-02\"\n name = \"s\"\n parent_id = azurerm_resource_group.g.id\n location = \"west\"\n identity {\n type = \"SystemAssigned\"\n }\n\
         body = jsonencode({ properties = { activeKey = { keyUrl = \"https://kv.vault.azure.net/keys/k\" } } })\n}\n\
        resource \"azapi_resource\" \"c\" {\n type = \"Microsoft.KeyVault/vaults/keys@2023-07-01\"\n name = \"k\"\n parent_id = \"/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/kv\"\n body = { properties = { kty = \"RSA\" } }\n}\n";
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
    let text = "variable \"on\" { type = bool }\nresource \"azapi_resource\" \"a\" {\n type = \"Microsoft.Compute/disks@2024-03-02\"\n name = \"d\"\n parent_id = \"/subscriptions/S/resourceGroups/G\"\n location = \"x\"\n\
        body = {\n properties = merge({ a = 1 }, var.on ? { b = 2 } : {})\n }\n}\n";
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
                        let told: Vec<_> = lowered
                            .diagnostics
                            .iter()
                            .filter(|d| d.severity > cmklint_source::Severity::Note)
                            .collect();
                        assert!(told.is_empty(), "{root}: {told:?}");
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
        &block("azurerm_disk_encryption_set", "s", "managed_hsm_key_id = \"h\"\nkey_vault_key_id = null"),
    )]);
    assert_eq!(root.get("azurerm_disk_encryption_set.s", "properties.activeKey.keyUrl"), "\"h\"");
}

#[test]
fn an_update_states_properties_of_the_resource_it_names() {
    let text = "variable \"on\" { type = bool }\n".to_owned()
        + &block("azurerm_managed_disk", "d", "storage_account_type = \"A\"")
        + "resource \"azapi_update_resource\" \"u\" {\n type = \"Microsoft.Compute/disks@2024-03-02\"\n resource_id = azurerm_managed_disk.d.id\n body = {\n properties = {\n encryption = {\n diskEncryptionSetId = \"/des\"\n }\n }\n }\n}\n\
           resource \"azapi_update_resource\" \"v\" {\n count = var.on ? 1 : 0\n type = \"Microsoft.Compute/disks@2024-03-02\"\n resource_id = azurerm_managed_disk.d.id\n body = {\n sku = {\n name = \"B\"\n }\n }\n}\n";
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), "\"/des\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "sku.name"), "(d0:var.on==true ? \"B\" : \"A\")");
}

#[test]
fn an_azapi_action_that_writes_is_an_update_and_any_other_states_nothing() {
    let action = |more: &str| {
        let body = "body = {\n properties = {\n enablePurgeProtection = true\n }\n }\n";
        let kind = "type = \"Microsoft.KeyVault/vaults@2023-07-01\"\n";
        block("azurerm_key_vault", "v", "")
            + &format!(
                "resource \"azapi_resource_action\" \"a\" {{\n {kind}resource_id = azurerm_key_vault.v.id\n {body}{more}}}\n"
            )
    };
    let purge = |more: &str| clean(&action(more)).get("azurerm_key_vault.v", "properties.enablePurgeProtection");
    assert_eq!(purge("method = \"PATCH\"\n"), "true");
    assert_eq!(purge("method = \"put\"\naction = \"\"\n"), "true");
    assert_eq!(purge(""), "null");
    assert_eq!(purge("method = \"PATCH\"\naction = \"x\"\n"), "null");
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
        "data \"azapi_resource_id\" \"a\" {{\n type = \"{set}@2023-04-02\"\n parent_id = \"{id}\"\n name = \"s\"\n}}\n\
         data \"azapi_resource_id\" \"b\" {{\n type = \"{set}@2023-04-02\"\n resource_id = \"{id}/providers/{set}/s\"\n}}\n\
         data \"azapi_resource\" \"c\" {{\n type = \"Microsoft.KeyVault/vaults@2023-07-01\"\n resource_id = \"{id}/providers/Microsoft.KeyVault/vaults/v\"\n \
         response_export_values = {{\n uri = \"properties.vaultUri\"\n odd = \"properties.x[0]\"\n }}\n}}\n"
    ) + &block(
        "azurerm_managed_disk",
        "d",
        "disk_encryption_set_id = data.azapi_resource_id.a.id\nsource_uri = data.azapi_resource.c.output.uri",
    ) + &block(
        "azurerm_managed_disk",
        "e",
        "disk_encryption_set_id = data.azapi_resource_id.b.id\nsource_uri = jsondecode(data.azapi_resource.c.output).properties.vaultUri",
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
        "sku {\n name = \"Standard_D2\"\n}\nstorage_profile_os_disk {\n create_option = \"FromImage\"\n}\nstorage_profile_image_reference {\n id = \"img\"\n}\nstorage_profile_data_disk {\n lun = 1\n}\n\
         extension {\n name = \"ade\"\n settings = \"{\\\"VolumeType\\\": \\\"OS\\\"}\"\n}",
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
        + "resource \"azurerm_virtual_machine_implicit_data_disk_from_source\" \"i\" {\n name = \"i\"\n virtual_machine_id = azurerm_linux_virtual_machine.v.id\n lun = 2\n create_option = \"Copy\"\n source_resource_id = \"/snap\"\n}\n";
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
    let text = "data \"azurerm_shared_image_version\" \"i\" {\n name = \"latest\"\n image_name = \"im\"\n gallery_name = \"ga\"\n resource_group_name = \"g\"\n}\n";
    let root = clean(text);
    let names = &root.resource("data.azurerm_shared_image_version.i").names;
    assert_eq!(names.iter().map(|n| root.text(n)).collect::<Vec<_>>()[..2], ["\"ga\"", "\"im\""]);
    assert!(names[2].as_str().is_none());
}
