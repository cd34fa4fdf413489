//! A text that is edited: its tree is kept, and each edit parses again only the part that it touches.

use std::ops::Range;

use tree_sitter::{InputEdit, Point, Tree};

use super::grammar::Grammar;
use super::{File, SyntaxError, recover};

/// A text in an editor, with its tree.
///
/// [`Document::edit`] changes the text and keeps the parts of the tree that the change does not touch. Whatever the edits, the tree is
/// the same as for parsing the whole text again: `tests/incremental.rs` checks that.
pub struct Document {
    text: String,
    /// The error that prevents parsing, or no tree where the parser gave up.
    nodes: Result<Option<Tree>, SyntaxError>,
    grammar: Option<Grammar>,
}

/// Why an edit was refused; the document is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The range ends before it starts, or is outside of the text.
    #[error("the range is not one of the text")]
    OutOfBounds,
    /// The range starts or ends inside a character.
    #[error("the range cuts a character")]
    InsideCharacter,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Document {
    /// Parses `text`, a template or a parameter file.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        match Grammar::new() {
            Ok(mut grammar) => {
                let nodes = grammar.nodes(&text, None);
                Self { text, nodes, grammar: Some(grammar) }
            }
            Err(error) => Self { text, nodes: Err(error), grammar: None },
        }
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the bytes `range` by `new`, and parses the affected part again.
    ///
    /// Where the text has errors, all of it is parsed again: how the grammar recovers depends on what was parsed before, and two
    /// editors with the same text must get the same diagnostics.
    ///
    /// # Errors
    /// [`EditError`] where `range` is not a byte range of the text, or splits a character.
    pub fn edit(&mut self, range: Range<usize>, new: &str) -> Result<(), EditError> {
        if range.start > range.end || range.end > self.text.len() {
            return Err(EditError::OutOfBounds);
        }
        if !self.text.is_char_boundary(range.start) || !self.text.is_char_boundary(range.end) {
            return Err(EditError::InsideCharacter);
        }
        let start = point(&self.text, range.start, Point::new(0, 0), 0);
        let old_end = point(&self.text, range.end, start, range.start);
        let new_end_byte = range.start + new.len();
        self.text.replace_range(range.clone(), new);
        let edit = InputEdit {
            start_byte: range.start,
            old_end_byte: range.end,
            new_end_byte,
            start_position: start,
            old_end_position: old_end,
            new_end_position: point(&self.text, new_end_byte, start, range.start),
        };
        let Some(grammar) = &mut self.grammar else { return Ok(()) };
        let mut before = match &self.nodes {
            Ok(Some(tree)) if !tree.root_node().has_error() => Some(tree.clone()),
            _ => None,
        };
        if let Some(tree) = &mut before {
            tree.edit(&edit);
        }
        self.nodes = grammar.nodes(&self.text, before.as_ref());
        let broken = !matches!(&self.nodes, Ok(Some(tree)) if !tree.root_node().has_error());
        if broken && before.is_some() {
            self.nodes = grammar.nodes(&self.text, None);
        }
        Ok(())
    }

    /// Makes `text` the text, and parses the part again in which it differs from the one before.
    pub fn set_text(&mut self, text: &str) {
        let same = self.text.bytes().zip(text.bytes()).take_while(|(old, new)| old == new).count();
        let is_cut = |at: usize| self.text.is_char_boundary(at) && text.is_char_boundary(at);
        let start = (0..=same).rev().find(|at| is_cut(*at)).unwrap_or(0);
        let most = self.text.len().min(text.len()) - start;
        let same = self.text.bytes().rev().zip(text.bytes().rev()).take(most).take_while(|(old, new)| old == new);
        let is_cut = |tail: usize| {
            self.text.is_char_boundary(self.text.len() - tail) && text.is_char_boundary(text.len() - tail)
        };
        let tail = (0..=same.count()).rev().find(|tail| is_cut(*tail)).unwrap_or(0);
        let (range, new) = (start..self.text.len() - tail, text.get(start..text.len() - tail).unwrap_or_default());
        if !(range.is_empty() && new.is_empty()) && self.edit(range, new).is_err() {
            *self = Self::new(text);
        }
    }

    /// The typed tree of the text and what could not be read, as [`parse`](super::parse) gives them.
    #[must_use]
    pub fn file(&mut self) -> (File, Vec<SyntaxError>) {
        match (&self.nodes, &mut self.grammar) {
            (Ok(tree), Some(grammar)) => recover::read(&self.text, tree.as_ref(), grammar),
            (Err(error), _) => (File::default(), vec![error.clone()]),
            (Ok(_), None) => (File::default(), Vec::new()),
        }
    }

    /// The nodes of the text as an S-expression with their byte ranges, to compare two trees.
    #[must_use]
    pub fn outline(&self) -> String {
        use std::fmt::Write as _;
        let Ok(Some(tree)) = &self.nodes else { return String::new() };
        let mut out = String::new();
        let mut cursor = tree.walk();
        loop {
            let node = cursor.node();
            let field = cursor.field_name().map_or_else(String::new, |field| format!("{field}: "));
            let missing = if node.is_missing() { "MISSING " } else { "" };
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "{}{field}{missing}{} {:?}",
                " ".repeat(cursor.depth() as usize),
                node.kind(),
                node.range()
            );
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return out;
                }
            }
        }
    }
}

/// Row and column (in bytes) of the byte `at` of `text`; `from` is the point of the earlier byte `from_byte`.
fn point(text: &str, at: usize, from: Point, from_byte: usize) -> Point {
    let between = text.as_bytes().get(from_byte..at).unwrap_or_default();
    let rows = between.iter().filter(|byte| **byte == b'\n').count();
    match between.iter().rposition(|byte| *byte == b'\n') {
        Some(last) => Point::new(from.row + rows, between.len() - last - 1),
        None => Point::new(from.row, from.column + between.len()),
    }
}
