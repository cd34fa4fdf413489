use std::sync::Arc;

use rustc_hash::FxHashSet;

/// One copy of each short text of a file: names come again and again.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    known: FxHashSet<Arc<str>>,
}

impl Interner {
    /// The text, shared where it is short enough to be a name.
    pub(crate) fn get(&mut self, text: &str) -> Arc<str> {
        const LONGEST: usize = 80;
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.known.insert(Arc::clone(&new));
        new
    }
}
