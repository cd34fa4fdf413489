//! What a function costs, estimated before it is called: steps to read its arguments, bytes for its result.
//!
//! Lists and objects share their parts with the arguments that they come from, so only what a function itself allocates counts.

use cmklint_graph::{Entry, Kind, Number, TextPart, Value};

use super::MAX_TEXT;

/// Bytes of a value in a list, with the trail step for where it is written.
pub(crate) const ITEM: u64 = size_of::<Value>() as u64 + 64;
/// Bytes of a member of an object, with its entry in the index.
pub(crate) const MEMBER: u64 = size_of::<Entry>() as u64 + 96;
/// Bytes of the values that one byte of JSON or YAML makes at most: `[1,1,1,…]` has an item in two bytes.
const PER_BYTE_READ: u64 = ITEM.div_ceil(2);

/// Steps and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) steps: u64,
    pub(crate) bytes: u64,
}

/// An upper bound of what the function `name` (in lower case) costs with `args`, which are of `size` scalars.
pub(crate) fn of(name: &str, args: &[Value], size: usize) -> Cost {
    let read: u64 = args.iter().map(text_bytes).sum();
    let made = match name {
        "union" => read + args.iter().map(|arg| merged_bytes(arg, &mut { size })).sum::<u64>(),
        "shallowmerge" => args.iter().filter_map(Value::as_array).flat_map(|a| &a.items).map(own_bytes).sum(),
        "concat" | "createarray" | "intersection" | "skip" | "take" | "objectkeys" | "items" | "createobject"
        | "array" => read + args.iter().map(own_bytes).sum::<u64>(),
        "flatten" => args.iter().filter_map(Value::as_array).flat_map(|a| &a.items).map(own_bytes).sum(),
        "range" => number(args.get(1)).saturating_mul(ITEM),
        "padleft" => read + number(args.get(1)).min(MAX_TEXT as u64),
        "replace" => replaced(args).unwrap_or(read),
        "format" => formatted(args).unwrap_or(read),
        "join" => joined(args),
        "split" => read + ITEM * args.first().map_or(0, separators),
        // As JSON: a scalar has a few bytes, a name not many more.
        "string" => (size as u64).saturating_mul(32).min(2 * MAX_TEXT as u64),
        "json" => read.saturating_mul(PER_BYTE_READ),
        "uricomponent" => 3 * read,
        "base64"
        | "base64tostring"
        | "base64tojson"
        | "datauri"
        | "datauritostring"
        | "toupper"
        | "tolower"
        | "trim"
        | "substring"
        | "uri"
        | "uricomponenttostring"
        | "resourceid" => 2 * read,
        _ => 0,
    };
    let searched = match name {
        // Each name is looked for among the others, or put in its order.
        "union" | "shallowmerge" | "intersection" | "createobject" | "objectkeys" | "items" => size as u64,
        // A text is folded before it is searched.
        "indexof" | "lastindexof" => read / 8,
        "split" => split_steps(args),
        _ => 0,
    };
    Cost { steps: 1 + size as u64 / 16 + read / 32 + searched, bytes: made }
}

/// The cost of an object that the members of `spread` are put into.
pub(crate) fn of_spread(spread: &[Value]) -> Cost {
    let members = spread.iter().map(members).sum::<u64>();
    Cost { steps: members, bytes: members.saturating_mul(MEMBER) }
}

/// The cost of reading a file of `length` bytes, as text or as the values that it holds.
pub(crate) fn of_file(length: usize, as_values: bool) -> Cost {
    let length = length as u64;
    let bytes = if as_values { length.saturating_mul(PER_BYTE_READ) } else { 2 * length };
    Cost { steps: length / 32, bytes }
}

/// The bytes that `value` itself takes, without those of the parts that it shares.
pub(crate) fn own_bytes(value: &Value) -> u64 {
    match &value.kind {
        Kind::Array(array) => array.items.len() as u64 * ITEM,
        Kind::Object(object) => object.entries.len() as u64 * MEMBER,
        Kind::Choice(choice) => 2 * ITEM + own_bytes(&choice.then) + own_bytes(&choice.otherwise),
        _ => ITEM + text_bytes(value),
    }
}

/// The members of an object; of a choice those of both.
fn members(value: &Value) -> u64 {
    match &value.kind {
        Kind::Object(object) => object.entries.len() as u64,
        Kind::Choice(choice) => members(&choice.then) + members(&choice.otherwise),
        _ => 0,
    }
}

/// The bytes that `value` takes where it is merged with others at each depth: `left` members of the objects in it are looked at.
fn merged_bytes(value: &Value, left: &mut usize) -> u64 {
    let Kind::Object(object) = &value.kind else { return own_bytes(value) };
    let mut bytes = own_bytes(value);
    for entry in object.entries.values().filter(|entry| matches!(entry.value.kind, Kind::Object(_))) {
        let Some(rest) = left.checked_sub(1) else { break };
        *left = rest;
        bytes += merged_bytes(&entry.value, left);
    }
    bytes
}

/// What it costs to look for several separators at each place of a text.
fn split_steps(args: &[Value]) -> u64 {
    let [text, delimiters] = args else { return 0 };
    let Kind::Array(delimiters) = &delimiters.kind else { return 0 };
    let compared: u64 = delimiters.items.iter().map(|one| 1 + text_bytes(one) / 16).sum();
    text_bytes(text).saturating_mul(compared) / 16
}

