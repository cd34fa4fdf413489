use std::sync::Arc;

use rustc_hash::FxHashSet;

/// One copy of each short text of a file: names and type strings come again and again.
#[derive(Debug, Default)]
pub struct Interner {
    known: FxHashSet<Arc<str>>,
}

impl Interner {
    /// The text, shared where it is short enough to be a name.
    pub fn get(&mut self, text: &str) -> Arc<str> {
        /// The longest text that is shared, in bytes: longer ones hardly ever come twice.
        const MAX_LENGTH: usize = 80;
        if text.len() > MAX_LENGTH {
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
