//! What the parts of a text are: keywords, types, names, literals. By the grammar's own query.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use tree_sitter::{Query, QueryCursor, StreamingIterator as _};

use super::grammar::Grammar;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Its bytes; those of different parts don't overlap.
    pub range: Range<usize>,
    /// The name that the query gives it: `keyword`, `type.builtin`, `function.call`, …
    pub name: &'static str,
}

/// A query's cursor keeps so many unfinished matches at most.
const MATCHES: u32 = 4096;

/// The parts of `text`, in their order. None where the text is so far from Bicep that it isn't parsed.
#[must_use]
pub fn highlights(text: &str) -> Vec<Highlight> {
    static QUERY: OnceLock<Option<Query>> = OnceLock::new();
    let made = || Query::new(&cmklint_bicep_grammar::LANGUAGE.into(), cmklint_bicep_grammar::HIGHLIGHTS_QUERY).ok();
    let Some(query) = QUERY.get_or_init(made) else { return Vec::new() };
    let tree = Grammar::new().and_then(|mut grammar| grammar.nodes(text, None));
    let Ok(Some(tree)) = tree else { return Vec::new() };
    // Of the patterns that fit a node the last one holds.
    let mut best: BTreeMap<(usize, usize), (usize, &'static str)> = BTreeMap::new();
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MATCHES);
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    while let Some(found) = matches.next() {
        for capture in found.captures() {
            let Some(name) = query.capture_names().get(capture.index as usize) else { continue };
            let range = capture.node.byte_range();
            let slot = best.entry((range.start, range.end)).or_insert((0, name));
            if found.pattern_index >= slot.0 {
                *slot = (found.pattern_index, name);
            }
        }
    }
    let mut end = 0;
    let parts = best.into_iter().filter_map(|((from, to), (_, name))| {
        let is_free = from >= end && from < to;
        is_free.then(|| {
            end = to;
            Highlight { range: from..to, name }
        })
    });
    parts.collect()
}
