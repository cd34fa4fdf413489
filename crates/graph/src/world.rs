use std::sync::Arc;

use crate::joint::{Verdict, fixed, speaks_for_itself, verdict};
use crate::value::{Atom, Fact, Kind, Literal, Symbol, Value};
use crate::work;

/// What is assumed of conditions that are not known: a consistent set of atoms that hold and atoms that don't.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct World {
    facts: Arc<[Fact]>,
}

/// Why there is no such world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoWorld {
    /// Nothing makes it so.
    Certain,
    /// Nothing was found that makes it so.
    Doubtful,
}

/// What it costs to assume something, besides two steps for each thing that is assumed already: each is looked at, and copied.
const ASSUME_STEPS: usize = 4;

impl World {
    /// The world in which nothing is assumed.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Whether nothing is assumed.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.facts.is_empty()
    }

    /// The assumptions, in a fixed order.
    pub fn facts(&self) -> impl Iterator<Item = (&Atom, bool)> {
        self.facts.iter().map(|(atom, holds)| (atom, *holds))
    }

    /// The assumptions in words, joined by "and"; empty for [`World::any`].
    #[must_use]
    pub fn describe(&self) -> String {
        // Where a symbol is known to equal something, what it doesn't equal says nothing more.
        let turned = self.turned();
        let is_named = |symbol: &Symbol| turned.is_none_or(|turned| turned == symbol || symbol.left_at().is_none());
        let named = self.facts.iter().filter(|(atom, _)| is_named(&atom.symbol));
        let words: Vec<String> = named.map(|(atom, holds)| atom.describe(*holds)).collect();
        words.join(" and ")
    }

    /// Whether `atom` holds here; `None` where that is open, or where the [work](work::pay) to find out can't be paid.
    #[must_use]
    pub fn decides(&self, atom: &Atom) -> Option<bool> {
        if !work::pay(1 + self.facts.len()) {
            return None;
        }
        self.says(atom).or_else(|| {
            if speaks_for_itself(&self.facts, &atom.symbol) {
                return None;
            }
            let never = |holds: bool| verdict(&self.facts, &(atom.clone(), holds)) == Verdict::Impossible;
            match never(true) {
                true => Some(false),
                false => never(false).then_some(true),
            }
        })
    }

    /// As [`World::decides`], by the assumptions on the atom's own symbol.
    fn says(&self, atom: &Atom) -> Option<bool> {
        for (known, holds) in self.facts.iter() {
            if known.symbol == atom.symbol {
                if known.literal == atom.literal {
                    return Some(*holds);
                }
                if *holds {
                    return Some(false); // it equals something else
                }
            }
        }
        if atom.literal == Literal::Null && atom.symbol.is_never_null() {
            return Some(false);
        }
        if let Some(known) = self.decides_by_switch(atom) {
            return Some(known);
        }
        let listed = std::iter::once(&atom.symbol).chain(self.on(&atom.symbol).map(|(known, _)| &known.symbol));
        let mut lists = listed.filter_map(Symbol::allowed);
        let allowed = lists.next()?;
        if !allowed.contains(&atom.literal) {
            return Some(false);
        }
        let others: Vec<&[Literal]> = lists.filter(|list| *list != allowed).collect();
        if others.iter().any(|list| !list.contains(&atom.literal)) {
            return Some(false);
        }
        let left = |literal: &&Literal| {
            others.iter().all(|list| list.contains(literal))
                && !self.on(&atom.symbol).any(|(known, holds)| !holds && known.literal == **literal)
        };
        let mut open = allowed.iter().filter(left);
        match (open.next(), open.next()) {
            (Some(only), None) => Some(*only == atom.literal),
            _ => None,
        }
    }

    /// What is assumed of `symbol` itself.
    fn on(&self, symbol: &Symbol) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |(known, _)| known.symbol == *symbol)
    }

    /// This world, in which `symbol` is one of the values that it is allowed to be where the symbol stands; `None` where it is assumed to be none of them.
    fn with_what_is_allowed(&self, symbol: &Symbol) -> Option<Self> {
        let Some(allowed) = symbol.allowed() else { return Some(self.clone()) };
        let mut facts = self.on(symbol).peekable();
        // Each has a list of its own only where it is an index that fails for all else.
        if facts.peek().is_none_or(|(known, _)| known.symbol.allowed() == Some(allowed)) {
            return Some(self.clone());
        }
        let mut left: Vec<Literal> = allowed.to_vec();
        for (known, holds) in facts {
            let listed = |literal: &Literal| known.symbol.allowed().is_none_or(|list| list.contains(literal));
            left.retain(|literal| (*literal == known.literal) == *holds && listed(literal));
        }
        if left.is_empty() {
            return None;
        }
        let own = symbol.with_allowed(left);
        let mut facts = self.facts.to_vec();
        for (known, holds) in &mut facts {
            if known.symbol == *symbol && *holds {
                return Some(self.clone());
            }
            if known.symbol == *symbol {
                known.symbol = own.clone();
            }
        }
        Some(Self { facts: facts.into() })
    }

    /// This world with one more assumption; `None` where it contradicts what is assumed already, where the condition has no value in this world, or where nothing was found
    /// that makes all of it so.
    #[must_use]
    pub fn assume(&self, atom: &Atom, holds: bool) -> Option<Self> {
        self.assumed(atom, holds).ok()
    }

    /// As [`World::assume`]; where there is no such world, whether that is certain.
    pub(crate) fn assumed(&self, atom: &Atom, holds: bool) -> Result<Self, NoWorld> {
        if !work::pay(ASSUME_STEPS + 2 * self.facts.len()) {
            return Ok(self.with(atom, holds));
        }
        match self.says(atom) {
            Some(known) if known == holds => return self.with_what_is_allowed(&atom.symbol).ok_or(NoWorld::Certain),
            Some(_) => return Err(NoWorld::Certain),
            None if speaks_for_itself(&self.facts, &atom.symbol) => return Ok(self.with(atom, holds)),
            None => {}
        }
        match verdict(&self.facts, &(atom.clone(), holds)) {
            Verdict::Impossible => return Err(NoWorld::Certain),
            Verdict::Doubtful => return Err(NoWorld::Doubtful),
            Verdict::Possible => {}
        }
        match verdict(&self.facts, &(atom.clone(), !holds)) {
            Verdict::Impossible => self.with_what_is_allowed(&atom.symbol).ok_or(NoWorld::Certain),
            Verdict::Possible | Verdict::Doubtful => Ok(self.with(atom, holds)),
        }
    }

    /// This world with the assumption among the others.
    fn with(&self, atom: &Atom, holds: bool) -> Self {
        let fact = (atom.clone(), holds);
        let at = self.facts.partition_point(|known| *known < fact);
        let (before, after) = self.facts.split_at(at);
        if !holds || self.on(&atom.symbol).next().is_none() {
            return Self { facts: before.iter().cloned().chain([fact]).chain(after.iter().cloned()).collect() };
        }
        // What the symbol doesn't equal says nothing more where it is known what it equals.
        let says_more = |(known, _): &&Fact| known.symbol != atom.symbol;
        let mut facts = Vec::with_capacity(self.facts.len() + 1);
        facts.extend(before.iter().filter(says_more).cloned());
        facts.push(fact);
        facts.extend(after.iter().filter(says_more).cloned());
        Self { facts: facts.into() }
    }

    /// `value` simplified by what is assumed of the unknowns in it, where it is a symbol or text with symbolic parts.
    #[must_use]
    pub fn work_out(&self, value: Value) -> Value {
        if self.is_any() || !matches!(value.kind, Kind::Symbol(_) | Kind::Template(_)) {
            return value;
        }
        match fixed(&value, &self.facts).or_else(|| self.only_allowed(&value)) {
            Some(known) => known,
            None => value,
        }
    }

    /// The one of the few values that the symbol `value` can have that it has here, where it has one.
    fn only_allowed(&self, value: &Value) -> Option<Value> {
        /// Of more values, each is not looked at.
        const MOST: usize = 4;
        let Kind::Symbol(symbol) = &value.kind else { return None };
        let allowed = symbol.allowed().filter(|allowed| allowed.len() <= MOST)?;
        let is_it = |literal: &&Literal| self.decides(&Atom::equals(symbol.clone(), (*literal).clone())) == Some(true);
        let known = allowed.iter().find(is_it)?;
        Some(Value { kind: Value::from(known).kind, trail: value.trail.clone() })
    }

    /// The world in which both hold; `None` where they contradict each other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        if other.is_any() {
            return Some(self.clone());
        }
        other.facts.iter().try_fold(self.clone(), |world, (atom, holds)| world.assume(atom, *holds))
    }
}
