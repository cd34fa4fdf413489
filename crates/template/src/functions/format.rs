//! Composite formatting, as far as templates use it.
//! <https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting>

use cmklint_graph::{Kind, Number, Value};

use super::MAX_TEXT;
use super::string::{joined, size_of, text_of};

/// `pattern` with its placeholders filled in; `None` where a placeholder or its format is not understood.
pub(crate) fn format(pattern: &str, args: &[Value]) -> Option<Value> {
    let mut parts: Vec<Value> = Vec::new();
    let mut text = String::new();
    let mut size = pattern.len();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at)?);
        let tail = rest.get(at..)?;
        if let Some(escaped) = tail.strip_prefix("{{") {
            text.push('{');
            rest = escaped;
        } else if let Some(escaped) = tail.strip_prefix("}}") {
            text.push('}');
            rest = escaped;
        } else {
            let (hole, after) = tail.strip_prefix('{')?.split_once('}')?;
            let filled = fill(hole, args)?;
            size = size.saturating_add(size_of(&filled));
            if size > MAX_TEXT {
                return None;
            }
            if !text.is_empty() {
                parts.push(Value::string(std::mem::take(&mut text)));
            }
            parts.push(filled);
            rest = after;
        }
    }
    text.push_str(rest);
    if !text.is_empty() || parts.is_empty() {
        parts.push(Value::string(text));
    }
    Some(joined(&parts))
}

/// One placeholder: `index[,width][:format]`.
fn fill(hole: &str, args: &[Value]) -> Option<Value> {
    let (place, format) = match hole.split_once(':') {
        Some((place, format)) => (place, Some(format)),
        None => (hole, None),
    };
    let (index, width) = match place.split_once(',') {
        Some((index, width)) => (index, Some(width.trim().parse::<i32>().ok()?)),
        None => (place, None),
    };
    let value = args.get(index.trim().parse::<usize>().ok()?)?;
    let value = match (format, &value.kind) {
        (None | Some(""), _) | (Some(_), Kind::String(_)) => text_of(value.clone()),
        (Some(format), Kind::Number(Number::Int(number))) => {
            let text = number_as(format, *number)?;
            Value { kind: Value::string(text).kind, trail: value.trail.clone() }
        }
        _ => return None,
    };
    match width {
        None | Some(0) => Some(value),
        Some(width) => {
            let text = value.as_str()?;
            let missing = usize::try_from(width.unsigned_abs()).ok()?.saturating_sub(text.encode_utf16().count());
            if missing > 16_000 {
                return None;
            }
            let padding = " ".repeat(missing);
            let text = if width > 0 { padding + text } else { text.to_owned() + &padding };
            Some(Value { kind: Value::string(text).kind, trail: value.trail })
        }
    }
}

/// An integer by a format of .NET: `D`, `X`, `N`, `F` with a number of digits, or zeros.
fn number_as(format: &str, number: i64) -> Option<String> {
    let mut chars = format.chars();
    let kind = chars.next()?;
    let digits = chars.as_str();
    let count = |least: usize| if digits.is_empty() { Some(least) } else { digits.parse().ok().filter(|d| *d <= 99) };
    let sign = if number < 0 { "-" } else { "" };
    let plain = number.unsigned_abs().to_string();
    Some(match kind {
        'D' | 'd' => format!("{sign}{plain:0>width$}", width = count(1)?),
        'X' => format!("{number:0>width$X}", width = count(1)?),
        'x' => format!("{number:0>width$x}", width = count(1)?),
        'F' | 'f' => decimals(format!("{sign}{plain}"), count(2)?),
        'N' | 'n' => {
            let mut grouped = String::new();
            for (i, digit) in plain.chars().enumerate() {
                if i > 0 && (plain.len() - i).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            decimals(format!("{sign}{grouped}"), count(2)?)
        }
        '0' if format.len() <= 99 && format.chars().all(|c| c == '0') => {
            format!("{sign}{plain:0>width$}", width = format.len())
        }
        _ => return None,
    })
}

fn decimals(whole: String, count: usize) -> String {
    if count == 0 { whole } else { format!("{whole}.{}", "0".repeat(count)) }
}
