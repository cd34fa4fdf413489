//! Bicep text read into a typed syntax tree.
//!
//! The tree is plain owned data with byte ranges; only this module knows that a tree-sitter grammar
//! parses it. Parsing never fails: what cannot be parsed becomes a [`SyntaxError`] and, in the tree, a place that says so
//! ([`ExpressionKind::Error`], [`TypeKind::Error`], [`DeclarationKind::Broken`], `broken` flags), so that nothing is
//! concluded from half a declaration.
//!
//! The language is the official compiler's (Azure/bicep, `src/Bicep.Core/Parsing`); the tree is one for templates and
//! parameter files; the reader of the tree decides what belongs in which.

mod convert;
mod declaration;
mod document;
mod error;
mod expression;
mod grammar;
mod highlight;
mod marks;
mod recover;
mod scan;
#[cfg(test)]
mod tests;
mod types;

pub use declaration::{
    Body, Declaration, DeclarationKind, Decorator, File, FunctionParameter, ImportedSymbol, Imports, Keyword, Module,
    Resource,
};
pub use document::{Document, EditError};
pub use error::SyntaxError;
pub use expression::{
    Array, ArrayItem, BinaryOperator, Expression, ExpressionKind, For, Loop, Name, Object, ObjectItem, Property,
    PropertyName, StringLiteral, StringSegment, UnaryOperator,
};
pub use highlight::{Highlight, highlights};
pub use recover::parse;
pub use scan::{is_closed, without_code};
pub use types::{ObjectType, PropertyType, TupleItem, Type, TypeKind};

/// A half-open range of UTF-8 byte offsets in the parsed text.
pub type ByteRange = std::ops::Range<u32>;

/// The deepest nesting of expressions, types and objects. A deeper one becomes an error node, so that
/// a recursive walk over the tree needs a bounded stack.
pub const MAX_DEPTH: u32 = 128;

/// The most syntax errors of one text that are kept: the first ones.
pub(crate) const MAX_ERRORS: usize = 200;
