//! A fleet comes to what one run over all its repositories comes to.

#![allow(clippy::panic, clippy::unwrap_used)] // helpers of tests are tests

use std::collections::BTreeMap;
use std::path::Path;

use cmklint_fleet::{Finding, Options, RepositoryReport, check, scan, together};
use cmklint_generator::draw::draw;
use cmklint_generator::render::write;
use cmklint_generator::style::{Language, Style};
use tempfile::TempDir;

/// Estates that are cut into repositories here; python/tests takes more, over several engines.
const ESTATES: u64 = 60;

fn put(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, text).unwrap();
}

/// A folder with the files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    files.iter().for_each(|(path, text)| put(root.path(), path, text));
    root
}

fn by_name(reports: Vec<RepositoryReport>) -> BTreeMap<String, RepositoryReport> {
    reports.into_iter().map(|report| (report.repository.clone(), report)).collect()
}

/// The findings of all repositories, of which a fleet has the same as one run.
fn same(root: &Path, repositories: &[&str], what: &str) -> Vec<(String, Finding)> {
    let options = Options::default();
    let fleet = check(root, repositories, &options);
    assert!(fleet.failed.is_empty(), "{what}: {:?}", fleet.failed);
    let expected = by_name(together(root, repositories, &options).unwrap());
    assert_eq!(fleet.reports, expected, "{what}, groups {:?}", fleet.groups);
    expected.into_values().flat_map(|r| r.findings.into_iter().map(move |f| (r.repository.clone(), f))).collect()
}

fn rules(found: &[(String, Finding)]) -> Vec<(&str, &str)> {
    found.iter().map(|(repository, finding)| (repository.as_str(), finding.rule.as_str())).collect()
}

#[test]
fn estates_that_are_cut_into_repositories_come_to_the_same() {
    let (mut apart, mut all) = (0, 0);
    for seed in 1..=ESTATES {
        let languages = [Some(Language::Terraform), Some(Language::Bicep), Some(Language::Arm), None];
        let written = write(&draw(seed), &Style::draw(seed * 31, languages[usize::try_from(seed % 4).unwrap()]));
        let root = tempfile::tempdir().unwrap();
        written.files.iter().for_each(|(path, text)| put(root.path(), path, text));
        let mut repositories: Vec<&str> = written.files.keys().filter_map(|path| path.split('/').next()).collect();
        repositories.dedup();
        let found = same(root.path(), &repositories, &format!("seed {seed}"));
        all += found.len();
        let alone = repositories.iter().map(|name| scan(root.path(), name, &Options::default()).unwrap());
        apart += alone.map(|scan| scan.report.findings.len()).sum::<usize>();
    }
    // Else nothing is joined, and the test says nothing.
    assert!(all > apart + 10, "{apart} findings of single repositories, {all} in all");
}

const VAULT: &str = r#"
resource "azurerm_key_vault" "v" {
  name                       = "kv-shared-0001"
  location                   = "westeurope"
  resource_group_name        = "rg-keys"
  sku_name                   = "premium"
  tenant_id                  = "00000000-1111-2222-3333-444444444444"
  enable_rbac_authorization  = true
  purge_protection_enabled   = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}
"#;

