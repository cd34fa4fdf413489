//! One walk over a value and all that is in it.

use std::sync::Arc;

use crate::concat::concat;
use crate::value::{Kind, TextPart, Value};

/// Values nested deeper than this stay as they are.
const MAX_DEPTH: usize = 128;

impl Value {
    /// The value with each scalar, reference and symbol in it, at any depth, for which `f` has an answer replaced by that. Conditions and what lists and
    /// objects leave open stay as they are.
    #[must_use]
    pub fn map(&self, f: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        map(self, f, MAX_DEPTH)
    }
}

fn map(value: &Value, f: &mut dyn FnMut(&Value) -> Option<Value>, left: usize) -> Value {
    let Some(left) = left.checked_sub(1) else { return value.clone() };
    let kind = match &value.kind {
        Kind::Array(array) => {
            let mut array = Arc::clone(array);
            for item in &mut Arc::make_mut(&mut array).items {
                *item = map(item, f, left);
            }
            Kind::Array(array)
        }
        Kind::Object(object) => {
            let mut object = Arc::clone(object);
            for entry in Arc::make_mut(&mut object).entries.values_mut() {
                entry.value = map(&entry.value, f, left);
            }
            Kind::Object(object)
        }
        Kind::Choice(choice) => {
            let (then, otherwise) = (map(&choice.then, f, left), map(&choice.otherwise, f, left));
            Value::choice(choice.atom.clone(), then, otherwise).kind
        }
        Kind::Template(parts) => {
            let parts: Vec<Value> = parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => Value::string(Arc::clone(text)),
                    TextPart::Value(value) => map(value, f, left),
                })
                .collect();
            concat(&parts).kind
        }
        _ => return f(value).unwrap_or_else(|| value.clone()),
    };
    Value { kind, trail: value.trail.clone() }
}
