//! Fixes: each bad example of each rule is fixed as far as its rule has fixes, what is fixed parses and is found no more, and nothing as bad is new. And what must not be fixed is not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

mod common;
#[path = "common/examples.rs"]
mod examples;
#[path = "common/repository.rs"]
mod repository;
use common::{Ran, Tree};
use examples::{Example, repository};

/// A copy of the files at `folder`, each as `as_written` makes it.
fn copy(folder: &Path, as_written: impl Fn(String) -> String) -> Tree {
    let tree = Tree::new::<&str>(&[]);
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                tree.write(&name, as_written(std::fs::read_to_string(&path).unwrap()).as_bytes());
            }
        }
    }
    tree
}

/// How many findings a run left of each rule, and the errors of reading.
fn found(ran: &Ran) -> (BTreeMap<String, usize>, usize) {
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}\n{}", ran.err));
    let mut out = BTreeMap::new();
    for issue in json["issues"].as_array().unwrap() {
        *out.entry(issue["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    (out, json["errors"].as_array().map_or(0, Vec::len))
}

fn fix(tree: &Tree, flag: &str) -> Ran {
    tree.run(&[flag, "--format", "json"])
}

/// The number in `fixed 3 findings in 2 files`.
fn fixed(ran: &Ran) -> usize {
    let words = ran.err.lines().find_map(|line| line.strip_prefix("fixed ")).unwrap_or_else(|| panic!("{}", ran.err));
    words.split(' ').next().unwrap().parse().unwrap()
}

#[derive(Default)]
struct Count {
    examples: usize,
    safe: usize,
    all: usize,
}

#[test]
fn bad_examples_are_fixed_as_far_as_their_rule_has_fixes() {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let examples = ["tf", "arm", "bicep"].into_iter().flat_map(Example::all).filter(Example::is_bad);
    for example in examples.filter(|example| !example.folder.join("before").is_dir()) {
        let rule = example.name().split('/').nth(1).unwrap().to_owned();
        let count = counts.entry(rule.clone()).or_default();
        count.examples += 1;
        let tree = copy(&example.folder, |text| text);
        let (before, errors) = found(&tree.run(&["--format", "json"]));
        let offered = cmklint_rules::fixes_of_rule(&rule);
        for flag in ["--fix", "--fix-unsafe"] {
            let ran = fix(&tree, flag);
            let (after, errors_after) = found(&ran);
            assert!(errors_after <= errors, "{} {flag}: {}", example.name(), ran.err);
            for (id, number) in &after {
                assert!(number <= before.get(id).unwrap_or(&0), "{} {flag}: {id} is new", example.name());
            }
            if before.contains_key(&rule) && !after.contains_key(&rule) {
                assert!(!offered.is_empty(), "{} {flag}: fixes_of_rule says nothing of it", example.name());
                count.safe += usize::from(flag == "--fix");
                count.all += usize::from(flag == "--fix-unsafe");
            }
        }
        // Once more, of what is on the disk now.
        let again = fix(&tree, "--fix-unsafe");
        assert_eq!(fixed(&again), 0, "{}: a second time", example.name());
    }
    let total = counts.values().fold(Count::default(), |sum, count| Count {
        examples: sum.examples + count.examples,
        safe: sum.safe + count.safe,
        all: sum.all + count.all,
    });
    let mut table = String::new();
    for (rule, count) in
        counts.iter().filter(|(rule, count)| count.all > 0 || !cmklint_rules::fixes_of_rule(rule).is_empty())
    {
        writeln!(table, "| {rule} | {} | {} | {} |", count.examples, count.safe, count.all).unwrap();
        assert!(count.all > 0, "{rule}: fixes_of_rule promises what no example shows");
    }
    writeln!(table, "| all rules with examples | {} | {} | {} |", total.examples, total.safe, total.all).unwrap();
    let measured = std::fs::read_to_string(repository().join("docs/measurements.md")).unwrap();
    assert!(measured.contains(&table), "docs/measurements.md is to have\n{table}");
}

#[test]
fn rules_are_listed_with_the_kinds_of_their_fixes() {
    let tree = Tree::new::<&str>(&[]);
    let listed: serde_json::Value = serde_json::from_str(&tree.run(&["rules", "--format", "json"]).out).unwrap();
    let kinds: BTreeMap<&str, Vec<&str>> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let kinds = rule["fix"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap());
            (rule["id"].as_str().unwrap(), kinds.collect())
        })
        .collect();
    assert_eq!(kinds["CMK070"], ["safe"]);
    assert_eq!(kinds["CMK020"], ["safe", "unsafe"]);
    assert_eq!(kinds["CMK040"], ["unsafe"]);
    assert!(kinds["CMK001"].is_empty());
    for (id, kinds) in kinds {
        let explained: serde_json::Value =
            serde_json::from_str(&tree.run(&["explain", id, "--format", "json"]).out).unwrap();
        assert_eq!(explained["fix"], serde_json::json!(kinds), "{id}");
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let mut changed = 0;
    for name in ["CMK070/bad/tf", "CMK070/bad/arm", "CMK073/bad/bicep", "CMK012/bad/arm", "CMK040/bad/tf-scale-set"] {
        let folder = repository().join("rules").join(name);
        let tree = copy(&folder, |text| format!("\u{feff}{}", text.replace("\r\n", "\n").replace('\n', "\r\n")));
        changed += fixed(&fix(&tree, "--fix-unsafe"));
        for entry in std::fs::read_dir(tree.path()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(text.starts_with('\u{feff}'), "{name}");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}: {text:?}");
        }
    }
    assert_eq!(changed, 5);
}

