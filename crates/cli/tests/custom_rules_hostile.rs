//! Rules of a team's own that are wrong, or mean harm: each is named and stopped, and the others report all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
#[path = "common/own_rule.rs"]
mod own_rule;

use own_rule::{DISK, EACH_DISK, of, rule, tree, write};

/// Runs the rule with that body beside one that is right, which must report all the same. Returns what is said.
fn faulty(body: &str) -> String {
    let tree = tree(body);
    write(&tree, "cmklint-rules/right.rego", &rule("ORG009", EACH_DISK));
    let ran = tree.run(&["--format", "compact"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("(ORG009)"), "the other rule is evaluated too: {}{}", ran.out, ran.err);
    ran.err
}

#[test]
fn an_error_in_a_file_is_shown_at_its_place() {
    let err = faulty("deny contains finding if {\n\tsome x in [1, 2\n}\n");
    assert!(err.contains("ORG001") && err.contains("cmklint-rules/r.rego:12:1"), "{err}");
    let err = faulty("deny contains {\"at\": input.resources[0], \"message\": \"m\"} if cmklint.nothing(1)\n");
    assert!(err.contains("cmklint-rules/r.rego:10:") && err.contains("nothing"), "{err}");
}

#[test]
fn a_rule_that_calls_itself_is_named() {
    let err = faulty("deny contains finding if {\n\tsome finding in deny\n}\n");
    assert!(err.contains("ORG001") && err.contains("ecursion"), "{err}");
    let err = faulty("f(x) := f(x + 1)\n\ndeny contains f(1) if true\n");
    assert!(err.contains("ORG001"), "{err}");
}

#[test]
fn a_finding_whose_value_is_undefined_takes_no_other_with_it() {
    // As OPA does: the case without a value is left out, whether it comes first or last.
    for cases in ["[{}, {\"words\": \"there\"}]", "[{\"words\": \"there\"}, {}]"] {
        let body = format!(
            "deny contains {{\"at\": input.resources[0], \"message\": one.words}} if {{\n\tsome one in {cases}\n}}\n"
        );
        let ran = tree(&body).run(&["--only", "ORG001", "--format", "compact"]);
        assert!(ran.code == 2 && ran.out.contains("there (ORG001)"), "{cases}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_rule_that_runs_without_end_is_stopped() {
    let err = faulty(
        "deny contains \"x\" if {\n\tsome a in numbers.range(1, 5000)\n\tsome b in numbers.range(1, 5000)\n\tsome c in numbers.range(1, 5000)\n\ta + b + c < 0\n}\n",
    );
    assert!(err.contains("the rule ORG001: stopped: it takes more than 10000000 steps"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_rule_that_takes_memory_without_end_is_stopped() {
    let doubled: String = (0..40).map(|n| format!("t{} := concat(\"\", [t{n}, t{n}])\n", n + 1)).collect();
    let body = format!(
        "t0 := \"0123456789abcdef\"\n{doubled}deny contains {{\"at\": input.resources[0], \"message\": t40}} if true\n"
    );
    let err = faulty(&body);
    assert!(err.contains("the rule ORG001: stopped: it takes more than 1024 MiB of memory"), "{err}");
    let err = faulty("deny contains x if {\n\tsome x in numbers.range(1, 4000000000)\n}\n");
    assert!(err.contains("the rule ORG001:"), "{err}");
}

#[test]
fn a_gigabyte_of_output_is_stopped() {
    let doubled: String = (0..18).map(|n| format!("t{} := concat(\"\", [t{n}, t{n}])\n", n + 1)).collect();
    let body = format!(
        "t0 := \"0123456789abcdef\"\n{doubled}deny contains {{\"at\": input.resources[0], \"message\": t18}} if true\n"
    );
    let err = faulty(&body);
    assert!(err.contains("the rule ORG001:") && err.contains("are the limit"), "{err}");
    let err = faulty(
        "deny contains {\"at\": input.resources[0], \"message\": sprintf(\"%d\", [x])} if {\n\tsome x in numbers.range(1, 10500)\n}\n",
    );
    assert!(err.contains("it hands back more than 10000 findings"), "{err}");
    // Neither too many nor too large one by one: 5,000 findings with the same text of 200 KiB.
    let doubled: String = (0..13).map(|n| format!("t{} := concat(\"\", [t{n}, t{n}])\n", n + 1)).collect();
    let err = faulty(&format!(
        "t0 := \"0123456789abcdef0123456789\"\n{doubled}deny contains {{\"at\": input.resources[0], \"message\": sprintf(\"%d\", [x]), \"help\": t13}} if {{\n\tsome x in numbers.range(1, 5000)\n}}\n"
    ));
    assert!(err.contains("the rule ORG001: it hands back more than 32 MiB of findings"), "{err}");
}

#[test]
fn what_all_rules_hand_back_together_is_bounded() {
    let doubled: String = (0..13).map(|n| format!("t{} := concat(\"\", [t{n}, t{n}])\n", n + 1)).collect();
    let body = format!(
        "t0 := \"0123456789abcdef0123456789\"\n{doubled}deny contains {{\"at\": input.resources[0], \"message\": sprintf(\"%d\", [x]), \"help\": t13}} if {{\n\tsome x in numbers.range(1, 70)\n}}\n"
    );
    let tree = of(&[("main.tf", DISK)]);
    for number in 1..6 {
        write(&tree, &format!("cmklint-rules/r{number}.rego"), &rule(&format!("ORG00{number}"), &body));
    }
    write(&tree, "cmklint-rules/right.rego", &rule("ORG009", EACH_DISK));
    let ran = tree.run(&["--format", "compact"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("stopped: the rules hand back more than 64 MiB together"), "{}", ran.err);
    assert!(ran.out.contains("(ORG009)"), "the rules after it are evaluated");
}

#[test]
fn what_a_rule_hands_back_is_checked() {
    for (finding, words) in [
        ("\"text\"", "it hands back no object"),
        ("{\"message\": \"m\"}", "without `at`"),
        ("{\"at\": input.resources[0]}", "without a message"),
        (
            "{\"at\": {\"resource\": 999, \"path\": \"x\"}, \"message\": \"m\"}",
            "no value, edge or resource of the input",
        ),
        (
            "{\"at\": {\"resource\": 0, \"path\": \"x\", \"world\": 99}, \"message\": \"m\"}",
            "no value, edge or resource of the input",
        ),
        ("{\"at\": input.resources[0], \"message\": \"m\", \"severity\": \"high\"}", "a finding has no `severity`"),
    ] {
        let err = faulty(&format!("deny contains {finding} if true\n"));
        assert!(err.contains("the rule ORG001:") && err.contains(words), "{finding}: {err}");
    }
    let err = faulty("deny := 3\n");
    assert!(err.contains("`deny` is no set"), "{err}");
}

#[test]
fn metadata_that_is_wrong_is_told_at_its_place() {
    let wrong = |files: &[(&str, &str)]| {
        let mut all = vec![("main.tf", DISK)];
        all.extend(files);
        let ran = of(&all).run(&["--format", "compact"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        ran.err
    };
    let one = rule("ORG001", EACH_DISK);
    let err = wrong(&[("cmklint-rules/a.rego", &one), ("cmklint-rules/b.rego", &one)]);
    assert!(err.contains("two rules have the id ORG001") && err.contains("cmklint-rules/a.rego"), "{err}");
    let err = wrong(&[("cmklint-rules/a.rego", &rule("CMK020", EACH_DISK))]);
    assert!(err.contains("the id CMK020 is that of a rule of cmklint (same_region)"), "{err}");
    let err = wrong(&[("cmklint-rules/same_region.rego", &one)]);
    assert!(err.contains("another rule has the name same_region"), "{err}");
    let err = wrong(&[("cmklint-rules/a.rego", "package p\n\ndeny contains 1 if true\n")]);
    assert!(err.contains("a rule without an id") && err.contains("cmklint-rules/a.rego:3:1"), "{err}");
    let err = wrong(&[("cmklint-rules/a.rego", &one.replace("title: A rule of a test", "description: x"))]);
    assert!(err.contains("the rule ORG001 has no title"), "{err}");
}

#[test]
fn text_of_a_rule_commands_no_terminal() {
    let body = "deny contains {\"at\": input.resources[0], \"message\": \"a\\u001b[31mb\\n::error::c\"} if true\n";
    let ran = tree(body).run(&["--format", "github"]);
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains("\n::error::c"), "{}", ran.out);
}
