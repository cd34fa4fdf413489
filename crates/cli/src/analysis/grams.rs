//! Whether a name may be put together of what stands in texts.

use super::reach::Found;

/// The number of characters that are looked for together.
const GRAM: usize = 3;

/// The number of letters and digits.
const CHARACTERS: usize = 36;

/// What stands in texts, in lower case: each few characters in a row that are letters or digits.
#[derive(Clone, Debug)]
pub(super) struct Grams(Vec<u64>);

impl Default for Grams {
    fn default() -> Self {
        Self(vec![0; CHARACTERS.pow(3).div_ceil(64)])
    }
}

impl Grams {
    /// What stands in `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut grams = Self::default();
        grams.add(text);
        grams
    }

    /// Adds what stands in `text`.
    pub(super) fn add(&mut self, text: &str) {
        for gram in text.as_bytes().windows(GRAM) {
            if let Some((word, bit)) = place_of(gram)
                && let Some(word) = self.0.get_mut(word)
            {
                *word |= bit;
            }
        }
    }

    /// Whether half of the characters in a row of `name` stand in the texts, so that it may be made of them and a few others.
    pub(super) fn has_half_of(&self, name: &str) -> bool {
        let places = || name.as_bytes().windows(GRAM).filter(|gram| place_of(gram).is_some());
        places().filter(|gram| self.contains(gram)).count() * 2 >= places().count()
    }

    fn contains(&self, gram: &[u8]) -> bool {
        place_of(gram).is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }
}

impl Found for Grams {
    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn is_enough(&self) -> bool {
        false
    }
}

/// Where it is recorded whether `gram` stands in a text: a word and its bit; `None` where not all of it are letters and digits.
fn place_of(gram: &[u8]) -> Option<(usize, u64)> {
    let place = gram.iter().try_fold(0, |place: usize, byte| {
        let digit = char::from(*byte).to_digit(36)?;
        Some(place * CHARACTERS + usize::try_from(digit).ok()?)
    })?;
    Some((place / 64, 1 << (place % 64)))
}

/// Whether the name may be put together of parts of a text, which has `grams`: each of its characters stands in one of them. What is shorter than one may come from anywhere.
pub(super) fn is_made_of(name: &str, grams: &Grams) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| part.len() >= GRAM).all(|part| {
        let mut end = 0;
        for (at, gram) in part.as_bytes().windows(GRAM).enumerate() {
            if grams.contains(gram) {
                if at > end {
                    return false;
                }
                end = at + GRAM;
            }
        }
        end == part.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_made_of_parts_that_stand_in_a_text() {
        let grams = Grams::of("name = \"RG-${var.app}-${local.short}\" app = \"shop\" stage = \"prod\" weu");
        for name in ["rg-shop-weu", "rg-shopprod-weu", "rg-01", "shop"] {
            assert!(is_made_of(name, &grams), "{name}");
        }
        for name in ["rg-shared-weu", "rg-shops", "neu"] {
            assert!(!is_made_of(name, &grams), "{name}");
        }
    }
}
