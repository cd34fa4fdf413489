//! The smallest conditions and the literals in them.

use std::sync::Arc;

use super::{Atom, Kind, Literal, Symbol, Value};
use crate::number::Number;

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => write!(f, "null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "'{text}'"),
        }
    }
}

impl From<bool> for Literal {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Self {
        Self::Number(Number::Int(value))
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<&Literal> for Value {
    fn from(literal: &Literal) -> Self {
        Self::new(match literal {
            Literal::Null => Kind::Null,
            Literal::Bool(value) => Kind::Bool(*value),
            Literal::Number(number) => Kind::Number(*number),
            Literal::String(text) => Kind::String(Arc::clone(text)),
        })
    }
}

impl Atom {
    /// `symbol` is true.
    #[must_use]
    pub fn truth(symbol: Symbol) -> Self {
        Self { symbol, literal: Literal::Bool(true) }
    }

    /// `symbol` equals `literal`.
    #[must_use]
    pub fn equals(symbol: Symbol, literal: Literal) -> Self {
        Self { symbol, literal }
    }

    /// A text that names the atom.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}=={}", self.symbol.key(), self.literal)
    }

    /// The atom, or its opposite, in words.
    #[must_use]
    pub fn describe(&self, holds: bool) -> String {
        if let (Some(statement), Literal::Bool(value)) = (self.symbol.statement(), &self.literal) {
            return if *value == holds { statement.to_owned() } else { format!("it is not so that {statement}") };
        }
        match (&self.literal, holds) {
            (Literal::Bool(value), _) if *value == holds => format!("{} is true", self.symbol.label()),
            (Literal::Bool(_), _) => format!("{} is false", self.symbol.label()),
            (literal, true) => format!("{} is {literal}", self.symbol.label()),
            (literal, false) => format!("{} is not {literal}", self.symbol.label()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atom_and_its_opposite_in_words() {
        let meet = Atom::truth(Symbol::whether("meet", "a and b share a subscription"));
        assert_eq!(meet.describe(true), "a and b share a subscription");
        assert_eq!(meet.describe(false), "it is not so that a and b share a subscription");
        let set = Atom::truth(Symbol::new("p", "parameter p"));
        assert_eq!([set.describe(true), set.describe(false)], ["parameter p is true", "parameter p is false"]);
    }
}
