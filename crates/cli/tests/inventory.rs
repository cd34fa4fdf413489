//! What already stands: code is checked against the rows of a Resource Graph query.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
#[path = "common/repository.rs"]
mod repository;

use common::{Ran, Tree};
use serde_json::{Value, json};

const SUB: &str = "11111111-1111-1111-1111-111111111111";
const OTHER: &str = "22222222-2222-2222-2222-222222222222";
const VERSION: &str = "0123456789abcdef0123456789abcdef";

fn id(subscription: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/rg-keys/providers/{kind}/{name}")
}

fn set_id(name: &str) -> String {
    id(SUB, "Microsoft.Compute/diskEncryptionSets", name)
}

/// The row of vault `kv-prod`; Resource Graph writes types and many ids in lower case.
fn vault(subscription: &str, location: &str, purge: bool) -> Value {
    json!({
        "id": id(subscription, "microsoft.keyvault/vaults", "kv-prod"),
        "type": "microsoft.keyvault/vaults",
        "location": location,
        "sku": null,
        "identity": null,
        "properties": {
            "sku": { "family": "A", "name": "standard" },
            "enableSoftDelete": true,
            "enablePurgeProtection": if purge { json!(true) } else { Value::Null },
            "vaultUri": "https://kv-prod.vault.azure.net/",
            "accessPolicies": []
        }
    })
}

fn key(properties: Value) -> Value {
    json!({ "id": id(SUB, "Microsoft.KeyVault/vaults", "kv-prod/keys/k"), "location": "westeurope", "properties": properties })
}

fn set(name: &str, location: &str) -> Value {
    json!({
        "id": set_id(name),
        "location": location,
        "properties": {
            "activeKey": {
                "sourceVault": { "id": id(SUB, "Microsoft.KeyVault/vaults", "kv-prod") },
                "keyUrl": format!("https://kv-prod.vault.azure.net/keys/k/{VERSION}")
            },
            "encryptionType": "EncryptionAtRestWithCustomerKey",
            "rotationToLatestKeyVersionEnabled": false
        }
    })
}

/// A set in the code whose key is in vault `kv-prod`, in each language: by an existing vault or data source, and by the key URL.
fn code_set(language: &str) -> (&'static str, String) {
    let url = format!("https://kv-prod.vault.azure.net/keys/k/{VERSION}");
    let vault = id(SUB, "Microsoft.KeyVault/vaults", "kv-prod");
    match language {
        "tf" => (
            "main.tf",
            format!(
                r#"provider "azurerm" {{
  features {{}}
  subscription_id = "{SUB}"
}}
data "azurerm_key_vault" "kv" {{
  name                = "kv-prod"
  resource_group_name = "rg-keys"
}}
resource "azurerm_disk_encryption_set" "des" {{
  name                = "des"
  resource_group_name = "rg-app"
  location            = "westeurope"
  key_vault_key_id    = "${{data.azurerm_key_vault.kv.vault_uri}}keys/k/{VERSION}"
  identity {{
    type = "SystemAssigned"
  }}
}}
"#
            ),
        ),
        "bicep" => (
            "main.bicep",
            format!(
                r"resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{
  name: 'kv-prod'
  scope: resourceGroup('rg-keys')
}}
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'des'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{
    activeKey: {{
      sourceVault: {{ id: kv.id }}
      keyUrl: '${{kv.properties.vaultUri}}keys/k/{VERSION}'
    }}
  }}
}}
"
            ),
        ),
        _ => (
            "azuredeploy.json",
            format!(
                r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {{
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2023-10-02",
      "name": "des",
      "location": "westeurope",
      "identity": {{ "type": "SystemAssigned" }},
      "properties": {{
        "activeKey": {{
          "sourceVault": {{ "id": "{vault}" }},
          "keyUrl": "{url}"
        }}
      }}
    }}
  ]
}}
"#
            ),
        ),
    }
}

