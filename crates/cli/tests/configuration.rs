//! Configuration files: which holds for what, and what in one matches nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

/// A set that names a key of a type that no encryption set may use, in two folders.
fn teams() -> Tree {
    Tree::new(&[("team-a/main.tf", EC_KEY), ("team-b/main.tf", EC_KEY)])
}

#[test]
fn a_nested_configuration_holds_for_what_is_below_it_wherever_the_run_starts() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    assert_eq!(tree.found(&[]), ["team-b/main.tf:18 CMK001"]);
    assert_eq!(tree.found(&["team-a", "team-b"]), ["team-b/main.tf:18 CMK001"]);
    assert_eq!(tree.found(&["team-a"]), Vec::<String>::new());
}

#[test]
fn the_nearest_configuration_holds_alone() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { level = \"notice\" }");
    let ran = tree.run(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let issues: Vec<(&str, &str)> = json["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["range"]["filename"].as_str().unwrap(), i["level"].as_str().unwrap()))
        .collect();
    assert_eq!(issues, [("team-a/main.tf", "notice")]);
}

#[test]
fn a_configuration_that_is_named_is_the_only_one() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    tree.write("all.hcl", b"");
    assert_eq!(tree.found(&["--config", "all.hcl"]), ["team-a/main.tf:18 CMK001", "team-b/main.tf:18 CMK001"]);
}

#[test]
fn one_estate_is_made_of_what_several_configurations_hold_for() {
    let set = EC_KEY.replace("\"EC\"", "\"RSA\"").replace("curve        = \"P-256\"", "key_size = 2048");
    let disk = r#"
data "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
}

resource "azurerm_managed_disk" "d" {
  name                   = "d"
  location               = "northeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Standard_LRS"
  create_option          = "Empty"
  disk_size_gb           = 1
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}
"#;
    let tree = Tree::new(&[("keys/main.tf", set.as_str()), ("apps/main.tf", disk)]);
    assert_eq!(tree.found(&["--only", "CMK020"]), ["apps/main.tf:9 CMK020"]);
    tree.write("keys/.cmklint.hcl", b"rule \"CMK020\" { enabled = false }");
    assert_eq!(tree.found(&[]), ["apps/main.tf:9 CMK020"]);
    assert_eq!(tree.found(&["keys", "apps"]), ["apps/main.tf:9 CMK020"]);
}

#[test]
fn variables_levels_and_baselines_are_those_of_the_nearest_configuration() {
    let text = format!("{EC_KEY}\nvariable \"region\" {{ type = string }}\n")
        .replace("location = \"westeurope\"", "location = var.region");
    let tree = Tree::new(&[("a/main.tf", text.as_str()), ("b/main.tf", text.as_str())]);
    tree.write("a/.cmklint.hcl", b"config {\n  variables = [\"region=westeurope\"]\n  minimum_failure_severity = \"error\"\n}\nrule \"CMK001\" { level = \"warning\" }");
    let ran = tree.run(&["a"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("none is an error"), "{}", ran.out);
    assert_eq!(tree.run(&[]).code, 2);
    tree.write("b/.cmklint.hcl", b"config { baseline = \"known.json\" }");
    assert_eq!(tree.run(&["b", "--write-baseline", "b/known.json"]).code, 0);
    assert_eq!(tree.found(&[]), ["a/main.tf:18 CMK001"]);
    assert_eq!(tree.run(&[]).code, 0);
}

#[test]
fn what_an_outer_configuration_leaves_out_is_out_with_the_configurations_in_it() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"config { exclude = [\"team-a/**\"] }");
    tree.write("team-a/.cmklint.hcl", b"not even HCL {");
    assert_eq!(tree.found(&[]), ["team-b/main.tf:18 CMK001"]);
}

#[test]
fn all_configurations_that_are_broken_are_reported() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rul \"CMK001\" {}");
    tree.write("team-b/.cmklint.hcl", b"rule \"CMK0O1\" {}");
    let ran = tree.run(&[]);
    assert_eq!(ran.code, 1);
    for said in ["did you mean rule?", "did you mean CMK001?"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn rules_of_the_list_are_those_of_the_configuration_here() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"config { disabled_by_default = true }");
    let listed = tree.run(&["rules", "--format", "json"]).out;
    assert!(!listed.contains("\"enabled\": true"), "{listed}");
}
