//! Several roots in one run: what joins them, and what keeps environments apart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

/// A root that makes a vault, a key and an encryption set in `location`.
fn vault_root(location: &str) -> String {
    format!(
        r#"variable "location" {{
  type    = string
  default = "{location}"
}}

resource "azurerm_key_vault" "kv" {{
  name                      = "kv-estate"
  location                  = var.location
  resource_group_name       = "rg-keys"
  tenant_id                 = "00000000-0000-0000-0000-00000000000a"
  sku_name                  = "premium"
  purge_protection_enabled  = true
  enable_rbac_authorization = true
}}

resource "azurerm_key_vault_key" "key" {{
  name         = "disks"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["wrapKey", "unwrapKey"]
}}

resource "azurerm_disk_encryption_set" "des" {{
  name                = "des-estate"
  location            = var.location
  resource_group_name = "rg-keys"
  key_vault_key_id    = azurerm_key_vault_key.key.id
  identity {{ type = "SystemAssigned" }}
}}

resource "azurerm_role_assignment" "des" {{
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}}
"#
    )
}

/// A root that finds the set by name and makes a disk with it in `location`.
fn disk_root(location: &str) -> String {
    format!(
        r#"variable "location" {{
  type    = string
  default = "{location}"
}}

data "azurerm_disk_encryption_set" "des" {{
  name                = "des-estate"
  resource_group_name = "rg-keys"
}}

resource "azurerm_managed_disk" "disk" {{
  name                   = "disk"
  location               = var.location
  resource_group_name    = "rg-app"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}}
"#
    )
}

const BICEP_DISK: &str = r#"param location string = 'northeurope'

resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-estate'
  scope: resourceGroup('rg-keys')
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk'
  location: location
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
  }
}
"#;

const ARM_DISK: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "location": { "type": "string", "defaultValue": "northeurope" } },
  "resources": [
    {
      "type": "Microsoft.Compute/disks",
      "apiVersion": "2024-03-02",
      "name": "disk",
      "location": "[parameters('location')]",
      "properties": {
        "creationData": { "createOption": "Empty" },
        "diskSizeGB": 64,
        "encryption": {
          "type": "EncryptionAtRestWithCustomerKey",
          "diskEncryptionSetId": "[resourceId('rg-keys', 'Microsoft.Compute/diskEncryptionSets', 'des-estate')]"
        }
      }
    }
  ]
}
"#;

/// The findings as `deployment rule when`.
fn issues(tree: &Tree) -> Vec<String> {
    let ran = tree.run(&["--format", "json"]);
    let json: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err));
    assert_eq!(json["errors"].as_array().unwrap().len(), 0, "{}", json["errors"]);
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let mut out: Vec<String> = json["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| format!("{} {} {}", text(&i["deployment"]), text(&i["id"]), text(&i["world"])).trim_end().to_owned())
        .collect();
    out.sort();
    out
}

#[test]
fn a_name_in_the_same_group_joins_roots_of_all_languages_where_they_share_a_subscription() {
    let share = |a: &str, b: &str| format!("{a} and {b} share a subscription");
    let tree = Tree::new(&[("keys/main.tf", vault_root("westeurope")), ("app/main.tf", disk_root("northeurope"))]);
    assert_eq!(issues(&tree), [format!("app CMK020 {}", share("app", "keys"))]);
    let tree = Tree::new(&[("keys/main.tf", vault_root("westeurope")), ("app/main.bicep", BICEP_DISK.to_owned())]);
    assert_eq!(issues(&tree), [format!("app/main.bicep CMK020 {}", share("app/main.bicep", "keys"))]);
    let tree = Tree::new(&[("keys/main.tf", vault_root("westeurope")), ("app/main.json", ARM_DISK.to_owned())]);
    assert_eq!(issues(&tree), [format!("app/main.json CMK020 {}", share("app/main.json", "keys"))]);
    // The same region: nothing is wrong, whatever the subscription.
    let tree = Tree::new(&[("keys/main.tf", vault_root("westeurope")), ("app/main.tf", disk_root("West Europe"))]);
    assert!(issues(&tree).is_empty());
}

