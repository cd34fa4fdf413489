//! Parts of unknowns (`x.on`, `x[0]`): unknowns of their own, which fail or are null where the whole is null or empty.

use std::sync::Arc;

use crate::value::{Array, Call, ITEM, Kind, MEMBER, Object, Outcome, Part, Symbol, SymbolOrigin, Value};

/// Wholes of wholes are looked at to this depth.
const MAX_DEPTH: usize = 8;

/// The call that takes the part `symbol` of an unknown; `None` for any other symbol.
fn step(symbol: &Symbol) -> Option<&Call> {
    match symbol.origin() {
        SymbolOrigin::Call(call) if call.bases().is_empty() => {
            let steps = match call.functions() {
                Some(functions) => functions.steps_into(call.function()),
                None => has_null_for_nothing(call),
            };
            steps.then_some(call)
        }
        _ => None,
    }
}

/// Whether `call` is one of [`Value::member`] or [`Value::item`], which are null where there is no such part.
fn has_null_for_nothing(call: &Call) -> bool {
    call.functions().is_none() && [MEMBER, ITEM].iter().any(|prefix| call.function().starts_with(prefix))
}

/// Whether `symbol` is a part of an unknown, which may not be there.
pub(crate) fn is_part(symbol: &Symbol) -> bool {
    step(symbol).is_some()
}

/// The unknown that `symbol` is a part of, or is told by (`keys(x)`).
fn whole(symbol: &Symbol) -> Option<&Symbol> {
    let [Value { kind: Kind::Symbol(whole), .. }, rest @ ..] = step(symbol)?.args() else { return None };
    // A key that is not known may be that of any part.
    rest.iter().all(Value::is_known).then_some(whole)
}

/// The unknown that `symbol` is a part of, the one that this is a part of, and so on.
pub(crate) fn wholes(symbol: &Symbol) -> impl Iterator<Item = &Symbol> {
    std::iter::successors(whole(symbol), |symbol| whole(symbol)).take(MAX_DEPTH)
}

/// Which part of its whole `symbol` is; `None` for what is only told by the whole (`keys(x)`).
pub(crate) fn place(symbol: &Symbol) -> Option<Part> {
    let call = step(symbol)?;
    whole(symbol)?;
    match call.functions() {
        Some(functions) => functions.part(call.function(), call.args()),
        None => match call.function().split_once(':')? {
            (kind, name) if MEMBER.starts_with(kind) => Some(Part::Member(name.to_owned())),
            (_, index) => index.parse().ok().map(Part::Item),
        },
    }
}

/// What `symbol` depends on, where that is a part of an unknown that is only told by the whole: the whole. `None` for all other symbols.
pub(crate) fn told_by(symbol: &Symbol) -> Option<&Symbol> {
    let whole = whole(symbol)?;
    place(symbol).is_none().then_some(whole)
}

/// What is tried for `symbol` where it is a part that isn't there; `None` where it is no part.
pub(crate) fn absent(symbol: &Symbol) -> Option<Value> {
    let call = step(symbol)?;
    Some(match of_known_whole(call, &Value::array(Vec::new())) {
        Outcome::Value(value) if value.is_null() => Value::null(),
        _ => Value::symbol(Symbol::failure("no such part", "a part that isn't there", false)),
    })
}

/// What `call` takes of `of`.
fn of_known_whole(call: &Call, of: &Value) -> Outcome {
    if of.is_failure() {
        return Outcome::Fails;
    }
    let rest = call.args().iter().skip(1).cloned();
    let args: Vec<Value> = std::iter::once(of.clone()).chain(rest).collect();
    if args.iter().all(Value::is_known) { call.work_out(&args) } else { Outcome::Unknown }
}

/// `base`, which is tried for `whole`, with the parts that are `given`; `None` where these are no parts of it.
pub(crate) fn composed(whole: &Symbol, base: &Value, given: &[(&Symbol, &Value)]) -> Option<Value> {
    let parts: Vec<(&Symbol, &Value)> =
        given.iter().copied().filter(|(symbol, _)| self::whole(symbol) == Some(whole)).collect();
    let mut made = base.clone();
    for (symbol, value) in &parts {
        let is_null = value.is_null() && absent(symbol).is_some_and(|absent| absent.is_null());
        let is_there = !value.is_failure() && !is_null;
        if let Some(part) = place(symbol).filter(|_| is_there) {
            put(&mut made, &part, value);
        }
    }
    let fits = |(symbol, value): &(&Symbol, &Value)| match of_known_whole(step(symbol)?, &made) {
        Outcome::Value(found) => Some(is_same(&found, value)),
        Outcome::Fails => Some(value.is_failure()),
        Outcome::Unknown => Some(true),
    };
    parts.iter().all(|part| fits(part) != Some(false)).then_some(made)
}

/// Puts `value` at a place of `of`, where it has such a place.
fn put(of: &mut Value, part: &Part, value: &Value) {
    match (&mut of.kind, part) {
        (Kind::Object(object), Part::Member(name)) if object.get(name).is_none() => {
            let object: &mut Object = Arc::make_mut(object);
            object.insert(name.as_str(), None, value.clone());
        }
        (Kind::Array(array), Part::Item(_) | Part::FromEnd(_)) => {
            let at = match part {
                Part::FromEnd(before) => array.items.len().checked_sub(before + 1),
                Part::Item(at) => Some(*at),
                Part::Member(_) => None,
            };
            let array: &mut Array = Arc::make_mut(array);
            if let Some(item) = at.and_then(|at| array.items.get_mut(at)) {
                *item = value.clone();
            }
        }
        _ => {}
    }
}

/// Whether the two are the same as far as that shows: of lists and objects it counts how many members they have.
fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) => a.items.len() == b.items.len(),
        (Kind::Object(a), Kind::Object(b)) => a.entries.keys().eq(b.entries.keys()),
        _ => a.as_literal().is_some() && a.as_literal() == b.as_literal(),
    }
}

/// Whether something that is said of both would be said of the same: one is the other's whole, or both are parts of one, and one part in two ways or what the whole tells.
pub(crate) fn share_a_whole(a: &Symbol, b: &Symbol) -> bool {
    if wholes(a).any(|whole| whole == b) || wholes(b).any(|whole| whole == a) {
        return true;
    }
    let common = wholes(a).find(|whole| wholes(b).any(|other| other == *whole));
    let Some(common) = common else { return false };
    // What leads from the common whole to each.
    let next = |symbol| std::iter::once(symbol).chain(wholes(symbol)).find(|part| whole(part) == Some(common));
    match (next(a).map(place), next(b).map(place)) {
        (Some(Some(a)), Some(Some(b))) => a == b,
        _ => true,
    }
}
