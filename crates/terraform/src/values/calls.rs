//! Operations on values whose result may be the call of a function that is not known yet: conditions, comparisons, attributes.

use cmklint_graph::{
    AsPath as _, Atom, Kind, Literal, Symbol, SymbolOrigin, Value, World, canonical, lift, only_part, work,
};

use super::{failure, inherit, is_error, is_same, on_arms, restrict_in};
use crate::functions::convert::CONVERTED;
use crate::functions::{ATTRIBUTE, Library};

/// `value` as a condition: a boolean, or a choice of booleans; an error stays one.
pub(crate) fn truth(value: &Value) -> Value {
    if let Some(flag) = scalar_of(value).and_then(Value::as_bool) {
        return Value::bool(flag);
    }
    match &value.kind {
        Kind::Bool(_) => value.clone(),
        Kind::String(text) if matches!(&**text, "true" | "1") => Value::bool(true),
        Kind::String(text) if matches!(&**text, "false" | "0") => Value::bool(false),
        Kind::Choice(choice) => on_arms(value, choice, truth),
        Kind::Symbol(symbol) if matches!(symbol.allowed(), Some([Literal::Null])) => failure("null is not a boolean"),
        Kind::Symbol(symbol) if !is_error(value) => {
            Value::choice(Atom::truth(symbol.clone()), Value::bool(true), Value::bool(false))
        }
        Kind::Ref(_) | Kind::Template(_) => truth(&Value::call(&Library, "tobool", std::slice::from_ref(value), None)),
        Kind::Symbol(_) => value.clone(),
        _ => failure("not a boolean"),
    }
}

/// The scalar that `value` is, or is the text of, where its type depends on what is not known.
pub(crate) fn scalar_of(value: &Value) -> Option<&Value> {
    let Kind::Symbol(symbol) = &value.kind else { return None };
    match symbol.origin() {
        SymbolOrigin::Call(call) if call.function() == CONVERTED => call.args().first(),
        _ => None,
    }
}

/// `then` where the condition holds, else `otherwise`.
pub(crate) fn select(condition: &Value, then: &Value, otherwise: &Value) -> Value {
    match &condition.kind {
        Kind::Bool(true) => then.clone(),
        Kind::Bool(false) => otherwise.clone(),
        Kind::Choice(choice) => {
            let atom = &choice.atom;
            // Where no more can be paid, whoever does the work ends.
            if !work::pay(1) {
                return Value::apply("?:", &[condition.clone(), then.clone(), otherwise.clone()], None);
            }
            let arm = |condition: &Value, holds: bool| {
                let open = [then, otherwise].into_iter().any(|arm| matches!(arm.kind, Kind::Choice(_)));
                let world = if open { World::any().assume(atom, holds) } else { None };
                select(condition, &restrict_in(then, world.as_ref()), &restrict_in(otherwise, world.as_ref()))
            };
            Value::choice(atom.clone(), arm(&choice.then, true), arm(&choice.otherwise, false))
        }
        Kind::Symbol(_) if is_error(condition) => condition.clone(),
        _ => select(&truth(condition), then, otherwise),
    }
}

/// Both conditions. Both are always evaluated.
pub(crate) fn and(a: &Value, b: &Value) -> Value {
    if is_error(b) && !is_error(a) { b.clone() } else { select(a, b, &Value::bool(false)) }
}

/// Either condition, as [`and`].
pub(crate) fn or(a: &Value, b: &Value) -> Value {
    if is_error(b) && !is_error(a) { b.clone() } else { select(a, &Value::bool(true), b) }
}

/// The opposite condition.
pub(crate) fn not(a: &Value) -> Value {
    select(a, &Value::bool(false), &Value::bool(true))
}

/// Whether the two are equal, as a condition.
pub(crate) fn equal(a: &Value, b: &Value) -> Value {
    lift("==", &[a.clone(), b.clone()], &mut |args| {
        let [a, b] = args else { return Value::null() };
        equal_flat(a, b)
    })
}

fn equal_flat(a: &Value, b: &Value) -> Value {
    for side in [a, b] {
        if is_error(side) {
            return side.clone();
        }
    }
    if let Some(same) = is_same(a, b) {
        return Value::bool(same);
    }
    match (&a.kind, &b.kind) {
        (Kind::Symbol(symbol), _) if b.as_literal().is_some() => is_literal(symbol, b),
        (_, Kind::Symbol(symbol)) if a.as_literal().is_some() => is_literal(symbol, a),
        // The id of a deployed resource is never null, and neither is text with parts.
        (Kind::Ref(r), Kind::Null) | (Kind::Null, Kind::Ref(r)) if r.path.is("id") => Value::bool(false),
        (Kind::Template(_), Kind::Null) | (Kind::Null, Kind::Template(_)) => Value::bool(false),
        (Kind::Template(_), Kind::String(whole)) | (Kind::String(whole), Kind::Template(_)) => {
            let text = if matches!(a.kind, Kind::Template(_)) { a } else { b };
            match only_part(text, whole) {
                // Of text with one part that is not known, that part decides.
                Some((_, None)) => Value::bool(false),
                Some((part, Some(wanted))) => equal_flat(&call_of_text(part), &Value::string(wanted)),
                None => call_of_equal(a, b),
            }
        }
        _ => call_of_equal(a, b),
    }
}

/// The text of a value that is not known, as a call.
pub(crate) fn call_of_text(value: &Value) -> Value {
    Value::call(&Library, "tostring", std::slice::from_ref(value), None)
}

/// The condition that the two are equal, as a call.
fn call_of_equal(a: &Value, b: &Value) -> Value {
    // One order, so that `a == b` and `b == a` are one condition.
    let mut sides = [a.clone(), b.clone()];
    sides.sort_by_cached_key(canonical);
    let label = format!("{} == {}", a.describe(), b.describe());
    truth(&Value::call(&Library, "==", &sides, Some(&label)))
}

fn is_literal(symbol: &Symbol, literal: &Value) -> Value {
    let (yes, no) = (Value::bool(true), Value::bool(false));
    match literal.as_literal() {
        // A boolean that isn't `false` is `true`, so both tests are one condition.
        Some(Literal::Bool(false)) => Value::choice(Atom::truth(symbol.clone()), no, yes),
        Some(literal) => Value::choice(Atom::equals(symbol.clone(), literal), yes, no),
        None => no,
    }
}

/// The attribute `name` of `value`; `missing` where there is none, or where `value` has no attributes.
pub(crate) fn attribute(value: &Value, name: &str, missing: &Value) -> Value {
    match &value.kind {
        Kind::Object(object) => match object.entries.get(name) {
            Some(entry) => inherit(value, &entry.value),
            None => match &object.rest {
                Some(rest) => member_of(rest, name, value),
                // That it isn't there comes from where the whole was given.
                None => Value { kind: missing.kind.clone(), trail: value.trail.after(&missing.trail) },
            },
        },
        Kind::Symbol(symbol) if !is_error(value) => member_of(symbol, name, value),
        Kind::Symbol(_) => value.clone(),
        Kind::Ref(r) if !r.path.is("id") => value.member(name),
        Kind::Choice(choice) => on_arms(value, choice, |arm| attribute(arm, name, missing)),
        _ => missing.clone(),
    }
}

fn member_of(symbol: &Symbol, name: &str, whole: &Value) -> Value {
    let base = Value::symbol(symbol.clone());
    let mut out =
        Value::call(&Library, &format!("{}{name}", ATTRIBUTE), &[base], Some(&format!("{}.{name}", symbol.label())));
    out.trail = whole.trail.clone();
    out
}
