//! Operations on values that Terraform's evaluation needs beyond those of the graph.

mod calls;

use std::sync::Arc;

use cmklint_graph::{
    Atom, Choice, Comparison, Fold, Form, Kind, Literal, Number, Object, StepKind, Symbol, Value, World, compare, work,
};
use cmklint_source::Span;

use crate::functions::{ParsedNumber, parse_number};
pub(crate) use calls::{and, attribute, call_of_text, equal, not, or, scalar_of, select, truth};

/// The value of an expression that fails, at `span`, with the reason. `try` and `can` see it, and a world with one is not deployed.
pub(crate) fn error(span: Span, why: &str) -> Value {
    let key = format!("!error:{}:{}:{}:{why}", span.file.index(), span.start, span.end);
    Value::symbol(Symbol::failure(key, format!("an expression that fails ({why})"), true))
}

/// The value of an expression that fails, without its place.
pub(crate) fn failure(why: &str) -> Value {
    Value::symbol(Symbol::failure(format!("!error:{why}"), format!("an expression that fails ({why})"), false))
}

/// Whether `value` is an [`error`] as a whole.
pub(crate) fn is_error(value: &Value) -> bool {
    value.is_failure()
}

/// `value` without the arms that fail: their worlds are never deployed. Where an unknown is compared with the keys of a map and fails on all others, it is
/// known to be one of the keys.
pub(crate) fn prune(value: &Value) -> Value {
    let (out, keys) = prune_chain(value);
    one_of(out, keys)
}

/// The unknown that must be one of the texts, as all else fails.
type Keys = Option<(Symbol, Vec<Literal>)>;

fn prune_chain(value: &Value) -> (Value, Keys) {
    let unchanged = || (value.clone(), None);
    let Kind::Choice(choice) = &value.kind else { return unchanged() };
    if !work::pay(1) {
        return unchanged();
    }
    let (atom, then) = (&choice.atom, prune(&choice.then));
    let (otherwise, keys) = prune_chain(&choice.otherwise);
    // What is said of another unknown is said of that arm.
    let (otherwise, keys) = match keys {
        Some(keys) if keys.0 == atom.symbol => (otherwise, Some(keys)),
        keys => (one_of(otherwise, keys), None),
    };
    let with_own = |mut keys: Vec<Literal>| {
        keys.push(atom.literal.clone());
        Some((atom.symbol.clone(), keys)).filter(|_| matches!(atom.literal, Literal::String(_)))
    };
    let (mut out, keys) = match (is_error(&then), is_error(&otherwise)) {
        (true, false) => (otherwise, keys),
        (false, true) => (then, with_own(Vec::new())),
        _ => {
            let keys = keys.and_then(|(_, keys)| with_own(keys));
            if is_one(&then, &choice.then) && is_one(&otherwise, &choice.otherwise) {
                return (value.clone(), keys);
            }
            (Value::choice(atom.clone(), then, otherwise), keys)
        }
    };
    out.trail = value.trail.after(&out.trail);
    (out, keys)
}

/// Whether `made` is `of`, and not a value that was made of it. Of what is neither a choice nor a symbol, nothing is made where choices are taken apart.
fn is_one(made: &Value, of: &Value) -> bool {
    match (&made.kind, &of.kind) {
        (Kind::Choice(made), Kind::Choice(of)) => Arc::ptr_eq(made, of),
        (_, Kind::Choice(_)) => false,
        _ => true,
    }
}

/// `value`, a choice by the values of an unknown, where it is known that the unknown is one of `keys`.
fn one_of(value: Value, keys: Keys) -> Value {
    // A number or boolean is a key by its text, and may be compared as what it is elsewhere.
    let is_text = |key: &Literal| matches!(key, Literal::String(text) if text.parse::<f64>().is_err() && text.parse::<bool>().is_err());
    let Some((symbol, keys)) = keys.filter(|(_, keys)| keys.iter().all(is_text)) else { return value };
    rewritten(&value, &symbol.that_is_one_of(&keys))
}

/// `value` with `symbol` in the conditions that it begins with.
fn rewritten(value: &Value, symbol: &Symbol) -> Value {
    match &value.kind {
        Kind::Choice(choice) if choice.atom.symbol == *symbol => {
            let atom = Atom::equals(symbol.clone(), choice.atom.literal.clone());
            let mut out = Value::choice(atom, choice.then.clone(), rewritten(&choice.otherwise, symbol));
            out.trail = value.trail.after(&out.trail);
            out
        }
        _ => value.clone(),
    }
}

