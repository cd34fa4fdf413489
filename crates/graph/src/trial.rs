//! Conditions where unknowns are given values to try: what is assumed of them is evaluated again with these.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::join::join;
use crate::parts::{composed, is_part, wholes};
use crate::value::{Atom, Call, Fact, Kind, Literal, Outcome, Symbol, SymbolOrigin, TextPart, Value, is_call};
use crate::work;

/// The steps that a function's call is charged with, besides those for the texts that it is given: some ten times what a comparison of two values takes.
const CALL_STEPS: usize = 8;
/// Values nested deeper than this are not evaluated.
pub(crate) const MAX_DEPTH: usize = 48;

/// What is said of unknowns.
#[derive(Clone, Copy)]
pub(crate) enum Said<'a> {
    /// What a world assumes.
    Fact(&'a Fact),
    /// A condition that is true in any world.
    Requirement(&'a Value),
}

/// More combinations of values than this are not tried.
const MAX_TRIED: usize = 4_096;

/// What came of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// Some values make all of it so.
    Found,
    /// Some values may make it so: what functions make of them is not known.
    MayBe,
    /// None does.
    None,
    /// None that was tried does; there are more.
    TooMany,
}

impl Tried {
    /// This, or `other` where it is nothing.
    fn or(self, other: Self) -> Self {
        if self == Self::None { other } else { self }
    }
}

/// Values to try for some unknowns.
pub(crate) struct Trial<'a> {
    /// Each unknown with its values, parts before what they are parts of, and those with few first.
    open: Vec<(&'a Symbol, Vec<Value>)>,
    /// What is said, by the place of the last of the unknowns that it is said of.
    said: Vec<Vec<Said<'a>>>,
}

