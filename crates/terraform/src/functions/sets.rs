//! Sets: their members, each once, in Terraform's order.

use std::cmp::Ordering;
use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Value, canonical};
use rustc_hash::FxHashSet;

use crate::values::sorted;

/// The set of `items`, which are of one type. Where some are not known, neither the order nor the duplicates are known.
pub(crate) fn make(items: &[Value]) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items: ordered(items), form: Form::Set, rest: None })))
}

/// The members of the set of `items`.
pub(crate) fn ordered(items: &[Value]) -> Vec<Value> {
    let mut seen = FxHashSet::default();
    let mut out: Vec<Value> = items.iter().filter(|item| seen.insert(canonical(item))).cloned().collect();
    if out.len() > 1 && out.iter().all(Value::is_known) {
        out.sort_by_cached_key(SortKey::of);
    }
    out
}

/// The sort key of a member: scalars by value, null after them, everything else by its canonical text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Bool(bool),
    Number(Exact),
    String(Arc<str>),
    Other(String),
    Null,
}

#[derive(PartialEq, Eq)]
struct Exact(cmklint_graph::Number);

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl SortKey {
    fn of(value: &Value) -> Self {
        match &value.kind {
            Kind::Null => Self::Null,
            Kind::Bool(value) => Self::Bool(*value),
            Kind::Number(number) => Self::Number(Exact(*number)),
            Kind::String(text) => Self::String(Arc::clone(text)),
            _ => {
                let mut bytes = String::new();
                write(value, &mut bytes, 0);
                Self::Other(bytes)
            }
        }
    }
}

/// The text that determines the order, as `makeSetHashBytes` of go-cty writes it.
fn write(value: &Value, out: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    match &value.kind {
        Kind::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => out.push_str(&super::quote::quoted(text)),
        Kind::Array(array) => {
            let (open, close) = if array.form == Form::Structure { ('<', '>') } else { ('[', ']') };
            out.push(open);
            for item in &array.items {
                write(item, out, depth + 1);
                out.push(';');
            }
            out.push(close);
        }
        Kind::Object(object) if object.form == Form::Collection => {
            out.push('{');
            for (name, entry) in sorted(object) {
                out.push_str(&super::quote::quoted(name));
                out.push(':');
                write(&entry.value, out, depth + 1);
                out.push(';');
            }
            out.push('}');
        }
        Kind::Object(object) => {
            out.push('<');
            for (_, entry) in sorted(object) {
                write(&entry.value, out, depth + 1);
                out.push(';');
            }
            out.push('>');
        }
        _ => out.push('~'),
    }
}