#[test]
fn a_name_in_another_group_or_declared_twice_joins_nothing() {
    let tree = Tree::new(&[
        ("keys/main.tf", vault_root("westeurope").replace("rg-keys", "rg-other")),
        ("app/main.tf", disk_root("northeurope")),
    ]);
    assert!(issues(&tree).is_empty(), "another group");
    let twice = vault_root("westeurope");
    let tree =
        Tree::new(&[("a/main.tf", twice.clone()), ("b/main.tf", twice), ("app/main.tf", disk_root("northeurope"))]);
    assert!(issues(&tree).is_empty(), "which of the two is meant is not known");
    let subscription = |id: u8| {
        format!(
            r#"provider "azurerm" {{
  subscription_id = "00000000-0000-0000-0000-00000000000{id}"
}}
"#
        )
    };
    let tree = Tree::new(&[
        ("keys/main.tf", vault_root("westeurope") + &subscription(1)),
        ("app/main.tf", disk_root("northeurope") + &subscription(2)),
    ]);
    assert!(issues(&tree).is_empty(), "another subscription");
    tree.write("app/main.tf", (disk_root("northeurope") + &subscription(1)).as_bytes());
    assert_eq!(issues(&tree), ["app CMK020"], "the same subscription: certain");
}

#[test]
fn a_vaults_name_joins_roots_since_it_is_unique_in_the_world() {
    let set = r#"data "azurerm_key_vault" "kv" {
  name                = "kv-estate"
  resource_group_name = "rg-keys"
}

data "azurerm_key_vault_key" "key" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.kv.id
}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des-app"
  location            = "northeurope"
  resource_group_name = "rg-app"
  key_vault_key_id    = data.azurerm_key_vault_key.key.id
  identity { type = "SystemAssigned" }
}
"#;
    let tree = Tree::new(&[("keys/main.tf", vault_root("westeurope")), ("app/main.tf", set.to_owned())]);
    let found = issues(&tree);
    assert!(found.contains(&"app CMK020".to_owned()), "{found:?}");
}

/// `westeurope` for dev, `northeurope` for prod.
fn environments(folder: &str) -> [(String, String); 2] {
    [("dev", "westeurope"), ("prod", "northeurope")]
        .map(|(name, location)| (format!("{folder}/{name}.tfvars"), format!("location = \"{location}\"\n")))
}

