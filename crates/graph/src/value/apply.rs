//! Values that depend on what is not known: choices and calls.

use std::sync::Arc;

use super::{Atom, Call, Choice, Functions, Kind, Literal, Symbol, Value};
use crate::canonical::{bounded, canonical, is_same_text};
use crate::work;

/// What making a choice costs, and giving it up again.
const CHOICE_STEPS: usize = 2;

impl Value {
    /// `then` where `atom` holds, else `otherwise`; one of them outright where the atom's own symbol decides it, or both are
    /// the same by [`canonical`](crate::canonical).
    #[must_use]
    pub fn choice(atom: Atom, then: Self, otherwise: Self) -> Self {
        if atom.literal == Literal::Null && atom.symbol.is_never_null() {
            return otherwise;
        }
        if let Some(allowed) = atom.symbol.allowed() {
            let possible = allowed.contains(&atom.literal);
            if !possible {
                return otherwise;
            }
            if allowed.iter().all(|l| *l == atom.literal) {
                return then;
            }
        }
        if is_same_text(&then, &otherwise) {
            return then;
        }
        // It is made where that can't be paid too, since nothing else would be right: then whoever does the work ends.
        let _ = work::pay(CHOICE_STEPS);
        Self::new(Kind::Choice(Arc::new(Choice { atom, then, otherwise })))
    }

    /// The result of a pure function of values that are not all known: a symbol that two equal calls share.
    /// `label` is what messages call it (`toLower(parameter name)` where it is `None`).
    #[must_use]
    pub fn apply(function: &str, args: &[Self], label: Option<&str>) -> Self {
        Self::applied(function, args, label, None)
    }

    /// As [`Value::apply`], for a function of `functions`, which evaluate the call again once more is known of the arguments.
    #[must_use]
    pub fn call(functions: &'static dyn Functions, function: &str, args: &[Self], label: Option<&str>) -> Self {
        Self::applied(function, args, label, Some(functions))
    }

    fn applied(function: &str, args: &[Self], label: Option<&str>, functions: Option<&'static dyn Functions>) -> Self {
        // To tell what it is of costs as much as there is of that: where nothing is left to pay with, it is equal to nothing else.
        if let Some(number) = work::next_unknown() {
            return Self::symbol(Symbol::at_place(format!("spent:{number}"), "what is not looked at"));
        }
        let keys: Vec<String> = args.iter().map(canonical).collect();
        let key = bounded(format!("{function}({})", keys.join(",")));
        let label = label.map_or_else(
            || {
                let labels: Vec<String> = args.iter().map(Self::describe).collect();
                shorten(&format!("{function}({})", labels.join(", ")))
            },
            str::to_owned,
        );
        Self::symbol(Symbol::call(key, label, Call::new(function, args, functions)))
    }
}

/// `text` in at most some hundred characters: what is too long is left out in the middle, since ids and URLs tell at their end what they are of.
pub(super) fn shorten(text: &str) -> String {
    const MOST: usize = 90;
    const HEAD: usize = 24;
    let count = text.chars().count();
    if count <= MOST {
        return text.to_owned();
    }
    // Ids and URLs are cut between their parts.
    let head_end = text.char_indices().nth(HEAD).map_or(text.len(), |(at, _)| at);
    let tail_start = text.char_indices().nth(count + HEAD + 1 - MOST).map_or(0, |(at, _)| at);
    let (head, tail) = (text.get(..head_end).unwrap_or(text), text.get(tail_start..).unwrap_or(""));
    // A symbolic part is shown whole or not at all.
    let is_cut = head.rsplit_once("${").is_some_and(|(_, after)| !after.contains('}'));
    let head = if is_cut { "" } else { head };
    let tail = match tail.split_once('/') {
        Some((_, whole)) if whole.contains('/') => tail.get(tail.len() - whole.len() - 1..).unwrap_or(tail),
        _ => tail,
    };
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_nothing_is_left_to_pay_with_a_call_is_equal_to_nothing_else() {
        let keys = || {
            let arg = Value::symbol(Symbol::new("a", "a"));
            [(); 2].map(|()| canonical(&Value::apply("f", std::slice::from_ref(&arg), None)))
        };
        let ((paid, spent), metered) = work::metered(100, || {
            let paid = keys();
            let _ = work::pay(1_000);
            (paid, keys())
        });
        assert!(metered.is_spent);
        assert_eq!(paid[0], paid[1]);
        assert_ne!(spent[0], spent[1]);
        assert!(!spent.contains(&paid[0]));
    }
}
