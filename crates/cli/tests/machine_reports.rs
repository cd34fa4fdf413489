//! What machines read of some examples: the JSON, SARIF, GitHub and compact reports, compared whole. `INSTA_UPDATE=always` rewrites them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

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
