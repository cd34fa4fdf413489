//! Configuration files: which holds for what, and what in one matches nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

/// A set that names a key of a type that no encryption set may use, in two folders.
fn teams() -> Tree {
    Tree::new(&[("team-a/main.tf", EC_KEY), ("team-b/main.tf", EC_KEY)])
}

#[test]
fn a_nested_configuration_holds_for_what_is_below_it_wherever_the_run_starts() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    assert_eq!(tree.found(&[]), ["team-b/main.tf:18 CMK001"]);
    assert_eq!(tree.found(&["team-a", "team-b"]), ["team-b/main.tf:18 CMK001"]);
    assert_eq!(tree.found(&["team-a"]), Vec::<String>::new());
}

#[test]
fn the_nearest_configuration_holds_alone() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { level = \"notice\" }");
    let ran = tree.run(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let issues: Vec<(&str, &str)> = json["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["range"]["filename"].as_str().unwrap(), i["level"].as_str().unwrap()))
        .collect();
    assert_eq!(issues, [("team-a/main.tf", "notice")]);
}

#[test]
fn a_configuration_that_is_named_is_the_only_one() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rule \"CMK001\" { enabled = false }");
    tree.write("all.hcl", b"");
    assert_eq!(tree.found(&["--config", "all.hcl"]), ["team-a/main.tf:18 CMK001", "team-b/main.tf:18 CMK001"]);
}

#[test]
fn one_estate_is_made_of_what_several_configurations_hold_for() {
    let set = EC_KEY.replace("\"EC\"", "\"RSA\"").replace("curve        = \"P-256\"", "key_size = 2048");
    let disk = r#"
data "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
}

resource "azurerm_managed_disk" "d" {
  name                   = "d"
  location               = "northeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Standard_LRS"
  create_option          = "Empty"
  disk_size_gb           = 1
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}
"#;
    let tree = Tree::new(&[("keys/main.tf", set.as_str()), ("apps/main.tf", disk)]);
    assert_eq!(tree.found(&["--only", "CMK020"]), ["apps/main.tf:9 CMK020"]);
    tree.write("keys/.cmklint.hcl", b"rule \"CMK020\" { enabled = false }");
    assert_eq!(tree.found(&[]), ["apps/main.tf:9 CMK020"]);
    assert_eq!(tree.found(&["keys", "apps"]), ["apps/main.tf:9 CMK020"]);
}

#[test]
fn variables_levels_and_baselines_are_those_of_the_nearest_configuration() {
    let text = format!("{EC_KEY}\nvariable \"region\" {{ type = string }}\n")
        .replace("location = \"westeurope\"", "location = var.region");
    let tree = Tree::new(&[("a/main.tf", text.as_str()), ("b/main.tf", text.as_str())]);
    tree.write("a/.cmklint.hcl", b"config {\n  variables = [\"region=westeurope\"]\n  minimum_failure_severity = \"error\"\n}\nrule \"CMK001\" { level = \"warning\" }");
    let ran = tree.run(&["a"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("none is an error"), "{}", ran.out);
    assert_eq!(tree.run(&[]).code, 2);
    tree.write("b/.cmklint.hcl", b"config { baseline = \"known.json\" }");
    assert_eq!(tree.run(&["b", "--write-baseline", "b/known.json"]).code, 0);
    assert_eq!(tree.found(&[]), ["a/main.tf:18 CMK001"]);
    assert_eq!(tree.run(&[]).code, 0);
}

#[test]
fn what_an_outer_configuration_leaves_out_is_out_with_the_configurations_in_it() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"config { exclude = [\"team-a/**\"] }");
    tree.write("team-a/.cmklint.hcl", b"not even HCL {");
    assert_eq!(tree.found(&[]), ["team-b/main.tf:18 CMK001"]);
}

#[test]
fn all_configurations_that_are_broken_are_reported() {
    let tree = teams();
    tree.write("team-a/.cmklint.hcl", b"rul \"CMK001\" {}");
    tree.write("team-b/.cmklint.hcl", b"rule \"CMK0O1\" {}");
    let ran = tree.run(&[]);
    assert_eq!(ran.code, 1);
    for said in ["did you mean rule?", "did you mean CMK001?"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn rules_of_the_list_are_those_of_the_configuration_here() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"config { disabled_by_default = true }");
    let listed = tree.run(&["rules", "--format", "json"]).out;
    assert!(!listed.contains("\"enabled\": true"), "{listed}");
}

/// What goes to standard error for a configuration of `text` over two folders.
fn said_of(text: &str) -> String {
    let tree = teams();
    tree.write("stacks/main.bicep", b"param x string\n");
    tree.write(".cmklint.hcl", text.as_bytes());
    tree.run(&[]).err
}

#[test]
fn what_matches_nothing_is_reported_with_what_may_be_meant() {
    for (text, said) in [
        ("root \"stacks/mian.bicep\" {}", "did you mean stacks/main.bicep?"),
        ("root \"team-a\" {}", "team-a is no template"),
        ("config { exclude = [\"team-c/**\"] }", "exclude 'team-c/**' matches no file that is read"),
        ("config { exclude = [\"teem-b/*.tf\"] }", "did you mean team-b/*.tf?"),
        ("rule \"CMK001\" { exclude = [\"nope/**\"] }", "exclude 'nope/**' matches no file"),
        ("config { variables = [\"region=x\"] }", "no root module declares the variable 'region'"),
        ("config { ignore_module = { \"./nope\" = true } }", "no module has the source './nope'"),
    ] {
        let err = said_of(text);
        assert!(err.contains(said) && err.contains("warning"), "{text}: {err}");
        assert!(err.contains(".cmklint.hcl:1:"), "{text}: {err}");
    }
}

