//! Ignore comments at the places of a finding, as a user meets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{Ran, Tree};

const SET: &str = r#"resource "azurerm_disk_encryption_set" "d" {
  name                = "des"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
"#;

const DISK: &str = r#"variable "location" {}
variable "set" {}
variable "name" {
  default = "x"
}
resource "azurerm_managed_disk" "x" {
  name                   = var.name
  location               = var.location
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = var.set
}
"#;

fn run(files: &[(&str, &str)]) -> Ran {
    Tree::new(files).run(&["--only", "CMK020", "--no-color"])
}

fn call(comment: &str, name: &str, location: &str) -> String {
    format!(
        r#"{comment}
module "{name}" {{
  source   = "./m"
  name     = "disk-{name}"
  location = {location}
  set      = azurerm_disk_encryption_set.d.id
}}
"#
    )
}

#[test]
fn a_comment_at_a_module_call_is_for_what_is_reached_through_it_and_no_other_call() {
    let comment = "# cmklint-ignore: CMK020 -- moves later";
    let wrong = "\"northeurope\"";
    let both = |a: &str, b: &str| format!("{SET}{}{}", call(a, "a", wrong), call(b, "b", wrong));
    let one = run(&[("main.tf", &both(comment, "")), ("m/main.tf", DISK)]);
    assert_eq!(one.code, 2, "b is not ignored: {}", one.out);
    assert!(!one.err.contains("matches no finding"), "{}", one.err);
    let all = run(&[("main.tf", &both(comment, comment)), ("m/main.tf", DISK)]);
    assert_eq!(all.code, 0, "{}", all.out);
    assert!(!all.err.contains("matches no finding"), "{}", all.err);
}

