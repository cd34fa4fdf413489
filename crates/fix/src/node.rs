//! A file as nested properties, whatever its language.

use std::ops::Range;

/// The content of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Properties.
    Object,
    /// Items.
    Array,
    /// A value without parts, or one whose parts do not matter.
    Nothing,
}

/// A property, an item, a block or a declaration.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxNode {
    /// The property's name, or the symbolic name of a declaration; empty for an item.
    pub(crate) name: String,
    /// Where that is written.
    pub(crate) name_range: Range<usize>,
    /// The kind of a declaration: a block's type and labels, a resource's type.
    pub(crate) labels: Vec<String>,
    /// The whole of it.
    pub(crate) range: Range<usize>,
    /// Its value: of an object or array from the opening bracket to the closing one.
    pub(crate) value: Range<usize>,
    pub(crate) holds: Holds,
    /// Whether it is a statement instead of a value.
    pub(crate) is_declaration: bool,
    pub(crate) children: Vec<Self>,
}

impl SyntaxNode {
    pub(crate) fn leaf(name: String, name_range: Range<usize>, value: Range<usize>) -> Self {
        let start = if name_range.is_empty() { value.start } else { name_range.start };
        let range = start..value.end;
        Self {
            name,
            name_range,
            labels: Vec::new(),
            range,
            value,
            holds: Holds::Nothing,
            is_declaration: false,
            children: Vec::new(),
        }
    }

    /// The property `name`, without case.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name.eq_ignore_ascii_case(name))
    }

    /// The nodes that contain the bytes of `range`, the outermost first.
    pub(crate) fn way_to(&self, range: &Range<usize>) -> Vec<&Self> {
        let mut out = vec![self];
        let mut at = self;
        while let Some(inner) = at.children.iter().find(|c| c.range.start <= range.start && range.end <= c.range.end) {
            out.push(inner);
            at = inner;
        }
        out
    }
}
