//! Regular expressions that read a text letter by letter.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use cmklint_graph::{Pattern, work};
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;
use rustc_hash::FxHashMap;

use super::regex::{translated, weight};

/// States of a pattern: of more, none is made.
const MAX_STATES: usize = 4_000;
/// A state is found by a look at so many of what the pattern weighs for each step that is paid.
const LOOKED_AT: usize = 16;
/// What was built of patterns that weigh more is not kept.
const KEPT_WEIGHT: usize = 2_000;
/// Of so many patterns what was built is kept.
const MAX_KEPT: usize = 32;

thread_local! {
    /// What was built of patterns before.
    static KEPT: RefCell<FxHashMap<String, DFA>> = RefCell::default();
}

/// A pattern with the states that were reached so far.
#[derive(Debug)]
struct Automaton {
    pattern: String,
    machine: DFA,
    /// Steps that a new state costs.
    cost: usize,
    reached: Mutex<Reached>,
}

#[derive(Debug)]
struct Reached {
    cache: Cache,
    /// The states by the numbers that they are called by.
    states: Vec<LazyStateID>,
    /// Their numbers.
    numbers: FxHashMap<LazyStateID, u32>,
}

/// The pattern as an automaton; `None` where it is none that can be read so, or its building can't be [paid](work::pay).
pub(super) fn of(pattern: &str) -> Option<Arc<dyn Pattern>> {
    let weight = weight(pattern);
    if !work::pay(weight) {
        return None;
    }
    let pattern = translated(pattern).ok()?;
    let machine = machine(&pattern, weight)?;
    let mut cache = machine.create_cache();
    let first = machine.start_state(&mut cache, &start::Config::new()).ok()?;
    let reached = Reached { cache, states: vec![first], numbers: std::iter::once((first, 0)).collect() };
    Some(Arc::new(Automaton { pattern, machine, cost: 1 + weight / LOOKED_AT, reached: Mutex::new(reached) }))
}

fn machine(pattern: &str, weight: usize) -> Option<DFA> {
    if let Some(known) = KEPT.with_borrow(|kept| kept.get(pattern).cloned()) {
        return Some(known);
    }
    let config = DFA::config().cache_capacity(1 << 22).minimum_cache_clear_count(Some(0));
    let machine = DFA::builder().configure(config).build(pattern).ok()?;
    if weight <= KEPT_WEIGHT {
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MAX_KEPT {
                kept.clear();
            }
            kept.insert(pattern.to_owned(), machine.clone());
        });
    }
    Some(machine)
}

impl Pattern for Automaton {
    fn start(&self) -> u32 {
        0
    }

    fn next(&self, state: u32, letter: char) -> Option<u32> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { cache, states, numbers } = &mut *reached;
        let mut at = *states.get(state as usize)?;
        let mut bytes = [0; 4];
        for byte in letter.encode_utf8(&mut bytes).bytes() {
            let Ok(next) = self.machine.next_state(cache, at, byte) else { return Some(state) };
            at = next;
            // A match is seen one byte after its end.
            if at.is_match() {
                return None;
            }
        }
        if let Some(known) = numbers.get(&at) {
            return Some(*known);
        }
        if states.len() >= MAX_STATES || !work::pay(self.cost) {
            return Some(state);
        }
        let number = u32::try_from(states.len()).ok()?;
        states.push(at);
        numbers.insert(at, number);
        Some(number)
    }

    fn matches_at_end(&self, state: u32) -> bool {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { cache, states, .. } = &mut *reached;
        let Some(at) = states.get(state as usize) else { return false };
        self.machine.next_eoi_state(cache, *at).is_ok_and(|end| end.is_match())
    }

    fn letters(&self) -> Vec<char> {
        // One of each kind besides those that are written.
        self.pattern.chars().chain("am05AM_- .".chars()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn patterns_match_letter_by_letter_what_they_match_at_once() {
        let texts = ["", "prd", "prd-weu", "x-prd", "PRD", "dev", "stg-1", "a.b", "ab", "prd-12", "12", "ä"];
        for pattern in [
            "^prd",
            "-weu$",
            "^(prd|stg)-",
            "(?i)^prd$",
            "^[a-z]+$",
            "a\\.b",
            "^\\d+$",
            "^[a-z]{3}-[0-9]{2}$",
            "",
            "d|v",
            "^$",
        ] {
            let at_once = regex::Regex::new(pattern).unwrap();
            let by_letter = of(pattern).unwrap();
            for text in texts {
                let end = text.chars().try_fold(by_letter.start(), |state, c| by_letter.next(state, c));
                let matches = end.is_none_or(|state| by_letter.matches_at_end(state));
                assert_eq!(matches, at_once.is_match(text), "{pattern} and {text}");
            }
        }
    }

    #[test]
    fn what_is_no_pattern_is_none() {
        assert!(of("(").is_none() && of("\\").is_none());
    }
}
