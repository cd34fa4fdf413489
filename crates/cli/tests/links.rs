//! Outputs of one root that are inputs of another: by `terraform_remote_state`, and by links in the configuration.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const LOCATION: &str = r#"variable "location" {
  type    = string
  default = "westeurope"
}
"#;

fn backend(key: &str) -> String {
    format!(
        r#"terraform {{
  backend "azurerm" {{
    storage_account_name = "ststates"
    container_name       = "states"
    key                  = "{key}"
  }}
}}
"#
    )
}

fn reads(name: &str, key: &str) -> String {
    format!(
        r#"data "terraform_remote_state" "{name}" {{
  backend = "azurerm"
  config = {{
    resource_group_name  = "rg-states"
    storage_account_name = "ststates"
    container_name       = "states"
    key                  = "{key}"
  }}
}}
"#
    )
}

/// A vault, a key and a set in `var.location`, all names but the vault's made by the deployment, and outputs for each.
const KEYS: &str = r#"resource "azurerm_key_vault" "kv" {
  name                      = "kv-estate"
  location                  = var.location
  resource_group_name       = "rg-keys"
  tenant_id                 = "00000000-0000-0000-0000-00000000000a"
  sku_name                  = "premium"
  purge_protection_enabled  = true
  enable_rbac_authorization = true
}

resource "azurerm_key_vault_key" "key" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "random_pet" "name" {}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des-${random_pet.name.id}"
  location            = var.location
  resource_group_name = "rg-keys"
  key_vault_key_id    = azurerm_key_vault_key.key.id
  identity { type = "SystemAssigned" }
}

resource "azurerm_role_assignment" "des" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}

output "vault_id" {
  value = azurerm_key_vault.kv.id
}

output "key_id" {
  value = azurerm_key_vault_key.key.id
}

output "set" {
  value = { id = azurerm_disk_encryption_set.des.id, location = azurerm_disk_encryption_set.des.location }
}
"#;

fn keys() -> String {
    format!("{LOCATION}{KEYS}{}", backend("keys.tfstate"))
}

/// A disk in `var.location`, with the set `set`.
fn disk(set: &str) -> String {
    format!(
        r#"{LOCATION}resource "azurerm_managed_disk" "disk" {{
  name                   = "disk"
  location               = var.location
  resource_group_name    = "rg-app"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = {set}
}}
"#
    )
}

/// A disk in northeurope with the set of the state `keys.tfstate`.
fn app() -> String {
    disk("data.terraform_remote_state.keys.outputs.set.id").replace("westeurope", "northeurope")
        + &reads("keys", "keys.tfstate")
}

fn json(tree: &Tree) -> serde_json::Value {
    let ran = tree.run(&["--format", "json"]);
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err))
}

/// The findings as `deployment rule when`.
fn issues(tree: &Tree) -> Vec<String> {
    let json = json(tree);
    assert_eq!(json["errors"].as_array().unwrap().len(), 0, "{}", json["errors"]);
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let issues = json["issues"].as_array().unwrap().iter();
    let mut out: Vec<String> = issues
        .map(|i| format!("{} {} {}", text(&i["deployment"]), text(&i["id"]), text(&i["world"])).trim_end().to_owned())
        .collect();
    out.sort();
    out
}

#[test]
fn an_output_of_a_state_that_a_root_of_the_run_writes_is_known_where_it_is_read() {
    let tree = Tree::new(&[("keys/main.tf", keys()), ("app/main.tf", app())]);
    assert_eq!(issues(&tree), ["app CMK020"]);
    let ran = tree.run(&[]);
    assert!(ran.out.contains("keys/main.tf") && ran.out.contains("northeurope"), "{}", ran.out);
    // The same region, by an output too.
    tree.write(
        "app/main.tf",
        app().replace("= var.location", "= data.terraform_remote_state.keys.outputs.set.location").as_bytes(),
    );
    assert!(issues(&tree).is_empty());
    // Another state, another container: not known, so nothing is said.
    tree.write("app/main.tf", app().replace("\"keys.tfstate\"", "\"others.tfstate\"").as_bytes());
    assert!(issues(&tree).is_empty());
    tree.write("app/main.tf", app().replace("\"states\"", "\"others\"").as_bytes());
    assert!(issues(&tree).is_empty());
}

