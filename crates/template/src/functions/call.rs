//! What all functions have in common: the limits of their results, and what they may know.

use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Literal, Symbol, Value, canonical};
use rustc_hash::FxHashMap;

use crate::ir::ParameterType;

/// The longest known text, in bytes; longer ones are symbols.
pub(crate) const MAX_TEXT: usize = 1_000_000;
/// The longest complete list; longer ones are open.
pub(crate) const MAX_ITEMS: usize = 100_000;

/// What functions may know about symbols.
pub(crate) struct Context<'a> {
    /// The types of those that are parameters and not null, by key.
    pub(crate) types: &'a FxHashMap<String, ParameterType>,
    /// The deployment.
    pub(crate) id: DeploymentId,
}

impl Context<'_> {
    /// The declared type of `value`, where it is the symbol of a parameter that can't be null.
    pub(crate) fn type_of(&self, value: &Value) -> Option<ParameterType> {
        match &value.kind {
            Kind::Symbol(symbol) => self.types.get(symbol.key()).copied(),
            _ => None,
        }
    }
}

/// The scalar.
pub(crate) fn of_literal(literal: &Literal) -> Value {
    Value::new(match literal {
        Literal::Null => Kind::Null,
        Literal::Bool(value) => Kind::Bool(*value),
        Literal::Number(number) => Kind::Number(*number),
        Literal::String(text) => Kind::String(Arc::clone(text)),
    })
}

/// A symbol for the result `what` of `args`.
pub(crate) fn symbol_of(what: &str, args: &[Value]) -> Option<Symbol> {
    match Value::apply(what, args, None).kind {
        Kind::Symbol(symbol) => Some(symbol),
        _ => None,
    }
}

/// `key`, or its hash where it is long.
pub(crate) fn short_key(key: String) -> String {
    const MAX_KEY: usize = 512;
    if key.len() <= MAX_KEY {
        return key;
    }
    let head: String = key.chars().take(64).collect();
    format!("{head}{}", canonical(&Value::string(key)))
}