fn tree(files: impl IntoIterator<Item = (String, String)>) -> Tree {
    let tree = Tree::new::<&str>(&[]);
    for (path, text) in files {
        tree.write(&path, text.as_bytes());
    }
    tree
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

#[test]
fn an_environment_goes_with_that_of_its_name_and_with_no_other() {
    let both = || {
        let roots = [file("keys/main.tf", vault_root("westeurope")), file("app/main.tf", disk_root("westeurope"))];
        roots.into_iter().chain(environments("keys")).chain(environments("app"))
    };
    assert!(issues(&tree(both())).is_empty());
    // Prod's disk is in another region than prod's set; that it is dev's does not matter.
    let tree = tree(both());
    tree.write("app/prod.tfvars", b"location = \"westeurope\"\n");
    assert_eq!(issues(&tree), ["app with prod CMK020 app with prod and keys with prod share a subscription"]);
}

#[test]
fn environments_with_one_whole_id_are_not_crossed() {
    let provider = r#"provider "azurerm" {
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
"#;
    let literal = disk_root("westeurope").replace(
        "data.azurerm_disk_encryption_set.des.id",
        "\"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-estate\"",
    );
    let roots = [file("keys/main.tf", vault_root("westeurope") + provider), file("app/main.tf", literal + provider)];
    let tree = tree(roots.into_iter().chain(environments("keys")).chain(environments("app")));
    assert!(issues(&tree).is_empty());
    tree.write("app/dev.tfvars", b"location = \"uksouth\"\n");
    assert_eq!(issues(&tree), ["app with dev CMK020"]);
    // A root that has the other environment only.
    std::fs::remove_file(tree.path().join("keys/dev.tfvars")).unwrap();
    assert!(issues(&tree).is_empty());
}

#[test]
fn a_root_without_environments_goes_with_one_that_has_several_by_whole_ids_only() {
    let roots = || [file("keys/main.tf", vault_root("westeurope")), file("app/main.tf", disk_root("westeurope"))];
    assert!(issues(&tree(roots().into_iter().chain(environments("app")))).is_empty(), "by names it would be a guess");
    assert!(issues(&tree(roots().into_iter().chain(environments("keys")))).is_empty());
    let literal = "\"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-estate\"";
    let provider = r#"provider "azurerm" {
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
"#;
    let [(keys, made), (app, disk)] = roots();
    let disk = disk.replace("data.azurerm_disk_encryption_set.des.id", literal);
    let tree = tree([(keys, made + provider), (app, disk)].into_iter().chain(environments("app")));
    assert_eq!(issues(&tree), ["app with prod CMK020"]);
}

#[test]
fn folders_of_environments_are_kept_apart() {
    let tree = tree([
        file("live/dev/keys/main.tf", vault_root("westeurope")),
        file("live/prod/app/main.tf", disk_root("northeurope")),
    ]);
    assert!(issues(&tree).is_empty());
    tree.write("live/dev/app/main.tf", disk_root("uksouth").as_bytes());
    assert_eq!(issues(&tree), ["live/dev/app CMK020 live/dev/app and live/dev/keys share a subscription"]);
}

#[test]
fn parameter_files_of_templates_are_environments_too() {
    let parameters = |location: &str| format!("using './main.bicep'\nparam location = '{location}'\n");
    let tree = tree(
        [
            file("keys/main.tf", vault_root("westeurope")),
            file("app/main.bicep", BICEP_DISK),
            file("app/main.dev.bicepparam", parameters("westeurope")),
            file("app/main.prod.bicepparam", parameters("northeurope")),
        ]
        .into_iter()
        .chain(environments("keys")),
    );
    assert!(issues(&tree).is_empty());
    tree.write("app/main.dev.bicepparam", parameters("northeurope").as_bytes());
    let found = issues(&tree);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("app/main.bicep with app/main.dev.bicepparam CMK020"), "{found:?}");
}

#[test]
fn the_limit_of_encryption_sets_does_not_add_up_environments() {
    let sets = r#"variable "sets" {
  type    = number
  default = 0
}

provider "azurerm" {
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_disk_encryption_set" "des" {
  count               = var.sets
  name                = "des-NAME-${count.index}"
  location            = "westeurope"
  resource_group_name = "rg-keys"
  key_vault_key_id    = "https://kv-estate.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
"#;
    let root = |name: &str| file(&format!("{name}/main.tf"), sets.replace("NAME", name));
    let inputs = |path: &str, count: usize| file(path, format!("sets = {count}\n"));
    let limit = file(
        ".cmklint.hcl",
        r#"rule "CMK050" {
  limit = 4
}
"#,
    );
    let tree = tree([
        root("a"),
        root("b"),
        inputs("a/dev.tfvars", 1),
        inputs("a/prod.tfvars", 3),
        inputs("b/dev.tfvars", 3),
        inputs("b/prod.tfvars", 1),
        limit,
    ]);
    let counted = || -> Vec<String> { issues(&tree).into_iter().filter(|i| i.contains("CMK050")).collect() };
    assert!(counted().is_empty(), "{:?}", counted());
    // A root without environments counts with each.
    tree.write("c/main.tf", sets.replace("NAME", "c").replace("default = 0", "default = 1").as_bytes());
    assert_eq!(counted().len(), 1, "{:?}", counted());
}

