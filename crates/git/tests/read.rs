//! Reading a revision's files.

#![allow(clippy::unwrap_used)] // in helpers

mod common;

use cmklint_git::GitLoader;
use cmklint_source::{DiskLoader, LoadError, Loader, Sources, name_of_bytes};
use common::{LIMIT, Repository, git_in};

#[test]
fn a_revision_is_read_as_it_was_whatever_the_work_tree_holds_now() {
    let repository = Repository::new();
    repository.write("main.tf", "first\n");
    repository.write("modules/disk/main.tf", "module\n");
    repository.write("modules/disk/a.tf", "");
    let first = repository.commit();
    repository.write("main.tf", "second\n");
    std::fs::remove_dir_all(repository.at("modules")).unwrap();
    repository.commit();
    repository.write("main.tf", "not committed\n");

    let base = repository.open("HEAD~1");
    assert_eq!(base.paths().collect::<Vec<_>>(), ["main.tf", "modules/disk/a.tf", "modules/disk/main.tf"]);
    assert_eq!(base.read("main.tf").unwrap(), b"first\n");
    assert_eq!(base.read("./modules/x/../disk/main.tf").unwrap(), b"module\n");
    assert_eq!(base.head("main.tf", 3).unwrap(), b"fir");
    assert_eq!(base.size("main.tf").unwrap(), 6);
    assert_eq!(base.files_in("modules/disk"), ["a.tf", "main.tf"]);
    assert_eq!(base.files_in(""), ["main.tf"]);
    assert!(base.files_in("nowhere").is_empty());
    assert!(base.is_file("modules/disk/a.tf"));
    assert!(!base.is_file("modules/disk"));
    assert_eq!(base.read("modules/disk").unwrap_err(), LoadError::NotFound);
    assert_eq!(base.read("../x").unwrap_err(), LoadError::OutsideTree);
    assert_eq!(base.commit(), first);
    assert_eq!(repository.open("main").read("main.tf").unwrap(), b"second\n");
    assert_eq!(base.blob_id("main.tf").unwrap().to_string(), repository.git(&["rev-parse", "HEAD~1:main.tf"]));
    assert_eq!(base.hash(b"first\n").unwrap(), base.blob_id("main.tf").unwrap());
    assert_eq!(base.work_tree().unwrap().canonicalize().unwrap(), repository.path().canonicalize().unwrap());
}

#[test]
fn packed_tagged_bare_and_linked_repositories_are_read_and_so_is_one_from_a_folder_in_it() {
    let repository = Repository::new();
    for i in 0..50 {
        repository.write("big.tf", "x = 1\n".repeat(500) + &format!("y = {i}\n"));
        repository.write("below/a.bicep", "b");
        repository.commit();
    }
    repository.git(&["tag", "-a", "-m", "a tag", "v1", "HEAD~20"]);
    repository.git(&["gc", "-q"]);
    let expected = |i: usize| ("x = 1\n".repeat(500) + &format!("y = {i}\n")).into_bytes();
    assert_eq!(repository.open("v1").read("big.tf").unwrap(), expected(29));
    assert_eq!(repository.open("HEAD~49").read("big.tf").unwrap(), expected(0));

    let inside = GitLoader::open(&repository.at("below"), "HEAD", LIMIT).unwrap();
    assert_eq!(inside.read("below/a.bicep").unwrap(), b"b");

    let other = tempfile::tempdir().unwrap();
    git_in(other.path(), &["clone", "-q", "--bare", repository.path().to_str().unwrap(), "bare.git"]);
    let bare = GitLoader::open(&other.path().join("bare.git"), "main", LIMIT).unwrap();
    assert_eq!(bare.read("big.tf").unwrap(), expected(49));
    assert_eq!(bare.work_tree(), None);

    let linked = other.path().join("linked");
    repository.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "HEAD~1"]);
    assert_eq!(GitLoader::open(&linked, "HEAD", LIMIT).unwrap().read("big.tf").unwrap(), expected(48));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_tree_and_never_out_of_it() {
    let repository = Repository::new();
    repository.write("shared/main.tf", "shared\n");
    repository.write("root/own.tf", "own\n");
    let link = |target: &str, path: &str| std::os::unix::fs::symlink(target, repository.at(path)).unwrap();
    link("../shared", "root/module");
    link("module/main.tf", "root/alias.tf");
    link("/etc/passwd", "root/absolute.tf");
    link("../../outside.tf", "root/outside.tf");
    link("loop_b.tf", "root/loop_a.tf");
    link("loop_a.tf", "root/loop_b.tf");
    link("itself/x", "root/itself");
    link("nowhere.tf", "root/dangling.tf");
    repository.commit();

    let loader = repository.open("HEAD");
    assert_eq!(loader.read("root/module/main.tf").unwrap(), b"shared\n");
    assert_eq!(loader.read("root/alias.tf").unwrap(), b"shared\n");
    assert_eq!(loader.blob_id("root/alias.tf"), loader.blob_id("shared/main.tf"));
    assert_eq!(loader.files_in("root/module"), ["main.tf"]);
    assert_eq!(loader.files_in("root"), ["alias.tf", "own.tf"]);
    assert_eq!(loader.read("root/absolute.tf").unwrap_err(), LoadError::OutsideTree);
    assert_eq!(loader.read("root/outside.tf").unwrap_err(), LoadError::OutsideTree);
    assert_eq!(loader.read("root/dangling.tf").unwrap_err(), LoadError::NotFound);
    for endless in ["root/loop_a.tf", "root/itself", "root/itself/x"] {
        assert!(matches!(loader.read(endless), Err(LoadError::Io(words)) if words.contains("links")), "{endless}");
    }

    let below = loader.below("root").unwrap();
    assert_eq!(below.paths().filter(|p| p.ends_with("own.tf")).collect::<Vec<_>>(), ["own.tf"]);
    assert_eq!(below.read("module/main.tf").unwrap_err(), LoadError::OutsideTree, "a link out of the folder");
    assert_eq!(below.prefix(), "root");
}

