//! Regular expressions that read a text letter by letter.

use std::sync::{Arc, Mutex, PoisonError};

use cmklint_graph::Pattern;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::start;

use super::regex::translated;

/// States of a pattern: of more, none is made.
const MAX_STATES: usize = 4_000;

/// A pattern with the states that were reached so far.
#[derive(Debug)]
struct Automaton {
    pattern: String,
    machine: DFA,
    reached: Mutex<Reached>,
}

#[derive(Debug)]
struct Reached {
    cache: Cache,
    /// The states by the numbers that they are called by.
    states: Vec<LazyStateID>,
}

/// The pattern as an automaton; `None` where it is none that can be read so.
pub(super) fn of(pattern: &str) -> Option<Arc<dyn Pattern>> {
    let pattern = translated(pattern).ok()?;
    let machine = DFA::builder()
        .configure(DFA::config().cache_capacity(1 << 22).minimum_cache_clear_count(Some(0)))
        .build(&pattern)
        .ok()?;
    let mut cache = machine.create_cache();
    let first = machine.start_state(&mut cache, &start::Config::new()).ok()?;
    let reached = Mutex::new(Reached { cache, states: vec![first] });
    Some(Arc::new(Automaton { pattern, machine, reached }))
}

impl Pattern for Automaton {
    fn start(&self) -> u32 {
        0
    }

    fn next(&self, state: u32, letter: char) -> Option<u32> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { cache, states } = &mut *reached;
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
        if let Some(known) = states.iter().position(|known| *known == at) {
            return u32::try_from(known).ok();
        }
        if states.len() >= MAX_STATES {
            return Some(state);
        }
        states.push(at);
        u32::try_from(states.len() - 1).ok()
    }

    fn matches_at_end(&self, state: u32) -> bool {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { cache, states } = &mut *reached;
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
