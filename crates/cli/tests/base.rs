//! `--base`, `--head` and `--diff-only`, in repositories made by real commits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

#[path = "common/repository.rs"]
mod repository;

use std::path::Path;

use assert_cmd::Command;
use repository::{Repository, git_in};
use tempfile::TempDir;

/// What a run left.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    let output = Command::cargo_bin("cmklint").unwrap().current_dir(folder).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// `path:line rule` of each finding.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let ran = run(folder, &[&["--format", "json"], args].concat());
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let issues = json["issues"].as_array().unwrap().iter();
    let place = |i: &serde_json::Value| {
        let (file, line) = (i["range"]["filename"].as_str().unwrap(), &i["range"]["start"]["line"]);
        format!("{file}:{line} {}", i["id"].as_str().unwrap())
    };
    issues.map(place).collect()
}

#[test]
fn before_the_first_commit_all_is_new() {
    let repository = Repository::new();
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/CMK001/bad/tf/main.tf")).unwrap();
    repository.write("main.tf", text);
    let shown = found(repository.path(), &["--base", "HEAD", "--diff-only"]);
    assert_eq!(shown, found(repository.path(), &[]));
    assert_eq!(shown.len(), 1);
    repository.commit();
    assert_eq!(found(repository.path(), &["--base", "HEAD", "--diff-only"]), Vec::<String>::new());
}

/// Neither the template nor its folder changes, only what a command of a script gives it.
#[test]
fn what_a_script_gives_a_template_since_the_base_is_new() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/variants/pipelines");
    for (name, bad, good, place) in [
        ("az-value", "diskLocation=northeurope", "diskLocation=westeurope", "deploy.sh:6"),
        ("az-file-and-value-bad", "setLocation=westeurope", "setLocation=northeurope", "deploy.sh:1"),
    ] {
        let repository = Repository::new();
        repository.take(&from.join(name));
        let script = std::fs::read_to_string(repository.at("deploy.sh")).unwrap();
        assert!(script.contains(bad), "{script}");
        repository.write("deploy.sh", script.replace(bad, good));
        repository.commit();
        assert_eq!(found(repository.path(), &[]), Vec::<String>::new(), "{name}");
        repository.write("deploy.sh", script);
        // The line that changed goes before that of the parameter file.
        assert_eq!(found(repository.path(), &["--base", "HEAD", "--diff-only"]), [format!("{place} CMK020")]);
    }
}

const SET: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des";

/// An encrypted disk in the resource group `group` (an expression), on line 4.
fn disk(group: &str) -> String {
    format!(
        "resource \"azurerm_managed_disk\" \"d\" {{\n  name                   = \"d\"\n  location               = \"westeurope\"\n  \
         resource_group_name    = {group}\n  storage_account_type   = \"Premium_LRS\"\n  create_option          = \"Empty\"\n  \
         disk_size_gb           = 8\n  disk_encryption_set_id = \"{SET}\"\n}}\n"
    )
}

/// A vault without purge protection that holds the key of a set: CMK070 on its header, which is on line `1`.
const VAULT: &str = r#"resource "azurerm_key_vault" "v" {
  name                = "kv-v"
  location            = "westeurope"
  resource_group_name = "rg"
  tenant_id           = "00000000-0000-0000-0000-00000000000a"
  sku_name            = "standard"
}

resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_disk_encryption_set" "s" {
  name                = "s"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity { type = "SystemAssigned" }
}
"#;

/// A repository whose disk in `infra` was committed in `rg-a` and is in `rg-b` in the working tree.
fn moved() -> Repository {
    let repository = Repository::new();
    repository.write("infra/main.tf", disk("\"rg-a\""));
    repository.write("other/main.tf", disk("\"rg-o\""));
    repository.commit();
    repository.write("infra/main.tf", disk("\"rg-b\""));
    repository
}

#[test]
fn the_working_tree_is_compared_from_any_folder_and_for_the_paths_that_are_given() {
    let repository = moved();
    assert_eq!(found(repository.path(), &["--base", "main"]), ["infra/main.tf:4 CMK030"]);
    assert_eq!(found(&repository.path().join("infra"), &["--base", "HEAD"]), ["main.tf:4 CMK030"]);
    assert_eq!(found(&repository.path().join("other"), &["--base", "main", "../infra"]), ["../infra/main.tf:4 CMK030"]);
    assert_eq!(found(repository.path(), &["--base", "main", "other"]), [""; 0]);
    assert_eq!(found(repository.path(), &["--base", "main", "infra/main.tf"]), ["infra/main.tf:4 CMK030"]);
    assert_eq!(found(repository.path(), &[]), [""; 0], "nothing to compare with");
}

