//! Conditions on one unknown that reach it through different functions (`env == 'prod'` and `toLower(env) == 'prod'`), looked at together: whether some value
//! of the unknown satisfies all that a world assumes.

use std::sync::Arc;

use crate::join::join;
use crate::literals::{Conditions, is_call, smallest_of};
use crate::parts::{fit_wholes, is_part, wholes};
use crate::probe::{Domain, domains};
use crate::value::{Fact, Kind, Literal, Outcome, Symbol, SymbolOrigin, TextPart, Value};
use crate::work;

/// Conditions that depend on more unknowns than this together are not looked at.
const MAX_UNKNOWNS: usize = 4;
/// More conditions than this are not looked at together.
const MAX_CONDITIONS: usize = 24;
/// More combinations of values than this are not tried.
const MAX_TRIED: usize = 1_024;
/// The steps that a function's call is charged with, besides those for the texts that it is given: some ten times what a comparison of two values takes.
const CALL_STEPS: usize = 8;
/// Values nested deeper than this are not evaluated.
const MAX_DEPTH: usize = 48;

/// The unknowns that `symbol` is computed from.
fn bases(symbol: &Symbol) -> &[Symbol] {
    match symbol.origin() {
        SymbolOrigin::Call(call) if !call.bases().is_empty() => call.bases(),
        _ => std::slice::from_ref(symbol),
    }
}

/// The unknowns that `symbol` is computed from, and those that their requirements relate them to (a list that is filtered, and what is left of it); with those
/// that they are parts of where `of_wholes`.
fn reach(symbol: &Symbol, of_wholes: bool) -> Vec<&Symbol> {
    let own = bases(symbol);
    let related = own.iter().flat_map(Symbol::requirements).filter_map(|requirement| match &requirement.kind {
        Kind::Symbol(symbol) => Some(bases(symbol)),
        _ => None,
    });
    let wholes = own.iter().filter(|_| of_wholes).flat_map(wholes);
    own.iter().chain(related.flatten()).chain(wholes).collect()
}

/// Whether the fact says more of its unknowns than that one equals this and not that.
fn says_more((atom, _): &Fact) -> bool {
    let symbol = &atom.symbol;
    is_call(symbol) || is_part(symbol) || !symbol.requirements().is_empty()
}

/// Whether it is certain that no value of the unknowns satisfies `new` and all of `facts`.
pub(crate) fn contradict(facts: &[Fact], new: &Fact) -> bool {
    // Without a call or a requirement among them, the facts are about the unknowns themselves, and each speaks for itself.
    if !says_more(new) && !facts.iter().any(says_more) || !work::pay(facts.len()) {
        return false;
    }
    contradict_by(facts, new, false) || (has_wholes(facts, new) && contradict_by(facts, new, true))
}

/// Whether `new` is about a part of an unknown that one of `facts` is about, or the other way round.
fn has_wholes(facts: &[Fact], new: &Fact) -> bool {
    let all = || facts.iter().chain([new]).flat_map(|(atom, _)| bases(&atom.symbol));
    all().flat_map(wholes).any(|whole| all().any(|base| base == whole))
}

/// As [`contradict`], where parts of unknowns are related to the wholes, or are not.
fn contradict_by(facts: &[Fact], new: &Fact, of_wholes: bool) -> bool {
    let related = related(facts, new, of_wholes);
    if !related.iter().any(|fact| says_more(fact)) || related.len() > MAX_CONDITIONS {
        return false;
    }
    let on: Vec<Vec<&Symbol>> = related.iter().map(|(atom, _)| bases(&atom.symbol).iter().collect()).collect();
    are_impossible(&related, &on) || by_whole_calls(&related).is_some_and(|on| are_impossible(&related, &on))
}

