//! What README.md shows is what happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use cmklint_rules::page::Page;
use cmklint_rules::{Edition, restrictions_by_edition, sources_of_editions};
use tempfile::TempDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).unwrap()
}

/// The code block behind the comment `<!-- mark -->`.
fn block(mark: &str) -> String {
    let readme = readme();
    let (_, rest) = readme
        .split_once(&format!("<!-- {mark} -->\n```"))
        .unwrap_or_else(|| panic!("README.md marks no block {mark}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```\n").unwrap().0.to_owned()
}

/// cmklint with the arguments of a command line as the README shows it.
fn cmklint(line: &str, folder: &Path) -> (i32, String) {
    let (code, said, errors) = ran(line, folder);
    assert!(errors.is_empty(), "{line}: {errors}");
    (code, said)
}

/// The exit code of such a command line, and what it writes to standard output and standard error.
fn ran(line: &str, folder: &Path) -> (i32, String, String) {
    let words = line.trim().strip_prefix("cmklint").unwrap_or_else(|| panic!("not a command line of cmklint: {line}"));
    let output = Command::cargo_bin("cmklint")
        .unwrap()
        .args(words.split_whitespace())
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A project of its own: a folder that git would take for a repository, with `files`.
fn project(files: &[(&str, String)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn example(name: &str) -> String {
    std::fs::read_to_string(repository().join("rules").join(name)).unwrap()
}

#[test]
fn the_first_command_ends_with_the_findings_shown() {
    let command = block("run");
    let (install, run) = command.split_once("&&").unwrap();
    assert_eq!(install.trim(), "cargo install --locked --path .");
    let (code, said) = cmklint(run, repository());
    assert_eq!(code, 2);
    assert!(said.contains(&block("output")), "README.md shows another output than\n{said}");
}

#[test]
fn the_table_of_rules_is_that_of_the_binary() {
    let rows: String = cmklint_rules::RULES
        .iter()
        .map(|rule| {
            let meta = rule.meta();
            let level =
                if meta.default_on { meta.level.to_string() } else { format!("{}, off by default", meta.level) };
            let edition = match meta.editions() {
                all if all == Edition::ALL => String::new(),
                some => format!(", {}", Edition::in_words(&some)),
            };
            format!(
                "| [{0}](rules/{0}/rule.md) | `{1}` | {level} | {2}{edition} | {3} |\n",
                meta.id,
                meta.name,
                meta.statement(),
                Page::parse(meta.page).summary
            )
        })
        .collect();
    let want = format!("<!-- rules -->\n| rule | name | level | from | reports |\n|---|---|---|---|---|\n{rows}\n");
    assert!(readme().contains(&want), "README.md's table of rules should be\n{want}");
}

#[test]
fn the_tables_of_editions_are_those_of_the_code() {
    let page = std::fs::read_to_string(repository().join("docs/editions.md")).unwrap();
    for (mark, table) in [("restrictions", restrictions_by_edition()), ("editions", sources_of_editions())] {
        let want = format!("<!-- {mark} -->\n{table}\n");
        assert!(
            page.contains(&want),
            "docs/editions.md's table of {mark} is out of date: `cargo xtask tables` writes it"
        );
    }
}

#[test]
fn the_configuration_shown_is_understood_and_does_what_it_says() {
    let disk = r#"
resource "azurerm_managed_disk" "data" {
  name                 = "disk-data"
  resource_group_name  = "rg"
  location             = "westeurope"
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
  disk_size_gb         = 128
}
"#;
    let without = project(&[("main.tf", disk.to_owned())]);
    assert_eq!(cmklint("cmklint --format compact", without.path()), (0, String::new()));
    let template = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "resources": []}"#;
    let with = project(&[
        ("main.tf", disk.to_owned()),
        ("sandbox/main.tf", disk.to_owned()),
        ("modules/disk/testdata/main.tf", disk.to_owned()),
        ("encryption/azuredeploy.json", template.to_owned()),
        (".cmklint.hcl", block("configuration")),
    ]);
    let (code, said) = cmklint("cmklint --format compact", with.path());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("CMK090") && said.to_lowercase().contains("error"), "{said}");
    assert!(!said.contains("sandbox") && !said.contains("testdata"), "{said}");
}

#[test]
fn the_ignore_comment_shown_takes_the_finding_away() {
    let block = block("ignore");
    let comment = block.lines().find(|l| l.contains("cmklint-ignore")).unwrap();
    let text = example("CMK020/bad/tf/main.tf");
    let mut ignored = String::new();
    for line in text.lines() {
        if line.contains("expect: CMK020") {
            ignored.push_str(comment);
            ignored.push('\n');
        }
        ignored.push_str(line);
        ignored.push('\n');
    }
    assert_eq!(cmklint("cmklint --format compact", project(&[("main.tf", text)]).path()).0, 2);
    assert_eq!(cmklint("cmklint --format compact", project(&[("main.tf", ignored)]).path()), (0, String::new()));
}

#[test]
fn the_workflow_shown_gives_the_action_only_inputs_that_it_has() {
    let action = std::fs::read_to_string(repository().join("action.yml")).unwrap();
    let (_, inputs) = action.split_once("\ninputs:\n").unwrap();
    let (inputs, _) = inputs.split_once("\noutputs:\n").unwrap();
    let inputs: Vec<&str> =
        inputs.lines().filter_map(|l| l.strip_prefix("  ")?.strip_suffix(':')).filter(|l| !l.contains(' ')).collect();
    assert!(inputs.contains(&"version") && inputs.contains(&"base"), "{inputs:?}");
    let workflow = block("code-scanning");
    let (_, step) = workflow.split_once("- uses: OWNER/cmklint@").unwrap();
    let (_, given) = step.split_once("        with:\n").unwrap();
    for line in given.lines() {
        let (input, _) = line.trim().split_once(':').unwrap();
        assert!(inputs.contains(&input), "action.yml has no input {input}");
    }
}

#[test]
fn what_the_action_runs_prints_the_findings_and_leaves_reports() {
    let script = std::fs::read_to_string(repository().join("packaging/action/run")).unwrap();
    let run = script.lines().find(|l| l.starts_with("cmklint ")).unwrap();
    let (outputs, _) = run.split_once(" ${given").unwrap();
    let outputs = outputs.replace("$sarif", "report.sarif").replace("$markdown", "report.md").replace('"', "");
    let project = project(&[("main.tf", example("CMK020/bad/tf/main.tf"))]);
    let (code, said) = cmklint(&outputs, project.path());
    assert_eq!(code, 2);
    assert!(said.contains("main.tf:54:28"), "{said}");
    let markdown = std::fs::read_to_string(project.path().join("report.md")).unwrap();
    assert!(markdown.contains("CMK020") && markdown.contains("|---|"), "{markdown}");
    let report = std::fs::read_to_string(project.path().join("report.sarif")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let result = &report["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "CMK020");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "main.tf");
}

#[test]
fn each_flag_that_is_shown_exists() {
    let help = Command::cargo_bin("cmklint").unwrap().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let readme = readme();
    let (_, shown) = readme.split_once("## Use\n").unwrap();
    let (shown, _) = shown.split_once("\n## ").unwrap();
    let flags: Vec<&str> = shown.split([' ', '`', '\n']).filter(|w| w.starts_with("--")).collect();
    assert!(flags.len() > 10);
    for flag in flags {
        assert!(help.contains(flag.trim_end_matches(['.', ',', ';'])), "{flag} is no flag");
    }
}

/// A repository with all that the commands of "Use" name.
fn with_all_that_is_named() -> TempDir {
    let bicep = "param location string\n\nresource d 'Microsoft.Compute/disks@2024-03-02' = {\n  name: 'd'\n  location: location\n  properties: { creationData: { createOption: 'Empty' } }\n}\n";
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}}, "resource_changes": [], "configuration": {"root_module": {}}}"#;
    let row = r#"[{"id": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/disks/other", "type": "microsoft.compute/disks", "location": "westeurope", "properties": {}}]"#;
    let folder = project(&[
        ("main.tf", "variable \"location\" {}\n".to_owned() + &example("CMK020/bad/tf/main.tf")),
        ("infra/main.tf", example("CMK001/bad/tf/main.tf")),
        ("modules/disk/main.tf", example("CMK090/bad/tf/main.tf")),
        ("prod.tfvars", "location = \"westeurope\"\n".to_owned()),
        ("deploy/main.bicep", bicep.to_owned()),
        ("prod.bicepparam", "using './deploy/main.bicep'\n\nparam location = 'westeurope'\n".to_owned()),
        ("plan.json", plan.to_owned()),
        ("inventory.json", row.to_owned()),
    ]);
    std::fs::remove_dir(folder.path().join(".git")).unwrap();
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "all"],
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    ] {
        let git = std::process::Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(git.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&git.stderr));
    }
    folder
}

#[test]
fn each_command_that_is_shown_runs() {
    let readme = readme();
    let (_, shown) = readme.split_once("## Use\n\n```sh\n").unwrap();
    let (shown, _) = shown.split_once("```\n").unwrap();
    let folder = with_all_that_is_named();
    let mut commands = 0;
    for line in shown.lines() {
        let command = line.split_once('#').map_or(line, |(command, _)| command);
        let (code, said, errors) = ran(command, folder.path());
        assert!(!errors.contains("warning") && !errors.contains("error"), "{command}: {errors}");
        let is_clean = command.contains("--diff-only") || command.contains("--write-baseline");
        assert!(code == if is_clean { 0 } else { 2 }, "{command}: exit code {code}\n{said}");
        commands += 1;
    }
    assert!(commands > 15, "{commands} commands");
}

#[test]
fn each_file_that_the_documentation_links_to_is_there() {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "editors/README.md", "packaging/README.md"]
            .map(|page| repository().join(page))
            .into();
    for folder in ["docs", "docs/use"] {
        for entry in std::fs::read_dir(repository().join(folder)).unwrap() {
            pages.push(entry.unwrap().path());
        }
    }
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                assert!(page.with_file_name(link).exists(), "{}: {link}", page.display());
            }
        }
    }
}