#[test]
fn the_trail_leads_through_the_output() {
    let set = disk("data.terraform_remote_state.keys.outputs.set.id")
        .replace("= var.location", "= data.terraform_remote_state.keys.outputs.region")
        + &reads("keys", "keys.tfstate");
    let output = r#"output "region" {
  value = "uksouth"
}
"#;
    let tree = Tree::new(&[("keys/main.tf", keys() + output), ("app/main.tf", set)]);
    let json = json(&tree);
    let trails = json["issues"][0]["trails"].to_string();
    for step in ["output region", "read from the state of keys"] {
        assert!(trails.contains(step), "{step}: {trails}");
    }
}

#[test]
fn a_vaults_id_and_a_keys_url_are_handed_over_as_what_they_are() {
    let set = |key: &str| {
        format!(
            r#"{}resource "azurerm_disk_encryption_set" "des" {{
  name                = "des-app"
  location            = "northeurope"
  resource_group_name = "rg-app"
  key_vault_key_id    = {key}
  identity {{ type = "SystemAssigned" }}
}}

resource "azurerm_role_assignment" "des" {{
  scope                = data.terraform_remote_state.keys.outputs.vault_id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}}
"#,
            reads("keys", "keys.tfstate")
        )
    };
    let own_key = r#"resource "azurerm_key_vault_key" "own" {
  name         = "own"
  key_vault_id = data.terraform_remote_state.keys.outputs.vault_id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
"#;
    let tree =
        Tree::new(&[("keys/main.tf", keys()), ("app/main.tf", set("data.terraform_remote_state.keys.outputs.key_id"))]);
    assert_eq!(issues(&tree), ["app CMK020"], "by the key of the other root");
    tree.write("app/main.tf", (set("azurerm_key_vault_key.own.id") + own_key).as_bytes());
    assert_eq!(issues(&tree), ["app CMK020"], "by an own key in the vault of the other root");
    tree.write("app/main.tf", set("data.terraform_remote_state.keys.outputs.vault_id").as_bytes());
    assert_eq!(issues(&tree), ["app CMK004"], "a vault's id is no key");
}

#[test]
fn states_are_followed_over_several_roots_also_over_one_without_any_disk_or_vault() {
    let network = format!(
        r#"output "location" {{
  value = "uksouth"
}}
{}"#,
        backend("network.tfstate")
    );
    let vault = KEYS.replace("var.location", "data.terraform_remote_state.network.outputs.location")
        + &reads("network", "network.tfstate")
        + &backend("keys.tfstate");
    let tree = Tree::new(&[("z-network/main.tf", network), ("y-keys/main.tf", vault), ("app/main.tf", app())]);
    assert_eq!(issues(&tree), ["app CMK020"]);
    assert!(tree.run(&[]).out.contains("uksouth"));
}

#[test]
fn a_state_file_is_matched_by_its_path_and_a_module_may_read_it() {
    let keys = format!("{LOCATION}{KEYS}");
    let read = |path: &str| {
        format!(
            r#"data "terraform_remote_state" "keys" {{
  backend = "local"
  config = {{ path = "{path}" }}
}}
"#
        )
    };
    let local = |path: &str| {
        disk("data.terraform_remote_state.keys.outputs.set.id").replace("westeurope", "northeurope") + &read(path)
    };
    let tree = Tree::new(&[("live/keys/main.tf", keys), ("live/app/main.tf", local("../keys/terraform.tfstate"))]);
    assert_eq!(issues(&tree), ["live/app CMK020"]);
    tree.write("live/app/main.tf", local("${path.module}/../keys/terraform.tfstate").as_bytes());
    assert_eq!(issues(&tree), ["live/app CMK020"]);
    tree.write("live/app/main.tf", local("../other/terraform.tfstate").as_bytes());
    assert!(issues(&tree).is_empty());
    tree.write("modules/disk/main.tf", local("${path.module}/../../live/keys/terraform.tfstate").as_bytes());
    tree.write("live/app/main.tf", b"module \"disk\" {\n  source = \"../../modules/disk\"\n}\n");
    assert_eq!(issues(&tree), ["live/app CMK020"]);
}

