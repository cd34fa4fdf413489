//! One walk over a value and all values inside it.

use std::sync::Arc;

use cmklint_source::Span;

use crate::concat::concat;
use crate::resource::Resource;
use crate::trail::Trail;
use crate::value::{Kind, Symbol, TextPart, Value};

/// Values nested deeper than this are left as they are.
const MAX_DEPTH: usize = 512;

/// What a walk over a value changes. A method that is not implemented changes nothing.
pub trait Rewrite {
    /// What takes the place of `leaf`: a scalar, a reference or a symbol. `None` leaves it.
    fn leaf(&mut self, leaf: &Value) -> Option<Value> {
        let _ = leaf;
        None
    }

    /// The symbol that replaces the one in a condition. `None` leaves it.
    fn condition(&mut self, symbol: &Symbol) -> Option<Symbol> {
        let _ = symbol;
        None
    }

    /// The span that replaces the one of an object member's name.
    fn key_span(&mut self, span: Span) -> Option<Span> {
        Some(span)
    }

    /// The trail that replaces this one.
    fn trail(&mut self, trail: &Trail) -> Trail {
        trail.clone()
    }
}

/// Replaces leaves by what a function returns for them.
struct Leaves<'f>(&'f mut dyn FnMut(&Value) -> Option<Value>);

impl Rewrite for Leaves<'_> {
    fn leaf(&mut self, leaf: &Value) -> Option<Value> {
        (self.0)(leaf)
    }
}

impl Value {
    /// The value with each scalar, reference and symbol in it, at any depth, replaced by what `f` returns for it, if anything. Conditions and the unknown rest of
    /// lists and objects stay as they are.
    #[must_use]
    pub fn map(&self, f: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        self.rewrite(&mut Leaves(f))
    }

    /// The value with everything in it, at any depth, rewritten by `by`.
    #[must_use]
    pub fn rewrite(&self, by: &mut dyn Rewrite) -> Self {
        walk(self, by, MAX_DEPTH)
    }
}

impl Resource {
    /// All values of the resource.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let Self { names, scope, location, condition, body, extends, .. } = self;
        let others = [&scope.subscription, &scope.resource_group, location, condition, body, extends];
        names.iter().chain(others)
    }

    /// All values of the resource, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let Self { names, scope, location, condition, body, extends, .. } = self;
        let others = [&mut scope.subscription, &mut scope.resource_group, location, condition, body, extends];
        names.iter_mut().chain(others)
    }
}

fn walk(value: &Value, by: &mut dyn Rewrite, left: usize) -> Value {
    let Some(left) = left.checked_sub(1) else { return value.clone() };
    let kind = match &value.kind {
        Kind::Array(array) => {
            let mut array = Arc::clone(array);
            for item in &mut Arc::make_mut(&mut array).items {
                *item = walk(item, by, left);
            }
            Kind::Array(array)
        }
        Kind::Object(object) => {
            let mut object = Arc::clone(object);
            for entry in Arc::make_mut(&mut object).entries.values_mut() {
                entry.key_span = entry.key_span.and_then(|span| by.key_span(span));
                entry.value = walk(&entry.value, by, left);
            }
            Kind::Object(object)
        }
        Kind::Choice(choice) => {
            let mut atom = choice.atom.clone();
            if let Some(symbol) = by.condition(&atom.symbol) {
                atom.symbol = symbol;
            }
            let (then, otherwise) = (walk(&choice.then, by, left), walk(&choice.otherwise, by, left));
            Value::choice(atom, then, otherwise).kind
        }
        Kind::Template(parts) => {
            let parts: Vec<Value> = parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => Value::string(Arc::clone(text)),
                    TextPart::Value(value) => walk(value, by, left),
                })
                .collect();
            concat(&parts).kind
        }
        _ => {
            let mut leaf = by.leaf(value).unwrap_or_else(|| value.clone());
            leaf.trail = by.trail(&leaf.trail);
            return leaf;
        }
    };
    Value { kind, trail: by.trail(&value.trail) }
}