#[test]
fn globs_of_what_is_never_read_or_is_there_are_nobodys_slip() {
    for text in ["**/.terraform/**", "stacks/**", "**/*.bicep", "team-a/main.tf"] {
        let err = said_of(&format!("config {{ exclude = [\"{text}\"] }}"));
        assert!(!err.contains("matches"), "{text}: {err}");
    }
}

#[test]
fn a_run_of_a_part_of_the_tree_says_nothing_of_the_others() {
    let tree = teams();
    let text = b"config {\n  exclude = [\"x/*.tf\"]\n  variables = [\"region=x\"]\n}\nroot \"team-b/main.bicep\" {}";
    tree.write(".cmklint.hcl", text);
    tree.write("team-b/main.bicep", b"param x string\n");
    assert_eq!(tree.run(&["team-a"]).err, "");
}

#[test]
fn a_subscription_is_an_id_or_a_placeholder() {
    assert!(
        said_of("root \"stacks/main.bicep\" { subscription = \"prod\" }").contains("not a subscription's id: 'prod'")
    );
    for id in ["00000000-0000-0000-0000-00000000000a", "#{SubscriptionId}#"] {
        assert_eq!(said_of(&format!("root \"stacks/main.bicep\" {{ subscription = \"{id}\" }}")), "");
    }
}

#[test]
fn arguments_that_match_nothing_are_reported() {
    let tree = teams();
    tree.write("prod.tfvars", b"");
    for (args, code, said) in [
        (["--var", "region=x"], 2, "warning: no root module declares the variable 'region'"),
        (["--exclude", "nope/**"], 2, "warning: --exclude 'nope/**' matches no file"),
        (["--filter", "nope/**"], 0, "warning: --filter 'nope/**' matches no file"),
        (["--ignore-module", "./nope"], 2, "warning: no module has the source './nope'"),
        (["--var-file", "prd.tfvars"], 1, "error: prd.tfvars: no such file; did you mean prod.tfvars?\n"),
        (["--parameters", "nope.json"], 1, "error: nope.json: no such file\n"),
        (["--no-recursive", "teem-a"], 1, "did you mean team-a?"),
    ] {
        let ran = tree.run(&args);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
        assert_eq!(ran.code, code, "{args:?}");
    }
}

#[test]
fn a_parameter_file_that_is_named_and_of_no_template_is_a_warning() {
    let tree = teams();
    tree.write("p.json", br#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {"a": {"value": 1}}}"#);
    assert!(tree.run(&["--parameters", "p.json"]).err.contains("warning: p.json: no template among the files"));
}

#[test]
fn the_files_that_would_be_read_are_listed() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"config { exclude = [\"team-a/**\"] }");
    tree.write("notes.md", b"nothing");
    let ran = tree.run(&["--show-files"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "team-b/main.tf\n"), "{}", ran.err);
    assert_eq!(tree.run(&["--show-files", "--exclude", "team-{b,c}/**"]).out, "");
}

#[test]
fn flags_may_stand_in_the_environment() {
    let tree = teams();
    let run = |name: &str, value: &str| {
        let mut command = assert_cmd::Command::cargo_bin("cmklint").unwrap();
        let output = command.current_dir(tree.path()).env(name, value).arg("--format=compact").output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert!(run("CMKLINT_EXCLUDE", "team-{a,b}/**").1.is_empty());
    assert!(!run("CMKLINT_FILTER", "team-a/**").1.contains("team-b"));
    assert_eq!(run("CMKLINT_FORCE", "1").0, 0);
    assert_eq!(run("CMKLINT_FORCE", "0").0, 2);
    assert_eq!(run("CMKLINT_VAR_FILE", "nope.tfvars").0, 1);
    assert_eq!(run("CMKLINT_CHDIR", "team-a").0, 2);
}

#[test]
fn what_the_tree_asks_for_beyond_its_limits_is_told_and_a_configuration_that_is_named_gets_it() {
    let tree = teams();
    tree.write(".cmklint.hcl", b"limits {\n  work = 64\n}\n");
    tree.write("small.hcl", b"limits {\n  work   = 4\n  memory = 2\n}\n");
    let ran = tree.run(&["--format", "compact"]);
    assert!(ran.err.contains(".cmklint.hcl") && ran.err.contains("4 times"), "{}", ran.err);
    assert!(ran.out.contains("team-a/main.tf:18:"), "{}", ran.out);
    for named in [".cmklint.hcl", "small.hcl"] {
        let ran = tree.run(&["--format", "compact", "--config", named]);
        assert!(!ran.err.contains("4 times"), "{}", ran.err);
    }
    let wrong = [("work = 65", "factor from 1 to 64"), ("memory = 0", "factor from 1 to 64"), ("steps = 2", "steps")];
    for (text, words) in wrong {
        tree.write("wrong.hcl", format!("limits {{\n  {text}\n}}\n").as_bytes());
        let ran = tree.run(&["--config", "wrong.hcl"]);
        assert!(ran.code == 1 && ran.err.contains(words), "{text}: {}", ran.err);
    }
}
