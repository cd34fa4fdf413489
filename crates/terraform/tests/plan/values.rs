//! Planned values and the configuration they are of.

use serde_json::{Value as Json, json};

use crate::support::{SUBSCRIPTION, Tree, change, configured, get, plan, refers, resource, tree};
use cmklint_terraform::plan::RootFolder;

const MAIN: &str = r#"
variable "size" { type = number }

resource "azurerm_disk_encryption_set" "x" {
  name                = "des"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/k"
}

resource "azurerm_managed_disk" "d" {
  count                  = var.size
  name                   = "d-${count.index}"
  location               = lower("WESTEUROPE")
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = azurerm_disk_encryption_set.x.id
}
"#;

fn disk(name: &str) -> Json {
    json!({"name": name, "location": "westeurope", "resource_group_name": "rg", "storage_account_type": "Premium_LRS",
           "create_option": "Empty", "encryption_settings": [], "os_type": null})
}

fn set() -> Json {
    json!({"name": "des", "location": "westeurope", "resource_group_name": "rg",
           "key_vault_key_id": "https://kv.vault.azure.net/keys/k", "encryption_type": "EncryptionAtRestWithCustomerKey"})
}

fn configuration() -> Json {
    let mut disk = configured(
        "azurerm_managed_disk.d",
        json!({
            "name": refers(&["count.index"]), "location": {}, "resource_group_name": {"constant_value": "rg"},
            "storage_account_type": {"constant_value": "Premium_LRS"}, "create_option": {"constant_value": "Empty"},
            "disk_encryption_set_id": refers(&["azurerm_disk_encryption_set.x.id", "azurerm_disk_encryption_set.x"])
        }),
    );
    disk["count_expression"] = refers(&["var.size"]);
    let set = configured(
        "azurerm_disk_encryption_set.x",
        json!({"name": {"constant_value": "des"}, "location": {"constant_value": "westeurope"},
               "resource_group_name": {"constant_value": "rg"},
               "key_vault_key_id": {"constant_value": "https://kv.vault.azure.net/keys/k"}}),
    );
    json!({
        "provider_config": {"azurerm": {"name": "azurerm", "expressions":
            {"features": [{}], "subscription_id": {"constant_value": "00000000-0000-0000-0000-000000000001"}}}},
        "root_module": {"resources": [disk, set], "variables": {"size": {}}}
    })
}

fn creation() -> Json {
    let unknown = json!({"id": true, "disk_encryption_set_id": true, "disk_iops_read_write": true});
    let mut out = plan(
        vec![
            change("azurerm_disk_encryption_set.x", Json::Null, set(), json!({"id": true})),
            change("azurerm_managed_disk.d[0]", Json::Null, disk("d-0"), unknown.clone()),
            change("azurerm_managed_disk.d[1]", Json::Null, disk("d-1"), unknown),
        ],
        configuration(),
    );
    out["variables"] = json!({"size": {"value": 2}});
    out
}

fn with(plan: &Json, files: &[(&str, &str)]) -> Tree {
    tree(&serde_json::to_string_pretty(plan).unwrap(), files)
}

#[test]
fn an_attribute_known_after_apply_is_what_its_expression_refers_to() {
    for files in [&[("main.tf", MAIN)][..], &[]] {
        let tree = with(&creation(), files);
        let plan = tree.plan(Some(""));
        assert_eq!(tree.messages(&plan.diagnostics), []);
        assert_eq!(plan.after.resources.len(), 3);
        let id = get(&plan.after, "azurerm_managed_disk.d[1]", "properties.encryption.diskEncryptionSetId");
        assert_eq!(id, "azurerm_disk_encryption_set.x.id");
        assert_eq!(get(&plan.after, "azurerm_managed_disk.d[1]", "name"), "d-1");
        assert!(plan.before.resources.is_empty());
    }
}

