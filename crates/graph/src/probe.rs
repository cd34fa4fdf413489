//! Values to try for an unknown: all that it can have, or, where that is anything, enough of them to show whatever the conditions distinguish.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::arithmetic::Points;
use crate::literals::{Conditions, Literals, is_call};
use crate::number::Number;
use crate::parts::{absent, is_part};
use crate::pieces::reshaped;
use crate::reshaped::{OTHER, in_case_of_parts};
use crate::value::{Fact, Kind, Literal, Object, Symbol, Value};
use crate::work;

/// Lists and texts that are tried are at most this long.
const MAX_LENGTH: i64 = 8;
/// The same where conditions ask for the length.
const MAX_COUNTED: i64 = 80;
/// Steps that a text to try costs, which is tried in three cases and told apart from the others, besides one for each four bytes of it.
const TEXT_STEPS: usize = 4;

/// The values to try for one unknown.
pub(crate) struct Domain {
    pub(crate) values: Vec<Value>,
}

/// The values to try for each of `unknowns`, given these conditions on them; `None` where no choice of values shows all that may be.
pub(crate) fn domains(unknowns: &[&Symbol], conditions: &Conditions<'_>) -> Option<Vec<Domain>> {
    let facts = &conditions.facts;
    let mut literals = None;
    unknowns
        .iter()
        .map(|unknown| {
            let mut values = match listed(unknown, facts) {
                Some(values) => values,
                None => {
                    let literals = literals.get_or_insert_with(|| Literals::of(unknowns, conditions)).as_ref()?;
                    any(unknown, facts, literals)?
                }
            };
            values.extend(absent(unknown).filter(|_| !unknown.is_never_null()));
            Some(Domain { values })
        })
        .collect()
}

/// The possible values of an unknown that a fact fixes, or whose allowed values are known.
fn listed(unknown: &Symbol, facts: &[&Fact]) -> Option<Vec<Value>> {
    let own = || facts.iter().filter(|(atom, _)| atom.symbol == *unknown);
    if let Some((atom, _)) = own().find(|(_, holds)| *holds) {
        return Some(vec![Value::from(&atom.literal)]);
    }
    if own().any(|(atom, _)| matches!(atom.literal, Literal::Bool(_))) {
        // What is only compared with `false`, and is no condition itself, may be null.
        let is_condition = own().any(|(atom, _)| atom.literal == Literal::Bool(true));
        let null = (!is_condition && unknown.may_be_null()).then(Value::null);
        return Some([Value::bool(true), Value::bool(false)].into_iter().chain(null).collect());
    }
    Some(unknown.allowed()?.iter().map(Value::from).collect())
}

/// Values for an unknown of which nothing is known but what `facts` compare it with.
fn any(unknown: &Symbol, facts: &[&Fact], literals: &Literals) -> Option<Vec<Value>> {
    let own: Vec<&Literal> =
        facts.iter().filter(|(atom, _)| atom.symbol == *unknown).map(|(atom, _)| &atom.literal).collect();
    let is_text = own.iter().any(|l| matches!(l, Literal::String(_)));
    let is_number = own.iter().any(|l| matches!(l, Literal::Number(_)));
    let is_too_long = |n: &i64| *n >= MAX_COUNTED;
    if literals.counts && !is_number && literals.numbers.iter().any(is_too_long) {
        return None;
    }
    let mut out = Vec::new();
    if !is_number {
        out.extend(texts(literals)?.into_iter().map(Value::string));
    }
    if !is_text {
        out.extend(numbers(literals).into_iter().map(Value::int));
        // An input is taken to be a whole number, what is computed is not.
        if literals.has_fractions && is_call(unknown) {
            out.extend(fractions(literals));
        }
    }
    if !is_text && !is_number {
        // Which member is looked at, and what it is, would have to be tried too.
        if literals.takes_members && !literals.scalars.contains(unknown) {
            return None;
        }
        out.extend([Value::bool(true), Value::bool(false)]);
        if !literals.scalars.contains(unknown) {
            lists(literals, &mut out)?;
        }
    }
    // Null is a value only where a condition tests for it, or a function may give it.
    let is_tested = own.iter().any(|l| matches!(l, Literal::Null)) || is_part(unknown) && literals.has_null;
    if is_tested || is_call(unknown) && unknown.may_be_null() {
        out.push(Value::null());
    }
    Some(out)
}

