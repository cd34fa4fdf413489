//! Names and texts of a stranger's tree give no command to the job that logs a run, on neither stream.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const FORMATS: [&str; 9] =
    ["default", "compact", "json", "sarif", "github", "junit", "checkstyle", "codequality", "markdown"];

/// A set with a key of a wrong type whose name and type are `text`.
fn estate(text: &str) -> String {
    format!(
        r#"
resource "azurerm_key_vault_key" "k" {{
  name         = "k {text}"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "EC"
}}
resource "azurerm_key_vault" "v" {{
  name                     = "v"
  location                 = "westeurope"
  purge_protection_enabled = true
}}
resource "azurerm_disk_encryption_set" "s" {{
  name             = "word word word word word word word word word word {text}"
  location         = "northeurope"
  key_vault_key_id = azurerm_key_vault_key.k.id
}}
resource "azurerm_linux_virtual_machine" "m" {{
  name     = "m {text}"
  location = "{text}"
}}
resource "azurerm_virtual_machine_extension" "e" {{
  name                 = "{text}"
  virtual_machine_id   = azurerm_linux_virtual_machine.m.id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryptionForLinux"
  type_handler_version = "1.1"
}}
module "x" {{
  source = "::error::x{text}"
}}
"#
    )
}

fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::cargo_bin("cmklint").unwrap().current_dir(folder).args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn assert_no_command(text: &str, of: &str) {
    for line in text.split(['\n', '\r']) {
        assert!(!line.trim_start().starts_with("::"), "{of}: {line:?}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{of}: {line:?}");
    }
    let unseen = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
    };
    assert!(!text.contains(unseen), "{of}: {text:?}");
}

/// What else than reports names resources, files and roots of the tree.
const LISTS: [&[&str]; 12] = [
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "dot"],
    &["graph", "--format", "json"],
    &["ade"],
    &["ade", "--csv"],
    &["ade", "--format", "json"],
    &["ade", "--format", "markdown"],
    &["roots"],
    &["roots", "--format", "json"],
    &["modules"],
    &["modules", "--format", "json"],
    &["--show-files"],
];

fn assert_harmless(folder: &Path, arguments: &[&str]) {
    for list in LISTS {
        let (out, err) = run(folder, list);
        assert_no_command(&err, &list.join(" "));
        assert_no_command(&out.replace("\r\n", "\n"), &list.join(" "));
        assert!(!out.is_empty() || !err.is_empty());
    }
    for format in FORMATS {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", format]).collect();
        let (out, err) = run(folder, &arguments);
        assert_no_command(&err, format);
        if format == "github" {
            assert!(
                out.lines().all(|line| line.starts_with("::error file=") || line.starts_with("::warning ")),
                "{out}"
            );
        } else {
            assert_no_command(&out, format);
        }
        assert!(!out.is_empty() || !err.is_empty());
    }
}

#[test]
fn names_of_folders_and_files_are_no_commands() {
    let folders = [
        "  ::set-output name=pwned::yes",
        "::error::x",
        "a##[error]b",
        "##vso[task.setvariable variable=a]b",
        "x\n::add-mask::y",
        "\u{1b}[31m\u{202e}z",
    ];
    for name in folders {
        let tree = tempfile::tempdir().unwrap();
        let folder = tree.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.tf"), estate("")).unwrap();
        fs::write(folder.join(format!("broken{}.tf", name.replace('/', ""))), "resource {{{").unwrap();
        assert_harmless(tree.path(), &["--verbose"]);
    }
}

#[test]
fn values_that_are_folded_or_shown_in_their_source_are_no_commands() {
    for text in
        ["::error::x", "##[error]x", "##vso[task.complete result=Succeeded]x", "\\n::error::x", "\u{202e}x\u{200b}"]
    {
        let tree = tempfile::tempdir().unwrap();
        fs::write(tree.path().join("main.tf"), estate(text)).unwrap();
        for columns in ["40", "61", "80"] {
            let mut command = Command::cargo_bin("cmklint").unwrap();
            let output = command.current_dir(tree.path()).env("COLUMNS", columns).output().unwrap();
            assert_no_command(&String::from_utf8(output.stdout).unwrap(), text);
        }
        assert_harmless(tree.path(), &[]);
    }
}

#[test]
fn a_configuration_is_no_command_where_it_is_broken() {
    let configurations = [
        "config { format = \"x\\n::error::y\\u001b[31m\" }",
        "::error::x {",
        "rule \"a\\n##[error]b\" { enabled = true }",
        "variables = [\"\\n::error::x\"]",
        "exclude = [\"[\\n::error::x\"]",
    ];
    for configuration in configurations {
        let tree = tempfile::tempdir().unwrap();
        fs::write(tree.path().join("main.tf"), estate("")).unwrap();
        fs::write(tree.path().join(".cmklint.hcl"), configuration).unwrap();
        let (out, err) = run(tree.path(), &["--config", ".cmklint.hcl"]);
        assert_no_command(&out, configuration);
        assert_no_command(&err, configuration);
        assert!(!err.is_empty(), "{configuration}: {out}");
    }
}

#[test]
fn arguments_that_name_files_are_no_commands() {
    let tree = tempfile::tempdir().unwrap();
    for argument in [
        "x\n::error::y",
        "--output=json:/nowhere/x\n::error::y",
        "--nonsense\n::error::y\u{1b}[31m",
        "--format=\n::error::x",
    ] {
        let (_, err) = run(tree.path(), &[argument]);
        assert_no_command(&err, argument);
        assert!(err.contains("error"), "{err}");
    }
}
