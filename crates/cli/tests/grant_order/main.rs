//! CMK073 in the ways in which people let a disk wait for the grant of its encryption set's key, or forget to: each variant is a small root, and says how many of its resources
//! don't wait.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests

#[path = "../common/mod.rs"]
mod common;

mod arm;
mod bicep;
mod terraform;

use common::Tree;

/// Files of a root, by path.
type Files<'a> = Vec<(&'a str, String)>;

/// How many resources of the root don't wait for the grant.
fn not_waiting(files: &Files<'_>) -> usize {
    let ran = Tree::new(files).run(&["--only", "CMK073", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    assert!(!ran.err.contains("rror"), "{}", ran.err);
    report["issues"].as_array().unwrap().len()
}

/// Holds each variant against what it says.
fn check(variants: Vec<(&str, usize, Files<'_>)>) {
    let wrong: Vec<String> = variants
        .iter()
        .map(|(name, want, files)| (name, want, not_waiting(files)))
        .filter(|(_, want, found)| *want != found)
        .map(|(name, want, found)| format!("{name}: {found} instead of {want}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
