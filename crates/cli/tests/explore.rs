//! `--explore`: what would be found with another value of an input that is left at its default.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{Ran, Tree};

const SET: &str = r#"resource "azurerm_disk_encryption_set" "d" {
  count               = var.enable_cmk ? 1 : 0
  name                = "des"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = var.away ? "northeurope" : "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = var.enable_cmk ? azurerm_disk_encryption_set.d[0].id : null
}
"#;

fn variables(enable_cmk: &str, away: &str) -> String {
    format!(
        r#"variable "enable_cmk" {{
  {enable_cmk}
}}
variable "away" {{
  {away}
}}
{SET}"#
    )
}

fn run(files: &[(&str, &str)], args: &[&str]) -> Ran {
    let tree = Tree::new(files);
    tree.run(&[&["--only", "CMK020", "--no-color"], args].concat())
}

#[test]
fn a_boolean_that_is_left_at_its_default_is_switched_and_the_finding_says_when() {
    let text = variables("default = false", "default = true");
    assert_eq!(run(&[("main.tf", &text)], &[]).code, 0);
    let ran = run(&[("main.tf", &text)], &["--explore"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("When: enable_cmk is true\n"), "{}", ran.out);
    let configured = run(
        &[
            ("main.tf", &text),
            (
                ".cmklint.hcl",
                r"config {
  explore = true
}
",
            ),
        ],
        &[],
    );
    assert_eq!(configured.code, 2, "{}{}", configured.out, configured.err);
}

#[test]
fn the_default_may_spell_the_truth_value_or_be_null() {
    for (default, condition) in [("null", "var.enable_cmk == true"), ("\"false\"", "var.enable_cmk")] {
        let text = variables(&format!("type    = bool\n  default = {default}"), "default = true");
        let text = text.replace("var.enable_cmk", condition);
        let ran = run(&[("main.tf", &text)], &["--explore"]);
        assert!(ran.code == 2 && ran.out.contains("When: enable_cmk is true\n"), "{default}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn two_switches_are_never_turned_at_once() {
    let ran = run(&[("main.tf", &variables("default = false", "default = false"))], &["--explore"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn what_an_input_file_or_a_flag_gives_is_no_switch() {
    let text = variables("default = false", "default = true");
    let ran = run(&[("main.tf", &text), ("terraform.tfvars", "enable_cmk = false\n")], &["--explore"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let ran = run(&[("main.tf", &text)], &["--explore", "--var", "enable_cmk=false"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn what_is_found_with_the_defaults_is_reported_as_without_exploring() {
    let text = variables("default = true", "default = true");
    let plain = run(&[("main.tf", &text)], &[]);
    let explored = run(&[("main.tf", &text)], &["--explore"]);
    assert_eq!(plain.code, 2);
    assert_eq!(plain.out, explored.out);
}

#[test]
fn the_values_of_a_validation_are_looked_at_each() {
    let kind = r#"variable "kind" {
  default = "none"
  validation {
    condition     = contains(["none", "platform", "customer"], var.kind)
    error_message = "one of these"
  }
}
"#;
    let text =
        variables("default = false", "default = true").replace("var.enable_cmk", "lower(var.kind) == \"customer\"");
    let ran = run(&[("main.tf", &format!("{kind}{text}"))], &["--explore"]);
    assert!(ran.code == 2 && ran.out.contains("When: kind is 'customer'\n"), "{}{}", ran.out, ran.err);
}

const BICEP: &str = r"@allowed(['Gallery', 'CustomVHD'])
param kind string = 'Gallery'
param encrypt bool = true
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}
resource disk 'Microsoft.Compute/disks@2023-10-02' = if (encrypt) {
  name: 'disk'
  location: kind == 'Gallery' ? 'westeurope' : 'northeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
  }
}
";

#[test]
fn allowed_values_and_booleans_of_a_template_are_switches_and_those_a_module_is_left_are_not() {
    let ran = run(&[("main.bicep", BICEP)], &["--explore"]);
    assert!(ran.code == 2 && ran.out.contains("When: kind is 'CustomVHD'\n"), "{}{}", ran.out, ran.err);
    let given = run(
        &[("main.bicep", BICEP), ("main.bicepparam", "using 'main.bicep'\nparam kind = 'Gallery'\n")],
        &["--explore"],
    );
    assert_eq!(given.code, 0, "{}{}", given.out, given.err);
    let caller = r"module m 'disk.bicep' = {
  name: 'm'
}
";
    let called = run(&[("main.bicep", caller), ("disk.bicep", BICEP)], &["--explore"]);
    assert_eq!(called.code, 0, "{}{}", called.out, called.err);
}
