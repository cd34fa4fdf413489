//! Values to try for an unknown: all that it can have, or, where that is anything, enough of them to show whatever the conditions distinguish.

use std::cell::LazyCell;

use crate::arithmetic::Points;
use crate::collections::{MAX_COUNTED, collections};
use crate::literals::{Conditions, Literals};
use crate::number::Number;
use crate::parts::{absent, is_part, wholes};
use crate::text::{OTHER, texts};
use crate::trial::Said;
use crate::value::{Kind, Literal, Symbol, Value, is_call};

/// Of what conditions name, at most this many are tried before others.
const MAX_NAMED: usize = 64;

/// The values to try for one unknown.
pub(crate) struct Domain {
    pub(crate) values: Vec<Value>,
    /// They show all that may be.
    pub(crate) is_whole: bool,
}

/// What unknowns are compared with, which is collected when it is first asked for.
type Lazily<'a> = LazyCell<Literals, Box<dyn FnOnce() -> Literals + 'a>>;

/// What `conditions` compare `unknowns` with.
pub(crate) fn literals<'a>(unknowns: &'a [&'a Symbol], conditions: &'a Conditions<'a>) -> Lazily<'a> {
    LazyCell::new(Box::new(|| Literals::of(unknowns, conditions)))
}

/// The values to try for each of `unknowns`, given these conditions on them.
pub(crate) fn domains(unknowns: &[&Symbol], conditions: &Conditions<'_>, literals: &Lazily<'_>) -> Vec<Domain> {
    let of = |unknown: &&Symbol| {
        let mut domain = match listed(unknown, conditions) {
            Some(values) => Domain { values, is_whole: true },
            None => any(unknown, conditions, literals),
        };
        domain.values.extend(absent(unknown).filter(|_| !unknown.is_never_null()));
        domain
    };
    unknowns.iter().map(of).collect()
}

/// For each of `unknowns` the values that the conditions name, and one that they don't: none of it shows all that may be.
pub(crate) fn likely(unknowns: &[&Symbol], conditions: &Conditions<'_>, literals: &Lazily<'_>) -> Vec<Vec<Value>> {
    let of = |unknown: &&Symbol| {
        if let Some(values) = listed(unknown, conditions) {
            return values;
        }
        let mut out: Vec<Value> = Vec::new();
        let (is_text, is_number) = compared_with(unknown, conditions);
        if !is_number {
            let texts = literals.texts.iter().map(|text| &**text);
            let parts = texts.clone().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
            let mut named: Vec<&str> = [OTHER].into_iter().chain(texts).chain(parts).take(MAX_NAMED).collect();
            named.sort_unstable();
            named.dedup();
            out.extend(named.into_iter().map(Value::string));
        }
        if !is_text {
            out.extend(literals.numbers.iter().take(MAX_NAMED).map(|number| Value::int(*number)));
        }
        out
    };
    unknowns.iter().map(of).collect()
}

/// The possible values of an unknown that a fact fixes, or whose allowed values are known.
fn listed(unknown: &Symbol, conditions: &Conditions<'_>) -> Option<Vec<Value>> {
    let own = || conditions.facts().filter(|(atom, _)| atom.symbol == *unknown);
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

/// What facts compare the unknown itself with.
fn own_literals<'c>(unknown: &'c Symbol, conditions: &'c Conditions<'_>) -> impl Iterator<Item = &'c Literal> {
    conditions.facts().filter(|(atom, _)| atom.symbol == *unknown).map(|(atom, _)| &atom.literal)
}

/// Whether facts compare the unknown itself with a text, and with a number.
fn compared_with(unknown: &Symbol, conditions: &Conditions<'_>) -> (bool, bool) {
    let any = |is: fn(&Literal) -> bool| own_literals(unknown, conditions).any(is);
    (any(|l| matches!(l, Literal::String(_))), any(|l| matches!(l, Literal::Number(_))))
}

/// Values for an unknown of which nothing is known but what `conditions` compare it with.
fn any(unknown: &Symbol, conditions: &Conditions<'_>, literals: &Literals) -> Domain {
    let (is_text, is_number) = compared_with(unknown, conditions);
    let mut out = Domain { values: Vec::new(), is_whole: literals.is_whole };
    if !is_number {
        // What is said of a part is said of the whole too.
        let has_parts =
            conditions.said.iter().flat_map(|(_, on)| on).any(|on| wholes(on).any(|whole| whole == unknown));
        let own = conditions.said.iter().filter(|(_, on)| on.contains(&unknown));
        let said: Vec<(Said<'_>, bool)> = own.map(|(said, on)| (*said, on.len() == 1 && !has_parts)).collect();
        let found = texts(unknown, &said, &literals.texts);
        out.values.extend(found.texts.into_iter().map(Value::string));
        out.is_whole &= found.are_all;
    }
    if !is_text {
        out.values.extend(numbers(literals).into_iter().map(Value::int));
        // An input is taken to be a whole number, what is computed is not.
        if literals.has_fractions && is_call(unknown) {
            out.values.extend(fractions(literals));
        }
    }
    if !is_text && !is_number {
        // Which member is looked at, and what it is, would have to be tried too.
        out.is_whole &= !literals.takes_members || literals.scalars.contains(unknown);
        out.values.extend([Value::bool(true), Value::bool(false)]);
        if !literals.scalars.contains(unknown) {
            out.is_whole &= collections(literals, &lengths(literals), &mut out.values);
        }
    }
    // Null is a value only where a condition tests for it, or a function may give it.
    let is_tested =
        own_literals(unknown, conditions).any(|l| matches!(l, Literal::Null)) || is_part(unknown) && literals.has_null;
    if is_tested || is_call(unknown) && unknown.may_be_null() {
        out.values.push(Value::null());
    }
    out
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
    // What repeats after so many numbers that not all are tried may be seen in the first of them.
    if literals.repeats_late {
        out.extend(-40..=260);
    }
    if literals.mixes {
        ends.extend(mixed(&literals.numbers).into_iter().map(|n| (n, n)));
    }
    for (first, last) in ends {
        out.extend(first.saturating_sub(*period)..=last.saturating_add(*period));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// What the numbers of conditions make of one another, where several unknowns are calculated with together: what one of them is where the others are such numbers.
fn mixed(numbers: &[i64]) -> Vec<i64> {
    /// Of more numbers each with each is not tried.
    const MOST: usize = 5;
    let numbers: Vec<i64> = numbers.iter().copied().chain([1, 2]).take(MOST).collect();
    let pairs = numbers.iter().flat_map(|a| numbers.iter().map(move |b| (*a, *b)));
    let of = |(a, b): (i64, i64)| {
        [a.saturating_add(b), a.saturating_sub(b), a.saturating_mul(b), a.checked_div(b).unwrap_or(0)]
    };
    pairs.flat_map(of).collect()
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

/// The lengths of lists that the conditions tell apart.
fn lengths(literals: &Literals) -> Vec<usize> {
    /// Lists that are tried are at most this long, where conditions don't ask for the length.
    const MAX_LENGTH: i64 = 24;
    let most = if literals.counts { MAX_COUNTED } else { MAX_LENGTH };
    let all = numbers(literals).into_iter().chain([0, 1, 2]).filter(|n| (0..=most).contains(n));
    let mut out: Vec<usize> = all.filter_map(|n| usize::try_from(n).ok()).collect();
    out.sort_unstable();
    out.dedup();
    out
}