#[test]
fn the_finding_shows_what_stood_there_with_its_revision() {
    let repository = moved();
    let ran = run(repository.path(), &["--base", "main"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("infra/main.tf:4:28 in revision main"), "{}", ran.out);
    assert!(ran.out.contains("before in resource group 'rg-a'"), "{}", ran.out);
    let sarif = run(repository.path(), &["--base", "main", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert!(result["relatedLocations"].is_null(), "a line of another revision is none of the tree: {result:#}");
    let before = &result["properties"]["before"][0];
    assert_eq!((before["uri"].as_str(), before["startLine"].as_u64()), (Some("infra/main.tf"), Some(4)));
    assert_eq!(before["revision"], "main");
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.contains("In revision main: infra/main.tf:4 (before in resource group 'rg-a')"), "{text}");
}

#[test]
fn a_revision_is_checked_in_place_of_the_working_tree() {
    let repository = moved();
    repository.git(&["switch", "-q", "-c", "change"]);
    repository.commit();
    repository.write("infra/main.tf", "broken {");
    assert_eq!(found(repository.path(), &["--base", "main", "--head", "change"]), ["infra/main.tf:4 CMK030"]);
    assert_eq!(found(&repository.path().join("infra"), &["--base", "main", "--head", "change"]), ["main.tf:4 CMK030"]);
    assert_eq!(found(repository.path(), &["--base", "change", "--head", "change"]), [""; 0]);
    let gone = run(repository.path(), &["--head", "change", "nowhere"]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("nowhere: no such file or directory in revision 'change'"), "{}", gone.err);
}

#[test]
fn a_bare_repository_is_checked_by_its_revisions_alone() {
    let repository = moved();
    repository.git(&["switch", "-q", "-c", "change"]);
    repository.write(
        ".cmklint.hcl",
        r#"rule "CMK030" {
  level = "warning"
}
"#,
    );
    repository.commit();
    let folder = TempDir::new().unwrap();
    git_in(folder.path(), &["clone", "-q", "--bare", repository.path().to_str().unwrap(), "bare.git"]);
    let bare = folder.path().join("bare.git");
    let ran = run(&bare, &["--base", "main", "--head", "change", "--format", "compact"]);
    assert!(ran.out.contains("infra/main.tf:4:28: Warning - "), "the revision's configuration: {}{}", ran.out, ran.err);
    assert_eq!(found(&bare, &["--base", "main", "--head", "change", "other"]), [""; 0]);
    let alone = run(&bare, &["--base", "main"]);
    assert_eq!(alone.code, 1);
    assert!(alone.err.contains("name a revision to check with --head"), "{}", alone.err);
}

#[test]
fn a_revision_that_is_not_there_fails_the_run() {
    let repository = moved();
    let ran = run(repository.path(), &["--base", "nope"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.err.trim(), "error: no revision 'nope' in the git repository");
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("main.tf"), disk("\"rg\"")).unwrap();
    let outside = run(folder.path(), &["--base", "main"]);
    assert_eq!(outside.code, 1);
    assert!(outside.err.contains("not in a git repository"), "{}", outside.err);
}

#[test]
fn a_shallow_clone_without_the_revision_says_how_to_fetch_it() {
    let repository = moved();
    repository.commit();
    let folder = TempDir::new().unwrap();
    let url = format!("file://{}", repository.path().display());
    git_in(folder.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let ran = run(&folder.path().join("clone"), &["--base", "HEAD~1"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the clone is shallow") && ran.err.contains("fetch-depth: 0"), "{}", ran.err);
}

#[test]
fn a_submodule_is_no_part_of_the_revision_and_is_noted() {
    let inner = Repository::new();
    inner.write("main.tf", disk("\"rg-i\""));
    inner.commit();
    let repository = Repository::new();
    repository.write("infra/main.tf", disk("\"rg-a\""));
    repository.git(&["submodule", "add", "-q", inner.path().to_str().unwrap(), "sub"]);
    repository.commit();
    repository.write("infra/main.tf", disk("\"rg-b\""));
    repository.write("sub/main.tf", disk("\"rg-j\""));
    let ran = run(repository.path(), &["--base", "main", "--verbose"]);
    assert!(ran.err.contains("sub: a submodule: its files are not part of the revision"), "{}", ran.err);
    assert_eq!(found(repository.path(), &["--base", "main"]), ["infra/main.tf:4 CMK030"]);
    // Seen from inside, it is a repository of its own.
    assert_eq!(found(&repository.path().join("sub"), &["--base", "HEAD"]), ["main.tf:4 CMK030"]);
}

#[test]
fn a_pointer_of_git_lfs_in_the_base_is_reported_and_compared_with_nothing() {
    let repository = Repository::new();
    let pointer = r"version https://git-lfs.github.com/spec/v1
oid sha256:4d7a
size 12
";
    repository.write("infra/main.tf", pointer);
    repository.write("other/main.tf", disk("\"rg-a\""));
    repository.commit();
    repository.write("infra/main.tf", disk("\"rg-b\""));
    repository.write("other/main.tf", disk("\"rg-b\""));
    let ran = run(repository.path(), &["--base", "main"]);
    assert!(ran.err.contains("in revision main, ") && ran.err.contains("a Git LFS pointer is here"), "{}", ran.err);
    assert_eq!(ran.code, 2, "the files of now are all read: {}", ran.err);
    assert_eq!(found(repository.path(), &["--base", "main"]), ["other/main.tf:4 CMK030"]);
}

#[test]
fn only_roots_of_which_a_file_changed_are_evaluated_again() {
    let repository = moved();
    let again = |args: &[&str]| {
        let ran = run(repository.path(), &[&["--statistics"], args].concat());
        ran.err.lines().find_map(|l| l.strip_prefix("again        ")).map(str::to_owned)
    };
    assert_eq!(again(&["--base", "main"]).as_deref(), Some("1 of 2 evaluated as they were before"));
    repository.git(&["checkout", "-q", "."]);
    assert_eq!(again(&["--base", "main"]).as_deref(), Some("0 of 2 evaluated as they were before"));
    assert_eq!(again(&[]), None);
}

#[test]
fn a_root_that_another_gives_something_else_is_not_what_it_was() {
    let names = |group: &str| {
        format!(
            r#"output "group" {{
  value = "{group}"
}}
"#
        )
    };
    let state = r#"data "terraform_remote_state" "n" {
  backend = "local"
  config  = { path = "../names/terraform.tfstate" }
}
"#;
    let given = disk("data.terraform_remote_state.n.outputs.group") + state;
    let linked = disk("var.group")
        + r#"variable "group" {
  type = string
}
"#;
    let link = r#"link "linked" {
  from   = "names"
  inputs = { group = "group" }
}
"#;
    let repository = Repository::new();
    for (path, text) in [("names/main.tf", names("rg-a")), ("given/main.tf", given), ("linked/main.tf", linked)] {
        repository.write(path, &text);
    }
    repository.write(".cmklint.hcl", link);
    repository.commit();
    assert_eq!(found(repository.path(), &["--base", "main"]), [""; 0]);
    repository.write("names/main.tf", &(names("rg-a") + "# the same\n"));
    assert_eq!(found(repository.path(), &["--base", "main"]), [""; 0]);
    repository.write("names/main.tf", names("rg-b"));
    // Shown where the change is: the output that both are given.
    let both = ["names/main.tf:2 CMK030"; 2];
    assert_eq!(found(repository.path(), &["--base", "main"]), both);
    assert_eq!(found(repository.path(), &["--base", "main", "--diff-only"]), both);
}

