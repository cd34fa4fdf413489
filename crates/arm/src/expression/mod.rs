//! ARM's expression language: <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>.

mod build;
mod parser;

pub(crate) use parser::parse;

/// What a JSON string contains.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StringContent<'s> {
    /// The text itself.
    Literal(&'s str),
    /// An expression: what is between the brackets, which are the text's first and last byte.
    Expression(&'s str),
}

/// Distinguishes an expression from a literal: `[…]` is an expression, unless it begins with `[[`, an escaped `[`.
pub(crate) fn read(text: &str) -> StringContent<'_> {
    let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return StringContent::Literal(text);
    };
    if inner.starts_with('[') {
        StringContent::Literal(text.get(1..).unwrap_or(text))
    } else {
        StringContent::Expression(inner)
    }
}
