//! Text.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string>

use std::sync::Arc;

use cmklint_graph::{AsPath, Kind, Literal, Number, TextPart, Value, concat, lift};

use super::{Library, MAX_TEXT, array, format, json, partial_json};

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match (name, args) {
        ("concat", args) => array::joined(args, "")?,
        ("string", [value]) => string(value)?,
        ("format", [pattern, args @ ..]) => format::format(pattern.as_str()?, args)?,
        ("join", [items, separator]) => {
            let items = items.as_array().filter(|a| a.rest.is_none())?;
            array::joined(&items.items, separator.as_str()?)?
        }
        ("tolower", [value]) => cased(value, "tolower", str::to_lowercase)?,
        ("toupper", [value]) => cased(value, "toupper", str::to_uppercase)?,
        ("trim", [value]) => Value::string(value.as_str()?.trim()),
        ("startswith", [text, start]) => starts_with(text, start.as_str()?)?,
        ("endswith", [text, end]) => ends_with(text, end.as_str()?)?,
        ("replace", [id, old, new]) if in_other_case(id, old, new).is_some() => in_other_case(id, old, new)?,
        ("replace", [text, old, new]) if is_unknown_text(new) => {
            replace_by_unknown(text.as_str()?, old.as_str()?, new)?
        }
        ("replace", [text, old, new]) => replace(text.as_str()?, old.as_str()?, new.as_str()?)?,
        ("split", [text, delimiter]) => split(text, delimiter)?,
        ("substring", [text, start]) => substring(text, start, None)?,
        ("substring", [text, start, length]) => substring(text, start, Some(length))?,
        ("indexof", [text, part]) => index_of(&folded(text)?, &folded(part)?, false),
        ("lastindexof", [text, part]) => index_of(&folded(text)?, &folded(part)?, true),
        ("padleft", [value, width]) => pad_left(value, width, " ")?,
        ("padleft", [value, width, fill]) => pad_left(value, width, fill.as_str()?)?,
        ("json", [text]) => match &text.kind {
            Kind::Template(parts) => partial_json::parse(parts)?,
            _ => json::parse(text.as_str()?)?,
        },
        _ => return None,
    })
}

/// The resource id `id` with `new` in place of `old`, where they differ in case alone: ids compare without case, so unknown parts of the id may stay as they are.
fn in_other_case(id: &Value, old: &Value, new: &Value) -> Option<Value> {
    let (old, new) = (old.as_str()?, new.as_str()?);
    let Kind::Template(parts) = &id.kind else { return None };
    let is_id = matches!(parts.first(), Some(TextPart::Text(start)) if start.starts_with("/subscriptions/"));
    if !is_id || old.is_empty() || !old.eq_ignore_ascii_case(new) {
        return None;
    }
    let replaced = parts.iter().map(|part| match part {
        TextPart::Text(text) => TextPart::Text(text.replace(old, new).into()),
        TextPart::Value(value) => TextPart::Value(value.clone()),
    });
    Some(Value::new(Kind::Template(replaced.collect())))
}

/// The number of bytes of the known parts of a text.
pub(crate) fn size_of(value: &Value) -> usize {
    match &value.kind {
        Kind::String(text) => text.len(),
        Kind::Template(parts) => parts.iter().map(|p| if let TextPart::Text(text) = p { text.len() } else { 8 }).sum(),
        Kind::Choice(choice) => size_of(&choice.then).max(size_of(&choice.otherwise)),
        _ => 8,
    }
}

/// `value` as it appears in a text: booleans as .NET writes them, lists and objects as JSON with single quotes.
pub(crate) fn text_of(value: Value) -> Value {
    let text = match &value.kind {
        // Of a boolean the text begins with a capital letter, which the symbol itself doesn't tell.
        Kind::Symbol(symbol)
            if symbol.allowed().is_some_and(|all| all.iter().all(|l| matches!(l, Literal::Bool(_)))) =>
        {
            Value::call(&Library, "string", std::slice::from_ref(&value), None)
        }
        Kind::String(_) | Kind::Template(_) | Kind::Symbol(_) | Kind::Ref(_) => return value,
        Kind::Choice(_) => lift("string", std::slice::from_ref(&value), &mut |args| match args {
            [arm] => text_of(arm.clone()),
            _ => Value::null(),
        }),
        Kind::Null => Value::string(""),
        Kind::Bool(flag) => Value::string(if *flag { "True" } else { "False" }),
        Kind::Number(number) => Value::string(number.to_string()),
        Kind::Array(_) | Kind::Object(_) => match json::write(&value, '\'') {
            Some(text) => Value::string(text),
            None => Value::apply("formatted", std::slice::from_ref(&value), None),
        },
    };
    Value { kind: text.kind, trail: value.trail }
}

/// The texts one after the other; a single symbol that is not known to be text stays inside a template.
pub(crate) fn joined(parts: &[Value]) -> Value {
    match parts {
        [only] if matches!(only.kind, Kind::String(_) | Kind::Template(_)) => only.clone(),
        // `concat` of one symbol is what the symbol is as a text, which is the symbol itself where it is text.
        [only] if matches!(only.kind, Kind::Symbol(_) | Kind::Ref(_)) => only.clone(),
        _ => concat(parts),
    }
}

