//! The real tflint with the plugin. `.ci/tflint` builds tflint where Go is; where it is not, the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // tests

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const RULE: &str = "cmklint_same_region";

/// The plugin's own block, and what `more` adds.
fn config(more: &str) -> String {
    format!(
        r#"plugin "terraform" {{
  enabled = false
}}
plugin "cmklint" {{
  enabled = true
}}
{more}"#
    )
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A repository with examples of rules, and a tflint that knows the plugin.
struct Estate {
    folder: tempfile::TempDir,
    tflint: PathBuf,
}

impl Estate {
    /// `None` where there is no tflint.
    fn new(more: &str) -> Option<Self> {
        let built = repository().join("target/tools/bin/tflint");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).map(|folder| folder.join("tflint")).find(|file| file.is_file());
        let Some(tflint) = Some(built).filter(|file| file.is_file()).or(found) else {
            eprintln!("!! SKIPPED: no tflint here (`.ci/tflint` builds it with Go): the plugin is not tried in it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let plugins = folder.path().join("plugins");
        std::fs::create_dir_all(folder.path().join("infra/.git")).unwrap();
        std::fs::create_dir(&plugins).unwrap();
        // A dev build is some 150 MB, and each test has a folder of its own: a link where the disk allows one.
        let (plugin, installed) =
            (assert_cmd::cargo::cargo_bin("tflint-ruleset-cmklint"), plugins.join("tflint-ruleset-cmklint"));
        if std::fs::hard_link(&plugin, &installed).is_err() {
            std::fs::copy(&plugin, &installed).unwrap();
        }
        std::fs::write(folder.path().join("infra/.tflint.hcl"), config(more)).unwrap();
        Some(Self { folder, tflint })
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("infra")
    }

    /// Copies the example `from` of `rules/` to `to`.
    fn example(&self, from: &str, to: &str) {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(repository().join("rules").join(from))
            .arg(self.root().join(to))
            .status()
            .unwrap();
        assert!(copied.success());
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs tflint with `args`, and returns its exit code and what it prints.
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let config = self.root().join(".tflint.hcl");
        let output: Output = Command::new(&self.tflint)
            .arg("--config")
            .arg(config)
            .args(args)
            .current_dir(self.root())
            .env("TFLINT_PLUGIN_DIR", self.folder.path().join("plugins"))
            .env_remove("TFLINT_LOG")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// The issues of a run with `args`: rule, severity, file and line.
    fn issues(&self, args: &[&str]) -> Vec<(String, String, String, u64)> {
        let (code, out, err) = self.run(&[args, &["--format", "json"]].concat());
        assert!(code == 0 || code == 2, "exit {code}: {err}{out}");
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["errors"], serde_json::json!([]));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let issue = |issue: &Value| {
            let (rule, range) = (&issue["rule"], &issue["range"]);
            let line = range["start"]["line"].as_u64().unwrap();
            (text(&rule["name"]), text(&rule["severity"]), text(&range["filename"]), line)
        };
        let mut issues: Vec<_> = report["issues"].as_array().unwrap().iter().map(issue).collect();
        issues.sort();
        issues
    }
}

/// The line of the example `path` that is marked as wrong.
fn marked(path: &str) -> u64 {
    line_with(path, "# expect:")
}

/// The first line of the example `path` that holds `text`.
fn line_with(path: &str, text: &str) -> u64 {
    let example = std::fs::read_to_string(repository().join("rules").join(path)).unwrap();
    example.lines().position(|line| line.contains(text)).unwrap() as u64 + 1
}

fn issue(severity: &str, file: &str, line: u64) -> Vec<(String, String, String, u64)> {
    vec![(RULE.to_owned(), severity.to_owned(), file.to_owned(), line)]
}

#[test]
fn findings_are_tflints_issues_with_links() {
    let Some(estate) = Estate::new("") else { return };
    estate.example("CMK020/bad/tf", "disks");
    let line = marked("CMK020/bad/tf/main.tf");
    assert_eq!(estate.issues(&["--chdir", "disks"]), issue("error", "disks/main.tf", line));
    let (code, out, _) = estate.run(&["--chdir", "disks"]);
    assert_eq!(code, 2);
    assert!(out.contains("Error: CMK020: ") && out.contains(&format!("on disks/main.tf line {line}")), "{out}");
    assert!(out.contains("/rules/CMK020/rule.md"), "{out}");
    let (_, sarif, _) = estate.run(&["--chdir", "disks", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], RULE);
    estate.example("CMK020/good/tf", "fine");
    assert_eq!(estate.issues(&["--chdir", "fine"]), []);
}

/// What tflint prints, in each of its formats that people and code hosts read, word for word.
#[test]
fn what_tflint_prints_of_findings() {
    let Some(estate) = Estate::new("") else { return };
    estate.example("CMK020/bad/tf", "disks");
    for (name, format) in [("terminal", "default"), ("json", "json"), ("sarif", "sarif")] {
        let (code, out, _) = estate.run(&["--chdir", "disks", "--no-color", "--format", format]);
        assert_eq!(code, 2);
        let text = match serde_json::from_str::<Value>(&out) {
            Ok(mut report) => {
                // The version of tflint is that of the machine.
                if let Some(driver) = report.pointer_mut("/runs/0/tool/driver/version") {
                    *driver = "VERSION".into();
                }
                if let Some(driver) = report.pointer_mut("/runs/1/tool/driver/version") {
                    *driver = "VERSION".into();
                }
                format!("{report:#}")
            }
            Err(_) => out,
        };
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn rules_of_a_teams_own_run_too() {
    let Some(estate) = Estate::new("") else { return };
    let rules = repository().join("docs/examples/cmklint-rules");
    let copy = |from: &Path, to: &str| {
        let copied = Command::new("cp").arg("-r").arg(from).arg(estate.root().join(to)).status().unwrap();
        assert!(copied.success());
    };
    copy(&rules, "cmklint-rules");
    copy(&rules.join("allowed_sets/bad/tf"), "disks");
    let only = ["--chdir", "disks", "--only", "cmklint_allowed_sets"];
    let issues = estate.issues(&only);
    assert_eq!(issues.len(), 1);
    assert_eq!((issues[0].0.as_str(), issues[0].1.as_str()), ("cmklint_allowed_sets", "error"));
    estate
        .write(".tflint.hcl", &config("rule \"cmklint_allowed_sets\" {\n  enabled = true\n  level = \"notice\"\n}\n"));
    assert_eq!(estate.issues(&only)[0].1, "info");
    assert_eq!(estate.issues(&["--chdir", "disks", "--only", RULE]), []);
    // What lies beside rules is no code of the tree.
    assert!(!estate.issues(&["--chdir", "disks"]).iter().any(|issue| issue.2.contains("cmklint-rules")));
}

#[test]
fn tflints_own_settings_hold() {
    let Some(estate) = Estate::new("") else { return };
    estate.example("CMK020/bad/tf", "disks");
    let line = marked("CMK020/bad/tf/main.tf");
    let found = issue("error", "disks/main.tf", line);
    let run = |more: &str, args: &[&str]| {
        estate.write(".tflint.hcl", &config(more));
        estate.issues(&[&["--chdir", "disks"], args].concat())
    };
    assert_eq!(
        run(
            r#"rule "cmklint_same_region" {
  enabled = false
}
"#,
            &[]
        ),
        []
    );
    assert_eq!(run("", &["--disable-rule", RULE]), []);
    assert_eq!(run("", &["--only", RULE]), found);
    assert_eq!(run("", &["--only", "cmklint_key_type"]), []);
    assert_eq!(
        run(
            r"config {
  disabled_by_default = true
}
",
            &[]
        ),
        []
    );
    assert_eq!(
        run(
            r"config {
  disabled_by_default = true
}
",
            &["--enable-rule", RULE]
        ),
        found
    );
    let warning = run(
        r#"rule "cmklint_same_region" {
  enabled = true
  level = "warning"
}
"#,
        &[],
    );
    assert_eq!(warning, issue("warning", "disks/main.tf", line));
    estate.example("CMK050/bad/tf", "sets");
    let sets = |more: &str| {
        estate.write(".tflint.hcl", &config(more));
        estate.issues(&["--chdir", "sets", "--only", "cmklint_encryption_set_limit"]).len()
    };
    // By the limit that the example's own .cmklint.hcl has; what .tflint.hcl says goes before.
    assert_eq!(sets(""), 1);
    assert_eq!(
        sets(
            r#"rule "cmklint_encryption_set_limit" {
  enabled = true
  limit   = 100
}
"#
        ),
        0
    );
    let text = std::fs::read_to_string(estate.root().join("disks/main.tf")).unwrap();
    estate.write("disks/main.tf", &text.replace("# expect: CMK020", "# tflint-ignore: cmklint_same_region"));
    assert_eq!(run("", &[]), []);
}