#[test]
fn a_comment_at_the_call_is_for_one_instance_of_it_too() {
    let each = r#"module "m" {
  for_each = { a = "westeurope", b = "northeurope" }
  source   = "./m"
  location = each.value
  set      = azurerm_disk_encryption_set.d.id
}
"#;
    let plain = format!("{SET}{each}");
    assert_eq!(run(&[("main.tf", &plain), ("m/main.tf", DISK)]).code, 2);
    for (from, to) in [
        ("module \"m\"", "# cmklint-ignore: CMK020\nmodule \"m\""),
        ("  location = each", "  # cmklint-ignore: CMK020\n  location = each"),
        ("\"northeurope\" }", "\"northeurope\" } # cmklint-ignore: CMK020"),
    ] {
        let ran = run(&[("main.tf", &plain.replace(from, to)), ("m/main.tf", DISK)]);
        assert_eq!(ran.code, 0, "{to}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_comment_works_where_the_input_is_given() {
    let root = format!(
        "{SET}{}",
        DISK.replace("var.set", "azurerm_disk_encryption_set.d.id").replace("variable \"set\" {}\n", "")
    );
    let values = "location = \"northeurope\" # cmklint-ignore: CMK020\n";
    let ran = run(&[("main.tf", &root), ("terraform.tfvars", values)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let ran = run(&[("main.tf", &root), ("terraform.tfvars", "location = \"northeurope\"\n")]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
}

const BICEP: &str = r"param location string
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}
@description('a disk')
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: location
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
  }
}
";

#[test]
fn in_bicep_a_comment_works_before_decorators_at_a_module_and_in_a_parameter_file() {
    let parameters = "using 'main.bicep'\nparam location = 'northeurope'\n";
    assert_eq!(run(&[("main.bicep", BICEP), ("main.bicepparam", parameters)]).code, 2);
    let ignored = parameters.replace("param", "// cmklint-ignore: CMK020\nparam");
    let ran = run(&[("main.bicep", BICEP), ("main.bicepparam", &ignored)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for at in ["@description", "resource disk", "  location: location"] {
        let text = BICEP.replace(at, &format!("// cmklint-ignore: CMK020\n{at}"));
        let ran = run(&[("main.bicep", &text), ("main.bicepparam", parameters)]);
        assert_eq!(ran.code, 0, "{at}\n{}{}", ran.out, ran.err);
    }
    let caller = r"// cmklint-ignore: CMK020
module m 'disk.bicep' = {
  name: 'm'
  params: { location: 'northeurope' }
}
";
    let ran = run(&[("main.bicep", caller), ("disk.bicep", BICEP)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_comment_at_the_encryption_set_is_not_for_the_disks_that_use_it() {
    let root = format!("# cmklint-ignore: CMK020\n{SET}{}", call("", "a", "\"northeurope\""));
    assert_eq!(run(&[("main.tf", &root), ("m/main.tf", DISK)]).code, 2);
}

#[test]
fn a_misspelt_ignore_comment_is_reported_with_what_is_meant() {
    for (comment, meant) in [
        ("# cmklint-ingore: CMK020", "did you mean cmklint-ignore:"),
        ("# cmklint-ignore CMK020", "did you mean cmklint-ignore:"),
        ("// cmklint: ignore CMK020", "did you mean cmklint-ignore:"),
        ("# cmklint-disable-next-line CMK020", "did you mean cmklint-ignore:"),
        ("# cmklint_ignore_file: CMK020", "did you mean cmklint-ignore-file:"),
        ("# cmklint-ignore: CMK200", "no such rule: CMK200"),
        ("# cmklint-ignore: same_regoin", "did you mean same_region?"),
    ] {
        let ran = run(&[("main.tf", &format!("{comment}\n{SET}"))]);
        assert!(ran.err.contains(meant), "{comment}\n{}", ran.err);
    }
    for comment in ["# cmklint finds these", "# see cmklint-baseline.json", "# cmklint's own disk"] {
        let ran = run(&[("main.tf", &format!("{comment}\n{SET}"))]);
        assert!(!ran.err.contains("no ignore comment"), "{comment}\n{}", ran.err);
    }
}

/// A set in westeurope and a disk in northeurope in Terraform's JSON syntax, with these properties in the file and in the disk.
fn in_json(of_file: &str, of_disk: &str) -> Ran {
    let text = format!(
        r#"{{
  {of_file}
  "resource": {{
    "azurerm_disk_encryption_set": {{
      "d": {{
        "name": "des",
        "location": "westeurope",
        "resource_group_name": "rg",
        "key_vault_key_id": "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef",
        "identity": {{ "type": "SystemAssigned" }}
      }}
    }},
    "azurerm_managed_disk": {{
      "x": {{
        {of_disk}
        "name": "disk",
        "location": "northeurope",
        "resource_group_name": "rg",
        "storage_account_type": "Premium_LRS",
        "create_option": "Empty",
        "disk_size_gb": 10,
        "disk_encryption_set_id": "${{azurerm_disk_encryption_set.d.id}}"
      }}
    }}
  }}
}}
"#
    );
    run(&[("main.tf.json", &text)])
}

#[test]
fn in_terraforms_json_syntax_a_comment_property_is_for_the_object_that_it_is_in() {
    assert_eq!(in_json("", "").code, 2);
    for comment in [
        r#""//": "cmklint-ignore: CMK020 -- moves later","#,
        r#""//": "cmklint-ignore: all","#,
        r#""//": { "comment": "cmklint-ignore: CMK020" },"#,
    ] {
        let ran = in_json("", comment);
        assert_eq!(ran.code, 0, "{comment}: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("ignore"), "{comment}: {}", ran.err);
    }
    let of_file = in_json(r#""//": "cmklint-ignore-file: CMK020","#, "");
    assert_eq!(of_file.code, 0, "{}{}", of_file.out, of_file.err);
    let other = in_json("", r#""//": "cmklint-ignore: CMK001","#);
    assert_eq!(other.code, 2);
    let misplaced = in_json("", r#""//": "cmklint-ignore-file: CMK020","#);
    assert_eq!(misplaced.code, 2);
    assert!(misplaced.err.contains("goes only at the top of a file"), "{}", misplaced.err);
    let unknown = in_json("", r#""//": "cmklint-ignore: CMK999","#);
    assert!(unknown.err.contains("no such rule: CMK999"), "{}", unknown.err);
    // Words about the comment are none.
    assert_eq!(in_json("", r#""//": "see cmklint-ignore: CMK020","#).code, 2);
}
