//! What our evaluator of Rego (regorus) makes of rules beside what OPA makes of them: the shipped examples, and a rule that asks all helpers about every
//! value. `.ci/opa` builds OPA where Go is; where it is not, the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // tests

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// As `cmklint_custom::ARGUMENT`: the program evaluates what it reads, and prints a line of JSON for each finding.
const EVALUATE: &str = "__evaluate-custom-rules";

/// Asks the helpers about each value, and about each two of a resource's values and of what it leads to.
const PROBE: &str = r#"
package probe

import data.cmklint

deny contains [resource.number, path, value.world, cmklint.text(value)] if {
	some resource in numbered
	some path, values in resource.of.values
	some value in values
}

deny contains [resource.number, path, "known"] if {
	some resource in numbered
	some path, _ in resource.of.values
	some value in cmklint.values(resource.of, path)
	cmklint.known(value)
}

deny contains [resource.number, path, "absent"] if {
	some resource in numbered
	some path in ["location", "sku.name", "properties.encryption.diskEncryptionSetId", "properties.nothing"]
	some value in cmklint.values(resource.of, path)
	cmklint.absent(value)
}

deny contains [resource.number, other.number, path, "same"] if {
	some resource in numbered
	some other in numbered
	some path in ["name", "location", "subscriptionId", "resourceGroup"]
	some one in cmklint.values(resource.of, path)
	some two in cmklint.values(other.of, path)
	cmklint.same(one, two)
}

deny contains [resource.number, other.number, path, "differ"] if {
	some resource in numbered
	some other in numbered
	some path in ["name", "location", "subscriptionId", "resourceGroup"]
	some one in cmklint.values(resource.of, path)
	some two in cmklint.values(other.of, path)
	cmklint.differ(one, two)
}

deny contains [resource.number, role, edge.to, cmklint.resource(edge.to).address] if {
	some resource in numbered
	some role in ["encryptedWith", "takesKey", "inVault", "madeFrom", "attaches", "names", "parent", "extends"]
	some edge in cmklint.edges(resource.of, role)
}

numbered contains {"number": number, "of": resource} if some number, resource in input.resources
"#;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap()
}

fn opa() -> Option<PathBuf> {
    let built = repository().join("target/tools/bin/opa");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("opa")).find(|file| file.is_file());
    Some(built).filter(|file| file.is_file()).or(found)
}

/// What rules see of the tree at `folder`.
fn input(folder: &Path) -> String {
    let output = Command::new(assert_cmd::cargo::cargo_bin("cmklint"))
        .current_dir(folder)
        .args(["rules", "input"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A rule, as it is handed to an evaluator.
struct Rule {
    package: String,
    text: String,
}

impl Rule {
    fn new(text: String) -> Self {
        let package = text.lines().find_map(|line| line.strip_prefix("package ")).unwrap().trim().to_owned();
        Self { package, text }
    }

    /// What this program's evaluator hands back for `input`.
    fn ours(&self, input: &str) -> BTreeSet<String> {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("cmklint"))
            .arg(EVALUATE)
            // As the program starts its evaluator: it is bounded by address space, of which mimalloc would reserve all.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let job = json!({ "libraries": [], "rules": [{ "path": "rule.rego", "text": self.text }] });
        let mut to = child.stdin.take().unwrap();
        let text = format!("{job}\n{input}");
        let writer = std::thread::spawn(move || to.write_all(text.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let mut found = BTreeSet::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            assert!(event.get("Fault").is_none(), "{event}");
            found.extend(event.get("Found").map(canonical));
        }
        found
    }

    /// What OPA makes of it.
    fn theirs(&self, opa: &Path, input: &str) -> BTreeSet<String> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let library = std::fs::read_to_string(repository().join("crates/custom/src/library.rego")).unwrap();
        write("library.rego", &library);
        write("rule.rego", &self.text);
        write("input.json", input);
        let output = Command::new(opa)
            .current_dir(folder.path())
            .args(["eval", "--data", "library.rego", "--data", "rule.rego", "--input", "input.json"])
            .arg(format!("data.{}.deny", self.package))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_str(&said).unwrap();
        said["result"][0]["expressions"][0]["value"].as_array().unwrap().iter().map(canonical).collect()
    }
}

/// JSON with the keys of objects in order, so that what is the same reads the same.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(all) => {
            let mut fields: Vec<String> =
                all.iter().map(|(key, value)| format!("{key:?}:{}", canonical(value))).collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(all) => format!("[{}]", all.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The folders in `folder`, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn opa_makes_the_same_of_rules() {
    let Some(opa) = opa() else {
        eprintln!("!! SKIPPED: no OPA here (`.ci/opa` builds it with Go): rules are not compared with it");
        return;
    };
    let shipped = repository().join("docs/examples/cmklint-rules");
    let mut rules = vec![Rule::new(PROBE.to_owned())];
    let mut trees = vec![repository().join("testdata/mixed")];
    for rule in folders(&shipped) {
        rules.push(Rule::new(std::fs::read_to_string(rule.with_extension("rego")).unwrap()));
        trees.extend(["bad", "good"].iter().flat_map(|kind| folders(&rule.join(kind))));
    }
    for example in ["CMK010", "CMK020", "CMK040", "CMK060"] {
        trees.extend(folders(&repository().join(format!("rules/{example}/bad"))));
    }
    let (mut compared, mut findings) = (0, 0);
    for tree in trees {
        let input = input(&tree);
        for rule in &rules {
            let (ours, theirs) = (rule.ours(&input), rule.theirs(&opa, &input));
            let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
            assert_eq!(
                (only(&ours, &theirs), only(&theirs, &ours)),
                (vec![], vec![]),
                "{} over {}",
                rule.package,
                tree.display()
            );
            compared += 1;
            findings += ours.len();
        }
    }
    eprintln!("{compared} evaluations compared with OPA, {findings} results, all the same");
    assert!(findings > compared, "{findings} results of {compared} evaluations: hardly anything was compared");
}
