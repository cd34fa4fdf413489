//! What is found in a folder and in all that it reaches: each folder is looked at once, however many reach it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is found in a folder, and can be joined with what is found in others.
pub(super) trait Found: Clone {
    /// Adds what was found elsewhere.
    fn join(&mut self, other: &Self);

    /// Whether nothing that is added makes a difference.
    fn is_enough(&self) -> bool;
}

impl Found for bool {
    fn join(&mut self, other: &Self) {
        *self |= *other;
    }

    fn is_enough(&self) -> bool {
        *self
    }
}

/// What is found in each folder and in all that it reaches, for those that were asked for.
pub(super) struct Reach<T>(Mutex<HashMap<String, T>>);

impl<T> Default for Reach<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// A folder from which is gone on, or that is in a circle with one from which is.
struct Open<T> {
    folder: String,
    found: T,
    /// The lowest place of an open folder that it reaches.
    lowest: usize,
    next: std::vec::IntoIter<String>,
}

impl<T: Found> Reach<T> {
    /// What is found in `start` and in all that it reaches, where `own` tells what is found in a folder itself, and `next` what it reaches directly; the latter is asked only where the folder's
    /// own is not enough. Folders that reach one another have it all together (this is Tarjan's algorithm).
    pub(super) fn of(&self, start: &str, own: &dyn Fn(&str) -> T, next: &dyn Fn(&str) -> Vec<String>) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(start) {
            return found.clone();
        }
        let mut open: Vec<Open<T>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut way: Vec<usize> = Vec::new();
        let mut enter = Some(start.to_owned());
        loop {
            if let Some(folder) = enter.take() {
                let (place, found) = (open.len(), own(&folder));
                let next = if found.is_enough() { Vec::new() } else { next(&folder) };
                places.insert(folder.clone(), place);
                way.push(place);
                open.push(Open { folder, found, lowest: place, next: next.into_iter() });
            }
            let Some(place) = way.last().copied() else { break };
            let Some(at) = open.get_mut(place) else { break };
            if let Some(folder) = at.next.next().filter(|_| !at.found.is_enough()) {
                match (known.get(&folder), places.get(&folder)) {
                    (Some(found), _) => at.found.join(found),
                    (None, Some(place)) => at.lowest = at.lowest.min(*place),
                    (None, None) => enter = Some(folder),
                }
                continue;
            }
            way.pop();
            let (lowest, found) = (at.lowest, at.found.clone());
            if lowest == place {
                for done in open.drain(place..) {
                    places.remove(&done.folder);
                    known.insert(done.folder, found.clone());
                }
            }
            if let Some(before) = way.last().and_then(|place| open.get_mut(*place)) {
                before.found.join(&found);
                before.lowest = before.lowest.min(lowest);
            }
        }
        known.get(start).cloned().unwrap_or_else(|| own(start))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::*;

    impl Found for BTreeSet<String> {
        fn join(&mut self, other: &Self) {
            self.extend(other.iter().cloned());
        }

        fn is_enough(&self) -> bool {
            false
        }
    }

    /// A graph of `count` folders, each with a few edges; the same for the same `seed`.
    fn graph(count: usize, seed: usize) -> Vec<Vec<usize>> {
        let edge = |from: usize, at: usize| (from * 31 + at * 17 + seed * 7 + from * from * (at + seed)) % count;
        (0..count).map(|from| (0..(from * seed + 1) % 4).map(|at| edge(from, at)).collect()).collect()
    }

    fn reached(graph: &[Vec<usize>], start: usize) -> BTreeSet<String> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(&graph[at]);
            }
        }
        seen.into_iter().map(|at| at.to_string()).collect()
    }

    #[test]
    fn what_is_found_is_that_of_a_plain_search_and_each_folder_is_looked_at_once() {
        for seed in 1..40 {
            let graph = graph(23, seed);
            let looked = RefCell::new(Vec::new());
            let next = |at: &str| graph[at.parse::<usize>().unwrap()].iter().map(ToString::to_string).collect();
            let (sets, flags) = (Reach::<BTreeSet<String>>::default(), Reach::<bool>::default());
            for start in (0..graph.len()).rev() {
                let own = |at: &str| {
                    looked.borrow_mut().push(at.to_owned());
                    BTreeSet::from([at.to_owned()])
                };
                let all = reached(&graph, start);
                assert_eq!(sets.of(&start.to_string(), &own, &next), all, "{seed} {start}");
                let is_such = |at: &str| at == "5" || at == "11";
                let flag = flags.of(&start.to_string(), &is_such, &next);
                assert_eq!(flag, all.iter().any(|at| is_such(at)), "{seed} {start}");
            }
            let looked = looked.into_inner();
            assert_eq!(looked.iter().collect::<BTreeSet<_>>().len(), looked.len());
        }
    }

    #[test]
    fn what_a_folder_calls_is_not_asked_where_its_own_is_enough() {
        let reach = Reach::<bool>::default();
        assert!(reach.of("a", &|_| true, &|_| panic!("asked")));
    }
}