#[test]
fn an_environment_reads_the_state_of_its_own() {
    let inputs = |path: &str, location: &str| (path.to_owned(), format!("location = \"{location}\"\n"));
    let tree = Tree::new::<&str>(&[]);
    let files = [
        ("keys/main.tf".to_owned(), keys()),
        ("app/main.tf".to_owned(), app()),
        inputs("keys/dev.tfvars", "westeurope"),
        inputs("keys/prod.tfvars", "northeurope"),
        inputs("app/dev.tfvars", "westeurope"),
        inputs("app/prod.tfvars", "northeurope"),
    ];
    for (path, text) in files {
        tree.write(&path, text.as_bytes());
    }
    assert!(issues(&tree).is_empty());
    tree.write("app/prod.tfvars", b"location = \"westeurope\"\n");
    assert_eq!(issues(&tree), ["app with prod CMK020"]);
    // A reader without environments: which of the two is meant is not known, unless it names the workspace.
    for environment in ["dev", "prod"] {
        std::fs::remove_file(tree.path().join(format!("app/{environment}.tfvars"))).unwrap();
    }
    assert!(issues(&tree).is_empty());
    tree.write("app/main.tf", app().replace("backend = ", "workspace = \"dev\"\n  backend = ").as_bytes());
    assert_eq!(issues(&tree), ["app CMK020"]);
    tree.write("app/main.tf", app().replace("backend = ", "workspace = \"prod\"\n  backend = ").as_bytes());
    assert!(issues(&tree).is_empty());
}

#[test]
fn roots_that_read_each_others_states_do_not_hang() {
    let one = keys() + &reads("app", "app.tfstate");
    let other = app()
        + &backend("app.tfstate")
        + r#"output "x" {
  value = data.terraform_remote_state.keys.outputs.set.id
}
"#;
    let tree = Tree::new(&[("keys/main.tf", one), ("app/main.tf", other)]);
    let ran = tree.run(&["--format", "json"]);
    assert!(ran.code == 0 || ran.code == 2, "{}", ran.err);
}

const BICEP_DISK: &str = r#"param setId string
param location string = 'northeurope'

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk'
  location: location
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: setId }
  }
}
"#;

const BICEP_SET: &str = r#"resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-${uniqueString(resourceGroup().id)}'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://kv-estate.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef' }
  }
}

output setId string = des.id
"#;

const ARM_SET: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2024-03-02",
      "name": "des-estate",
      "location": "westeurope",
      "identity": { "type": "SystemAssigned" },
      "properties": {
        "activeKey": { "keyUrl": "https://kv-estate.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef" }
      }
    }
  ],
  "outputs": {
    "SetId": { "type": "string", "value": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des-estate')]" }
  }
}
"#;

fn link(root: &str, from: &str, inputs: &str) -> String {
    format!(
        r#"link "{root}" {{
  from   = "{from}"
  inputs = {{ {inputs} }}
}}
"#
    )
}

#[test]
fn a_stated_link_makes_an_output_an_input_whatever_the_languages() {
    let output = r#"output "set_id" {
  value = azurerm_disk_encryption_set.des.id
}
"#;
    let variable = r#"variable "set_id" {
  type = string
}
"#;
    let tf_disk = disk("var.set_id").replace("westeurope", "northeurope") + variable;
    let terraform = ("keys", "main.tf", format!("{LOCATION}{KEYS}{output}"), "set_id");
    let bicep = ("keys/main.bicep", "", BICEP_SET.to_owned(), "setId");
    let arm = ("keys/main.json", "", ARM_SET.to_owned(), "setId");
    for (from, file, text, output) in [terraform, bicep, arm] {
        for (to, app, input) in [("app/main.bicep", BICEP_DISK, "setId"), ("app", tf_disk.as_str(), "set_id")] {
            let tree = Tree::new::<&str>(&[]);
            tree.write(format!("{from}/{file}").trim_end_matches('/'), text.as_bytes());
            tree.write(if to == "app" { "app/main.tf" } else { to }, app.as_bytes());
            assert!(issues(&tree).iter().all(|i| !i.contains("CMK020")), "nothing says what it is");
            tree.write(".cmklint.hcl", link(to, from, &format!("{input} = \"{output}\"")).as_bytes());
            let found: Vec<String> = issues(&tree).into_iter().filter(|i| i.contains("CMK020")).collect();
            assert_eq!(found, [format!("{to} CMK020")], "{from} to {to}");
        }
    }
}