const SET: &str = r#"
data "azurerm_key_vault" "v" {
  name                = "kv-shared-0001"
  resource_group_name = "rg-keys"
}
data "azurerm_key_vault_key" "k" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.v.id
}
resource "azurerm_disk_encryption_set" "s" {
  name                = "des-app"
  resource_group_name = "rg-app"
  location            = "westeurope"
  key_vault_key_id    = data.azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
"#;

const DISK: &str = r#"
data "azurerm_disk_encryption_set" "s" {
  name                = "des-app"
  resource_group_name = "rg-app"
}
resource "azurerm_managed_disk" "d" {
  name                   = "disk"
  resource_group_name    = "rg-app"
  location               = "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = data.azurerm_disk_encryption_set.s.id
}
"#;

#[test]
fn a_grant_of_another_repository_takes_a_finding_away() {
    // A root that names no resource of a vault is not evaluated.
    let role = r#"
data "azurerm_key_vault" "other" {
  name                = "kv-other-0002"
  resource_group_name = "rg-keys"
}
resource "azurerm_role_assignment" "r" {
  scope                = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-keys"
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = "99999999-8888-7777-6666-555555555555"
}
"#;
    let files = [("keys/main.tf", VAULT), ("app/main.tf", SET), ("disks/main.tf", DISK), ("iam/main.tf", role)];
    let root = tree(&files);
    let found = same(root.path(), &["keys", "app", "disks"], "without the grant");
    assert!(rules(&found).contains(&("app", "CMK071")), "{found:#?}");
    assert!(rules(&found).contains(&("disks", "CMK020")), "{found:#?}");
    let found = same(root.path(), &["keys", "app", "disks", "iam"], "with the grant");
    assert!(!rules(&found).contains(&("app", "CMK071")), "{found:#?}");
}

#[test]
fn a_state_and_a_path_lead_into_other_repositories() {
    let backend = r#"
terraform { 
  backend "azurerm" { 
    storage_account_name = "state"
    container_name       = "net"
    key                  = "keys.tfstate"
  }
}
output "set_id" { value = azurerm_disk_encryption_set.s.id }
"#;
    let reader = r#"
data "terraform_remote_state" "keys" {
  backend = "azurerm"
  config = {
    storage_account_name = "state"
    container_name       = "net"
    key                  = "keys.tfstate"
  }
}
module "disk" {
  source = "../modules/disk"
  set_id = data.terraform_remote_state.keys.outputs.set_id
}
"#;
    let module = r#"
variable "set_id" {}
resource "azurerm_managed_disk" "d" {
  name                   = "disk"
  resource_group_name    = "rg-other"
  location               = "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = var.set_id
}
"#;
    let root = tree(&[
        ("sets/main.tf", SET),
        ("sets/backend.tf", backend),
        ("app/main.tf", reader),
        ("modules/disk/main.tf", module),
    ]);
    let found = same(root.path(), &["app", "modules", "sets"], "state and path");
    assert!(found.iter().any(|(_, finding)| finding.rule == "CMK020"), "{found:#?}");
}

#[test]
fn encryption_sets_are_counted_over_repositories() {
    let sets = |count: u32| {
        format!(
            r#"
provider "azurerm" {{
  features {{}}
  subscription_id = "22222222-2222-2222-2222-222222222222"
}}
resource "azurerm_disk_encryption_set" "s" {{
  count               = {count}
  name                = "des-${{count.index}}"
  resource_group_name = "rg-${{path.module}}"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-x.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {{
    type = "SystemAssigned"
  }}
}}
"#
        )
    };
    let (a, b) = (sets(700), sets(301).replace("\"des-", "\"other-"));
    let root = tree(&[("a/main.tf", a.as_str()), ("b/main.tf", b.as_str())]);
    let found = same(root.path(), &["a", "b"], "1001 sets");
    assert!(found.iter().any(|(_, finding)| finding.rule == "CMK050"), "{found:#?}");
    let few = sets(300).replace("\"des-", "\"other-");
    put(root.path(), "b/main.tf", &few);
    let found = same(root.path(), &["a", "b"], "1000 sets");
    assert!(!found.iter().any(|(_, finding)| finding.rule == "CMK050"), "{found:#?}");
}

#[test]
fn a_repository_that_fails_is_named_and_the_others_go_on() {
    let root = tree(&[
        ("keys/main.tf", VAULT),
        ("app/main.tf", SET),
        ("disks/main.tf", DISK),
        ("broken/.cmklint.hcl", "rule \"CMK999\" {\n"),
        ("broken/main.tf", DISK),
    ]);
    let fleet = check(root.path(), &["app", "broken", "disks", "gone", "keys", "../keys"], &Options::default());
    assert_eq!(fleet.failed.keys().collect::<Vec<_>>(), ["../keys", "broken", "gone"], "{:?}", fleet.failed);
    let expected = by_name(together(root.path(), &["app", "disks", "keys"], &Options::default()).unwrap());
    assert_eq!(fleet.reports, expected);
}

#[test]
fn a_log_of_each_repository_has_its_paths() {
    let root = tree(&[("keys/main.tf", VAULT), ("app/main.tf", SET), ("disks/main.tf", DISK)]);
    let options = Options { sarif: true, ..Options::default() };
    let fleet = check(root.path(), &["app", "disks", "keys"], &options);
    let sarif = fleet.reports["disks"].sarif.as_deref().unwrap();
    assert!(sarif.contains("\"CMK020\"") && sarif.contains("\"../app/main.tf\""), "{sarif}");
    assert!(!sarif.contains("\"disks/main.tf\""), "{sarif}");
}
