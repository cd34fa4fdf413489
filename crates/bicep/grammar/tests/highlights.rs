//! The query in `queries` against the grammar. The files in `editors/bicep/test/highlight` say in comments what the line above is
//! shown as, as tree-sitter's highlight tests do: `// <- NAME` speaks of the place where the comment begins, `//   ^ NAME` of the one it points at.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tree_sitter::{Parser, Query, QueryCursor, StreamingIterator, Tree};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path)
}

fn query() -> Query {
    Query::new(&cmklint_bicep_grammar::LANGUAGE.into(), cmklint_bicep_grammar::HIGHLIGHTS_QUERY).unwrap()
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

/// What each node is shown as: of the patterns that fit it, the last one holds.
fn shown(query: &Query, tree: &Tree, text: &str) -> BTreeMap<(usize, usize), String> {
    let mut best: BTreeMap<(usize, usize), (usize, String)> = BTreeMap::new();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    while let Some(found) = matches.next() {
        for capture in found.captures() {
            let name = query.capture_names()[capture.index as usize].to_owned();
            let range: Range<usize> = capture.node.byte_range();
            let slot = best.entry((range.start, range.end)).or_default();
            if found.pattern_index >= slot.0 {
                *slot = (found.pattern_index, name);
            }
        }
    }
    best.into_iter().map(|(range, (_, name))| (range, name)).collect()
}

fn files(of: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "bicep" || end == "bicepparam") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The places that the comments of a file speak of, each with what it should be shown as.
fn expectations(text: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut line_above = 0;
    let mut start = 0;
    for (row, line) in text.split_inclusive('\n').enumerate() {
        let comment = line.trim_start();
        let column = line.len() - comment.len();
        let inner = comment.strip_prefix("//").map(str::trim);
        match inner {
            Some(inner) if inner.starts_with("<- ") => found.push((row, line_above + column, inner[3..].to_owned())),
            Some(inner) if inner.starts_with("^ ") => {
                found.push((row, line_above + line.find('^').unwrap(), inner[2..].to_owned()));
            }
            _ => line_above = start,
        }
        start += line.len();
    }
    found
}

#[test]
fn each_place_is_shown_as_its_file_says() {
    let query = query();
    let mut checked = 0;
    for path in files(&folder("editors/bicep/test/highlight")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = parse(&text);
        assert!(!tree.root_node().has_error(), "{}", path.display());
        let shown = shown(&query, &tree, &text);
        for (row, at, expected) in expectations(&text) {
            let at_place = shown.iter().filter(|((start, end), _)| (*start..*end).contains(&at));
            // The smallest node there.
            let found = at_place.min_by_key(|((start, end), _)| end - start).map(|(_, name)| name.as_str());
            assert_eq!(found, Some(expected.as_str()), "{}:{}", path.display(), row + 1);
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} places");
}

#[test]
fn nothing_in_a_text_is_left_without_a_name() {
    let query = query();
    let examples = files(&folder("rules"));
    assert!(examples.len() > 50);
    for path in examples.into_iter().chain(files(&folder("editors/bicep/test/highlight"))) {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = parse(&text);
        let shown = shown(&query, &tree, &text);
        let mut pending = vec![tree.root_node()];
        while let Some(node) = pending.pop() {
            let range = (node.start_byte(), node.end_byte());
            if node.child_count() == 0 && !text[node.byte_range()].trim().is_empty() {
                assert!(shown.contains_key(&range), "{}: {:?} {node:?}", path.display(), &text[node.byte_range()]);
            }
            let mut cursor = node.walk();
            pending.extend(node.children(&mut cursor));
        }
    }
}

/// Editors fall back from `a.b` to `a`: what they know by no part of its name would not be shown.
#[test]
fn the_names_are_those_that_editors_know() {
    const KNOWN: [&str; 16] = [
        "attribute",
        "boolean",
        "comment",
        "constant",
        "function",
        "keyword",
        "module",
        "number",
        "operator",
        "property",
        "punctuation",
        "string",
        "type",
        "variable",
        "namespace",
        "label",
    ];
    for name in query().capture_names() {
        let first = name.split('.').next().unwrap();
        assert!(KNOWN.contains(&first), "{name}");
    }
}