/// The texts of the conditions in each case, alone and, where parts are searched for, concatenated, cut or padded to each length that is tested for; `None`
/// where the work to make them can't be paid.
fn texts(literals: &Literals) -> Option<Vec<String>> {
    let lengths = lengths(literals);
    let mut made: FxHashSet<String> = FxHashSet::default();
    let mut out: Vec<String> = Vec::new();
    let mut add = |text: String| {
        let is_paid = work::pay(TEXT_STEPS + text.len() / 4);
        for text in [text.to_lowercase(), text.to_uppercase(), text] {
            if made.insert(text.clone()) {
                out.push(text);
            }
        }
        is_paid.then_some(())
    };
    lengths.iter().try_for_each(|n| add(OTHER.repeat(*n)))?;
    for text in &literals.texts {
        add(text.to_string())?;
        if !literals.looks_for_parts {
            continue;
        }
        let padding = |other: &str| {
            let taken = text.chars().count() + other.chars().count();
            let to_length = lengths.iter().filter_map(move |n| n.checked_sub(taken));
            let of_length = lengths.iter().copied().filter(|_| literals.looks_at_places);
            to_length.chain([1]).chain(of_length).map(|n| OTHER.repeat(n))
        };
        for padding in padding("") {
            add(format!("{text}{padding}"))?;
            add(format!("{padding}{text}"))?;
        }
        for other in &literals.texts {
            add(format!("{text}{other}"))?;
            padding(other).try_for_each(|padding| add(format!("{text}{padding}{other}")))?;
        }
    }
    chains(literals)?.into_iter().try_for_each(&mut add)?;
    let more = reshaped(&literals.named, &out, &lengths)?;
    for text in more {
        if literals.changes_case {
            let is_paid = work::pay(TEXT_STEPS + text.len() / 4);
            out.extend(is_paid.then(|| [text.to_lowercase(), text.to_uppercase()])?);
        }
        out.push(text);
    }
    if literals.changes_case {
        out.extend(in_case_of_parts(&literals.named, &out)?);
    }
    Some(out)
}

/// Texts that have several of those that conditions look for, in each order; of very many only pairs are tried.
fn chains(literals: &Literals) -> Option<Vec<String>> {
    const MOST: usize = 8;
    const FEW: usize = 4;
    let looks = literals.named.iter().filter(|named| named.searches && named.steps.is_empty() && !named.is_denied);
    let mut parts: Vec<&str> = looks.flat_map(|named| named.texts.iter().map(String::as_str)).collect();
    parts.retain(|part| !part.is_empty());
    parts.sort_unstable();
    parts.dedup();
    let longest = match parts.len() {
        3..=FEW => parts.len(),
        5..=MOST => 3,
        _ => return Some(Vec::new()),
    };
    let mut out = Vec::new();
    let mut open: Vec<Vec<&str>> = vec![Vec::new()];
    while let Some(chain) = open.pop() {
        if chain.len() > 2 {
            let bytes: usize = chain.iter().map(|part| part.len()).sum();
            if !work::pay(1 + bytes / 4) {
                return None;
            }
            out.extend([chain.concat(), chain.join(OTHER)]);
        }
        if chain.len() < longest {
            open.extend(parts.iter().filter(|part| !chain.contains(part)).map(|part| [&chain[..], &[*part]].concat()));
        }
    }
    Some(out)
}

