//! Every example in `rules/` and the mixed example in `testdata/`: the findings of all rules that are on by default are exactly where the
//! markers (`# expect: CMK001`, `// expect: CMK001`) say, and what a person reads of a bad example is its `expected.txt`, word for word.
//!
//! `CMKLINT_BLESS=1` writes the expected reports, and the examples on the rules' pages, instead of comparing them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::path::Path;

use cmklint_rules::page::Page;

#[path = "common/examples.rs"]
mod examples;
#[path = "common/repository.rs"]
mod repository;
use examples::{Example, REPORT, repository};

const BLESS: &str = "CMKLINT_BLESS";

fn check(examples: &[Example]) {
    let mut failures = Vec::new();
    for example in examples {
        let (want, ran) = (example.marked(), example.run());
        if want != ran.places || example.is_bad() == want.is_empty() || ran.errors.contains("rror") {
            failures.push(format!(
                "{}\n  missing: {:?}\n  surplus: {:?}\n  {}",
                example.name(),
                want.difference(&ran.places).collect::<Vec<_>>(),
                ran.places.difference(&want).collect::<Vec<_>>(),
                ran.errors.trim().replace('\n', "\n  ")
            ));
        }
        if example.is_bad() {
            failures.extend(blessed(&example.folder.join(REPORT), &ran.report));
        }
    }
    assert!(failures.is_empty(), "{} of {} examples\n{}", failures.len(), examples.len(), failures.join("\n"));
}

/// Writes `text` to the file at `path` where expected texts are to be written, else says how it differs from what is there.
fn blessed(path: &Path, text: &str) -> Option<String> {
    let there = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if there == text {
        return None;
    }
    if std::env::var_os(BLESS).is_some_and(|value| value == "1") {
        std::fs::write(path, text).unwrap();
        return None;
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (there, now) = (lines(&there), lines(text));
    let same = there.iter().zip(&now).take_while(|(a, b)| a == b).count();
    Some(format!(
        "{} (line {}; {BLESS}=1 rewrites it)\n  expected: {}\n  now:      {}",
        path.strip_prefix(repository()).unwrap().display(),
        same + 1,
        there.get(same).map_or("(the end)", |line| line),
        now.get(same).map_or("(the end)", |line| line),
    ))
}

#[test]
fn terraform_examples_are_reported_as_expected() {
    check(&Example::all("tf"));
}

#[test]
fn arm_examples_are_reported_as_expected() {
    check(&Example::all("arm"));
}

#[test]
fn bicep_examples_are_reported_as_expected() {
    check(&Example::all("bicep"));
}

#[test]
fn the_mixed_example_relates_resources_of_three_languages() {
    check(&[Example::new("testdata/mixed")]);
}

#[test]
fn every_rule_has_a_page_and_bad_and_good_examples_in_each_language() {
    for rule in cmklint_rules::RULES {
        let meta = rule.meta();
        let folder = repository().join("rules").join(meta.id);
        let page = std::fs::read_to_string(folder.join("rule.md")).unwrap();
        assert!(page.starts_with(&format!("# {} {}\n", meta.id, meta.name)), "{}: the page's title", meta.id);
        for kind in ["bad", "good"] {
            for language in ["tf", "arm", "bicep"] {
                let example = Example::new(&format!("rules/{}/{kind}/{language}", meta.id));
                assert!(example.folder.is_dir(), "{}: no {kind} example in {language}", meta.id);
                if kind == "bad" {
                    let own = example.marked().iter().any(|place| place.ends_with(meta.id));
                    assert!(own, "{}: its bad example in {language} doesn't expect it", meta.id);
                }
            }
        }
    }
    let rules =
        std::fs::read_dir(repository().join("rules")).unwrap().filter(|e| e.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(rules, cmklint_rules::RULES.len(), "a folder in rules/ without a rule");
}

#[test]
fn every_rules_page_ends_with_the_report_of_its_terraform_example() {
    let mut failures = Vec::new();
    for rule in cmklint_rules::RULES {
        let folder = repository().join("rules").join(rule.meta().id);
        let page = std::fs::read_to_string(folder.join("rule.md")).unwrap().replace("\r\n", "\n");
        let report = Example::new(&format!("rules/{}/bad/tf", rule.meta().id)).run().report;
        let report: String = report.lines().map(|line| without_marker(line) + "\n").collect();
        let (words, _) = page.split_once("\n## Example\n").unwrap_or((&page, ""));
        let want = format!("{}\n\n## Example\n```text\n{report}```\n", words.trim_end());
        failures.extend(blessed(&folder.join("rule.md"), &want));
        assert!(!Page::parse(&page).section("Source").is_empty());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A line of an example without the words for its test, as `cmklint explain` shows it.
fn without_marker(line: &str) -> String {
    line.split_once("expect: CMK").map_or_else(|| line.to_owned(), |(code, _)| format!("{code}<- here"))
}
