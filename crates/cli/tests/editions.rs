//! What is reported without an edition and with each, and what is said of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const EDITIONS: [&str; 6] = ["2020-08", "2022-10", "2023-02", "2024-06", "2024-11", "2025-02"];

/// A set in one subscription whose key's vault is in another one: a central vault.
const SPOKE: &str = r#"
param tenant string = '11111111-2222-3333-4444-555555555555'
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-hub.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
      sourceVault: { id: '/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/hub/providers/Microsoft.KeyVault/vaults/kv-hub' }
    }
  }
}
"#;

const CONFIGURATION: &str = r#"root "main.bicep" {
  subscription = "bbbbbbbb-0000-0000-0000-000000000002"
  resource_group = "rg"
}
"#;

fn spoke() -> Tree {
    Tree::new(&[("main.bicep", SPOKE), (".cmklint.hcl", CONFIGURATION)])
}

/// The level of each finding of `rule` with `args`.
fn levels(tree: &Tree, rule: &str, args: &[&str]) -> Vec<String> {
    let args: Vec<&str> = [&["--format", "json", "--only", rule], args].concat();
    let report: serde_json::Value = serde_json::from_str(&tree.run(&args).out).unwrap();
    let issues = report["issues"].as_array().unwrap();
    issues.iter().map(|issue| issue["level"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_central_vault_is_a_warning_that_names_the_way_out_and_an_error_in_the_first_edition() {
    let tree = spoke();
    let ran = tree.run(&["--only", "CMK021"]);
    assert!(ran.out.starts_with("Warning[CMK021"), "{}", ran.out);
    assert!(ran.out.contains("Note: lifted in the edition of 2022-10"), "{}", ran.out);
    let end = "\n1 of these is a restriction that Azure has lifted since; `edition = \"2025-02\"` in .cmklint.hcl leaves it out\n";
    assert!(ran.out.ends_with(end), "{}", ran.out);
    assert_eq!(levels(&tree, "CMK021", &["--edition", "2020-08"]), ["error"]);
    assert!(!tree.run(&["--only", "CMK021", "--edition", "2020-08"]).out.contains("lifted"));
    for edition in EDITIONS.iter().skip(1).chain(&["latest"]) {
        assert!(levels(&tree, "CMK021", &["--edition", edition]).is_empty(), "{edition}");
    }
}

#[test]
fn the_line_in_the_configuration_leaves_it_out() {
    let tree = spoke();
    tree.write(
        ".cmklint.hcl",
        format!(
            r#"config {{
  edition = "2025-02"
}}
{CONFIGURATION}"#
        )
        .as_bytes(),
    );
    assert_eq!(tree.run(&["--only", "CMK021"]).code, 0);
}

#[test]
fn machines_read_which_edition_lifted_it() {
    let tree = spoke();
    let json: serde_json::Value =
        serde_json::from_str(&tree.run(&["--only", "CMK021", "--format", "json"]).out).unwrap();
    let issue = &json["issues"][0];
    assert_eq!(issue["lifted"], serde_json::json!({"edition": "2022-10", "how": "lifted"}));
    assert_eq!(issue["restriction"], "vault_subscription");
    let sarif: serde_json::Value =
        serde_json::from_str(&tree.run(&["--only", "CMK021", "--format", "sarif"]).out).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["lifted"]["edition"], "2022-10");
    assert_eq!(result["level"], "warning");
    assert!(result["message"]["text"].as_str().unwrap().contains("lifted in the edition of 2022-10"));
}

#[test]
fn more_than_1000_sets_are_a_warning_and_more_than_5000_an_error() {
    let sets = |count: u32| {
        Tree::new(&[(
            "main.bicep",
            format!(
                r#"
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for i in range(0, {count}): {{
  name: 'des-${{i}}'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: 'https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' }} }}
}}]
"#
            ),
        )])
    };
    let cases: [(u32, &[&str], &[&str]); 3] =
        [(1000, &[], &[]), (1001, &["warning"], &["error"]), (5001, &["error"], &["error"])];
    for (count, by_default, in_the_first) in cases {
        let tree = sets(count);
        assert_eq!(levels(&tree, "CMK050", &[]), by_default, "{count}");
        assert_eq!(levels(&tree, "CMK050", &["--edition", "2020-08"]), in_the_first, "{count}");
    }
    assert_eq!(levels(&sets(1001), "CMK050", &["--edition", "2022-10"]), [""; 0]);
    assert_eq!(levels(&sets(5001), "CMK050", &["--edition", "2022-10"]), ["error"]);
}

