//! Variants of kinds of code that was judged wrongly once, as people write them. Each folder of `testdata/variants` with a file `expect` is one: its lines are
//! `RULE COUNT [FILE:LINE]…` (reported so often, with one of these places among the finding's), `not RULE`, `none`, or `args …`. Rules that a line does not name
//! count only where they are restrictions proper.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// Preconditions and policy: most variants say nothing of them.
const ASIDE: [&str; 7] = ["CMK070", "CMK071", "CMK072", "CMK073", "CMK074", "CMK075", "CMK090"];

#[derive(Default)]
struct Expected {
    counts: BTreeMap<String, usize>,
    never: Vec<String>,
    places: Vec<(String, String)>,
    args: Vec<String>,
}

impl Expected {
    fn read(text: &str) -> Self {
        let mut out = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [] | ["none"] => {}
                ["args", args @ ..] => out.args.extend(args.iter().map(|arg| (*arg).to_owned())),
                ["not", rule] => out.never.push((*rule).to_owned()),
                [rule, count, places @ ..] => {
                    out.counts.insert((*rule).to_owned(), count.parse().expect("a count"));
                    out.places.extend(places.iter().map(|place| ((*rule).to_owned(), (*place).to_owned())));
                }
                [only] => panic!("what is '{only}'?"),
            }
        }
        out
    }
}

/// All places in a result of SARIF, as `FILE:LINE`.
fn places(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| places(item, out)),
        Value::Object(members) => {
            if let Some(place) = members.get("physicalLocation") {
                let (file, line) = (&place["artifactLocation"]["uri"], &place["region"]["startLine"]);
                out.push(format!("{}:{line}", file.as_str().unwrap_or_default()));
            }
            members.values().for_each(|member| places(member, out));
        }
        _ => {}
    }
}

/// What is wrong with what is reported in `folder`.
fn wrong(folder: &Path) -> Option<String> {
    let expected = Expected::read(&std::fs::read_to_string(folder.join("expect")).unwrap());
    let mut command = Command::cargo_bin("cmklint").unwrap();
    command.current_dir(folder).args(["--format", "sarif"]).args(&expected.args).arg(".");
    let output = command.output().unwrap();
    let sarif: Value = match serde_json::from_slice(&output.stdout) {
        Ok(sarif) => sarif,
        Err(_) => return Some(String::from_utf8_lossy(&output.stderr).into_owned()),
    };
    let results = sarif["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for result in &results {
        let rule = result["ruleId"].as_str().unwrap_or_default().split('/').next().unwrap_or_default().to_owned();
        if ASIDE.contains(&&*rule) && !expected.counts.contains_key(&rule) && !expected.never.contains(&rule) {
            continue;
        }
        places(result, found.entry(rule.clone()).or_default());
        *counts.entry(rule).or_default() += 1;
    }
    if counts != expected.counts {
        return Some(format!("{counts:?} instead of {:?}", expected.counts));
    }
    // Paths are told from the repository's root.
    let is_there =
        |rule: &String, place: &String| found.get(rule).is_some_and(|at| at.iter().any(|p| p.ends_with(place)));
    let missing = expected.places.iter().find(|(rule, place)| !is_there(rule, place));
    missing.map(|(rule, place)| format!("{rule} says nothing of {place}"))
}

fn check(kind: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/variants").join(kind);
    let mut variants: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    variants.sort();
    assert!(!variants.is_empty(), "no variants of {kind}");
    let wrong: Vec<String> = variants
        .iter()
        .filter_map(|variant| Some(format!("{}: {}", variant.file_name()?.to_string_lossy(), wrong(variant)?)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), variants.len());
}

macro_rules! kinds {
    ($($name:ident: $folder:literal;)*) => {
        $(
            #[test]
            fn $name() {
                check($folder);
            }
        )*
    };
}

kinds! {
    properties_of_existing_resources: "existing-properties";
    one_resource_deployed_twice: "deployed-twice";
    what_is_joined_names_all: "joined";
    an_ignore_counts_at_each_place: "ignores";
    purge_protection_of_vaults_that_stood: "purge-protection";
    what_might_be_a_grant: "grants";
    a_nullable_boolean_is_a_switch: "switched-off";
    what_names_some_set: "required-set";
    disks_that_take_no_set: "disk-without-cmk";
    worlds_that_exclude_each_other: "exclusive-worlds";
    groups_that_another_root_declares_alone: "groups-elsewhere";
    what_pipelines_give: "pipelines";
    what_explore_tries: "explored";
    files_by_patterns: "filesets";
    modules_of_the_tree_by_their_registry: "own-modules";
    variable_files_of_all_environments: "common-variables";
    text_that_is_decoded: "decoded";
    templates_that_are_linked_to: "links";
    parameter_files_and_their_templates: "parameter-files";
    templates_in_files: "template-files";
    functions_of_terraform: "terraform-functions";
    resources_that_update_another: "update";
    templates_that_resources_hold: "held-templates";
}
