//! Small hostile trees (`testdata/hostile`), each beside a root that is as it should be: the run ends by itself, says where something was cut, reports on the root beside, and
//! takes no more steps than any run may. How long it takes and how much memory is measured by `scripts/hostile.py`, never by a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use std::path::{Path, PathBuf};

use common::{EC_KEY, Ran, Tree};

/// What any run of a tree below a megabyte takes at most: the shares of evaluation, of joining and of the rules, each of them twice.
const MOST_STEPS: u64 = 300_000_000;

/// The hostile trees.
fn folders() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/hostile");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(top).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(folders.len() > 15, "{folders:?}");
    let told =
        folders.iter().filter(|path| std::fs::metadata(path.join("expected.txt")).is_ok_and(|file| file.len() > 0));
    assert!(told.count() > 12, "most of them are cut, and it is said where");
    folders
}

/// A copy of `folder`, with a root in `good` that has a fault.
fn beside_a_good_root(folder: &Path) -> Tree {
    let tree = Tree::new(&[("good/main.tf", EC_KEY)]);
    std::fs::create_dir(tree.path().join(".git")).unwrap();
    copy(folder, folder, &tree);
    tree
}

fn copy(top: &Path, folder: &Path, to: &Tree) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(top, &path, to);
        } else if path.file_name().is_some_and(|name| name != "expected.txt") {
            let relative = path.strip_prefix(top).unwrap().to_str().unwrap();
            to.write(relative, &std::fs::read(&path).unwrap());
        }
    }
}

/// What the run says of files and roots, one a line: where, and the diagnostic's code.
fn told(ran: &Ran) -> String {
    let report: serde_json::Value = match serde_json::from_str(&ran.out) {
        Ok(report) => report,
        // No report: the run could not be done.
        Err(_) => {
            return ran.err.lines().filter(|line| line.starts_with("error")).map(|line| format!("{line}\n")).collect();
        }
    };
    let told = report["errors"].as_array().unwrap().iter().map(|error| {
        let range = &error["range"];
        let place = match range["filename"].as_str() {
            Some(path) => format!("{path}:{}", range["start"]["line"]),
            None => "all".to_owned(),
        };
        format!("{place} {}\n", error["summary"].as_str().unwrap())
    });
    let mut lines: Vec<String> = told.collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

fn check(folder: &Path) {
    let name = folder.file_name().unwrap().to_string_lossy();
    let tree = beside_a_good_root(folder);
    let ran = tree.run(&["--format", "json", "--statistics"]);
    assert!(matches!(ran.code, 1 | 2), "{name}: {} {}", ran.code, ran.err);
    assert!(!ran.err.contains("fault in cmklint"), "{name}: {}", ran.err);
    let steps = ran.err.lines().find_map(|line| line.strip_prefix("work")?.trim().strip_suffix(" steps")?.parse().ok());
    let is_configuration = name.starts_with("configuration");
    assert!(is_configuration || steps.is_some_and(|steps: u64| steps <= MOST_STEPS), "{name}: {steps:?} steps");
    assert!(is_configuration || ran.out.contains("CMK001"), "{name}: nothing of the good root in {}", ran.out);
    let (told, file) = (told(&ran), folder.join("expected.txt"));
    if std::env::var_os("CMKLINT_BLESS").is_some() {
        std::fs::write(file, told).unwrap();
        return;
    }
    assert_eq!(told, std::fs::read_to_string(&file).unwrap_or_default(), "{name}");
}

#[test]
fn a_hostile_tree_ends_is_told_of_and_costs_no_other_root_its_report() {
    let folders = folders();
    std::thread::scope(|scope| {
        for part in folders.chunks(folders.len().div_ceil(2)) {
            scope.spawn(|| part.iter().for_each(|folder| check(folder)));
        }
    });
}
