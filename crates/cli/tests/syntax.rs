//! Which templates are parsed: those that can lead to a finding, and with `--syntax` all. What is found is the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use std::path::{Path, PathBuf};

use common::Tree;
use serde_json::Value;

const BROKEN: &str = "resource vnet 'Microsoft.Network/virtualNetworks@2023-11-01' = {\n  name: 'v'\n  location: \n}\n";

const DISK: &str = "
param location string
resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' existing = {
  name: 'des'
}
resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'data'
  location: location
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: set.id }
  }
}
";

#[test]
fn a_broken_template_that_can_lead_to_no_finding_is_told_where_it_is_asked_for() {
    let tree = Tree::new(&[("net/main.bicep", BROKEN), ("disk/main.bicep", DISK)]);
    let silent = tree.run(&[]);
    assert!(silent.code == 0 && !silent.err.contains("net/main.bicep"), "{}{}", silent.out, silent.err);
    for args in [&["--syntax"][..], &["net/main.bicep"]] {
        let told = tree.run(args);
        assert!(told.code == 1 && told.err.contains("net/main.bicep:3"), "{args:?}\n{}{}", told.out, told.err);
    }
}

#[test]
fn a_broken_template_that_deploys_one_with_a_disk_is_told() {
    let root = format!(
        "{BROKEN}module disk '../disk/main.bicep' = {{ name: 'disk', params: {{ location: 'westeurope' }} }}\n"
    );
    let tree = Tree::new(&[("net/main.bicep", root.as_str()), ("disk/main.bicep", DISK)]);
    let told = tree.run(&[]);
    assert!(told.code == 1 && told.err.contains("net/main.bicep:3"), "{}{}", told.out, told.err);
}

#[test]
fn json_compiled_from_the_bicep_beside_it_is_read_where_another_template_deploys_it() {
    let compiled = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": { "_generator": { "name": "bicep", "version": "0.30.3.12046" } },
  "resources": [
    {
      "type": "Microsoft.KeyVault/vaults/keys",
      "apiVersion": "2023-07-01",
      "name": "kv/disk",
      "properties": { "kty": "EC" }
    },
    {
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2023-10-02",
      "name": "des",
      "location": "westeurope",
      "identity": { "type": "SystemAssigned" },
      "properties": {
        "activeKey": { "keyUrl": "[reference(resourceId('Microsoft.KeyVault/vaults/keys', 'kv', 'disk')).keyUri]" }
      }
    }
  ]
}"#;
    let root = "module keys 'keys.json' = { name: 'keys' }\n";
    let beside = Tree::new(&[("keys.json", compiled), ("keys.bicep", "param unused string = ''\n")]);
    let ran = beside.run(&["--verbose"]);
    assert!(ran.code == 0 && ran.err.contains("compiled from the Bicep file beside it"), "{}{}", ran.out, ran.err);
    let deployed =
        Tree::new(&[("keys.json", compiled), ("keys.bicep", "param unused string = ''\n"), ("main.bicep", root)]);
    let ran = deployed.run(&["--verbose"]);
    assert!(ran.code == 2 && ran.out.contains("keys.json:10"), "{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("compiled from"), "{}", ran.err);
}

/// The findings below `folder`, without the times and counts of the run.
fn findings(folder: &Path, args: &[&str]) -> Value {
    let mut command = assert_cmd::Command::cargo_bin("cmklint").unwrap();
    let out = command.args(["--format", "json", "--force"]).args(args).arg(folder).output().unwrap();
    let report: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|error| panic!("{error} in {}\n{}", folder.display(), String::from_utf8_lossy(&out.stderr)));
    report["issues"].clone()
}

#[test]
fn what_is_found_is_the_same_where_everything_is_parsed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = std::fs::read_dir(root.join("rules")).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = rules.filter(|path| path.is_dir()).collect();
    assert!(folders.len() > 30, "the rules' examples are not there");
    folders.push(root.join("testdata/mixed"));
    let corpus = root.join("target/corpus");
    if corpus.is_dir() {
        folders.extend(["avm/res/compute", "avm/res/databricks", "avm/ptn"].map(|part| corpus.join(part)));
    } else {
        eprintln!("NOT RUN over the corpus: testdata/unpack-corpus.sh unpacks it");
    }
    let mut found = 0;
    for folder in folders {
        let parsed = findings(&folder, &["--syntax"]);
        found += parsed.as_array().map_or(0, Vec::len);
        assert_eq!(findings(&folder, &[]), parsed, "{}", folder.display());
    }
    assert!(found > 300, "only {found} findings were compared");
}
