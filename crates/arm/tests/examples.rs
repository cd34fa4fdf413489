//! Every ARM example of the rules is read whole.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use std::path::{Path, PathBuf};

use cmklint_arm::{JsonKind, classify, metadata_ignores, parse, parse_parameters};
use support::file;

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            find(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(path);
        }
    }
}

#[test]
fn the_rules_examples_are_read_without_a_diagnostic() {
    let mut paths = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"), &mut paths);
    let (mut templates, mut parameters) = (0, 0);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = file("main.json", &text);
        match classify(&text) {
            JsonKind::Template => {
                let parsed = parse(&file);
                assert!(parsed.diagnostics.is_empty(), "{}: {:?}", path.display(), parsed.diagnostics);
                assert!(!parsed.template.unwrap().resources.is_empty(), "{}", path.display());
                templates += 1;
            }
            JsonKind::Parameters => {
                let read = parse_parameters(&file);
                assert!(read.diagnostics.is_empty(), "{}: {:?}", path.display(), read.diagnostics);
                assert!(!read.values.is_empty(), "{}", path.display());
                parameters += 1;
            }
            JsonKind::Other => {}
        }
        let _ = metadata_ignores(&file);
    }
    assert!(templates >= 40 && parameters >= 2, "{templates} templates, {parameters} parameter files");
}