#[test]
fn modules_variable_files_and_other_folders_count() {
    let Some(estate) = Estate::new("") else { return };
    for (from, to) in [("tf-module", "called"), ("tf-tfvars", "inputs"), ("tf", "plain")] {
        estate.example(&format!("CMK020/bad/{from}"), to);
    }
    let of = |folder: &str, example: &str, mark: &str| {
        let line = line_with(&format!("CMK020/bad/{example}/main.tf"), mark);
        issue("error", &format!("{folder}/main.tf"), line)
    };
    let called = of("called", "tf-module", "# expect:");
    // tflint shows nothing in a variable file: the property that the value goes into is shown.
    let inputs = of("inputs", "tf-tfvars", "= var.disk_location");
    assert_eq!(estate.issues(&["--chdir", "called"]), called);
    assert_eq!(estate.issues(&["--chdir", "inputs"]), inputs);
    let all = [called, inputs, of("plain", "tf", "# expect:")].concat();
    assert_eq!(estate.issues(&["--recursive"]), all);
}

#[test]
fn what_is_wrong_in_a_called_module_is_shown_where_it_is_called() {
    let Some(estate) = Estate::new("") else { return };
    let module = r#"
resource "azurerm_key_vault_key" "disks" {
  name         = "cmk"
  key_vault_id = var.vault
  key_type     = "RSA"
  key_size     = 1024
  key_opts     = ["unwrapKey", "wrapKey"]
}
resource "azurerm_disk_encryption_set" "disks" {
  name                = "des"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.disks.id
  identity {
    type = "SystemAssigned"
  }
}
variable "vault" {}
"#;
    estate.write("root/modules/key/main.tf", module);
    estate.write(
        "root/main.tf",
        r#"module "key" {
  source = "./modules/key"
  vault  = var.vault
}
variable "vault" {}
"#,
    );
    let (_, out, _) = estate.run(&["--chdir", "root", "--only", "cmklint_key_size"]);
    assert!(out.contains("on root/main.tf line 1") && out.contains("(at root/modules/key/main.tf:6)"), "{out}");
}

