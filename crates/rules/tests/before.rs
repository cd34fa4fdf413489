//! What the comparison of two states makes of conditions: estates made by hand.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use cmklint_graph::{DeploymentId, DeploymentPair, Estate, Pairs};
use cmklint_rules::{Before, Confidence, Finding, Settings, run_against};
use common::{Build, URL, clean, only};
use serde_json::{Value as Json, json};

/// A disk in the group `group` with the set `set`.
fn estate(group: &Json, set: &Json) -> Estate {
    let mut b = Build::new(0, "root");
    b.set("des", json!(URL));
    b.disk("disk", json!({"encryption": {"diskEncryptionSetId": set}}));
    let group = b.value(group);
    b.get("disk").scope.resource_group = group;
    Estate::new(vec![b.done()])
}

fn compared(before: Estate, after: &Estate) -> Vec<Finding> {
    let id = DeploymentId(0);
    let roots = DeploymentPair { before: id, after: id, moves: Vec::new(), by_name: true, relocated: false };
    let pairs = Pairs::new(&before, after, &[roots]);
    let before = Before { estate: before, pairs, source: "in revision main".into(), notes: BTreeMap::new() };
    run_against(after, Some(&before), &Settings::default()).findings
}

fn set() -> Json {
    json!({"$ref": ["des", "id"]})
}

#[test]
fn a_condition_on_an_input_is_the_same_in_both_states() {
    let either = json!({"$if": "prod", "then": "rg-prod", "else": "rg-test"});
    clean(&compared(estate(&either, &set()), &estate(&either, &set())));
    let prod = json!({"$if": "prod", "then": "rg-live", "else": "rg-test"});
    let finding = only(compared(estate(&either, &set()), &estate(&prod, &set())), "CMK030");
    assert_eq!((finding.confidence, finding.world.as_str()), (Confidence::Conditional, "prod is true"));
}

#[test]
fn a_value_that_may_have_been_the_same_before_is_no_change() {
    let before = json!({"$if": "d0.7.x", "then": "rg-a", "else": "rg-b"});
    // The symbol is that of a resource by its number: it may be another one now.
    let after = json!({"$if": "d0.7.x", "then": "rg-b", "else": "rg-a"});
    clean(&compared(estate(&before, &set()), &estate(&after, &set())));
    let other = json!({"$if": "d0.7.x", "then": "rg-b", "else": "rg-c"});
    let finding = only(compared(estate(&before, &set()), &estate(&other, &set())), "CMK030");
    assert!(finding.message.contains("'rg-c'"), "{}", finding.message);
}

#[test]
fn a_disk_that_was_encrypted_under_a_condition_has_moved_where_it_held() {
    let sometimes = json!({"$if": "encrypted", "then": set(), "else": null});
    let finding = only(compared(estate(&json!("rg-a"), &sometimes), &estate(&json!("rg-b"), &set())), "CMK030");
    assert_eq!(finding.world, "encrypted is true");
    clean(&compared(estate(&json!("rg-a"), &json!(null)), &estate(&json!("rg-b"), &set())));
    let unknown = json!({"$symbol": "set"});
    clean(&compared(estate(&json!("rg-a"), &unknown), &estate(&json!("rg-b"), &set())));
}

#[test]
fn what_is_not_known_has_not_changed() {
    let unknown = json!({"$symbol": "group"});
    clean(&compared(estate(&unknown, &set()), &estate(&json!("rg-b"), &set())));
    clean(&compared(estate(&json!("rg-a"), &set()), &estate(&unknown, &set())));
    clean(&compared(estate(&json!("rg-a"), &set()), &estate(&json!("RG-A"), &set())));
    let parts = |end: &str| json!({"$join": [{"$symbol": "prefix"}, end]});
    only(compared(estate(&parts("-a"), &set()), &estate(&parts("-b"), &set())), "CMK030");
}
