//! Rules of a team's own, in Rego: the shipped examples, and how they take part in a run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
#[path = "common/examples.rs"]
mod examples;
#[path = "common/own_rule.rs"]
mod own_rule;
#[path = "common/repository.rs"]
mod repository;

use assert_cmd::Command;
use own_rule::{DISK, EACH_DISK, of, rule, run_in, tree, write};
use repository::Repository;
use serde_json::Value;

#[test]
fn the_shipped_examples_are_reported_as_expected() {
    let ran = run_in(&examples::repository(), &["rules", "test", "docs/examples/cmklint-rules"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.ends_with("examples, 0 not as expected\n"), "{}", ran.out);
    for rule in ["allowed_sets", "key_rotation", "storage_vault_region"] {
        for kind in ["bad", "good"] {
            for language in ["tf", "arm", "bicep"] {
                let folder =
                    examples::repository().join(format!("docs/examples/cmklint-rules/{rule}/{kind}/{language}"));
                assert!(folder.is_dir(), "{}", folder.display());
            }
        }
    }
}

#[test]
fn a_rule_is_in_every_report() {
    let tree = tree(EACH_DISK);
    for format in ["default", "compact", "json", "sarif", "github", "junit", "checkstyle", "codequality", "markdown"] {
        let ran = tree.run(&["--format", format]);
        assert_eq!(ran.code, 2, "{format}: {}", ran.err);
        let out = ran.out.replace('\\', "");
        assert!(out.contains("ORG001") && out.contains("azurerm_managed_disk.data is a disk"), "{format}: {}", ran.out);
        assert!(!ran.out.contains("rules/ORG001/rule.md"), "{format} links to a page that is not there");
    }
    let json: Value = serde_json::from_str(&tree.run(&["--format", "json"]).out).unwrap();
    let issue = &json["issues"][0];
    assert_eq!((issue["level"].as_str(), issue["confidence"].as_str()), (Some("warning"), Some("certain")));
    assert_eq!(issue["range"]["start"]["line"], 13);
    assert!(issue["fingerprint"].as_str().unwrap().starts_with("v2:"));
    assert_eq!(issue["help"], "Do what the test wants.");
}

#[test]
fn settings_ignores_and_baselines_hold_as_for_our_rules() {
    let tree = tree(EACH_DISK);
    let with = |config: &str| {
        write(&tree, ".cmklint.hcl", config);
        tree.run(&["--format", "compact"])
    };
    assert!(with("rule \"ORG001\" {\n  level = \"error\"\n}\n").out.contains("Error - "));
    assert_eq!(with("rule \"r\" {\n  enabled = false\n}\n").code, 0);
    assert_eq!(with("rule \"ORG001\" {\n  exclude = [\"main.tf\"]\n}\n").code, 0);
    let wrong = with("rule \"ORG002\" {\n  enabled = true\n}\n");
    assert!(
        wrong.code == 1 && wrong.err.contains("no such rule: ORG002") && wrong.err.contains("did you mean ORG001?"),
        "{}",
        wrong.err
    );
    let wrong = with("rule \"ORG001\" {\n  limit = 3\n}\n");
    assert!(wrong.err.contains("no such attribute: limit"), "{}", wrong.err);
    with("");
    assert_eq!(tree.run(&["--only", "CMK001"]).code, 0);
    assert_eq!(tree.run(&["--only", "ORG001"]).code, 2);
    assert_eq!(tree.run(&["--disable-rule", "r"]).code, 0);
    assert_eq!(tree.run(&["--minimum-failure-severity", "error"]).code, 0);
    assert_eq!(tree.run(&["--edition", "2025-02"]).code, 2);
    tree.run(&["--write-baseline", "known.json"]);
    assert_eq!(tree.run(&["--baseline", "known.json"]).code, 0);
    write(&tree, "main.tf", &DISK.replace("\"Premium_LRS\"", "\"Premium_LRS\" # cmklint-ignore: ORG001 -- a test"));
    let ran = tree.run(&[]);
    assert!(ran.code == 0 && !ran.err.contains("ignore"), "{}", ran.err);
}

#[test]
fn rules_are_listed_and_explained() {
    let tree = tree(EACH_DISK);
    assert!(tree.run(&["rules"]).out.contains("ORG001  r "));
    assert!(tree.run(&["rules", "--format", "json"]).out.contains("\"ORG001\""));
    let page = tree.run(&["explain", "ORG001"]).out;
    assert!(
        page.starts_with("# ORG001 r\n\nA rule of a test.\n\n## How to put it right\n\nDo what the test wants.\n"),
        "{page}"
    );
    let wrong = tree.run(&["explain", "ORG002"]);
    assert!(wrong.code == 1 && wrong.err.contains("did you mean ORG001?"), "{}", wrong.err);
}

#[test]
fn what_is_not_known_never_fires_and_a_condition_is_named() {
    let body = r#"
deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some type in cmklint.values(disk, "sku.name")
	not type.value == "Premium_LRS"
	finding := {"at": type, "message": sprintf("the type is %v", [cmklint.text(type)])}
}

deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some type in cmklint.values(disk, "sku.name")
	cmklint.differ(type, "premium_lrs")
	finding := {"at": type, "message": "it differs", "unknown": true}
}
"#;
    let tree = tree(body);
    assert_eq!(tree.run(&[]).code, 0, "known, and as it should be");
    let with = |head: &str, value: &str| {
        write(&tree, "main.tf", &format!("{head}{}", DISK.replace("\"Premium_LRS\"", value)));
        tree.run(&["--format", "compact"])
    };
    let ran = with("variable \"type\" {}\n", "var.type");
    assert_eq!(ran.code, 0, "{}", ran.out);
    let ran = with("variable \"type\" {}\n", "\"Prem${var.type}\"");
    assert_eq!(ran.code, 0, "{}", ran.out);
    // What is known of a text may be enough.
    let ran = with("variable \"type\" {}\n", "\"Standard${var.type}\"");
    assert!(ran.out.contains("it differs"), "{}", ran.out);
    let ran = with("variable \"cheap\" {\n  type = bool\n}\n", "var.cheap ? \"Standard_LRS\" : \"Premium_LRS\"");
    assert!(ran.out.contains("it differs (when variable cheap is true)"), "{}", ran.out);
}