fn string(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Symbol(_) | Kind::Ref(_) => None,
        Kind::Array(_) | Kind::Object(_) => json::write(value, '"').map(Value::string),
        _ => Some(text_of(value.clone())),
    }
}

fn cased(value: &Value, name: &str, change: impl Fn(&str) -> String) -> Option<Value> {
    match &value.kind {
        Kind::String(text) => Some(Value::string(change(text))),
        // Ids have no case.
        Kind::Ref(r) if r.path.is("id") => Some(value.clone()),
        Kind::Template(parts) => {
            let parts: Vec<Value> = parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => Value::string(change(text)),
                    TextPart::Value(value) => Value::call(&Library, name, std::slice::from_ref(value), None),
                })
                .collect();
            Some(concat(&parts))
        }
        _ => None,
    }
}

fn starts_with(text: &Value, start: &str) -> Option<Value> {
    let start = start.to_lowercase();
    match &text.kind {
        Kind::String(text) => Some(Value::bool(text.to_lowercase().starts_with(&start))),
        Kind::Template(parts) => {
            let Some(TextPart::Text(first)) = parts.first() else { return None };
            let first = first.to_lowercase();
            if first.starts_with(&start) {
                Some(Value::bool(true))
            } else if start.starts_with(&first) {
                None
            } else {
                Some(Value::bool(false))
            }
        }
        _ => None,
    }
}

fn ends_with(text: &Value, end: &str) -> Option<Value> {
    let end = end.to_lowercase();
    match &text.kind {
        Kind::String(text) => Some(Value::bool(text.to_lowercase().ends_with(&end))),
        Kind::Template(parts) => {
            let Some(TextPart::Text(last)) = parts.last() else { return None };
            let last = last.to_lowercase();
            if last.ends_with(&end) {
                Some(Value::bool(true))
            } else if end.ends_with(&last) {
                None
            } else {
                Some(Value::bool(false))
            }
        }
        _ => None,
    }
}

fn replace(text: &str, old: &str, new: &str) -> Option<Value> {
    if old.is_empty() {
        return None;
    }
    let growth = text.matches(old).count().checked_mul(new.len())?;
    (text.len().checked_add(growth)? <= MAX_TEXT).then(|| Value::string(text.replace(old, new)))
}

/// So many places of a text are filled with a text that is not known.
const MAX_FILLED: usize = 64;

fn is_unknown_text(value: &Value) -> bool {
    matches!(value.kind, Kind::Symbol(_) | Kind::Template(_)) || matches!(&value.kind, Kind::Ref(r) if r.path.is("id"))
}

/// `text` with `new`, of which not all is known, in each place of `old`.
fn replace_by_unknown(text: &str, old: &str, new: &Value) -> Option<Value> {
    if old.is_empty() || text.matches(old).count() > MAX_FILLED {
        return None;
    }
    let mut parts = Vec::new();
    for (at, piece) in text.split(old).enumerate() {
        if at > 0 {
            parts.push(new.clone());
        }
        parts.push(Value::string(piece));
    }
    Some(concat(&parts))
}

/// A symbolic part of an id or of a name holds none of the separators between them.
fn split(text: &Value, delimiter: &Value) -> Option<Value> {
    let delimiters: Vec<&str> = match &delimiter.kind {
        Kind::String(one) => vec![one],
        Kind::Array(several) if several.rest.is_none() => {
            several.items.iter().map(Value::as_str).collect::<Option<_>>()?
        }
        _ => return None,
    };
    if delimiters.is_empty() || delimiters.iter().any(|d| d.is_empty()) {
        return None;
    }
    match &text.kind {
        Kind::String(text) if delimiters.len() == 1 => {
            let most = super::MAX_ITEMS + 1;
            let pieces: Vec<Value> =
                delimiters.iter().flat_map(|by| text.split(*by)).take(most + 1).map(Value::string).collect();
            (pieces.len() <= most).then(|| Value::array(pieces))
        }
        Kind::String(text) => {
            let mut pieces = Vec::new();
            let (mut at, mut start) = (0, 0);
            while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
                if let Some(found) = delimiters.iter().find(|d| rest.starts_with(**d)) {
                    pieces.push(Value::string(text.get(start..at)?));
                    at += found.len();
                    start = at;
                } else {
                    at += rest.chars().next().map_or(1, char::len_utf8);
                }
                if pieces.len() > super::MAX_ITEMS {
                    return None;
                }
            }
            pieces.push(Value::string(text.get(start..)?));
            Some(Value::array(pieces))
        }
        Kind::Template(parts) if delimiters == ["/"] && is_id(parts) => Some(Value::array(pieces(parts, '/'))),
        _ => None,
    }
}

/// Whether a text is a resource id: the names in it hold no slash.
fn is_id(parts: &[TextPart]) -> bool {
    let Some(TextPart::Text(first)) = parts.first() else { return false };
    let first = first.to_ascii_lowercase();
    first.starts_with("/subscriptions/") || first.starts_with("/providers/")
}

