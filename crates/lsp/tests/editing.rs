//! What the server does for a person who writes: completion, colors, actions that show something, progress.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

#[allow(dead_code)] // each test binary uses a part
mod client;

use std::path::{Path, PathBuf};

use client::Client;
use serde_json::{Value, json};

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    (folder, root)
}

fn example(path: &str) -> String {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    std::fs::read_to_string(rules.join(path)).unwrap()
}

/// `text` without its `|`, and the position of that in UTF-16.
fn marked(text: &str) -> (String, Value) {
    let at = text.find('|').unwrap();
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].encode_utf16().count();
    (text.replacen('|', "", 1), json!({ "line": before.matches('\n').count(), "character": column }))
}

/// Opens the file at `path` as `before`, has it edited to `text`, and completes at the `|` there: labels in the client's order, and the text with the first of them.
fn completed(client: &mut Client, path: &Path, before: &str, text: &str) -> (Vec<String>, String) {
    let (text, place) = marked(text);
    client.open(path, before);
    client.settle();
    client.replace(path, &text);
    client.settle();
    let params = json!({ "textDocument": { "uri": Client::uri(path) }, "position": place });
    let mut items = client.request("textDocument/completion", params).as_array().unwrap().clone();
    client.close(path);
    items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
    let labels = items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect();
    let Some(first) = items.first() else { return (labels, String::new()) };
    let edit = &first["textEdit"];
    let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
    assert_eq!(edit["range"]["start"]["line"], place["line"]);
    assert_eq!(edit["range"]["end"]["line"], place["line"]);
    let shown: Vec<u16> = text.split('\n').nth(line).unwrap().encode_utf16().collect();
    let column = |end: &str| usize::try_from(edit["range"][end]["character"].as_u64().unwrap()).unwrap();
    let (from, to) =
        (String::from_utf16_lossy(&shown[..column("start")]), String::from_utf16_lossy(&shown[column("end")..]));
    (labels, format!("{from}{}{to}", edit["newText"].as_str().unwrap()))
}

const SET: &str = r#"resource "azurerm_disk_encryption_set" "north" {
  name                = "des-north"
  location            = "northeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity { type = "SystemAssigned" }
}

resource "azurerm_disk_encryption_set" "west" {
  name                = "des-west"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity { type = "SystemAssigned" }
}

resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_key_vault" "v" {
  name                = "kv"
  location            = "westeurope"
  resource_group_name = "rg"
  tenant_id           = "t"
  sku_name            = "standard"
}
"#;

const DISK: &str = r#"resource "azurerm_managed_disk" "d" {
  name                   = "ä😀"
  location               = "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = VALUE
}
"#;

#[test]
fn terraform_completes_the_sets_and_keys_of_its_module() {
    let (_kept, root) = folder(&[("sets.tf", SET), ("disk.tf", ""), ("other/main.tf", DISK)]);
    let path = root.join("disk.tf");
    let mut client = Client::start(&root);
    let whole = DISK.replace("VALUE", "null");
    let sets = ["azurerm_disk_encryption_set.west.id", "azurerm_disk_encryption_set.north.id"];
    for typed in ["|", "azurerm_disk|", "\"|\"", "\"|", "azurerm_disk_encryption_set.|"] {
        let (labels, line) = completed(&mut client, &path, &whole, &DISK.replace("VALUE", typed));
        // The set in the disk's region comes first.
        assert_eq!(labels, sets, "{typed}");
        assert_eq!(line, format!("  disk_encryption_set_id = {}", sets[0]), "{typed}");
    }
    let sets = root.join("sets.tf");
    let typed = SET.replacen("azurerm_key_vault_key.k.id", "|", 1);
    let (labels, line) = completed(&mut client, &sets, SET, &typed);
    assert_eq!(labels, ["azurerm_key_vault_key.k.id", "azurerm_key_vault_key.k.versionless_id"]);
    assert_eq!(line, "  key_vault_key_id    = azurerm_key_vault_key.k.id");
    let typed = SET.replacen("azurerm_key_vault.v.id", "|", 1);
    assert_eq!(completed(&mut client, &sets, SET, &typed).0, ["azurerm_key_vault.v.id"]);
    // Another module can't name them, and their ids aren't known.
    let other = root.join("other/main.tf");
    assert!(completed(&mut client, &other, &whole, &DISK.replace("VALUE", "|")).0.is_empty());
    assert!(completed(&mut client, &path, &whole, &DISK.replace("\"rg\"", "|").replace("VALUE", "null")).0.is_empty());
    client.stop();
}

