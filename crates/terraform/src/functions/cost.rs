//! The cost of a call, estimated before it is made: by the size of its arguments, and of its result where that is larger.

use cmklint_graph::{Kind, TextPart, Value};

use super::format::LONGEST_LIST;
use super::text::MAX_LENGTH;
use super::{fileset, regex};
use crate::values::index_of;

/// The approximate size of a value in bytes.
const VALUE: usize = 96;
/// Bytes of text that cost as much as a step.
const STEP: usize = 64;

/// How much more than copying it a text costs that is taken apart into what is read as one letter each.
const LETTERS: usize = 16;

/// Steps that reading a file costs.
pub(crate) const FILE_STEPS: usize = 500;

/// The cost of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) steps: usize,
    pub(crate) bytes: usize,
}

/// The cost of `name(args…)` at most; arguments of more than `most` parts count as `most`.
pub(crate) fn cost(name: &str, args: &[Value], most: usize) -> Cost {
    let mut size = Size { values: 0, text: 0 };
    for arg in args {
        measure(arg, &mut size, most, 0);
    }
    let made = made(name, args, &size).unwrap_or_else(|| size.text.saturating_add(size.values.saturating_mul(VALUE)));
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let fixed = match name {
        "fileset" => text(1).map_or(FILE_STEPS, fileset::steps),
        name if name.starts_with("file") => FILE_STEPS,
        "substr" | "strrev" | "length" => text(0).map_or(0, |text| text.len() / STEP * LETTERS),
        "regex" | "regexall" => text(0).map_or(0, |pattern| regex::steps(pattern, text(1))),
        "replace" => text(1).and_then(regex::expression).map_or(0, |pattern| regex::steps(pattern, text(0))),
        _ => 0,
    };
    let steps = fixed.saturating_add(size.values);
    Cost { steps: steps.saturating_add(size.text / STEP).saturating_add(made / STEP / 8), bytes: made }
}

/// The size of values.
struct Size {
    values: usize,
    text: usize,
}

fn measure(value: &Value, size: &mut Size, most: usize, depth: usize) {
    size.values += 1;
    if size.values > most || depth > 128 {
        return;
    }
    match &value.kind {
        Kind::String(text) => size.text = size.text.saturating_add(text.len()),
        Kind::Array(array) => array.items.iter().for_each(|item| measure(item, size, most, depth + 1)),
        Kind::Object(object) => {
            for (name, entry) in &object.entries {
                size.text = size.text.saturating_add(name.len());
                measure(&entry.value, size, most, depth + 1);
            }
        }
        Kind::Choice(choice) => {
            measure(&choice.then, size, most, depth + 1);
            measure(&choice.otherwise, size, most, depth + 1);
        }
        Kind::Template(parts) => {
            for part in parts.iter() {
                match part {
                    TextPart::Text(text) => size.text = size.text.saturating_add(text.len()),
                    TextPart::Value(value) => measure(value, size, most, depth + 1),
                }
            }
        }
        _ => {}
    }
}

/// The size of the result in bytes, for functions whose result may be larger than their arguments.
fn made(name: &str, args: &[Value], size: &Size) -> Option<usize> {
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let length = |value: &Value| value.as_array().map_or(1, |array| array.items.len());
    Some(match name {
        "indent" => {
            let spaces = args.first().and_then(index_of).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let lines = text(1)?.matches('\n').count();
            size.text.saturating_add(spaces.saturating_mul(lines))
        }
        "join" => {
            let items: usize = args.iter().skip(1).map(length).sum();
            size.text.saturating_add(items.saturating_mul(text(0)?.len()))
        }
        "replace" => {
            let (from, to) = (text(1)?, text(2)?.len());
            let matches = match from.len() {
                0 => text(0)?.len() + 1,
                1.. if from.starts_with('/') => text(0)?.len() / 4,
                _ => text(0)?.matches(from).count(),
            };
            size.text.saturating_add(matches.saturating_mul(to))
        }
        "split" => text(1)?.matches(text(0)?).count().saturating_add(1).saturating_mul(VALUE).saturating_add(size.text),
        "regexall" => size.text.saturating_mul(VALUE / 4),
        // An alias makes again what it names.
        "yamldecode" if text(0).is_some_and(|text| text.contains('*')) => {
            size.text.saturating_mul(VALUE * super::yaml_read::VALUES_FOR_BYTE)
        }
        "csvdecode" | "jsondecode" | "yamldecode" => size.text.saturating_mul(VALUE / 2),
        "jsonencode" | "yamlencode" => size.text.saturating_mul(3).saturating_add(size.values.saturating_mul(16)),
        "setproduct" => {
            let rows = args.iter().map(length).fold(1usize, usize::saturating_mul);
            rows.saturating_mul(args.len() + 1).saturating_mul(VALUE)
        }
        "range" => 1024 * VALUE,
        "format" | "formatlist" => {
            let pattern = text(0)?;
            let rows = args.iter().skip(1).map(length).max().unwrap_or(1);
            let (rows, most) = if name == "formatlist" { (rows, LONGEST_LIST) } else { (1, MAX_LENGTH) };
            // Any number of verbs may stand for one argument.
            let longest = args.iter().skip(1).map(longest).max().unwrap_or(0).saturating_add(64);
            let row = longest.saturating_mul(pattern.matches('%').count()).saturating_add(pattern.len());
            // One more row is made than fits.
            size.text.saturating_add(rows.saturating_mul(row).min(most.saturating_add(MAX_LENGTH)))
        }
        "chunklist" | "transpose" | "zipmap" | "matchkeys" | "setintersection" | "setunion" | "setsubtract" => {
            size.text.saturating_add(size.values.saturating_mul(VALUE * 3))
        }
        _ if name.starts_with("file") => 16 << 10,
        _ => return None,
    })
}

