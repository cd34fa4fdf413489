//! `json()` of a text that is known in part: `json(concat('{"id":"', resourceId(…), '"}'))`.

use std::sync::Arc;

use cmklint_graph::{Array, Entry, Kind, Object, TextPart, Value, concat};

use super::json;

/// The two characters around the number of an unknown part. Both are in Unicode's private use area, so no template has them.
const OPEN: char = '\u{f0b1e}';
const CLOSE: char = '\u{f0b1f}';

/// The value of the JSON text `parts`, where each unknown part is inside of a string, whose text it is then a part of, or is a whole value (`{"n": ${n}}`),
/// which is then unknown. `None` where it isn't JSON that way.
///
/// An unknown part inside of a string is assumed to be text without quotes and escapes: names, ids, regions.
pub(super) fn parse(parts: &[TextPart]) -> Option<Value> {
    let mut text = String::new();
    let mut unknown: Vec<(&Value, bool)> = Vec::new();
    let mut quote = Quote::default();
    for (at, part) in parts.iter().enumerate() {
        match part {
            TextPart::Text(known) => {
                if known.contains([OPEN, CLOSE]) {
                    return None;
                }
                quote.read(known);
                text.push_str(known);
            }
            TextPart::Value(value) => {
                let inside = quote.open.is_some();
                if quote.escaped || !inside && !is_whole_value(&text, parts.get(at + 1)) {
                    return None;
                }
                let hole = format!("{OPEN}{}{CLOSE}", unknown.len());
                text.push_str(&if inside { hole } else { format!("\"{hole}\"") });
                unknown.push((value, inside));
            }
        }
    }
    filled(&json::parse(&text)?, &unknown)
}

/// The string that is open at the end of the text so far.
#[derive(Default)]
struct Quote {
    open: Option<char>,
    /// Whether the last character is a backslash that escapes the next.
    escaped: bool,
}

impl Quote {
    fn read(&mut self, text: &str) {
        for char in text.chars() {
            match self.open {
                Some(_) if self.escaped => self.escaped = false,
                Some(_) if char == '\\' => self.escaped = true,
                Some(quote) if char == quote => self.open = None,
                None if matches!(char, '"' | '\'') => self.open = Some(char),
                _ => {}
            }
        }
    }
}

/// Whether the part between `before` and `next` is a whole value.
fn is_whole_value(before: &str, next: Option<&TextPart>) -> bool {
    let next = match next {
        Some(TextPart::Text(text)) => text.trim_start().chars().next(),
        Some(TextPart::Value(_)) | None => None,
    };
    before.trim_end().ends_with([':', ',', '[']) && matches!(next, Some(',' | '}' | ']'))
}

/// `value` with the unknown parts in place of their placeholders.
fn filled(value: &Value, unknown: &[(&Value, bool)]) -> Option<Value> {
    Some(match &value.kind {
        Kind::String(text) => filled_text(text, unknown)?,
        Kind::Array(array) => {
            let items = array.items.iter().map(|item| filled(item, unknown)).collect::<Option<_>>()?;
            Value::new(Kind::Array(Arc::new(Array { items, ..Array::default() })))
        }
        Kind::Object(object) => {
            let mut out = Object::default();
            for (name, entry) in &object.entries {
                // A member whose name is not known could be any.
                if name.contains(OPEN) {
                    return None;
                }
                out.entries.insert(Arc::clone(name), Entry { key_span: None, value: filled(&entry.value, unknown)? });
            }
            Value::object(out)
        }
        _ => value.clone(),
    })
}

fn filled_text(text: &Arc<str>, unknown: &[(&Value, bool)]) -> Option<Value> {
    if !text.contains(OPEN) {
        return Some(Value::string(Arc::clone(text)));
    }
    let mut pieces = Vec::new();
    for piece in text.split_inclusive(CLOSE) {
        let (known, hole) = piece.split_once(OPEN).unwrap_or((piece, ""));
        if !known.is_empty() {
            pieces.push(Value::string(known));
        }
        if hole.is_empty() {
            continue;
        }
        let (value, inside) = *unknown.get(hole.strip_suffix(CLOSE)?.parse::<usize>().ok()?)?;
        if !inside {
            return Some(Value::apply("json", std::slice::from_ref(value), None));
        }
        pieces.push(value.clone());
    }
    Some(match &pieces[..] {
        // A symbol alone could be anything; in a string it is text.
        [only] => super::string::text_of(only.clone()),
        _ => concat(&pieces),
    })
}
