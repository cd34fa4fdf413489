//! `--write-baseline` and `--baseline`, in all languages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

const FILE: &str = "cmklint-baseline.json";
const BICEP: &str = include_str!("../../../rules/CMK001/bad/bicep/main.bicep");
const ARM: &str = include_str!("../../../rules/CMK001/bad/arm/azuredeploy.json");

/// A fault in each language.
fn three() -> Tree {
    Tree::new(&[("tf/main.tf", EC_KEY), ("bicep/main.bicep", BICEP), ("arm/azuredeploy.json", ARM)])
}

fn write(tree: &Tree) {
    let ran = tree.run(&["--write-baseline", FILE]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn read(tree: &Tree) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(tree.path().join(FILE)).unwrap()).unwrap()
}

fn rename(tree: &Tree, from: &str, to: &str) {
    std::fs::rename(tree.path().join(from), tree.path().join(to)).unwrap();
}

#[test]
fn known_findings_do_not_fail_the_run_and_are_counted() {
    let tree = three();
    let ran = tree.run(&["--write-baseline", FILE]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("wrote cmklint-baseline.json: 3 known findings"), "{}", ran.err);
    assert_eq!(tree.run(&[]).code, 2);
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "no findings, 3 in the baseline\n", ""));
    for format in ["compact", "json", "sarif", "github"] {
        let ran = tree.run(&["--baseline", FILE, "--format", format]);
        assert_eq!(ran.code, 0, "{format}");
        assert!(!ran.out.contains("'EC'"), "{format}: {}", ran.out);
    }
}

#[test]
fn the_file_is_sorted_and_readable_and_the_same_for_the_same_findings() {
    let tree = three();
    write(&tree);
    let first = std::fs::read(tree.path().join(FILE)).unwrap();
    let json = read(&tree);
    assert_eq!(json["version"], 1);
    let entries: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {} {} {}", e["rule"], e["root"], e["address"], e["property"]).replace('"', ""))
        .collect();
    assert_eq!(
        entries,
        [
            "CMK001 arm/azuredeploy.json Microsoft.KeyVault/vaults/keys kv-disks-weu/disks properties.kty",
            "CMK001 bicep/main.bicep key properties.kty",
            "CMK001 tf azurerm_key_vault_key.key properties.kty",
        ]
    );
    assert!(json["findings"][2]["message"].as_str().unwrap().contains("'EC'"));
    tree.run(&["--write-baseline", FILE, "--jobs", "1"]);
    assert_eq!(std::fs::read(tree.path().join(FILE)).unwrap(), first);
}

