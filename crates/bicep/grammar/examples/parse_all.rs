//! Parses every `.bicep` and `.bicepparam` file below the given folders, and prints how many have errors and how fast
//! it went: `cargo run --release --example parse_all -- DIR…`. `-v` also prints the first errors of each file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tree_sitter::{Node, Parser};

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .expect("readable folder")
            .map(|entry| entry.expect("readable entry").path())
            .collect();
        entries.sort();
        for entry in entries {
            collect(&entry, files);
        }
    } else if path.extension().is_some_and(|e| e == "bicep" || e == "bicepparam") {
        files.push(path.to_owned());
    }
}

fn errors<'t>(root: Node<'t>, found: &mut Vec<Node<'t>>) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if node.is_error() || node.is_missing() {
            found.push(node);
        } else if node.has_error() {
            for index in (0..node.child_count()).rev() {
                pending.extend(node.child(index));
            }
        }
    }
}

fn main() {
    let mut files = Vec::new();
    let mut verbose = false;
    for argument in std::env::args().skip(1) {
        if argument == "-v" {
            verbose = true;
        } else {
            collect(Path::new(&argument), &mut files);
        }
    }
    let mut parser = Parser::new();
    parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()).expect("a grammar of this version");
    let (mut bytes, mut broken, mut total) = (0, 0, Duration::ZERO);
    let mut slowest = (Duration::ZERO, 0, PathBuf::new());
    for file in &files {
        let text = std::fs::read(file).expect("readable file");
        let start = Instant::now();
        let tree = parser.parse(&text, None).expect("no timeout is set");
        let took = start.elapsed();
        total += took;
        bytes += text.len();
        if took > slowest.0 {
            slowest = (took, text.len(), file.clone());
        }
        if tree.root_node().has_error() {
            broken += 1;
            println!("error: {}", file.display());
            let mut found = Vec::new();
            errors(tree.root_node(), &mut found);
            for node in found.iter().take(if verbose { 3 } else { 0 }) {
                let part = &text[node.byte_range()];
                println!(
                    "  {}:{} {} {:?}",
                    node.start_position().row + 1,
                    node.start_position().column + 1,
                    if node.is_missing() { node.kind() } else { "ERROR" },
                    String::from_utf8_lossy(&part[..part.len().min(80)])
                );
            }
        }
    }
    println!(
        "{} files, {broken} with errors, {bytes} bytes in {total:.2?}: {:.1} MB/s; slowest {:.2?} ({} bytes, {})",
        files.len(),
        bytes as f64 / 1e6 / total.as_secs_f64().max(1e-9),
        slowest.0,
        slowest.1,
        slowest.2.display()
    );
}
