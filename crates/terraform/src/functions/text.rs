//! Functions of text.

use std::sync::Arc;

use cmklint_graph::{Kind, Value, concat};

use super::{Made, Site, items};
use crate::values::{error, index_of, text_of};

/// Texts longer than this are not made.
const LONGEST: usize = 1 << 20;

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Made> {
    let text = |at: usize| args.get(at).and_then(text_of);
    let map = |f: &dyn Fn(&str) -> String| text(0).map(|t| Value::string(f(&t)));
    let two = |f: &dyn Fn(&str, &str) -> Value| match (text(0), text(1)) {
        (Some(a), Some(b)) => Some(f(&a, &b)),
        _ => None,
    };
    Some(match name {
        "lower" => map(&|t| t.to_lowercase()),
        "upper" => map(&|t| t.to_uppercase()),
        "trimspace" => map(&|t| t.trim().to_owned()),
        "chomp" => map(&|t| t.trim_end_matches(['\n', '\r']).to_owned()),
        "strrev" => map(&|t| t.chars().rev().collect()),
        "title" => map(&title),
        "basename" => map(&|t| t.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned()),
        "trim" => two(&|t, cut| Value::string(t.trim_matches(|c| cut.contains(c)))),
        "trimprefix" => two(&|t, cut| Value::string(t.strip_prefix(cut).unwrap_or(t))),
        "trimsuffix" => two(&|t, cut| Value::string(t.strip_suffix(cut).unwrap_or(t))),
        "startswith" => two(&|t, part| Value::bool(t.starts_with(part))),
        "endswith" => two(&|t, part| Value::bool(t.ends_with(part))),
        "strcontains" => two(&|t, part| Value::bool(t.contains(part))),
        "split" => two(&|separator, t| {
            let parts: Vec<Value> = if t.is_empty() {
                vec![Value::string("")]
            } else if separator.is_empty() {
                t.chars().map(|c| Value::string(c.to_string())).collect()
            } else {
                t.split(separator).map(Value::string).collect()
            };
            Value::array(parts)
        }),
        "replace" => replace(args),
        "substr" => substr(args, site),
        "join" => join(args),
        "format" => format(args),
        _ => return None,
    })
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = true;
    for c in text.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = !(c.is_alphanumeric() || c == '_' || c == '\'');
    }
    out
}

fn replace(args: &[Value]) -> Made {
    let (text, what, with) = (text_of(args.first()?)?, text_of(args.get(1)?)?, text_of(args.get(2)?)?);
    if what.len() > 1 && what.starts_with('/') && what.ends_with('/') {
        return None; // a regular expression
    }
    let count = if what.is_empty() { text.chars().count() + 1 } else { text.matches(&*what).count() };
    if text.len().saturating_add(count.saturating_mul(with.len())) > LONGEST {
        return None;
    }
    Some(Value::string(text.replace(&*what, &with)))
}

fn substr(args: &[Value], site: &Site<'_>) -> Made {
    let text = text_of(args.first()?)?;
    let (offset, length) = (index_of(args.get(1)?)?, index_of(args.get(2)?)?);
    let chars: Vec<char> = text.chars().collect();
    let total = i64::try_from(chars.len()).ok()?;
    let start = if offset < 0 { total.saturating_add(offset) } else { offset };
    if start < 0 {
        return Some(error(site.span, "substr() before the text"));
    }
    let end = if length < 0 { total } else { start.saturating_add(length).min(total) };
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end.max(0)).ok()?);
    Some(Value::string(chars.get(start..end.max(start)).unwrap_or(&[]).iter().collect::<String>()))
}

/// The value as a part of a text: null and what is no scalar make the text unknown.
fn part(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::String(_) | Kind::Template(_) | Kind::Symbol(_) | Kind::Ref(_) => Some(value.clone()),
        Kind::Bool(_) | Kind::Number(_) => text_of(value).map(Value::string),
        Kind::Choice(choice) => Some(Value::choice(choice.atom.clone(), part(&choice.then)?, part(&choice.otherwise)?)),
        _ => None,
    }
}

fn join(args: &[Value]) -> Made {
    let separator = text_of(args.first()?)?;
    let mut parts = Vec::new();
    for at in 1..args.len() {
        for item in items(args, at)? {
            if !parts.is_empty() {
                parts.push(Value::string(Arc::clone(&separator)));
            }
            parts.push(part(item)?);
        }
    }
    if parts.is_empty() { Some(Value::string("")) } else { Some(concat(&parts)) }
}

/// `%s`, `%d`, `%v`, `%q` of text and `%0Nd`; other verbs are left unknown.
fn format(args: &[Value]) -> Made {
    let pattern = text_of(args.first()?)?;
    let mut rest = args.iter().skip(1);
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) =
            chars.peek().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | '#' | ' ' | '['))
        {
            flags.push(*flag);
            chars.next();
        }
        match (chars.next()?, flags.as_str()) {
            ('%', "") => text.push('%'),
            ('s' | 'v', "") => {
                parts.push(Value::string(std::mem::take(&mut text)));
                parts.push(part(rest.next()?)?);
            }
            ('d', "") => {
                let value = rest.next()?;
                match index_of(value) {
                    Some(number) => text.push_str(&number.to_string()),
                    None => {
                        parts.push(Value::string(std::mem::take(&mut text)));
                        parts.push(part(value)?);
                    }
                }
            }
            ('d', width) => {
                let width: usize = width.strip_prefix('0')?.parse().ok()?;
                let number = index_of(rest.next()?)?;
                if width > 64 || number < 0 {
                    return None;
                }
                text.push_str(&format!("{number:0width$}"));
            }
            ('q', "") => text.push_str(&format!("{:?}", text_of(rest.next()?)?)),
            _ => return None,
        }
    }
    if rest.next().is_some() {
        return None; // Terraform refuses arguments too many
    }
    parts.push(Value::string(text));
    Some(concat(&parts))
}
