//! Repositories of other kinds than a plain clone: each is read, or it is said what of it is missing. And those that make much of little.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cmklint_git::{GitError, GitLoader};
use cmklint_source::{LoadError, Loader as _};
use common::{LIMIT, Repository, git_in};

/// The first lines that a clone of `repository` with the filter says, opened at `HEAD`; nothing is checked out.
fn filtered(repository: &Repository, filter: &str) -> (tempfile::TempDir, Result<GitLoader, GitError>) {
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let other = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.path().display());
    git_in(other.path(), &["clone", "-q", "--no-checkout", &format!("--filter={filter}"), &url, "clone"]);
    let opened = GitLoader::open(&other.path().join("clone"), "HEAD", LIMIT);
    (other, opened)
}

#[test]
fn a_repository_whose_objects_are_named_by_sha_256_is_named() {
    let folder = tempfile::tempdir().unwrap();
    git_in(folder.path(), &["init", "-q", "-b", "main", "--object-format=sha256"]);
    std::fs::write(folder.path().join("main.tf"), "").unwrap();
    git_in(folder.path(), &["add", "-A"]);
    git_in(folder.path(), &["commit", "-q", "-m", "a commit"]);
    let error = GitLoader::open(folder.path(), "HEAD", LIMIT).unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
}

#[test]
fn a_partial_clone_has_what_was_fetched_and_names_what_was_not() {
    let repository = Repository::new();
    repository.write("main.tf", "x\n");
    repository.write("below/main.tf", "y\n");
    repository.commit();
    let (_folder, loader) = filtered(&repository, "blob:none");
    let loader = loader.unwrap();
    assert_eq!(loader.paths().collect::<Vec<_>>(), ["below/main.tf", "main.tf"]);
    let error = loader.read("main.tf").unwrap_err();
    assert!(matches!(&error, LoadError::Io(words) if words.contains("partial clone")), "{error}");
    let (_folder, loader) = filtered(&repository, "tree:0");
    let error = loader.unwrap_err().to_string();
    assert!(error.contains("partial clone"), "{error}");
}

#[test]
fn a_worktree_of_a_shallow_partial_clone_is_read_as_far_as_it_is_there() {
    let repository = Repository::new();
    repository.write("main.tf", "x\n");
    repository.commit();
    repository.write("main.tf", "y\n");
    repository.commit();
    let other = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.path().display());
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    git_in(other.path(), &["clone", "-q", "--depth", "1", "--filter=blob:none", &url, "clone"]);
    git_in(&other.path().join("clone"), &["worktree", "add", "-q", "--detach", "../linked"]);
    let loader = GitLoader::open(&other.path().join("linked"), "HEAD", LIMIT).unwrap();
    assert_eq!(loader.read("main.tf").unwrap(), b"y\n", "what is checked out was fetched");
    let error = GitLoader::open(&other.path().join("linked"), "HEAD~1", LIMIT).unwrap_err();
    assert!(matches!(error, GitError::NoSuchRevision { shallow: true, .. }), "{error:?}");
}

/// Runs git in `folder` with `input`.
fn git_of(folder: &Path, args: &[&str], input: &str) -> String {
    let mut command = Command::new("git");
    let child = command.current_dir(folder).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn folders_that_are_the_same_one_over_and_over_are_not_all_listed() {
    let repository = Repository::new();
    let blob = git_of(repository.path(), &["hash-object", "-w", "--stdin"], "x\n");
    let mut entry = format!("100644 blob {blob}");
    let mut tree = String::new();
    for _ in 0..9 {
        let entries: String = (0..10).map(|i| format!("{entry}\tf{i}.tf\n")).collect();
        tree = git_of(repository.path(), &["mktree"], &entries);
        entry = format!("040000 tree {tree}");
    }
    let error = repository.error(&tree);
    assert!(matches!(error, GitError::TooLarge { .. }), "{error:?}");
}

#[test]
fn one_object_under_many_names_is_not_read_without_end() {
    let repository = Repository::new();
    let blob = git_of(repository.path(), &["hash-object", "-w", "--stdin"], &"x".repeat(1_000_000));
    let entries: String = (0..3000).map(|i| format!("100644 blob {blob}\tf{i}.tf\n")).collect();
    let tree = git_of(repository.path(), &["mktree"], &entries);
    let loader = repository.open(&tree);
    let read: Vec<_> = (0..3000).map(|i| loader.read(&format!("f{i}.tf"))).collect();
    let count = read.iter().filter(|read| read.is_ok()).count();
    assert!((1..100).contains(&count), "{count}");
    assert!(matches!(read.last(), Some(Err(LoadError::Io(words))) if words.contains("far larger")));
}

#[test]
fn names_that_no_file_can_have_and_paths_without_end_are_not_listed() {
    let repository = Repository::new();
    let blob = git_of(repository.path(), &["hash-object", "-w", "--stdin"], "x\n");
    let files: String = (0..10).map(|i| format!("100644 blob {blob}\tf{i}.tf\n")).collect();
    let tree = git_of(repository.path(), &["mktree"], &files);
    let long = "n".repeat(256);
    let entries =
        format!("100644 blob {blob}\tmain.tf\n040000 tree {tree}\t{long}\n040000 tree {tree}\t{}\n", &long[1..]);
    let loader = repository.open(&git_of(repository.path(), &["mktree"], &entries));
    assert_eq!(loader.paths().count(), 11);
    assert!(loader.notes().iter().any(|note| note.code == "no-name"), "{:?}", loader.notes());

    let mut tree = tree;
    for _ in 0..100 {
        tree = git_of(repository.path(), &["mktree"], &format!("040000 tree {tree}\t{}\n", &long[1..]));
    }
    let entries: String = (0..400).map(|i| format!("040000 tree {tree}\td{i}\n")).collect();
    let error = repository.error(&git_of(repository.path(), &["mktree"], &entries));
    assert!(matches!(&error, GitError::TooLarge { what, .. } if what.contains("paths")), "{error:?}");
}
