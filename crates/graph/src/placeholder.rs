//! Placeholders: text that a tool replaces before a deployment (`#{Location}#`, `${AZURE_LOCATION}`, `<subscription-id>`), or a person is to
//! (`xxxxxxxx-xxxx-…`, the nil GUID). It is not the value that Azure gets, so it is a symbol: one for each text, equal to itself and to no known value.
//!
//! Where they come from: azd (`${X}`, `${X=default}`), Azure Pipelines (`$(x)`, `$[…]`, `${{ … }}`), Octopus and "replace tokens" (`#{x}`, `#{x}#`, `__x__`),
//! mustache and Jinja (`{{ x }}`), shells of Windows (`%X%`), older token tools (`@@x@@`, `##x##`), ResourceModules and AVM (`<<x>>`, `#_x_#`, `[[x]]`), the
//! quickstart templates (`GEN-UNIQUE`), and documentation (`<x>`, `{x}`, `[x]`, `your-…`). GUIDs such as `11111111-1111-…` are not placeholders: examples use
//! them for different subscriptions.

use std::sync::Arc;

use crate::trail::Trail;
use crate::value::{Array, Entry, Kind, Object, Symbol, SymbolOrigin, TextPart, Value, any_changed};

/// A longer text is a document, a script or the like.
const MAX_TEXT: usize = 2048;
/// A longer text between delimiters is not a name.
const MAX_NAME: usize = 80;
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// What may be between the delimiters of a token.
#[derive(Clone, Copy)]
enum Inside {
    /// The name of a variable: letters, digits, `_`, `.`, `-`.
    Name,
    /// The same in words: spaces too.
    Words,
    /// A name, and perhaps its default: `X`, `X=westeurope`, `X:-westeurope`.
    Variable,
    /// An expression: anything on one line.
    Expression,
}

/// How tokens begin and end. Where one begins like another, the longer one is first.
const DELIMITERS: [(&str, &str, Inside); 18] = [
    ("${{", "}}", Inside::Expression),
    ("${", "}", Inside::Variable),
    ("$(", ")", Inside::Name),
    ("$[", "]", Inside::Expression),
    ("#{", "}#", Inside::Expression),
    ("#{", "}", Inside::Expression),
    ("#_", "_#", Inside::Name),
    ("{{", "}}", Inside::Expression),
    ("<<", ">>", Inside::Words),
    ("[[", "]]", Inside::Words),
    ("<", ">", Inside::Words),
    ("@{", "}", Inside::Name),
    ("{", "}", Inside::Name),
    ("__", "__", Inside::Name),
    ("@@", "@@", Inside::Name),
    ("##", "##", Inside::Name),
    ("%", "%", Inside::Name),
    ("[", "]", Inside::Words),
];

/// The characters that delimiters begin with, all of them ASCII: most texts have none.
const OPENING: [char; 8] = ['$', '#', '{', '<', '[', '@', '_', '%'];

/// Whether `text` is a placeholder, or holds one.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    changed(&Value::string(text)).is_some()
}

/// `value` with a symbol for each placeholder in its texts, at any depth.
#[must_use]
pub fn without_placeholders(value: &Value) -> Value {
    changed(value).unwrap_or_else(|| value.clone())
}

/// The text that `symbol` is the placeholder of.
pub(crate) fn text_of(symbol: &Symbol) -> Option<&str> {
    if let SymbolOrigin::Placeholder(token) = symbol.origin() { Some(token) } else { None }
}