/// A disk and a snapshot of it with another set, by SKU, whether it is incremental, and whether the sets have one key.
fn snapshot(sku: &str, incremental: &str, one_key: bool) -> Tree {
    let set = |name: &str, key: &str| {
        format!(
            r#"
resource {name} 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{
  name: '{name}'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: 'https://kv.vault.azure.net/keys/{key}/9f1c0d6be4a84d2f8c35a7e1b0d24c66' }} }}
}}
"#
        )
    };
    let text = format!(
        r#"param some bool
{}{}
resource disk 'Microsoft.Compute/disks@2024-03-02' = {{
  name: 'disk'
  location: 'westeurope'
  sku: {{ name: '{sku}' }}
  properties: {{ creationData: {{ createOption: 'Empty' }}, diskSizeGB: 8, encryption: {{ diskEncryptionSetId: one.id }} }}
}}
resource snap 'Microsoft.Compute/snapshots@2024-03-02' = {{
  name: 'snap'
  location: 'westeurope'
  properties: {{
    creationData: {{ createOption: 'Copy', sourceResourceId: disk.id }}
    incremental: {incremental}
    encryption: {{ diskEncryptionSetId: two.id }}
  }}
}}
"#,
        set("one", "disks"),
        set("two", if one_key { "disks" } else { "backup" })
    );
    Tree::new(&[("main.bicep", text)])
}

/// SKU, whether incremental, whether the sets have one key; the level in each edition, and the levels without one.
type Case = (&'static str, &'static str, bool, &'static [&'static str], &'static [&'static str]);

#[test]
fn a_snapshots_key_and_set_are_held_against_what_each_edition_says() {
    let first: &'static [&'static str] = &["error", "error", "", "", "", ""];
    let cases: [Case; 6] = [
        ("Premium_LRS", "false", false, first, &["warning"]),
        ("Premium_LRS", "true", false, &["error", "error", "", "", "error", "error"], &["error"]),
        ("Premium_LRS", "true", true, &["", "", "", "", "error", "error"], &["error"]),
        ("Premium_LRS", "false", true, &[""; 6], &[]),
        ("UltraSSD_LRS", "false", false, &["error", "error", "error", "error", "", ""], &["warning"]),
        (
            "Premium_LRS",
            "some ? true : false",
            false,
            &["error", "error", "", "", "error", "error"],
            &["error", "warning"],
        ),
    ];
    for (sku, incremental, one_key, want, without) in cases {
        let tree = snapshot(sku, incremental, one_key);
        for (edition, want) in EDITIONS.iter().zip(want) {
            let found = levels(&tree, "CMK012", &["--edition", edition]);
            let want: &[&str] = if want.is_empty() { &[] } else { &[want] };
            assert_eq!(found, want, "{sku}, incremental {incremental}, one key {one_key}, {edition}");
        }
        let mut found = levels(&tree, "CMK012", &[]);
        found.sort();
        assert_eq!(found, without, "{sku}, incremental {incremental}, one key {one_key}");
    }
}

#[test]
fn an_older_restriction_is_reported_where_the_newer_one_does_not_hold() {
    let out = snapshot("Premium_LRS", "some ? true : false", false).run(&["--only", "CMK012"]).out;
    assert!(out.contains("some is true") && out.contains("some is false"), "{out}");
    assert!(out.contains("relaxed in the edition of 2023-02"), "{out}");
}

#[test]
fn a_vault_without_purge_protection_is_an_error_in_the_first_edition_only() {
    let tree = Tree::new(&[(
        "main.bicep",
        r#"
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv'
  location: 'westeurope'
  properties: { tenantId: '11111111-2222-3333-4444-555555555555', sku: { family: 'A', name: 'premium' } }
}
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66', sourceVault: { id: kv.id } } }
}
"#,
    )]);
    assert_eq!(levels(&tree, "CMK070", &[]), ["warning"]);
    assert!(!tree.run(&["--only", "CMK070"]).out.contains("has lifted since"));
    for (edition, want) in EDITIONS.iter().zip(["error", "warning", "warning", "warning", "warning", "warning"]) {
        assert_eq!(levels(&tree, "CMK070", &["--edition", edition]), [want], "{edition}");
    }
}

#[test]
fn an_unknown_edition_is_an_error_that_names_a_known_one() {
    let tree = spoke();
    for (given, meant) in [("2023-03", "2023-02"), ("2021", "2020-08"), ("latst", "latest"), ("2030-01", "2025-02")] {
        let ran = tree.run(&["--edition", given]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(&format!("did you mean {meant}?")), "{}", ran.err);
    }
}

#[test]
fn init_writes_the_newest_edition_and_all_say_what_the_default_is() {
    let tree = spoke();
    std::fs::remove_file(tree.path().join(".cmklint.hcl")).unwrap();
    let said = tree.run(&["init"]).out;
    assert!(
        said.contains("the newest edition of the restrictions, 2025-02")
            && said.contains("without an edition all are checked"),
        "{said}"
    );
    let written = std::fs::read_to_string(tree.path().join(".cmklint.hcl")).unwrap();
    assert!(written.contains("\n  edition = \"2025-02\"\n"), "{written}");
    assert!(tree.run(&["rules"]).out.contains("What the edition of 2025-02 holds is checked"));
    std::fs::remove_file(tree.path().join(".cmklint.hcl")).unwrap();
    let all = "Without an edition all are checked";
    assert!(tree.run(&["rules"]).out.contains(all) && tree.run(&["explain", "CMK021"]).out.contains(all));
    let page = tree.run(&["explain", "CMK021"]).out;
    assert!(page.contains("(editions: 2020-08 only; lifted in the edition of 2022-10)"), "{page}");
    assert!(tree.run(&["--help"]).out.contains("without one, all are checked"));
}
