//! Functions of regular expressions. Terraform uses RE2's syntax: <https://github.com/google/re2/wiki/Syntax>

use cmklint_graph::{Form, Value};
use regex::{Captures, Regex};

use super::list::{list, tuple};
use super::map::object;
use super::text::{MAX_LENGTH, text};
use super::{Made, Stop};

/// The most matches that are collected.
const MAX_MATCHES: usize = 10_000;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "regex" => first(args),
        "regexall" => all(args),
        "replace" => replace(args),
        _ => return None,
    })
}

/// The compiled expression, where both engines interpret it alike.
fn compile(pattern: &str) -> Result<Regex, Stop> {
    // A pattern that this engine refuses may be valid for the other.
    regex::RegexBuilder::new(&translated(pattern)?).size_limit(1 << 20).build().map_err(|_| Stop::Unknown)
}

/// The pattern as this engine reads what RE2 reads: Perl's classes match ASCII only in RE2.
pub(super) fn translated(pattern: &str) -> Result<String, Stop> {
    let mut out = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let Some(escaped) = chars.next() else { return Err(Stop::Refused("an incomplete regular expression")) };
                match (escaped, in_class) {
                    ('d', false) => out.push_str("[0-9]"),
                    ('D', false) => out.push_str("[^0-9]"),
                    ('w', false) => out.push_str("[0-9A-Za-z_]"),
                    ('W', false) => out.push_str("[^0-9A-Za-z_]"),
                    ('s', false) => out.push_str("[\\t\\n\\f\\r ]"),
                    ('S', false) => out.push_str("[^\\t\\n\\f\\r ]"),
                    ('d', true) => out.push_str("0-9"),
                    ('w', true) => out.push_str("0-9A-Za-z_"),
                    ('s', true) => out.push_str("\\t\\n\\f\\r "),
                    ('b', false) => out.push_str("(?-u:\\b)"),
                    ('p' | 'P' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' | 'A' | 'z', _) => out.extend(['\\', escaped]),
                    (punctuation, _) if punctuation.is_ascii_punctuation() => out.extend(['\\', punctuation]),
                    _ => return Err(Stop::Unknown),
                }
            }
            // Nested sets and set operators exist in Rust's engine only.
            '[' if in_class && chars.peek() == Some(&':') => out.push('['),
            '[' if in_class => out.push_str("\\["),
            '&' | '-' | '~' if in_class && chars.peek() == Some(&c) => return Err(Stop::Unknown),
            '[' => {
                in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                    out.push_str("\\]");
                }
            }
            ']' if in_class => {
                // `:]` ends a named class, not the set around it.
                in_class = out.ends_with(':') && out.contains("[:") && chars.clone().any(|c| c == ']');
                out.push(']');
            }
            '(' if !in_class && chars.peek() == Some(&'?') => {
                let after: String =
                    chars.clone().skip(1).take_while(|c| c.is_ascii_alphabetic() || *c == '-').collect();
                if after.contains(['x', 'u', 'R']) {
                    return Err(Stop::Unknown);
                }
                out.push('(');
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

/// The result of a match: its text, or its groups by index or by name.
fn groups(regex: &Regex, captures: &Captures<'_>) -> Made {
    let group = |at: usize| captures.get(at).map_or_else(Value::null, |m| Value::string(m.as_str()));
    if captures.len() == 1 {
        return Ok(group(0));
    }
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.iter().all(Option::is_none) {
        return Ok(tuple((1..captures.len()).map(group).collect()));
    }
    let named = names.iter().enumerate().map(|(at, name)| name.map(|name| (name.into(), group(at + 1))));
    let named = named.collect::<Option<Vec<_>>>().ok_or(Stop::Refused("groups with and without names"))?;
    Ok(object(Form::Structure, named))
}

fn first(args: &[Value]) -> Made {
    let (regex, text) = (compile(text(args, 0)?)?, text(args, 1)?);
    match regex.captures(text) {
        Some(captures) => groups(&regex, &captures),
        None => Err(Stop::Refused("no match")),
    }
}

fn all(args: &[Value]) -> Made {
    let (regex, text) = (compile(text(args, 0)?)?, text(args, 1)?);
    let found: Vec<Value> =
        regex.captures_iter(text).take(MAX_MATCHES + 1).map(|c| groups(&regex, &c)).collect::<Result<_, _>>()?;
    // An empty list would have lost the type of its items.
    if found.is_empty() && regex.captures_len() > 1 {
        return Err(Stop::Unknown);
    }
    if found.len() > MAX_MATCHES { Err(Stop::Unknown) } else { Ok(list(found)) }
}

fn replace(args: &[Value]) -> Made {
    let (text, what, with) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let expression = what.strip_prefix('/').and_then(|w| w.strip_suffix('/'));
    if let Some(expression) = expression {
        let regex = compile(expression)?;
        if text.len().saturating_mul(with.len() + 1) > MAX_LENGTH {
            return Err(Stop::Unknown);
        }
        return Ok(Value::string(&*regex.replace_all(text, with)));
    }
    let count = if what.is_empty() { text.chars().count() + 1 } else { text.matches(what).count() };
    if text.len().saturating_add(count.saturating_mul(with.len())) > MAX_LENGTH {
        return Err(Stop::Unknown);
    }
    Ok(Value::string(text.replace(what, with)))
}
