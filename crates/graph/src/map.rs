//! One walk over a value and all values inside it.

use std::sync::Arc;

use cmklint_source::Span;

use crate::concat::concat;
use crate::resource::Resource;
use crate::trail::Trail;
use crate::value::{Array, Kind, Object, Symbol, TextPart, Value, any_changed};

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

    /// The trail that replaces this one. `None` leaves it.
    fn trail(&mut self, trail: &Trail) -> Option<Trail> {
        let _ = trail;
        None
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
        self.rewritten(by).unwrap_or_else(|| self.clone())
    }

    /// The value with everything in it, at any depth, rewritten by `by`; `None` where nothing of it changes, so that what is shared stays shared.
    #[must_use]
    pub fn rewritten(&self, by: &mut dyn Rewrite) -> Option<Self> {
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

fn walk(value: &Value, by: &mut dyn Rewrite, left: usize) -> Option<Value> {
    let left = left.checked_sub(1)?;
    let kind = match &value.kind {
        Kind::Array(array) => {
            let items = any_changed(array.items.iter(), &mut |item| walk(item, by, left));
            items.map(|items| Kind::Array(Arc::new(Array { items, form: array.form, rest: array.rest.clone() })))
        }
        Kind::Object(object) => object_kind(object, by, left),
        Kind::Choice(choice) => {
            let symbol = by.condition(&choice.atom.symbol);
            let arms = (walk(&choice.then, by, left), walk(&choice.otherwise, by, left));
            (symbol.is_some() || arms.0.is_some() || arms.1.is_some()).then(|| {
                let mut atom = choice.atom.clone();
                atom.symbol = symbol.unwrap_or(atom.symbol);
                let then = arms.0.unwrap_or_else(|| choice.then.clone());
                Value::choice(atom, then, arms.1.unwrap_or_else(|| choice.otherwise.clone())).kind
            })
        }
        Kind::Template(parts) => {
            let mut any = false;
            let mut part = |part: &TextPart| match part {
                TextPart::Text(text) => Value::string(Arc::clone(text)),
                TextPart::Value(value) => match walk(value, by, left) {
                    Some(changed) => {
                        any = true;
                        changed
                    }
                    None => value.clone(),
                },
            };
            let parts: Vec<Value> = parts.iter().map(&mut part).collect();
            any.then(|| concat(&parts).kind)
        }
        _ => match by.leaf(value) {
            Some(mut leaf) => {
                leaf.trail = by.trail(&leaf.trail).unwrap_or(leaf.trail);
                return Some(leaf);
            }
            None => None,
        },
    };
    let trail = by.trail(&value.trail);
    (kind.is_some() || trail.is_some()).then(|| Value {
        kind: kind.unwrap_or_else(|| value.kind.clone()),
        trail: trail.unwrap_or_else(|| value.trail.clone()),
    })
}

fn object_kind(object: &Arc<Object>, by: &mut dyn Rewrite, left: usize) -> Option<Kind> {
    let mut out: Option<Arc<Object>> = None;
    for (at, entry) in object.entries.values().enumerate() {
        let key_span = entry.key_span.and_then(|span| by.key_span(span));
        let changed = walk(&entry.value, by, left);
        if key_span == entry.key_span && changed.is_none() {
            continue;
        }
        let out = Arc::make_mut(out.get_or_insert_with(|| Arc::clone(object)));
        if let Some((_, to)) = out.entries.get_index_mut(at) {
            to.key_span = key_span;
            to.value = changed.unwrap_or_else(|| entry.value.clone());
        }
    }
    out.map(Kind::Object)
}
