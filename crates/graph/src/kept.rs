//! What is kept from one look at values to the next, as long as both belong to one piece of [metered work](crate::work::metered).

use rustc_hash::FxHashMap;

use crate::work;

/// What was found before, by what it was found of.
pub(crate) struct Kept<K, V> {
    /// The piece of metered work that it belongs to, as [`work::ended`] counts them.
    of: u64,
    known: FxHashMap<K, V>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { of: 0, known: FxHashMap::default() }
    }
}

impl<K, V> Kept<K, V> {
    /// What is kept for the current piece of work; what was kept for another one is dropped.
    pub(crate) fn of_now(&mut self) -> &mut FxHashMap<K, V> {
        let now = work::ended();
        if self.of != now {
            self.known.clear();
            self.of = now;
        }
        &mut self.known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_piece_of_work_kept_is_unknown_to_the_next() {
        let mut kept = Kept::default();
        kept.of_now().insert(1, 2);
        assert_eq!(kept.of_now().get(&1), Some(&2));
        let _ = work::metered(1, || ());
        assert_eq!(kept.of_now().get(&1), None);
    }
}