/// A disk in the code that names a set by its literal id.
fn code_disk(language: &str, set: &str) -> (&'static str, String) {
    match language {
        "tf" => (
            "main.tf",
            format!(
                r#"provider "azurerm" {{
  features {{}}
  subscription_id = "{SUB}"
}}
resource "azurerm_managed_disk" "d" {{
  name                   = "d"
  resource_group_name    = "rg-app"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = "{set}"
}}
"#
            ),
        ),
        "bicep" => (
            "main.bicep",
            format!(
                r"resource d 'Microsoft.Compute/disks@2023-10-02' = {{
  name: 'd'
  location: 'westeurope'
  properties: {{
    creationData: {{ createOption: 'Empty' }}
    diskSizeGB: 8
    encryption: {{ diskEncryptionSetId: '{set}' }}
  }}
}}
"
            ),
        ),
        _ => (
            "azuredeploy.json",
            format!(
                r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {{
      "type": "Microsoft.Compute/disks",
      "apiVersion": "2023-10-02",
      "name": "d",
      "location": "westeurope",
      "properties": {{
        "creationData": {{ "createOption": "Empty" }},
        "diskSizeGB": 8,
        "encryption": {{ "diskEncryptionSetId": "{set}" }}
      }}
    }}
  ]
}}
"#
            ),
        ),
    }
}

const LANGUAGES: [&str; 3] = ["tf", "bicep", "arm"];

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn tree(code: &(&str, String), rows: &[Value]) -> Tree {
    let config = format!(
        r#"root "{}" {{
  subscription = "{SUB}"
  resource_group = "rg-app"
}}
"#,
        code.0
    );
    Tree::new(&[(code.0, code.1.as_str()), (".cmklint.hcl", &config), ("stands.jsonl", &lines(rows))])
}

/// `rule message` of each finding, and each that is related: `file:line`.
fn found(tree: &Tree, more: &[&str]) -> Vec<(String, Vec<String>)> {
    let ran = tree.run(&[&["--format", "json", "--inventory", "stands.jsonl"], more].concat());
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err));
    let place = |range: &Value| format!("{}:{}", range["filename"].as_str().unwrap(), range["start"]["line"]);
    let mut out: Vec<(String, Vec<String>)> = report["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| {
            let related = issue["related"].as_array().unwrap().iter().map(|r| place(&r["range"]));
            (format!("{} {}", place(&issue["range"]), issue["id"].as_str().unwrap()), related.collect())
        })
        .collect();
    out.sort();
    out
}

fn rules(found: &[(String, Vec<String>)]) -> Vec<&str> {
    found.iter().map(|(finding, _)| finding.split(' ').next_back().unwrap()).collect()
}

#[test]
fn a_set_in_the_code_whose_vault_stands_in_another_region_is_found_in_each_language() {
    for language in LANGUAGES {
        let code = code_set(language);
        let far = found(&tree(&code, &[vault(SUB, "northeurope", true)]), &[]);
        assert_eq!(rules(&far), ["CMK020"], "{language}");
        assert!(far[0].0.starts_with(code.0) && far[0].1.contains(&"stands.jsonl:1".to_owned()), "{language}: {far:?}");
        let near = found(&tree(&code, &[vault(SUB, "West Europe", true)]), &[]);
        assert!(near.is_empty(), "{language}: {near:?}");
        assert!(found(&tree(&code, &[]), &[]).is_empty(), "{language}: without the vault's row nothing is known of it");
    }
}

#[test]
fn a_disk_in_the_code_whose_set_stands_in_another_region_is_found_in_each_language() {
    for language in LANGUAGES {
        // Names and ids are compared without case.
        let code = code_disk(language, &set_id("DES-Prod"));
        let far = found(
            &tree(&code, &[json!({"id": "/subscriptions/x/resourceGroups/y"}), set("des-prod", "northeurope")]),
            &[],
        );
        assert_eq!(rules(&far), ["CMK020"], "{language}");
        assert!(far[0].1.contains(&"stands.jsonl:2".to_owned()), "{language}: {far:?}");
        assert!(found(&tree(&code, &[set("des-prod", "westeurope")]), &[]).is_empty(), "{language}");
    }
}

