use cmklint_source::{SourceFile, Span};
use jsonc_parser::ast::{Object, StringLit, Value};

use crate::json;

/// The texts of `metadata.cmklint.ignore` (a string, or an array of strings): for each the span of the object that holds the metadata, which is the
/// resource or the template, the span of the text between its quotes, and the text. In the order of the text; nothing where the file is not JSON.
#[must_use]
pub fn metadata_ignores(file: &SourceFile) -> Vec<(Span, Span, String)> {
    let mut out = Vec::new();
    if file.text().contains("cmklint")
        && let Ok(Some(root)) = json::tree(file)
    {
        walk(file, &root, &mut out);
    }
    out
}

fn walk(file: &SourceFile, value: &Value<'_>, out: &mut Vec<(Span, Span, String)>) {
    match value {
        Value::Object(object) => {
            for text in texts(object) {
                let whole = file.span(object.range.start, object.range.end);
                let inner = file.span(text.range.start + 1, text.range.end.saturating_sub(1));
                out.push((whole, inner, text.value.clone().into_owned()));
            }
            for property in &object.properties {
                walk(file, &property.value, out);
            }
        }
        Value::Array(array) => array.elements.iter().for_each(|item| walk(file, item, out)),
        _ => {}
    }
}

fn texts<'v, 't>(object: &'v Object<'t>) -> Vec<&'v StringLit<'t>> {
    let ignore = json::object(object, "metadata")
        .and_then(|metadata| json::object(metadata, "cmklint"))
        .and_then(|ours| json::value(ours, "ignore"));
    match ignore {
        Some(Value::StringLit(text)) => vec![text],
        Some(Value::Array(list)) => list.elements.iter().filter_map(Value::as_string_lit).collect(),
        _ => Vec::new(),
    }
}
