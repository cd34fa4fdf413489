//! Lists and objects to try for an unknown: of each length and with each member that conditions tell apart.

use std::sync::Arc;

use crate::literals::Literals;
use crate::number::Number;
use crate::text::OTHER;
use crate::value::{Kind, Object, Value};

/// Lists of which conditions ask for a greater length are not tried.
pub(crate) const MAX_COUNTED: i64 = 80;
/// Of more texts or names, not all sets are tried.
const MAX_SETS: usize = 5;
/// More names of members, or values for them, are not tried.
const MAX_VALUES: usize = 6;

/// Adds lists and objects of `lengths` to `out`; false where there are others that the conditions tell apart.
pub(crate) fn collections(literals: &Literals, lengths: &[usize], out: &mut Vec<Value>) -> bool {
    objects(literals, lengths, out);
    let has_all_lists = lists(literals, lengths, out);
    let is_too_long = literals.counts && literals.numbers.iter().any(|n| *n >= MAX_COUNTED);
    has_all_lists && !is_too_long
}

/// Each set of `all`; of very many each one alone, and all.
fn sets<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.len() > MAX_SETS {
        return all.iter().map(|one| vec![one.clone()]).chain([all.to_vec()]).collect();
    }
    let chosen =
        |set: u32| all.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, one)| one.clone());
    (1u32..1 << all.len()).map(|set| chosen(set).collect()).collect()
}

fn objects(literals: &Literals, lengths: &[usize], out: &mut Vec<Value>) {
    let zero = Value::new(Kind::Number(Number::Int(0)));
    let object = |names: Vec<Arc<str>>| {
        let mut object = Object::default();
        names.into_iter().for_each(|name| object.insert(name, None, zero.clone()));
        Value::object(object)
    };
    let texts = if literals.looks_for_members { &literals.texts[..] } else { &[] };
    for names in std::iter::once(Vec::new()).chain(sets(texts)) {
        for more in lengths.iter().filter_map(|length| length.checked_sub(names.len())) {
            let others = others(more).into_iter().map(Arc::from);
            out.push(object(names.iter().cloned().chain(others).collect()));
        }
    }
    if !literals.takes_members {
        return;
    }
    let with = |name: &Arc<str>, value: &Value| {
        let mut object = Object::default();
        object.insert(Arc::clone(name), None, value.clone());
        Value::object(object)
    };
    let values = member_values(literals);
    let names = literals.members.iter().take(MAX_VALUES);
    for (name, value) in names.clone().flat_map(|name| values.iter().map(move |value| (name, value))) {
        let one = with(name, value);
        out.extend(names.clone().filter(|outer| *outer != name).map(|outer| with(outer, &one)));
        out.push(Value::array(vec![one.clone()]));
        out.push(one);
    }
}

/// What is tried for a member.
fn member_values(literals: &Literals) -> Vec<Value> {
    let texts = literals.texts.iter().take(MAX_VALUES).map(|text| Value::string(Arc::clone(text)));
    let numbers = literals.numbers.iter().take(MAX_VALUES).flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
    let mut out = vec![Value::bool(true), Value::bool(false), Value::string(OTHER)];
    out.extend(texts);
    out.extend(numbers.map(Value::int));
    out.extend(literals.has_null.then(Value::null));
    out
}

fn lists(literals: &Literals, lengths: &[usize], out: &mut Vec<Value>) -> bool {
    let mut beginnings: Vec<Vec<Value>> = vec![Vec::new()];
    let looks_for_members = literals.looks_for_members || literals.looks_for_repeats;
    if looks_for_members || literals.takes_members {
        let texts: Vec<Value> = literals.texts.iter().map(|text| Value::string(Arc::clone(text))).collect();
        for set in sets(&texts) {
            beginnings.extend((set.len() > 1).then(|| set.iter().rev().cloned().collect()));
            beginnings.push(set);
        }
    }
    beginnings.extend(literals.lists.iter().filter_map(|list| Some(list.as_array()?.items.clone())));
    for beginning in beginnings {
        out.push(Value::array(beginning.clone()));
        for length in lengths {
            let Some(more) = length.checked_sub(beginning.len()) else { continue };
            let mut items = beginning.clone();
            items.extend(others(more).into_iter().map(Value::string));
            // What is looked at may be at the end.
            if literals.takes_members && more > 0 && !beginning.is_empty() {
                let others = others(more).into_iter().map(Value::string);
                out.push(Value::array(others.chain(beginning.iter().cloned()).collect()));
            }
            padded(&items, lengths, literals, out);
            if more > 0 {
                out.push(Value::array(items));
            }
        }
    }
    let has_all_sets = literals.texts.len() <= MAX_SETS || !looks_for_members && !literals.looks_for_parts;
    has_all_sets && !(literals.looks_for_repeats && literals.looks_for_blanks)
}

/// The list of `items`, with the first of them once more or empty ones behind it, up to each of `lengths`, where such are distinguished.
fn padded(items: &[Value], lengths: &[usize], literals: &Literals, out: &mut Vec<Value>) {
    let blank = Value::string("");
    let paddings = [literals.looks_for_blanks.then_some(&blank), items.first().filter(|_| literals.looks_for_repeats)];
    for padding in paddings.into_iter().flatten() {
        for length in lengths.iter().filter(|length| **length > items.len()) {
            let mut items = items.to_vec();
            items.resize(*length, padding.clone());
            out.push(Value::array(items));
        }
    }
}

/// That many texts that no condition names, each another one.
fn others(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{OTHER}{at}")).collect()
}