const VAULT: &str = r#"
resource "azurerm_key_vault" "v" {
  name                = "kv"
  location            = "westeurope"
  resource_group_name = "rg"
  tenant_id           = "t"
  sku_name            = "standard" # stays

  # a comment
  network_acls {
    bypass         = "None"
    default_action = "Allow"
  }
}

resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 1024
}

resource "azurerm_disk_encryption_set" "s" {
  name                = "s"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity { type = "SystemAssigned" }
}
"#;

#[test]
fn a_diff_is_what_would_be_written_and_a_dry_run_writes_nothing() {
    let tree = Tree::new(&[("main.tf", VAULT)]);
    let diff = tree.run(&["--fix", "--diff"]);
    insta::assert_snapshot!(diff.out, @r#"
    --- a/main.tf
    +++ b/main.tf
    @@ -5,6 +5,7 @@
       resource_group_name = "rg"
       tenant_id           = "t"
       sku_name            = "standard" # stays
    +  purge_protection_enabled = true
     
       # a comment
       network_acls {
    @@ -17,7 +18,7 @@
       name         = "k"
       key_vault_id = azurerm_key_vault.v.id
       key_type     = "RSA"
    -  key_size     = 1024
    +  key_size     = 2048
     }
     
     resource "azurerm_disk_encryption_set" "s" {
    "#);
    assert_eq!(diff.code, 2);
    let dry = tree.run(&["--fix", "--dry-run"]);
    assert!(dry.err.contains("would fix 2 findings in 1 file"), "{}", dry.err);
    assert_eq!(std::fs::read_to_string(tree.path().join("main.tf")).unwrap(), VAULT);
    assert_eq!(fixed(&tree.run(&["--fix"])), 2);
    assert_eq!(tree.run(&["--fix", "--diff"]).code, 0);
    assert_eq!(tree.run(&["--diff"]).code, 1);
}

#[test]
fn links_installed_modules_and_other_revisions_are_not_fixed() {
    let tree = Tree::new(&[("real/main.tf", VAULT)]);
    std::fs::rename(tree.path().join("real/main.tf"), tree.path().join("real/kept.txt")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("kept.txt", tree.path().join("real/main.tf")).unwrap();
    let ran = tree.run(&["--fix"]);
    assert_eq!(std::fs::read_to_string(tree.path().join("real/kept.txt")).unwrap(), VAULT, "{}", ran.err);
    let call = r#"module "m" { source = "registry.example/x/y/z" }"#;
    let index = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"registry.example/x/y/z","Dir":".terraform/modules/m"}]}"#;
    let tree = Tree::new(&[
        ("main.tf", call),
        (".terraform/modules/modules.json", index),
        (".terraform/modules/m/main.tf", VAULT),
    ]);
    assert!(!tree.found(&[]).is_empty(), "the installed module is looked into");
    assert_eq!(fixed(&tree.run(&["--fix"])), 0);
    assert!(tree.run(&["--fix", "--head", "HEAD"]).err.contains("cannot be used with"));
}

const REGIONS: &str = r#"
resource setA 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'a'
  location: 'westeurope'
  properties: { activeKey: { sourceVault: { id: vault.id }, keyUrl: 'https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'v'
  location: 'WHERE'
  properties: { enablePurgeProtection: true }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd'
  location: 'northeurope'
  properties: { encryption: { diskEncryptionSetId: setA.id } }
}
"#;

#[test]
fn a_region_is_safe_where_only_one_answer_does_no_harm() {
    // The set can't follow the disk, since its vault would be elsewhere.
    let tree = Tree::new(&[("main.bicep", REGIONS.replace("WHERE", "westeurope"))]);
    assert_eq!(fixed(&tree.run(&["--fix"])), 1);
    let text = std::fs::read_to_string(tree.path().join("main.bicep")).unwrap();
    assert_eq!(text, REGIONS.replace("WHERE", "westeurope").replace("northeurope", "westeurope"));
    // Without a vault of the estate, either may move.
    let apart = REGIONS.replace("location: 'WHERE'", "location: 'global'").replace("vault.id", "'/x'");
    let tree = Tree::new(&[("main.bicep", apart)]);
    assert_eq!(fixed(&tree.run(&["--fix"])), 0);
    assert_eq!(fixed(&tree.run(&["--fix-unsafe"])), 1);
}

#[test]
fn sarif_carries_the_fix() {
    let tree = Tree::new(&[("main.tf", VAULT)]);
    let sarif: serde_json::Value = serde_json::from_str(&tree.run(&["--format", "sarif"]).out).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let fixes: BTreeSet<(&str, &str)> = results
        .iter()
        .filter_map(|result| {
            let change = &result["fixes"][0]["artifactChanges"][0];
            let text = change["replacements"][0]["insertedContent"]["text"].as_str()?;
            Some((change["artifactLocation"]["uri"].as_str()?, text))
        })
        .collect();
    assert_eq!(fixes, BTreeSet::from([("main.tf", "2048"), ("main.tf", "\n  purge_protection_enabled = true")]));
}