/// `value` where `atom` holds, or doesn't: choices at its top that this decides are resolved.
pub(crate) fn restrict(value: &Value, atom: &Atom, holds: bool) -> Value {
    match &value.kind {
        Kind::Choice(_) => restrict_in(value, World::any().assume(atom, holds).as_ref()),
        _ => value.clone(),
    }
}

/// As [`restrict`], in the `world` of that assumption, where there is one.
pub(crate) fn restrict_in(value: &Value, world: Option<&World>) -> Value {
    world.and_then(|world| restricted(value, world)).unwrap_or_else(|| value.clone())
}

/// What is left of `value` in `world`; `None` where that is all of it.
fn restricted(value: &Value, world: &World) -> Option<Value> {
    let Kind::Choice(choice) = &value.kind else { return None };
    let (then, otherwise) = (&choice.then, &choice.otherwise);
    let mut out = match world.decides(&choice.atom) {
        Some(holds) => {
            let arm = if holds { then } else { otherwise };
            restricted(arm, world).unwrap_or_else(|| arm.clone())
        }
        None if work::is_spent() => return None,
        None => match (restricted(then, world), restricted(otherwise, world)) {
            (None, None) => return None,
            (of_then, of_otherwise) => {
                let left = |made: Option<Value>, of: &Value| made.unwrap_or_else(|| of.clone());
                Value::choice(choice.atom.clone(), left(of_then, then), left(of_otherwise, otherwise))
            }
        },
    };
    out.trail = value.trail.after(&out.trail);
    Some(out)
}

/// `f` applied to both arms of `value`, which is `choice`.
pub(crate) fn on_arms(value: &Value, choice: &Choice, mut f: impl FnMut(&Value) -> Value) -> Value {
    let then = f(&choice.then);
    let otherwise = f(&choice.otherwise);
    let mut out = Value::choice(choice.atom.clone(), then, otherwise);
    out.trail = value.trail.after(&out.trail);
    out
}

/// Whether the two are of one type and equal; `None` where that is not known.
pub(crate) fn is_same(a: &Value, b: &Value) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (Kind::Array(x), Kind::Array(y)) if x.rest.is_none() && y.rest.is_none() => {
            let forms = same_form(x.form, y.form, x.items.is_empty() && y.items.is_empty());
            let sets = x.form == Form::Set && !(a.is_known() && b.is_known());
            if forms == Some(false) || x.items.len() != y.items.len() && !sets {
                return Some(false);
            }
            if sets {
                return None;
            }
            all_same(forms, x.items.iter().zip(&y.items))
        }
        (Kind::Object(x), Kind::Object(y)) if x.rest.is_none() && y.rest.is_none() => {
            let forms = same_form(x.form, y.form, x.entries.is_empty() && y.entries.is_empty());
            if forms == Some(false) || x.entries.len() != y.entries.len() {
                return Some(false);
            }
            let pairs: Option<Vec<_>> =
                x.entries.iter().map(|(name, e)| Some((&e.value, &y.entries.get(name)?.value))).collect();
            match pairs {
                Some(pairs) => all_same(forms, pairs.into_iter()),
                None => Some(false),
            }
        }
        _ => match compare(a, b, Fold::Exact) {
            Comparison::Equal => Some(true),
            Comparison::Different => Some(false),
            Comparison::Unknown => None,
        },
    }
}

/// Whether the types' forms are the same. The element type of two empty collections is not known.
fn same_form(a: Form, b: Form, empty: bool) -> Option<bool> {
    match (a, b) {
        (Form::Unsaid, _) | (_, Form::Unsaid) => None,
        (Form::Collection | Form::Set, _) if a == b && empty => None,
        _ => Some(a == b),
    }
}

fn all_same<'v>(forms: Option<bool>, mut pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    let all = pairs.try_fold(forms, |so_far, (a, b)| match is_same(a, b) {
        Some(true) => Ok(so_far),
        Some(false) => Err(()),
        None => Ok(None),
    });
    all.unwrap_or(Some(false))
}

