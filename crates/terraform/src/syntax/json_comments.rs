//! Comments in Terraform's JSON syntax. <https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties>

use cmklint_source::{SourceFile, Span};
use jsonc_parser::CollectOptions;
use jsonc_parser::ast::{Object, StringLit, Value};
use jsonc_parser::common::Ranged;

use super::json::STRICT;

/// A comment in Terraform's JSON syntax: a property named `//`.
#[derive(Clone, Debug)]
pub struct JsonComment {
    /// What it is said of: the object that holds it, with its name before it.
    pub whole: Span,
    /// The text between its quotes.
    pub span: Span,
    /// The text.
    pub text: String,
    /// Whether it stands in the outermost object.
    pub of_file: bool,
}

/// The comments of a file in Terraform's JSON syntax, in the order of the text: each a text, or an object with the text in its property `comment`.
/// None where the file is not JSON.
#[must_use]
pub fn json_comments(file: &SourceFile) -> Vec<JsonComment> {
    let mut out = Vec::new();
    if let Ok(result) = jsonc_parser::parse_to_ast(file.text(), &CollectOptions::default(), &STRICT)
        && let Some(Value::Object(root)) = &result.value
    {
        of_object(file, root, root.range.start, true, &mut out);
    }
    out
}

/// Those of `object`, whose name, if it has one, begins at `start`.
fn of_object(file: &SourceFile, object: &Object<'_>, start: usize, of_file: bool, out: &mut Vec<JsonComment>) {
    out.extend(comment(object).map(|text| JsonComment {
        whole: file.span(start, object.range.end),
        span: file.span(text.range.start + 1, text.range.end.saturating_sub(1)),
        text: text.value.clone().into_owned(),
        of_file,
    }));
    for property in &object.properties {
        let start = property.name.range().start;
        match &property.value {
            Value::Object(inner) => of_object(file, inner, start, false, out),
            Value::Array(array) => {
                let is_only = array.elements.len() == 1;
                for inner in array.elements.iter().filter_map(Value::as_object) {
                    of_object(file, inner, if is_only { start } else { inner.range.start }, false, out);
                }
            }
            _ => {}
        }
    }
}

fn comment<'v, 't>(object: &'v Object<'t>) -> Option<&'v StringLit<'t>> {
    let property = |object: &'v Object<'t>, name: &str| object.properties.iter().find(|p| p.name.as_str() == name);
    match &property(object, "//")?.value {
        Value::StringLit(text) => Some(text),
        Value::Object(inner) => property(inner, "comment")?.value.as_string_lit(),
        _ => None,
    }
}