/// What each of `facts` says something of, where a call that no trial of its arguments shows the results of is an unknown itself (`int(s)`): whatever it is, all
/// that is said of it is said of one value. `None` where there is no such call that two facts have in common.
fn by_whole_calls<'f>(facts: &[&'f Fact]) -> Option<Vec<Vec<&'f Symbol>>> {
    let mut on = Vec::with_capacity(facts.len());
    for (atom, _) in facts {
        let mut found = Vec::new();
        smallest_of(&atom.symbol, &mut found, MAX_DEPTH)?;
        on.push(found);
    }
    let is_shared = |call: &Symbol| on.iter().filter(|found| found.contains(&call)).count() > 1;
    let shares = on.iter().flatten().any(|unknown| is_call(unknown) && is_shared(unknown));
    shares.then_some(on)
}

/// Whether no values of the unknowns make all of `facts` true, each of which says something of those in `on` at its place.
fn are_impossible(facts: &[&Fact], on: &[Vec<&Symbol>]) -> bool {
    let mut unknowns: Vec<&Symbol> = Vec::new();
    for unknown in on.iter().flatten() {
        match unknowns.iter_mut().find(|known| *known == unknown) {
            // An index says more of it than a comparison.
            Some(known) if known.allowed().is_none() => *known = unknown,
            Some(_) => {}
            None => unknowns.push(unknown),
        }
    }
    if unknowns.len() > MAX_UNKNOWNS {
        return false;
    }
    let mut conditions = Conditions { facts: facts.to_vec(), requirements: Vec::new() };
    conditions.requirements.extend(unknowns.iter().flat_map(|symbol| symbol.requirements()));
    let mut found = domains(&unknowns, &conditions);
    if found.is_none() && !conditions.requirements.is_empty() {
        // The requirements may be what tells too much apart.
        conditions.requirements.clear();
        found = domains(&unknowns, &conditions);
    }
    let Some(mut domains) = found else { return false };
    // The values of one unknown need no combining.
    let several = unknowns.len() > 1;
    for (unknown, domain) in unknowns.iter().zip(&mut domains).filter(|_| several) {
        // Nothing that is said of it alone speaks against a value. Few are left to combine with those of others then.
        let alone = || facts.iter().zip(on).filter(|(_, on)| matches!(&on[..], [only] if only == unknown));
        domain.values.retain(|value| alone().all(|(fact, _)| agrees(fact, &[(*unknown, value)])));
    }
    let tried: usize = domains.iter().map(|domain| domain.values.len()).fold(1, usize::saturating_mul);
    // Where the work was cut short, nothing was shown.
    (tried <= MAX_TRIED || !several) && !possible(&unknowns, &domains, &conditions) && !work::is_spent()
}

/// `new` and those of `facts` that depend on the same unknowns, directly or through others.
fn related<'f>(facts: &'f [Fact], new: &'f Fact, of_wholes: bool) -> Vec<&'f Fact> {
    let mut out = vec![new];
    let mut left: Vec<&Fact> = facts.iter().collect();
    let mut at = 0;
    while let Some(fact) = out.get(at) {
        let mine = reach(&fact.0.symbol, of_wholes);
        let (shared, others): (Vec<&Fact>, Vec<&Fact>) = left
            .into_iter()
            .partition(|(atom, _)| reach(&atom.symbol, of_wholes).iter().any(|base| mine.contains(base)));
        out.extend(shared);
        left = others;
        at += 1;
    }
    out
}

fn possible(unknowns: &[&Symbol], domains: &[Domain], conditions: &Conditions<'_>) -> bool {
    let mut at = vec![0usize; domains.len()];
    loop {
        let given: Vec<(&Symbol, &Value)> = unknowns
            .iter()
            .zip(domains)
            .zip(&at)
            .filter_map(|((symbol, domain), at)| Some((*symbol, domain.values.get(*at)?)))
            .collect();
        if given.len() != unknowns.len() {
            return false; // an unknown that can have no value
        }
        let is_met = |requirement: &&Value| match with_given(requirement, &given, MAX_DEPTH) {
            Outcome::Value(value) => value.as_bool() != Some(false),
            Outcome::Fails => false,
            Outcome::Unknown => true,
        };
        let fits = fit_wholes(&given) && conditions.facts.iter().all(|fact| agrees(fact, &given));
        if fits && conditions.requirements.iter().all(is_met) {
            return true;
        }
        // The next combination.
        let advanced = at.iter_mut().zip(domains).any(|(at, domain)| {
            *at += 1;
            let more = *at < domain.values.len();
            if !more {
                *at = 0;
            }
            more
        });
        if !advanced {
            return false;
        }
    }
}

