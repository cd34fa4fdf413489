//! The client's open documents, with their unsaved texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cmklint_cli::invocation::UnsavedFile;
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::paths::path_of;
use crate::positions::Encoding;

/// An open document.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its URI, as the client writes it.
    pub(crate) uri: Uri,
    /// Its current text.
    pub(crate) text: String,
    /// The client's version of the text.
    pub(crate) version: i32,
}

/// The open documents, by canonical path.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    pub(crate) fn open(&mut self, uri: Uri, text: String, version: i32) {
        if let Some(path) = path_of(&uri) {
            self.open.insert(path, Document { uri, text, version });
        }
    }

    /// Applies `changes` in their order.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = path_of(uri).and_then(|path| self.open.get_mut(&path)) else { return };
        document.version = version;
        for change in changes {
            let Some(range) = change.range else {
                document.text = change.text;
                continue;
            };
            let start = encoding.offset(&document.text, range.start);
            let end = encoding.offset(&document.text, range.end).max(start);
            document.text.replace_range(start..end, &change.text);
        }
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            self.open.remove(&path);
        }
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.keys()
    }

    /// The texts of the documents below `folder`.
    pub(crate) fn unsaved(&self, folder: &Path) -> Vec<UnsavedFile> {
        let below = self.open.iter().filter(|(path, _)| path.starts_with(folder));
        below
            .map(|(path, document)| UnsavedFile { path: path.clone(), text: document.text.clone().into_bytes() })
            .collect()
    }
}