impl<'a> Trial<'a> {
    /// The values of each unknown that nothing that is said of it alone speaks against; what is said of no unknown that is given is not looked at until all have
    /// a value.
    pub(crate) fn new(
        unknowns: impl Iterator<Item = (&'a Symbol, Vec<Value>)>,
        said: &[(Said<'a>, Vec<&'a Symbol>)],
    ) -> Self {
        let mut open: Vec<(&Symbol, Vec<Value>)> = unknowns.collect();
        let all: Vec<&Symbol> = open.iter().map(|(unknown, _)| *unknown).collect();
        let has_parts = |unknown: &Symbol| all.iter().any(|other| wholes(other).any(|whole| whole == unknown));
        for (unknown, values) in open.iter_mut().filter(|(unknown, _)| said.len() > 1 && !has_parts(unknown)) {
            let alone: Vec<Said<'_>> = said
                .iter()
                .filter(|(_, on)| matches!(&on[..], [only] if *only == *unknown))
                .map(|(said, _)| *said)
                .collect();
            values.retain(|value| alone.iter().all(|said| agrees(*said, &[(*unknown, value)])));
        }
        open.sort_by_key(|(unknown, values)| (Reverse(wholes(unknown).count()), values.len()));
        let mut at_last: Vec<Vec<Said<'_>>> = vec![Vec::new(); open.len()];
        for (said, on) in said {
            let places = on.iter().map(|on| open.iter().position(|(unknown, _)| unknown == on));
            let last = places.collect::<Option<Vec<usize>>>().and_then(|places| places.into_iter().max());
            if let Some(list) = at_last.get_mut(last.unwrap_or(open.len().saturating_sub(1))) {
                list.push(*said);
            }
        }
        Self { open, said: at_last }
    }

    /// Tries the values.
    pub(crate) fn run(&self) -> Tried {
        self.run_up_to(MAX_TRIED)
    }

    /// Tries the first `most` of the values.
    pub(crate) fn run_up_to(&self, mut most: usize) -> Tried {
        self.run_from(&[], true, &mut most)
    }

    /// As [`Trial::run`] with the first unknowns `given`, where it `is_certain` that these agree with what is said of them.
    fn run_from(&self, given: &[(&Symbol, &Value)], is_certain: bool, left: &mut usize) -> Tried {
        let Some((unknown, values)) = self.open.get(given.len()) else {
            return if is_certain { Tried::Found } else { Tried::MayBe };
        };
        let said = self.said.get(given.len());
        let mut found = Tried::None;
        for value in values {
            let Some(fewer) = left.checked_sub(1) else { return found.or(Tried::TooMany) };
            *left = fewer;
            let Some(value) = composed(unknown, value, given) else { continue };
            let mut given = given.to_vec();
            given.push((*unknown, &value));
            let mut answers = said.into_iter().flatten().map(|said| is_so(*said, &given));
            let certain =
                answers.try_fold(is_certain, |all, answer| (answer != Some(false)).then_some(all && answer.is_some()));
            let Some(certain) = certain else { continue };
            match self.run_from(&given, certain, left) {
                Tried::None => {}
                Tried::MayBe => found = Tried::MayBe,
                decided => return decided,
            }
        }
        found
    }
}

/// Whether what is said can be so where the unknowns have the values `given`.
pub(crate) fn agrees(said: Said<'_>, given: &[(&Symbol, &Value)]) -> bool {
    is_so(said, given) != Some(false)
}

/// Whether what is said is so where the unknowns have the values `given`; `None` where that can't be told.
fn is_so(said: Said<'_>, given: &[(&Symbol, &Value)]) -> Option<bool> {
    match said {
        Said::Fact((atom, holds)) => match of_symbol(&atom.symbol, given, MAX_DEPTH) {
            Outcome::Value(value) => Some(equals(atom, *holds, &value)),
            Outcome::Fails => Some(false),
            Outcome::Unknown => {
                let functions = function_of(&atom.symbol)?.functions()?;
                let made = calculated(&atom.symbol, given, MAX_DEPTH)?;
                Some(functions.are_equal(&made, &Value::from(&atom.literal))? == *holds)
            }
        },
        Said::Requirement(requirement) => match with_given(requirement, given, MAX_DEPTH) {
            Outcome::Value(value) => Some(value.as_bool() != Some(false)),
            Outcome::Fails => Some(false),
            Outcome::Unknown => None,
        },
    }
}

/// Whether `symbol` is a call of known arguments that fails.
pub(crate) fn has_no_value(symbol: &Symbol) -> bool {
    let is_known =
        |call: &&Call| call.bases().is_empty() && !call.args().is_empty() && call.args().iter().all(Value::is_known);
    function_of(symbol)
        .filter(is_known)
        .is_some_and(|call| work::pay(CALL_STEPS) && matches!(call.work_out(call.args()), Outcome::Fails))
}

fn function_of(symbol: &Symbol) -> Option<&Call> {
    if let SymbolOrigin::Call(call) = symbol.origin() { Some(call) } else { None }
}

/// Whether it can be that `value` equals the atom's literal, or doesn't.
fn equals(atom: &Atom, holds: bool, value: &Value) -> bool {
    match (&atom.literal, value.as_literal()) {
        // What is used as a condition must be a boolean. What is compared with `false` may be null too, which is not the same.
        (Literal::Bool(wanted), Some(Literal::Bool(found))) => (*wanted == found) == holds,
        (Literal::Bool(false), Some(Literal::Null)) => !holds,
        (Literal::Bool(_), _) => !value.is_known(),
        (wanted, Some(found)) => (*wanted == found) == holds,
        (_, None) => !holds || !value.is_known(),
    }
}

fn of_symbol(symbol: &Symbol, given: &[(&Symbol, &Value)], left: usize) -> Outcome {
    if let Some((_, value)) = given.iter().find(|(known, _)| *known == symbol) {
        return if value.is_failure() { Outcome::Fails } else { Outcome::Value((*value).clone()) };
    }
    let (SymbolOrigin::Call(call), Some(left)) = (symbol.origin(), left.checked_sub(1)) else {
        return Outcome::Unknown;
    };
    let is_given = |symbol: &Symbol| given.iter().any(|(known, _)| *known == symbol);
    let hangs_on = |base: &Symbol| is_given(base) || is_part(base) && wholes(base).any(is_given);
    if !hangs_on(symbol) && !call.bases().iter().any(hangs_on) && !given.iter().any(|(known, _)| is_call(known)) {
        return Outcome::Unknown;
    }
    let mut args = Vec::with_capacity(call.args().len());
    let mut size = 0;
    for arg in call.args() {
        match with_given(arg, given, left) {
            Outcome::Value(value) => {
                size += value.as_str().map_or(1, str::len) / 16;
                args.push(value);
            }
            Outcome::Fails if call.functions().is_some_and(|f| f.catches_failure(call.function())) => {
                match call.functions().and_then(|f| f.failed_argument(call.function())) {
                    Some(failed) => args.push(failed),
                    None => return Outcome::Unknown,
                }
            }
            other => return other,
        }
    }
    if work::pay(CALL_STEPS + size) { call.work_out(&args) } else { Outcome::Unknown }
}

/// `value` with the unknowns replaced by the values `given`: what can't be computed stays as it is.
pub(crate) fn with_given(value: &Value, given: &[(&Symbol, &Value)], left: usize) -> Outcome {
    let Some(left) = left.checked_sub(1).filter(|_| work::pay(1)) else { return Outcome::Unknown };
    let inner = |value: &Value| match with_given(value, given, left) {
        Outcome::Value(value) => Ok(value),
        other => Err(other),
    };
    let kind = match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Ref(_) => return known(value),
        Kind::Symbol(symbol) => {
            return match of_symbol(symbol, given, left) {
                Outcome::Value(made) => Outcome::Value(Value { kind: made.kind, trail: value.trail.clone() }),
                Outcome::Unknown => calculated(symbol, given, left).map_or_else(|| known(value), Outcome::Value),
                Outcome::Fails => Outcome::Fails,
            };
        }
        Kind::Array(_) | Kind::Object(_) if value.is_known() => return known(value),
        Kind::Array(array) => {
            let mut array = Arc::clone(array);
            for item in &mut Arc::make_mut(&mut array).items {
                match inner(item) {
                    Ok(value) => *item = value,
                    Err(other) => return other,
                }
            }
            Kind::Array(array)
        }
        Kind::Object(object) => {
            let mut object = Arc::clone(object);
            for entry in Arc::make_mut(&mut object).entries.values_mut() {
                match inner(&entry.value) {
                    Ok(value) => entry.value = value,
                    Err(other) => return other,
                }
            }
            Kind::Object(object)
        }
        Kind::Template(parts) => {
            let parts: Result<Vec<Value>, Outcome> = parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => Ok(Value::string(Arc::clone(text))),
                    // A list is no part of a text.
                    TextPart::Value(value) => match inner(value)? {
                        Value { kind: Kind::Array(_) | Kind::Object(_), .. } => Err(Outcome::Fails),
                        made => Ok(made),
                    },
                })
                .collect();
            match parts {
                Ok(parts) => join(&parts).kind,
                Err(other) => return other,
            }
        }
        Kind::Choice(choice) => {
            let arms = |holds: bool| with_given(if holds { &choice.then } else { &choice.otherwise }, given, left);
            match of_symbol(&choice.atom.symbol, given, left) {
                Outcome::Value(found) => match found.as_literal() {
                    Some(found) => return arms(found == choice.atom.literal),
                    None if found.is_known() => return arms(false),
                    None => return known(value),
                },
                Outcome::Fails => return Outcome::Fails,
                Outcome::Unknown => return known(value),
            }
        }
    };
    Outcome::Value(Value { kind, trail: value.trail.clone() })
}

/// The call of arithmetic that `symbol` is, of numbers that are given: one that has no finite number (`4 / 3`) stays a call, which others can calculate with.
fn calculated(symbol: &Symbol, given: &[(&Symbol, &Value)], left: usize) -> Option<Value> {
    let SymbolOrigin::Call(call) = symbol.origin() else { return None };
    call.functions()?.arithmetic(call.function())?;
    let of = |arg: &Value| match with_given(arg, given, left) {
        Outcome::Value(value) => Some(value),
        _ => None,
    };
    let args: Vec<Value> = call.args().iter().map(of).collect::<Option<_>>()?;
    Some(call.with_args(&args, symbol.label()))
}

fn known(value: &Value) -> Outcome {
    Outcome::Value(value.clone())
}