#[test]
fn bicep_completes_symbols_of_the_file_and_ids_of_other_roots() {
    let set = "resource set 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {\n  name: 'des'\n  location: 'westeurope'\n  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }\n}\n";
    let disk = |value: &str| {
        format!(
            "resource disk 'Microsoft.Compute/disks@2023-04-02' = {{\n  name: 'd'\n  location: 'westeurope'\n  properties: {{\n    encryption: {{\n      diskEncryptionSetId: {value}\n    }}\n  }}\n}}\n"
        )
    };
    let config = "root \"sets/main.bicep\" {\n  subscription   = \"00000000-0000-0000-0000-000000000001\"\n  resource_group = \"rg\"\n}\n";
    let (_kept, root) =
        folder(&[("sets/main.bicep", set), ("disks/main.bicep", ""), ("disks/main.tf", ""), (".cmklint.hcl", config)]);
    let mut client = Client::start(&root);
    let beside = root.join("sets/main.bicep");
    for typed in ["|", "se|", "set.|", "'|'"] {
        let (labels, line) =
            completed(&mut client, &beside, &format!("{set}{}", disk("null")), &format!("{set}{}", disk(typed)));
        assert_eq!(labels, ["set.id"], "{typed}");
        assert_eq!(line, "      diskEncryptionSetId: set.id", "{typed}");
    }
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des";
    let elsewhere = root.join("disks/main.bicep");
    for typed in ["|", "'|'", "'/subscr|'"] {
        let (labels, line) = completed(&mut client, &elsewhere, &disk("null"), &disk(typed));
        assert_eq!(labels, [format!("'{id}'")], "{typed}");
        assert_eq!(line, format!("      diskEncryptionSetId: '{id}'"), "{typed}");
    }
    let terraform = root.join("disks/main.tf");
    let (labels, _) = completed(&mut client, &terraform, &DISK.replace("VALUE", "null"), &DISK.replace("VALUE", "|"));
    assert_eq!(labels, [format!("\"{id}\"")], "across languages");
    client.stop();
}

#[test]
fn arm_completes_resource_ids_with_the_names_that_the_template_has() {
    let template = |value: &str| {
        r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "setName": { "type": "string", "defaultValue": "des" } },
  "resources": [
    { "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv", "location": "westeurope", "properties": {} },
    { "type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv/k", "properties": { "kty": "RSA" } },
    {
      "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-04-02",
      "name": "[parameters('setName')]", "location": "westeurope",
      "properties": { "activeKey": { "keyUrl": "" } }
    },
    {
      "type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02", "name": "d", "location": "westeurope",
      "properties": { "encryption": {
        "diskEncryptionSetId": VALUE
      } }
    }
  ]
}
"#
        .replace("VALUE", value)
    };
    let (_kept, root) = folder(&[("azuredeploy.json", "")]);
    let path = root.join("azuredeploy.json");
    let mut client = Client::start(&root);
    for typed in ["\"|\"", "\"[res|\""] {
        let (labels, line) = completed(&mut client, &path, &template("\"\""), &template(typed));
        let id = "[resourceId('Microsoft.Compute/diskEncryptionSets', parameters('setName'))]";
        assert_eq!(labels, [id], "{typed}");
        assert_eq!(line, format!("        \"diskEncryptionSetId\": \"{id}\""), "{typed}");
    }
    let keyed = template("\"\"").replace("\"keyUrl\": \"\"", "\"keyUrl\": \"|\"");
    let (labels, _) = completed(&mut client, &path, &template("\"\""), &keyed);
    let id = "reference(resourceId('Microsoft.KeyVault/vaults/keys', 'kv', 'k'))";
    assert_eq!(labels, [format!("[{id}.keyUriWithVersion]"), format!("[{id}.keyUri]")]);
    client.stop();
}