/// The numbers of the conditions and those beside them, as many as it takes until all repeats.
fn numbers(literals: &Literals) -> Vec<i64> {
    let Points { at, period } = &literals.points;
    let mut out = vec![0, i64::from(i32::MAX) - 7];
    let mut ends: Vec<(i64, i64)> = literals.numbers.iter().map(|n| (*n, *n)).collect();
    if *period > 1 {
        ends.extend(out.iter().map(|n| (*n, *n)));
    }
    #[allow(clippy::cast_possible_truncation)] // within the range where a double holds every integer
    ends.extend(at.iter().map(|n| (n.floor() as i64, n.ceil() as i64)));
    for (first, last) in ends {
        out.extend(first.saturating_sub(*period)..=last.saturating_add(*period));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Numbers that lie between those of the conditions and their neighbours.
fn fractions(literals: &Literals) -> Vec<Value> {
    let whole = literals.numbers.iter().map(|n| Number::Int(*n).as_f64());
    let near = whole.flat_map(|n| [n - 0.5, n + 0.5]);
    let near_points = literals.points.at.iter().flat_map(|n| [n - 0.5, *n, n + 0.5]);
    let mut out: Vec<Number> = near.chain(near_points).filter_map(Number::from_f64).collect();
    out.sort_unstable();
    out.dedup();
    out.into_iter().map(|n| Value::new(Kind::Number(n))).collect()
}

fn lengths(literals: &Literals) -> Vec<usize> {
    let most = if literals.counts { MAX_COUNTED } else { MAX_LENGTH };
    let all = numbers(literals).into_iter().chain([0, 1, 2]).filter(|n| (0..=most).contains(n));
    let mut out: Vec<usize> = all.filter_map(|n| usize::try_from(n).ok()).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Lists and objects of each length that the conditions distinguish, and of the texts in them; `None` where these are too many.
fn lists(literals: &Literals, out: &mut Vec<Value>) -> Option<()> {
    const MAX_MEMBERS: usize = 5;
    if literals.looks_for_repeats && literals.looks_for_blanks {
        return None;
    }
    let lengths = lengths(literals);
    for length in &lengths {
        let mut object = Object::default();
        for name in others(*length) {
            object.insert(name, None, Value::new(Kind::Number(Number::Int(0))));
        }
        out.push(Value::object(object));
    }
    let mut beginnings: Vec<Vec<Value>> = vec![Vec::new()];
    let texts = &literals.texts;
    let looks_for_members = literals.looks_for_members || literals.looks_for_repeats;
    if (looks_for_members || literals.looks_for_parts) && texts.len() > MAX_MEMBERS {
        return None;
    }
    if looks_for_members {
        for set in 1u32..1 << texts.len() {
            let chosen = texts.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
            beginnings.push(chosen.map(|(_, text)| Value::string(Arc::clone(text))).collect());
        }
    }
    beginnings.extend(literals.lists.iter().filter_map(|list| Some(list.as_array()?.items.clone())));
    for beginning in beginnings {
        out.push(Value::array(beginning.clone()));
        for length in &lengths {
            let Some(more) = length.checked_sub(beginning.len()) else { continue };
            let mut items = beginning.clone();
            items.extend(others(more).into_iter().map(Value::string));
            padded(&items, &lengths, literals, out);
            if more > 0 {
                out.push(Value::array(items));
            }
        }
    }
    Some(())
}

/// The list of `items`, with the first of them once more or empty ones behind it, up to each of `lengths`, where such are distinguished.
fn padded(items: &[Value], lengths: &[usize], literals: &Literals, out: &mut Vec<Value>) {
    let blank = Value::string("");
    let padding = if literals.looks_for_blanks { Some(&blank) } else { items.first() };
    let Some(padding) = padding.filter(|_| literals.looks_for_blanks || literals.looks_for_repeats) else { return };
    for length in lengths.iter().filter(|length| **length > items.len()) {
        let mut items = items.to_vec();
        items.resize(*length, padding.clone());
        out.push(Value::array(items));
    }
}

/// That many texts that no condition names, each another one.
fn others(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{OTHER}{at}")).collect()
}
