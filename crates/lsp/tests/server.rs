//! The server, by a client that speaks its protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

#[allow(dead_code)] // each test binary uses a part
mod client;

use std::path::{Path, PathBuf};

use client::Client;
use cmklint_cli::analyzer::Analyzer;
use cmklint_cli::invocation::Invocation;
use serde_json::{Value, json};

fn example(path: &str) -> String {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    std::fs::read_to_string(rules.join(path)).unwrap()
}

/// A folder with `files`.
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

/// The command line's answer for `root`: rule and line (from 0) of each finding, by path.
fn findings(root: &Path) -> Vec<(String, String, u64)> {
    let invocation = Invocation::of_folder(root.to_owned(), "2026-01-01".parse().unwrap());
    let report = Analyzer::new(Some(1)).unwrap().analyze(&invocation).unwrap();
    let mut found: Vec<_> = report
        .outcome
        .findings
        .iter()
        .map(|finding| {
            let file = report.codebase.sources.get(finding.primary.span.file).unwrap();
            let line = file.lines().line(finding.primary.span.start) - 1;
            (file.path().to_owned(), finding.rule.id.to_owned(), u64::from(line))
        })
        .collect();
    found.sort();
    found
}

/// The same, for the diagnostics that the client has.
fn shown(client: &Client, root: &Path) -> Vec<(String, String, u64)> {
    let mut out = Vec::new();
    for (path, diagnostics) in &client.diagnostics {
        let path = path.strip_prefix(root).unwrap().to_str().unwrap();
        for diagnostic in diagnostics.as_array().unwrap() {
            let code = diagnostic["code"].as_str().unwrap();
            if code.starts_with("CMK") {
                let line = diagnostic["range"]["start"]["line"].as_u64().unwrap();
                out.push((path.to_owned(), code.to_owned(), line));
            }
        }
    }
    out.sort();
    out
}

/// Where `text` is in `of`, as a position.
fn place(of: &str, text: &str) -> Value {
    let at = of.find(text).unwrap_or_else(|| panic!("no {text}"));
    let before = &of[..at];
    let line = before.matches('\n').count();
    json!({ "line": line, "character": at - before.rfind('\n').map_or(0, |end| end + 1) })
}

#[test]
fn a_finding_is_a_diagnostic_with_its_rule_its_places_and_its_link() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("infra/main.tf", &text)]);
    let mut client = Client::start(&root);
    client.settle();
    assert_eq!(shown(&client, &root), findings(&root));
    let diagnostic = &client.diagnostics[&root.join("infra/main.tf")][0];
    assert_eq!((&diagnostic["code"], &diagnostic["severity"]), (&json!("CMK020"), &json!(1)));
    assert!(diagnostic["codeDescription"]["href"].as_str().unwrap().ends_with("/rules/CMK020/rule.md"));
    let message = diagnostic["message"].as_str().unwrap();
    assert!(message.contains("disk 'data' (northeurope)") && message.contains("\nHelp: "), "{message}");
    let related = diagnostic["relatedInformation"].as_array().unwrap();
    assert!(related.iter().any(|place| place["message"].as_str().unwrap().contains("the set is in 'westeurope'")));
    client.stop();
}

#[test]
fn diagnostics_follow_unsaved_text_and_files_that_are_not_on_the_disk() {
    let (bad, good) = (example("CMK020/bad/bicep/main.bicep"), example("CMK020/good/bicep/main.bicep"));
    let (_kept, root) = folder(&[("main.bicep", &good)]);
    let mut client = Client::start(&root);
    client.settle();
    assert_eq!(shown(&client, &root), []);
    let path = root.join("main.bicep");
    client.open(&path, &bad);
    client.settle();
    assert_eq!(shown(&client, &root).len(), 1);
    client.replace(&path, &good);
    client.settle();
    assert_eq!(shown(&client, &root), []);
    let new = root.join("new.bicep");
    client.open(&new, &bad);
    client.settle();
    assert_eq!(shown(&client, &root).len(), 1);
    client.close(&new);
    client.settle();
    assert_eq!(shown(&client, &root), [], "what was never saved is gone with its document");
    client.stop();
}