/// The bytes of text in `value`; none where it is no text.
fn text_bytes(value: &Value) -> u64 {
    match &value.kind {
        Kind::String(text) => text.len() as u64,
        Kind::Template(parts) => parts.iter().map(part_bytes).sum(),
        Kind::Choice(choice) => text_bytes(&choice.then) + text_bytes(&choice.otherwise),
        _ => 0,
    }
}

fn part_bytes(part: &TextPart) -> u64 {
    match part {
        TextPart::Text(text) => text.len() as u64,
        TextPart::Value(_) => ITEM,
    }
}

fn number(value: Option<&Value>) -> u64 {
    match value.map(|value| &value.kind) {
        Some(Kind::Number(Number::Int(number))) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// The length of the text with each `old` replaced by `new`.
fn replaced(args: &[Value]) -> Option<u64> {
    let [text, old, new] = args else { return None };
    let (text, old) = (text.as_str()?, old.as_str()?);
    let count = if old.is_empty() { 0 } else { text.matches(old).count() };
    Some(text.len() as u64 + (count as u64).saturating_mul(text_bytes(new)))
}

/// As if each placeholder were filled with all the arguments.
fn formatted(args: &[Value]) -> Option<u64> {
    let (format, rest) = args.split_first()?;
    let format = format.as_str()?;
    let placeholders = format.bytes().filter(|byte| *byte == b'{').count() as u64;
    let filled: u64 = rest.iter().map(|arg| 32 + text_bytes(arg)).sum();
    Some(format.len() as u64 + placeholders.saturating_mul(filled).min(2 * MAX_TEXT as u64))
}

fn joined(args: &[Value]) -> u64 {
    let Some(items) = args.first().and_then(Value::as_array).map(|array| &array.items) else { return 0 };
    let separator = args.get(1).map_or(0, text_bytes);
    items.iter().map(|item| text_bytes(item).saturating_add(separator)).sum::<u64>().min(2 * MAX_TEXT as u64)
}

/// The most pieces that a text can be split into, whatever the separator.
fn separators(text: &Value) -> u64 {
    let punctuation = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count() as u64;
    match &text.kind {
        Kind::String(text) => 1 + punctuation(text),
        _ => 1 + text_bytes(text),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cmklint_graph::Object;

    use super::*;

    fn bytes(name: &str, args: &[Value]) -> u64 {
        of(name, args, 1).bytes
    }

    #[test]
    fn what_is_made_is_reported_before() {
        let (text, list) = (Value::string("x".repeat(100)), Value::array(vec![Value::int(1); 10]));
        assert!(bytes("padLeft".to_lowercase().as_str(), &[text.clone(), Value::int(9_000)]) >= 9_000);
        assert!(bytes("replace", &[text.clone(), Value::string("x"), text.clone()]) >= 10_000);
        assert!(bytes("format", &[Value::string("{0}{0}{0}"), text.clone()]) >= 300);
        assert!(bytes("join", &[Value::array(vec![text.clone(); 10]), text.clone()]) >= 1_900);
        assert!(bytes("range", &[Value::int(0), Value::int(10)]) >= 10 * ITEM);
        assert!(bytes("concat", &[list.clone(), list.clone()]) >= 20 * ITEM);
        assert!(bytes("flatten", &[Value::array(vec![list.clone(), list])]) >= 20 * ITEM);
        assert!(bytes("json", &[Value::string("[1,1]")]) >= 2 * ITEM);
        assert!(bytes("split", &[Value::string("a,b,c"), Value::string(",")]) >= 3 * ITEM);
        assert_eq!(bytes("length", &[text]), 0);
    }

    #[test]
    fn what_is_merged_is_paid_at_each_depth() {
        let object = |value: &Value| {
            let entry = |at: i32| (Arc::from(format!("k{at}")), Entry { key_span: None, value: value.clone() });
            Value::object(Object { entries: (0..10).map(entry).collect(), ..Object::default() })
        };
        let (flat, deep) = (object(&Value::int(1)), object(&object(&Value::int(1))));
        assert!(of("union", &[deep.clone(), flat.clone()], 120).bytes >= 120 * MEMBER);
        assert!(of("union", &[flat.clone(), flat.clone()], 20).steps >= 20);
        assert!(of_spread(&[flat.clone(), deep]).bytes >= 20 * MEMBER);
        assert!(bytes("shallowmerge", &[Value::array(vec![flat.clone(), flat])]) >= 20 * MEMBER);
        let separators = Value::array(vec![Value::string("x".repeat(160)); 10]);
        assert!(of("split", &[Value::string("x".repeat(1_600)), separators], 11).steps >= 10_000);
    }

    #[test]
    fn numbers_of_the_input_do_not_overflow() {
        assert_eq!(bytes("range", &[Value::int(0), Value::int(i64::MAX)]), u64::MAX);
        assert_eq!(bytes("range", &[Value::int(0), Value::int(-1)]), 0);
        assert!(bytes("padleft", &[Value::string("x"), Value::int(i64::MAX)]) <= 2 * MAX_TEXT as u64);
    }
}
