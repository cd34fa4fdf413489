//! Conversion from YAML text to values, as far as its meaning is the same in every version of YAML.

use std::sync::Arc;

use cmklint_graph::{Entry, Kind, Number, Object, Value};
use cmklint_source::{FileId, Span};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle};

/// The longest text that is read: the documented limit of `loadYamlContent`, in bytes.
const MAX_TEXT: usize = 1_048_576;
/// Places are kept of the first values only.
const MAX_PLACES: usize = 20_000;
/// The deepest nesting.
const MAX_DEPTH: usize = 64;
/// The most values that a text may make; those of aliases are counted each time.
const MAX_VALUES: usize = 200_000;

/// A list or a mapping that is being read.
enum Open {
    List(Vec<Value>),
    Mapping(Object, Option<Arc<str>>),
}

struct YamlBuilder {
    /// What is being read, with the number of its anchor (0 for none) and the number of values in it so far.
    open: Vec<(Open, usize, usize)>,
    /// Anchored values, and the number of values in each.
    anchors: FxHashMap<usize, (Value, usize)>,
    made: usize,
    root: Option<Value>,
}

/// The value of the YAML `text`, each part written where it is in `file`; `None` where it is not YAML, is too large or too deep, holds more than one
/// document, or uses something that readers of YAML interpret differently: tags, merge keys, keys that are not text, names that come twice, numbers that are
/// not plain decimals.
pub(crate) fn parse_in(text: &str, file: Option<FileId>) -> Option<Value> {
    if text.len() > MAX_TEXT {
        return None;
    }
    // The reader counts characters.
    let offsets: Vec<usize> =
        if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() };
    let offset = |at: usize| offsets.get(at).copied().unwrap_or(at).min(text.len());
    let mut left = MAX_PLACES;
    let mut reader = YamlBuilder { open: Vec::new(), anchors: FxHashMap::default(), made: 0, root: None };
    for event in Parser::new_from_str(text) {
        let (event, place) = event.ok()?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let mut value = match tag {
                    Some(_) => return None,
                    None => scalar(&text, style)?,
                };
                if let Some(file) = file.filter(|_| left > 0) {
                    left -= 1;
                    value = value.written_at(Span::new(file, offset(place.start.index()), offset(place.end.index())));
                }
                reader.made(value, 1, anchor)?;
            }
            Event::SequenceStart(anchor, tag) if tag.is_none() => reader.start(Open::List(Vec::new()), anchor)?,
            Event::MappingStart(anchor, tag) if tag.is_none() => {
                reader.start(Open::Mapping(Object::default(), None), anchor)?;
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => return None,
            Event::SequenceEnd | Event::MappingEnd => {
                let (open, anchor, size) = reader.open.pop()?;
                let value = match open {
                    Open::List(items) => Value::array(items),
                    Open::Mapping(object, None) => Value::object(object),
                    Open::Mapping(_, Some(_)) => return None,
                };
                reader.made(value, size + 1, anchor)?;
            }
            Event::Alias(anchor) => {
                let (value, size) = reader.anchors.get(&anchor)?.clone();
                reader.made(value, size, 0)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }
    reader.open.is_empty().then_some(reader.root)?
}

impl YamlBuilder {
    fn start(&mut self, open: Open, anchor: usize) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        self.open.push((open, anchor, 0));
        Some(())
    }

    /// Adds a value that holds `size` values.
    fn made(&mut self, value: Value, size: usize, anchor: usize) -> Option<()> {
        self.made += size;
        if self.made > MAX_VALUES {
            return None;
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        let Some((open, _, held)) = self.open.last_mut() else {
            return self.root.replace(value).is_none().then_some(());
        };
        *held += size;
        match open {
            Open::List(items) => items.push(value),
            Open::Mapping(object, key) => match key.take() {
                Some(name) => {
                    object.entries.insert(name, Entry { key_span: None, value });
                }
                None => {
                    let Kind::String(name) = value.kind else { return None };
                    if &*name == "<<" || object.get(&name).is_some() {
                        return None;
                    }
                    *key = Some(name);
                }
            },
        }
        Some(())
    }
}

/// A scalar by the core schema.
fn scalar(text: &str, style: ScalarStyle) -> Option<Value> {
    if style != ScalarStyle::Plain {
        return Some(Value::string(text));
    }
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(),
        "true" | "True" | "TRUE" => Value::bool(true),
        "false" | "False" | "FALSE" => Value::bool(false),
        _ if starts_a_number(text) => return number(text),
        _ => Value::string(text),
    })
}

fn starts_a_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']).trim_start_matches('.');
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | 'e' | 'E' | '+' | '-');
    let special = digits.eq_ignore_ascii_case("inf") || digits.eq_ignore_ascii_case("nan");
    let based = digits.starts_with("0x") || digits.starts_with("0o") || digits.starts_with("0b");
    special || based || digits.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(numeric)
}

/// A plain decimal number; texts of digits and dots such as `1.2.3` and dates are text.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if plain(whole) && plain(fraction) {
        if whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        return match text.parse() {
            Ok(int) => Some(Value::int(int)),
            Err(_) => Some(Value::new(Kind::Number(Number::from_f64(text.parse().ok()?)?))),
        };
    }
    let is_text = |separator: char| digits.split(separator).count() > 2 && digits.split(separator).all(plain);
    (is_text('.') || is_text('-')).then(|| Value::string(text))
}