#[test]
fn a_fault_across_folders_is_seen_where_it_is() {
    let set = r"resource set 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}
";
    let disk = r"resource disk 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'data'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 8
    encryption: {
      diskEncryptionSetId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des'
    }
  }
}
";
    let config = r#"root "sets/main.bicep" {
  subscription   = "00000000-0000-0000-0000-000000000001"
  resource_group = "rg"
}
"#;
    let (_kept, root) = folder(&[("sets/main.bicep", set), ("disks/main.bicep", disk), (".cmklint.hcl", config)]);
    let mut client = Client::start(&root);
    client.settle();
    assert_eq!(shown(&client, &root), []);
    let path = root.join("sets/main.bicep");
    client.open(&path, set);
    // Only the set's region is edited; the disk that names it is in another folder.
    client.edit(&path, set, "'westeurope'", "'northeurope'");
    client.settle();
    assert_eq!(shown(&client, &root), [("disks/main.bicep".to_owned(), "CMK020".to_owned(), 2)]);
    let diagnostic = &client.diagnostics[&root.join("disks/main.bicep")][0];
    let related = diagnostic["relatedInformation"].as_array().unwrap();
    assert!(related.iter().any(|place| place["location"]["uri"].as_str().unwrap().ends_with("sets/main.bicep")));
    client.stop();
}

#[test]
fn after_many_edits_the_answer_is_the_command_lines() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let path = root.join("main.tf");
    let mut client = Client::start(&root);
    client.open(&path, &text);
    let mut now = text.clone();
    // A generator of the simplest kind, so that a failure repeats.
    let mut seed: u64 = 7;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let pieces = ["\"", "{", "}", "\n", "ä😀", "northeurope", " = ", "# cmklint-ignore: CMK020 # why\n", ""];
    for round in 0..60 {
        let boundaries: Vec<usize> = (0..=now.len()).filter(|at| now.is_char_boundary(*at)).collect();
        let from = next(boundaries.len());
        let to = (from + next(6)).min(boundaries.len() - 1);
        let new = pieces[next(pieces.len())];
        client.edit_bytes(&path, &now, boundaries[from]..boundaries[to], new);
        now.replace_range(boundaries[from]..boundaries[to], new);
        if round % 12 == 11 {
            client.settle();
            std::fs::write(&path, &now).unwrap();
            assert_eq!(shown(&client, &root), findings(&root), "after {round}: {now}");
        }
    }
    client.replace(&path, &text);
    client.settle();
    std::fs::write(&path, &text).unwrap();
    assert_eq!(shown(&client, &root), findings(&root));
    assert!(!findings(&root).is_empty());
    client.stop();
}

#[test]
fn hover_definition_and_references_follow_the_graph() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let path = root.join("main.tf");
    let mut client = Client::start(&root);
    client.open(&path, &text);
    client.settle();
    let ask = |client: &mut Client, method: &str, at: &Value| {
        let document = json!({ "uri": Client::uri(&path) });
        client.request(
            method,
            json!({ "textDocument": document, "position": at, "context": { "includeDeclaration": false } }),
        )
    };
    let at_disk = place(&text, "resource \"azurerm_managed_disk\"");
    let hover = ask(&mut client, "textDocument/hover", &at_disk);
    let shown = hover["contents"]["value"].as_str().unwrap();
    for part in [
        "**disk** `azurerm_managed_disk.data`",
        "region: `'northeurope'`",
        "encrypted with `azurerm_disk_encryption_set.disks` in `westeurope`",
        "takes the key",
        "in the vault",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let set = place(&text, "resource \"azurerm_disk_encryption_set\"");
    let reference = place(&text, "azurerm_disk_encryption_set.disks.id\n");
    let led = ask(&mut client, "textDocument/definition", &reference);
    assert_eq!(led[0]["range"]["start"]["line"], set["line"]);
    let used = ask(&mut client, "textDocument/references", &set);
    assert_eq!(used[0]["range"]["start"], reference);
    let lens = ask(&mut client, "textDocument/codeLens", &set);
    assert_eq!(lens[0]["command"]["title"], "1 encrypted with this set, in 'northeurope'");
    let symbols = ask(&mut client, "textDocument/documentSymbol", &set);
    let names: Vec<&str> = symbols.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"azurerm_managed_disk.data") && names.contains(&"azurerm_key_vault.disks"), "{names:?}");
    let found = client.request("workspace/symbol", json!({ "query": "MANAGED_disk" }));
    assert_eq!(found[0]["name"], "azurerm_managed_disk.data");
    let nothing = ask(&mut client, "textDocument/hover", &json!({ "line": 4_000_000, "character": 9 }));
    assert_eq!(nothing, Value::Null);
    client.stop();
}

