//! Functions of text.

use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Value};
use rustc_hash::FxHashSet;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Made, Stop, unicode};
use crate::values::index_of;

/// The length of the longest string that is made.
pub(super) const MAX_LENGTH: usize = 1 << 20;

/// The argument at `at` as text.
pub(super) fn text(args: &[Value], at: usize) -> Result<&str, Stop> {
    args.get(at).and_then(Value::as_str).ok_or(Stop::Unknown)
}

/// The argument at `at` as a whole number.
pub(super) fn int(args: &[Value], at: usize) -> Result<i64, Stop> {
    let value = args.get(at).ok_or(Stop::Unknown)?;
    match (&value.kind, index_of(value)) {
        (_, Some(int)) => Ok(int),
        (Kind::Number(number), None) if number.as_f64().fract() != 0.0 => {
            Err(Stop::Refused("a number that is not whole"))
        }
        _ => Err(Stop::Unknown),
    }
}

/// A list of strings.
pub(super) fn strings(texts: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Value {
    let items = texts.into_iter().map(Value::string).collect();
    Value::new(Kind::Array(Arc::new(Array { items, form: Form::Collection, rest: None })))
}

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    let one = |f: &dyn Fn(&str) -> String| text(args, 0).map(|t| Value::string(f(t)));
    let two = |f: &dyn Fn(&str, &str) -> Value| Ok(f(text(args, 0)?, text(args, 1)?));
    Some(match name {
        "lower" => text(args, 0).and_then(lower),
        "upper" => text(args, 0).and_then(upper),
        "trimspace" => one(&|t| t.trim().to_owned()),
        "chomp" => one(&|t| t.trim_end_matches(['\n', '\r']).to_owned()),
        "strrev" => one(&reversed),
        "title" => text(args, 0).and_then(title),
        "basename" => one(&|t| base(t).to_owned()),
        "dirname" => one(&dir),
        "trim" => two(&|t, cut| Value::string(trimmed(t, cut))),
        "trimprefix" => two(&|t, cut| Value::string(t.strip_prefix(cut).unwrap_or(t))),
        "trimsuffix" => two(&|t, cut| Value::string(t.strip_suffix(cut).unwrap_or(t))),
        "startswith" => two(&|t, part| Value::bool(t.starts_with(part))),
        "endswith" => two(&|t, part| Value::bool(t.ends_with(part))),
        "strcontains" => two(&|t, part| Value::bool(t.contains(part))),
        "split" => two(&|separator, t| match separator {
            "" => strings(t.chars().map(String::from)),
            separator => strings(t.split(separator)),
        }),
        "substr" => substr(args),
        "indent" => indent(args),
        "join" => join(args),
        _ => return None,
    })
}

/// `text` without the letters at its ends that are among those of `cut`.
fn trimmed<'t>(text: &'t str, cut: &str) -> &'t str {
    /// A shorter text is searched as fast as a set.
    const SHORT: usize = 32;
    if cut.len() <= SHORT {
        return text.trim_matches(|c| cut.contains(c));
    }
    let cut: FxHashSet<char> = cut.chars().collect();
    text.trim_matches(|c| cut.contains(&c))
}

fn reversed(text: &str) -> String {
    match unicode::is_plain(text) {
        true => text.chars().rev().collect(),
        false => text.graphemes(true).rev().collect(),
    }
}

/// Each letter by itself, as Go does: no letter becomes two, and the context of a letter is ignored.
fn lower(text: &str) -> Made {
    let each = |c: char| match c {
        'İ' => Ok('i'),
        c => single(c, c.to_lowercase()),
    };
    text.chars().map(each).collect::<Result<String, _>>().map(Value::string)
}

fn upper(text: &str) -> Made {
    text.chars().map(|c| single(c, c.to_uppercase())).collect::<Result<String, _>>().map(Value::string)
}

fn single(c: char, mut made: impl Iterator<Item = char>) -> Result<char, Stop> {
    match (made.next(), made.next()) {
        (Some(made), None) => Ok(made),
        // These have a single title-case letter too, which the standard library does not provide.
        _ if ('\u{1f80}'..='\u{1fff}').contains(&c) => Err(Stop::Unknown),
        _ => Ok(c),
    }
}

