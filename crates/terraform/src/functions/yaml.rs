//! YAML as Terraform writes it. <https://developer.hashicorp.com/terraform/language/functions/yamlencode>

use cmklint_graph::{Kind, Value};

use super::Stop;
use crate::values::sorted;

/// Values nested deeper than this are not written.
const MAX_DEPTH: usize = 64;

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