#[test]
fn terraform_before_1_1_names_only_the_resource_and_its_id_is_meant() {
    let mut document = creation();
    document["format_version"] = json!("0.2");
    let at = |references: &[&str]| {
        let mut document = document.clone();
        document["configuration"]["root_module"]["resources"][0]["expressions"]["disk_encryption_set_id"] =
            refers(references);
        let tree = with(&document, &[]);
        get(&tree.plan(None).after, "azurerm_managed_disk.d[1]", "properties.encryption.diskEncryptionSetId")
    };
    assert_eq!(at(&["azurerm_disk_encryption_set.x"]), "azurerm_disk_encryption_set.x.id");
    for other in [&["azurerm_disk_encryption_set.x", "var.size"][..], &["local.x"], &["azurerm_disk_encryption_set.y"]]
    {
        let unknown = at(other);
        assert!(unknown.starts_with('<'), "{other:?}: {unknown}");
    }
}

#[test]
fn a_planned_value_stands_at_the_attribute_in_the_files_and_came_from_the_plan() {
    let tree = with(&creation(), &[("main.tf", MAIN)]);
    let plan = tree.plan(Some(""));
    let disk = resource(&plan.after, "azurerm_managed_disk.d[1]");
    assert_eq!(tree.at(disk.span), "main.tf: resource \"azurerm_managed_disk\" \"d\"");
    assert_eq!(tree.at(disk.span_at("name")), "main.tf: \"d-${count.index}\"");
    assert_eq!(tree.at(disk.span_at("location")), "main.tf: lower(\"WESTEUROPE\")");
    // What the provider fills in has no place of its own in the files.
    let set = resource(&plan.after, "azurerm_disk_encryption_set.x");
    assert_eq!(tree.at(set.span_at("properties.encryptionType")), tree.at(set.span));
}

#[test]
fn without_the_files_places_are_in_the_plan() {
    let tree = with(&creation(), &[]);
    let plan = tree.plan(None);
    let set = resource(&plan.after, "azurerm_disk_encryption_set.x");
    assert_eq!(tree.at(set.span), "plan.json: \"azurerm_disk_encryption_set.x\"");
    assert_eq!(tree.at(set.span_at("properties.encryptionType")), "plan.json: \"EncryptionAtRestWithCustomerKey\"");
    assert_eq!(set.scope.subscription.as_str(), Some("00000000-0000-0000-0000-000000000001"));
}

#[test]
fn a_reference_that_the_argument_is_not_named_for_stays_unknown_without_the_files() {
    let mut plan = creation();
    // `"${azurerm_key_vault.v.id}/keys/k"` has the same references as the vault's id itself.
    plan["configuration"]["root_module"]["resources"][0]["expressions"]["disk_encryption_set_id"] =
        refers(&["azurerm_key_vault.v.id", "azurerm_key_vault.v"]);
    let vault = json!({"name": "v", "location": "westeurope", "resource_group_name": "rg", "sku_name": "premium"});
    plan["resource_changes"].as_array_mut().unwrap().push(change(
        "azurerm_key_vault.v",
        Json::Null,
        vault,
        json!({"id": true}),
    ));
    let tree = with(&plan, &[]);
    let plan = tree.plan(None);
    let id = get(&plan.after, "azurerm_managed_disk.d[0]", "properties.encryption.diskEncryptionSetId");
    assert_eq!(id, "<disk_encryption_set_id of azurerm_managed_disk.d[0] (known after apply)>");
}

#[test]
fn files_of_another_version_than_the_plan_are_reported_and_not_believed() {
    let other = MAIN.replace("= azurerm_disk_encryption_set.x.id", "= azurerm_disk_encryption_set.y.id");
    let tree = with(&creation(), &[("main.tf", &other)]);
    let plan = tree.plan(Some(""));
    let codes: Vec<_> = plan.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["plan-stale"]);
    let id = get(&plan.after, "azurerm_managed_disk.d[0]", "properties.encryption.diskEncryptionSetId");
    assert_eq!(id, "azurerm_disk_encryption_set.x.id");
}

