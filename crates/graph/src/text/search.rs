//! The texts of which machines observe what is wanted, one for each combination of what they observe else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashSet;

use super::OTHER_LETTER;
use super::machine::Machine;
use super::state::Observed;
use super::table::{NEVER, Table};
use crate::work;

/// More combinations of states are not looked at.
const MAX_STATES: usize = 5_000;
/// No more steps of [work] are taken for one question.
const MAX_STEPS: usize = 100_000;
/// More texts are not made.
const MAX_TEXTS: usize = 192;

/// What is asked of a text.
pub(super) struct Question<'q> {
    pub(super) machine: Machine,
    /// Whether an observation is wanted; `None` where each makes a difference.
    pub(super) wanted: Option<Box<dyn FnMut(Observed) -> bool + 'q>>,
}

/// Texts, and whether there is no other that they don't stand for.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) texts: Vec<String>,
    pub(crate) are_all: bool,
}

/// A combination of states, and how it was reached.
struct Reached {
    states: Box<[u32]>,
    from: usize,
    letter: char,
}

/// The texts that answer all of `questions`.
pub(super) fn texts(questions: Vec<Question<'_>>) -> Found {
    let nothing = |are_all| Found { texts: Vec::new(), are_all };
    let alphabet = alphabet(&questions);
    let mut tables = Vec::with_capacity(questions.len());
    let mut are_free = Vec::with_capacity(questions.len());
    let mut are_all = true;
    for question in questions {
        let Some(mut table) = Table::new(&question.machine, &alphabet) else {
            are_all = false;
            continue;
        };
        are_free.push(question.wanted.is_none());
        if let Some(wanted) = question.wanted {
            table.measure(wanted);
            if table.distance.first() == Some(&NEVER) {
                return nothing(true);
            }
        }
        tables.push(table);
    }
    let letters = distinct(&alphabet, &tables);
    let mut found = search(&tables, &are_free, &letters);
    found.are_all &= are_all;
    found
}

/// All letters that a machine tells from others, after one that none does.
fn alphabet(questions: &[Question<'_>]) -> Vec<char> {
    let mut own = Vec::new();
    questions.iter().for_each(|question| question.machine.samples(&mut own));
    own.sort_unstable();
    own.dedup();
    own.retain(|c| *c != OTHER_LETTER);
    std::iter::once(OTHER_LETTER).chain(own).collect()
}

/// The letters, by their number, one of each that all tables read alike.
fn distinct(alphabet: &[char], tables: &[Table]) -> Vec<(usize, char)> {
    let mut known = FxHashSet::default();
    let class = |letter: usize| tables.iter().map(|table| table.class(letter)).collect::<Vec<u32>>();
    alphabet.iter().copied().enumerate().filter(|(letter, _)| known.insert(class(*letter))).collect()
}

/// Looks at the combinations of states that texts lead to, those first from which what is wanted is near.
fn search(tables: &[Table], are_free: &[bool], letters: &[(usize, char)]) -> Found {
    let mut found = Found { texts: Vec::new(), are_all: false };
    let mut kinds: FxHashSet<Vec<Observed>> = FxHashSet::default();
    let is_any_free = are_free.contains(&true);
    let start: Box<[u32]> = vec![0; tables.len()].into();
    let mut known: FxHashSet<Box<[u32]>> = FxHashSet::from_iter([start.clone()]);
    let mut reached = vec![Reached { states: start, from: 0, letter: OTHER_LETTER }];
    let mut open = BinaryHeap::from([(Reverse(0u64), Reverse(0usize))]);
    let mut taken = 0;
    while let Some((_, Reverse(at))) = open.pop() {
        let Some(states) = reached.get(at).map(|reached| reached.states.clone()) else { break };
        if distance(tables, &states).is_some_and(|(all, _)| all == 0) {
            let observed = states.iter().zip(tables).zip(are_free).filter(|(_, is_free)| **is_free);
            let kind = observed.map(|((state, table), _)| table.observed(*state)).collect();
            if kinds.insert(kind) {
                found.texts.push(text(&reached, at));
            }
            if !is_any_free {
                found.are_all = true;
                return found;
            }
        }
        let step = 1 + letters.len() * (2 + tables.len()) / 4;
        taken += step;
        if taken > MAX_STEPS || !work::pay(step) || found.texts.len() >= MAX_TEXTS {
            return found;
        }
        for (letter, c) in letters {
            let next: Box<[u32]> =
                states.iter().zip(tables).map(|(state, table)| table.next(*state, *letter)).collect();
            let Some((far, most)) = distance(tables, &next) else { continue };
            if !known.insert(next.clone()) {
                continue;
            }
            if reached.len() >= MAX_STATES {
                return found;
            }
            open.push((Reverse(far * 4 + most), Reverse(reached.len())));
            reached.push(Reached { states: next, from: at, letter: *c });
        }
    }
    found.are_all = true;
    found
}

/// How far all tables together are from what is wanted, and the one that is farthest; `None` where one can't get there.
fn distance(tables: &[Table], states: &[u32]) -> Option<(u64, u64)> {
    let mut all = (0u64, 0u64);
    for (table, state) in tables.iter().zip(states) {
        let own = table.distance.get(*state as usize).copied().filter(|distance| *distance != NEVER)?;
        all = (all.0 + u64::from(own), all.1.max(u64::from(own)));
    }
    Some(all)
}

/// The text that leads to the combination of that number.
fn text(reached: &[Reached], mut at: usize) -> String {
    let mut letters = Vec::new();
    while let Some(here) = reached.get(at).filter(|_| at > 0) {
        letters.push(here.letter);
        at = here.from;
    }
    letters.iter().rev().collect()
}