#[test]
fn a_known_finding_outlives_shifted_lines_edits_elsewhere_and_renames() {
    let tree = three();
    write(&tree);
    tree.write(
        "tf/main.tf",
        format!("# a comment\n\n{}\nlocals {{\n  x = 1\n}}\n", EC_KEY.replace("P-256", "P-384")).as_bytes(),
    );
    tree.write("bicep/main.bicep", format!("// a comment\n{BICEP}").as_bytes());
    assert_eq!(tree.run(&["--baseline", FILE]).code, 0);
    // A file of a module is no part of a finding's identity; a folder, or a template's file, is found again where the old one is gone.
    rename(&tree, "tf/main.tf", "tf/keys.tf");
    assert_eq!(tree.run(&["--baseline", FILE]).code, 0);
    rename(&tree, "tf", "terraform");
    rename(&tree, "bicep/main.bicep", "bicep/encryption.bicep");
    rename(&tree, "arm", "templates");
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn a_copy_in_another_root_is_a_new_finding() {
    let tree = three();
    write(&tree);
    tree.write("other/main.tf", EC_KEY.as_bytes());
    assert_eq!(tree.found(&["--baseline", FILE]), ["other/main.tf:18 CMK001"]);
    // Also where the known one was put right meanwhile: its root still stands.
    tree.write("tf/main.tf", b"");
    assert_eq!(tree.found(&["--baseline", FILE]), ["other/main.tf:18 CMK001"]);
    assert!(tree.run(&["--baseline", FILE]).err.contains("fixed, so take it out: CMK001"));
}

#[test]
fn one_more_instance_does_not_make_a_known_finding_new() {
    let keys = |keys: &str| {
        EC_KEY
            .replace(
                "\"key\" {\n  name         = \"key\"",
                &format!("\"key\" {{\n  for_each     = toset([{keys}])\n  name         = each.key"),
            )
            .replace("azurerm_key_vault_key.key.id", "azurerm_key_vault_key.key[\"b\"].id")
    };
    let tree = Tree::new(&[("main.tf", keys("\"b\""))]);
    assert_eq!(tree.found(&[]), ["main.tf:19 CMK001"]);
    write(&tree);
    tree.write("main.tf", keys("\"a\", \"b\"").replace("[\"b\"].id", "[\"a\"].id").as_bytes());
    assert_eq!(tree.found(&[]), ["main.tf:19 CMK001"]);
    assert!(tree.found(&["--baseline", FILE]).is_empty());
}

#[test]
fn an_entry_that_matches_nothing_is_reported_where_its_rule_ran_and_its_root_was_looked_at() {
    let tree = three();
    write(&tree);
    tree.write(
        "tf/main.tf",
        EC_KEY
            .replace("\"EC\"", "\"RSA\"\n  key_size     = 2048")
            .replace("  curve        = \"P-256\"\n", "")
            .as_bytes(),
    );
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!(ran.code, 0);
    let stale = "warning: cmklint-baseline.json: fixed, so take it out: CMK001 of azurerm_key_vault_key.key in tf";
    assert_eq!(ran.err.trim(), stale, "{}", ran.out);
    assert_eq!(tree.run(&["--baseline", FILE, "bicep"]).err, "", "the folder tf was not looked at");
    assert_eq!(tree.run(&["--baseline", FILE, "--only", "CMK020"]).err, "", "the rule did not run");
    assert_eq!(tree.run(&["--baseline", FILE, "--filter", "bicep/**"]).err, "", "not all was reported");
    std::fs::remove_dir_all(tree.path().join("tf")).unwrap();
    assert_eq!(tree.run(&["--baseline", FILE]).err.trim(), stale, "the folder is gone");
}

#[test]
fn two_findings_that_nothing_tells_apart_are_counted() {
    let tree = three();
    write(&tree);
    // The same entry twice, of which one is left.
    let text = std::fs::read_to_string(tree.path().join(FILE)).unwrap();
    let last = text.rfind("\"message\"").unwrap();
    tree.write(FILE, format!("{}\"count\": 2,\n      {}", &text[..last], &text[last..]).as_bytes());
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("CMK001 of azurerm_key_vault_key.key in tf (1 of 2)"), "{}", ran.err);
}

#[test]
fn sarif_leaves_known_findings_out_and_has_them_as_external_suppressions_with_show_ignored() {
    let tree = three();
    write(&tree);
    let results = |args: &[&str]| {
        let ran = tree.run(&[&["--baseline", FILE, "--format", "sarif"], args].concat());
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        json["runs"][0]["results"].as_array().unwrap().clone()
    };
    assert!(results(&[]).is_empty());
    let shown = results(&["--show-ignored"]);
    assert_eq!(shown.len(), 3);
    for result in shown {
        assert_eq!(result["suppressions"][0]["kind"], "external", "{result}");
    }
}

#[test]
fn a_baseline_that_is_missing_broken_or_of_the_future_is_an_error() {
    let tree = three();
    let error = |text: Option<&str>| {
        if let Some(text) = text {
            tree.write(FILE, text.as_bytes());
        }
        let ran = tree.run(&["--baseline", FILE]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        ran.err
    };
    let missing = error(None);
    assert!(missing.contains("the baseline cannot be read (`--write-baseline` writes one)"), "{missing}");
    assert!(error(Some("{\"version\": 1")).contains("cmklint-baseline.json: not valid JSON: "));
    assert!(error(Some("{\"version\": 7}")).contains("a baseline of version 7; this cmklint reads version 1"));
}

#[test]
fn the_configuration_may_name_the_baseline_relative_to_itself() {
    let tree = three();
    tree.write("tf/.cmklint.hcl", b"config {\n  baseline = \"known.json\"\n}\n");
    // What is written knows all findings, whatever the configuration says.
    assert_eq!(tree.run(&["tf", "--write-baseline", "tf/known.json"]).code, 0);
    let ran = tree.run(&["tf"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "no findings, 1 in the baseline\n"), "{}", ran.err);
    assert_eq!(tree.run(&["tf", "--write-baseline", "tf/known.json"]).code, 0);
    assert_eq!(tree.run(&["tf"]).code, 0);
    tree.write("empty.json", b"{\"version\": 1, \"findings\": []}");
    assert_eq!(tree.run(&["tf", "--baseline", "empty.json"]).code, 2, "the flag goes before the configuration");
    tree.write("tf/.cmklint.hcl", b"config {\n  basline = \"known.json\"\n}\n");
    assert!(tree.run(&["tf"]).err.contains("did you mean baseline?"));
}
