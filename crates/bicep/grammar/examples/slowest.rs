//! The hundred files below the given folders that are parsed slowest for their size, each with what makes it so:
//! `cargo run --release -p cmklint-bicep-grammar --example slowest -- DIR…`. Each is parsed nine times, the best counts.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tree_sitter::{Parser, Tree};

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("readable folder") {
            collect(&entry.expect("readable entry").path(), files);
        }
    } else if path.extension().is_some_and(|e| e == "bicep" || e == "bicepparam") {
        files.push(path.to_owned());
    }
}

struct Measured {
    path: PathBuf,
    bytes: usize,
    took: Duration,
    /// Nodes of the tree: what the parser makes, whatever their length in the text.
    nodes: usize,
    /// Nodes that could not be read, or are missing: each costs the parser a search.
    errors: usize,
}

impl Measured {
    fn rate(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.took.as_secs_f64().max(1e-9)
    }
}

fn count(tree: &Tree) -> (usize, usize) {
    let (mut nodes, mut errors) = (0, 0);
    let mut cursor = tree.walk();
    loop {
        nodes += 1;
        errors += usize::from(cursor.node().is_error() || cursor.node().is_missing());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return (nodes, errors);
            }
        }
    }
}

fn main() {
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        collect(Path::new(&argument), &mut files);
    }
    files.sort();
    let mut parser = Parser::new();
    parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()).expect("a grammar of this version");
    let mut measured = Vec::new();
    for path in files {
        let text = std::fs::read(&path).expect("readable file");
        if text.is_empty() {
            continue;
        }
        let mut best = Duration::MAX;
        let mut counts = (0, 0);
        for _ in 0..9 {
            let start = Instant::now();
            let tree = parser.parse(&text, None).expect("no timeout is set");
            best = best.min(start.elapsed());
            counts = count(&tree);
        }
        measured.push(Measured { path, bytes: text.len(), took: best, nodes: counts.0, errors: counts.1 });
    }
    measured.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    println!("{:>7} {:>9} {:>9} {:>9} {:>7}  file", "MB/s", "ms", "bytes", "nodes/kB", "errors");
    for file in measured.iter().take(100) {
        println!(
            "{:7.1} {:9.3} {:9} {:9.0} {:7}  {}",
            file.rate(),
            file.took.as_secs_f64() * 1e3,
            file.bytes,
            file.nodes as f64 * 1e3 / file.bytes as f64,
            file.errors,
            file.path.display()
        );
    }
    let (bytes, took) = measured.iter().fold((0, Duration::ZERO), |(b, t), file| (b + file.bytes, t + file.took));
    let longest = measured.iter().max_by_key(|file| file.took);
    println!("{} files, {:.1} MB/s", measured.len(), bytes as f64 / 1e6 / took.as_secs_f64().max(1e-9));
    if let Some(longest) = longest {
        println!("the longest: {:.1?}, {} bytes, {}", longest.took, longest.bytes, longest.path.display());
    }
}