/// The value without placeholders, where it has any.
pub(crate) fn changed(value: &Value) -> Option<Value> {
    let kind = match &value.kind {
        Kind::String(text) => of_text(text, &value.trail)?,
        Kind::Template(parts) => of_parts(parts, &value.trail)?,
        Kind::Array(array) => {
            let items = any_changed(array.items.iter(), &mut changed)?;
            Kind::Array(Arc::new(Array { items, form: array.form, rest: array.rest.clone() }))
        }
        Kind::Object(object) => {
            let values = any_changed(object.entries.values().map(|entry| &entry.value), &mut changed)?;
            let entries = object.entries.iter().zip(values);
            let entries =
                entries.map(|((name, entry), value)| (Arc::clone(name), Entry { key_span: entry.key_span, value }));
            Kind::Object(Arc::new(Object { entries: entries.collect(), form: object.form, rest: object.rest.clone() }))
        }
        Kind::Choice(choice) => {
            let arms = any_changed([&choice.then, &choice.otherwise].into_iter(), &mut changed)?;
            let [then, otherwise]: [Value; 2] = arms.try_into().ok()?;
            let made = Value::choice(choice.atom.clone(), then, otherwise);
            return Some(Value { kind: made.kind, trail: value.trail.after(&made.trail) });
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Ref(_) | Kind::Symbol(_) => return None,
    };
    Some(Value { kind, trail: value.trail.clone() })
}

fn of_text(text: &str, trail: &Trail) -> Option<Kind> {
    let mut pieces = pieces(text)?;
    if let [PlaceholderPart::Token(token)] = pieces.as_slice() {
        return Some(Kind::Symbol(symbol(token)));
    }
    Some(Kind::Template(pieces.drain(..).map(|piece| piece.part(trail)).collect()))
}

fn of_parts(parts: &[TextPart], trail: &Trail) -> Option<Kind> {
    let mut out: Vec<TextPart> = Vec::new();
    let mut any = false;
    for part in parts {
        match part {
            TextPart::Text(text) => match pieces(text) {
                Some(pieces) => {
                    any = true;
                    out.extend(pieces.into_iter().map(|piece| piece.part(trail)));
                }
                None => out.push(part.clone()),
            },
            TextPart::Value(_) => out.push(part.clone()),
        }
    }
    any.then(|| Kind::Template(out.into()))
}

/// The symbol of a token. azd's `${X=default}` is the symbol of `${X}`, with its default in the label.
fn symbol(token: &str) -> Symbol {
    let inner = token.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some((name, Some(default))) = inner.filter(|inner| !inner.starts_with('{')).map(variable) {
        let variable = format!("${{{name}}}");
        return Symbol::placeholder(&variable, format!("placeholder {variable} (default '{default}')"));
    }
    Symbol::placeholder(token, format!("placeholder {token}"))
}

/// The name and the default of `X`, `X=westeurope` (azd) or `X:-westeurope` (envsubst and shells).
fn variable(inner: &str) -> (&str, Option<&str>) {
    match inner.split_once(":-").or_else(|| inner.split_once('=')) {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum PlaceholderPart<'a> {
    Text(&'a str),
    Token(&'a str),
}

impl PlaceholderPart<'_> {
    fn part(self, trail: &Trail) -> TextPart {
        match self {
            Self::Text(text) => TextPart::Text(text.into()),
            Self::Token(token) => TextPart::Value(Value { kind: Kind::Symbol(symbol(token)), trail: trail.clone() }),
        }
    }
}

/// The text in pieces, where one is a token and the others are what names, ids and URLs are made of: no script, no document.
fn pieces(text: &str) -> Option<Vec<PlaceholderPart<'_>>> {
    if text.len() > MAX_TEXT || !(text.contains(OPENING) || text.split(is_no_word).any(is_placeholder_word)) {
        return None;
    }
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(skipped) = text.get(at..)?.find(OPENING) {
        at += skipped;
        let Some(length) = delimited(text.get(at..)?) else {
            at += 1;
            continue;
        };
        words(text.get(start..at)?, &mut out);
        out.push(PlaceholderPart::Token(text.get(at..at + length)?));
        at += length;
        start = at;
    }
    words(text.get(start..)?, &mut out);
    let is_plain = |c: char| !c.is_whitespace() && !"\"'`<>;|\\{}".contains(c);
    let whole = out.iter().all(|piece| match piece {
        PlaceholderPart::Text(text) => text.chars().all(is_plain),
        PlaceholderPart::Token(_) => true,
    });
    (whole && out.iter().any(|piece| matches!(piece, PlaceholderPart::Token(_)))).then_some(out)
}

/// The length of the token that `text` begins with.
fn delimited(text: &str) -> Option<usize> {
    DELIMITERS.iter().find_map(|(open, close, inside)| {
        let rest = text.strip_prefix(open)?;
        let length = rest.find(close).filter(|length| (1..=MAX_NAME).contains(length))?;
        let name = rest.get(..length)?.trim();
        let fits = match inside {
            Inside::Name => is_name(name),
            Inside::Words => is_name(&name.replace(' ', "-")),
            Inside::Variable => is_name(variable(name).0),
            Inside::Expression => !name.is_empty() && !name.contains(['\n', '{', '}', '"']),
        };
        fits.then_some(open.len() + length + close.len())
    })
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Adds `text` to `out`, its placeholders that are words without delimiters as tokens.
fn words<'a>(text: &'a str, out: &mut Vec<PlaceholderPart<'a>>) {
    let mut start = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let word = rest.split(is_no_word).next().unwrap_or(rest);
        if word.is_empty() {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        if is_placeholder_word(word) {
            out.extend(text.get(start..at).filter(|text| !text.is_empty()).map(PlaceholderPart::Text));
            out.push(PlaceholderPart::Token(word));
            start = at + word.len();
        }
        at += word.len();
    }
    out.extend(text.get(start..).filter(|text| !text.is_empty()).map(PlaceholderPart::Text));
}

/// Whether `c` ends a word.
fn is_no_word(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Whether a word (letters, digits, `-`, `_`) is what people write in place of a value.
fn is_placeholder_word(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "changeme",
        "change-me",
        "replaceme",
        "replace-me",
        "to-be-replaced",
        "tobereplaced",
        "fill-me",
        "fillme",
        "placeholder",
        "todo",
        "tbd",
        "tbc",
    ];
    const BEGINNINGS: [&str; 4] = ["your-", "enter-your-", "insert-", "replace-with-"];
    let generated = word
        .strip_prefix("GEN-")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'));
    let is_cross = |b: &u8| matches!(b, b'x' | b'X');
    let crossed =
        word.bytes().all(|b| matches!(b, b'x' | b'X' | b'-' | b'_')) && word.bytes().filter(is_cross).count() >= 4;
    generated
        || crossed
        || is_word(word, NIL)
        || WORDS.iter().any(|known| is_word(word, known))
        || BEGINNINGS.iter().any(|start| word.get(..start.len()).is_some_and(|begun| is_word(begun, start)))
}

/// Whether `word` is `known`, in any case of letters, with `_` for `-` too.
fn is_word(word: &str, known: &str) -> bool {
    let plain = |b: u8| if b == b'_' { b'-' } else { b.to_ascii_lowercase() };
    word.len() == known.len() && word.bytes().map(plain).eq(known.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> String {
        without_placeholders(&Value::string(text)).describe()
    }

    #[test]
    fn a_whole_text_that_a_tool_replaces_is_a_symbol() {
        for text in [
            "${AZURE_LOCATION}",
            "#{Location}#",
            "#{Location}",
            "__LOCATION__",
            "$(location)",
            "$(group.location)",
            "{{ location }}",
            "${{ parameters.location }}",
            "$[variables.location]",
            "<location>",
            "<your location>",
            "<<location>>",
            "#_location_#",
            "[[location]]",
            "{location}",
            "@{location}",
            "[location]",
            "%LOCATION%",
            "@@location@@",
            "##location##",
            "placeholder",
            "ToBeReplaced",
            "GEN-UNIQUE",
            "GEN-UNIQUE-8",
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "XXXX",
            NIL,
            "changeme",
            "REPLACE_ME",
            "your-subscription-id",
            "TBD",
        ] {
            assert_eq!(label(text), format!("placeholder {text}"));
        }
    }

    #[test]
    fn text_that_is_a_value_stays() {
        for text in [
            "westeurope",
            "vm-xxxx-1x",
            "11111111-1111-1111-1111-111111111111",
            "xxx",
            "bash -c \"echo ${HOME}\"",
            "echo $(date); ls",
            "<a>text</a>",
            "a\n${B}",
            "{\"a\": 1}",
            "a__b",
            "${not a template}",
            "my-vault",
            "gen-unique",
            "",
            "$",
            "${}",
            "#{",
            "<>",
            "a <= b",
            "a%20b%20c",
            "100%",
            "disk[0]",
            "me@@you",
            "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef",
            "ünïcode",
        ] {
            assert_eq!(without_placeholders(&Value::string(text)).as_str(), Some(text));
        }
    }

    #[test]
    fn placeholders_inside_text_are_its_symbolic_parts() {
        assert_eq!(
            label("/subscriptions/#{sub}#/resourceGroups/rg-${ENV}/providers/x"),
            "'/subscriptions/${placeholder #{sub}#}/resourceGroups/rg-${placeholder ${ENV}}/providers/x'"
        );
        assert_eq!(
            label("https://xxxx.vault.azure.net/keys/k"),
            "'https://${placeholder xxxx}.vault.azure.net/keys/k'"
        );
    }

    #[test]
    fn equal_placeholders_are_equal_and_a_default_makes_no_other() {
        use crate::{Comparison, Fold, compare};
        let of = |text: &str| without_placeholders(&Value::string(text));
        assert_eq!(compare(&of("${X}"), &of("${X=westeurope}"), Fold::Region), Comparison::Equal);
        assert_eq!(compare(&of("${X:-}"), &of("${X}"), Fold::Region), Comparison::Equal);
        assert_eq!(of("${X=westeurope}").describe(), "placeholder ${X} (default 'westeurope')");
        assert_eq!(compare(&of("${X}"), &of("${Y}"), Fold::Exact), Comparison::Unknown);
        assert_eq!(compare(&of("${X}"), &Value::string("westeurope"), Fold::Region), Comparison::Unknown);
    }

    #[test]
    fn values_inside_lists_and_objects_are_looked_into() {
        let mut object = Object::default();
        object.insert("a", None, Value::array(vec![Value::string("plain"), Value::string("__X__")]));
        let value = without_placeholders(&Value::object(object));
        assert_eq!(value.get("a[0]").as_str(), Some("plain"));
        assert_eq!(value.get("a[1]").describe(), "placeholder __X__");
    }
}
