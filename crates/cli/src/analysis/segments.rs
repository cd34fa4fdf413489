//! Whether the strings in texts may make a name: a name that has no words, such as that of a vault, is put together of short ones.

use std::hash::{BuildHasher as _, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::reach::Found;

/// The longest name of a vault.
const LONGEST: usize = 24;

/// A name as long as this may be cut where it ends: whatever follows its beginning may come from anywhere.
const CUT: usize = 20;

/// What is made by a hash function has so many letters and digits: what it is made of does not stand in it.
const HASHED: usize = 13;

/// The number of places in which it is noted that a segment stands in texts.
const PLACES: usize = 1 << 16;

/// The segments of strings in texts, in lower case, between quotes and interpolations: as far as they may be part of a vault's name. Different ones may share a
/// place, so there may seem to be more than there are.
#[derive(Clone, Debug)]
pub(super) struct Segments(Vec<u64>);

impl Default for Segments {
    fn default() -> Self {
        Self(vec![0; PLACES / 64])
    }
}

impl Segments {
    /// Those of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut segments = Self::default();
        segments.add(text);
        segments
    }

    /// Adds those of `text`.
    pub(super) fn add(&mut self, text: &str) {
        // Other characters than those of a name end a segment that is none: `a b` holds nothing.
        for segment in text.split(['\'', '"', '{', '}', '$', '\n', '=', ':', ',']).map(str::trim) {
            if !segment.is_empty()
                && segment.len() <= 2 * LONGEST
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            {
                // A function may leave out what a vault's name can't have.
                let plain = segment.to_ascii_lowercase().replace(['-', '_'], "");
                self.set(&plain);
                plain.get(..LONGEST).into_iter().for_each(|cut| self.set(cut));
            }
        }
    }

    fn place(segment: &str) -> (usize, u64) {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(segment);
        let place = usize::try_from(hash >> 48).unwrap_or_default() % PLACES;
        (place / 64, 1 << (place % 64))
    }

    fn set(&mut self, segment: &str) {
        let (word, bit) = Self::place(segment);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, segment: &str) -> bool {
        let (word, bit) = Self::place(segment);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Whether they may make `name`, which is in lower case, one after the other; digits may come from anywhere.
    pub(super) fn may_make(&self, name: &str) -> bool {
        let plain = name.replace(['-', '_'], "");
        if plain.len() > LONGEST || !plain.is_ascii() {
            return true;
        }
        let mut ends = vec![false; plain.len() + 1];
        if let Some(first) = ends.first_mut() {
            *first = true;
        }
        for start in 0..plain.len() {
            if !ends.get(start).copied().unwrap_or(false) {
                continue;
            }
            let rest = plain.get(start..).unwrap_or_default();
            let is_hash = rest.len() >= HASHED && rest.bytes().any(|byte| byte.is_ascii_digit());
            if is_hash || start > 0 && plain.len() >= CUT {
                return true;
            }
            for end in start + 1..=plain.len() {
                let Some(part) = plain.get(start..end) else { continue };
                if let Some(reached) = ends.get_mut(end)
                    && !*reached
                {
                    *reached = part.bytes().all(|byte| byte.is_ascii_digit()) || self.has(part);
                }
            }
        }
        ends.last().copied().unwrap_or(true)
    }
}

impl Found for Segments {
    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn is_enough(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_made_of_segments_one_after_the_other() {
        let text = "param app string = 'Shop'\nparam stage string = 'p-rod'\nvar name = 'kv${stage}-${app}${padLeft(n, 2, '0')}'\n";
        let segments = Segments::of(text);
        for name in ["kv-prod-shop", "kvprodshop01", "shop", "kvprodshopk3fzxcvbnm6wer", "kvprodshop-and-whatever"] {
            assert!(segments.may_make(name), "{name}");
        }
        for name in ["kvtestshop", "keyvaultshop", "kvprodsho", "examplekeyvault"] {
            assert!(!segments.may_make(name), "{name}");
        }
        assert!(Segments::of("\"[concat('kv', parameters('stage'))]\", \"defaultValue\": \"Dev\"").may_make("kvdev"));
    }
}