#[test]
fn a_broken_setting_is_an_error_that_says_what_it_may_be() {
    let Some(estate) = Estate::new("") else { return };
    estate.example("CMK020/bad/tf", "disks");
    let said = |plugin: &str, more: &str| {
        let block = format!(
            r#"plugin "cmklint" {{
  enabled = true
  {plugin}
}}
{more}"#
        );
        estate.write(".tflint.hcl", &block);
        let (code, out, err) = estate.run(&["--chdir", "disks"]);
        assert_eq!(code, 1, "{out}{err}");
        out + &err
    };
    assert!(said("edition = \"2023-03\"", "").contains("did you mean 2023-02"));
    assert!(said("scope = \"all\"", "").contains("folder or repository"));
    let level = r#"rule "cmklint_same_region" {
  enabled = true
  level = "fatal"
}
"#;
    assert!(said("", level).contains("no such level: fatal"));
}

fn plugin() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin("tflint-ruleset-cmklint"))
}

#[test]
fn started_by_hand_it_says_what_it_is() {
    let output = plugin().env_remove("TFLINT_RULESET_PLUGIN").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("this is a plugin of tflint, which starts it by itself"));
}

#[test]
fn another_protocol_is_refused_in_words() {
    let cookie = "5adSn1bX8nrDfgBqiAqqEkC6OE1h3iD8SqbMc5UUONx8x3xCF0KlPDsBRNDjoYDP";
    let output = plugin().env("TFLINT_RULESET_PLUGIN", cookie).env("PLUGIN_PROTOCOL_VERSIONS", "10").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("speaks version 10"));
}

/// A host that is killed can't say so: the shell here starts the plugin and is gone.
#[test]
#[cfg(unix)]
fn it_ends_when_its_host_is_gone() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let cookie = "5adSn1bX8nrDfgBqiAqqEkC6OE1h3iD8SqbMc5UUONx8x3xCF0KlPDsBRNDjoYDP";
    let binary = assert_cmd::cargo::cargo_bin("tflint-ruleset-cmklint");
    let mut host = Command::new("sh")
        .args(["-c", "\"$0\" & sleep 1", binary.to_str().unwrap()])
        .env("TFLINT_RULESET_PLUGIN", cookie)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(host.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.starts_with("1|11|unix|") && line.ends_with("|grpc|\n"), "{line}");
    host.wait().unwrap();
    // The plugin holds the other end: this ends once it does.
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    let socket = line.split('|').nth(3).unwrap();
    assert!(!Path::new(socket).exists(), "the socket is removed");
}
