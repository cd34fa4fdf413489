//! The values of YAML's plain scalars, as Terraform's reader resolves them (YAML 1.1's booleans, 1.2's numbers).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmklint_graph::{Kind, Value};
use jiff::civil::{Date, Time};

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
        _ => {}
    }
    let string = || Ok(Value::string(super::composed_text(text)));
    let Some(first) = text.chars().next() else { return string() };
    if !(first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return string();
    }
    if is_dated(text) {
        return Ok(Value::string(time(text).unwrap_or_else(|| text.to_owned())));
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let octal = digits.len() > 1 && digits.starts_with('0') && !digits.contains('.');
    if !octal && let ParsedNumber::Known(number) = parse_number(text) {
        return Ok(Value::new(Kind::Number(number)));
    }
    // Other bases and infinities are not evaluated.
    let numeric = |c: char| c.is_ascii_hexdigit() || "xXoOb_.+-eEinfINFaAN".contains(c);
    if text.chars().all(numeric) && text.chars().any(|c| c.is_ascii_digit())
        || text.contains(".in")
        || text.contains(".n")
    {
        return Err(Stop::Unknown);
    }
    string()
}

/// The value of `text` with a tag of YAML's core schema, whose name is `tag`; `plain` tells whether it is written without quotes.
pub(super) fn tagged(text: &str, plain: bool, tag: &str) -> Made {
    match tag {
        "str" => return Ok(Value::string(super::composed_text(text))),
        // The bytes stay as they are written.
        "binary" if STANDARD.decode(text).is_ok() => return Ok(Value::string(text)),
        "null" if plain => return Ok(Value::null()),
        _ if !plain => return Err(Stop::Unknown),
        _ => {}
    }
    let value = resolve(text)?;
    let fits = match (tag, &value.kind) {
        ("int" | "float", Kind::Number(_)) | ("bool", Kind::Bool(_)) => true,
        ("timestamp", Kind::String(_)) => time(text).is_some(),
        _ => false,
    };
    if fits { Ok(value) } else { Err(Stop::Unknown) }
}

/// Whether `text` begins as times do: four digits and a hyphen.
fn is_dated(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && text.as_bytes().get(4) == Some(&b'-')
}

/// A time as Terraform writes it, to the second. It is read where it is a date (`2026-1-31`), one with a time (`2026-01-31 10:00:00`), or one with time and
/// zone (`2026-01-31T10:00:00Z`).
fn time(text: &str) -> Option<String> {
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let (year, month, day) = numbers(date, '-', 4)?;
    Date::new(year, month, day).ok()?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let Some(clock) = rest.get(1..) else { return Some(format!("{date}T00:00:00Z")) };
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    if fraction.is_some_and(|fraction| digits(fraction, usize::MAX).is_none())
        || zone.is_empty() != rest.starts_with(' ')
    {
        return None;
    }
    let (hour, minute, second) = numbers(clock, ':', 2)?;
    Time::new(i8::try_from(hour).ok()?, minute, second, 0).ok()?;
    let zone = match zone.as_bytes() {
        b"" | b"Z" | b"+00:00" | b"-00:00" => "Z",
        [b'+' | b'-', a @ b'0'..=b'2', b @ b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9'] if (*a, *b) < (b'2', b'4') => {
            zone
        }
        _ => return None,
    };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}"))
}

/// Three numbers, the first of at most `most` digits and the others of at most two.
fn numbers(text: &str, separator: char, most: usize) -> Option<(i16, i8, i8)> {
    let mut parts = text.split(separator);
    let first = digits(parts.next()?, most)?.parse().ok()?;
    let mut next = || digits(parts.next()?, 2)?.parse().ok();
    let all = (first, next()?, next()?);
    parts.next().is_none().then_some(all)
}

/// `text` where it is one to `most` digits.
fn digits(text: &str, most: usize) -> Option<&str> {
    (1..=most).contains(&text.len()).then_some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
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
