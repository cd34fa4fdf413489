//! Where OpenTofu differs from Terraform.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{ParseCache, calls, shadowed_by};
use common::{clean, root};

fn group(name: &str) -> String {
    format!("resource \"azurerm_resource_group\" \"{name}\" {{\n  name = \"{name}\"\n  location = \"westeurope\"\n}}\n")
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
    let over = "resource \"azurerm_resource_group\" \"a\" {\n  location = \"northeurope\"\n}\n";
    let root = root(&[("main.tf", &group("a")), ("a_override.tofu", over)]);
    assert_eq!(root.codes(), Vec::<&str>::new());
    assert_eq!(root.get("azurerm_resource_group.a", "location"), "\"northeurope\"");
}

#[test]
fn a_source_may_be_an_expression_of_variables() {
    let main = "variable \"kind\" { default = \"m\" }\nlocals { from = \"./${var.kind}\" }\nmodule \"a\" {\n  source = local.from\n}\n";
    let files = [("main.tf", main), ("m/main.tf", &group("inner"))];
    let found = root(&files);
    assert_eq!(found.addresses(), ["module.a.azurerm_resource_group.inner"]);
    assert_eq!(calls("", &Sources::new(MemoryLoader::new(files)), &ParseCache::default()), ["m"]);
}

#[test]
fn a_disabled_resource_is_not_there_and_reads_as_null() {
    let root = clean(
        "variable \"on\" {}\n\
         resource \"azurerm_resource_group\" \"off\" {\n  name = \"off\"\n  location = \"x\"\n  lifecycle { enabled = false }\n}\n\
         resource \"azurerm_resource_group\" \"maybe\" {\n  name = \"maybe\"\n  location = \"x\"\n  lifecycle { enabled = var.on }\n}\n\
         resource \"azurerm_resource_group\" \"o\" {\n  name = \"o\"\n  location = coalesce(try(azurerm_resource_group.off.location, null), \"y\")\n}\n",
    );
    assert_eq!(root.addresses(), ["azurerm_resource_group.maybe", "azurerm_resource_group.o"]);
    assert!(root.condition("azurerm_resource_group.maybe").contains("var.on"));
    assert_eq!(root.get("azurerm_resource_group.o", "location"), "\"y\"");
}

#[test]
fn each_instance_of_a_provider_has_its_own_subscription() {
    let root = clean(
        "locals { subs = { west = \"s-west\", north = \"s-north\" } }\n\
         provider \"azurerm\" {\n  features {}\n  subscription_id = \"s-default\"\n}\n\
         provider \"azurerm\" {\n  alias = \"by_region\"\n  for_each = local.subs\n  features {}\n  subscription_id = each.value\n}\n\
         resource \"azurerm_resource_group\" \"g\" {\n  for_each = local.subs\n  provider = azurerm.by_region[each.key]\n  name = each.key\n  location = \"x\"\n}\n\
         resource \"azurerm_resource_group\" \"h\" {\n  provider = azurerm.by_region[\"west\"]\n  name = \"h\"\n  location = \"x\"\n}\n",
    );
    for (address, subscription) in [("g[\"west\"]", "s-west"), ("g[\"north\"]", "s-north"), ("h", "s-west")] {
        let found = root.resource(&format!("azurerm_resource_group.{address}"));
        assert_eq!(found.scope.subscription.as_str(), Some(subscription), "{address}");
    }
}

#[test]
fn a_provider_instance_handed_to_a_module_is_not_taken_for_the_default_one() {
    let main = "provider \"azurerm\" {\n  features {}\n  subscription_id = \"s-default\"\n}\n\
                provider \"azurerm\" {\n  alias = \"by\"\n  for_each = { a = \"s-a\" }\n  features {}\n  subscription_id = each.value\n}\n\
                module \"m\" {\n  for_each = { a = 1 }\n  source = \"./m\"\n  providers = { azurerm = azurerm.by[each.key] }\n}\n";
    let root = root(&[("main.tf", main), ("m/main.tf", &group("g"))]);
    let found = root.resource("module.m[\"a\"].azurerm_resource_group.g");
    assert_eq!(found.scope.subscription.as_str(), None);
}

#[test]
fn encryption_of_the_state_is_passed_over() {
    let text = "terraform {\n  encryption {\n    key_provider \"pbkdf2\" \"k\" { passphrase = var.p }\n    state { enforced = true }\n  }\n}\n";
    let root = clean(&format!("{text}{}", group("a")));
    assert_eq!(root.addresses(), ["azurerm_resource_group.a"]);
}
