//! The command line as a user meets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

#[test]
fn findings_give_exit_code_2_force_gives_0_and_a_higher_threshold_gives_0() {
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
    assert_eq!(tree.run(&[]).code, 2);
    assert_eq!(tree.run(&["--force"]).code, 0);
    tree.write(".cmklint.hcl", b"rule \"CMK001\" {\n  level = \"warning\"\n}\n");
    assert_eq!(tree.run(&["--minimum-failure-severity", "error"]).code, 0);
    assert_eq!(tree.run(&["--minimum-failure-severity", "warning"]).code, 2);
}

#[test]
fn a_wrong_usage_gives_exit_code_1_and_help_and_version_give_0() {
    // With findings: 2 would be believed.
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    for wrong in [
        &["--no-such-flag"][..],
        &["--format", "no-such-format"],
        &["--jobs", "many"],
        &["--var"],
        &["explain"],
        &["rules", "--format", "no-such-format"],
    ] {
        let ran = tree.run(wrong);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{wrong:?}\n{}", ran.err);
        assert!(ran.err.starts_with("error: "), "{wrong:?}\n{}", ran.err);
    }
    for (asked, says) in [("--help", "Usage: cmklint"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let ran = tree.run(&[asked]);
        assert!(ran.code == 0 && ran.out.contains(says) && ran.err.is_empty(), "{asked}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn rules_are_chosen_by_id_and_by_name() {
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    assert_eq!(tree.found(&["--only", "key_type"]), ["main.tf:18 CMK001"]);
    assert!(tree.found(&["--only", "CMK020"]).is_empty());
    assert!(tree.found(&["--disable-rule", "CMK001"]).is_empty());
    let ran = tree.run(&["--only", "key_tpye"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("did you mean key_type?"), "{}", ran.err);
}

#[test]
fn a_typo_in_the_configuration_is_an_error_with_its_place_and_a_suggestion() {
    let tree = Tree::new(&[
        ("main.tf", EC_KEY),
        (
            ".cmklint.hcl",
            r#"rule "CMK001" {
  enabeld = false
}
"#,
        ),
    ]);
    let ran = tree.run(&["."]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(".cmklint.hcl:2:3") && ran.err.contains("did you mean enabled?"), "{}", ran.err);
    tree.write(".cmklint.hcl", b"config {\n  edition = \"2021\"\n}\n");
    let ran = tree.run(&["."]);
    assert!(
        ran.code == 1 && ran.err.contains("no such edition: 2021; did you mean 2020-08? (known: 2020-08, 2022-10,"),
        "{}",
        ran.err
    );
    tree.write(".cmklint.hcl", b"rule \"CMK100\" {}\n");
    let ran = tree.run(&["."]);
    assert!(ran.code == 1 && ran.err.contains("no such rule: CMK100"), "{}", ran.err);
}

#[test]
fn what_init_writes_is_a_valid_configuration_also_without_its_comment_signs() {
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    assert_eq!(tree.run(&["init"]).code, 0);
    assert_eq!(tree.run(&["init"]).code, 1, "it does not overwrite");
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
    let text = std::fs::read_to_string(tree.path().join(".cmklint.hcl")).unwrap();
    let settings: String = text
        .lines()
        .map(|l| match l.trim_start().strip_prefix("# ") {
            Some(code) if code.contains(" = ") || code.ends_with('{') || code == "}" || code.starts_with("  ") => {
                format!("{code}\n")
            }
            Some(_) => "\n".to_owned(),
            None => format!("{l}\n"),
        })
        .collect();
    tree.write(".cmklint.hcl", settings.as_bytes());
    tree.write("prod.tfvars", b"");
    tree.write("apps/disks.bicep", b"param diskEncryptionSetId string\n");
    tree.write("encryption/main.tf", b"output \"disk_encryption_set_id\" {\n  value = \"\"\n}\n");
    tree.write("cmklint-baseline.json", b"{\"version\": 1, \"findings\": []}");
    let ran = tree.run(&["."]);
    assert_eq!(ran.code, 2, "{settings}\n{}", ran.err);
}

#[test]
fn the_nearest_configuration_upward_holds_and_excludes_are_relative_to_it() {
    let tree = Tree::new(&[
        ("a/b/main.tf", EC_KEY),
        (
            "a/.cmklint.hcl",
            r#"config {
  exclude = ["b/**"]
}
"#,
        ),
        ("c/main.tf", EC_KEY),
    ]);
    assert!(tree.found(&["a"]).is_empty());
    assert_eq!(tree.found(&["c"]), ["c/main.tf:18 CMK001"]);
    assert_eq!(tree.found(&["a", "c"]), ["c/main.tf:18 CMK001"]);
}

#[test]
fn an_ignore_comment_works_before_the_line_at_its_end_on_the_resource_and_at_the_files_top() {
    let at = "key_type     = \"EC\"";
    for (from, to) in [
        (at, "key_type     = \"EC\" # cmklint-ignore: CMK001 # a test"),
        (at, "# cmklint-ignore: key_type\n  key_type     = \"EC\""),
        ("resource \"azurerm_key_vault_key\"", "# cmklint-ignore: all\nresource \"azurerm_key_vault_key\""),
        (
            "resource \"azurerm_resource_group\"",
            "# cmklint-ignore-file: CMK001 -- legacy\nresource \"azurerm_resource_group\"",
        ),
        (at, "key_type     = \"EC\" # cmklint-ignore: CMK001 until 2999-01-31"),
    ] {
        let tree = Tree::new(&[("main.tf", EC_KEY.replace(from, to))]);
        let ran = tree.run(&["."]);
        assert_eq!(ran.code, 0, "{to}\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("1 ignored"), "{}", ran.out);
    }
}

#[test]
fn an_ignore_comment_that_matches_nothing_or_has_expired_is_reported() {
    let at = "key_type     = \"EC\"";
    let tree =
        Tree::new(&[("main.tf", EC_KEY.replace(at, &format!("{at} # cmklint-ignore: CMK001 until 2020-01-31")))]);
    let ran = tree.run(&["."]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("expired"), "{}", ran.err);
    let tree = Tree::new(&[("main.tf", EC_KEY.replace(at, &format!("{at} # cmklint-ignore: CMK002")))]);
    let ran = tree.run(&["."]);
    assert!(ran.code == 2 && ran.err.contains("matches no finding"), "{}", ran.err);
    let ran = tree.run(&["--only", "CMK001"]);
    assert!(!ran.err.contains("matches no finding"), "CMK002 did not run: {}", ran.err);
}

#[test]
fn several_reports_come_from_one_run() {
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    let ran = tree.run(&["--output", "sarif:out.sarif", "--output", "json:out.json", "--output", "out.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    let sarif: serde_json::Value =
        serde_json::from_slice(&std::fs::read(tree.path().join("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "CMK001");
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "main.tf"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(tree.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(json["issues"].as_array().unwrap().len(), 1);
    assert!(std::fs::read_to_string(tree.path().join("out.txt")).unwrap().contains("CMK001"));
}

#[test]
fn paths_are_shown_from_the_current_directory_and_sarif_has_them_from_the_repository() {
    let tree = Tree::new(&[("infra/prod/main.tf", EC_KEY), (".git/HEAD", "ref: refs/heads/main\n")]);
    let ran = tree.run(&["--chdir", "infra", "--format", "compact"]);
    assert!(ran.out.contains("\nprod/main.tf:18:"), "{}{}", ran.out, ran.err);
    let ran = tree.run(&["--chdir", "infra", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "infra/prod/main.tf"
    );
    let ran = tree.run(&["infra/prod/main.tf", "--format", "compact"]);
    assert!(ran.out.contains("infra/prod/main.tf:18:"), "{}{}", ran.out, ran.err);
}

#[test]
fn folders_that_begin_with_a_dot_are_read_but_for_those_of_tools() {
    let tree = Tree::new(&[
        (".infra/main.tf", EC_KEY),
        ("a/.azuredevops/x/main.tf", EC_KEY),
        (".terraform/modules/m/main.tf", EC_KEY),
        ("b/.terragrunt-cache/x/main.tf", EC_KEY),
        (".git/x/main.tf", EC_KEY),
        (".tool-cache/main.tf", EC_KEY),
        ("c/.#main.tf", EC_KEY),
    ]);
    let found = tree.found(&[]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains(".infra/main.tf") && found[1].contains("a/.azuredevops/x/main.tf"), "{found:?}");
}

#[test]
fn git_ignored_files_are_left_out_unless_named() {
    let tree = Tree::new(&[("old/main.tf", EC_KEY), (".gitignore", "old/\n"), (".git/HEAD", "ref: refs/heads/main\n")]);
    assert!(tree.found(&["."]).is_empty());
    assert_eq!(tree.found(&["old/main.tf"]), ["old/main.tf:18 CMK001"]);
}

#[test]
fn the_same_bytes_come_out_whatever_the_number_of_threads() {
    let files: Vec<(String, &str)> = (0..40).map(|i| (format!("root{i}/main.tf"), EC_KEY)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), *t)).collect();
    let tree = Tree::new(&files);
    for format in ["default", "sarif", "json"] {
        let one = tree.run(&["--format", format, "--jobs", "1"]);
        for jobs in ["2", "7"] {
            let many = tree.run(&["--format", format, "--jobs", jobs]);
            assert!(one.out == many.out && one.err == many.err, "{format} with {jobs} threads");
        }
    }
}

#[test]
fn standard_input_stands_for_a_file() {
    let tree = Tree::new(&[("main.tf", "")]);
    let ran = tree.run_with(&["--stdin-filename", "main.tf", "--format", "compact"], EC_KEY.as_bytes());
    assert!(ran.code == 2 && ran.out.contains("main.tf:18:"), "{}{}", ran.out, ran.err);
}

#[test]
fn variables_come_from_the_command_line_and_the_configuration() {
    let text = EC_KEY.replace("\"EC\"", "var.kind")
        + r#"variable "kind" {
  default = "RSA"
}
"#;
    let tree = Tree::new(&[("main.tf", text.as_str()), ("x.tfvarsx", "")]);
    assert!(tree.found(&[]).is_empty());
    assert_eq!(tree.found(&["--var", "kind=EC"]), ["main.tf:18 CMK001"]);
    tree.write("ec.tfvars.txt", b"kind = \"EC\"\n");
    assert_eq!(tree.found(&["--var-file", "ec.tfvars.txt"]), ["ec.tfvars.txt:1 CMK001"]);
    tree.write(".cmklint.hcl", b"config {\n  variables = [\"kind=EC\"]\n}\n");
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
    let ran = tree.run(&["--var", "kind"]);
    assert!(ran.code == 1 && ran.err.contains("NAME=VALUE"), "{}", ran.err);
}

#[test]
fn explain_and_rules_say_what_there_is() {
    let tree = Tree::new(&[("main.tf", "")]);
    let ran = tree.run(&["explain", "same_region"]);
    assert_eq!(ran.code, 0);
    for part in ["# CMK020 same_region", "## Why", "Reported: Terraform", "Not reported: Bicep", "<- here"] {
        assert!(ran.out.contains(part), "no «{part}» in {}", ran.out);
    }
    assert!(!ran.out.contains("expect:"));
    assert_eq!(tree.run(&["explain", "CMK999"]).code, 1);
    let rules: serde_json::Value = serde_json::from_str(&tree.run(&["rules", "--format", "json"]).out).unwrap();
    let of = |id: &str| rules.as_array().unwrap().iter().find(|r| r["id"] == id).cloned().unwrap();
    assert_eq!((of("CMK020")["on"].as_bool(), of("CMK090")["on"].as_bool()), (Some(true), Some(false)));
    assert!(tree.run(&["completions", "bash"]).out.contains("_cmklint"));
    assert!(tree.run(&["man"]).out.contains(".TH cmklint"));
}

#[test]
fn a_compiled_twin_is_skipped_unless_named() {
    let bicep = r"resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'westeurope'
  properties: {}
}
";
    let json = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
 "metadata": {"_generator": {"name": "bicep", "version": "0.30.0", "templateHash": "1"}},
 "resources": [{"type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02", "name": "d", "location": "westeurope", "properties": {}}]}"#;
    let tree = Tree::new(&[("main.bicep", bicep), ("main.json", json)]);
    assert_eq!(tree.found(&["--enable-rule", "CMK090"]), ["main.bicep:1 CMK090"]);
    assert_eq!(tree.found(&["--enable-rule", "CMK090", "main.json"]), ["main.json:3 CMK090"]);
}

#[test]
fn policies_controls_and_severities_are_listed_with_the_rules_and_tag_findings() {
    let tree = Tree::new(&[(
        "main.tf",
        EC_KEY.replace(
            "key_type     = \"EC\"\n  curve        = \"P-256\"",
            "key_type = \"RSA\"\n  expiration_date = \"2025-01-01T00:00:00Z\"",
        ),
    )]);
    let rules: serde_json::Value = serde_json::from_str(&tree.run(&["rules", "--format", "json"]).out).unwrap();
    let of = |id: &str| rules.as_array().unwrap().iter().find(|rule| rule["id"] == id).cloned().unwrap();
    let controls = ["azure-policy/152b15f7-8e1f-4c1f-ab71-8c010ba5dbc0", "mcsb/DP-6", "cis-azure-3.0.0/3.3.1"];
    for control in controls {
        assert!(of("CMK075")["compliance"].as_array().unwrap().iter().any(|own| own == control), "{control}");
    }
    assert_eq!(
        (of("CMK001")["compliance"].as_array().unwrap().len(), &of("CMK075")["securitySeverity"]),
        (0, &"6.0".into())
    );
    let table = tree.run(&["rules", "--format", "markdown"]).out;
    let row = table.lines().find(|line| line.starts_with("| CMK075 |")).unwrap();
    assert!(controls.iter().all(|control| row.contains(control)), "{row}");
    let sarif = tree.run(&["--format", "sarif", "--only", "CMK075", "--today", "2026-12-01"]).out;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let properties = &sarif["runs"][0]["tool"]["driver"]["rules"][0]["properties"];
    assert_eq!(properties["security-severity"], "6.0");
    let tags = properties["tags"].as_array().unwrap();
    assert!(controls.iter().all(|control| tags.iter().any(|tag| tag == control)), "{tags:?}");
}

#[test]
fn another_day_may_be_taken_for_today() {
    let key = EC_KEY.replace(
        "key_type     = \"EC\"\n  curve        = \"P-256\"",
        "key_type = \"RSA\"\n  expiration_date = \"2030-06-01T00:00:00Z\"",
    );
    let ignored = "# cmklint-ignore-file: CMK075 until 2031-01-01 -- is rotated by hand\n";
    let tree = Tree::new(&[("main.tf", key.clone())]);
    let found = |tree: &Tree, day: &str| tree.found(&["--today", day, "--only", "CMK075"]).len();
    assert_eq!([found(&tree, "2030-05-31"), found(&tree, "2030-06-01"), found(&tree, "2031-06-01")], [0, 1, 1]);
    let tree = Tree::new(&[("main.tf", ignored.to_owned() + &key)]);
    assert_eq!([found(&tree, "2030-06-01"), found(&tree, "2031-06-01")], [0, 1]);
    for no_day in ["soon", "2030-02-30", ""] {
        let ran = tree.run(&["--today", no_day]);
        assert!(ran.code == 1 && ran.err.contains("--today"), "{no_day}: {}", ran.err);
    }
}
