//! Operations on values that Terraform's evaluation needs beyond those of the graph.

use std::sync::Arc;

use cmklint_graph::{
    AsPath, Atom, Choice, Comparison, Fold, Form, Kind, Literal, Number, Object, StepKind, Symbol, SymbolOrigin, Value,
    World, canonical, compare, lift, only_part,
};
use cmklint_source::Span;

use crate::functions;

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
    matches!(&value.kind, Kind::Symbol(symbol) if matches!(symbol.origin(), SymbolOrigin::Failure { .. }))
}

/// `value` without the arms that fail: their worlds are never deployed.
pub(crate) fn prune(value: &Value) -> Value {
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    let (then, otherwise) = (prune(&choice.then), prune(&choice.otherwise));
    let mut out = match (is_error(&then), is_error(&otherwise)) {
        (true, false) => otherwise,
        (false, true) => then,
        _ => Value::choice(choice.atom.clone(), then, otherwise),
    };
    out.trail = value.trail.after(&out.trail);
    out
}

/// `value` where `atom` holds, or doesn't: choices at its top that this decides are resolved.
pub(crate) fn restrict(value: &Value, atom: &Atom, holds: bool) -> Value {
    match (&value.kind, World::any().assume(atom, holds)) {
        (Kind::Choice(_), Some(world)) => restrict_in(value, &world),
        _ => value.clone(),
    }
}

fn restrict_in(value: &Value, world: &World) -> Value {
    let Kind::Choice(choice) = &value.kind else { return value.clone() };
    let mut out = match world.decides(&choice.atom) {
        Some(true) => restrict_in(&choice.then, world),
        Some(false) => restrict_in(&choice.otherwise, world),
        None => {
            Value::choice(choice.atom.clone(), restrict_in(&choice.then, world), restrict_in(&choice.otherwise, world))
        }
    };
    out.trail = value.trail.after(&out.trail);
    out
}

/// `value` as a condition: a boolean, or a choice of booleans; an error stays one.
pub(crate) fn truth(value: &Value) -> Value {
    match &value.kind {
        Kind::Bool(_) => value.clone(),
        Kind::String(text) if matches!(&**text, "true" | "1") => Value::bool(true),
        Kind::String(text) if matches!(&**text, "false" | "0") => Value::bool(false),
        Kind::Choice(choice) => on_arms(value, choice, truth),
        Kind::Symbol(symbol) if matches!(symbol.allowed(), Some([Literal::Null])) => failure("null is not a boolean"),
        Kind::Symbol(symbol) if !is_error(value) => {
            Value::choice(Atom::truth(symbol.clone()), Value::bool(true), Value::bool(false))
        }
        Kind::Ref(_) | Kind::Template(_) => {
            truth(&Value::call(&functions::Library, "tobool", std::slice::from_ref(value), None))
        }
        Kind::Symbol(_) => value.clone(),
        _ => failure("not a boolean"),
    }
}

/// `f` applied to both arms of `value`, which is `choice`.
pub(crate) fn on_arms(value: &Value, choice: &Choice, mut f: impl FnMut(&Value) -> Value) -> Value {
    let then = f(&choice.then);
    let otherwise = f(&choice.otherwise);
    let mut out = Value::choice(choice.atom.clone(), then, otherwise);
    out.trail = value.trail.after(&out.trail);
    out
}

/// `then` where the condition holds, else `otherwise`.
pub(crate) fn select(condition: &Value, then: &Value, otherwise: &Value) -> Value {
    match &condition.kind {
        Kind::Bool(true) => then.clone(),
        Kind::Bool(false) => otherwise.clone(),
        Kind::Choice(choice) => {
            let atom = &choice.atom;
            let arm = |condition: &Value, holds: bool| {
                select(condition, &restrict(then, atom, holds), &restrict(otherwise, atom, holds))
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
    Value::call(&functions::Library, "tostring", std::slice::from_ref(value), None)
}

/// The condition that the two are equal, as a call.
fn call_of_equal(a: &Value, b: &Value) -> Value {
    // One order, so that `a == b` and `b == a` are one condition.
    let mut sides = [a.clone(), b.clone()];
    sides.sort_by_cached_key(canonical);
    let label = format!("{} == {}", a.describe(), b.describe());
    truth(&Value::call(&functions::Library, "==", &sides, Some(&label)))
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

fn is_literal(symbol: &Symbol, literal: &Value) -> Value {
    let (yes, no) = (Value::bool(true), Value::bool(false));
    match literal.as_literal() {
        // A boolean that isn't `false` is `true`, so both tests are one condition.
        Some(Literal::Bool(false)) => Value::choice(Atom::truth(symbol.clone()), no, yes),
        Some(literal) => Value::choice(Atom::equals(symbol.clone(), literal), yes, no),
        None => no,
    }
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
        Kind::String(text) => match functions::parse_number(text) {
            functions::ParsedNumber::Known(number) => Some(number),
            _ => None,
        },
        _ => None,
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
    let mut out = Value::call(
        &functions::Library,
        &format!("{}{name}", functions::ATTRIBUTE),
        &[base],
        Some(&format!("{}.{name}", symbol.label())),
    );
    out.trail = whole.trail.clone();
    out
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
