//! JSON in text.

use std::sync::Arc;

use cmklint_graph::{Kind, Literal, Number, Object, Part, Value, concat};

use super::Made;
use crate::values::sorted;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "jsonencode" => args.first().filter(|v| v.is_known()).and_then(|value| {
            let text = to_json(value).to_string();
            // Terraform writes these as escapes.
            (!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}'])).then(|| Value::string(text))
        }),
        "jsondecode" => args.first().and_then(from_text),
        _ => return None,
    })
}

fn to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.kind {
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(Number::Int(int)) => Json::from(*int),
        Kind::Number(Number::Float(float)) => Json::from(*float),
        Kind::String(text) => Json::String(text.to_string()),
        Kind::Array(array) => Json::Array(array.items.iter().map(to_json).collect()),
        Kind::Object(object) => {
            Json::Object(sorted(object).into_iter().map(|(k, e)| (k.to_string(), to_json(&e.value))).collect())
        }
        _ => Json::Null,
    }
}

/// Stands for the symbolic parts of a text while the text is read as JSON; not in any text that a person writes.
const MARK: char = '\u{f8ff}';

/// The value that `text` holds as JSON; symbolic parts may stand inside its texts. `None` where it is no JSON, or not known.
pub(crate) fn from_text(text: &Value) -> Option<Value> {
    let mut holes: Vec<Value> = Vec::new();
    let plain = match &text.kind {
        Kind::String(text) => text.to_string(),
        Kind::Template(parts) => {
            let mut out = String::new();
            for part in parts.iter() {
                match part {
                    Part::Text(text) if text.contains(MARK) => return None,
                    Part::Text(text) => out.push_str(text),
                    Part::Value(value) => {
                        out.push_str(&format!("{MARK}{}{MARK}", holes.len()));
                        holes.push(value.clone());
                    }
                }
            }
            out
        }
        _ => return None,
    };
    // serde_json refuses what is nested more than 128 levels deep.
    let json: serde_json::Value = serde_json::from_str(&plain).ok()?;
    let mut value = from_json(&json, &holes);
    value.trail = text.trail.clone();
    Some(value)
}

fn from_json(json: &serde_json::Value, holes: &[Value]) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::null(),
        Json::Bool(value) => Value::bool(*value),
        Json::Number(number) => {
            let number = number.as_i64().map(Number::Int).or_else(|| number.as_f64().and_then(Number::from_f64));
            number.map_or_else(Value::null, |n| Value::new(Kind::Number(n)))
        }
        Json::String(text) => filled(text, holes),
        Json::Array(items) => Value::array(items.iter().map(|item| from_json(item, holes)).collect()),
        Json::Object(members) => {
            let mut object = Object::default();
            for (name, member) in members {
                // A member whose name isn't known makes it unknown which names there are.
                match filled(name, holes).as_literal() {
                    Some(Literal::String(name)) => object.insert(name, None, from_json(member, holes)),
                    _ => return Value::apply("jsondecode", holes, None),
                }
            }
            Value::object(object)
        }
    }
}

/// The text with the symbolic parts put back.
fn filled(text: &str, holes: &[Value]) -> Value {
    if holes.is_empty() || !text.contains(MARK) {
        return Value::string(text);
    }
    let parts: Vec<Value> = text
        .split(MARK)
        .enumerate()
        .map(|(at, piece)| match at % 2 {
            0 => Value::string(Arc::from(piece)),
            _ => piece.parse().ok().and_then(|i: usize| holes.get(i)).cloned().unwrap_or_else(Value::null),
        })
        .collect();
    // One hole and nothing around it is that value as text.
    match &parts[..] {
        [before, only, after] if before.as_str() == Some("") && after.as_str() == Some("") => only.clone(),
        _ => concat(&parts),
    }
}
