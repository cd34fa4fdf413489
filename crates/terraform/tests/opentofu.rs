//! Where OpenTofu differs from Terraform.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{ParseCache, calls, shadowed_by};
use common::{clean, root};

fn group(name: &str) -> String {
    format!(
        r#"resource "azurerm_resource_group" "{name}" {{
  name = "{name}"
  location = "westeurope"
}}
"#
    )
}

#[test]
fn a_tofu_file_is_read_in_the_place_of_the_tf_file_of_its_name() {
    let (a, b, c, d) = (group("a"), group("b"), group("c"), group("d"));
    let json = "{\"resource\": {\"azurerm_resource_group\": {\"j\": {\"name\": \"j\", \"location\": \"x\"}}}}";
    let root = root(&[
        ("main.tf", &a),
        ("main.tofu", &b),
        ("other.tf", &c),
        ("x.tf.json", "{"),
        ("x.tofu.json", json),
        ("y.tf", &d),
    ]);
    assert_eq!(root.codes(), Vec::<&str>::new());
    let mut found = root.addresses();
    found.sort_unstable();
    let groups = ["b", "c", "d", "j"].map(|n| format!("azurerm_resource_group.{n}"));
    assert_eq!(found, groups);
    assert_eq!(shadowed_by("main.tf", &root.sources).as_deref(), Some("main.tofu"));
    assert_eq!(shadowed_by("other.tf", &root.sources), None);
}

#[test]
fn a_tofu_override_file_is_an_override() {
    let over = r#"resource "azurerm_resource_group" "a" {
  location = "northeurope"
}
"#;
    let root = root(&[("main.tf", &group("a")), ("a_override.tofu", over)]);
    assert_eq!(root.codes(), Vec::<&str>::new());
    assert_eq!(root.get("azurerm_resource_group.a", "location"), "\"northeurope\"");
}

#[test]
fn a_source_may_be_an_expression_of_variables() {
    let main = r#"variable "kind" { default = "m" }
locals { from = "./${var.kind}" }
module "a" {
  source = local.from
}
"#;
    let files = [("main.tf", main), ("m/main.tf", &group("inner"))];
    let found = root(&files);
    assert_eq!(found.addresses(), ["module.a.azurerm_resource_group.inner"]);
    assert_eq!(calls("", &Sources::new(MemoryLoader::new(files)), &ParseCache::default()), ["m"]);
}

#[test]
fn a_disabled_resource_is_not_there_and_reads_as_null() {
    let root = clean(
        r#"variable "on" {}
resource "azurerm_resource_group" "off" {
  name = "off"
  location = "x"
  lifecycle { enabled = false }
}
resource "azurerm_resource_group" "maybe" {
  name = "maybe"
  location = "x"
  lifecycle { enabled = var.on }
}
resource "azurerm_resource_group" "o" {
  name = "o"
  location = coalesce(try(azurerm_resource_group.off.location, null), "y")
}
"#,
    );
    assert_eq!(root.addresses(), ["azurerm_resource_group.maybe", "azurerm_resource_group.o"]);
    assert!(root.condition("azurerm_resource_group.maybe").contains("var.on"));
    assert_eq!(root.get("azurerm_resource_group.o", "location"), "\"y\"");
}

#[test]
fn each_instance_of_a_provider_has_its_own_subscription() {
    let root = clean(
        r#"locals { subs = { west = "s-west", north = "s-north" } }
provider "azurerm" {
  features {}
  subscription_id = "s-default"
}
provider "azurerm" {
  alias = "by_region"
  for_each = local.subs
  features {}
  subscription_id = each.value
}
resource "azurerm_resource_group" "g" {
  for_each = local.subs
  provider = azurerm.by_region[each.key]
  name = each.key
  location = "x"
}
resource "azurerm_resource_group" "h" {
  provider = azurerm.by_region["west"]
  name = "h"
  location = "x"
}
"#,
    );
    for (address, subscription) in [("g[\"west\"]", "s-west"), ("g[\"north\"]", "s-north"), ("h", "s-west")] {
        let found = root.resource(&format!("azurerm_resource_group.{address}"));
        assert_eq!(found.scope.subscription.as_str(), Some(subscription), "{address}");
    }
}

#[test]
fn a_provider_instance_handed_to_a_module_is_not_taken_for_the_default_one() {
    let main = r#"provider "azurerm" {
  features {}
  subscription_id = "s-default"
}
provider "azurerm" {
  alias = "by"
  for_each = { a = "s-a" }
  features {}
  subscription_id = each.value
}
module "m" {
  for_each = { a = 1 }
  source = "./m"
  providers = { azurerm = azurerm.by[each.key] }
}
"#;
    let root = root(&[("main.tf", main), ("m/main.tf", &group("g"))]);
    let found = root.resource("module.m[\"a\"].azurerm_resource_group.g");
    assert_eq!(found.scope.subscription.as_str(), None);
}

#[test]
fn encryption_of_the_state_is_skipped() {
    let text = r#"terraform {
  encryption {
    key_provider "pbkdf2" "k" { passphrase = var.p }
    state { enforced = true }
  }
}
"#;
    let root = clean(&format!("{text}{}", group("a")));
    assert_eq!(root.addresses(), ["azurerm_resource_group.a"]);
}
