//! What machines read of some examples: the JSON, SARIF, GitHub and compact reports, compared whole. `INSTA_UPDATE=always` rewrites them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::collections::BTreeSet;

use serde_json::Value;

#[path = "common/examples.rs"]
mod examples;
#[path = "common/repository.rs"]
mod repository;
use examples::Example;

/// Compares the four reports of the example at `path` with the snapshots `name`.
fn check(name: &str, path: &str) {
    let (reports, _) = Example::new(path).reports(&["json", "sarif", "github", "compact"]);
    let [json, sarif, github, compact] = reports.try_into().unwrap();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("{name}.json"), json);
        insta::assert_snapshot!(format!("{name}.sarif"), steady(&sarif));
        insta::assert_snapshot!(format!("{name}.github"), github);
        insta::assert_snapshot!(format!("{name}.compact"), compact);
    });
}

/// A SARIF log without cmklint's version, the rules that found nothing and the text of the rules' pages, which have tests of their own.
fn steady(sarif: &str) -> String {
    let mut log: Value = serde_json::from_str(sarif).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found: Vec<Value> = results.iter().map(|result| result["ruleId"].clone()).collect();
    let driver = &mut log["runs"][0]["tool"]["driver"];
    for version in ["version", "semanticVersion"] {
        if driver.get(version).is_some() {
            driver[version] = Value::from("[version]");
        }
    }
    driver["rules"].as_array_mut().unwrap().retain(|rule| found.contains(&rule["id"]));
    for rule in driver["rules"].as_array_mut().unwrap() {
        for text in ["text", "markdown"] {
            assert!(rule["help"][text].is_string());
            rule["help"][text] = Value::from("[page]");
        }
    }
    serde_json::to_string_pretty(&log).unwrap()
}

/// What a report for people does not always show, of all bad examples: what trails are of, and what fixes do.
#[test]
fn titles_of_trails_and_fixes() {
    let mut titles = BTreeSet::new();
    for example in ["tf", "arm", "bicep"].into_iter().flat_map(Example::all).filter(Example::is_bad) {
        let (reports, _) = example.reports(&["json", "sarif"]);
        let [json, sarif] = reports.try_into().unwrap();
        let [json, sarif]: [Value; 2] = [json, sarif].map(|report| serde_json::from_str(&report).unwrap());
        for issue in json["issues"].as_array().unwrap() {
            for trail in issue["trails"].as_array().unwrap() {
                // `type of key 'disks': 'EC'`
                let title = trail["title"].as_str().unwrap().split(" of ").next().unwrap();
                titles.insert(format!("{} trail: {title}", issue["id"].as_str().unwrap()));
            }
        }
        for result in sarif["runs"][0]["results"].as_array().unwrap() {
            for fix in result["fixes"].as_array().into_iter().flatten() {
                let text = fix["description"]["text"].as_str().unwrap();
                titles.insert(format!("{} fix: {text}", result["ruleId"].as_str().unwrap()));
            }
        }
    }
    let titles: Vec<String> = titles.into_iter().collect();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("titles", titles.join("\n"));
    });
}

#[test]
fn a_key_of_the_wrong_type_in_terraform() {
    check("key_type_tf", "rules/CMK001/bad/tf");
}

#[test]
fn values_of_a_parameter_file_in_arm_json() {
    check("image_disk_key_arm_parameters", "rules/CMK010/bad/arm-parameters");
}

#[test]
fn a_fault_under_a_condition_in_bicep() {
    check("encryption_set_type_bicep_condition", "rules/CMK080/bad/bicep-condition");
}

#[test]
fn a_warning_with_a_note() {
    check("vault_access_tf", "rules/CMK071/bad/tf");
}

#[test]
fn a_change_with_places_in_both_states() {
    check("move_resource_group_bicep", "rules/CMK030/bad/bicep");
}

#[test]
fn findings_across_three_languages() {
    check("mixed", "testdata/mixed");
}