/// Whether the fact can hold where the unknowns have the values `given`.
fn agrees((atom, holds): &Fact, given: &[(&Symbol, &Value)]) -> bool {
    let value = match of_symbol(&atom.symbol, given, MAX_DEPTH) {
        Outcome::Value(value) => value,
        Outcome::Fails => return false,
        Outcome::Unknown => return true,
    };
    match (&atom.literal, value.as_literal()) {
        // What is used as a condition must be a boolean. What is compared with `false` may be null too, which is not the same.
        (Literal::Bool(wanted), Some(Literal::Bool(found))) => (*wanted == found) == *holds,
        (Literal::Bool(false), Some(Literal::Null)) => !*holds,
        (Literal::Bool(_), _) => !value.is_known(),
        (wanted, Some(found)) => (*wanted == found) == *holds,
        (_, None) => !*holds || !value.is_known(),
    }
}

fn of_symbol(symbol: &Symbol, given: &[(&Symbol, &Value)], left: usize) -> Outcome {
    if let Some((_, value)) = given.iter().find(|(known, _)| *known == symbol) {
        return if value.is_failure() { Outcome::Fails } else { Outcome::Value((*value).clone()) };
    }
    let (SymbolOrigin::Call(call), Some(left)) = (symbol.origin(), left.checked_sub(1)) else {
        return Outcome::Unknown;
    };
    if !given.iter().any(|(known, _)| call.bases().contains(known) || is_call(known)) {
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
fn with_given(value: &Value, given: &[(&Symbol, &Value)], left: usize) -> Outcome {
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
                Outcome::Unknown => known(value),
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
                    TextPart::Value(value) => inner(value),
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

fn known(value: &Value) -> Outcome {
    Outcome::Value(value.clone())
}

/// `value`, a symbol or a text with symbolic parts, simplified by what `facts` fix; `None` where they fix nothing in it.
pub(crate) fn fixed(value: &Value, facts: &[Fact]) -> Option<Value> {
    let hangs_on = |symbol: &Symbol| match &value.kind {
        Kind::Symbol(own) => bases(own).contains(symbol),
        Kind::Template(parts) => parts.iter().any(|part| match part {
            TextPart::Value(Value { kind: Kind::Symbol(own), .. }) => bases(own).contains(symbol),
            _ => false,
        }),
        _ => false,
    };
    let values: Vec<(&Symbol, Value)> = facts
        .iter()
        .filter(|(atom, _)| hangs_on(&atom.symbol))
        .filter_map(|(atom, holds)| match &atom.literal {
            // What is not `false` is `true`, or null where it may be that.
            Literal::Bool(false) if !holds && atom.symbol.may_be_null() => None,
            // A condition that is not true is false.
            Literal::Bool(flag) => Some((&atom.symbol, Value::bool(*flag == *holds))),
            literal => {
                let literal = if *holds { Some(literal) } else { only_left(&atom.symbol, facts) };
                literal.map(|literal| (&atom.symbol, Value::from(literal)))
            }
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let given: Vec<(&Symbol, &Value)> = values.iter().map(|(symbol, value)| (*symbol, value)).collect();
    match with_given(value, &given, MAX_DEPTH) {
        Outcome::Value(made) => Some(made),
        Outcome::Fails | Outcome::Unknown => None,
    }
}

/// The one allowed value of `symbol` that `facts` don't exclude; `None` where there are others, or the allowed values are not known.
fn only_left<'s>(symbol: &'s Symbol, facts: &[Fact]) -> Option<&'s Literal> {
    let excluded = |literal: &Literal| {
        facts.iter().any(|(atom, holds)| !holds && atom.symbol == *symbol && atom.literal == *literal)
    };
    let mut left = symbol.allowed()?.iter().filter(|literal| !excluded(literal));
    left.next().filter(|_| left.next().is_none())
}
