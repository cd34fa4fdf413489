use std::sync::{Arc, OnceLock};

use crate::{FileId, LineIndex, Position, Span};

/// One file: its path in the tree and its text.
#[derive(Debug)]
pub struct SourceFile {
    id: FileId,
    path: String,
    revision: Option<Arc<str>>,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    pub(crate) fn new(
        id: FileId,
        path: String,
        revision: Option<Arc<str>>,
        text: String,
        lines: OnceLock<LineIndex>,
    ) -> Self {
        Self { id, path, revision, text, lines }
    }

    /// The file's id.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The path, relative to the tree's root.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The revision that the file belongs to, as a person named it; `None` for a file of the working tree.
    #[must_use]
    pub fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    /// The text, without a byte order mark. That of a file in UTF-16 is its translation to UTF-8, and so are the byte offsets of spans: lines and columns
    /// are those that an editor shows.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line starts, computed at the first call.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of the byte at `offset`, columns in Unicode scalar values.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// As [`SourceFile::position`], columns in UTF-16 code units.
    #[must_use]
    pub fn position_utf16(&self, offset: u32) -> Position {
        self.lines().position_utf16(&self.text, offset)
    }

    /// The span of the bytes `start..end`.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    /// The text of `span`; empty where it is not of this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        if span.file != self.id {
            return "";
        }
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
