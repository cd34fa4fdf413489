//! Comparison and logic in three values: what is not known is a choice by the condition that decides it.

use cmklint_graph::{AsPath, Atom, Comparison, Fold, Kind, Literal, Value, World, canonical, compare, lift, only_part};
use rustc_hash::FxHashMap;

use super::{Context, Library};
use crate::ir::ParameterType;

/// A list of at most this many values is compared one by one with a symbol.
const MAX_COMPARED: usize = 12;

pub(crate) fn call(name: &str, args: &[Value], context: &Context<'_>) -> Option<Value> {
    Some(match (name, args) {
        ("equals", [a, b]) => equals(a, b),
        ("not", [value]) => not(value),
        ("true", []) => Value::bool(true),
        ("false", []) => Value::bool(false),
        ("null", []) => Value::null(),
        ("bool", [value]) => truth_of_known(value)?,
        ("empty", [value]) => empty(value, context)?,
        ("contains", [of, item]) => contains(of, item)?,
        ("less", [a, b]) => order(a, b, |o| o.is_lt())?,
        ("lessorequals", [a, b]) => order(a, b, |o| o.is_le())?,
        ("greater", [a, b]) => order(a, b, |o| o.is_gt())?,
        ("greaterorequals", [a, b]) => order(a, b, |o| o.is_ge())?,
        _ => return None,
    })
}

/// `value` as a condition: a known boolean, or a choice of `true` and `false`.
pub(crate) fn truth(value: Value) -> Value {
    match &value.kind {
        Kind::Bool(_) => value,
        Kind::Choice(choice) => {
            let is_flag = |arm: &Value| matches!(arm.kind, Kind::Bool(_));
            if is_flag(&choice.then) && is_flag(&choice.otherwise) {
                return value;
            }
            lift("truth", std::slice::from_ref(&value), &mut |args| match args {
                [arm] => truth(arm.clone()),
                _ => Value::null(),
            })
        }
        Kind::Symbol(symbol) => {
            let flag = Value::choice(Atom::truth(symbol.clone()), Value::bool(true), Value::bool(false));
            Value { kind: flag.kind, trail: value.trail }
        }
        _ => match truth_of_known(&value) {
            Some(known) => Value { kind: known.kind, trail: value.trail },
            None => truth(Value::call(&Library, "bool", std::slice::from_ref(&value), None)),
        },
    }
}

fn truth_of_known(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Bool(flag) => Some(Value::bool(*flag)),
        Kind::String(text) if text.eq_ignore_ascii_case("true") => Some(Value::bool(true)),
        Kind::String(text) if text.eq_ignore_ascii_case("false") => Some(Value::bool(false)),
        Kind::Number(number) => number.as_i64().map(|n| Value::bool(n != 0)),
        _ => None,
    }
}

fn not(value: &Value) -> Value {
    let flag = truth(value.clone());
    select(&flag, &Value::bool(false), &Value::bool(true))
}

/// Both conditions hold.
pub(crate) fn both(a: &Value, b: &Value) -> Value {
    match (a.as_bool(), b.as_bool()) {
        (Some(true), _) => b.clone(),
        (Some(false), _) | (_, Some(false)) => Value::bool(false),
        (_, Some(true)) => a.clone(),
        _ => select(a, b, &Value::bool(false)),
    }
}

/// One of the conditions holds.
pub(crate) fn either(a: &Value, b: &Value) -> Value {
    match (a.as_bool(), b.as_bool()) {
        (Some(false), _) => b.clone(),
        (Some(true), _) | (_, Some(true)) => Value::bool(true),
        (_, Some(false)) => a.clone(),
        _ => select(a, &Value::bool(true), b),
    }
}

/// `then` in the worlds where `condition` holds, `otherwise` in the others; each without the arms that contradict its worlds.
pub(crate) fn select(condition: &Value, then: &Value, otherwise: &Value) -> Value {
    let mut left = cmklint_graph::MAX_CASES;
    match select_in(condition, then, otherwise, &World::any(), &mut left) {
        Some(value) => value,
        None => {
            // Too many worlds: the whole condition as one symbol.
            let flag = truth(Value::call(&Library, "condition", std::slice::from_ref(condition), None));
            match &flag.kind {
                Kind::Choice(choice) => Value::choice(choice.atom.clone(), then.clone(), otherwise.clone()),
                _ => Value::apply("if", &[condition.clone(), then.clone(), otherwise.clone()], None),
            }
        }
    }
}

