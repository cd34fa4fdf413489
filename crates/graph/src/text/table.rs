//! A machine as a table: all of its states, where each letter leads from each, and how many letters there are from each to what is wanted.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::machine::Machine;
use super::state::{Observed, Reads, State};
use crate::work;

/// A machine of more states is not looked at.
const MAX_STATES: usize = 2_500;
/// From such a state nothing that is wanted can be reached.
pub(super) const NEVER: u32 = u32::MAX;

/// All that a machine can read.
pub(super) struct Table {
    /// The number of the letters' classes, by which `next` is divided.
    classes: usize,
    next: Vec<u32>,
    /// What is observed where the text ends in each state.
    observed: Vec<Observed>,
    /// The class of each letter of the alphabet.
    class_of: Vec<u32>,
    /// From each state, so many letters at least lead to what is wanted.
    pub(super) distance: Vec<u32>,
}

impl Table {
    /// The table of `machine` for texts of the letters of `alphabet`, the first of which is one that no machine tells from others. `None` where there are too many states, or
    /// the work can't be paid.
    pub(super) fn new(machine: &Machine, alphabet: &[char]) -> Option<Self> {
        let mut own = Vec::new();
        let tells_all = machine.letters(&mut own).is_none();
        let is_own = |c: &char| tells_all || own.contains(c);
        let mut letters: Vec<char> = alphabet.first().copied().into_iter().collect();
        let mut class_of = Vec::with_capacity(alphabet.len());
        for (at, c) in alphabet.iter().enumerate() {
            if at > 0 && is_own(c) {
                letters.push(*c);
            }
            let class = if at > 0 && is_own(c) { letters.len() - 1 } else { 0 };
            class_of.push(u32::try_from(class).ok()?);
        }
        let start = machine.start();
        let mut known: FxHashMap<State, u32> = FxHashMap::from_iter([(start.clone(), 0)]);
        let mut states = vec![start];
        let mut next = Vec::new();
        let mut at = 0;
        while let Some(state) = states.get(at).cloned() {
            if states.len() > MAX_STATES || !work::pay(1 + letters.len()) {
                return None;
            }
            for c in &letters {
                let read = machine.read(&state, *c);
                let number = match known.get(&read) {
                    Some(number) => *number,
                    None => {
                        let number = u32::try_from(states.len()).ok()?;
                        known.insert(read.clone(), number);
                        states.push(read);
                        number
                    }
                };
                next.push(number);
            }
            at += 1;
        }
        let observed = states.iter().map(|state| machine.end(state)).collect();
        let distance = vec![0; states.len()];
        Some(Self { classes: letters.len(), next, observed, class_of, distance })
    }

    /// The state that the letter of that number of the alphabet leads to.
    pub(super) fn next(&self, state: u32, letter: usize) -> u32 {
        let class = self.class_of.get(letter).copied().unwrap_or(0) as usize;
        self.next.get(state as usize * self.classes + class).copied().unwrap_or(state)
    }

    pub(super) fn observed(&self, state: u32) -> Observed {
        self.observed.get(state as usize).copied().flatten()
    }

    /// The class of the letter of that number: two letters of one class lead to the same state from any.
    pub(super) fn class(&self, letter: usize) -> u32 {
        self.class_of.get(letter).copied().unwrap_or(0)
    }

    /// Measures how far it is from each state to one in which a text may end, by what is `wanted` to be observed then.
    pub(super) fn measure(&mut self, mut wanted: impl FnMut(Observed) -> bool) {
        let mut decided: FxHashMap<Observed, bool> = FxHashMap::default();
        let count = self.observed.len();
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (at, next) in self.next.chunks(self.classes.max(1)).enumerate() {
            for to in next {
                if let (Some(list), Ok(at)) = (before.get_mut(*to as usize), u32::try_from(at))
                    && list.last() != Some(&at)
                {
                    list.push(at);
                }
            }
        }
        self.distance = vec![NEVER; count];
        let mut open = VecDeque::new();
        for (at, observed) in self.observed.iter().enumerate() {
            if *decided.entry(*observed).or_insert_with(|| wanted(*observed)) {
                if let Some(distance) = self.distance.get_mut(at) {
                    *distance = 0;
                }
                open.push_back(at);
            }
        }
        while let Some(at) = open.pop_front() {
            let far = self.distance.get(at).map_or(NEVER, |distance| distance + 1);
            for from in before.get(at).into_iter().flatten() {
                if let Some(distance) = self.distance.get_mut(*from as usize).filter(|distance| **distance == NEVER) {
                    *distance = far;
                    open.push_back(*from as usize);
                }
            }
        }
    }
}
