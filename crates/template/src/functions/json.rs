//! Conversion from JSON text to values and back.

use std::sync::Arc;

use cmklint_graph::{Entry, Kind, Number, Object, Value};
use cmklint_source::{FileId, Span};

/// At most this many values of a file get a place in the file.
const MAX_PLACES: usize = 50_000;

/// What ARM's reader accepts beyond JSON.
pub const ARM_JSON: jsonc_parser::ParseOptions = jsonc_parser::ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The value of the JSON `text`; `None` where it is not JSON, or nested too deeply. Texts may be in single quotes, as ARM's reader accepts them.
pub(crate) fn parse(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
        return Some(value_of_json(&value));
    }
    let collect = jsonc_parser::CollectOptions::default();
    lenient(&jsonc_parser::parse_to_ast(text, &collect, &ARM_JSON).ok()?.value?)
}

/// As [`parse`], with each value's place in `file`. Where a file holds very many values, only the first ones get a place.
pub(crate) fn parse_in(text: &str, file: Option<FileId>) -> Option<Value> {
    let value = parse(text)?;
    let Some(file) = file else { return Some(value) };
    let (collect, options) = (jsonc_parser::CollectOptions::default(), jsonc_parser::ParseOptions::default());
    let tree = jsonc_parser::parse_to_ast(text, &collect, &options).ok().and_then(|parsed| parsed.value);
    let mut left = MAX_PLACES;
    Some(tree.map_or(value.clone(), |tree| placed(value, &tree, file, &mut left)))
}

/// `value`, parsed from `tree`, with the places of it and of everything in it.
fn placed(mut value: Value, tree: &jsonc_parser::ast::Value<'_>, file: FileId, left: &mut usize) -> Value {
    use jsonc_parser::ast::Value as Json;
    use jsonc_parser::common::Ranged as _;
    let Some(fewer) = left.checked_sub(1) else { return value };
    *left = fewer;
    let span = Span::new(file, tree.start(), tree.end());
    match (&mut value.kind, tree) {
        (Kind::Array(array), Json::Array(items)) => {
            for (item, tree) in Arc::make_mut(array).items.iter_mut().zip(&items.elements) {
                *item = placed(std::mem::replace(item, Value::null()), tree, file, left);
            }
        }
        (Kind::Object(object), Json::Object(members)) => {
            let object = Arc::make_mut(object);
            for member in &members.properties {
                let Some(entry) = object.entries.get_mut(member.name.as_str()) else { continue };
                entry.value = placed(std::mem::replace(&mut entry.value, Value::null()), &member.value, file, left);
            }
        }
        _ => {}
    }
    value.written_at(span)
}

fn lenient(value: &jsonc_parser::ast::Value<'_>) -> Option<Value> {
    use jsonc_parser::ast::Value as Json;
    Some(match value {
        Json::NullKeyword(_) => Value::null(),
        Json::BooleanLit(flag) => Value::bool(flag.value),
        Json::NumberLit(number) => match number.value.parse() {
            Ok(int) => Value::int(int),
            Err(_) => Value::new(Kind::Number(Number::from_f64(number.value.parse().ok()?)?)),
        },
        Json::StringLit(text) => Value::string(text.value.as_ref()),
        Json::Array(array) => Value::array(array.elements.iter().map(lenient).collect::<Option<_>>()?),
        Json::Object(object) => {
            let mut out = Object::default();
            for member in &object.properties {
                out.insert(member.name.as_str(), None, lenient(&member.value)?);
            }
            Value::object(out)
        }
    })
}

/// `value` as a value; numbers that can't be represented exactly become the nearest double.
#[must_use]
pub fn value_of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::null(),
        serde_json::Value::Bool(flag) => Value::bool(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64().and_then(Number::from_f64)) {
            (Some(int), _) => Value::int(int),
            (None, Some(number)) => Value::new(Kind::Number(number)),
            (None, None) => Value::null(),
        },
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => Value::array(items.iter().map(value_of_json).collect()),
        serde_json::Value::Object(members) => {
            let entry = |(name, value): (&String, &serde_json::Value)| {
                (Arc::from(name.as_str()), Entry { key_span: None, value: value_of_json(value) })
            };
            Value::object(Object { entries: members.iter().map(entry).collect(), ..Object::default() })
        }
    }
}

/// `value` as JSON text without whitespace, texts between `quote`s; `None` where it is not completely known, or the text is too long.
pub(crate) fn write(value: &Value, quote: char) -> Option<String> {
    let mut out = String::new();
    write_in(value, quote, &mut out)?;
    Some(out)
}

fn write_in(value: &Value, quote: char, out: &mut String) -> Option<()> {
    if out.len() > super::MAX_TEXT {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => quoted(text, quote, out)?,
        Kind::Array(array) if array.rest.is_none() => {
            out.push('[');
            for (at, item) in array.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_in(item, quote, out)?;
            }
            out.push(']');
        }
        Kind::Object(object) if object.rest.is_none() => {
            out.push('{');
            for (at, (name, entry)) in object.entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(name, quote, out)?;
                out.push(':');
                write_in(&entry.value, quote, out)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn quoted(text: &str, quote: char, out: &mut String) -> Option<()> {
    let json = serde_json::to_string(text).ok()?;
    if quote == '"' {
        out.push_str(&json);
        return Some(());
    }
    // The other quote needs no escape, this one does.
    let inner = json.get(1..json.len().checked_sub(1)?)?;
    out.push(quote);
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next()? {
                '"' => out.push('"'),
                escaped => {
                    out.push('\\');
                    out.push(escaped);
                }
            },
            _ if char == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ => out.push(char),
        }
    }
    out.push(quote);
    Some(())
}

/// The part of `value` at a JSONPath of plain steps (`$.a.b[0]`, `.a`); `None` for other paths.
pub(crate) fn at_path(value: &Value, path: &str) -> Option<Value> {
    let path = path.trim_start_matches('$').trim_start_matches('.');
    if path.contains(['*', '?', '(', ':', '\'', '"', '@']) || path.contains("..") {
        return None;
    }
    Some(value.get(path))
}