#[test]
fn a_set_in_the_code_whose_vault_stands_in_another_subscription_is_found_in_each_language() {
    for language in LANGUAGES {
        let mut code = code_set(language);
        code.1 = code.1.replace(
            &id(SUB, "Microsoft.KeyVault/vaults", "kv-prod"),
            &id(OTHER, "Microsoft.KeyVault/vaults", "kv-prod"),
        );
        code.1 = code.1.replace("resourceGroup('rg-keys')", &format!("resourceGroup('{OTHER}', 'rg-keys')"));
        // A data source would say that its vault is in the provider's subscription: here the key is named by its URL alone.
        if let (Some(from), Some(to)) = (code.1.find("data \""), code.1.find("resource \"")) {
            code.1.replace_range(from..to, "");
        }
        code.1 = code.1.replace("${data.azurerm_key_vault.kv.vault_uri}", "https://kv-prod.vault.azure.net/");
        let far = found(&tree(&code, &[vault(OTHER, "westeurope", true)]), &[]);
        // Where the code names the vault as the source vault, that is a fault of its own since the vault may be elsewhere.
        let without_source =
            |found: &[(String, Vec<String>)]| rules(found).into_iter().filter(|r| *r != "CMK022").count();
        assert!(rules(&far).contains(&"CMK021") && without_source(&far) == 1, "{language}: {far:?}");
        let later = found(&tree(&code, &[vault(OTHER, "westeurope", true)]), &["--edition", "2023-02"]);
        assert_eq!(without_source(&later), 0, "{language}: {later:?}");
    }
}

#[test]
fn a_key_that_stands_with_another_type_or_size_is_found_where_the_code_takes_it_in_each_language() {
    for language in LANGUAGES {
        let code = code_set(language);
        let with = |properties: Value| found(&tree(&code, &[vault(SUB, "westeurope", true), key(properties)]), &[]);
        for (properties, rule) in [(json!({"kty": "EC"}), "CMK001"), (json!({"kty": "RSA", "keySize": 1024}), "CMK002")]
        {
            let bad = with(properties);
            assert_eq!(rules(&bad), [rule], "{language}");
            assert!(
                bad[0].0.starts_with(code.0) && bad[0].1.contains(&"stands.jsonl:2".to_owned()),
                "{language}: {bad:?}"
            );
        }
        assert!(with(json!({"kty": "RSA", "keySize": 3072})).is_empty(), "{language}");
        assert!(with(json!({})).is_empty(), "{language}: what a key's row leaves out is not known");
    }
}

#[test]
fn a_vault_that_stands_without_purge_protection_is_found_where_the_code_takes_its_key_in_each_language() {
    for language in LANGUAGES {
        let code = code_set(language);
        let bad = found(&tree(&code, &[vault(SUB, "westeurope", false)]), &[]);
        assert_eq!(rules(&bad), ["CMK070"], "{language}");
        assert!(bad[0].0.starts_with(code.0), "the place is in the code: {bad:?}");
        let mut narrow = vault(SUB, "westeurope", false);
        narrow.as_object_mut().unwrap().remove("properties");
        assert!(found(&tree(&code, &[narrow]), &[]).is_empty(), "{language}: a column that is not there says nothing");
    }
}

