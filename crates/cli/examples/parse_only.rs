//! Reads and parses what `cmklint PATH` would, on as many threads, and does nothing else: the bound to measure a whole run against.
//!
//! `cargo run --release -p cmklint-cli --example parse_only -- PATH`
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::sync::Arc;

use cmklint_cli::analysis::{Request, read_only};
use cmklint_cli::tree::{Tree, collect};
use cmklint_source::{DiskLoader, Sources};

fn main() -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (tree, full) = Tree::find(&std::env::current_dir()?, &paths)?;
    let sources = Arc::new(Sources::new(DiskLoader::new(&tree.root, 32 * 1024 * 1024)?));
    let (candidates, _) = collect(&tree, &full, true, &globset::GlobSet::empty());
    let threads = rayon::ThreadPoolBuilder::new().stack_size(64 * 1024 * 1024).build()?;
    let read = threads.install(|| read_only(&Request { candidates, ..Request::default() }, &sources));
    println!(
        "{} files, {} parsed without error, {} bytes, {:.3} s",
        read.sources,
        read.parsed,
        read.bytes,
        read.parsing.as_secs_f64()
    );
    Ok(())
}