#[test]
fn what_the_configuration_leaves_to_the_provider_is_not_stated() {
    let mut plan = creation();
    plan["resource_changes"][1]["change"]["after_unknown"]["storage_account_type"] = json!(true);
    let expressions = &mut plan["configuration"]["root_module"]["resources"][0]["expressions"];
    expressions.as_object_mut().unwrap().remove("disk_encryption_set_id");
    let tree = with(&plan, &[]);
    let plan = tree.plan(None);
    let id = get(&plan.after, "azurerm_managed_disk.d[0]", "properties.encryption.diskEncryptionSetId");
    assert_eq!(id, "null");
}

#[test]
fn a_sensitive_value_is_not_looked_at() {
    let mut plan = creation();
    plan["resource_changes"][0]["change"]["after_sensitive"] = json!({"key_vault_key_id": true});
    let tree = with(&plan, &[]);
    let plan = tree.plan(None);
    let key = get(&plan.after, "azurerm_disk_encryption_set.x", "properties.activeKey.keyUrl");
    assert_eq!(key, "<key_vault_key_id of azurerm_disk_encryption_set.x (sensitive)>");
}

#[test]
fn moves_and_replacements_are_reported_and_what_stood_before_keeps_its_address() {
    let id = |group: &str| format!("{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/disks/d");
    let mut old = disk("d");
    old["resource_group_name"] = json!("rg-old");
    old["id"] = json!(id("rg-old"));
    old["disk_encryption_set_id"] =
        json!(format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des"));
    let mut new = old.clone();
    new["resource_group_name"] = json!("rg-new");
    new.as_object_mut().unwrap().remove("id");
    let mut moved = change("azurerm_managed_disk.d[0]", old, new, json!({"id": true}));
    moved["previous_address"] = json!("azurerm_managed_disk.old");
    moved["change"]["actions"] = json!(["delete", "create"]);
    moved["change"]["replace_paths"] = json!([["resource_group_name"]]);
    moved["action_reason"] = json!("replace_because_cannot_update");
    let tree = with(&plan(vec![moved], configuration()), &[("main.tf", MAIN)]);
    let plan = tree.plan(Some(""));
    assert_eq!(plan.moved, [("azurerm_managed_disk.old".to_owned(), "azurerm_managed_disk.d[0]".to_owned())]);
    assert_eq!(plan.replaced, ["azurerm_managed_disk.d[0]"]);
    let after = resource(&plan.after, "azurerm_managed_disk.d[0]");
    assert_eq!(after.scope.resource_group.as_str(), Some("rg-new"));
    let before = resource(&plan.before, "azurerm_managed_disk.old");
    assert_eq!(before.scope.resource_group.as_str(), Some("rg-old"));
    assert_eq!(before.scope.subscription.as_str(), Some("00000000-0000-0000-0000-000000000001"));
    assert!(tree.at(before.span).starts_with("plan.json: "));
}

#[test]
fn a_data_source_that_was_read_is_an_existing_resource() {
    let mut plan = creation();
    plan["prior_state"] = json!({"format_version": "1.0", "values": {"root_module": {"resources": [{
        "address": "data.azurerm_key_vault.v", "mode": "data", "type": "azurerm_key_vault", "name": "v",
        "provider_name": "registry.terraform.io/hashicorp/azurerm", "schema_version": 2,
        "values": {"id": format!("{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"), "name": "v",
                   "resource_group_name": "g", "location": "northeurope", "sku_name": "standard"},
        "sensitive_values": {}
    }]}}});
    let tree = with(&plan, &[]);
    let plan = tree.plan(None);
    let vault = resource(&plan.after, "data.azurerm_key_vault.v");
    assert_eq!(vault.presence, cmklint_graph::Presence::Existing);
    assert_eq!(get(&plan.after, "data.azurerm_key_vault.v", "properties.sku.name"), "standard");
    assert_eq!(vault.location.as_str(), Some("northeurope"));
    assert_eq!(vault.scope.subscription.as_str(), Some("00000000-0000-0000-0000-000000000001"));
}

#[test]
fn a_value_passes_through_modules_that_are_not_there() {
    let inner = configured(
        "azurerm_managed_disk.d",
        json!({"name": refers(&["each.key"]), "disk_encryption_set_id": refers(&["var.set"])}),
    );
    let configuration = json!({"root_module": {
        "variables": {"regions": {"default": ["west"]}},
        "resources": [configured("azurerm_disk_encryption_set.x", json!({"name": {"constant_value": "des"}}))],
        "module_calls": {"disks": {
            "source": "registry.example/disks/azurerm",
            "expressions": {"set": refers(&["azurerm_disk_encryption_set.x.id", "azurerm_disk_encryption_set.x"])},
            "for_each_expression": refers(&["var.regions"]),
            "module": {"resources": [inner], "variables": {"set": {}}}
        }}
    }});
    let address = "module.disks[\"west\"].azurerm_managed_disk.d[\"a\"]";
    let tree = with(
        &plan(
            vec![
                change("azurerm_disk_encryption_set.x", Json::Null, set(), json!({"id": true})),
                change(address, Json::Null, disk("a"), json!({"id": true, "disk_encryption_set_id": true})),
            ],
            configuration,
        ),
        &[],
    );
    let plan = tree.plan(None);
    assert_eq!(tree.messages(&plan.diagnostics), []);
    let id = get(&plan.after, address, "properties.encryption.diskEncryptionSetId");
    assert_eq!(id, "azurerm_disk_encryption_set.x.id");
}

#[test]
fn the_root_is_the_folder_that_declares_the_same() {
    let network = "resource \"azurerm_virtual_network\" \"n\" {}\n";
    let tree = with(&creation(), &[("a/main.tf", network), ("b/main.tf", MAIN), ("c/main.tf", "")]);
    assert_eq!(tree.root(&["a", "b", "c"]), RootFolder::Found("b".to_owned()));
    assert_eq!(tree.root(&["a", "c"]), RootFolder::Missing);
    let tree = with(&creation(), &[("a/main.tf", MAIN), ("b/main.tf", MAIN)]);
    assert_eq!(tree.root(&["a", "b"]), RootFolder::Ambiguous(vec!["a".to_owned(), "b".to_owned()]));
    let tree = with(&creation(), &[("main.tf", MAIN), ("b/main.tf", MAIN)]);
    assert_eq!(tree.root(&["", "b"]), RootFolder::Found(String::new()));
}

#[test]
fn a_reference_holds_where_the_plan_has_the_same_and_the_planned_value_where_not() {
    let id =
        |name: &str| format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/{name}");
    let plan_with = |disk_set: String| {
        let mut set = set();
        set["id"] = json!(id("des"));
        let mut disk = disk("d-0");
        disk["disk_encryption_set_id"] = json!(disk_set);
        let changes = vec![
            change("azurerm_disk_encryption_set.x", set.clone(), set, json!({})),
            change("azurerm_managed_disk.d[0]", disk.clone(), disk, json!({})),
        ];
        plan(changes, configuration())
    };
    let path = "properties.encryption.diskEncryptionSetId";
    for files in [&[("main.tf", MAIN)][..], &[]] {
        let tree = with(&plan_with(id("des")), files);
        assert_eq!(
            get(&tree.plan(Some("")).after, "azurerm_managed_disk.d[0]", path),
            "azurerm_disk_encryption_set.x.id"
        );
        // `ignore_changes` leaves what was there before.
        let tree = with(&plan_with(id("older")), files);
        assert_eq!(get(&tree.plan(Some("")).after, "azurerm_managed_disk.d[0]", path), id("older"));
    }
}