#[test]
fn sets_that_stand_count_with_those_of_the_code_and_each_once() {
    for language in LANGUAGES {
        let code = code_set(language);
        let limit = |tree: &Tree, limit: usize| {
            let config = std::fs::read_to_string(tree.path().join(".cmklint.hcl")).unwrap();
            tree.write(
                ".cmklint.hcl",
                format!(
                    r#"{config}rule "CMK050" {{
  limit = {limit}
}}
"#
                )
                .as_bytes(),
            );
        };
        let rows = |names: &[&str]| -> Vec<Value> {
            let mut rows = vec![vault(SUB, "westeurope", true)];
            rows.extend(names.iter().map(|n| set(n, "westeurope")));
            rows
        };
        let over = tree(&code, &rows(&["a", "b"]));
        limit(&over, 2);
        let bad = found(&over, &[]);
        assert_eq!(rules(&bad), ["CMK050"], "{language}");
        assert!(bad[0].0.starts_with(code.0), "{bad:?}");
        let within = tree(&code, &rows(&["a", "b"]));
        limit(&within, 3);
        assert!(found(&within, &[]).is_empty(), "{language}");
        // The code's own set exists already.
        let mut again = rows(&["a"]);
        let mut own = set("des", "westeurope");
        own["id"] = json!(set_id("des").replace("rg-keys", "rg-app"));
        again.push(own);
        let again = tree(&code, &again);
        limit(&again, 2);
        assert!(found(&again, &[]).is_empty(), "{language}");
        let elsewhere =
            tree(&code, &[vault(SUB, "westeurope", true), set("a", "northeurope"), set("b", "northeurope")]);
        limit(&elsewhere, 2);
        assert!(found(&elsewhere, &[]).is_empty(), "{language}: other regions count for themselves");
    }
}

#[test]
fn a_set_whose_group_is_not_known_may_be_one_that_stands() {
    let code = code_set("bicep");
    let tree = tree(&code, &[vault(SUB, "westeurope", true), set("a", "westeurope"), set("DES", "westeurope")]);
    let config = format!(
        r#"root "main.bicep" {{
  subscription = "{SUB}"
}}
rule "CMK050" {{
  limit = 2
}}
"#
    );
    tree.write(".cmklint.hcl", config.as_bytes());
    assert!(found(&tree, &[]).is_empty());
    tree.write("stands.jsonl", lines(&[set("a", "westeurope"), set("b", "westeurope")]).as_bytes());
    assert_eq!(rules(&found(&tree, &[])), ["CMK050"], "none that stands has its name");
}

#[test]
fn what_the_code_declares_goes_before_what_stands_under_its_id() {
    // The code moves its set's region; what is said of it holds for the code.
    let code = code_disk("tf", &set_id("des"));
    let code = (
        code.0,
        format!(
            "{}{}",
            code.1,
            r#"
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg-keys"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-prod.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
"#
        ),
    );
    assert!(found(&tree(&code, &[set("des", "northeurope")]), &[]).is_empty());
    // A resource elsewhere names the code's set: reported in the code.
    let disk = json!({
        "id": id(SUB, "Microsoft.Compute/disks", "old"),
        "location": "northeurope",
        "properties": {"creationData": {"createOption": "Empty"}, "encryption": {"diskEncryptionSetId": set_id("des")}}
    });
    let bad = found(&tree(&code, &[disk]), &[]);
    assert_eq!(rules(&bad), ["CMK020"]);
    assert!(bad[0].0.starts_with("main.tf") && bad[0].1.contains(&"stands.jsonl:1".to_owned()), "{bad:?}");
}

#[test]
fn purge_protection_that_is_on_stays_on_where_the_code_leaves_it_out() {
    let code = (
        "main.bicep",
        format!(
            r"resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
  name: 'kv-prod'
  location: 'westeurope'
  properties: {{
    tenantId: tenant().tenantId
    sku: {{ family: 'A', name: 'standard' }}
    accessPolicies: []
  }}
}}
resource d 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'des'
  location: 'westeurope'
  identity: {{ type: 'UserAssigned', userAssignedIdentities: {{ '/subscriptions/{SUB}/resourceGroups/rg-app/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u': {{}} }} }}
  properties: {{ activeKey: {{ sourceVault: {{ id: kv.id }}, keyUrl: '${{kv.properties.vaultUri}}keys/k/{VERSION}' }} }}
}}
"
        ),
    );
    let row = |purge| {
        let mut row = vault(SUB, "westeurope", purge);
        row["id"] = json!(id(SUB, "Microsoft.KeyVault/vaults", "kv-prod").replace("rg-keys", "rg-app"));
        row
    };
    let only = ["--only", "CMK070"];
    assert_eq!(rules(&found(&tree(&code, &[]), &only)), ["CMK070"]);
    assert_eq!(rules(&found(&tree(&code, &[row(false)]), &only)), ["CMK070"]);
    assert!(found(&tree(&code, &[row(true)]), &only).is_empty());
}

