//! The values of YAML's plain scalars, as Terraform's reader resolves them (YAML 1.1's booleans, 1.2's numbers).

use std::sync::Arc;

use cmklint_graph::{Kind, Value};

use super::{Made, ParsedNumber, Stop, parse_number};

/// The value of the plain scalar `text`.
pub(super) fn resolve(text: &str) -> Made {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::null()),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            return Ok(Value::bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Ok(Value::bool(false));
        }
        "<<" | "=" => return Err(Stop::Unknown),
        _ => {}
    }
    let string = || Ok(Value::string(super::composed_text(text)));
    let Some(first) = text.chars().next() else { return string() };
    if !(first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return string();
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let octal = digits.len() > 1 && digits.starts_with('0') && !digits.contains('.');
    if !octal && let ParsedNumber::Known(number) = parse_number(text) {
        return Ok(Value::new(Kind::Number(number)));
    }
    // Other bases, infinities, times: these are not evaluated.
    let numeric = |c: char| c.is_ascii_hexdigit() || "xXoOb_.+-eEinfINFaAN".contains(c);
    let dated = text.len() >= 8 && text.as_bytes().get(4) == Some(&b'-');
    if text.chars().all(numeric) && text.chars().any(|c| c.is_ascii_digit())
        || text.contains(".in")
        || text.contains(".n")
        || dated
    {
        return Err(Stop::Unknown);
    }
    string()
}

/// The member name for a key.
pub(super) fn name(value: &Value) -> Result<Arc<str>, Stop> {
    match &value.kind {
        Kind::String(text) => Ok(Arc::clone(text)),
        Kind::Bool(value) => Ok(Arc::from(if *value { "true" } else { "false" })),
        Kind::Number(number) => Ok(number.to_string().into()),
        _ => Err(Stop::Unknown),
    }
}
