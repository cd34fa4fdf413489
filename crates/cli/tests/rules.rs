//! Every example in `rules/` and the mixed example in `testdata/`: the findings of all rules that are on by default stand exactly where the
//! markers (`# expect: CMK001`, `// expect: CMK001`) say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

#[path = "common/repository.rs"]
mod repository;
use repository::Repository;

/// A place and a rule: `main.tf:12 CMK020`.
type Places = BTreeSet<String>;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn expected(case: &Path) -> Places {
    let mut paths = Vec::new();
    files(case, &mut paths);
    let mut out = Places::new();
    for path in paths {
        let name = path.strip_prefix(case).unwrap().to_string_lossy().replace('\\', "/");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (i, line) in text.lines().enumerate() {
            if let Some((_, rules)) = line.split_once("expect: ") {
                for rule in rules.split(',').map(str::trim).filter(|r| r.starts_with("CMK")) {
                    out.insert(format!("{name}:{} {}", i + 1, rule.split_whitespace().next().unwrap_or(rule)));
                }
            }
        }
    }
    out
}

/// The findings of the real binary on the case, and what it says on standard error.
fn found(case: &Path) -> (Places, String) {
    let repository_of_case = before_and_after(case);
    let folder = repository_of_case.as_ref().map_or(case, tempfile::TempDir::path);
    let output = Command::cargo_bin("cmklint")
        .unwrap()
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .args(["--format", "json", "--chdir"])
        .arg(folder)
        .args(if repository_of_case.is_some() { &["--base", "HEAD"][..] } else { &[] })
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let json: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{}: {e}\n{errors}", case.display()));
    let prefix = match &repository_of_case {
        Some(_) => String::new(),
        None => format!("{}/", case.strip_prefix(repository()).unwrap().display()),
    };
    let mut out = Places::new();
    for issue in json["issues"].as_array().unwrap() {
        let file = issue["range"]["filename"].as_str().unwrap();
        let file = file.strip_prefix(&prefix).unwrap_or(file);
        out.insert(format!("{file}:{} {}", issue["range"]["start"]["line"], issue["id"].as_str().unwrap()));
    }
    (out, errors)
}

/// A case with the folders `before` and `after` is a change: a repository in which the one is committed and the other is the working tree.
fn before_and_after(case: &Path) -> Option<tempfile::TempDir> {
    if !case.join("before").is_dir() {
        return None;
    }
    let repository = Repository::new();
    repository.take(&case.join("before"));
    repository.commit();
    repository.clear();
    repository.take(&case.join("after"));
    Some(repository.folder)
}

/// The tree that a case is: what stands there now, where it is a change.
fn now(case: &Path) -> PathBuf {
    let after = case.join("after");
    if after.is_dir() { after } else { case.to_owned() }
}

fn check(cases: &[PathBuf]) {
    let mut failures = Vec::new();
    for case in cases {
        let (want, (got, errors)) = (expected(&now(case)), found(case));
        let bad = case.iter().any(|c| c == "bad" || c == "mixed");
        if want != got || bad == want.is_empty() || errors.contains("rror") {
            let missing: Vec<_> = want.difference(&got).collect();
            let surplus: Vec<_> = got.difference(&want).collect();
            let name = case.strip_prefix(repository()).unwrap().display().to_string();
            failures.push(format!(
                "{name}\n  missing: {missing:?}\n  surplus: {surplus:?}\n  {}",
                errors.trim().replace('\n', "\n  ")
            ));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// The case folders of all rules whose name begins with `language`.
fn cases(language: &str) -> Vec<PathBuf> {
    let only = std::env::var("CMKLINT_RULE").unwrap_or_default();
    let mut out = Vec::new();
    for rule in std::fs::read_dir(repository().join("rules")).unwrap() {
        let rule = rule.unwrap().path();
        if !rule.file_name().unwrap().to_string_lossy().starts_with(&only) {
            continue;
        }
        for kind in ["bad", "good"] {
            let Ok(entries) = std::fs::read_dir(rule.join(kind)) else { continue };
            for case in entries {
                let case = case.unwrap().path();
                let name = case.file_name().unwrap().to_string_lossy().into_owned();
                if name == language || name.starts_with(&format!("{language}-")) {
                    out.push(case);
                }
            }
        }
    }
    out.sort();
    out
}

#[test]
fn terraform_examples_give_exactly_the_findings_they_are_marked_with() {
    check(&cases("tf"));
}

#[test]
fn arm_examples_give_exactly_the_findings_they_are_marked_with() {
    check(&cases("arm"));
}

#[test]
fn bicep_examples_give_exactly_the_findings_they_are_marked_with() {
    check(&cases("bicep"));
}

#[test]
fn the_mixed_example_relates_resources_of_three_languages() {
    check(&[repository().join("testdata/mixed")]);
}

#[test]
fn every_rule_has_a_page_and_bad_and_good_examples_in_each_language() {
    for rule in cmklint_rules::all() {
        let meta = rule.meta();
        let folder = repository().join("rules").join(meta.id);
        let page = std::fs::read_to_string(folder.join("rule.md")).unwrap();
        assert!(page.starts_with(&format!("# {} {}\n", meta.id, meta.name)), "{}: the page's title", meta.id);
        for kind in ["bad", "good"] {
            for language in ["tf", "arm", "bicep"] {
                let case = folder.join(kind).join(language);
                assert!(case.is_dir(), "{}: no {kind} example in {language}", meta.id);
                if kind == "bad" {
                    let own = expected(&now(&case)).iter().any(|place| place.ends_with(meta.id));
                    assert!(own, "{}: its bad example in {language} doesn't expect it", meta.id);
                }
            }
        }
    }
    let rules =
        std::fs::read_dir(repository().join("rules")).unwrap().filter(|e| e.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(rules, cmklint_rules::all().len(), "a folder in rules/ without a rule");
}
