//! Whether texts may make a name: where its words stand in them, or where they are put together of what does.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use cmklint_source::SourceFile;

use crate::template_scan::searcher;

/// Fewer letters and digits in a row than this tell nothing: they may come from anywhere.
const SHORTEST: usize = 3;

/// A word of a name, as it may stand in texts: whole, or in two pieces.
struct Word(Vec<(AhoCorasick, Option<AhoCorasick>)>);

impl Word {
    fn new(word: &str) -> Self {
        let search = |piece: &str| searcher(&[piece]);
        let whole = search(word).map(|whole| (whole, None));
        let split = |at: usize| Some((search(word.get(..at)?)?, Some(search(word.get(at..)?)?)));
        let last = word.len().saturating_sub(SHORTEST);
        Self(whole.into_iter().chain((SHORTEST..=last).filter_map(split)).collect())
    }

    fn stands_in(&self, files: &[Arc<SourceFile>]) -> bool {
        let found = |search: &AhoCorasick| files.iter().any(|file| search.is_match(file.text()));
        self.0.iter().any(|(first, second)| found(first) && second.as_ref().is_none_or(found))
    }
}

/// The words of a name.
pub(super) struct Words(Vec<Word>);

impl Words {
    /// Those of the known parts of a name.
    pub(super) fn of(parts: &[String]) -> Self {
        let words = parts.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
        Self(words.filter(|word| word.len() >= SHORTEST).map(Word::new).collect())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether each of them stands in one of `files`.
    pub(super) fn stand_in(&self, files: &[Arc<SourceFile>]) -> bool {
        self.0.iter().all(|word| word.stands_in(files))
    }
}

#[cfg(test)]
mod tests {
    use cmklint_source::{MemoryLoader, Sources};

    use super::*;

    #[test]
    fn words_stand_in_texts_whole_or_in_two_pieces() {
        let text = "var name = 'KV-${stage}-${short}'\nparam short string = 'shop'\nparam stage string = 'prod'\n";
        let sources = Sources::new(MemoryLoader::new([("main.bicep", text)]));
        let files = [sources.load("main.bicep").unwrap()];
        let stand = |name: &str| Words::of(&[name.to_owned()]).stand_in(&files);
        assert!(stand("kv-prod") && stand("kv-shopprod") && stand("kv-01"));
        assert!(!stand("kv-test") && !stand("kvprod") && !stand("kv-shopx"));
        assert_eq!(Words::of(&["kv-prod-".to_owned(), "-shop".to_owned()]).count(), 2);
    }
}