#[test]
fn a_bicep_document_is_colored_and_others_are_not() {
    let text = "param location string = 'westeurope'\n";
    let (_kept, root) = folder(&[("main.bicep", text), ("main.tf", "")]);
    let path = root.join("main.bicep");
    let mut client = Client::start(&root);
    client.open(&path, text);
    let legend = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let ask = |client: &mut Client, path: &Path| {
        client.request("textDocument/semanticTokens/full", json!({ "textDocument": { "uri": Client::uri(path) } }))
    };
    let tokens = ask(&mut client, &path);
    let first = &tokens["data"].as_array().unwrap()[..10];
    let kind = |at: usize| legend[usize::try_from(first[at].as_u64().unwrap()).unwrap()].as_str().unwrap();
    assert_eq!((&first[..3], kind(3)), (&[json!(0), json!(0), json!(5)][..], "keyword"));
    assert_eq!((&first[5..8], kind(8)), (&[json!(0), json!(6), json!(8)][..], "parameter"));
    let line = |line: u32| json!({ "line": line, "character": 0 });
    let params =
        json!({ "textDocument": { "uri": Client::uri(&path) }, "range": { "start": line(1), "end": line(9) } });
    assert_eq!(client.request("textDocument/semanticTokens/range", params)["data"], json!([]));
    // The text as it is by now, whatever was analyzed.
    client.replace(&path, "/* */");
    assert_eq!(ask(&mut client, &path)["data"].as_array().unwrap().len(), 5);
    client.open(&root.join("main.tf"), "locals {}\n");
    assert_eq!(ask(&mut client, &root.join("main.tf")), Value::Null);
    client.stop();
}

/// The code actions for all diagnostics of the file at `path`.
fn actions(client: &mut Client, path: &Path) -> Vec<Value> {
    let place = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": Client::uri(path) },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": client.diagnostics[path] },
    });
    client.request("textDocument/codeAction", params).as_array().unwrap().clone()
}

#[test]
fn the_rule_and_the_other_side_are_shown_by_clients_that_can() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let path = root.join("main.tf");
    let able = json!({ "window": { "showDocument": { "support": true } } });
    for capabilities in [able, json!({})] {
        let mut client = Client::start_with(&root, capabilities.clone());
        client.open(&path, &text);
        client.settle();
        let found = actions(&mut client, &path);
        let command = |start: &str| {
            let action = found.iter().find(|action| action["title"].as_str().unwrap().contains(start));
            action.map(|action| action["command"].clone())
        };
        let explain = command("Explain CMK020").unwrap();
        client.request("workspace/executeCommand", explain);
        if capabilities == json!({}) {
            assert!(client.log.iter().any(|line| line.ends_with("/rules/CMK020/rule.md")), "{:?}", client.log);
            assert_eq!(command("Open "), None);
            client.stop();
            continue;
        }
        let (method, shown) = client.asked.last().unwrap().clone();
        assert_eq!((&*method, &shown["external"]), ("window/showDocument", &json!(true)));
        assert!(shown["uri"].as_str().unwrap().ends_with("/rules/CMK020/rule.md"));
        client.request("workspace/executeCommand", command(": the set is in 'westeurope'").unwrap());
        let (_, shown) = client.asked.last().unwrap().clone();
        assert_eq!(shown["uri"], Client::uri(&path));
        let line = usize::try_from(shown["selection"]["start"]["line"].as_u64().unwrap()).unwrap();
        assert!(text.lines().nth(line).unwrap().trim_start().starts_with("location "), "{shown}");
        for wrong in [
            json!({ "command": "cmklint.explain", "arguments": ["CMK999"] }),
            json!({ "command": "cmklint.explain", "arguments": [] }),
            json!({ "command": "cmklint.open", "arguments": [{ "uri": "https://example.com/", "range": shown["selection"] }] }),
            json!({ "command": "rm", "arguments": [1] }),
        ] {
            assert_eq!(client.error("workspace/executeCommand", wrong), -32602);
        }
        client.stop();
    }
}

