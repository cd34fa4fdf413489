//! Reads all files of a revision and says how long it took: `revision REPOSITORY REVISION`.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program to measure with

use std::path::Path;
use std::time::Instant;

use cmklint_git::GitLoader;
use cmklint_source::{DiskLoader, Loader};

fn main() {
    let mut args = std::env::args().skip(1);
    let (repository, revision) = (args.next().unwrap(), args.next().unwrap());
    let start = Instant::now();
    let loader = GitLoader::open(Path::new(&repository), &revision, 4 << 20).unwrap();
    println!("opened: {} files in {:?}", loader.paths().count(), start.elapsed());
    let start = Instant::now();
    let bytes: usize = loader.paths().filter_map(|path| loader.read(path).ok()).map(|b| b.len()).sum();
    println!("read: {bytes} bytes in {:?}", start.elapsed());
    let Some(work_tree) = loader.work_tree() else { return };
    let start = Instant::now();
    let disk = DiskLoader::new(work_tree, 4 << 20).unwrap();
    let changes = loader.changed_since(&disk, loader.paths(), |_| true);
    println!("compared with the work tree: {} changes in {:?}", changes.len(), start.elapsed());
    let start = Instant::now();
    println!("compared with itself: {} changes in {:?}", loader.changed(&loader).len(), start.elapsed());
}