#[test]
fn a_template_that_imports_from_a_changed_file_is_evaluated_again() {
    let repository = Repository::new();
    let main = "import { group } from './shared/names.bicep'\n\ntargetScope = 'subscription'\n\n\
        module disks 'disks.bicep' = {\n  name: 'disks'\n  scope: resourceGroup(group)\n}\n";
    let disks = format!(
        "resource disk 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd'\n  location: 'westeurope'\n  properties: {{\n    \
         creationData: {{ createOption: 'Empty' }}\n    encryption: {{ diskEncryptionSetId: '{SET}' }}\n  }}\n}}\n"
    );
    repository.write("main.bicep", main);
    repository.write("disks.bicep", &disks);
    repository.write("shared/names.bicep", "@export()\nvar group = 'rg-a'\n");
    repository.commit();
    repository.write("shared/names.bicep", "@export()\nvar group = 'rg-b'\n");
    assert_eq!(found(repository.path(), &["--base", "main"]), ["main.bicep:7 CMK030"]);
}

#[test]
fn what_git_ignores_is_what_it_was() {
    let repository = Repository::new();
    repository.write(".gitignore", "*.tfvars\n");
    repository.write("main.tf", format!("variable \"g\" {{}}\n{}", disk("\"${var.g}-a\"")));
    repository.commit();
    repository.write("main.tf", format!("variable \"g\" {{}}\n{}", disk("\"${var.g}-b\"")));
    repository.write("terraform.tfvars", "g = \"rg\"\n");
    let ran = run(repository.path(), &["--base", "main", "--format", "compact"]);
    assert!(
        ran.out.contains("can't be moved to resource group 'rg-b'; in revision main it was in 'rg-a'"),
        "{}",
        ran.out
    );
}

