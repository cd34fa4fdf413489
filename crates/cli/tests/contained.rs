//! What the analyzed tree names lies in it and is a plain file, whatever links say; and no name hides a file.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

#[path = "common/repository.rs"]
mod repository;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use repository::Repository;

const TERRAFORM: &str = r#"
resource "azurerm_key_vault_key" "key" {
  name         = "disks"
  key_vault_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
  key_type     = "EC"
}
resource "azurerm_disk_encryption_set" "des" {
  name             = "des"
  key_vault_key_id = azurerm_key_vault_key.key.id
}
"#;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs in `folder`. A run that waits for something (a pipe's writer) is ended, and has no code.
fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let output = command.current_dir(folder).args(arguments).timeout(Duration::from_secs(20)).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// A repository with one finding, and a folder beside it that is not of the tree.
fn tree() -> (Repository, tempfile::TempDir) {
    let repository = Repository::new();
    repository.write("main.tf", TERRAFORM);
    (repository, tempfile::tempdir().unwrap())
}

#[test]
fn a_folder_whose_name_is_not_utf8_is_read_and_shown() {
    let tree = tempfile::tempdir().unwrap();
    let folder = tree.path().join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir_all(folder.join("module")).unwrap();
    fs::write(folder.join("module/main.tf"), TERRAFORM).unwrap();
    fs::write(
        folder.join("main.tf"),
        r#"module "m" {
  source = "./module"
}
"#,
    )
    .unwrap();
    fs::write(
        folder.join("main.bicep"),
        r"resource d 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'd'
  location: 'westeurope'
  sku: { name: 'UltraSSD_LRS' }
  properties: {
",
    )
    .unwrap();
    let default = run(tree.path(), &[]);
    assert!(default.out.contains("caf\\xE9/module/main.tf"), "{}", default.out);
    assert!(default.err.contains("caf\\xE9/main.bicep"), "{}", default.err);
    let json = run(tree.path(), &["--format", "json"]).out;
    assert!(json.contains(r"caf\\xE9/module/main.tf"), "{json}");
    let sarif = run(tree.path(), &["--format", "sarif"]).out;
    assert!(sarif.contains("caf%E9/module/main.tf"), "{sarif}");
    let here = run(&folder, &["module/main.tf"]);
    assert_eq!(here.code, Some(2), "{}", here.err);
}

#[test]
fn names_with_what_means_something_elsewhere_are_names() {
    for name in ["a:b", "c:", "a\\b", " a ", "a\nb", "%41", "a?b#c", "-x", "..a", "~"] {
        let tree = tempfile::tempdir().unwrap();
        let folder = tree.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("main.tf"), TERRAFORM).unwrap();
        let ran = run(tree.path(), &[]);
        assert_eq!(ran.code, Some(2), "{name:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_revision_has_the_files_whose_names_are_not_utf8() {
    let (repository, _) = tree();
    let folder = repository.path().join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    fs::rename(repository.at("main.tf"), folder.join("main.tf")).unwrap();
    repository.commit();
    let head = run(repository.path(), &["--head", "HEAD"]);
    assert!(head.code == Some(2) && head.out.contains("caf\\xE9/main.tf"), "{}{}", head.out, head.err);
    let same = run(repository.path(), &["--base", "HEAD", "--diff-only"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);
}

#[test]
fn a_configuration_that_is_a_link_out_of_the_tree_is_refused() {
    let (repository, outside) = tree();
    fs::write(
        outside.path().join("other.hcl"),
        r"config {
  disabled_by_default = true
}
",
    )
    .unwrap();
    symlink(outside.path().join("other.hcl"), repository.at(".cmklint.hcl")).unwrap();
    for arguments in [&[][..], &["--config", ".cmklint.hcl"]] {
        let ran = run(repository.path(), arguments);
        assert_eq!(ran.code, Some(1), "{}", ran.out);
        assert!(ran.err.contains(".cmklint.hcl: a link that leads out of the analyzed tree"), "{}", ran.err);
    }
    let named = outside.path().join("other.hcl");
    assert_eq!(run(repository.path(), &["--config", named.to_str().unwrap()]).code, Some(0), "named by the person");
    fs::remove_file(repository.at(".cmklint.hcl")).unwrap();
    repository.write(
        "ci/other.hcl",
        r"config {
  disabled_by_default = true
}
",
    );
    symlink("ci/other.hcl", repository.at(".cmklint.hcl")).unwrap();
    assert_eq!(run(repository.path(), &[]).code, Some(0), "a link within the tree");
}

