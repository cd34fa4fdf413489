//! Terraform's modules and template deployments, from files to findings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const VAULT: &str = "variable \"purge\" {\n  type = bool\n}\nvariable \"region\" {}\nvariable \"name\" {}\nresource \"azurerm_key_vault\" \"v\" {\n  name = var.name\n  resource_group_name = \"rg\"\n  location = var.region\n  tenant_id = \"t\"\n  sku_name = \"standard\"\n  purge_protection_enabled = var.purge\n}\n\
resource \"azurerm_key_vault_key\" \"k\" {\n  name = \"k\"\n  key_vault_id = azurerm_key_vault.v.id\n  key_type = \"RSA\"\n  key_size = 1024\n}\n\
resource \"azurerm_disk_encryption_set\" \"s\" {\n  name = var.name\n  resource_group_name = \"rg\"\n  location = \"westeurope\"\n  key_vault_key_id = azurerm_key_vault_key.k.id\n  identity {\n    type = \"SystemAssigned\"\n  }\n}\n";
const MAIN: &str = "module \"vault\" {\n  source   = \"org/vault/azurerm\"\n  for_each = toset([\"a\", \"b\"])\n  purge    = false\n  name     = each.key\n  region   = \"northeurope\"\n}\n";
const MANIFEST: &str = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
 {"Key":"vault","Source":"registry.terraform.io/org/vault/azurerm","Version":"1.0.0","Dir":".terraform/modules/vault"}]}"#;

#[test]
fn faults_of_an_installed_module_stand_at_the_argument_that_brings_them_once_for_all_instances() {
    let tree = Tree::new(&[
        ("live/main.tf", MAIN),
        ("live/.terraform/modules/modules.json", MANIFEST),
        ("live/.terraform/modules/vault/main.tf", VAULT),
    ]);
    let expected = ["live/main.tf:1 CMK002", "live/main.tf:1 CMK020", "live/main.tf:1 CMK071", "live/main.tf:4 CMK070"];
    assert_eq!(tree.found(&[]), expected);
    let ran = tree.run(&["--only", "CMK070"]);
    assert!(ran.out.contains("the same fault was found in 1 further instance"), "{}", ran.out);
    assert!(ran.out.contains(".terraform/modules/vault/main.tf:12:30"), "the way through the module: {}", ran.out);
    assert!(tree.found(&["--call-module-type", "local"]).is_empty());
}

#[test]
fn an_ignore_comment_at_the_call_or_the_argument_holds_for_an_installed_module() {
    let main = MAIN
        .replace("  purge    = false", "  purge    = false # cmklint-ignore: CMK070")
        .replace("module \"vault\"", "# cmklint-ignore: CMK002, CMK020, CMK071\nmodule \"vault\"");
    let tree = Tree::new(&[
        ("main.tf", main.as_str()),
        (".terraform/modules/modules.json", MANIFEST),
        (".terraform/modules/vault/main.tf", VAULT),
    ]);
    assert!(tree.found(&[]).is_empty());
}