#[test]
fn faults_of_the_inventory_alone_are_reported_only_where_asked_for() {
    let code = code_disk("bicep", &set_id("a"));
    let rows = [set("a", "westeurope"), vault(SUB, "northeurope", false)];
    let tree = tree(&code, &rows);
    assert!(found(&tree, &[]).is_empty());
    let all = found(&tree, &["--inventory-findings"]);
    assert_eq!(
        all.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(),
        ["stands.jsonl:1 CMK020", "stands.jsonl:2 CMK070"]
    );
    let ran = tree.run(&["--inventory-findings"]);
    assert!(ran.code == 1 && ran.err.contains("--inventory"), "{}", ran.err);
}

#[test]
fn the_pages_of_az_and_of_the_rest_api_and_compressed_files_are_read() {
    use std::io::Write as _;
    let code = code_disk("bicep", &set_id("a"));
    let tree = tree(&code, &[]);
    let rows = [json!({"id": "/subscriptions/x/resourceGroups/y"}), set("a", "northeurope")];
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let az = json!({"count": 2, "data": rows, "skip_token": null, "total_records": 2});
    let pretty = serde_json::to_string_pretty(&az).unwrap();
    let line = pretty.lines().position(|l| l.contains("/a\"")).unwrap() + 1;
    for (bytes, related) in [
        (pretty.clone().into_bytes(), line),
        (serde_json::to_vec(&rows).unwrap(), 1),
        (json!({"totalRecords": 2, "count": 2, "value": rows, "facets": []}).to_string().into_bytes(), 1),
        (format!("\u{feff}{}", lines(&rows)).into_bytes(), 2),
        // What PowerShell's `>` writes.
        ([0xff, 0xfe].into_iter().chain(pretty.encode_utf16().flat_map(u16::to_le_bytes)).collect(), line),
        ([0xfe, 0xff].into_iter().chain(pretty.encode_utf16().flat_map(u16::to_be_bytes)).collect(), line),
        // In a compressed file the row's number stands for its line.
        (gzip(&pretty), 2),
    ] {
        tree.write("stands.jsonl", &bytes);
        let far = found(&tree, &[]);
        assert_eq!(rules(&far), ["CMK020"], "{}", String::from_utf8_lossy(&bytes));
        assert!(far[0].1.contains(&format!("stands.jsonl:{related}")), "{far:?}");
    }
}