#[test]
fn a_whole_literal_id_names_the_resource_of_another_root_whose_subscription_alone_is_open() {
    let sub = "11111111-1111-1111-1111-111111111111";
    let id = format!(
        "/subscriptions/{sub}/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-estate"
    );
    let set = |group: &str| {
        format!(
            r#"resource "azurerm_disk_encryption_set" "des" {{
  name                = "des-estate"
  location            = "westeurope"
  resource_group_name = "{group}"
  key_vault_key_id    = "https://kv-estate.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  identity {{ type = "SystemAssigned" }}
}}
"#
        )
    };
    let terraform = format!(
        r#"resource "azurerm_managed_disk" "d" {{
  name                   = "d"
  location               = "northeurope"
  resource_group_name    = "rg-app"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = "{id}"
}}
"#
    );
    let bicep = format!(
        "resource d 'Microsoft.Compute/disks@2023-10-02' = {{\n  name: 'd'\n  location: 'northeurope'\n  properties: {{\n    creationData: {{ createOption: 'Empty' }}\n    \
         encryption: {{ diskEncryptionSetId: '{id}' }}\n  }}\n}}\n"
    );
    let arm = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
{{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "d", "location": "northeurope",
"properties": {{ "creationData": {{ "createOption": "Empty" }}, "encryption": {{ "diskEncryptionSetId": "{id}" }} }} }} ] }}"#
    );
    let provider = |id: &str| format!("provider \"azurerm\" {{\n  subscription_id = \"{id}\"\n}}\n");
    for (path, app) in [("app/main.tf", terraform.as_str()), ("app/main.bicep", &bicep), ("app/azuredeploy.json", &arm)]
    {
        let found = |keys: &str| issues(&Tree::new(&[("keys/main.tf", keys), (path, app)]));
        let open = found(&set("rg-keys"));
        assert!(matches!(&open[..], [one] if one.contains("CMK020") && one.contains(sub)), "{path}: {open:?}");
        let certain = found(&(set("rg-keys") + &provider(sub)));
        assert!(matches!(&certain[..], [one] if one.ends_with("CMK020")), "{path}: {certain:?}");
        assert!(found(&(set("rg-keys") + &provider("22222222-2222-2222-2222-222222222222"))).is_empty(), "{path}");
        assert!(found(&set("rg-other")).is_empty(), "{path}");
        // Which of two is meant is not known.
        let twice = Tree::new(&[("a/main.tf", set("rg-keys").as_str()), ("b/main.tf", &set("rg-keys")), (path, app)]);
        assert!(issues(&twice).is_empty(), "{path}");
    }
}

#[test]
fn an_id_in_the_subscription_of_an_aliased_provider_names_a_set_of_the_default_one_only_where_both_are_one() {
    let hub = |subscription: &str| {
        format!(
            r#"variable "hub" {{ type = string }}
provider "azurerm" {{
  alias           = "hub"
  subscription_id = {subscription}
  features {{}}
}}
data "azurerm_client_config" "hub" {{ provider = azurerm.hub }}
"#
        )
    };
    let id = |subscription: &str| {
        format!(
            "\"/subscriptions/{subscription}/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-estate\""
        )
    };
    let root = |hub: String, id: &str| {
        let disk = disk_root("northeurope").replace("data.azurerm_disk_encryption_set.des.id", id);
        let disk = disk.split_once("resource ").map(|(_, disk)| disk.to_owned()).unwrap();
        let disk = disk.replace("var.location", "\"northeurope\"");
        let tree = Tree::new(&[("main.tf", format!("{hub}{}\nresource {disk}", vault_root("westeurope")))]);
        issues(&tree).into_iter().filter(|issue| issue.contains("CMK020")).collect::<Vec<_>>()
    };
    let written = "22222222-2222-2222-2222-222222222222";
    let read = "${data.azurerm_client_config.hub.subscription_id}";
    let when = format!(". CMK020 the subscription of provider azurerm is '{written}'");
    assert_eq!(root(hub(&format!("\"{written}\"")), &id(read)), [when.as_str()]);
    assert_eq!(root(hub(&format!("\"{written}\"")), &id(written)), [when.as_str()]);
    assert_eq!(root(hub("var.hub"), &id(read)), [". CMK020 the subscription of provider azurerm is variable hub"]);
    // Without such a provider nothing says that there are two.
    assert_eq!(root("variable \"hub\" { type = string }\n".to_owned(), &id(written)), [". CMK020"]);
}
