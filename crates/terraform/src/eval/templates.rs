//! What templates that are rendered are made of, kept by where they are.

use std::sync::Arc;

use cmklint_source::Span;
use rustc_hash::FxHashMap;

use crate::syntax::ast::Piece;

/// At most so many bytes of templates are kept as what they are made of.
const MAX_KEPT: usize = 1 << 20;

/// Templates that were read, with their texts, by the place where they are rendered.
#[derive(Default)]
pub(super) struct Templates {
    pub(super) read: FxHashMap<Span, (Box<str>, Arc<[Piece]>)>,
    /// The bytes of their texts.
    bytes: usize,
}

impl Templates {
    /// Keeps what the template `text`, which is rendered at `span`, is made of.
    pub(super) fn keep(&mut self, text: &str, span: Span, pieces: &Arc<[Piece]>) {
        if self.bytes.saturating_add(text.len()) > MAX_KEPT {
            *self = Self::default();
        }
        if text.len() <= MAX_KEPT {
            self.bytes += text.len();
            self.read.insert(span, (text.into(), Arc::clone(pieces)));
        }
    }
}
