//! Where reports go, in which format, and what stays where they can't be written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// A tree with a `.git`, so that it is one, and `sets` findings.
fn tree(sets: usize) -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    fs::create_dir(tree.path().join(".git")).unwrap();
    let mut text = String::new();
    for number in 0..sets {
        text.push_str(&format!(
            r#"
resource "azurerm_key_vault_key" "k{number}" {{
  name         = "k{number}"
  key_vault_id = "/subscriptions/0/resourceGroups/r/providers/Microsoft.KeyVault/vaults/v"
  key_type     = "EC"
}}
resource "azurerm_disk_encryption_set" "s{number}" {{
  name             = "s{number}"
  location         = "northeurope"
  key_vault_key_id = azurerm_key_vault_key.k{number}.id
}}
"#
        ));
    }
    fs::write(tree.path().join("main.tf"), text).unwrap();
    tree
}

fn cmklint(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("cmklint").unwrap().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_format_that_there_is_not_is_an_error_that_names_the_nearest() {
    let tree = tree(1);
    for (argument, hint) in [
        ("--output=sarfi:x", "did you mean sarif?"),
        ("--output=markdwon:x", "did you mean markdown?"),
        ("--format=jsn", "did you mean json?"),
        ("--format=pdf", "junit, checkstyle, codequality"),
        ("--output=json:", "the file's name is missing"),
    ] {
        let (code, out, err) = cmklint(tree.path(), &[argument]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{argument}");
        assert!(err.contains(hint), "{argument}: {err}");
    }
    assert_eq!(fs::read_dir(tree.path()).unwrap().count(), 2, "nothing was written");
}

#[test]
fn a_files_ending_gives_the_format_where_none_is_named() {
    let tree = tree(1);
    let files = ["r.sarif", "r.sarif.json", "r.json", "r.md", "r.xml", "./a:b.json", "other"];
    let arguments: Vec<String> = files.iter().map(|file| format!("-o{file}")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, out, _) = cmklint(tree.path(), &arguments);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    let begins = |file: &str| fs::read_to_string(tree.path().join(file)).unwrap().chars().take(12).collect::<String>();
    assert_eq!(
        files.map(begins),
        [
            "{\"$schema\":\"",
            "{\"$schema\":\"",
            "{\"issues\":[{",
            "<!-- cmklint",
            "<?xml versio",
            "{\"issues\":[{",
            "Error[CMK001"
        ]
    );
    cmklint(tree.path(), &["--format", "compact", "-o", "r.json"]);
    assert!(begins("r.json").starts_with("1 issue(s)"), "a format that is named goes before the ending");
}

#[test]
fn a_dash_is_standard_output() {
    let tree = tree(1);
    let (_, out, _) = cmklint(tree.path(), &["-o", "sarif:r.sarif", "-o", "compact:-"]);
    assert!(out.starts_with("1 issue(s) found:"), "{out}");
    assert!(tree.path().join("r.sarif").is_file() && !tree.path().join("-").exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_tree_is_replaced_and_one_that_leads_out_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (tree, outside) = (tree(1), tempfile::tempdir().unwrap());
    let secret = outside.path().join("secret");
    fs::write(&secret, "kept").unwrap();
    symlink(&secret, tree.path().join("r.json")).unwrap();
    let (code, ..) = cmklint(tree.path(), &["-o", "r.json"]);
    assert_eq!(code, Some(2));
    assert_eq!(fs::read_to_string(&secret).unwrap(), "kept");
    let written = fs::symlink_metadata(tree.path().join("r.json")).unwrap();
    assert!(written.is_file() && written.permissions().mode() & 0o400 != 0);

    symlink(outside.path(), tree.path().join("folder")).unwrap();
    let (code, _, err) = cmklint(tree.path(), &["-o", "json:folder/secret"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("leads out of the analyzed tree"), "{err}");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "kept");

    // What a person names elsewhere is written, through a link of their own too.
    symlink(&secret, outside.path().join("mine.json")).unwrap();
    cmklint(tree.path(), &["-o", &outside.path().join("mine.json").display().to_string()]);
    assert!(fs::read_to_string(&secret).unwrap().starts_with("{\"issues\""));
}

#[cfg(unix)]
#[test]
fn the_old_report_stays_where_the_new_one_can_not_be_written_whole() {
    let tree = tree(1);
    fs::write(tree.path().join("r.json"), "old").unwrap();
    let binary = assert_cmd::cargo::cargo_bin("cmklint");
    // A file may have no byte, as on a full disk.
    let script = format!("ulimit -f 0; '{}' -o r.json", binary.display());
    let status = std::process::Command::new("sh").args(["-c", &script]).current_dir(tree.path()).status().unwrap();
    assert_ne!(status.code(), Some(2));
    assert_eq!(fs::read_to_string(tree.path().join("r.json")).unwrap(), "old");
    let (code, ..) = cmklint(tree.path(), &["-o", "json:/dev/null"]);
    assert_eq!(code, Some(2), "a device is written to");
}

#[cfg(unix)]
#[test]
fn what_a_process_has_open_is_written_to_and_never_replaced() {
    use std::os::unix::fs::symlink;
    let (tree, outside) = (tree(1), tempfile::tempdir().unwrap());
    let link = outside.path().join("stdout");
    symlink("/proc/self/fd/1", &link).unwrap();
    let (_, out, err) = cmklint(tree.path(), &["-o", &format!("compact:{}", link.display())]);
    assert!(out.starts_with("1 issue(s) found:"), "{out}{err}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let status = std::process::Command::new("mkfifo").arg(tree.path().join("pipe.json")).status();
    if status.is_ok_and(|status| status.success()) {
        let (code, _, err) = cmklint(tree.path(), &["-o", "pipe.json"]);
        assert!(code == Some(1) && err.contains("not a plain file"), "{err}");
    }
}

#[test]
fn more_than_fifty_findings_are_grouped_and_counted() {
    let tree = tree(60);
    let (_, all, _) = cmklint(tree.path(), &["--limit", "0"]);
    let blocks = |text: &str| text.lines().filter(|line| line.starts_with("Error[CMK001")).count();
    assert_eq!(blocks(&all), 60);
    let (_, out, _) = cmklint(tree.path(), &[]);
    assert_eq!(blocks(&out), 10);
    assert!(out.starts_with("CMK001 key_type: 60 findings\n\n"), "{out}");
    assert!(out.contains("50 further findings not shown here (--limit 0 shows all)"), "{out}");
    assert!(out.contains("60 findings (60 errors)"), "{out}");
    let (_, out, _) = cmklint(tree.path(), &["--group-by", "root", "--limit", "3"]);
    assert!(out.starts_with("Root .: 60 findings\n\n") && blocks(&out) == 3, "{out}");
}

#[test]
fn flags_come_from_the_environment_too_and_rules_as_a_list() {
    let tree = tree(1);
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::cargo_bin("cmklint").unwrap();
        let command = command.current_dir(tree.path()).args(arguments).envs(variables.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(run(&[("CMKLINT_FORMAT", "compact")], &[]).starts_with("1 issue(s)"));
    assert!(run(&[("CMKLINT_FORMAT", "compact")], &["--format", "json"]).starts_with("{\"issues\""));
    assert!(run(&[("CMKLINT_ONLY", "CMK002,CMK003")], &[]).starts_with("no findings"));
    assert!(run(&[], &["--only", "CMK002,key_type"]).starts_with("Error[CMK001"));
    assert!(run(&[("CMKLINT_QUIET", "1"), ("CMKLINT_VERBOSE", "0")], &[]).starts_with("Error[CMK001"));
    assert!(run(&[("CMKLINT_FORMAT", "compact")], &["rules"]).contains("CMK001"));
    let is_colored = |variables: &[(&str, &str)], arguments: &[&str]| run(variables, arguments).contains("\u{1b}[");
    assert!(is_colored(&[("CMKLINT_COLOR", "1")], &[]));
    assert!(!is_colored(&[("CMKLINT_COLOR", "1")], &["--no-color"]), "an argument takes precedence");
    assert!(is_colored(&[("CMKLINT_NO_COLOR", "1")], &["--color"]));
    assert!(!is_colored(&[("CMKLINT_NO_COLOR", "1"), ("FORCE_COLOR", "1")], &[]));
    assert!(run(&[("CMKLINT_DIFF_ONLY", "0")], &[]).starts_with("Error[CMK001"));
}

#[cfg(debug_assertions)]
/// Runs cmklint in `tree` on a terminal of its own, and returns what it wrote there: standard output and error are both that terminal.
fn on_a_terminal(tree: &Path, variables: &[(&str, &str)]) -> String {
    const SCRIPT: &str =
        "import os, pty, sys; os.environ.update(a.split('=', 1) for a in sys.argv[2:]); pty.spawn([sys.argv[1]])";
    let binary = assert_cmd::cargo::cargo_bin("cmklint");
    let mut command = Command::new("python3");
    command.current_dir(tree).args(["-c", SCRIPT]).arg(binary);
    command.args(variables.iter().map(|(name, value)| format!("{name}={value}")));
    let output = command.env_remove("CI").env_remove("GITHUB_ACTIONS").write_stdin("").output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// In a dev build the bar is shown at once, and the run waits for it: how long a run takes is nothing to test.
#[cfg(debug_assertions)]
const AT_ONCE: (&str, &str) = ("CMKLINT_BAR_AT_ONCE", "1");

#[cfg(debug_assertions)]
#[test]
fn a_run_shows_on_a_terminal_how_far_it_is() {
    let tree = tree(0);
    let shown = on_a_terminal(tree.path(), &[("TERM", "xterm"), AT_ONCE]);
    assert!(["Reading", "Evaluating", "Checking"].iter().any(|stage| shown.contains(stage)), "{shown}");
    let report = shown.rsplit("\u{1b}[2K").next().unwrap_or("");
    assert!(report.contains("no findings"), "the bar is gone before the report: {shown}");
    for silent in [("TERM", "dumb"), ("CI", "true"), ("CMKLINT_QUIET", "1")] {
        let shown = on_a_terminal(tree.path(), &[("TERM", "xterm"), AT_ONCE, silent]);
        assert!(
            !["Reading", "Evaluating", "Checking"].iter().any(|stage| shown.contains(stage)),
            "{silent:?}: {shown}"
        );
    }
}

#[test]
fn misspelt_commands_and_rules_are_answered_with_the_nearest() {
    let tree = tree(1);
    for (arguments, hint) in [
        (&["rulse"][..], "did you mean `cmklint rules`?"),
        (&["explian"], "did you mean `cmklint explain`?"),
        (&["explain", "CMK0O1"], "did you mean CMK001?"),
        (&["explain", "key_tpye"], "did you mean key_type?"),
        (&["--only", "CMK0O1"], "did you mean CMK001?"),
        (&["nothing-like-it"], "nothing-like-it: no such file or directory"),
    ] {
        let (code, _, err) = cmklint(tree.path(), arguments);
        assert!(code == Some(1) && err.contains(hint), "{arguments:?}: {err}");
    }
}

#[test]
fn lists_say_which_formats_they_have() {
    let tree = tree(0);
    for (list, formats) in
        [("ade", "default, json or markdown"), ("modules", "default or json"), ("roots", "default or json")]
    {
        let (code, help, _) = cmklint(tree.path(), &[list, "--help"]);
        assert_eq!(code, Some(0));
        assert!(help.contains(&format!("The list's format: {formats}")) && !help.contains("checkstyle"), "{help}");
        let (_, _, refused) = cmklint(tree.path(), &[list, "--format", "sarif"]);
        assert!(refused.contains("no such format of "), "{list}: {refused}");
    }
}

#[test]
fn rules_are_listed_and_explained_for_programs_too() {
    let tree = tree(1);
    let (_, table, _) = cmklint(tree.path(), &["rules", "--format", "markdown"]);
    assert!(table.contains("| CMK001 | `key_type` | error | all | yes | S1 | A disk encryption set"), "{table}");
    let (_, json, _) = cmklint(tree.path(), &["explain", "CMK001", "--format", "json"]);
    let rule: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rule["name"], "key_type");
    assert!(rule["sections"]["Why"].as_str().unwrap().contains("RSA"));
    let examples = rule["examples"].as_array().unwrap();
    assert!(examples.iter().any(|e| e["kind"] == "bad" && e["path"] == "tf/main.tf"), "{json}");
}

#[test]
fn files_are_left_out_by_a_glob_and_ignore_comments_by_a_flag() {
    let tree = tree(1);
    let text = fs::read_to_string(tree.path().join("main.tf")).unwrap();
    let (_, out, _) = cmklint(tree.path(), &["--exclude", "*.tf"]);
    assert!(out.starts_with("no findings"), "{out}");
    let ignored = text.replace("key_type ", "# cmklint-ignore: CMK001\n  key_type ");
    fs::write(tree.path().join("main.tf"), ignored).unwrap();
    let (code, out, _) = cmklint(tree.path(), &[]);
    assert_eq!(code, Some(0), "{out}");
    let (code, out, _) = cmklint(tree.path(), &["--no-ignores"]);
    assert_eq!(code, Some(2), "{out}");
}

#[test]
fn standard_input_may_be_a_file_that_is_not_on_the_disk_yet() {
    let tree = tree(0);
    fs::create_dir(tree.path().join("infra")).unwrap();
    let text = fs::read_to_string(self::tree(1).path().join("main.tf")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("cmklint").unwrap();
        let output = command.current_dir(tree.path()).args(arguments).write_stdin(text.clone()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, out, err) = run(&["--stdin-filename", "infra/new.tf", "--format", "compact"]);
    assert!(code == Some(2) && out.contains("infra/new.tf:"), "{out}{err}");
    let (code, out, err) = run(&["--stdin-filename", "infra/new.tf", "--format", "compact", "."]);
    assert!(code == Some(2) && out.contains("infra/new.tf:"), "{out}{err}");
    let (code, _, err) = run(&["--stdin-filename", "infra/new.txt"]);
    assert!(code == Some(1) && err.contains("not a file that cmklint reads"), "{err}");
}
