//! Encodings: JSON, base64, URLs, CSV, YAML.

use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cmklint_graph::{Array, AsPath, Entry, Kind, Literal, Number, Object, TextPart, Value, concat};

use super::text::text;
use super::{Made, Stop, csv, file, json, yaml, yaml_read};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "jsonencode" => args.first().ok_or(Stop::Unknown).and_then(|v| json::encode(v).map(Value::string)),
        "jsondecode" => text(args, 0).and_then(|text| json::decode_in(text, file::whole_of(args.first(), text))),
        "yamlencode" => args.first().ok_or(Stop::Unknown).and_then(|v| yaml::encode(v).map(Value::string)),
        "yamldecode" => text(args, 0).and_then(|text| yaml_read::decode_in(text, file::whole_of(args.first(), text))),
        "csvdecode" => text(args, 0).and_then(csv::decode),
        "base64encode" => text(args, 0).map(|t| Value::string(STANDARD.encode(t))),
        "base64decode" => text(args, 0).and_then(|t| {
            let bytes = from_base64(t)?;
            String::from_utf8(bytes)
                .map(|t| Value::string(super::composed_text(&t)))
                .map_err(|_| Stop::Refused("bytes that are not UTF-8 text"))
        }),
        "textencodebase64" => {
            text(args, 0).and_then(|t| Ok(Value::string(STANDARD.encode(to_bytes(t, text(args, 1)?)?))))
        }
        "textdecodebase64" => text(args, 0)
            .and_then(|t| Ok(Value::string(super::composed_text(&from_bytes(&from_base64(t)?, text(args, 1)?)?)))),
        "urlencode" => text(args, 0).map(|t| Value::string(escaped(t))),
        _ => return None,
    })
}

/// The bytes, as Go's `base64.StdEncoding` reads them: padded, and line breaks are ignored.
fn from_base64(text: &str) -> Result<Vec<u8>, Stop> {
    const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true);
    let text = text.replace(['\n', '\r'], "");
    let engine = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    engine.decode(text).map_err(|_| Stop::Refused("text that is no base64"))
}

fn to_bytes(text: &str, encoding: &str) -> Result<Vec<u8>, Stop> {
    Ok(match encoding.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => text.as_bytes().to_vec(),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => return Err(Stop::Unknown),
    })
}

fn from_bytes(bytes: &[u8], encoding: &str) -> Result<String, Stop> {
    let units = |unit: fn([u8; 2]) -> u16| {
        if bytes.len() % 2 == 1 {
            return Err(Stop::Unknown);
        }
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| Stop::Unknown)
    };
    match encoding.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => String::from_utf8(bytes.to_vec()).map_err(|_| Stop::Unknown),
        "utf-16le" => units(u16::from_le_bytes),
        "utf-16be" => units(u16::from_be_bytes),
        _ => Err(Stop::Unknown),
    }
}

/// As Go's `url.QueryEscape`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Represents the symbolic parts of a text while the text is read as JSON; not in any text that a person writes.
const MARK: char = '\u{f8ff}';

/// The value that `text` holds as JSON; its strings may hold symbolic parts. `None` where it is not JSON, or not known.
pub(crate) fn from_text(text: &Value) -> Option<Value> {
    let (plain, holes) = marked(text)?;
    // serde_json refuses what is nested more than 128 levels deep.
    let json: serde_json::Value = serde_json::from_str(&plain).ok()?;
    let mut value = from_json(&json, &holes);
    value.trail = text.trail.clone();
    Some(value)
}

/// The text with a mark for each of its symbolic parts, and these parts.
fn marked(text: &Value) -> Option<(String, Vec<Value>)> {
    let mut holes: Vec<Value> = Vec::new();
    let plain = match &text.kind {
        Kind::String(text) => text.to_string(),
        Kind::Template(parts) => {
            let mut out = String::new();
            for part in parts.iter() {
                match part {
                    TextPart::Text(text) if text.contains(MARK) => return None,
                    TextPart::Text(text) => out.push_str(text),
                    TextPart::Value(value) => {
                        out.push_str(&format!("{MARK}{}{MARK}", holes.len()));
                        holes.push(value.clone());
                    }
                }
            }
            out
        }
        _ => return None,
    };
    Some((plain, holes))
}

/// As [`from_text`], for text in which the symbolic parts are ids of resources alone: an id holds no quote or backslash, so that it ends no string. `None` for
/// other text.
pub(crate) fn with_ids(text: &Value) -> Option<Value> {
    if has_only_ids(text) { from_placed_text(text) } else { None }
}

/// The value that `text` holds as YAML, in which the symbolic parts are ids of resources alone: an id has no character that means something in YAML.
pub(crate) fn yaml_with_ids(text: &Value) -> Option<Value> {
    if !has_only_ids(text) {
        return None;
    }
    let (plain, holes) = marked(text)?;
    let read = yaml_read::decode_in(&plain, None).ok()?;
    let mut value = refilled(&read, &holes)?;
    if let Kind::Object(object) = &mut value.kind {
        place(Arc::make_mut(object), text, 0);
    }
    Some(value)
}

fn has_only_ids(text: &Value) -> bool {
    let Kind::Template(parts) = &text.kind else { return false };
    parts.iter().all(|part| match part {
        TextPart::Text(_) => true,
        TextPart::Value(value) => matches!(&value.kind, Kind::Ref(r) if r.path.is("id")),
    })
}

/// The value with the symbolic parts of its texts put back; `None` where one is in a name.
fn refilled(value: &Value, holes: &[Value]) -> Option<Value> {
    Some(match &value.kind {
        Kind::String(text) => filled(text, holes),
        Kind::Array(array) => {
            let items = array.items.iter().map(|item| refilled(item, holes)).collect::<Option<_>>()?;
            Value::new(Kind::Array(Arc::new(Array { items, ..(**array).clone() })))
        }
        Kind::Object(object) => {
            let entry = |(name, entry): (&Arc<str>, &Entry)| {
                let value = refilled(&entry.value, holes).filter(|_| !name.contains(MARK))?;
                Some((Arc::clone(name), Entry { key_span: entry.key_span, value }))
            };
            let entries = object.entries.iter().map(entry).collect::<Option<_>>()?;
            Value::object(Object { entries, ..(**object).clone() })
        }
        _ => value.clone(),
    })
}

/// As [`from_text`]; the values in it have the place of the text.
pub(crate) fn from_placed_text(text: &Value) -> Option<Value> {
    Some(placed(from_text(text)?, text))
}

/// `value`, which was read from `text` or is a part of what was: it and the values in it have the place of the text.
pub(crate) fn placed(mut value: Value, text: &Value) -> Value {
    if value.trail.is_empty() {
        value.trail = text.trail.clone();
    }
    if let Kind::Object(object) = &mut value.kind {
        place(Arc::make_mut(object), text, 0);
    }
    value
}

/// Gives the values that were parsed from `text` the place of the text.
fn place(object: &mut Object, text: &Value, depth: usize) {
    if depth > 64 {
        return;
    }
    for Entry { value, .. } in object.entries.values_mut() {
        if value.trail.is_empty() {
            value.trail = text.trail.clone();
        }
        if let Kind::Object(inner) = &mut value.kind {
            place(Arc::make_mut(inner), text, depth + 1);
        }
    }
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
                // A member with an unknown name makes the set of names unknown.
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
    // One hole and nothing around it is that value converted to text.
    match &parts[..] {
        [before, only, after] if before.as_str() == Some("") && after.as_str() == Some("") => only.clone(),
        _ => concat(&parts),
    }
}
