//! Faults of cmklint itself, which tests of a dev build have happen where they want: one in one root, file, rule or stage costs no other its report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use assert_cmd::Command;
use common::{EC_KEY, Ran, Tree};

/// A root whose faults are found by one file, and whose names are in no other.
fn root(name: &str) -> String {
    EC_KEY
        .replace("kv-example", &format!("kv-{name}"))
        .replace("\"des\"", &format!("\"des-{name}\""))
        .replace(".des.", &format!(".des-{name}."))
}

/// Two roots, `bad` and `good`, run with a fault at `place`.
fn run(place: &str, arguments: &[&str]) -> Ran {
    let tree = Tree::new(&[("bad/main.tf", root("bad")), ("good/main.tf", root("good"))]);
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let command =
        command.current_dir(tree.path()).args(["--format", "compact"]).args(arguments).env("CMKLINT_FAULT", place);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

#[test]
fn nothing_is_wrong_where_no_fault_is_wanted() {
    let ran = run("", &[]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.out.contains("bad/main.tf:18:") && ran.out.contains("good/main.tf:18:"), "{}", ran.out);
    assert!(!ran.err.contains("fault"), "{}", ran.err);
}

#[test]
fn a_fault_in_one_root_is_told_with_it_and_the_other_is_reported() {
    let stages = [
        "read@bad/main.tf",
        "evaluate@bad",
        "placeholders@bad",
        "disks of machines@bad",
        "repeated@bad",
        "twins@bad",
        "view@bad",
        "keys of services@bad",
        "extensions@bad",
        "attached disks@bad",
        "assignments@bad",
        "policies@bad",
        "handed out@bad",
        "disk encryption@bad",
        "CMK001@bad",
        "findings@bad",
    ];
    for stage in stages {
        let ran = run(stage, &[]);
        assert_eq!(ran.code, 1, "{stage}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains("good/main.tf:18:"), "{stage}: {}{}", ran.out, ran.err);
        let (_, on) = stage.split_once('@').unwrap();
        assert!(ran.err.contains(&format!("while working on {on}:")), "{stage}: {}", ran.err);
        assert!(ran.err.contains("please report it") && ran.err.contains("bad"), "{stage}: {}", ran.err);
    }
}

#[test]
fn what_a_fault_left_out_is_no_reason_to_report_that_something_is_missing() {
    // The grant of the role is what lets the set use its key.
    for stage in ["assignments@bad", "policies@bad", "handed out@bad", "view@bad"] {
        let ran = run(stage, &[]);
        assert!(!ran.out.contains("CMK071"), "{stage}: {}", ran.out);
    }
}

#[test]
fn a_fault_in_what_the_rest_can_do_without_is_told_and_the_findings_are_reported() {
    for (stage, arguments) in [
        ("the remarks on values@all roots together", &[][..]),
        ("what plans and states say of before@all roots together", &[]),
        ("the comparison with the base@all roots together", &[]),
        ("what other values of inputs come to@all roots together", &["--explore"]),
        ("the list of what was not looked at@all roots together", &[]),
    ] {
        let ran = run(stage, arguments);
        assert_eq!(ran.code, 1, "{stage}: {}{}", ran.out, ran.err);
        for path in ["bad/main.tf:18:", "good/main.tf:18:"] {
            assert!(ran.out.contains(path), "{stage}: {}{}", ran.out, ran.err);
        }
        assert!(ran.err.contains("missing from the report"), "{stage}: {}", ran.err);
    }
}

#[test]
fn what_small_roots_leave_of_the_budget_goes_to_a_root_of_which_one_declaration_was_cut_short() {
    let disk = r"resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'data'
  location: 'westeurope'
  properties: { creationData: { createOption: 'Empty' } }
}
";
    let note = "x".repeat(2500);
    let many = disk
        .replace("= {", "= [for i in range(0, 700): {")
        .replace("'data'", "'data-${i}'")
        .replace("  properties", &format!("  tags: {{ note: '{note}-${{i}}' }}\n  properties"))
        .replace("\n}\n", "\n}]\n");
    let tree = Tree::new(&[("many/main.bicep", many.as_str())]);
    for root in 0..80 {
        tree.write(&format!("small{root}/main.bicep"), disk.as_bytes());
    }
    let ran = tree.run(&["--verbose"]);
    assert!(ran.out.contains("81 roots, 780 resources"), "{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("too-complex"), "{}", ran.err);
}
