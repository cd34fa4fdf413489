//! Reports read by programs that others read them with: sarif-tools and junitparser, from PyPI, which `.ci/consumers` installs. Where they are not, the test
//! says so. One folder's name has every character that a format gives a meaning to.
#![cfg(unix)] // … other systems have no such names
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // tests

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

mod common;
use common::{EC_KEY, Tree};

const SPECIAL: &str = "a & b <c> \"d\" 'e' %41 #f ;|,$[g](h) :: \u{e9}\u{4e16}/main.tf";

/// Prints the cases of a JUnit report that did not pass, as JSON.
const JUNIT: &str = r#"
import json, sys
from junitparser import JUnitXml
report = JUnitXml.fromfile(sys.argv[1])
cases = [
    [type(result).__name__, case.classname, case.name, result.message]
    for suite in report for case in suite for result in case.result
]
print(json.dumps({"tests": report.tests, "failures": report.failures, "errors": report.errors, "cases": cases}))
"#;

/// Prints the rows of the CSV that sarif-tools makes of a SARIF report, as JSON. It leaves paths in their encoded form.
const ROWS: &str = r#"
import csv, json, sys, urllib.parse
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
print(json.dumps([[row["Severity"], row["Code"], urllib.parse.unquote(row["Location"]), int(row["Line"]), row["Description"]] for row in rows]))
"#;

/// Prints the errors of a checkstyle report, as JSON, by Python's own parser.
const CHECKSTYLE: &str = r#"
import json, sys
import xml.etree.ElementTree as tree
files = tree.parse(sys.argv[1]).getroot().findall("file")
print(json.dumps([[error.get("severity"), error.get("source"), file.get("name"), int(error.get("line")), error.get("message")] for file in files for error in file.findall("error")]))
"#;

fn installed() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/consumers/bin");
    if folder.join("sarif").is_file() && folder.join("junitparser").is_file() {
        return Some(folder);
    }
    eprintln!(
        "!! SKIPPED: no sarif-tools and junitparser here (`.ci/consumers` installs them): reports are not tried in them"
    );
    None
}

/// What a program prints, which must end well.
fn said(program: &Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn every_format_is_read_by_its_consumers_with_the_same_findings() {
    let Some(programs) = installed() else { return };
    let tree = Tree::new(&[(SPECIAL, EC_KEY), ("plain/main.tf", EC_KEY), ("broken.tf", "resource \"a\" {")]);
    let reports = tempfile::tempdir().unwrap();
    let at = |name: &str| reports.path().join(name).display().to_string();
    let mut arguments = Vec::new();
    for format in ["json", "junit", "sarif", "checkstyle", "codequality"] {
        arguments.extend(["--output".to_owned(), format!("{format}:{}", at(format))]);
    }
    let ran = tree.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let read = |name: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(at(name)).unwrap()).unwrap() };
    let python = programs.join("python");
    let by = |script: &str, file: &str| -> Value {
        serde_json::from_str(&said(&python, &["-c", script, &at(file)], reports.path())).unwrap()
    };

    // What all must tell: the rule, the file by its name, the line.
    let ours: Vec<Value> = read("json")["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| {
            let range = &issue["range"];
            json!([issue["level"], issue["id"], range["filename"], range["start"]["line"]])
        })
        .collect();
    assert_eq!(ours.len(), 2);
    assert_eq!(ours[0][2], SPECIAL);
    let places = |rows: &Value| -> Vec<Value> {
        rows.as_array().unwrap().iter().map(|row| json!([row[0], row[1], row[2], row[3]])).collect()
    };

    let junit = by(JUNIT, "junit");
    assert_eq!((&junit["tests"], &junit["failures"], &junit["errors"]), (&json!(3), &json!(2), &json!(1)), "{junit}");
    for (case, finding) in junit["cases"].as_array().unwrap().iter().zip(&ours) {
        let name = format!("{} {}:{},", finding[1].as_str().unwrap(), finding[2].as_str().unwrap(), finding[3]);
        assert_eq!((&case[0], &case[1]), (&json!("Failure"), &finding[2]));
        assert!(case[2].as_str().unwrap().starts_with(&name), "{case}");
    }
    assert_eq!(junit["cases"][2][1], "broken.tf");

    let sarif = programs.join("sarif");
    said(&sarif, &["csv", "--output", &at("csv"), &at("sarif")], reports.path());
    let rows = by(ROWS, "csv");
    assert_eq!(places(&rows), ours);
    assert!(rows[0][4].as_str().unwrap().contains("uses a key of type 'EC'"), "{rows}");
    let summary = said(&sarif, &["summary", &at("sarif")], reports.path());
    assert!(summary.contains("error: 2") && summary.contains("CMK001"), "{summary}");
    said(&sarif, &["html", "--output", &at("html"), &at("sarif")], reports.path());
    let failed = Command::new(&sarif).args(["--check", "error", "summary", &at("sarif")]).output().unwrap();
    assert!(!failed.status.success(), "sarif-tools fails a job for errors");

    let style = by(CHECKSTYLE, "checkstyle");
    assert_eq!(places(&style)[..2], ours[..]);
    assert_eq!(style[2][2], "broken.tf");

    // GitLab's format, beside what sarif-tools makes of SARIF for GitLab.
    said(&sarif, &["codeclimate", "--output", &at("codeclimate"), &at("sarif")], reports.path());
    let (own, theirs) = (read("codequality"), read("codeclimate"));
    for (one, other) in own.as_array().unwrap().iter().zip(theirs.as_array().unwrap()) {
        let of = |value: &Value| json!([value["check_name"], value["severity"], value["location"]["lines"]["begin"]]);
        assert_eq!(of(one), of(other));
    }
    assert_eq!(own[0]["location"]["path"], SPECIAL);
}
