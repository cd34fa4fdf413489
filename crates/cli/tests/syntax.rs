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

/// A root that deploys a module with a broken line, which is read only where something needs it.
fn with_network(location: &str) -> Tree {
    let root = format!(
        "{}\nmodule net 'net.bicep' = {{ name: 'net' }}\n",
        DISK.replace("param location string", "").replace("location: location", &format!("location: {location}"))
    );
    let net = "resource vnet 'Microsoft.Network/virtualNetworks@2023-11-01' = {\n  name: 'v'\n  location: \n}\n\
               output region string = 'westeurope'\n";
    Tree::new(&[("main.bicep", root.as_str()), ("net.bicep", net)])
}

#[test]
fn a_module_that_offers_nothing_that_is_looked_up_is_not_read() {
    let silent = with_network("'westeurope'").run(&[]);
    assert!(silent.code == 0 && !silent.err.contains("net.bicep"), "{}{}", silent.out, silent.err);
    for (location, args) in [
        ("net.outputs.region", &[][..]),
        ("reference(resourceId('Microsoft.Network/virtualNetworks', 'v'), '2023-11-01', 'Full').location", &[]),
        ("'westeurope'", &["--syntax"]),
        ("'westeurope'", &["--explore"]),
        ("'westeurope'", &["--format", "html"]),
    ] {
        let told = with_network(location).run(args);
        assert!(told.code == 1 && told.err.contains("net.bicep:3"), "{location} {args:?}\n{}{}", told.out, told.err);
    }
}

#[test]
fn a_module_that_is_missing_or_away_is_told_where_its_root_leads_to_no_finding() {
    let vault = "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = { name: 'kv', location: 'westeurope' }\n";
    let modules = "/* these */\nmodule away 'br/contoso:compute/disk:1.0' = { name: 'away' }\n\
                   module gone 'gone.bicep' = { name: 'gone' }\n";
    for declared in ["", vault] {
        let tree = Tree::new(&[("main.bicep", format!("{declared}{modules}").as_str())]);
        let told = tree.run(&[]);
        assert!(told.out.contains("not looked into: 1 module"), "{}{}", told.out, told.err);
        assert!(told.err.contains("gone.bicep: no such file"), "{}{}", told.out, told.err);
    }
}

/// An encryption set whose key is in a vault that another root declares, and that other root.
fn with_vault_of_another_root(name: &str) -> Tree {
    let app = "
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kvprodshop'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-keys')
}
resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { sourceVault: { id: kv.id }, keyUrl: 'https://kvprodshop.vault.azure.net/keys/disk/0123456789abcdef0123456789abcdef' }
  }
}
";
    let keys = format!(
        "
param stage string = 'prod'
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
  name: {name}
  location: 'westeurope'
  properties: {{
    tenantId: tenant().tenantId
    sku: {{ family: 'A', name: 'premium' }}
    enablePurgeProtection: null
  }}
}}
"
    );
    Tree::new(&[("app/main.bicep", app), ("keys/main.bicep", keys.as_str())])
}

#[test]
fn a_vault_of_another_root_is_read_where_it_is_looked_up() {
    for name in ["'kvprodshop'", "'kv${stage}shop'", "'kv${replace('p-rod', '-', '')}shop'"] {
        let tree = with_vault_of_another_root(name);
        let found = tree.run(&[]);
        assert!(found.code == 2 && found.out.contains("CMK070"), "{name}\n{}{}", found.out, found.err);
        assert!(found.out.contains("2 roots, 4 resources"), "{}", found.out);
    }
    let other = with_vault_of_another_root("'contoso-web'").run(&[]);
    assert!(other.code == 0 && other.out.contains("2 roots, 3 resources"), "{}{}", other.out, other.err);
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
