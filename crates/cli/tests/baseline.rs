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
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "no findings, 3 in the baseline\n3 roots, 13 resources\n", "")
    );
    for format in ["compact", "json", "sarif", "github"] {
        let ran = tree.run(&["--baseline", FILE, "--format", format]);
        assert_eq!(ran.code, 0, "{format}");
        assert!(!ran.out.contains("azurerm_key_vault_key.key"), "{format}: {}", ran.out);
    }
}

#[test]
fn the_file_is_sorted_and_readable_and_the_same_for_the_same_findings() {
    let tree = three();
    write(&tree);
    let first = std::fs::read(tree.path().join(FILE)).unwrap();
    let json = read(&tree);
    assert_eq!(json["version"], 2);
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
        format!(
            r"# a comment

{}
locals {{
  x = 1
}}
",
            EC_KEY.replace("P-256", "P-384")
        )
        .as_bytes(),
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
    assert!(error(Some("{\"version\": 7}")).contains("a baseline of version 7; this cmklint reads versions up to 2"));
}

#[test]
fn the_configuration_may_name_the_baseline_relative_to_itself() {
    let tree = three();
    tree.write("tf/.cmklint.hcl", b"config {\n  baseline = \"known.json\"\n}\n");
    // What is written knows all findings, whatever the configuration says.
    assert_eq!(tree.run(&["tf", "--write-baseline", "tf/known.json"]).code, 0);
    let ran = tree.run(&["tf"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "no findings, 1 in the baseline\n1 root, 5 resources\n"),
        "{}",
        ran.err
    );
    assert_eq!(tree.run(&["tf", "--write-baseline", "tf/known.json"]).code, 0);
    assert_eq!(tree.run(&["tf"]).code, 0);
    tree.write("empty.json", b"{\"version\": 1, \"findings\": []}");
    assert_eq!(tree.run(&["tf", "--baseline", "empty.json"]).code, 2, "the flag goes before the configuration");
    tree.write("tf/.cmklint.hcl", b"config {\n  basline = \"known.json\"\n}\n");
    assert!(tree.run(&["tf"]).err.contains("did you mean baseline?"));
}

/// The same fault in several roots, each of which a baseline of its own is written of.
fn roots(folders: &[&str]) -> Tree {
    let files: Vec<(String, &str)> = folders.iter().map(|folder| (format!("{folder}/main.tf"), EC_KEY)).collect();
    Tree::new(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>())
}

fn found_in(folders: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = folders.iter().map(|folder| format!("{folder}/main.tf:18 CMK001")).collect();
    out.sort();
    out
}

#[test]
fn a_baseline_of_one_root_leaves_another_whose_folder_is_named_alike_alone() {
    for folders in [
        ["vm with disks", "vm with sets"],
        ["keys and disks", "keys and sets"],
        ["vm", "vm with sets"],
        ["a by b", "a by c"],
        ["vm@1", "vm@2"],
        ["d1.2", "d1.3"],
        ["vm:disks", "vm:sets"],
        ["a|b", "a|c"],
    ] {
        if cfg!(windows) && folders[0].contains([':', '|']) {
            continue;
        }
        let tree = roots(&folders);
        assert_eq!(tree.found(&[]), found_in(&folders), "{folders:?}");
        let fingerprints = fingerprints(&tree);
        assert_ne!(fingerprints[0], fingerprints[1], "{folders:?}");
        for (known, other) in [(folders[0], folders[1]), (folders[1], folders[0])] {
            assert_eq!(tree.run(&[known, "--write-baseline", FILE]).code, 0);
            assert_eq!(tree.found(&["--baseline", FILE]), found_in(&[other]), "{folders:?}");
            assert_eq!(tree.run(&["--baseline", FILE]).err, "", "{folders:?}");
            // The known root's fault is put right meanwhile.
            tree.write(&format!("{known}/main.tf"), b"");
            assert_eq!(tree.found(&["--baseline", FILE]), found_in(&[other]), "{folders:?}");
            tree.write(&format!("{known}/main.tf"), EC_KEY.as_bytes());
        }
    }
}

fn fingerprints(tree: &Tree) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&tree.run(&["--format", "json"]).out).unwrap();
    json["issues"].as_array().unwrap().iter().map(|i| i["fingerprint"].as_str().unwrap().to_owned()).collect()
}

/// An entry as version 1 wrote it.
fn version_1(root: &str, count: usize) -> String {
    format!(
        r#"{{"version": 1, "findings": [{{"rule": "CMK001", "root": "{root}", "address": "azurerm_key_vault_key.key",
            "property": "properties.kty", "message": "m", "count": {count}}}]}}"#
    )
}

#[test]
fn a_baseline_of_the_former_version_is_read_and_is_upgraded_by_being_written_again() {
    let tree = Tree::new(&[
        ("tf/main.tf", EC_KEY.replace("\"EC\"", "var.type")),
        ("tf/variables.tf", "variable \"type\" {}\n".to_owned()),
        ("tf/dev.tfvars", "type = \"EC\"\n".to_owned()),
        ("tf/prod.tfvars", "type = \"RSA\"\n".to_owned()),
    ]);
    assert_eq!(tree.found(&[]), ["tf/dev.tfvars:1 CMK001"]);
    tree.write(FILE, version_1("tf", 1).as_bytes());
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    // A renamed folder, too.
    rename(&tree, "tf", "terraform");
    assert_eq!(tree.run(&["--baseline", FILE]).code, 0);
    write(&tree);
    let json = read(&tree);
    assert_eq!((&json["version"], &json["findings"][0]["root"]), (&2.into(), &"terraform".into()));
    assert_eq!(tree.run(&["--baseline", FILE]).code, 0);
}

#[test]
fn an_entry_of_the_former_version_that_may_be_of_several_roots_silences_none() {
    let folders = ["vm with disks", "vm with sets"];
    let tree = roots(&folders);
    tree.write(FILE, version_1("vm", 1).as_bytes());
    let ran = tree.run(&["--baseline", FILE]);
    assert_eq!(tree.found(&["--baseline", FILE]), found_in(&folders));
    let warning = "an entry of version 1 does not tell which root has CMK001 of azurerm_key_vault_key.key: \
                   vm with disks or vm with sets; the findings are reported";
    assert!(ran.err.contains(warning), "{}", ran.err);
    assert!(!ran.err.contains("fixed, so take it out"), "{}", ran.err);
    // It knows both.
    tree.write(FILE, version_1("vm", 2).as_bytes());
    assert_eq!(tree.run(&["--baseline", FILE]).code, 0);
    // Only one of them is checked.
    tree.write(FILE, version_1("vm", 1).as_bytes());
    assert_eq!(tree.run(&["--baseline", FILE, "vm with sets"]).code, 0);
    // The root that has the entry's whole name goes first.
    tree.write("vm/main.tf", EC_KEY.as_bytes());
    assert_eq!(tree.found(&["--baseline", FILE]), found_in(&folders));
}
