//! `cmklint graph`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn graph(folder: &str, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cmklint"))
        .args(["graph", "--format", format])
        .current_dir(repository().join(folder))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn data(folder: &str) -> Value {
    serde_json::from_str(&graph(folder, "json")).unwrap()
}

/// The edges of `graph` by the addresses of their ends: from, role, to, and the rules that they violate.
fn edges(graph: &Value) -> Vec<(String, String, String, String)> {
    let address =
        |number: &Value| graph["resources"][number.as_u64().unwrap() as usize]["address"].as_str().unwrap().to_owned();
    let edge = |edge: &Value| {
        let to = if edge["to"].is_null() { edge["id"].as_str().unwrap().to_owned() } else { address(&edge["to"]) };
        let violates: Vec<&str> =
            edge["violates"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect();
        (address(&edge["from"]), edge["role"].as_str().unwrap().to_owned(), to, violates.join(","))
    };
    let mut edges: Vec<_> = graph["edges"].as_array().unwrap().iter().map(edge).collect();
    edges.sort();
    edges
}

fn edge(from: &str, role: &str, to: &str, violates: &str) -> (String, String, String, String) {
    (from.to_owned(), role.to_owned(), to.to_owned(), violates.to_owned())
}

#[test]
fn the_data_has_what_leads_where_and_what_is_wrong_with_it() {
    let graph = data("rules/CMK020/bad/tf");
    assert_eq!(
        edges(&graph),
        [
            edge("azurerm_disk_encryption_set.disks", "takesKey", "azurerm_key_vault_key.disks", ""),
            edge("azurerm_key_vault_key.disks", "inVault", "azurerm_key_vault.disks", ""),
            edge("azurerm_managed_disk.data", "encryptedWith", "azurerm_disk_encryption_set.disks", "CMK020"),
        ]
    );
    let disk = graph["resources"].as_array().unwrap().iter().find(|r| r["kind"] == "disk").unwrap();
    assert_eq!(disk["region"][0]["text"], "northeurope");
    assert_eq!(disk["place"]["file"], "main.tf");
    assert_eq!(graph["findings"][0]["rule"], "CMK020");
}

#[test]
fn the_data_keeps_to_its_schema() {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(repository().join("docs/schema/graph-1.json")).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for folder in ["rules/CMK012/bad", "rules/CMK020/bad", "rules/CMK040/bad", "rules/CMK060/bad", "testdata/mixed"] {
        let graph = data(folder);
        let wrong: Vec<String> = schema.iter_errors(&graph).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{folder}: {wrong:?}");
        assert!(!graph["resources"].as_array().unwrap().is_empty(), "{folder}");
    }
    assert!(!schema.is_valid(&serde_json::json!({ "version": 2 })));
}

#[test]
fn pictures_group_by_place_and_mark_what_is_broken() {
    let mermaid = graph("rules/CMK020/bad/tf", "mermaid");
    assert!(mermaid.starts_with("flowchart LR\n"), "{mermaid}");
    for part in ["[\"westeurope\"]", "[\"northeurope\"]", "encrypted with: CMK020", "linkStyle"] {
        assert!(mermaid.contains(part), "{part} in {mermaid}");
    }
    let dot = graph("rules/CMK020/bad/tf", "dot");
    assert!(dot.starts_with("digraph estate {") && dot.contains("color=red"), "{dot}");
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
}

#[test]
fn an_unknown_format_is_an_error_that_names_the_others() {
    let output = Command::new(env!("CARGO_BIN_EXE_cmklint")).args(["graph", "-f", "png"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("mermaid, dot, json"));
}
