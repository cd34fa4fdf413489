//! The examples in `rules/`, and the real binary run on one.
#![allow(dead_code)] // each test binary uses a part

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use crate::repository::Repository;

/// The file beside a bad example that holds the report a person sees.
pub(crate) const REPORT: &str = "expected.txt";
/// The file of an example with what is deployed already, given by `--inventory`.
const INVENTORY: &str = "inventory.json";

/// The day that examples are run on: some of their keys expire.
const TODAY: &str = "2026-12-01";

/// A place and a rule: `main.tf:12 CMK020`.
pub(crate) type Places = BTreeSet<String>;

/// An example: a folder that is checked as one tree, or one with the folders `before` and `after` that is a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Example {
    pub(crate) folder: PathBuf,
}

/// What the binary says of an example.
pub(crate) struct Ran {
    pub(crate) places: Places,
    /// The default report without color, 100 columns wide, followed by what went to standard error.
    pub(crate) report: String,
    pub(crate) errors: String,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap()
}

impl Example {
    pub(crate) fn new(path: &str) -> Self {
        Self { folder: repository().join(path) }
    }

    /// The examples in `language` of the rules whose id begins with the environment's `CMKLINT_RULE`, which may be several, divided by commas.
    pub(crate) fn all(language: &str) -> Vec<Self> {
        let only = std::env::var("CMKLINT_RULE").unwrap_or_default();
        let mut out = Vec::new();
        for rule in std::fs::read_dir(repository().join("rules")).unwrap() {
            let rule = rule.unwrap().path();
            let id = rule.file_name().unwrap().to_string_lossy().into_owned();
            if !only.split(',').any(|start| id.starts_with(start)) {
                continue;
            }
            for kind in ["bad", "good"] {
                let Ok(entries) = std::fs::read_dir(rule.join(kind)) else { continue };
                for entry in entries {
                    let folder = entry.unwrap().path();
                    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
                    if name == language || name.starts_with(&format!("{language}-")) {
                        out.push(Self { folder });
                    }
                }
            }
        }
        out.sort();
        out
    }

    /// Its path below the repository's root.
    pub(crate) fn name(&self) -> String {
        self.folder.strip_prefix(repository()).unwrap().to_string_lossy().replace('\\', "/")
    }

    /// Whether findings are expected.
    pub(crate) fn is_bad(&self) -> bool {
        self.folder.iter().any(|part| part == "bad" || part == "mixed")
    }

    /// The findings that its files are marked with; those of the state after the change, where it is one.
    pub(crate) fn marked(&self) -> Places {
        let after = self.folder.join("after");
        let tree = if after.is_dir() { after } else { self.folder.clone() };
        let mut paths = Vec::new();
        files(&tree, &mut paths);
        let mut out = Places::new();
        for path in paths.iter().filter(|path| !path.ends_with(REPORT)) {
            let name = path.strip_prefix(&tree).unwrap().to_string_lossy().replace('\\', "/");
            let Ok(text) = std::fs::read_to_string(path) else { continue };
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

    /// Runs the binary on it.
    pub(crate) fn run(&self) -> Ran {
        let (reports, errors) = self.reports(&["json", "default"]);
        let [json, text] = reports.try_into().unwrap();
        let json: serde_json::Value =
            serde_json::from_str(&json).unwrap_or_else(|e| panic!("{}: {e}\n{errors}", self.name()));
        let places = json["issues"].as_array().unwrap().iter().map(|issue| {
            let (id, range) = (issue["id"].as_str().unwrap(), &issue["range"]);
            format!("{}:{} {id}", range["filename"].as_str().unwrap(), range["start"]["line"])
        });
        let text = without_coverage(&text);
        let report = if errors.is_empty() { text } else { format!("{text}\nOn standard error:\n{errors}") };
        Ran { places: places.collect(), report, errors }
    }

    /// The reports of one run on it in each of `formats`, and what goes to standard error.
    pub(crate) fn reports(&self, formats: &[&str]) -> (Vec<String>, String) {
        let change = self.as_repository();
        let folder = change.as_ref().map_or(&*self.folder, tempfile::TempDir::path);
        let written = tempfile::TempDir::new().unwrap();
        let mut command = Command::cargo_bin("cmklint").unwrap();
        command.current_dir(folder).env("CMKLINT_TODAY", TODAY);
        for format in formats {
            command.arg("--output").arg(format!("{format}:{}", written.path().join(format).display()));
        }
        if change.is_some() {
            command.args(["--base", "HEAD"]);
        }
        if folder.join(INVENTORY).is_file() {
            command.args(["--inventory", INVENTORY]);
        }
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let read = |format: &&str| {
            std::fs::read_to_string(written.path().join(format)).unwrap_or_else(|_| panic!("{}: {errors}", self.name()))
        };
        (formats.iter().map(read).collect(), errors)
    }

    /// Of a change, a repository in which the state before is committed and the one after is the working tree.
    fn as_repository(&self) -> Option<tempfile::TempDir> {
        if !self.folder.join("before").is_dir() {
            return None;
        }
        let repository = Repository::new();
        repository.take(&self.folder.join("before"));
        repository.commit();
        repository.clear();
        repository.take(&self.folder.join("after"));
        Some(repository.folder)
    }
}

/// A report without the lines on what was looked at: of an example they say nothing about its rule.
fn without_coverage(report: &str) -> String {
    let is_first = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(&words[..], [number, "root," | "roots,", ..] if number.parse::<usize>().is_ok())
    };
    let mut inside = false;
    let mut kept = String::new();
    for line in report.lines() {
        inside = is_first(line) || inside && !line.is_empty() && !line.contains(" of these ");
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}
