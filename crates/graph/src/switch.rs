//! Switches: inputs that are left at their defaults, looked at with another value too. A world changes one switch at most.

use std::sync::Arc;

use crate::value::{Atom, Kind, Literal, Symbol, Value};
use crate::world::World;

/// An input with more values than this is no switch.
const MAX_VALUES: usize = 32;

/// Booleans inside an object are switches down to this depth, and this many of them.
const MAX_DEPTH: usize = 4;
const MAX_INSIDE: usize = 16;

/// `default`, the value that the input `symbol` is left at, in one world; in the others the other possible values: each of `allowed`, or the other boolean.
/// `place` gives each of these values its trail. The booleans inside an object are switches of their own. Where there is neither a boolean nor one of few
/// values, `default` alone.
#[must_use]
pub fn with_switch(
    symbol: &Symbol,
    default: Value,
    allowed: Option<&[Literal]>,
    place: &dyn Fn(Value) -> Value,
) -> Value {
    if matches!(default.kind, Kind::Object(_)) {
        return with_switches_inside(symbol, default, place, &mut MAX_INSIDE.clone(), MAX_DEPTH);
    }
    let Some(usual) = default.as_literal() else { return default };
    let all: Vec<Literal> = match (allowed, &usual) {
        (Some(allowed), _) => allowed.to_vec(),
        (None, Literal::Bool(_)) => vec![Literal::Bool(true), Literal::Bool(false)],
        (None, _) => return default,
    };
    let others: Vec<Literal> = all.into_iter().filter(|literal| *literal != usual).collect();
    if others.is_empty() || others.len() > MAX_VALUES {
        return default;
    }
    let symbol = symbol.with_allowed(others.iter().cloned().chain([usual.clone()])).that_is_left_at(usual);
    others.into_iter().rev().fold(default, |rest, literal| {
        let value = place(Value::from(&literal));
        match literal {
            // A boolean that isn't `false` is `true`: both tests are one condition.
            Literal::Bool(false) if symbol.left_at() == Some(&Literal::Bool(true)) => {
                Value::choice(Atom::truth(symbol.clone()), rest, value)
            }
            literal => Value::choice(Atom::equals(symbol.clone(), literal), value, rest),
        }
    })
}

/// `default`, an object, with the booleans in it as switches that are named after their places; `left` is how many more may be.
fn with_switches_inside(
    symbol: &Symbol,
    default: Value,
    place: &dyn Fn(Value) -> Value,
    left: &mut usize,
    depth: usize,
) -> Value {
    let Kind::Object(object) = &default.kind else { return default };
    let is_open =
        |value: &Value| matches!(value.kind, Kind::Bool(_)) || depth > 1 && matches!(value.kind, Kind::Object(_));
    if !object.entries.values().any(|entry| is_open(&entry.value)) {
        return default;
    }
    let mut object = (**object).clone();
    for (name, entry) in &mut object.entries {
        if *left == 0 || !is_open(&entry.value) {
            continue;
        }
        let member = Symbol::new(format!("{}.{name}", symbol.key()), format!("{}.{name}", symbol.label()));
        let value = entry.value.clone();
        entry.value = if matches!(value.kind, Kind::Object(_)) {
            with_switches_inside(&member, value, place, left, depth - 1)
        } else {
            *left -= 1;
            with_switch(&member, value, None, place)
        };
    }
    Value { kind: Kind::Object(Arc::new(object)), trail: default.trail }
}

/// Whether `value`, which [`with_switch`] made, is more than the default.
#[must_use]
pub fn is_switched(value: &Value) -> bool {
    match &value.kind {
        Kind::Choice(_) => true,
        Kind::Object(object) => object.entries.values().any(|entry| is_switched(&entry.value)),
        _ => false,
    }
}

impl Atom {
    /// Whether this atom, where it `holds` or doesn't, changes a switch.
    fn turns(&self, holds: bool) -> bool {
        self.symbol.left_at().is_some_and(|usual| (self.literal == *usual) != holds)
    }
}