#[test]
fn a_link_goes_before_parameter_files_and_joins_environments_of_one_name() {
    let keys = format!(
        r#"{LOCATION}{KEYS}output "set_id" {{
  value = azurerm_disk_encryption_set.des.id
}}
"#
    );
    let parameters = |location: &str| {
        format!(
            r"using './main.bicep'
param setId = 'later'
param location = '{location}'
"
        )
    };
    let tree = Tree::new(&[
        ("infra/keys/main.tf", keys),
        ("infra/keys/dev.tfvars", "location = \"westeurope\"\n".to_owned()),
        ("infra/keys/prod.tfvars", "location = \"northeurope\"\n".to_owned()),
        ("infra/app/main.bicep", BICEP_DISK.to_owned()),
        ("infra/app/main.dev.bicepparam", parameters("westeurope")),
        ("infra/app/main.prod.bicepparam", parameters("northeurope")),
        ("infra/.cmklint.hcl", link("app/main.bicep", "./keys/", "setId = \"set_id\"")),
    ]);
    let found = |tree: &Tree| -> Vec<String> {
        let ran = tree.run(&["infra", "--format", "compact"]);
        assert_ne!(ran.code, 1, "{}", ran.err);
        ran.out.lines().filter(|line| line.contains("CMK020")).map(str::to_owned).collect()
    };
    assert!(found(&tree).is_empty(), "{:?}", found(&tree));
    tree.write("infra/app/main.prod.bicepparam", parameters("westeurope").as_bytes());
    assert_eq!(found(&tree).len(), 1, "{:?}", found(&tree));
}

#[test]
fn a_link_goes_before_variable_files_and_a_flag_before_it() {
    let app = disk("var.set_id").replace("westeurope", "northeurope")
        + r#"variable "set_id" {
  type = string
}
"#;
    let output = r#"output "set_id" {
  value = azurerm_disk_encryption_set.des.id
}
"#;
    let tree = Tree::new(&[
        ("keys/main.tf", format!("{LOCATION}{KEYS}{output}")),
        ("app/main.tf", app),
        ("app/terraform.tfvars", "set_id = \"later\"\n".to_owned()),
        (".cmklint.hcl", link("app", "keys", "set_id = \"set_id\"")),
    ]);
    assert_eq!(tree.found(&[]), ["app/main.tf:7 CMK020"]);
    assert!(tree.found(&["--var", "set_id=later"]).is_empty());
}

#[test]
fn a_typo_in_a_link_is_an_error_with_its_place_and_a_suggestion() {
    let tree = Tree::new(&[("keys/main.tf", keys()), ("app/main.bicep", BICEP_DISK.to_owned())]);
    let error = |text: &str| {
        tree.write(".cmklint.hcl", text.as_bytes());
        let ran = tree.run(&[]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        ran.err
    };
    let at = |err: &str, place: &str, help: &str| {
        assert!(err.contains(place) && err.contains(help), "{place} {help}: {err}");
    };
    at(
        &error(&link("app/mian.bicep", "keys", "setId = \"key_id\"")),
        ".cmklint.hcl:1:6",
        "did you mean app/main.bicep?",
    );
    at(&error(&link("app/main.bicep", "kesy", "setId = \"key_id\"")), ".cmklint.hcl:2:12", "did you mean keys?");
    at(&error(&link("app/main.bicep", "keys", "setID2 = \"key_id\"")), ".cmklint.hcl:3:14", "did you mean setId?");
    at(&error(&link("app/main.bicep", "keys", "setId = \"key_di\"")), ".cmklint.hcl:3:22", "did you mean key_id?");
    at(
        &error(
            r#"link "app/main.bicep" {
  form = "keys"
}
"#,
        ),
        ".cmklint.hcl:2:3",
        "did you mean from?",
    );
    at(
        &error(
            r#"link "app/main.bicep" {
  from = "keys"
}
"#,
        ),
        ".cmklint.hcl:1:1",
        "a link block says from which root",
    );
    at(
        &error(
            r#"link "app/main.bicep" {
  from = "keys"
  inputs = [1]
}
"#,
        ),
        ".cmklint.hcl:3:12",
        "inputs must be an object",
    );
    at(&error("lnik \"app/main.bicep\" {}\n"), ".cmklint.hcl:1:1", "did you mean link?");
    // A root that this run doesn't look at is no fault.
    tree.write(".cmklint.hcl", link("app/main.bicep", "keys", "setId = \"key_id\"").as_bytes());
    let ran = tree.run(&["app", "--verbose"]);
    assert!(ran.code != 1 && ran.err.contains("keys is no root of this run"), "{}", ran.err);
}
