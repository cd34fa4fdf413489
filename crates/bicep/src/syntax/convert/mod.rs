//! Converts the nodes of the grammar to the typed tree.

mod declarations;
mod expressions;
mod strings;
mod types;

pub(super) use declarations::spoil;

use tree_sitter::Node;

use super::{ByteRange, Declaration, MAX_DEPTH, MAX_ERRORS, Name, SyntaxError};

/// Converts the nodes of one parsed piece of text, which begins at byte `base` of the whole.
pub(super) struct Converter<'t> {
    text: &'t str,
    base: u32,
    depth: u32,
    too_deep: bool,
    errors: Vec<SyntaxError>,
}

impl<'t> Converter<'t> {
    pub(super) fn new(text: &'t str, base: u32) -> Self {
        Self { text, base, depth: 0, too_deep: false, errors: Vec::new() }
    }

    pub(super) fn into_errors(self) -> Vec<SyntaxError> {
        self.errors
    }

    /// Converts a node that is a declaration.
    pub(super) fn declaration(&mut self, node: Node<'t>) -> Option<Declaration> {
        declarations::declaration(self, node)
    }

    pub(super) fn error(&mut self, range: ByteRange, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError::new(range, message));
        }
    }

    pub(super) fn range(&self, node: Node<'_>) -> ByteRange {
        let offset = |byte: usize| self.base.saturating_add(u32::try_from(byte).unwrap_or(u32::MAX));
        offset(node.start_byte())..offset(node.end_byte())
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn name(&self, node: Node<'_>) -> Name {
        Name { text: self.text(node).to_owned(), range: self.range(node) }
    }

    /// The name in `parts`, or an empty one where the declaration `of` should have it.
    fn name_or_empty(&self, node: Option<Node<'_>>, of: Node<'_>) -> Name {
        match node {
            Some(node) => self.name(node),
            None => Name { text: String::new(), range: self.start(of) },
        }
    }

    fn start(&self, node: Node<'_>) -> ByteRange {
        let start = self.range(node).start;
        start..start
    }

    /// Whether no line break is between the two, of which `before` is the first.
    pub(super) fn same_line(&self, before: Node<'_>, after: Node<'_>) -> bool {
        let between = self.text.get(before.end_byte()..after.start_byte()).unwrap_or_default();
        !between.contains(['\n', '\r'])
    }

    /// Runs `read` one level deeper; `None`, with an error, where that is too deep.
    fn deeper<T>(&mut self, node: Node<'t>, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            // Reported once: other places of the same depth are not worth a message of their own.
            if !self.too_deep {
                self.too_deep = true;
                let range = self.start(node);
                self.error(range, format!("nested more than {MAX_DEPTH} deep"));
            }
            return None;
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        Some(read)
    }
}

/// The children of a node without comments, read in one pass: asking a node for one child after the other is quadratic.
struct Parts<'t> {
    children: Vec<(Option<&'t str>, Node<'t>)>,
    /// One of the children could not be read, or is missing.
    broken: bool,
}

impl<'t> Parts<'t> {
    fn of(node: Node<'t>) -> Self {
        let mut parts = Self { children: Vec::with_capacity(node.child_count().min(1024) as usize), broken: false };
        let mut cursor = node.walk();
        if cursor.goto_first_child() {
            loop {
                let child = cursor.node();
                let wrong = child.is_error() || child.is_missing();
                parts.broken |= wrong;
                if wrong || !child.is_extra() {
                    parts.children.push((cursor.field_name(), child));
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        parts
    }

    fn field(&self, name: &str) -> Option<Node<'t>> {
        self.fields(name).next()
    }

    fn fields(&self, name: &str) -> impl Iterator<Item = Node<'t>> {
        self.children
            .iter()
            .filter(move |(field, node)| *field == Some(name) && !node.is_error() && !node.is_missing())
            .map(|(_, node)| *node)
    }

    /// The named children and those that could not be read.
    fn named(&self) -> impl Iterator<Item = Node<'t>> {
        self.children.iter().map(|(_, node)| *node).filter(|node| node.is_named() || node.is_error())
    }
}
