//! The hook in `.pre-commit-hooks.yaml`, by the real pre-commit: it installs this repository as it stands, builds the binary the way
//! pre-commit builds it for users, and runs it on a commit of a real repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// pre-commit: `$PRE_COMMIT`, else on the path, else where the README's test command puts it.
fn pre_commit() -> PathBuf {
    let named = std::env::var_os("PRE_COMMIT").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("pre-commit"));
    let candidates = named.into_iter().chain(on_path).chain([repository().join("target/venv/bin/pre-commit")]);
    candidates.into_iter().find(|p| p.is_file()).unwrap_or_else(|| {
        panic!("this test needs pre-commit: python3 -m venv target/venv && target/venv/bin/pip install pre-commit (or set PRE_COMMIT to its path)")
    })
}

/// A git command that sees no configuration but its own, and makes the same commit of the same files.
fn git(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    clean(&mut command);
    command
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn clean(command: &mut Command) {
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "SKIP", "PRE_COMMIT_ALLOW_NO_CONFIG"] {
        command.env_remove(name);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "test").env(format!("GIT_{who}_EMAIL"), "test@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("PRE_COMMIT_HOME", work().join("home"));
    // What a user waits for once is made cheap here: the crates below are built once, and nothing is optimized.
    command.env("CARGO_TARGET_DIR", work().join("build"));
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
}

fn ok(output: Output) -> String {
    let text = words(&output);
    assert!(output.status.success(), "{text}");
    text
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What the test keeps from run to run, so that only a change of the code builds anew.
fn work() -> PathBuf {
    repository().join("target/pre-commit")
}

/// A repository with this checkout's files as they stand, and its revision: the same for the same files.
fn this_repository() -> (PathBuf, String) {
    let copy = work().join("source");
    let listed = ok(git(repository(), &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
    if copy.exists() {
        std::fs::remove_dir_all(&copy).unwrap();
    }
    for name in listed.split('\0').filter(|name| repository().join(name).is_file()) {
        let to = copy.join(name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(repository().join(name), to).unwrap();
    }
    ok(git(&copy, &["init", "--quiet"]));
    ok(git(&copy, &["add", "--all", "--force"]));
    ok(git(&copy, &["commit", "--quiet", "--message", "all"]));
    let revision = ok(git(&copy, &["rev-parse", "HEAD"])).trim().to_owned();
    // An environment of an older revision would never be used again.
    let mark = work().join("revision");
    if std::fs::read_to_string(&mark).ok().as_deref() != Some(&revision) {
        let _ = std::fs::remove_dir_all(work().join("home"));
        std::fs::write(&mark, &revision).unwrap();
    }
    (copy, revision)
}

/// The configuration that the README shows, with this repository in place of the published one.
fn readme_configuration(source: &Path, revision: &str) -> String {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) =
        readme.split_once("<!-- pre-commit -->\n```yaml\n").expect("README.md shows a pre-commit configuration");
    let (shown, _) = rest.split_once("```").unwrap();
    let replaced = |line: &str| match line.split_once(": ") {
        Some((key, _)) if key.ends_with("repo") => format!("{key}: {}\n", source.display()),
        Some((key, _)) if key.ends_with("rev") => format!("{key}: {revision}\n"),
        _ => format!("{line}\n"),
    };
    shown.lines().map(replaced).collect()
}

fn copy_example(name: &str, to: &Path) {
    std::fs::copy(repository().join("rules").join(name), to).unwrap();
}

fn commit(folder: &Path) -> (bool, String) {
    ok(git(folder, &["add", "--all"]));
    let output = git(folder, &["commit", "--message", "change"]);
    (output.status.success(), words(&output))
}

#[test]
fn a_commit_with_a_finding_is_refused_and_one_without_passes() {
    let pre_commit = pre_commit();
    let (source, revision) = this_repository();
    let project = TempDir::new().unwrap();
    let folder = project.path();
    ok(git(folder, &["init", "--quiet"]));
    std::fs::write(folder.join(".pre-commit-config.yaml"), readme_configuration(&source, &revision)).unwrap();
    let mut install = Command::new(pre_commit);
    clean(&mut install);
    ok(install.args(["install", "--install-hooks"]).current_dir(folder).output().unwrap());

    let (committed, said) = commit(folder);
    assert!(committed && said.contains("Skipped"), "nothing to check here: {said}");

    copy_example("CMK020/bad/tf/main.tf", &folder.join("main.tf"));
    let (committed, said) = commit(folder);
    assert!(!committed, "a commit with a finding must be refused: {said}");
    assert!(said.contains("CMK020") && said.contains("main.tf"), "the finding must be shown: {said}");

    copy_example("CMK020/good/tf/main.tf", &folder.join("main.tf"));
    let (committed, said) = commit(folder);
    assert!(committed && said.contains("Passed"), "a commit without a finding must pass: {said}");
}
