//! Whether texts may make a name: where its words stand in them, or where they are put together of what does.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::reach::Found;

/// Fewer letters and digits in a row than this tell nothing: they may come from anywhere.
const SHORTEST: usize = 3;

/// Of longer words only the whole is looked for: no name of Azure's is as long.
const LONGEST: usize = 90;

/// Pieces of names that are looked for together, each by its number.
#[derive(Default)]
pub(super) struct Pieces(BTreeMap<String, usize>);

impl Pieces {
    /// The number of the piece `text`.
    pub(super) fn add(&mut self, text: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(text.to_owned()).or_insert(next)
    }

    /// A search for all of them.
    pub(super) fn search(&self) -> PieceSearch {
        let mut texts: Vec<(&String, &usize)> = self.0.iter().collect();
        texts.sort_by_key(|(_, number)| **number);
        let texts: Vec<&str> = texts.into_iter().map(|(text, _)| text.as_str()).collect();
        PieceSearch {
            count: texts.len(),
            search: AhoCorasick::builder().ascii_case_insensitive(true).build(&texts).ok(),
        }
    }
}

/// A search for pieces in texts.
pub(super) struct PieceSearch {
    count: usize,
    /// `None` where it can't be built: then every text may have any piece.
    search: Option<AhoCorasick>,
}

impl PieceSearch {
    /// Those that `text` has.
    pub(super) fn of(&self, text: &str) -> HasPieces {
        let mut has = HasPieces(vec![0; self.count.div_ceil(64)]);
        match &self.search {
            Some(search) => search.find_overlapping_iter(text).for_each(|found| has.set(found.pattern().as_usize())),
            None => (0..self.count).for_each(|number| has.set(number)),
        }
        has
    }
}

/// Which pieces texts have.
#[derive(Clone, Debug, Default)]
pub(super) struct HasPieces(Vec<u64>);

impl HasPieces {
    fn set(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Whether the piece with that number is among them.
    pub(super) fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

impl Found for HasPieces {
    fn join(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn is_enough(&self) -> bool {
        false
    }
}

/// The words of a name. Each may stand in texts as it is, or in two pieces.
pub(super) struct Words(Vec<Vec<(usize, Option<usize>)>>);

impl Words {
    /// Those of the known parts of a name, whose pieces are added to `pieces`.
    pub(super) fn of(parts: &[String], pieces: &mut Pieces) -> Self {
        let words = parts.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
        let ways = |word: &str| {
            let mut ways = vec![(pieces.add(word), None)];
            if word.len() <= LONGEST {
                for at in SHORTEST..=word.len().saturating_sub(SHORTEST) {
                    if let (Some(first), Some(second)) = (word.get(..at), word.get(at..)) {
                        ways.push((pieces.add(first), Some(pieces.add(second))));
                    }
                }
            }
            ways
        };
        Self(words.filter(|word| word.len() >= SHORTEST).map(ways).collect())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether each of them stands in texts that have these pieces.
    pub(super) fn stand_in(&self, has: &HasPieces) -> bool {
        let stands = |(first, second): &(usize, Option<usize>)| has.has(*first) && second.is_none_or(|at| has.has(at));
        self.0.iter().all(|ways| ways.iter().any(stands))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_texts_whole_or_in_two_pieces() {
        let text = "var name = 'KV-${stage}-${short}'\nparam short string = 'shop'\nparam stage string = 'prod'\n";
        let stand = |name: &str| {
            let mut pieces = Pieces::default();
            let words = Words::of(&[name.to_owned()], &mut pieces);
            words.stand_in(&pieces.search().of(text))
        };
        assert!(stand("kv-prod") && stand("kv-shopprod") && stand("kv-01"));
        assert!(!stand("kv-test") && !stand("kvprod") && !stand("kv-shopx"));
        let count = |parts: [&str; 2]| Words::of(&parts.map(str::to_owned), &mut Pieces::default()).count();
        assert_eq!(count(["kv-prod-", "-shop"]), 2);
    }
}