/// `member`, a part of `whole`: it passed through the places that the whole passed through.
pub(crate) fn inherit(whole: &Value, member: &Value) -> Value {
    let mut out = member.clone();
    let mut steps: Vec<_> = whole.trail.steps().filter(|s| s.kind != StepKind::Literal).cloned().collect();
    steps.reverse();
    for step in steps {
        if !out.trail.steps().any(|known| *known == step) {
            out.trail = out.trail.then(step);
        }
    }
    out
}

/// The text of a scalar, as Terraform writes it; `None` for values that can't be converted to a string.
pub(crate) fn text_of(value: &Value) -> Option<Arc<str>> {
    match &value.kind {
        Kind::String(text) => Some(Arc::clone(text)),
        Kind::Bool(value) => Some(Arc::from(if *value { "true" } else { "false" })),
        Kind::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// A number as text.
pub(crate) fn number_text(number: Number) -> String {
    number.to_string()
}

/// The whole number that `value` is or spells.
pub(crate) fn index_of(value: &Value) -> Option<i64> {
    number_of(value).and_then(Number::as_i64)
}

/// The number that `value` is or spells.
pub(crate) fn number_of(value: &Value) -> Option<Number> {
    match &value.kind {
        Kind::Number(number) => Some(*number),
        Kind::String(text) => match parse_number(text) {
            ParsedNumber::Known(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

/// This many bytes of text count as one part.
pub(crate) const TEXT: usize = 64;

/// Values nested deeper than this count as unknown. Terraform has no such limit; the text of a configuration can't be nested as deep.
pub(crate) const MAX_NESTING: usize = 512;

/// Checks that `value` as a tree has at most `nodes` parts and is at most `depth` deep; returns what is left of `nodes`, else `None`.
pub(crate) fn fits(value: &Value, nodes: usize, depth: usize) -> Option<usize> {
    let nodes = nodes.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    match &value.kind {
        Kind::Array(array) => array.items.iter().try_fold(nodes, |left, item| fits(item, left, depth)),
        Kind::Object(object) => object.entries.values().try_fold(nodes, |left, entry| fits(&entry.value, left, depth)),
        Kind::Choice(choice) => fits(&choice.otherwise, fits(&choice.then, nodes, depth)?, depth),
        Kind::String(text) => nodes.checked_sub(text.len() / TEXT),
        Kind::Template(parts) => parts.iter().try_fold(nodes, |left, part| match part {
            cmklint_graph::TextPart::Text(text) => left.checked_sub(1 + text.len() / TEXT),
            cmklint_graph::TextPart::Value(value) => fits(value, left, depth),
        }),
        _ => Some(nodes),
    }
}

/// The members of `object` in the order in which Terraform visits them.
pub(crate) fn sorted(object: &Object) -> Vec<(&Arc<str>, &cmklint_graph::Entry)> {
    let mut out: Vec<_> = object.entries.iter().collect();
    out.sort_by(|a, b| a.0.cmp(b.0));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(key: &str) -> Atom {
        Atom::truth(Symbol::new(key, key))
    }

    fn choice(key: &str, then: Value, otherwise: Value) -> Value {
        Value::choice(atom(key), then, otherwise)
    }

    fn is_itself(made: &Value, of: &Value) -> bool {
        matches!((&made.kind, &of.kind), (Kind::Choice(a), Kind::Choice(b)) if Arc::ptr_eq(a, b))
    }

    #[test]
    fn a_choice_of_which_nothing_is_decided_stays_itself() {
        let inner = choice("b", Value::int(1), Value::int(2));
        let value = choice("a", inner.clone(), choice("c", inner.clone(), Value::int(3)));
        assert!(is_itself(&restrict(&value, &atom("d"), true), &value));
        assert!(is_itself(&prune(&value), &value));
        for decided in ["a", "c"] {
            assert!(is_itself(&restrict(&value, &atom(decided), true), &inner), "what is left of {decided}");
        }
    }

    #[test]
    fn arms_that_fail_are_left_out_wherever_they_are() {
        let fails = failure("x");
        let inner = choice("b", Value::int(1), Value::int(2));
        let value = choice("a", inner.clone(), choice("c", fails.clone(), Value::int(3)));
        let left = prune(&value);
        let Kind::Choice(arms) = &left.kind else { unreachable!("{left:?}") };
        assert!(is_itself(&arms.then, &inner));
        assert_eq!(arms.otherwise.as_number(), Some(Number::Int(3)));
        assert!(is_itself(&prune(&choice("a", inner.clone(), fails)), &inner));
    }
}
