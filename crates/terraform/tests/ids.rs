//! Functions of ids, and of lists of them.

mod common;

use common::{eval_with, root};

const BLOCKS: &str = r#"
variable "on" {}
variable "other" {}
variable "group" {}
provider "azurerm" {
  subscription_id = "11111111-1111-1111-1111-111111111111"
}
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-a"
  resource_group_name = "rg-a"
}
resource "azurerm_key_vault" "v" {
  name                = "kv"
  resource_group_name = var.group
}
resource "azurerm_resource_group" "g" {
  name = "rg-b"
}
locals {
  id    = azurerm_disk_encryption_set.d.id
  maybe = var.on == "yes" ? [local.id] : []
}
"#;

fn value(expr: &str) -> String {
    eval_with(BLOCKS, expr).replace(",]", "]").replace(",}", "}")
}

/// That `expr` is the id of the encryption set itself.
fn is_the_set(expr: &str) {
    let text = format!(
        r#"{BLOCKS}
resource "azurerm_managed_disk" "x" {{
 name = "x"
 disk_encryption_set_id = {expr}
}}
"#
    );
    let root = root(&[("main.tf", &text)]);
    let found = root.get("azurerm_managed_disk.x", "properties.encryption.diskEncryptionSetId");
    assert!(found == "azurerm_disk_encryption_set.d.id", "{expr}: {found}");
}

#[test]
fn what_changes_nothing_of_an_id_leaves_it_the_resources() {
    for expr in [
        "lower(local.id)",
        "upper(trimspace(local.id))",
        "trimsuffix(local.id, \"/\")",
        "trimprefix(local.id, \"id:\")",
        "replace(local.id, \"zzz\", \"y\")",
        "replace(local.id, \"resourceGroups\", \"resourcegroups\")",
        "replace(local.id, \"/resourceGroups/\", \"resourcegroups\")",
        "provider::azurerm::normalise_resource_id(local.id)",
        "flatten([[local.id]])[0]",
        "trimsuffix(\"${local.id}/\", \"/\")",
        "split(\",\", join(\",\", [local.id, \"x\"]))[0]",
        "sort([local.id])[0]",
        "tolist(toset([local.id]))[0]",
        "setproduct([\"a\", \"b\"], [local.id])[1][1]",
        "setproduct(toset([local.id]), [\"a\"])[0][0]",
        "one(distinct([local.id, local.id]))",
        "flatten([[], [[local.id], [\"a\"]]])[0]",
        "compact([\"\", null, local.id])[0]",
        "compact(concat([local.id], [\"\"]))[0]",
        "matchkeys([\"a\", local.id], [\"weu\", \"neu\"], [\"neu\"])[0]",
        "matchkeys([local.id], [var.other], [var.other])[0]",
        "coalesce(provider::azurerm::parse_resource_id(local.id).id, \"\")",
    ] {
        is_the_set(expr);
    }
}

#[test]
fn ids_are_taken_apart_as_far_as_names_are_known() {
    for (expr, expected) in [
        ("split(\"/\", local.id)[8]", "\"des-a\""),
        ("split(\"/\", local.id)[2]", "\"11111111-1111-1111-1111-111111111111\""),
        ("element(split(\"/\", azurerm_key_vault.v.id), 4)", "<d0:var.group>"),
        ("split(\"/\", azurerm_resource_group.g.id)[4]", "\"rg-b\""),
        ("basename(local.id)", "\"des-a\""),
        ("provider::azurerm::parse_resource_id(local.id).resource_group_name", "\"rg-a\""),
        ("provider::azurerm::parse_resource_id(local.id).resource_name", "\"des-a\""),
        (
            "provider::azurerm::parse_resource_id(local.id)[\"full_resource_type\"]",
            "\"Microsoft.Compute/diskEncryptionSets\"",
        ),
        ("provider::azapi::parse_resource_id(\"Microsoft.Compute/diskEncryptionSets\", local.id).name", "\"des-a\""),
        (
            "provider::azapi::parse_resource_id(\"Microsoft.KeyVault/vaults/keys\", \"${azurerm_key_vault.v.id}/keys/k\").name",
            "\"k\"",
        ),
        (
            "provider::azapi::parse_resource_id(\"Microsoft.Compute/disks\", \"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d\").parent_id",
            "\"/subscriptions/s/resourceGroups/g\"",
        ),
        (
            "provider::azurerm::parse_resource_id(\"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/keys/k\").parent_resources",
            "{\"vaults\":\"v\"}",
        ),
    ] {
        assert_eq!(value(expr), expected, "{expr}");
    }
}

#[test]
fn ids_are_built() {
    let disk = "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d\"";
    for (expr, expected) in [
        (
            "provider::azapi::build_resource_id(\"/subscriptions/s/resourceGroups/g\", \"Microsoft.Compute/disks\", \"d\")",
            disk,
        ),
        ("provider::azapi::resource_group_resource_id(\"s\", \"g\", \"Microsoft.Compute/disks\", [\"d\"])", disk),
        (
            "provider::azapi::subscription_resource_id(\"s\", \"Microsoft.Resources/resourceGroups\", [\"g\"])",
            "\"/subscriptions/s/providers/Microsoft.Resources/resourceGroups/g\"",
        ),
        ("provider::azapi::tenant_resource_id(\"Microsoft.A/b\", [\"c\"])", "\"/providers/Microsoft.A/b/c\""),
        (
            "provider::azapi::build_resource_id(azurerm_resource_group.g.id, \"Microsoft.Compute/disks\", \"d\")",
            "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-b/providers/Microsoft.Compute/disks/d\"",
        ),
        (
            "provider::azapi::build_resource_id(local.id, \"Microsoft.Compute/diskEncryptionSets/x\", \"y\")",
            "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-a/providers/Microsoft.Compute/diskEncryptionSets/des-a/x/y\"",
        ),
        (
            "provider::azapi::extension_resource_id(\"/subscriptions/s/resourceGroups/g\", \"Microsoft.L/locks\", [\"l\"])",
            "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.L/locks/l\"",
        ),
        ("replace(azurerm_disk_encryption_set.d.id, \"des-a\", \"des-b\") == \"\"", "false"),
    ] {
        assert_eq!(value(expr), expected, "{expr}");
    }
}

#[test]
fn what_hangs_on_a_condition_stays_so() {
    let then = |expr: &str| {
        let made = value(expr);
        assert!(made.starts_with('(') || made.contains('?'), "{expr}: {made}");
    };
    then("length(flatten([local.maybe, [\"a\"]]))");
    then("length(compact([var.on == \"yes\" ? local.id : \"\", \"a\"]))");
    then("matchkeys([\"a\", \"b\"], [var.other, \"y\"], [\"x\", \"y\"])[0]");
}

#[test]
fn what_is_not_known_of_an_id_is_not_told() {
    for expr in [
        // The group's name may hold it.
        "replace(azurerm_key_vault.v.id, \"zzz\", \"y\")",
        // And so may the subscription's id.
        "replace(azurerm_key_vault.v.id, \"ab\", \"y\")",
        "replace(local.id, \"/a.*/\", \"y\")",
        "provider::azurerm::parse_resource_id(var.other).resource_name",
        "provider::other::whatever(1)",
        "provider::azapi::tenant_resource_id(\"Microsoft.A/b\", [\"c\", \"d\"])",
        "flatten([var.other])[0]",
    ] {
        let made = value(expr);
        assert!(made.contains('<'), "{expr}: {made}");
    }
}