#[test]
fn a_finding_can_be_ignored_where_it_is() {
    for (example_path, name) in [
        ("CMK020/bad/tf/main.tf", "main.tf"),
        ("CMK020/bad/bicep/main.bicep", "main.bicep"),
        ("CMK020/bad/arm/azuredeploy.json", "azuredeploy.json"),
    ] {
        let text = example(example_path).replace("# expect: CMK020", "").replace("// expect: CMK020", "");
        let (_kept, root) = folder(&[(name, &text)]);
        let path = root.join(name);
        let mut client = Client::start(&root);
        client.open(&path, &text);
        client.settle();
        let diagnostics = client.diagnostics[&path].clone();
        let actions = client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": Client::uri(&path) },
                "range": diagnostics[0]["range"],
                "context": { "diagnostics": diagnostics },
            }),
        );
        let ignores = |action: &&Value| action["title"] == "Ignore CMK020 here, with a reason";
        let ignore = actions.as_array().unwrap().iter().find(ignores).unwrap_or_else(|| panic!("{name}: {actions}"));
        let edit = &ignore["edit"]["changes"][&Client::uri(&path)][0];
        let line = edit["range"]["start"]["line"].as_u64().unwrap() as usize;
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.insert(line, edit["newText"].as_str().unwrap());
        client.replace(&path, &lines.concat());
        client.settle();
        assert_eq!(shown(&client, &root), [], "{name}: {}", lines.concat());
        client.stop();
    }
}

#[test]
fn columns_are_of_the_encoding_that_the_client_asks_for() {
    let text = example("CMK020/bad/bicep/main.bicep")
        .replace("  location: 'northeurope'", "  /* ä😀 */ location: 'northeurope'");
    for (encoding, units) in [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)] {
        let (_kept, root) = folder(&[("main.bicep", &text)]);
        let mut client = Client::start_with(&root, json!({ "general": { "positionEncodings": [encoding] } }));
        assert_eq!(client.capabilities["positionEncoding"], encoding);
        client.settle();
        let diagnostic = &client.diagnostics[&root.join("main.bicep")][0];
        let start = &diagnostic["range"]["start"];
        let line = text.lines().nth(start["line"].as_u64().unwrap() as usize).unwrap();
        let before = line.split("'northeurope'").next().unwrap();
        let plain = before.chars().filter(char::is_ascii).count() as u64;
        assert!(before.contains("ä😀"), "{line}");
        assert_eq!(start["character"].as_u64().unwrap(), plain + units, "{encoding}");
        client.stop();
    }
}

#[test]
fn nonsense_of_a_client_ends_nothing() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[("main.tf", &text)]);
    let path = root.join("main.tf");
    let mut client = Client::start_with(&root, json!({}));
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": Client::uri(&path), "version": 3 }, "contentChanges": [{ "text": "x" }] }),
    );
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "untitled:1" } }));
    client.notify("textDocument/didOpen", json!({ "what": 1 }));
    client.notify("$/unknown", json!(null));
    assert_eq!(client.error("textDocument/hover", json!({ "position": "here" })), -32602);
    assert_eq!(client.error("cmklint/unknown", json!({})), -32601);
    client.open(&path, &text);
    let beyond = json!({ "start": { "line": 9999, "character": 9999 }, "end": { "line": 0, "character": 0 } });
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": Client::uri(&path), "version": 4 }, "contentChanges": [{ "range": beyond, "text": "\n" }] }),
    );
    client.settle();
    assert_eq!(shown(&client, &root), findings(&root));
    client.stop();
}

#[test]
fn a_thousand_open_documents_and_folders_that_come_and_go() {
    let text = example("CMK020/bad/bicep/main.bicep");
    let (_kept, root) = folder(&[]);
    let (_other, second) = folder(&[("main.bicep", &text)]);
    let mut client = Client::start(&root);
    for n in 0..1000 {
        client.open(&root.join(format!("notes{n}.bicep")), "param x string\n");
    }
    client.settle();
    assert_eq!(shown(&client, &root), []);
    let change = |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let it = json!([{ "uri": Client::uri(&second), "name": "second" }]);
    client.notify("workspace/didChangeWorkspaceFolders", change(it.clone(), json!([])));
    client.settle();
    assert_eq!(client.diagnostics[&second.join("main.bicep")].as_array().unwrap().len(), 1);
    client.notify("workspace/didChangeWorkspaceFolders", change(json!([]), it));
    client.settle();
    assert_eq!(client.diagnostics[&second.join("main.bicep")], json!([]));
    client.stop();
}

#[test]
fn a_broken_configuration_is_said_and_mended_by_an_edit() {
    let text = example("CMK020/bad/tf/main.tf");
    let (_kept, root) = folder(&[
        ("main.tf", &text),
        (
            ".cmklint.hcl",
            r#"config {
  edition = "1999-01"
}
"#,
        ),
    ]);
    let mut client = Client::start(&root);
    client.settle();
    assert!(client.log.iter().any(|line| line.contains("no such edition: 1999-01")), "{:?}", client.log);
    client.open(
        &root.join(".cmklint.hcl"),
        r#"config {
  edition = "latest"
}
"#,
    );
    client.settle();
    assert_eq!(shown(&client, &root).len(), 1);
    client.stop();
}
