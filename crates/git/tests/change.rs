//! What differs between two revisions, and between a revision and the work tree.

#![allow(clippy::unwrap_used)] // in helpers

mod common;

use cmklint_git::Change::{Added, Modified, Removed};
use cmklint_git::{Change, GitLoader};
use cmklint_source::{DiskLoader, LoadError, Loader};
use common::{LIMIT, Repository};

fn pairs(changes: &[(String, Change)]) -> Vec<(&str, Change)> {
    changes.iter().map(|(path, change)| (path.as_str(), *change)).collect()
}

/// One file of each kind of change.
fn history() -> Repository {
    let repository = Repository::new();
    for (path, text) in
        [("same.tf", "s"), ("edited.tf", "a"), ("gone.tf", "g"), ("old/name.tf", "moved"), ("z/s.tf", "s")]
    {
        repository.write(path, text);
    }
    repository.commit();
    repository.write("edited.tf", "b");
    repository.write("new.tf", "n");
    repository.git(&["mv", "old/name.tf", "name.tf"]);
    std::fs::remove_file(repository.at("gone.tf")).unwrap();
    repository
}

const EXPECTED: [(&str, Change); 5] =
    [("edited.tf", Modified), ("gone.tf", Removed), ("name.tf", Added), ("new.tf", Added), ("old/name.tf", Removed)];

#[test]
fn two_revisions_differ_by_what_was_added_removed_and_edited() {
    let repository = history();
    repository.commit();
    let (base, head) = (repository.open("HEAD~1"), repository.open("HEAD"));
    assert_eq!(pairs(&base.changed(&head)), EXPECTED);
    assert!(base.changed(&base.below("").unwrap()).is_empty());
    let back: Vec<_> = head.changed(&base).into_iter().map(|(_, change)| change).collect();
    assert_eq!(back, [Modified, Added, Removed, Removed, Added]);
    for (path, change) in EXPECTED {
        assert_eq!(base.change_at(&head, path), Some(change), "{path}");
    }
    assert_eq!(base.change_at(&head, "same.tf"), None);
    assert_eq!(base.change_at(&head, "nowhere.tf"), None);
}

#[test]
fn the_work_tree_differs_by_the_same_before_it_is_committed() {
    let repository = history();
    repository.write("notes.txt", "of no interest");
    let base = repository.open("HEAD");
    let disk = DiskLoader::new(repository.path(), LIMIT).unwrap();
    let paths = ["new.tf", "same.tf", "edited.tf", "name.tf", "z/s.tf", "same.tf"];
    assert_eq!(pairs(&base.changed_since(&disk, paths, |path| path.ends_with(".tf"))), EXPECTED);
    let unwanted = base.changed_since(&disk, paths, |_| false);
    assert!(unwanted.iter().all(|(_, change)| *change != Removed), "{unwanted:?}");
    assert_eq!(base.change_of(&disk, "gone.tf"), Some(Removed));
    assert_eq!(base.change_of(&disk, "nowhere.tf"), None);
}

#[test]
fn the_same_bytes_are_the_same_and_other_line_ends_are_not() {
    let repository = Repository::new();
    repository.write("a.tf", "x\ny\n");
    repository.commit();
    let base = repository.open("HEAD");
    let disk = DiskLoader::new(repository.path(), LIMIT).unwrap();
    repository.write("a.tf", "x\ny\n");
    assert_eq!(base.change_of(&disk, "a.tf"), None, "written anew with the same bytes");
    repository.write("a.tf", "x\ry\n");
    assert_eq!(base.change_of(&disk, "a.tf"), Some(Modified), "of the same size");
    repository.write("a.tf", "x\r\ny\r\n");
    assert_eq!(base.change_of(&disk, "a.tf"), Some(Modified));
    repository.write("a.tf", vec![b'x'; LIMIT as usize + 1]);
    assert_eq!(base.change_of(&disk, "a.tf"), Some(Modified), "too large to be read");
}

#[cfg(unix)]
#[test]
fn a_link_is_compared_by_what_it_leads_to_where_a_file_is_asked_for() {
    let repository = Repository::new();
    repository.write("shared/main.tf", "a");
    std::os::unix::fs::symlink("shared", repository.at("module")).unwrap();
    repository.commit();
    repository.write("shared/main.tf", "b");
    let base = repository.open("HEAD");
    let disk = DiskLoader::new(repository.path(), LIMIT).unwrap();
    assert_eq!(base.change_of(&disk, "module/main.tf"), Some(Modified));
    repository.commit();
    let head = repository.open("HEAD");
    assert_eq!(base.change_at(&head, "module/main.tf"), Some(Modified));
    assert_eq!(pairs(&base.changed(&head)), [("shared/main.tf", Modified)]);
}

#[test]
fn only_files_of_the_same_size_are_read() {
    struct Sizes;
    impl Loader for Sizes {
        fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
            assert_eq!(path, "same_size.tf");
            Ok(b"abc".to_vec())
        }
        fn size(&self, path: &str) -> Result<u64, LoadError> {
            Ok(if path == "same_size.tf" { 3 } else { 4 })
        }
        fn files_in(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
        fn folders_in(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
        fn is_file(&self, _: &str) -> bool {
            true
        }
    }
    let repository = Repository::new();
    repository.write("same_size.tf", "abc");
    repository.write("other_size.tf", "abc");
    repository.commit();
    let base = GitLoader::open(repository.path(), "HEAD", LIMIT).unwrap();
    let changes = base.changed_since(&Sizes, ["same_size.tf", "other_size.tf"], |_| true);
    assert_eq!(pairs(&changes), [("other_size.tf", Modified)]);
}