#[test]
fn an_input_that_is_named_is_given_to_both_states() {
    let repository = Repository::new();
    repository.write("main.tf", format!("variable \"g\" {{}}\n{}", disk("\"${var.g}-a\"")));
    repository.commit();
    repository.write("main.tf", format!("variable \"g\" {{}}\n{}", disk("\"${var.g}-b\"")));
    repository.write("given.tfvars", "g = \"rg\"\n");
    let ran = run(repository.path(), &["--base", "main", "--var-file", "given.tfvars", "--format", "compact"]);
    assert!(ran.out.contains("in revision main it was in 'rg-a'"), "{}{}", ran.out, ran.err);
}

#[test]
fn only_what_the_change_brought_is_reported_when_asked_for() {
    let repository = Repository::new();
    repository.write("old/main.tf", VAULT);
    repository.write("infra/main.tf", disk("\"rg-a\""));
    repository.commit();
    assert_eq!(found(repository.path(), &["--base", "main", "--diff-only"]), [""; 0]);
    // Lines shift, a folder is renamed, a root and a finding come.
    repository.write("renamed/main.tf", format!("# moved down\n\n{VAULT}"));
    std::fs::remove_dir_all(repository.path().join("old")).unwrap();
    repository.write("new/main.tf", VAULT);
    repository.write("infra/main.tf", disk("\"rg-b\""));
    let all = found(repository.path(), &["--base", "main"]);
    let of = |rule: &str, all: &[String]| all.iter().filter(|f| f.ends_with(rule)).count();
    assert_eq!((of("CMK070", &all), of("CMK030", &all)), (2, 1), "{all:?}");
    let brought = found(repository.path(), &["--base", "main", "--diff-only"]);
    assert_eq!((of("CMK070", &brought), of("CMK030", &brought)), (1, 1), "{brought:?}");
    let ran = run(repository.path(), &["--diff-only"]);
    assert!(ran.err.contains("--base"), "{}", ran.err);
}

#[test]
fn a_folder_that_moved_is_the_same_root_where_only_one_may_be_meant() {
    let repository = Repository::new();
    repository.write("infra/main.tf", disk("\"rg-a\""));
    repository.commit();
    repository.clear();
    repository.write("platform/main.tf", disk("\"rg-a\""));
    assert_eq!(found(repository.path(), &["--base", "main"]), [""; 0], "a renamed folder is no move");
    repository.write("platform/main.tf", disk("\"rg-b\""));
    let ran = run(repository.path(), &["--base", "main"]);
    assert!(ran.out.contains("When: platform is what was at infra in revision main"), "{}", ran.out);
    repository.write("third/main.tf", disk("\"rg-c\""));
    assert_eq!(found(repository.path(), &["--base", "main"]), [""; 0], "it may be either");
}

#[test]
fn a_stage_is_not_what_another_stage_was() {
    let repository = Repository::new();
    repository.write("dev/main.tf", disk("\"rg-dev\""));
    repository.commit();
    repository.clear();
    repository.write("prod/main.tf", disk("\"rg-prod\""));
    assert_eq!(found(repository.path(), &["--base", "main"]), [""; 0]);
}

#[test]
fn a_base_that_is_broken_is_reported_and_the_run_goes_on() {
    let repository = Repository::new();
    repository.write("main.tf", "resource \"x\" {{{");
    repository.commit();
    repository.write("main.tf", disk("\"rg-b\""));
    let ran = run(repository.path(), &["--base", "main"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("in revision main, "), "{}", ran.err);
}

#[test]
fn the_report_is_the_same_whatever_the_threads() {
    let repository = moved();
    repository.write("other/main.tf", disk("\"rg-p\""));
    let of = |jobs: &str| run(repository.path(), &["--base", "main", "--jobs", jobs]).out;
    assert_eq!(of("1"), of("4"));
}