#[test]
fn a_large_file_an_lfs_pointer_and_bytes_that_are_no_text_are_refused_by_name() {
    let repository = Repository::new();
    repository.write("large.json", vec![b' '; LIMIT as usize + 1]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    repository.write("disk.tf", pointer);
    repository.write("latin.tf", b"caf\xe9");
    repository.commit();
    let loader = repository.open("HEAD");
    assert_eq!(loader.read("large.json").unwrap_err(), LoadError::TooLarge { size: LIMIT + 1, limit: LIMIT });
    assert_eq!(loader.head("large.json", 4).unwrap(), b"    ");
    assert_eq!(loader.size("large.json").unwrap(), LIMIT + 1);
    let LoadError::Io(words) = loader.read("disk.tf").unwrap_err() else { panic!("an LFS pointer is no file") };
    assert!(words.contains("Git LFS pointer") && words.contains("HEAD"), "{words}");
    assert_eq!(Sources::new(loader).load("latin.tf").unwrap_err(), LoadError::NotUtf8(3));
}

#[test]
fn a_submodule_is_noted_and_not_entered() {
    let inner = Repository::new();
    inner.write("main.tf", "inner\n");
    inner.commit();
    let repository = Repository::new();
    repository.write("main.tf", "outer\n");
    repository.git(&["submodule", "--quiet", "add", inner.path().to_str().unwrap(), "modules/inner"]);
    repository.commit();
    let loader = repository.open("HEAD");
    assert_eq!(loader.paths().collect::<Vec<_>>(), [".gitmodules", "main.tf"]);
    let notes: Vec<_> = loader.notes().iter().map(|n| (n.code, n.path.as_deref())).collect();
    assert_eq!(notes, [("submodule", Some("modules/inner"))]);
    assert_eq!(loader.read("modules/inner/main.tf").unwrap_err(), LoadError::NotFound);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_or_hold_a_backslash_are_read_under_the_names_of_the_disk() {
    use std::os::unix::ffi::OsStrExt as _;
    let repository = Repository::new();
    repository.write("..\\up.tf", "up");
    let folder = repository.path().join(std::ffi::OsStr::from_bytes(b"bad\xff"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("main.tf"), "bad").unwrap();
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(b"bad\xff"), repository.path().join("link")).unwrap();
    repository.commit();
    let loader = repository.open("HEAD");
    let disk = DiskLoader::new(repository.path(), 1 << 20).unwrap();
    let (bad, up) = (name_of_bytes(b"bad\xff"), name_of_bytes(b"..\\up.tf"));
    for (path, text) in [(&format!("{bad}/main.tf"), "bad"), (&up, "up"), (&"link/main.tf".to_owned(), "bad")] {
        assert_eq!(loader.read(path).unwrap(), text.as_bytes());
        assert_eq!(disk.read(path).unwrap(), text.as_bytes());
    }
    assert_eq!(disk.files_in(""), [up]);
    assert_eq!(loader.below(&bad).unwrap().paths().collect::<Vec<_>>(), ["main.tf"]);
    assert!(loader.notes().is_empty());
}

#[test]
fn many_threads_read_at_once() {
    let repository = Repository::new();
    for i in 0..200 {
        repository.write(&format!("{i}.tf"), format!("n = {i}\n"));
    }
    repository.commit();
    repository.git(&["gc", "-q"]);
    let loader = repository.open("HEAD");
    std::thread::scope(|scope| {
        for start in 0..8 {
            let loader = &loader;
            scope.spawn(move || {
                for i in (start..200).chain(0..start) {
                    assert_eq!(loader.read(&format!("{i}.tf")).unwrap(), format!("n = {i}\n").into_bytes());
                }
            });
        }
    });
}
