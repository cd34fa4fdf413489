//! What a Terraform root is given from outside of its files, and what its providers are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use assert_cmd::Command;
use common::{EC_KEY, Tree};

/// The exit code and the report of a run with `TF_VAR_kind` in its environment.
fn with_kind(tree: &Tree, kind: &str, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("cmklint").unwrap();
    command.current_dir(tree.path()).args(["--format", "compact"]).args(args).env("TF_VAR_kind", kind);
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn variables_come_from_the_environment_only_where_that_is_asked_for() {
    let text = EC_KEY.replace("\"EC\"", "var.kind")
        + r#"variable "kind" {
  type = string
}
"#;
    let tree = Tree::new(&[("main.tf", text)]);
    let (code, out) = with_kind(&tree, "EC", &["--tf-var-env"]);
    assert!(code == Some(2) && out.contains("main.tf:18:") && out.contains("CMK001"), "{out}");
    let (code, out) = with_kind(&tree, "EC", &[]);
    assert_eq!(code, Some(0), "{out}");
    let (code, out) = with_kind(&tree, "RSA", &["--tf-var-env"]);
    assert_eq!(code, Some(0), "{out}");
    // As in Terraform, the command line goes before the environment.
    let (code, out) = with_kind(&tree, "EC", &["--tf-var-env", "--var", "kind=RSA"]);
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn the_workspace_is_known_where_it_is_given_and_a_condition_or_a_symbol_where_not() {
    let kinds = "{ prod = \"EC\", dev = \"RSA\" }[terraform.workspace]";
    let tree = Tree::new(&[("main.tf", EC_KEY.replace("\"EC\"", kinds))]);
    assert_eq!(tree.found(&["--workspace", "prod"]), ["main.tf:18 CMK001"]);
    assert!(tree.found(&["--workspace", "dev"]).is_empty());
    // Not given, the map says itself which workspaces there may be.
    let ran = tree.run(&[]);
    assert!(ran.code == 2 && ran.out.contains("When: terraform.workspace is 'prod'"), "{}{}", ran.out, ran.err);
    tree.write("main.tf", EC_KEY.replace("\"EC\"", "terraform.workspace").as_bytes());
    assert_eq!(tree.found(&["--workspace", "EC"]), ["main.tf:18 CMK001"]);
    let ran = tree.run(&[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

const MODULE: &str = r#"terraform {
  required_providers {
    azurerm = {
      source                = "hashicorp/azurerm"
      configuration_aliases = [azurerm.keys, azurerm.machines]
    }
  }
}
resource "azurerm_disk_encryption_set" "s" {
  provider            = azurerm.keys
  name                = "s"
  resource_group_name = "g"
  location            = "westeurope"
  key_vault_key_id    = "https://v.vault.azure.net/keys/k/00000000000000000000000000000000"
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_managed_disk" "d" {
  provider               = azurerm.machines
  name                   = "d"
  resource_group_name    = "g"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = azurerm_disk_encryption_set.s.id
}
"#;

/// A root with a provider for each of two subscriptions, which gives its module these.
fn two_subscriptions(keys: &str, machines: &str) -> String {
    let provider = |alias: &str, id: &str| {
        format!(
            r#"provider "azurerm" {{
  {alias}features {{}}
  subscription_id = "00000000-0000-0000-0000-00000000000{id}"
}}
"#
        )
    };
    format!(
        r#"{}{}module "disks" {{
  source = "./disks"
  providers = {{
    azurerm.keys     = {keys}
    azurerm.machines = {machines}
  }}
}}
"#,
        provider("", "a"),
        provider(
            r#"alias = "other"
  "#,
            "b"
        ),
    )
}

#[test]
fn a_module_with_aliased_providers_of_two_subscriptions_is_found_with_the_places_of_both() {
    let tree =
        Tree::new(&[("main.tf", two_subscriptions("azurerm.other", "azurerm").as_str()), ("disks/main.tf", MODULE)]);
    let line = 1 + MODULE.lines().position(|l| l.contains("disk_encryption_set_id =")).unwrap();
    assert_eq!(tree.found(&["--only", "CMK021"]), [format!("disks/main.tf:{line} CMK021")]);
    let ran = tree.run(&["--only", "CMK021"]);
    // The disk's provider is the root's first, the set's is the second.
    for place in ["main.tf:3:21", "main.tf:8:21"] {
        assert!(
            ran.out.contains(&format!("1. {place}  attribute subscription_id")),
            r"{place}
{}",
            ran.out
        );
    }
    // The same module in one subscription is right.
    for provider in ["azurerm", "azurerm.other"] {
        tree.write("main.tf", two_subscriptions(provider, provider).as_bytes());
        let ran = tree.run(&["--only", "CMK021"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn ephemeral_values_and_write_only_arguments_are_symbols_and_the_rest_is_checked() {
    let ephemeral = r#"variable "token" {
  type      = string
  ephemeral = true
  default   = "EC"
}
ephemeral "random_password" "p" {
  length = 16
}
ephemeral "azurerm_key_vault_secret" "kind" {
  name         = "kind"
  key_vault_id = azurerm_key_vault.kv.id
}
resource "azurerm_key_vault_secret" "s" {
  name             = "s"
  key_vault_id     = azurerm_key_vault.kv.id
  value_wo         = "${ephemeral.random_password.p.result}${var.token}"
  value_wo_version = 1
}
resource "azurerm_linux_virtual_machine" "m" {
  name                           = azurerm_key_vault_secret.s.value_wo
  resource_group_name            = azurerm_resource_group.rg.name
  location                       = azurerm_resource_group.rg.location
  size                           = "Standard_D2s_v5"
  admin_username                 = "admin"
  admin_password_wo              = ephemeral.random_password.p.result
  admin_password_wo_version      = 1
  depends_on                     = [azurerm_role_assignment.des]
  os_disk {
    caching                = "None"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  }
}
output "password" {
  value     = ephemeral.random_password.p.result
  ephemeral = true
}
"#;
    let of_kind = |kind: &str| EC_KEY.replace("\"EC\"", kind) + ephemeral;
    let tree = Tree::new(&[("main.tf", of_kind("ephemeral.azurerm_key_vault_secret.kind.value"))]);
    for kind in ["ephemeral.azurerm_key_vault_secret.kind.value", "azurerm_key_vault_secret.s.value_wo"] {
        tree.write("main.tf", of_kind(kind).as_bytes());
        let ran = tree.run(&[]);
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, ""),
            r"{kind}
{}",
            ran.out
        );
    }
    tree.write("main.tf", of_kind("\"EC\"").as_bytes());
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
}
