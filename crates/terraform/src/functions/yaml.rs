//! YAML as Terraform reads and writes it. <https://developer.hashicorp.com/terraform/language/functions/yamldecode>

use cmklint_graph::{Form, Kind, Object, Value};
use cmklint_source::{FileId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::list::tuple;
use super::yaml_scalar::{name, resolve};
use super::{Made, Stop};
use crate::values::sorted;

/// Values nested deeper than this are not read or written.
const MAX_DEPTH: usize = 64;

/// A collection that is being read.
enum Open {
    List(Vec<Value>),
    Map(Object, Option<Value>),
}

/// The value of the YAML `text`. Anchors, tags, merges and times, which a reader would have to resolve further, are not known.
/// Each scalar is written where it is in `file`, where that is given, whose text it is; of a file of very many values, the first ones.
pub(super) fn decode_in(text: &str, file: Option<FileId>) -> Made {
    // The reader counts characters.
    let offsets: Vec<usize> =
        if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() };
    let offset = |at: usize| offsets.get(at).copied().unwrap_or(at).min(text.len());
    let mut left = super::json::MAX_PLACES;
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        // A text that this reader refuses may be valid for the other.
        let (event, place) = event.map_err(|_| Stop::Unknown)?;
        let made = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                continue;
            }
            Event::Scalar(text, style, 0, tag) => {
                let string = || Value::string(super::composed_text(&text));
                let value = match (style, tag) {
                    (ScalarStyle::Plain, None) => resolve(&text)?,
                    (_, None) => string(),
                    (_, Some(tag)) if tag.is_yaml_core_schema() && tag.suffix == "str" => string(),
                    _ => return Err(Stop::Unknown),
                };
                match file.filter(|_| left > 0) {
                    Some(file) => {
                        left -= 1;
                        let (start, end) = (offset(place.start.index()), offset(place.end.index()));
                        value.written_at(Span::new(file, start, end))
                    }
                    None => value,
                }
            }
            Event::SequenceStart(0, None) if open.len() < MAX_DEPTH => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(0, None) if open.len() < MAX_DEPTH => {
                open.push(Open::Map(Object { form: Form::Structure, ..Object::default() }, None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => tuple(items),
                Some(Open::Map(object, None)) => Value::object(object),
                _ => return Err(Stop::Unknown),
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => continue,
            _ => return Err(Stop::Unknown),
        };
        match open.last_mut() {
            None => whole = Some(made),
            Some(Open::List(items)) => items.push(made),
            Some(Open::Map(object, key)) => match key.take() {
                None => *key = Some(made),
                Some(key) => {
                    let name = name(&key)?;
                    if object.entries.contains_key(&name) {
                        return Err(Stop::Unknown);
                    }
                    object.insert(name, None, made);
                }
            },
        }
    }
    match (whole, documents) {
        (Some(whole), 1) => Ok(whole),
        _ => Err(Stop::Unknown),
    }
}

/// The YAML text of `value`, which is known.
pub(super) fn encode(value: &Value) -> Result<String, Stop> {
    let plain = matches!(value.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_));
    let mut text = lines(value, true, 0)?.join("\n");
    text.push('\n');
    if plain {
        text.push_str("...\n");
    }
    Ok(text)
}

fn lines(value: &Value, block: bool, depth: usize) -> Result<Vec<String>, Stop> {
    if depth > MAX_DEPTH {
        return Err(Stop::Unknown);
    }
    Ok(match &value.kind {
        Kind::Null => vec!["null".to_owned()],
        Kind::Bool(value) => vec![value.to_string()],
        Kind::Number(number) => vec![number.to_string()],
        Kind::String(text) if text.contains('\n') => {
            if !block {
                return Err(Stop::Unknown);
            }
            in_block(text)?
        }
        Kind::String(text) => vec![quoted(text)?],
        Kind::Array(array) if array.items.is_empty() => vec!["[]".to_owned()],
        Kind::Array(array) => {
            let mut out = Vec::new();
            for item in &array.items {
                for (at, line) in lines(item, false, depth + 1)?.into_iter().enumerate() {
                    out.push(format!("{}{line}", if at == 0 { "- " } else { "  " }));
                }
            }
            out
        }
        Kind::Object(object) if object.entries.is_empty() => vec!["{}".to_owned()],
        Kind::Object(object) => {
            let mut out = Vec::new();
            for (name, entry) in sorted(object) {
                let key = quoted(name)?;
                let value = lines(&entry.value, depth == 0, depth + 1)?;
                let indent = match &entry.value.kind {
                    Kind::Object(inner) if !inner.entries.is_empty() => "  ",
                    Kind::Array(inner) if !inner.items.is_empty() => "",
                    _ => {
                        let mut value = value.into_iter();
                        out.push(format!("{key}: {}", value.next().unwrap_or_default()));
                        out.extend(value);
                        continue;
                    }
                };
                out.push(format!("{key}:"));
                out.extend(value.into_iter().map(|line| format!("{indent}{line}")));
            }
            out
        }
        _ => return Err(Stop::Unknown),
    })
}

/// Text of several lines that can be written as it is.
fn in_block(text: &str) -> Result<Vec<String>, Stop> {
    let sound = |line: &str| {
        !line.is_empty()
            && !line.starts_with(' ')
            && !line.ends_with(' ')
            && line.chars().all(|c| c == ' ' || c.is_ascii_graphic())
    };
    let (head, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    if !body.split('\n').all(sound) {
        return Err(Stop::Unknown);
    }
    Ok(std::iter::once(head.to_owned()).chain(body.split('\n').map(|line| format!("  {line}"))).collect())
}

/// A text in double quotes.
fn quoted(text: &str) -> Result<String, Stop> {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            c if c == ' ' || c.is_ascii_graphic() => out.push(c),
            c if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c if c.is_alphanumeric() && !c.is_ascii() => out.push(c),
            _ => return Err(Stop::Unknown),
        }
    }
    out.push('"');
    Ok(out)
}