fn select_in(condition: &Value, then: &Value, otherwise: &Value, world: &World, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    match &condition.kind {
        Kind::Bool(true) => Some(within(then, world, 0)),
        Kind::Bool(false) => Some(within(otherwise, world, 0)),
        Kind::Choice(choice) => {
            let holds = world.assume(&choice.atom, true);
            let fails = world.assume(&choice.atom, false);
            let mut arm = |condition: &Value, world: Option<World>| match world {
                Some(world) => select_in(condition, then, otherwise, &world, left).map(Some),
                None => Some(None),
            };
            match (arm(&choice.then, holds)?, arm(&choice.otherwise, fails)?) {
                (Some(a), Some(b)) => Some(Value::choice(choice.atom.clone(), a, b)),
                (Some(only), None) | (None, Some(only)) => Some(only),
                (None, None) => Some(Value::null()),
            }
        }
        _ => None,
    }
}

/// `value` without the arms of its choices that contradict `world`.
fn within(value: &Value, world: &World, depth: u32) -> Value {
    const MAX_DEPTH: u32 = 16;
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    if depth >= MAX_DEPTH {
        return value.clone();
    }
    let traced = |arm: &Value| Value { kind: arm.kind.clone(), trail: value.trail.after(&arm.trail) };
    match (world.assume(&choice.atom, true), world.assume(&choice.atom, false)) {
        (Some(_), None) => within(&traced(&choice.then), world, depth + 1),
        (None, Some(_)) => within(&traced(&choice.otherwise), world, depth + 1),
        _ => value.clone(),
    }
}

/// Whether the two are the same, text with its case.
pub(crate) fn equals(a: &Value, b: &Value) -> Value {
    match compare(a, b, Fold::Exact) {
        Comparison::Equal => return Value::bool(true),
        Comparison::Different => return Value::bool(false),
        Comparison::Unknown => {}
    }
    // The id of a resource is neither null nor a text that is not an id.
    let no_id = |value: &Value| match &value.kind {
        Kind::Null => true,
        Kind::String(text) => !text.starts_with('/'),
        _ => false,
    };
    if is_id(a) && no_id(b) || is_id(b) && no_id(a) {
        return Value::bool(false);
    }
    let atom = |symbol: &Value, literal: &Value| match (&symbol.kind, literal.as_literal()) {
        (Kind::Symbol(symbol), Some(Literal::Bool(false))) => Some((Atom::truth(symbol.clone()), false)),
        (Kind::Symbol(symbol), Some(literal)) => Some((Atom::equals(symbol.clone(), literal), true)),
        _ => None,
    };
    if let Some((atom, holds)) = atom(a, b).or_else(|| atom(b, a)) {
        return Value::choice(atom, Value::bool(holds), Value::bool(!holds));
    }
    for (text, whole) in [(a, b), (b, a)] {
        // Of text with one part that is not known, that part decides.
        if let Some((part, wanted)) = whole.as_str().and_then(|whole| only_part(text, whole)) {
            let Some(wanted) = wanted else { return Value::bool(false) };
            let part = Value::call(&Library, "string", std::slice::from_ref(part), None);
            return equals(&part, &Value::string(wanted));
        }
    }
    let (a, b) = if canonical(a) <= canonical(b) { (a, b) } else { (b, a) };
    let label = format!("{} == {}", a.describe(), b.describe());
    truth(Value::call(&Library, "equals", &[a.clone(), b.clone()], Some(&label)))
}

/// Whether `value` is the id of a resource, by reference.
pub(crate) fn is_id(value: &Value) -> bool {
    matches!(&value.kind, Kind::Ref(r) if r.path.is("id") || r.path.is_empty())
}

/// Whether `value` is certainly not null.
pub(crate) fn never_null(value: &Value, types: &FxHashMap<String, ParameterType>) -> bool {
    match &value.kind {
        Kind::Null => false,
        Kind::Symbol(symbol) => types.contains_key(symbol.key()),
        Kind::Ref(_) => is_id(value),
        Kind::Choice(choice) => never_null(&choice.then, types) && never_null(&choice.otherwise, types),
        _ => true,
    }
}

/// `value`, or `otherwise` in the worlds where it is null.
pub(crate) fn or_else(value: &Value, otherwise: &Value, types: &FxHashMap<String, ParameterType>) -> Value {
    let mut one = |value: &Value| match &value.kind {
        Kind::Null => otherwise.clone(),
        _ if never_null(value, types) => value.clone(),
        Kind::Symbol(symbol) => {
            Value::choice(Atom::equals(symbol.clone(), Literal::Null), otherwise.clone(), value.clone())
        }
        _ => {
            let label = format!("{} is null", value.describe());
            let missing = truth(Value::call(&Library, "isNull", std::slice::from_ref(value), Some(&label)));
            select(&missing, otherwise, value)
        }
    };
    if !matches!(value.kind, Kind::Choice(_)) {
        return one(value);
    }
    lift("coalesce", std::slice::from_ref(value), &mut |args| args.first().map_or_else(Value::null, &mut one))
}