#[test]
fn a_baseline_of_the_configuration_is_a_plain_file_of_the_tree() {
    let (repository, outside) = tree();
    let secret = outside.path().join("secret.json");
    fs::write(&secret, "SECRET").unwrap();
    symlink(&secret, repository.at("link.json")).unwrap();
    fifo(&repository.at("pipe.json"));
    let up = format!("../{}/secret.json", outside.path().file_name().unwrap().to_str().unwrap());
    for named in ["/dev/zero", secret.to_str().unwrap(), &up, "link.json", "pipe.json", "~/.bicep/x.json", "."] {
        repository.write(
            ".cmklint.hcl",
            format!(
                r#"config {{
  baseline = "{named}"
}}
"#
            ),
        );
        let ran = run(repository.path(), &[]);
        assert_eq!(ran.code, Some(1), "{named}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("the baseline cannot be read"), "{named}: {}", ran.err);
        assert!(!ran.err.contains("JSON") && !ran.err.contains("SECRET"), "{named}: {}", ran.err);
    }
    assert_eq!(run(repository.path(), &["--write-baseline", "known.json"]).code, Some(0));
    repository.write(
        ".cmklint.hcl",
        r#"config {
  baseline = "./known.json"
}
"#,
    );
    assert_eq!(run(repository.path(), &[]).code, Some(0), "its own file");
}

#[test]
fn what_an_argument_names_in_the_tree_is_a_plain_file_of_it() {
    let (repository, outside) = tree();
    let secret = outside.path().join("secret.json");
    fs::write(&secret, "[]").unwrap();
    symlink(&secret, repository.at("link.json")).unwrap();
    fifo(&repository.at("pipe.json"));
    for option in ["--baseline", "--plan", "--state", "--inventory", "--parameters", "--var-file"] {
        for (path, why) in [("link.json", "out"), ("pipe.json", "")] {
            let ran = run(repository.path(), &[option, path]);
            assert_eq!(ran.code, Some(1), "{option} {path}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains(path) && ran.err.contains(why), "{option} {path}: {}", ran.err);
        }
    }
    let named = run(repository.path(), &["--inventory", secret.to_str().unwrap()]);
    assert_eq!(named.code, Some(2), "{}", named.err);
}

#[test]
fn a_variable_file_of_the_configuration_lies_in_the_tree() {
    let (repository, outside) = tree();
    fs::write(outside.path().join("x.tfvars"), "secret = 1\n").unwrap();
    for named in ["/dev/zero", outside.path().join("x.tfvars").to_str().unwrap()] {
        repository.write(
            ".cmklint.hcl",
            format!(
                r#"config {{
  varfile = ["{named}"]
}}
"#
            ),
        );
        let ran = run(repository.path(), &[]);
        assert_eq!(ran.code, Some(1), "{named}: {}", ran.err);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
}

#[test]
fn the_restore_cache_is_read_by_module_references_only() {
    let (repository, cache) = tree();
    fs::remove_file(repository.at("main.tf")).unwrap();
    fs::write(cache.path().join("token.txt"), "SECRET").unwrap();
    let bicep = r"resource d 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: loadTextContent('~/.bicep/token.txt')
  location: 'westeurope'
}
";
    repository.write("main.bicep", bicep);
    repository.write(
        "b.tf",
        r#"locals {
  x = file("~/.bicep/token.txt")
}
output "o" {
  value = local.x
}
"#,
    );
    let ran = run(repository.path(), &["--bicep-cache", cache.path().to_str().unwrap(), "--verbose"]);
    assert!(!ran.out.contains("SECRET") && !ran.err.contains("SECRET"), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("main.bicep"), "{}", ran.err);
}

#[test]
fn a_repository_of_pipes_is_named_and_not_waited_for() {
    for place in ["config", "HEAD", "objects/info/alternates", "packed-refs", "refs/heads/other"] {
        let (repository, _) = tree();
        repository.commit();
        let _ = fs::remove_file(repository.at(".git").join(place));
        fifo(&repository.at(".git").join(place));
        let ran = run(repository.path(), &["--base", "other"]);
        assert_eq!(ran.code, Some(1), "{place}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(place) && ran.err.contains("not a plain file"), "{}", ran.err);
    }
}