fn title(text: &str) -> Made {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let starts = if before.is_ascii() {
            !(before.is_ascii_alphanumeric() || before == '_')
        } else {
            !before.is_alphanumeric() && before.is_whitespace()
        };
        before = c;
        match c {
            // Digraph letters have a title case of their own.
            'Ǆ'..='ǌ' | 'Ǳ'..='ǳ' if starts => return Err(Stop::Unknown),
            c if starts => out.push(single(c, c.to_uppercase())?),
            c => out.push(c),
        }
    }
    Ok(Value::string(out))
}

/// The last part of a path, as Go's `filepath.Base`.
fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        path => path.rsplit('/').next().unwrap_or(path),
    }
}

/// A path without its last part, as Go's `filepath.Dir`.
fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or("")))
}

/// The shortest equivalent path, as Go's `filepath.Clean`.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn substr(args: &[Value]) -> Made {
    let text = text(args, 0)?;
    let (offset, length) = (int(args, 1)?, int(args, 2)?);
    if let (Ok(start), Ok(take @ 1..)) = (usize::try_from(offset), usize::try_from(length)) {
        return Ok(Value::string(text.graphemes(true).skip(start).take(take).collect::<String>()));
    }
    let parts: Vec<&str> = text.graphemes(true).collect();
    let total = i64::try_from(parts.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { total.saturating_add(offset).max(0) } else { offset.min(total) };
    let end = if length < 0 || length == 0 && offset < 0 { total } else { start.saturating_add(length).min(total) };
    let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
    Ok(Value::string(parts.get(start..end.max(start)).unwrap_or(&[]).concat()))
}

fn indent(args: &[Value]) -> Made {
    let (spaces, text) = (int(args, 0)?, text(args, 1)?);
    let Ok(spaces) = usize::try_from(spaces) else { return Err(Stop::Refused("a negative number of spaces")) };
    let lines = text.matches('\n').count();
    if spaces.saturating_mul(lines) > MAX_LENGTH {
        return Err(Stop::Unknown);
    }
    if lines == 0 {
        return Ok(Value::string(text));
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn join(args: &[Value]) -> Made {
    let separator = text(args, 0)?;
    if args.len() < 2 {
        return Err(Stop::Refused("not a list"));
    }
    let mut parts = Vec::new();
    for list in args.iter().skip(1) {
        for item in &list.as_array().ok_or(Stop::Unknown)?.items {
            parts.push(item.as_str().ok_or(Stop::Refused("a list with null"))?);
        }
    }
    let length = parts.iter().map(|p| p.len() + separator.len()).sum::<usize>();
    if length > MAX_LENGTH { Err(Stop::Unknown) } else { Ok(Value::string(parts.join(separator))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_set_of_letters_trims_as_a_short_one_does() {
        let letters: String = ('a'..='z').chain('A'..='Z').collect();
        assert_eq!(trimmed("abé-Zé Za", &letters), "é-Zé ");
        assert_eq!(trimmed("abé-Zé Za", "abZ"), "é-Zé ");
    }

    #[test]
    fn a_part_and_the_reverse_of_a_text_count_what_is_read_as_one_letter() {
        let part = |text: &str, at: i64, length: i64| {
            let args = [Value::string(text), Value::int(at), Value::int(length)];
            substr(&args).unwrap().as_str().unwrap().to_owned()
        };
        let text = "e\u{301}bc\r\nd";
        for (at, length, made) in [
            (0, 1, "e\u{301}"),
            (1, 2, "bc"),
            (3, 9, "\r\nd"),
            (1, -1, "bc\r\nd"),
            (-2, 1, "\r\n"),
            (9, 1, ""),
            (1, 0, ""),
        ] {
            assert_eq!(part(text, at, length), made, "{at} {length}");
        }
        assert_eq!(reversed(text), "d\r\ncbe\u{301}");
        assert_eq!(reversed("abc"), "cba");
    }
}
