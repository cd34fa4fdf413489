//! Code actions: fixes that are tried before they are offered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

#[allow(dead_code)] // each test binary uses a part
mod client;

use client::Client;
use serde_json::{Value, json};

const VAULT: &str = r#"
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId // ä
    sku: { family: 'A', name: 'standard' }
  }
  resource key 'keys' = {
    name: 'k'
    properties: { kty: 'RSA', keySize: 1024 }
  }
}

resource set 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { sourceVault: { id: vault.id }, keyUrl: vault::key.properties.keyUriWithVersion } }
}
"#;

fn actions(client: &mut Client, path: &std::path::Path, context: Value) -> Vec<Value> {
    let place = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": Client::uri(path) },
        "range": { "start": place, "end": place },
        "context": context,
    });
    client.request("textDocument/codeAction", params).as_array().unwrap().clone()
}

/// `text` with the edits of `action` for the file at `path`.
fn applied(action: &Value, path: &std::path::Path, text: &str) -> String {
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + usize::try_from(position["character"].as_u64().unwrap()).unwrap()
    };
    let mut out = text.to_owned();
    for edit in action["edit"]["changes"][Client::uri(path)].as_array().unwrap().iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        out.replace_range(range, edit["newText"].as_str().unwrap());
    }
    out
}

#[test]
fn a_fix_is_offered_for_each_finding_and_all_that_are_safe_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let path = root.join("main.bicep");
    std::fs::write(&path, "").unwrap();
    // Columns of UTF-8, so that the test can count bytes.
    let mut client = Client::start_with(&root, json!({ "general": { "positionEncodings": ["utf-8"] } }));
    client.open(&path, VAULT);
    client.settle();
    let diagnostics = client.diagnostics[&path].clone();
    let found = actions(&mut client, &path, json!({ "diagnostics": diagnostics }));
    let titles: Vec<&str> = found.iter().map(|action| action["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Turn purge protection on"), "{titles:?}");
    assert!(titles.contains(&"Use a key size that disks take"), "{titles:?}");
    let purge = found.iter().find(|action| action["title"] == "Turn purge protection on").unwrap();
    let fixed = applied(purge, &path, VAULT);
    assert!(fixed.contains("name: 'standard' }\n    enablePurgeProtection: true\n"), "{fixed}");
    client.replace(&path, &fixed);
    client.settle();
    let left: Vec<&Value> = client.diagnostics[&path].as_array().unwrap().iter().map(|d| &d["code"]).collect();
    assert!(left.contains(&&json!("CMK002")) && !left.contains(&&json!("CMK070")), "{left:?}");
    let all = actions(&mut client, &path, json!({ "diagnostics": [], "only": ["source.fixAll"] }));
    let fixed = applied(&all[0], &path, &fixed);
    client.replace(&path, &fixed);
    client.settle();
    // What has no fix is left: nothing grants the set its key.
    let left: Vec<&Value> = client.diagnostics[&path].as_array().unwrap().iter().map(|d| &d["code"]).collect();
    assert_eq!(left, [&json!("CMK071")]);
    assert!(actions(&mut client, &path, json!({ "diagnostics": [], "only": ["source.fixAll"] })).is_empty());
    client.stop();
}
