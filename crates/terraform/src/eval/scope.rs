//! The names that an expression may use.

use std::sync::Arc;

use cmklint_graph::Value;

use super::ModuleId;

/// The names that an expression may use.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) module: ModuleId,
    pub(crate) each: Option<(Value, Value)>,
    pub(crate) count: Option<Value>,
    bindings: Option<Arc<Binding>>,
    /// Whether only the bound names are visible.
    pub(super) closed: bool,
    /// Whether the objects that are written here are properties of a resource (azapi's `body`).
    pub(super) properties: bool,
}

#[derive(Debug)]
struct Binding {
    name: Arc<str>,
    value: Value,
    next: Option<Arc<Self>>,
}

impl Scope {
    /// The scope of a module's own blocks.
    pub(crate) fn of(module: ModuleId) -> Self {
        Self { module, each: None, count: None, bindings: None, closed: false, properties: false }
    }

    /// The scope of a template that is rendered in `self`: it sees its own variables only.
    pub(super) fn of_template(&self) -> Self {
        Self { closed: true, properties: self.properties, ..Self::of(self.module) }
    }

    /// The same, for an expression whose objects are properties of a resource, or not.
    pub(super) fn with_properties(&self, properties: bool) -> Self {
        Self { properties, ..self.clone() }
    }

    /// The same, with `name` bound to `value`.
    pub(crate) fn bind(&self, name: &Arc<str>, value: Value) -> Self {
        let binding = Binding { name: Arc::clone(name), value, next: self.bindings.clone() };
        Self { bindings: Some(Arc::new(binding)), ..self.clone() }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<&Value> {
        let mut at = self.bindings.as_deref();
        while let Some(binding) = at {
            if &*binding.name == name {
                return Some(&binding.value);
            }
            at = binding.next.as_deref();
        }
        None
    }
}
