//! Parts of unknowns (`x.on`, `x[0]`): unknowns of their own, which fail or are null where the whole is null or empty.

use crate::value::{Call, ITEM, Kind, MEMBER, Object, Outcome, Symbol, SymbolOrigin, Value};

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

/// The unknown that `symbol` is a part of; `None` where the part has a default (`lookup(x, "on", false)`), which depends on what kind of collection that is.
fn whole(symbol: &Symbol) -> Option<&Symbol> {
    match step(symbol)?.args() {
        [Value { kind: Kind::Symbol(whole), .. }] | [Value { kind: Kind::Symbol(whole), .. }, _] => Some(whole),
        _ => None,
    }
}

/// The unknown that `symbol` is a part of, the one that this is a part of, and so on.
pub(crate) fn wholes(symbol: &Symbol) -> impl Iterator<Item = &Symbol> {
    std::iter::successors(whole(symbol), |symbol| whole(symbol)).take(MAX_DEPTH)
}

/// What is tried for `symbol` where it is a part that isn't there; `None` where it is no part.
pub(crate) fn absent(symbol: &Symbol) -> Option<Value> {
    let call = step(symbol)?;
    let of_nothing = || of_known_whole(call, &Value::array(Vec::new()));
    Some(if has_null_for_nothing(call) || matches!(of_nothing(), Outcome::Value(value) if value.is_null()) {
        Value::null()
    } else {
        Value::symbol(Symbol::failure("no such part", "a part that isn't there", false))
    })
}

/// What the part `symbol` is where what it is a part of is given and has no parts; unknown where it has some, or is not given.
fn of_given_whole(symbol: &Symbol, given: &[(&Symbol, &Value)], left: usize) -> Outcome {
    let (Some(call), Some(whole), Some(left)) = (step(symbol), whole(symbol), left.checked_sub(1)) else {
        return Outcome::Unknown;
    };
    let of = match given.iter().find(|(known, _)| *known == whole) {
        Some((_, value)) if value.is_failure() => Outcome::Fails,
        Some((_, value)) => Outcome::Value((*value).clone()),
        None => of_given_whole(whole, given, left),
    };
    match of {
        Outcome::Value(of) if has_no_parts(&of) && has_null_for_nothing(call) => Outcome::Value(Value::null()),
        Outcome::Value(of) if has_no_parts(&of) => {
            // An empty list is tried for whatever is empty.
            let alike = of.as_array().map(|_| Value::object(Object::default()));
            match (of_known_whole(call, &of), alike.map(|of| of_known_whole(call, &of))) {
                (made, None) => made,
                (Outcome::Fails, Some(Outcome::Fails)) => Outcome::Fails,
                // Only of a list is there such a part.
                (made @ Outcome::Value(_), Some(Outcome::Fails)) => made,
                _ => Outcome::Unknown,
            }
        }
        Outcome::Fails if !call.functions().is_some_and(|f| f.catches_failure(call.function())) => Outcome::Fails,
        _ => Outcome::Unknown,
    }
}

/// What `call` takes of `of`.
fn of_known_whole(call: &Call, of: &Value) -> Outcome {
    let rest = call.args().iter().skip(1).cloned();
    let args: Vec<Value> = std::iter::once(of.clone()).chain(rest).collect();
    if args.iter().all(Value::is_known) { call.work_out(&args) } else { Outcome::Unknown }
}

/// Whether each part among the unknowns `given` can be what it is given as, beside the wholes that are given.
pub(crate) fn fit_wholes(given: &[(&Symbol, &Value)]) -> bool {
    given.iter().all(|(symbol, value)| match of_given_whole(symbol, given, MAX_DEPTH) {
        Outcome::Value(made) => match (made.as_literal(), value.as_literal()) {
            (Some(made), Some(value)) => made == value,
            (Some(_), None) => false,
            (None, _) => true,
        },
        Outcome::Fails => value.is_failure(),
        Outcome::Unknown => true,
    })
}

fn has_no_parts(value: &Value) -> bool {
    match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::Array(array) => array.items.is_empty() && array.rest.is_none(),
        Kind::Object(object) => object.entries.is_empty() && object.rest.is_none(),
        _ => false,
    }
}
