//! What is no repository, no revision, or not whole.

#![allow(clippy::unwrap_used)] // in helpers

mod common;

use cmklint_git::{GitError, GitLoader};
use cmklint_source::{LoadError, Loader};
use common::{LIMIT, Repository, git_in};

#[test]
fn a_folder_outside_of_any_repository_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = GitLoader::open(folder.path(), "HEAD", LIMIT).unwrap_err();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error:?}");
    assert!(error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
    let gone = folder.path().join("nowhere");
    assert!(matches!(GitLoader::open(&gone, "HEAD", LIMIT), Err(GitError::NotARepository { .. })));
}

#[test]
fn a_revision_that_is_not_there_is_named_and_only_a_shallow_clone_speaks_of_depth() {
    let repository = Repository::new();
    assert_eq!(repository.open("HEAD").paths().count(), 0, "no commit yet: nothing is there");
    assert!(matches!(repository.error("main"), GitError::NoSuchRevision { .. }), "no commit yet");
    repository.write("main.tf", "");
    repository.commit();
    repository.write("main.tf", "x");
    repository.commit();
    for revision in ["nowhere", "HEAD~9", "0123456789012345678901234567890123456789", "", "^", "main.."] {
        let error = repository.error(revision);
        assert_eq!(error, GitError::NoSuchRevision { revision: revision.to_owned(), shallow: false });
        assert!(!error.to_string().contains("fetch"), "{error}");
    }

    let other = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.path().display());
    git_in(other.path(), &["clone", "-q", "--depth", "1", &url, "shallow"]);
    let shallow = other.path().join("shallow");
    assert!(GitLoader::open(&shallow, "HEAD", LIMIT).is_ok());
    let first = repository.git(&["rev-parse", "HEAD~1"]);
    for revision in ["HEAD~1", "HEAD^", &first] {
        let error = GitLoader::open(&shallow, revision, LIMIT).unwrap_err();
        let words = error.to_string();
        assert!(matches!(error, GitError::NoSuchRevision { shallow: true, .. }), "{error:?}");
        assert!(
            words.contains(revision) && words.contains("fetch-depth: 0") && words.contains("--unshallow"),
            "{words}"
        );
    }
}

#[test]
fn a_revision_that_is_a_file_and_a_folder_that_is_not_there_are_named() {
    let repository = Repository::new();
    repository.write("a/main.tf", "");
    repository.commit();
    assert!(matches!(repository.error("HEAD:a/main.tf"), GitError::NotATree { .. }));
    assert_eq!(repository.open("HEAD:a").paths().collect::<Vec<_>>(), ["main.tf"], "a tree is as good as a commit");
    let loader = repository.open("HEAD");
    for folder in ["b", "a/main.tf", "../a"] {
        assert!(matches!(loader.below(folder), Err(GitError::NoSuchFolder { .. })), "{folder}");
    }
}

#[test]
fn an_object_that_is_missing_is_named_where_it_is_needed() {
    let repository = Repository::new();
    repository.write("gone.tf", "gone\n");
    repository.write("here.tf", "here\n");
    repository.write("below/x.tf", "x\n");
    repository.commit();
    let loose = |id: &str| repository.at(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    std::fs::remove_file(loose(&repository.git(&["rev-parse", "HEAD:gone.tf"]))).unwrap();
    let loader = repository.open("HEAD");
    assert_eq!(loader.read("here.tf").unwrap(), b"here\n");
    assert!(matches!(loader.read("gone.tf"), Err(LoadError::Io(words)) if words.contains("partial clone")));
    std::fs::remove_file(loose(&repository.git(&["rev-parse", "HEAD:below"]))).unwrap();
    assert!(matches!(repository.error("HEAD"), GitError::Unreadable { .. }));
}

#[test]
fn a_broken_object_is_an_error_and_no_panic() {
    let repository = Repository::new();
    repository.write("main.tf", "x\n".repeat(1000));
    repository.commit();
    let id = repository.git(&["rev-parse", "HEAD:main.tf"]);
    let path = repository.at(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    let whole = std::fs::read(&path).unwrap();
    for cut in [0, 1, 2, 5, whole.len() / 2, whole.len() - 1] {
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &whole[..cut]).unwrap();
        let _ = repository.open("HEAD").read("main.tf");
    }
    std::fs::write(&path, b"not an object").unwrap();
    assert!(repository.open("HEAD").read("main.tf").is_err());
}
