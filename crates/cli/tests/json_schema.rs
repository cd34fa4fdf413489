//! The JSON report keeps to its published schema, `docs/schema/report-1.json`, which describes each key that is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use serde_json::{Value, json};

mod common;
#[path = "common/examples.rs"]
mod examples;
#[path = "common/repository.rs"]
mod repository;
use common::Tree;
use examples::Example;

/// The published schema; with `closed`, keys that it does not describe are refused.
fn schema(closed: bool) -> jsonschema::Validator {
    let path = examples::repository().join("docs/schema/report-1.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    if closed {
        close(&mut schema);
    }
    jsonschema::validator_for(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            entries.values_mut().for_each(close);
            if entries.contains_key("properties") && entries.get("type") == Some(&json!("object")) {
                entries.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Fails where the report breaks the schema, or has a key that the schema does not describe.
fn holds(name: &str, report: &str) -> Value {
    let report: Value = serde_json::from_str(report).unwrap();
    let faults: Vec<String> =
        schema(true).iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
    report
}

#[test]
fn findings_of_all_rules_without_a_base() {
    let report = holds("rules", &Example::new("rules").reports(&["json"]).0[0]);
    assert!(report["issues"].as_array().unwrap().len() > 100);
}

#[test]
fn findings_that_are_conditional_or_point_into_a_revision() {
    let condition = holds("condition", &Example::new("rules/CMK020/bad/bicep-condition").reports(&["json"]).0[0]);
    assert_eq!(condition["issues"][0]["confidence"], "conditional");
    let moved = holds("moved", &Example::new("rules/CMK030/bad/tf").reports(&["json"]).0[0]);
    assert!(moved["issues"][0]["related"].as_array().unwrap().iter().any(|p| p["range"]["revision"].is_string()));
}

#[test]
fn diagnostics_with_and_without_a_place() {
    let tree = Tree::new(&[
        ("main.tf", b"resource \"azurerm_managed_disk\" {".as_slice()),
        ("main.bicep", b"\xff\xfe\x00".as_slice()),
    ]);
    let report = holds("errors", &tree.run(&["--format", "json", "."]).out);
    let errors = report["errors"].as_array().unwrap();
    assert!(errors.iter().any(|e| e["range"].is_object()), "{errors:?}");
}

#[test]
fn a_report_of_another_form_breaks_it() {
    assert!(schema(false).is_valid(&json!({ "issues": [], "errors": [], "later": 1 })));
    assert!(!schema(true).is_valid(&json!({ "issues": [], "errors": [], "later": 1 })));
    assert!(!schema(false).is_valid(&json!({ "issues": [{}], "errors": [] })));
    assert!(!schema(false).is_valid(&json!([])));
}