#[test]
fn two_faults_of_one_place_are_two_findings() {
    let body = r#"
deny contains {"at": disk, "message": message} if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some message in ["one", "another"]
}
"#;
    let json = tree(body).run(&["--only", "ORG001", "--format", "json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let issues = json["issues"].as_array().unwrap();
    assert_eq!(issues.len(), 2);
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
}

#[test]
fn values_of_conditions_that_contradict_one_another_are_no_finding() {
    let body = r#"
deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some set in cmklint.resources("Microsoft.Compute/diskEncryptionSets")
	some here in cmklint.values(disk, "location")
	some there in cmklint.values(set, "location")
	cmklint.differ(here, there)
	finding := {"at": here, "values": [there], "message": "regions differ"}
}
"#;
    let text = DISK.replace("\"westeurope\"", "var.north ? \"northeurope\" : \"West Europe\"");
    let tree = of(&[
        ("main.tf", &format!("variable \"north\" {{\n  type = bool\n}}\n{text}")),
        ("cmklint-rules/r.rego", &rule("ORG001", body)),
    ]);
    let ran = tree.run(&["--only", "ORG001"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn a_rule_holds_for_the_folder_that_it_lies_in() {
    let text = rule("ORG001", EACH_DISK);
    let tree = of(&[("a/main.tf", DISK), ("b/main.tf", DISK), ("b/cmklint-rules/r.rego", &text)]);
    let ran = tree.run(&["--format", "compact"]);
    assert!(ran.out.contains("b/main.tf") && !ran.out.contains("a/main.tf"), "{}", ran.out);
    // What lies beside rules is examples, and none of the tree's own code.
    write(&tree, "b/cmklint-rules/r/bad/tf/main.tf", DISK);
    assert_eq!(tree.run(&["--format", "compact"]).out, ran.out);
    // A configuration names another folder.
    let tree =
        of(&[("a/main.tf", DISK), ("policies/r.rego", &text), (".cmklint.hcl", "custom_rules = [\"policies\"]\n")]);
    assert_eq!(tree.run(&[]).code, 2);
    write(&tree, ".cmklint.hcl", "custom_rules = [\"nowhere\"]\n");
    let ran = tree.run(&[]);
    assert!(ran.code == 1 && ran.err.contains("no file of rules (.rego) in nowhere"), "{}", ran.err);
    write(&tree, ".cmklint.hcl", "custom_rules = [\"../elsewhere\", \"/etc\"]\n");
    let ran = tree.run(&[]);
    assert!(ran.code == 1 && ran.err.contains("no file of rules (.rego) in ../elsewhere"), "{}", ran.err);
}

#[test]
fn a_configuration_from_elsewhere_brings_its_rules() {
    let tree = of(&[("main.tf", DISK)]);
    let elsewhere =
        of(&[("policies/r.rego", &rule("ORG001", EACH_DISK)), ("c.hcl", "custom_rules = [\"policies\"]\n")]);
    let config = elsewhere.path().join("c.hcl");
    let ran = tree.run(&["--config", config.to_str().unwrap(), "--format", "compact"]);
    assert!(ran.out.contains("(ORG001)"), "{}{}", ran.out, ran.err);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_tree_is_not_read() {
    let elsewhere = of(&[("r.rego", &rule("ORG001", EACH_DISK))]);
    let tree = of(&[("main.tf", DISK), ("cmklint-rules/x.rego", "package x\n")]);
    std::os::unix::fs::symlink(elsewhere.path().join("r.rego"), tree.path().join("cmklint-rules/r.rego")).unwrap();
    let ran = tree.run(&[]);
    assert!(!ran.out.contains("ORG001"), "{}", ran.out);
    assert!(ran.err.contains("leads out of the analyzed tree"), "{}", ran.err);
}

/// Reports a disk that is smaller than before.
const SHRINKS: &str = r#"
deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some now in cmklint.values(disk, "properties.diskSizeGB")
	some then in cmklint.values(cmklint.before(disk), "properties.diskSizeGB")
	now.value < then.value
	finding := {"at": now, "values": [then], "message": sprintf("the disk shrinks from %d to %d", [then.value, now.value])}
}
"#;

#[test]
fn an_example_of_a_change_has_a_tree_before_and_one_after() {
    let tree = of(&[("cmklint-rules/r.rego", &rule("ORG001", SHRINKS))]);
    let small = DISK.replace("= 64", "= 32");
    let marked = DISK.replace("= 64", "= 32 # expect: ORG001");
    for (path, text) in
        [("bad/tf/before", DISK), ("bad/tf/after", &marked), ("good/tf/before", &small), ("good/tf/after", DISK)]
    {
        write(&tree, &format!("cmklint-rules/r/{path}/main.tf"), text);
    }
    let mut command = Command::cargo_bin("cmklint").unwrap();
    command.current_dir(tree.path()).args(["rules", "test"]).env("CMKLINT_BLESS", "1").assert().success();
    let report = std::fs::read_to_string(tree.path().join("cmklint-rules/r/bad/tf/expected.txt")).unwrap();
    assert!(report.contains("the disk shrinks from 64 to 32") && report.contains("main.tf:15"), "{report}");
    let ran = tree.run(&["rules", "test"]);
    assert_eq!((ran.code, ran.out.lines().last()), (0, Some("2 examples, 0 not as expected")), "{}", ran.out);
    let page = tree.run(&["explain", "ORG001"]).out;
    assert!(page.contains("(main.tf, before)") && page.contains("(main.tf, after)"), "{page}");
    // What is good when it grows is bad when it shrinks.
    write(&tree, "cmklint-rules/r/good/tf/before/main.tf", &DISK.replace("= 64", "= 128"));
    let ran = tree.run(&["rules", "test"]);
    assert!(ran.code == 1 && ran.out.contains("not expected: main.tf:15 ORG001"), "{}", ran.out);
}

#[test]
fn a_base_is_there_as_what_was_before() {
    let repository = Repository::new();
    repository.write("main.tf", DISK);
    repository.write("cmklint-rules/r.rego", rule("ORG001", SHRINKS));
    repository.commit();
    repository.write("main.tf", DISK.replace("64", "32"));
    assert_eq!(run_in(repository.path(), &[]).code, 0, "nothing to compare with");
    let ran = run_in(repository.path(), &["--base", "HEAD"]);
    assert!(
        ran.out.contains("the disk shrinks from 64 to 32") && ran.out.contains("diskSizeGB was 64"),
        "{}{}",
        ran.out,
        ran.err
    );
    let input = run_in(repository.path(), &["rules", "input", "--base", "HEAD"]);
    schema_holds(&input.out);
    assert!(input.out.contains("\"before\":{\"source\":\"in revision HEAD\""), "{}", input.out);
    // What the base had is no news.
    repository.write("cmklint-rules/r.rego", rule("ORG001", EACH_DISK));
    assert_eq!(run_in(repository.path(), &["--base", "HEAD"]).code, 2);
    assert_eq!(run_in(repository.path(), &["--base", "HEAD", "--diff-only"]).code, 0);
}

fn schema_holds(input: &str) {
    let path = examples::repository().join("docs/schema/custom-rules-1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let input: Value = serde_json::from_str(input).unwrap();
    let faults: Vec<String> = validator.iter_errors(&input).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_input_keeps_to_its_schema() {
    for folder in ["testdata/mixed", "rules/CMK020/bad", "rules/CMK010/bad", "rules/CMK060/bad", "rules/CMK071/good"] {
        let ran = run_in(&examples::repository().join(folder), &["rules", "input"]);
        schema_holds(&ran.out);
        let input: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(!input["resources"].as_array().unwrap().is_empty(), "{folder}");
    }
}

#[test]
fn an_inventory_takes_part() {
    let body = r#"
deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some edge in cmklint.edges(disk, "encryptedWith")
	set := cmklint.resource(edge.to)
	set.presence == "inventory"
	finding := {"at": edge, "related": [{"at": set, "message": "deployed"}], "message": "the set is deployed already"}
}
"#;
    let id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des";
    let disk = DISK.split_once("\nresource \"azurerm_managed_disk\"").unwrap().1;
    let disk = disk.replace("azurerm_disk_encryption_set.des.id", &format!("\"{id}\""));
    let row = serde_json::json!([{ "id": id, "type": "microsoft.compute/diskencryptionsets", "location": "westeurope", "properties": {} }]);
    let tree = of(&[
        ("main.tf", &format!("resource \"azurerm_managed_disk\"{disk}")),
        ("inventory.json", &row.to_string()),
        ("cmklint-rules/r.rego", &rule("ORG001", body)),
    ]);
    let ran = tree.run(&["--inventory", "inventory.json", "--only", "ORG001"]);
    assert!(ran.out.contains("the set is deployed already"), "{}{}", ran.out, ran.err);
}

#[test]
fn files_share_what_is_no_rule() {
    let shared = "package org.shared\n\nis_disk(resource) if lower(resource.type) == \"microsoft.compute/disks\"\n";
    let body = r#"
deny contains {"at": disk, "message": "a disk"} if {
	some disk in input.resources
	data.org.shared.is_disk(disk)
}
"#;
    let tree = tree(body);
    write(&tree, "cmklint-rules/shared.rego", shared);
    write(&tree, "cmklint-rules/r_test.rego", "package org.test\n\ntest_it if false\n");
    let ran = tree.run(&["--format", "compact"]);
    assert!(ran.out.contains("main.tf:9:1: Warning - a disk (ORG001)"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_test_of_rules_tells_what_is_not_as_expected() {
    let tree = tree(EACH_DISK);
    let none = tree.run(&["rules", "test"]);
    assert!(none.code == 1 && none.out.contains("bad: no example"), "{}{}", none.out, none.err);
    write(
        &tree,
        "cmklint-rules/r/bad/tf/main.tf",
        &DISK.replace("\"Premium_LRS\"", "\"Premium_LRS\" # expect: ORG001"),
    );
    write(&tree, "cmklint-rules/r/good/tf/main.tf", DISK);
    let ran = tree.run(&["rules", "test", "cmklint-rules"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("expected.txt differs in line 1") && ran.out.contains("not expected: main.tf:13 ORG001"),
        "{}",
        ran.out
    );
    write(&tree, "cmklint-rules/r/good/tf/main.tf", "");
    let mut command = Command::cargo_bin("cmklint").unwrap();
    command.current_dir(tree.path()).args(["rules", "test"]).env("CMKLINT_BLESS", "1").assert().success();
    let ran = tree.run(&["rules", "test"]);
    assert_eq!(
        (ran.code, ran.out.lines().last()),
        (0, Some("2 examples, 0 not as expected")),
        "{}{}",
        ran.out,
        ran.err
    );
}

/// A message of the language server's protocol.
#[cfg(unix)]
fn framed(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

#[cfg(unix)]
#[test]
fn an_editor_is_told_too() {
    use std::io::{Read as _, Write as _};
    let tree = tree(EACH_DISK);
    std::fs::create_dir(tree.path().join(".git")).unwrap();
    let root = tree.path().canonicalize().unwrap();
    let mut server = std::process::Command::new(assert_cmd::cargo::cargo_bin("cmklint"))
        .arg("lsp")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = server.stdin.take().unwrap();
    let folders = serde_json::json!([{ "uri": format!("file://{}", root.display()), "name": "tree" }]);
    let initialize = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {}, "workspaceFolders": folders } });
    to.write_all(framed(&initialize).as_bytes()).unwrap();
    to.write_all(framed(&serde_json::json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} })).as_bytes())
        .unwrap();
    let mut from = server.stdout.take().unwrap();
    let mut said = Vec::new();
    let mut part = [0; 4096];
    while !String::from_utf8_lossy(&said).contains("azurerm_managed_disk.data is a disk") {
        let read = from.read(&mut part).unwrap();
        assert!(read > 0, "the server ended: {}", String::from_utf8_lossy(&said));
        said.extend(&part[..read]);
    }
    assert!(String::from_utf8_lossy(&said).contains("\"code\":\"ORG001\""));
    drop((to, from));
    server.wait().unwrap();
}