#[test]
fn an_inventory_is_no_code_and_may_lie_outside_of_the_tree() {
    let code = code_disk("arm", &set_id("a"));
    let tree =
        Tree::new(&[("infra/azuredeploy.json", code.1.as_str()), ("stands.jsonl", &lines(&[set("a", "northeurope")]))]);
    let ran = tree.run(&["infra", "--inventory", "stands.jsonl", "--format", "compact"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.is_empty(), "{}", ran.err);
    let ran = tree.run(&["--chdir", "infra", "--inventory", "../stands.jsonl"]);
    assert!(ran.code == 2 && ran.out.contains("../stands.jsonl:1"), "{}{}", ran.out, ran.err);
    // Code hosts have no such file: SARIF names it in words.
    let ran = tree.run(&["--chdir", "infra", "--inventory", "../stands.jsonl", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert!(!result["relatedLocations"].to_string().contains("stands"), "{result}");
    assert!(!result["codeFlows"].to_string().contains("stands"), "{result}");
    assert_eq!(result["properties"]["outside"][0]["uri"], "../stands.jsonl");
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.contains("Outside of the repository: ../stands.jsonl:1 (the set is in 'northeurope')"), "{text}");
    // A template given as an inventory is left out of the code, and is no inventory either.
    let ran = tree.run(&["infra", "--inventory", "infra/azuredeploy.json"]);
    assert!(ran.code == 1 && ran.err.contains("row 1: the row has no id"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("CMK"), "{}", ran.out);
}

fn with(bytes: &[u8]) -> Ran {
    let code = code_disk("bicep", &set_id("a"));
    let tree = tree(&code, &[]);
    tree.write("stands.jsonl", bytes);
    tree.run(&["--format", "compact", "--inventory", "stands.jsonl"])
}

#[test]
fn broken_rows_are_named_and_the_others_count() {
    let good = set("a", "northeurope").to_string();
    for (bad, message) in [
        (r#"{"id": 5}"#, "row 1: the row's id is a number, not a string"),
        (r#"{"name": "x"}"#, "row 1: the row has no id"),
        (r#"{"id": "kv-prod"}"#, "row 1: the row's id is not a resource id: 'kv-prod'"),
        (
            r#"{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d", "location": 5}"#,
            "row 1: the row's location is a number",
        ),
        (
            r#"{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d", "properties": []}"#,
            "row 1: the row's properties are a list, not an object",
        ),
        (r#"{"id": "/subscriptions/s/resourceGroups/g", }"#, "row 1: the row is no JSON: trailing comma"),
        (r#"{"id": "/subscriptions/s/resourceGroups/g", "properties": {"#, "row 1: the row is broken off"),
        (r#"{"id": "/subscriptions/s/resourceGro"#, "row 1: the row is broken off"),
    ] {
        let ran = with(format!("{bad}\n{good}\n").as_bytes());
        assert_eq!(ran.code, 1, "{bad}: {}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains("stands.jsonl:1"), "{bad}: {}", ran.err);
        assert!(ran.out.contains("CMK020"), "{bad}: the other row counts: {}", ran.out);
    }
    let ran = with(format!("{good}\n{{\"id\": \"/subscriptions/s/resou").as_bytes());
    assert!(ran.code == 1 && ran.err.contains("row 2: the file ends inside of the row"), "{}", ran.err);
    assert!(ran.out.contains("CMK020"));
    let ran = with(format!("[\n{good},\n{{\"id\": \"/subscr").as_bytes());
    assert!(
        ran.code == 1 && ran.err.contains("row 2: the file ends inside of the row") && ran.out.contains("CMK020"),
        "{}",
        ran.err
    );
    let ran = with(format!("[{good}").as_bytes());
    assert!(
        ran.err.contains("the file ends before its list of rows does") && ran.out.contains("CMK020"),
        "{}",
        ran.err
    );
}

#[test]
fn a_property_of_the_wrong_type_is_not_known_and_a_warning() {
    let mut row = set("a", "northeurope");
    row["properties"]["activeKey"] = json!("text");
    let ran = with(row.to_string().as_bytes());
    assert!(ran.code == 2 && ran.out.contains("CMK020"), "{}", ran.out);
    assert!(
        ran.err.contains("row 1: properties.activeKey is a string, not an object; taken as not known"),
        "{}",
        ran.err
    );
}

#[test]
fn what_is_no_inventory_says_what_it_is() {
    for (bytes, message) in [
        (&b""[..], "it is empty"),
        (b"  \n", "it is empty"),
        (b"id,type\n1,2\n", "it is no JSON; it begins with 'id,type'"),
        (b"PAR1\x15\x04", "it is Parquet"),
        (b"PK\x03\x04zip", "a zip archive"),
        (b"{\"count\": 1, \"data\": {\"columns\": [], \"rows\": []}}", "resultFormat objectArray"),
        (b"\x1f\x8b\x08\x00broken", ""),
        (b"\x28\xb5\x2f\xfdbroken", ""),
    ] {
        let ran = with(bytes);
        assert!(
            ran.code == 1 && ran.err.contains(message) && ran.err.contains("stands.jsonl"),
            "{bytes:?}: {}",
            ran.err
        );
    }
    let ran = with(b"[]");
    assert!(ran.code == 0 && ran.err.contains("the inventory has no rows"), "{}", ran.err);
    let more = json!({"data": [set("a", "westeurope")], "skip_token": "abc"}).to_string();
    assert!(with(more.as_bytes()).err.contains("there are more"));
    let tree = Tree::new(&[("main.tf", "")]);
    let ran = tree.run(&["--inventory", "nowhere.json"]);
    assert!(ran.code == 1 && ran.err.contains("nowhere.json: no such file"), "{}", ran.err);
}

#[test]
fn the_query_is_printed() {
    let tree = Tree::new(&[("main.tf", "")]);
    let ran = tree.run(&["inventory-query"]);
    assert!(
        ran.code == 0 && ran.out.starts_with("resources\n") && ran.out.contains("microsoft.compute/disks"),
        "{}",
        ran.out
    );
}

#[test]
fn the_report_is_the_same_whatever_the_number_of_threads() {
    let code = code_set("bicep");
    let rows: Vec<Value> =
        (0..3000).map(|i| set(&format!("s{i}"), "northeurope")).chain([vault(SUB, "northeurope", false)]).collect();
    let tree = tree(&code, &rows);
    let run = |jobs| {
        tree.run(&["--format", "json", "--inventory", "stands.jsonl", "--inventory-findings", "--jobs", jobs]).out
    };
    let one = run("1");
    assert!(one.matches("CMK0").count() > 1, "{one}");
    assert_eq!(one, run("4"));
}

#[test]
fn where_the_code_leaves_its_subscription_open_a_row_of_the_same_names_and_group_is_it_in_one_world() {
    let tf = r#"data "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg-keys"
}
resource "azurerm_managed_disk" "d" {
  name                   = "d"
  resource_group_name    = "rg-app"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}
"#;
    let bicep = r"resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' existing = {
  name: 'des'
  scope: resourceGroup('rg-keys')
}
resource d 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'd'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 8
    encryption: { diskEncryptionSetId: des.id }
  }
}
";
    let arm = code_disk("arm", "[resourceId('rg-keys', 'Microsoft.Compute/diskEncryptionSets', 'des')]").1;
    for (path, code) in [("main.tf", tf), ("main.bicep", bicep), ("azuredeploy.json", &arm)] {
        let tree = Tree::new(&[(path, code), ("stands.jsonl", &lines(&[set("des", "northeurope")]))]);
        let ran = tree.run(&["--format", "json", "--inventory", "stands.jsonl"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let [issue] = &report["issues"].as_array().unwrap()[..] else { panic!("{path}: {}", ran.out) };
        assert_eq!(
            (issue["id"].as_str(), issue["confidence"].as_str()),
            (Some("CMK020"), Some("conditional")),
            "{path}"
        );
        assert!(issue["world"].as_str().unwrap().contains(SUB), "{path}: {issue}");
        // Of two that may be it, none is.
        let mut other = set("des", "northeurope");
        other["id"] = json!(id(OTHER, "Microsoft.Compute/diskEncryptionSets", "des"));
        tree.write("stands.jsonl", lines(&[set("des", "northeurope"), other]).as_bytes());
        assert_eq!(tree.run(&["--inventory", "stands.jsonl"]).code, 0, "{path}");
    }
}

#[test]
fn a_script_that_moves_a_disk_that_stands_by_its_literal_id_is_found_in_each_language() {
    let disk = |encrypted: bool| {
        let encryption = if encrypted { json!({"diskEncryptionSetId": set_id("des")}) } else { Value::Null };
        json!({
            "id": id(SUB, "Microsoft.Compute/disks", "old"),
            "location": "westeurope",
            "properties": {"creationData": {"createOption": "Empty"}, "encryption": encryption}
        })
    };
    let line =
        format!("az resource move --destination-group rg-new --ids {}", id(SUB, "Microsoft.Compute/disks", "old"));
    let tf = format!(
        r#"resource "azurerm_resource_deployment_script_azure_cli" "move" {{
  name = "move"
  resource_group_name = "rg"
  location = "westeurope"
  version = "2.63.0"
  retention_interval = "P1D"
  script_content = <<-EOT
    set -e
    {line}
  EOT
}}
"#
    );
    let bicep = format!(
        r"resource move 'Microsoft.Resources/deploymentScripts@2023-08-01' = {{
  name: 'move'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {{
    azCliVersion: '2.63.0'
    retentionInterval: 'P1D'
    scriptContent: '''
      {line}
    '''
  }}
}}
"
    );
    let arm = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{
            "type": "Microsoft.Resources/deploymentScripts", "apiVersion": "2023-08-01", "name": "move", "location": "westeurope", "kind": "AzureCLI",
            "properties": {"azCliVersion": "2.63.0", "retentionInterval": "P1D", "scriptContent": line}
        }]
    })
    .to_string();
    for (path, text) in [("main.tf", tf), ("main.bicep", bicep), ("azuredeploy.json", arm)] {
        let code = (path, text);
        assert_eq!(rules(&found(&tree(&code, &[disk(true)]), &[])), ["CMK030"], "{path}");
        assert!(found(&tree(&code, &[disk(false)]), &[]).is_empty(), "{path}");
    }
}

#[test]
fn what_the_inventory_tells_of_code_that_did_not_change_is_not_brought_by_a_change() {
    let (path, text) = code_disk("bicep", &set_id("a"));
    let tree = Tree::new(&[(path, text.as_str())]);
    let git = |args: &[&str]| repository::git_in(tree.path(), args);
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    tree.write("stands.jsonl", lines(&[set("a", "northeurope")]).as_bytes());
    let changed = text.replace("diskSizeGB: 8", "diskSizeGB: 16");
    tree.write(
        path,
        format!("{changed}{}", changed.replace("resource d ", "resource e ").replace("name: 'd'", "name: 'e'"))
            .as_bytes(),
    );
    let run = |more: &[&str]| found(&tree, &[&["--base", "HEAD"], more].concat());
    assert_eq!(rules(&run(&[])), ["CMK020", "CMK020"]);
    let brought = run(&["--diff-only"]);
    assert_eq!(rules(&brought), ["CMK020"]);
    assert_eq!(brought[0].0, "main.bicep:12 CMK020", "that of the second disk");
}

#[test]
fn services_that_stand_are_held_against_their_set() {
    let row = |kind: &str, properties: Value| json!({ "id": id(SUB, kind, "one"), "type": kind.to_lowercase(), "location": "northeurope", "properties": properties });
    let des = set_id("des");
    let services = [
        row("Microsoft.ContainerService/managedClusters", json!({ "diskEncryptionSetID": des })),
        row(
            "Microsoft.RedHatOpenShift/openShiftClusters",
            json!({ "masterProfile": { "diskEncryptionSetId": des }, "workerProfiles": [{ "diskEncryptionSetId": des }] }),
        ),
        row(
            "Microsoft.DevTestLab/labs",
            json!({ "encryption": { "type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": des } }),
        ),
    ];
    for service in services {
        let rows = [service.clone(), set("des", "westeurope"), vault(SUB, "westeurope", true)];
        let tree = tree(&("main.bicep", String::new()), &rows);
        let arguments = ["--inventory", "stands.jsonl", "--inventory-findings", "--only", "CMK020"];
        let ran = tree.run(&[&["--format", "json"], &arguments[..]].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(!report["issues"].as_array().unwrap().is_empty(), "{service}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_key_that_stands_and_has_expired_is_found_where_the_code_takes_it_in_each_language() {
    for language in ["tf", "arm", "bicep"] {
        for (exp, want) in [(json!(1_735_689_600), 1), (json!(1_893_456_000), 0), (json!("soon"), 0), (Value::Null, 0)]
        {
            let rows = [key(json!({ "kty": "RSA", "attributes": { "exp": exp } })), vault(SUB, "westeurope", true)];
            let tree = tree(&code_set(language), &rows);
            let found = found(&tree, &["--only", "CMK075", "--today", "2026-12-01"]);
            assert_eq!(rules(&found).len(), want, "{language} {exp}: {found:?}");
        }
    }
}
