//! Turns a [`Change`](cmklint_rules::Change) that a rule proposes into [`Edit`]s of a file's text.
//!
//! A file is read into one simple tree, whatever its language (`tree.rs`); each change becomes edits of bytes (`change.rs`), so comments and format stay. Nothing here checks
//! whether an edit has the wanted effect: whoever offers a fix analyzes the edited text again.

mod bicep;
mod change;
mod hcl;
mod json;
mod language;
mod literal;
mod node;
mod place;
mod tree;

use std::ops::Range;

pub use change::edits;
pub use language::Language;
pub use tree::TextFacts;

/// A part of a file's text and what takes its place. Offsets are bytes of the text as it was read, without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is there afterwards.
    pub text: String,
}

impl Edit {
    fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { start: range.start, end: range.end, text: text.into() }
    }

    /// Whether the two conflict: they change the same bytes, or insert at the same place.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.start == self.end && other.start == other.end {
            return self.start == other.start;
        }
        self.start < other.end && other.start < self.end || self.start == other.start
    }
}

/// `text` with `edits`, which don't overlap, made. `None` where one is not of this text.
#[must_use]
pub fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        out.push_str(text.get(at..edit.start)?);
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