/// The length of the longest text that `value` is or holds as an item.
fn longest(value: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, str::len);
    value.as_array().map_or_else(|| length(value), |array| array.items.iter().map(length).max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_makes_is_reported_before_it_is_made() {
        let bytes = |name: &str, args: &[Value]| cost(name, args, 1_000).bytes;
        let lines = Value::string("a\nb\nc");
        assert_eq!(bytes("indent", &[Value::int(1_000_000), lines.clone()]), 2_000_005);
        assert_eq!(bytes("indent", &[Value::int(i64::MAX), Value::string("a")]), 1);
        assert_eq!(bytes("indent", &[Value::int(i64::MAX), lines]), usize::MAX);
        let list = Value::array((0..100).map(Value::int).collect());
        assert_eq!(bytes("join", &[Value::string("x".repeat(1_000)), list.clone()]), 101_000);
        assert_eq!(bytes("setproduct", &vec![list; 20]), usize::MAX);
        let text = Value::string("aaaa");
        assert_eq!(bytes("replace", &[text.clone(), Value::string("a"), Value::string("b".repeat(10))]), 55);
        assert_eq!(bytes("split", &[Value::string(""), text]), 6 * VALUE + 4);
    }

    #[test]
    fn what_a_format_repeats_counts_as_often_as_it_is_repeated() {
        let bytes = |name: &str, args: &[Value]| cost(name, args, 1_000).bytes;
        let long = Value::string("q".repeat(900));
        let pattern = |verbs: usize| Value::string("%[1]s".repeat(verbs));
        assert!(bytes("format", &[pattern(1_000), long.clone()]) > 900_000);
        assert!(bytes("format", &[pattern(1), long.clone()]) < 2_000);
        let rows = Value::array((0..100).map(Value::int).collect());
        assert!(bytes("formatlist", &[Value::string("%s%d"), long, rows]) > 90_000);
    }

    #[test]
    fn patterns_and_letters_are_paid_for() {
        let steps = |name: &str, args: &[&str]| {
            let args: Vec<Value> = args.iter().map(|text| Value::string(*text)).collect();
            cost(name, &args, 1_000).steps
        };
        assert!(steps("regex", &["^[a-z0-9-]{3,24}$", "abc"]) < 500);
        assert!(steps("regex", &["(?i)[\\pL\\pN]{8}x", "abc"]) > 10_000);
        assert!(steps("replace", &["abc", "/(?i)(\\pL|\\pS|\\pP){20}x/", "$1"]) > 10_000);
        assert!(steps("replace", &["abc", "(\\pL){20}", "$1"]) < 100);
        let text = "a".repeat(64_000);
        assert!(steps("strrev", &[&text]) > 10 * steps("upper", &[&text]));
        assert_eq!(steps("fileset", &[".", "**/*.yaml"]), steps("fileset", &[".", "**/*.json"]));
        assert!(steps("fileset", &[".", "**/*a*a*a*a*a*a*a*ab"]) > 3 * steps("fileset", &[".", "**/*.yaml"]));
    }
}
