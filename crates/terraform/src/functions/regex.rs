//! Functions of regular expressions. Terraform uses RE2's syntax: <https://github.com/google/re2/wiki/Syntax>

use std::cell::RefCell;

use cmklint_graph::{Form, Value};
use regex::{Captures, Regex};
use rustc_hash::FxHashMap;

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

/// The size in bytes of the largest expression that is compiled.
const MAX_SIZE: usize = 1 << 20;
/// What the largest expression weighs: of fewer than half as many states it has that size, and that it is larger shows only once most of it is made.
const MAX_WEIGHT: usize = 100_000;
/// Expressions that weigh more are compiled each time.
const KEPT_WEIGHT: usize = 2_000;
/// So many expressions are kept.
const MAX_KEPT: usize = 32;
/// For so many letters that an expression of one state is matched with, a step is paid.
const MATCHED: usize = 64;

thread_local! {
    /// Expressions that were compiled before: a validation is evaluated for each instance of its module, and for each value that is tried.
    static KEPT: RefCell<FxHashMap<String, Regex>> = RefCell::default();
}

/// The compiled expression, where both engines interpret it alike.
fn compile(pattern: &str) -> Result<Regex, Stop> {
    let is_kept = weight(pattern) <= KEPT_WEIGHT;
    if let Some(known) = KEPT.with_borrow(|kept| kept.get(pattern).cloned()).filter(|_| is_kept) {
        return Ok(known);
    }
    // A pattern that this engine refuses may be valid for the other.
    let built = regex::RegexBuilder::new(&translated(pattern)?).size_limit(MAX_SIZE).build();
    let regex = built.map_err(|_| Stop::Unknown)?;
    if is_kept {
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MAX_KEPT {
                kept.clear();
            }
            kept.insert(pattern.to_owned(), regex.clone());
        });
    }
    Ok(regex)
}

/// What compiling `pattern` costs, and matching it with `text`.
pub(super) fn steps(pattern: &str, text: Option<&str>) -> usize {
    let weight = weight(pattern);
    weight.saturating_add(text.map_or(0, str::len).saturating_mul(weight) / MATCHED)
}

/// As [`steps`], for a pattern that was most likely compiled before.
pub(super) fn steps_again(pattern: &str, text: Option<&str>) -> usize {
    let weight = weight(pattern);
    let compiling = if weight <= KEPT_WEIGHT { weight / 16 } else { weight };
    compiling.saturating_add(text.map_or(0, str::len).saturating_mul(weight) / MATCHED)
}

/// The expression between slashes that the second argument of `replace` is.
pub(super) fn expression(what: &str) -> Option<&str> {
    what.strip_prefix('/')?.strip_suffix('/')
}

/// What one of a few letters weighs, any other than these, a class of Unicode.
const LETTER: usize = 1;
const OTHERS: usize = 16;
const CLASS: usize = 2_500;

/// About how many states a pattern is compiled to, at most [`MAX_WEIGHT`]. What is repeated is compiled as often as it may be repeated, and a class of Unicode
/// is many ranges of bytes.
pub(super) fn weight(pattern: &str) -> usize {
    // What was read of each open group, and the last part of it.
    let mut open: Vec<(usize, usize)> = vec![(0, 0)];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let part = match c {
            '\\' => escaped(chars.next()),
            '.' => OTHERS,
            '[' => set(&mut chars),
            '(' => {
                open.push((0, 0));
                continue;
            }
            ')' if open.len() > 1 => {
                let (read, last) = open.pop().unwrap_or_default();
                read.saturating_add(last).max(LETTER)
            }
            '{' if chars.peek().is_some_and(char::is_ascii_digit) => {
                let times = most_times(&mut chars);
                if let Some((_, last)) = open.last_mut() {
                    *last = last.saturating_mul(times);
                }
                continue;
            }
            c => c.len_utf8(),
        };
        if let Some((read, last)) = open.last_mut() {
            *read = read.saturating_add(*last);
            *last = part;
        }
    }
    let all = open.iter().fold(0usize, |all, (read, last)| all.saturating_add(*read).saturating_add(*last));
    // In any case each letter is several.
    let cases = if pattern.contains("(?i") { 2 } else { 1 };
    all.saturating_mul(cases).min(MAX_WEIGHT)
}

/// The letters of a pattern that are left to read.
type Letters<'p> = std::iter::Peekable<std::str::Chars<'p>>;

fn escaped(c: Option<char>) -> usize {
    match c {
        Some('p' | 'P') => CLASS,
        Some('D' | 'W' | 'S') => OTHERS,
        _ => LETTER,
    }
}

/// What a set weighs, after its opening bracket.
fn set(chars: &mut Letters<'_>) -> usize {
    let mut all = if chars.next_if_eq(&'^').is_some() { OTHERS } else { 0 };
    let mut is_first = true;
    while let Some(c) = chars.next() {
        match c {
            ']' if !is_first => break,
            '\\' => all += escaped(chars.next()),
            // The end of a named class does not end the set.
            ':' if chars.next_if_eq(&']').is_some() => all += LETTER,
            c => all += c.len_utf8(),
        }
        is_first = false;
    }
    all
}

/// The larger of the numbers in `{1,40}`, after its opening brace.
fn most_times(chars: &mut Letters<'_>) -> usize {
    let (mut most, mut number) = (1, 0usize);
    for c in chars.by_ref().take_while(|c| *c != '}') {
        number = c.to_digit(10).map_or(0, |digit| number.saturating_mul(10).saturating_add(digit as usize));
        most = most.max(number);
    }
    most
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
    if let Some(expression) = expression(what) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_weighs_what_is_repeated_in_it() {
        assert_eq!(weight("^[a-z]{3,24}$"), 2 + 3 * 24);
        assert_eq!(weight("(?:ab[^]c]{2}){10}"), 10 * (2 + 2 + (OTHERS + 2) * 2));
        assert_eq!(weight("[[:alpha:]-]\\d{2}"), 9 + 2);
        assert_eq!(weight("(?i)[\\pL]{99}"), MAX_WEIGHT);
        for broken in ["[", "a{1", "(", "\\", "[[:", "]})"] {
            assert!(weight(broken) < 10, "{broken}");
        }
    }

    #[test]
    fn an_expression_is_kept_while_it_is_light() {
        assert!(compile("^a{3}$").unwrap().is_match("aaa"));
        assert!(compile("^a{3}$").unwrap().is_match("aaa"));
        assert!(KEPT.with_borrow(|kept| kept.contains_key("^a{3}$")));
        for at in 0..3 * MAX_KEPT {
            compile(&format!("x{at}")).unwrap();
        }
        assert!(KEPT.with_borrow(|kept| kept.len() <= MAX_KEPT));
        compile("\\pL").unwrap();
        assert!(KEPT.with_borrow(|kept| !kept.contains_key("\\pL")));
    }
}