impl World {
    /// The switch that this world changes, away from its default.
    #[must_use]
    pub fn turned(&self) -> Option<&Symbol> {
        self.facts().find(|(atom, holds)| atom.turns(*holds)).map(|(atom, _)| &atom.symbol)
    }

    /// Whether `atom` holds, as far as the one changed switch decides it: the others are at their defaults.
    pub(crate) fn decides_by_switch(&self, atom: &Atom) -> Option<bool> {
        let usual = atom.symbol.left_at()?;
        let turned = self.turned()?;
        (*turned != atom.symbol).then(|| atom.literal == *usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::cases;

    fn switch(name: &str, default: bool) -> Value {
        with_switch(&Symbol::new(name, name), Value::bool(default), None, &|value| value)
    }

    fn atom(value: &Value) -> Atom {
        let crate::value::Kind::Choice(choice) = &value.kind else { panic!("no switch: {value:?}") };
        choice.atom.clone()
    }

    #[test]
    fn a_world_turns_one_switch_at_most() {
        let (a, b) = (atom(&switch("a", false)), atom(&switch("b", true)));
        let a_on = World::any().assume(&a, true).unwrap();
        assert_eq!(a_on.turned(), Some(&a.symbol));
        assert_eq!(a_on.decides(&b), Some(true), "b is at its default");
        assert!(a_on.assume(&b, false).is_none());
        let b_off = World::any().assume(&b, false).unwrap();
        assert!(b_off.assume(&a, true).is_none());
        let both_usual = World::any().assume(&a, false).unwrap().assume(&b, true).unwrap();
        assert_eq!(both_usual.turned(), None);
        assert!(both_usual.and(&a_on).is_none());
    }

    #[test]
    fn words_name_the_switch_that_is_turned_and_not_those_at_their_defaults() {
        let (a, b) = (atom(&switch("a", false)), atom(&switch("b", true)));
        let world = World::any().assume(&b, true).unwrap().assume(&a, true).unwrap();
        assert_eq!(world.describe(), "a is true");
    }

    #[test]
    fn each_other_allowed_value_is_a_world() {
        let text = |text: &str| Literal::String(text.into());
        let allowed = [text("x"), text("y"), text("z")];
        let value = with_switch(&Symbol::new("s", "s"), Value::string("y"), Some(&allowed), &|value| value);
        let found: Vec<(String, Option<Literal>)> =
            cases(&value, &World::any()).iter().map(|(world, value)| (world.describe(), value.as_literal())).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.contains(&("s is 'x'".to_owned(), Some(text("x")))), "{found:?}");
        assert!(found.iter().any(|(_, value)| *value == Some(text("y"))), "{found:?}");
        let alone = with_switch(&Symbol::new("s", "s"), Value::string("y"), None, &|value| value);
        assert_eq!(alone.as_literal(), Some(text("y")), "a text that may be anything is no switch");
    }

    #[test]
    fn booleans_inside_an_object_are_switches_of_their_own() {
        let object = |members: &[(&str, Value)]| {
            let mut object = crate::value::Object::default();
            members.iter().for_each(|(name, value)| object.insert(*name, None, value.clone()));
            Value::object(object)
        };
        let disk = object(&[("cmk", Value::bool(false)), ("size", Value::from(&Literal::String("8".into())))]);
        let value = with_switch(&Symbol::new("c", "c"), object(&[("disk", disk)]), None, &|value| value);
        let found: Vec<String> = cases(&value.member("disk").member("cmk"), &World::any())
            .iter()
            .map(|(world, _)| world.describe())
            .collect();
        assert!(found.contains(&"c.disk.cmk is true".to_owned()), "{found:?}");
        assert!(is_switched(&value));
        let plain = object(&[("size", Value::from(&Literal::String("8".into())))]);
        assert!(!is_switched(&with_switch(&Symbol::new("c", "c"), plain, None, &|value| value)));
    }
}