#[test]
fn the_first_analysis_is_shown_as_progress_that_ends() {
    let (_kept, root) = folder(&[("main.tf", &example("CMK020/bad/tf/main.tf"))]);
    let able = json!({ "window": { "workDoneProgress": true } });
    for (capabilities, refuses) in [(able.clone(), false), (able.clone(), true), (json!({}), false)] {
        let mut client = Client::connected();
        client.refuses = refuses;
        client.hello(&root, capabilities.clone());
        client.settle();
        client.open(&root.join("other.tf"), "");
        client.settle();
        let asked = client.asked.iter().filter(|(method, _)| method == "window/workDoneProgress/create").count();
        assert_eq!(asked, usize::from(capabilities == able));
        let kinds: Vec<&str> = client.progress.iter().map(|value| value["value"]["kind"].as_str().unwrap()).collect();
        // Where the analysis was over before the client agreed, nothing is shown.
        assert!(kinds == ["begin", "end"] || kinds.is_empty(), "{kinds:?}");
        assert!(kinds.is_empty() || (!refuses && asked == 1), "{kinds:?}");
        client.stop();
    }
}

#[test]
fn a_fix_of_a_text_that_changed_meanwhile_is_refused() {
    let text = example("CMK070/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let path = root.join("main.tf");
    let able = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    let mut client = Client::start_with(&root, able);
    client.open(&path, &text);
    client.settle();
    let fix = actions(&mut client, &path);
    let edit = &fix[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({ "uri": Client::uri(&path), "version": 1 }));
    assert!(!edit["edits"].as_array().unwrap().is_empty());
    // The text changes while fixes are looked for.
    let place = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": Client::uri(&path) },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": client.diagnostics[&path] },
    });
    let mut refused = 0;
    for round in 0..50 {
        let id = client.send("textDocument/codeAction", params.clone());
        client.replace(&path, &format!("{}{text}", "\n".repeat(round % 2)));
        let answer = client.answer_to(id);
        // Where the answer was ready before the text changed, it has the version that it is of.
        assert!(answer["error"]["code"] == -32801 || answer["result"].is_array(), "{answer}");
        refused += usize::from(answer["error"]["code"] == -32801);
        client.settle();
    }
    assert!(refused > 0);
    // The request is cancelled: it is answered once, and at once.
    let id = client.send("textDocument/codeAction", params);
    client.notify("$/cancelRequest", json!({ "id": id }));
    let answer = client.answer_to(id);
    assert!(answer["error"]["code"] == -32800 || answer["result"].is_array(), "{answer}");
    client.stop();
}

#[test]
fn a_client_that_says_its_settings_changed_gets_what_the_disk_has() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let mut client =
        Client::start_with(&root, json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } }));
    client.settle();
    assert_eq!(client.diagnostics[&root.join("main.tf")].as_array().unwrap().len(), 1);
    std::fs::write(root.join(".cmklint.hcl"), "rule \"same_region\" {\n  enabled = false\n}\n").unwrap();
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.settle();
    assert_eq!(client.diagnostics[&root.join("main.tf")], json!([]));
    client.stop();
}

#[test]
fn a_client_that_goes_away_halfway_ends_the_server() {
    let (_kept, root) = folder(&[("main.bicep", "param x string\n")]);
    for waits in [false, true] {
        let mut client = Client::start(&root);
        client.open(&root.join("main.bicep"), &"param x string\n".repeat(1000));
        if waits {
            client.settle();
        }
        client.send(
            "textDocument/hover",
            json!({ "textDocument": { "uri": Client::uri(&root) }, "position": { "line": 1, "character": 1 } }),
        );
        let said = client.vanish().unwrap_err();
        assert!(said.to_string().contains("went away"), "{said:#}");
    }
}

#[test]
fn a_file_of_30_megabytes_is_taken_as_any_other() {
    let bad = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &bad)]);
    // Data, which costs little to read without optimization. `docs/measurements.md` has what large code costs.
    let path = root.join("large.json");
    let mut client = Client::start(&root);
    let row = "  [1, 2, 3, 4, 5, 6, 7, 8, 9],\n";
    let large = format!("[\n{}  []\n]\n", row.repeat(30_000_000 / row.len()));
    client.open(&path, &large);
    client.edit_bytes(&path, &large, 0..0, " ");
    client.settle();
    assert_eq!(client.diagnostics[&root.join("main.tf")].as_array().unwrap().len(), 1);
    // An edit at its end is where it should be: a template is what is left.
    client.edit_bytes(&path, &format!(" {large}"), 0..large.len() + 1, &example("CMK020/bad/arm/azuredeploy.json"));
    client.settle();
    assert_eq!(client.diagnostics[&path].as_array().unwrap().len(), 1);
    client.stop();
}