/// The pieces between the separators in the known parts.
pub(crate) fn pieces(parts: &[TextPart], separator: char) -> Vec<Value> {
    let mut out = Vec::new();
    let mut piece: Vec<Value> = Vec::new();
    let close = |piece: &mut Vec<Value>| {
        let closed = if piece.is_empty() { Value::string("") } else { joined(piece) };
        piece.clear();
        closed
    };
    for part in parts {
        match part {
            TextPart::Value(value) => piece.push(value.clone()),
            TextPart::Text(text) => {
                for (i, run) in text.split(separator).enumerate() {
                    if i > 0 {
                        out.push(close(&mut piece));
                    }
                    if !run.is_empty() {
                        piece.push(Value::string(run));
                    }
                }
            }
        }
    }
    out.push(close(&mut piece));
    out
}

/// The `count` segments of a resource's name, with the name's trail; none where they can't be distinguished.
pub(crate) fn segments(name: &Value, count: usize) -> Vec<Value> {
    if count == 0 {
        return Vec::new();
    }
    if count == 1 {
        return vec![name.clone()];
    }
    let traced = |piece: Value| Value { kind: piece.kind, trail: name.trail.clone() };
    let cut = |name: &Value| -> Option<Vec<Value>> {
        let pieces = match &name.kind {
            Kind::String(text) => text.split('/').map(Value::string).collect(),
            Kind::Template(parts) => pieces(parts, '/'),
            _ => return None,
        };
        (pieces.len() == count).then_some(pieces)
    };
    if !matches!(name.kind, Kind::Choice(_)) {
        return cut(name).map(|pieces| pieces.into_iter().map(traced).collect()).unwrap_or_default();
    }
    let mut whole = true;
    let mut out = Vec::with_capacity(count);
    for at in 0..count {
        let piece = lift("segment", std::slice::from_ref(name), &mut |args| {
            let piece = args.first().and_then(cut).and_then(|pieces| pieces.into_iter().nth(at));
            whole &= piece.is_some();
            piece.unwrap_or_else(Value::null)
        });
        out.push(traced(piece));
    }
    if whole { out } else { Vec::new() }
}

fn int(value: &Value) -> Option<usize> {
    usize::try_from(value.as_number().and_then(Number::as_i64)?).ok()
}

/// Positions count UTF-16 code units; outside of the basic plane nothing is evaluated.
fn units(text: &str) -> Option<Vec<char>> {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().all(|c| c.len_utf16() == 1).then_some(chars)
}

fn substring(text: &Value, start: &Value, length: Option<&Value>) -> Option<Value> {
    let start = int(start)?;
    if let Kind::Template(parts) = &text.kind {
        // Only inside the known beginning.
        let Some(TextPart::Text(first)) = parts.first() else { return None };
        let first = units(first)?;
        let end = start.checked_add(int(length?)?)?;
        return Some(Value::string(first.get(start..end)?.iter().collect::<String>()));
    }
    let chars = units(text.as_str()?)?;
    let end = match length {
        Some(length) => start.checked_add(int(length)?)?,
        None => chars.len(),
    };
    Some(Value::string(chars.get(start..end)?.iter().collect::<String>()))
}

/// A text for a search in any case of letters; `None` where it has characters outside of the basic plane.
fn folded(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    if text.is_ascii() {
        return Some(text.to_ascii_lowercase());
    }
    let one = |c: char| (c.len_utf16() == 1).then(|| c.to_lowercase().next().unwrap_or(c));
    text.chars().map(one).collect()
}

fn index_of(text: &str, part: &str, from_end: bool) -> Value {
    if part.is_empty() {
        let last = text.chars().count().saturating_sub(1);
        return Value::int(if from_end { i64::try_from(last).unwrap_or(0) } else { 0 });
    }
    let found = if from_end { text.rfind(part) } else { text.find(part) };
    let before = found.and_then(|at| text.get(..at)).map(|before| before.chars().count());
    Value::int(before.and_then(|count| i64::try_from(count).ok()).unwrap_or(-1))
}

fn pad_left(value: &Value, width: &Value, fill: &str) -> Option<Value> {
    const WIDEST: usize = 16_000;
    let text = match &value.kind {
        Kind::String(text) => text.to_string(),
        Kind::Number(Number::Int(number)) => number.to_string(),
        _ => return None,
    };
    let width = int(width).filter(|w| *w <= WIDEST)?;
    let mut fill = fill.chars();
    let (fill, None) = (fill.next()?, fill.next()) else { return None };
    let missing = width.saturating_sub(text.encode_utf16().count());
    Some(Value::string(std::iter::repeat_n(fill, missing).collect::<String>() + &text))
}

/// A text as a value.
pub(crate) fn of(text: impl Into<Arc<str>>) -> Option<Value> {
    let text: Arc<str> = text.into();
    (text.len() <= MAX_TEXT).then(|| Value::string(text))
}
