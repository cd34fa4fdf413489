//! Functions of strings that are known in part.

use std::sync::Arc;

use cmklint_graph::{AsPath, Kind, Value, concat};

use super::{format, items};
use crate::values::{call_of_text, text_of};

/// The result of the function for arguments that are not all known; `None` where this module doesn't know it.
pub(super) fn call(name: &str, args: &[Value]) -> Option<Option<Value>> {
    Some(match name {
        "join" => join(args),
        "format" => formatted(args),
        "tostring" => args.first().and_then(part).filter(|_| args.len() == 1),
        _ => return None,
    })
}

/// The value as a part of a text: null and non-scalars make the text unknown.
fn part(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Template(_) => Some(value.clone()),
        Kind::Ref(r) if r.path.is("id") => Some(value.clone()),
        Kind::String(_) | Kind::Bool(_) | Kind::Number(_) => {
            text_of(value).map(|text| Value { kind: Kind::String(text), trail: value.trail.clone() })
        }
        Kind::Symbol(_) | Kind::Ref(_) => Some(call_of_text(value)),
        Kind::Choice(choice) => Some(Value::choice(choice.atom.clone(), part(&choice.then)?, part(&choice.otherwise)?)),
        _ => None,
    }
}

/// As [`part`], inside a longer text, where a symbol is its own text.
fn inner(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Symbol(_) | Kind::Ref(_) => Some(value.clone()),
        Kind::Choice(choice) => {
            Some(Value::choice(choice.atom.clone(), inner(&choice.then)?, inner(&choice.otherwise)?))
        }
        _ => part(value),
    }
}

fn join(args: &[Value]) -> Option<Value> {
    let separator = text_of(args.first()?)?;
    let mut parts = Vec::new();
    for at in 1..args.len() {
        // The order of a set depends on its members.
        if args.get(at)?.as_array()?.form == cmklint_graph::Form::Set {
            return None;
        }
        for item in items(args, at)? {
            if !parts.is_empty() {
                parts.push(Value::string(Arc::clone(&separator)));
            }
            parts.push(inner(item)?);
        }
    }
    match &parts[..] {
        [] => Some(Value::string("")),
        [only] => part(only),
        _ => Some(concat(&parts)),
    }
}

fn formatted(args: &[Value]) -> Option<Value> {
    let pattern = text_of(args.first()?)?;
    let parts = format::parts(&pattern, args.get(1..)?)?;
    let parts: Vec<Value> = parts.iter().map(|p| inner(p)).collect::<Option<_>>()?;
    match &parts[..] {
        [only] => part(only),
        parts => Some(concat(parts)),
    }
}
