//! The JSON tree, and what ARM's reader accepts beyond JSON.

use cmklint_graph::{Literal, Number};
use cmklint_source::{Diagnostic, SourceFile};
use cmklint_template::ARM_JSON;
use jsonc_parser::ast::{Array, Object, ObjectProp, StringLit, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, parse_to_ast};

use crate::scan;

/// The tree of the file's JSON; `None` for an empty file. Line breaks inside strings, comments and trailing commas are taken as ARM takes them, and
/// text after the root is left out. Nesting is bounded by the parser (512 open objects, members and arrays).
///
/// # Errors
/// A diagnostic `syntax` where the text is not JSON.
pub(crate) fn tree(file: &SourceFile) -> Result<Option<Value<'_>>, Box<Diagnostic>> {
    let collect = CollectOptions::default();
    let text = file.text();
    let error = match parse_to_ast(text, &collect, &ARM_JSON) {
        Ok(result) => return Ok(result.value),
        Err(error) => error,
    };
    // Text after the root: the root is parsed again, alone.
    let root_end = scan::skip_value(text.as_bytes(), 0).filter(|end| error.range().start >= *end);
    if let Some(root) = root_end.and_then(|end| text.get(..end))
        && let Ok(result) = parse_to_ast(root, &collect, &ARM_JSON)
    {
        return Ok(result.value);
    }
    let range = error.range();
    let message = error.kind().to_string();
    let mut chars = message.chars();
    let message: String = chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).collect();
    let end = range.end.min(text.len()).max(range.start);
    Err(Box::new(Diagnostic::error("syntax", message, file.span(range.start, end))))
}

/// The member `name` in any case, as ARM reads its own elements; the last of several.
pub(crate) fn member<'v, 't>(object: &'v Object<'t>, name: &str) -> Option<&'v ObjectProp<'t>> {
    object.properties.iter().rev().find(|p| p.name.as_str().eq_ignore_ascii_case(name))
}

/// The value of [`member`].
pub(crate) fn value<'v, 't>(object: &'v Object<'t>, name: &str) -> Option<&'v Value<'t>> {
    member(object, name).map(|p| &p.value)
}

/// The member `name` where it is text.
pub(crate) fn string<'v, 't>(object: &'v Object<'t>, name: &str) -> Option<&'v StringLit<'t>> {
    value(object, name)?.as_string_lit()
}

/// The member `name` where it is an object.
pub(crate) fn object<'v, 't>(object: &'v Object<'t>, name: &str) -> Option<&'v Object<'t>> {
    value(object, name)?.as_object()
}

/// The member `name` where it is an array.
pub(crate) fn array<'v, 't>(object: &'v Object<'t>, name: &str) -> Option<&'v Array<'t>> {
    value(object, name)?.as_array()
}

/// Whether the member `name` is `true`.
pub(crate) fn is_true(object: &Object<'_>, name: &str) -> bool {
    value(object, name).and_then(Value::as_boolean_lit).is_some_and(|b| b.value)
}

/// The members of `object`, without those that a later one of the same name replaces.
pub(crate) fn last_of_each<'v, 't>(object: &'v Object<'t>) -> impl Iterator<Item = &'v ObjectProp<'t>> {
    const FEW: usize = 16;
    let all = &object.properties;
    let mut seen = rustc_hash::FxHashSet::default();
    let mut replaced: Vec<bool> = Vec::new();
    if all.len() > FEW {
        replaced = all.iter().rev().map(|p| !seen.insert(p.name.as_str())).collect();
        replaced.reverse();
    }
    all.iter().enumerate().filter_map(move |(i, p)| {
        let later = || all.iter().skip(i + 1).any(|q| q.name.as_str() == p.name.as_str());
        let gone = replaced.get(i).copied().unwrap_or_else(later);
        (!gone).then_some(p)
    })
}

/// The range of the member's name, quotes included.
pub(crate) fn name_range(property: &ObjectProp<'_>) -> (usize, usize) {
    let range = property.name.range();
    (range.start, range.end)
}

/// The number that `text` writes; `None` where a double cannot hold it.
pub(crate) fn number(text: &str) -> Option<Literal> {
    if let Ok(int) = text.parse::<i64>() {
        return Some(Literal::Number(Number::Int(int)));
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map(Literal::Number)
}