fn empty(value: &Value, context: &Context<'_>) -> Option<Value> {
    match &value.kind {
        Kind::Null => Some(Value::bool(true)),
        Kind::String(text) => Some(Value::bool(text.is_empty())),
        Kind::Array(array) if !array.items.is_empty() || array.rest.is_none() => {
            Some(Value::bool(array.items.is_empty()))
        }
        Kind::Object(object) if !object.entries.is_empty() || object.rest.is_none() => {
            Some(Value::bool(object.entries.is_empty()))
        }
        Kind::Object(object) => {
            let named = object.rest.as_ref().and_then(|rest| rest.members());
            named.is_some_and(|members| !members.is_empty()).then(|| Value::bool(false))
        }
        Kind::Template(parts) => {
            let has_text = parts.iter().any(|part| matches!(part, cmklint_graph::TextPart::Text(_)));
            has_text.then(|| Value::bool(false))
        }
        Kind::Symbol(_) if context.type_of(value) == Some(ParameterType::String) => {
            Some(equals(value, &Value::string("")))
        }
        _ if is_id(value) => Some(Value::bool(false)),
        _ => None,
    }
}

/// Whether a list has the item, an object the member (in any case), a text the part.
fn contains(of: &Value, item: &Value) -> Option<Value> {
    match &of.kind {
        Kind::Array(array) => {
            let mut result = if array.rest.is_none() {
                Value::bool(false)
            } else {
                truth(Value::call(&Library, "contains", &[of.clone(), item.clone()], None))
            };
            let mut open = 0;
            for candidate in &array.items {
                let same = equals(candidate, item);
                match same.as_bool() {
                    Some(true) => return Some(Value::bool(true)),
                    Some(false) => {}
                    None => {
                        open += 1;
                        if open > MAX_COMPARED {
                            return None;
                        }
                        result = either(&result, &same);
                    }
                }
            }
            Some(result)
        }
        Kind::Object(object) => {
            let name = match &item.kind {
                Kind::String(_) => item.clone(),
                Kind::Number(number) => Value::string(number.to_string()),
                _ => return None,
            };
            if object.get(name.as_str()?).is_some() {
                return Some(Value::bool(true));
            }
            let Some(rest) = &object.rest else { return Some(Value::bool(false)) };
            let mut is_there = Comparison::Different;
            for (other, _) in rest.members()? {
                match compare(&name, other, Fold::Case) {
                    Comparison::Equal => return Some(Value::bool(true)),
                    Comparison::Unknown => is_there = Comparison::Unknown,
                    Comparison::Different => {}
                }
            }
            (is_there == Comparison::Different).then(|| Value::bool(false))
        }
        Kind::String(text) => match &item.kind {
            Kind::String(part) => Some(Value::bool(text.contains(&**part))),
            Kind::Number(number) => Some(Value::bool(text.contains(&number.to_string()))),
            _ => None,
        },
        Kind::Template(parts) => {
            let wanted = item.as_str()?;
            let found = parts.iter().any(|part| matches!(part, cmklint_graph::TextPart::Text(t) if t.contains(wanted)));
            found.then(|| Value::bool(true))
        }
        _ => None,
    }
}

fn order(a: &Value, b: &Value, holds: impl Fn(std::cmp::Ordering) -> bool) -> Option<Value> {
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        return Some(Value::bool(holds(text_order(a, b)?)));
    }
    let (a, b) = (a.as_number()?, b.as_number()?);
    Some(Value::bool(holds(a.cmp(&b))))
}

/// The order of two texts where it is the same by code units and by the rules of a culture: the documentation doesn't say which of them ARM uses. They agree
/// where ASCII texts differ first in two letters of one case, in two digits or in a digit and a letter, and where one text begins with the other.
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators-comparison>
fn text_order(a: &str, b: &str) -> Option<std::cmp::Ordering> {
    if a == b {
        return Some(std::cmp::Ordering::Equal);
    }
    if !a.is_ascii() || !b.is_ascii() {
        return None;
    }
    let certain = match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        None => true,
        Some((a, b)) => {
            let alphanumeric = a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric();
            alphanumeric
                && (a.is_ascii_uppercase() == b.is_ascii_uppercase() || a.is_ascii_digit() || b.is_ascii_digit())
        }
    };
    certain.then(|| a.cmp(b))
}
