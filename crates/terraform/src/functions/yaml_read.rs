//! YAML as Terraform reads it. <https://developer.hashicorp.com/terraform/language/functions/yamldecode>

use cmklint_graph::{Entry, Form, Kind, Object, Value};
use cmklint_source::{FileId, Span};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::list::tuple;
use super::yaml_scalar::{name, resolve, tagged};
use super::{Made, Stop};

/// Values nested deeper than this are not read.
const MAX_DEPTH: usize = 64;

/// A text makes at most so many values for each of its bytes; those of aliases count each time.
pub(super) const VALUES_FOR_BYTE: usize = 4;

/// The key whose mapping's members are merged into the mapping around it.
const MERGE: &str = "<<";

/// A collection that is being read.
enum Open {
    List(Vec<Value>),
    Map(Object, Key),
}

/// The key that was read before its value.
enum Key {
    None,
    Merge,
    Named(Value),
}

/// A collection that is being read, its anchor (0 for none), and the number of values in it so far.
struct Level {
    open: Open,
    anchor: usize,
    size: usize,
}

struct YamlReader {
    levels: Vec<Level>,
    /// What has an anchor, and the number of values in it.
    anchors: FxHashMap<usize, (Value, usize)>,
    /// So many more values may be made.
    left: usize,
    whole: Option<Value>,
    documents: usize,
}

/// The value of the YAML `text`. Each scalar is written where it is in `file`, where that is given, whose text it is; of a file of very many values, the first
/// ones. What Terraform refuses is not known, and neither are tags of other schemas and the text of aliases upon aliases.
pub(super) fn decode_in(text: &str, file: Option<FileId>) -> Made {
    // Terraform's reader knows one version only.
    if text.lines().any(|line| line.starts_with("%YAML") && line.trim_end() != "%YAML 1.1") {
        return Err(Stop::Unknown);
    }
    // The reader counts characters.
    let offsets: Vec<usize> =
        if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() };
    let offset = |at: usize| offsets.get(at).copied().unwrap_or(at).min(text.len());
    let mut places = super::json::MAX_PLACES;
    let mut reader = YamlReader {
        levels: Vec::new(),
        anchors: FxHashMap::default(),
        left: text.len().saturating_mul(VALUES_FOR_BYTE).saturating_add(1),
        whole: None,
        documents: 0,
    };
    for event in Parser::new_from_str(text) {
        // A text that this reader refuses may be valid for the other.
        let (event, place) = event.map_err(|_| Stop::Unknown)?;
        match event {
            Event::DocumentStart(_) => reader.documents += 1,
            Event::Scalar(text, style, anchor, tag) => {
                let key = reader.takes_key();
                if key && anchor > 0 {
                    return Err(Stop::Unknown);
                }
                if key && tag.is_none() && &*text == MERGE {
                    reader.merge();
                    continue;
                }
                reader.pay(1)?;
                let mut value = scalar(&text, style, tag.as_deref())?;
                if let Some(file) = file.filter(|_| places > 0) {
                    places -= 1;
                    value = value.written_at(Span::new(file, offset(place.start.index()), offset(place.end.index())));
                }
                reader.made(value, 1, anchor)?;
            }
            Event::SequenceStart(anchor, tag) if is_plain(tag.as_deref(), "seq") => {
                reader.start(Open::List(Vec::new()), anchor)?;
            }
            Event::MappingStart(anchor, tag) if is_plain(tag.as_deref(), "map") => {
                let object = Object { form: Form::Structure, ..Object::default() };
                reader.start(Open::Map(object, Key::None), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                reader.pay(1)?;
                let level = reader.levels.pop().ok_or(Stop::Unknown)?;
                let value = match level.open {
                    Open::List(items) => tuple(items),
                    Open::Map(object, Key::None) => Value::object(object),
                    Open::Map(..) => return Err(Stop::Unknown),
                };
                reader.made(value, level.size + 1, level.anchor)?;
            }
            Event::Alias(anchor) if !reader.takes_key() => {
                let (value, size) = reader.anchors.get(&anchor).cloned().ok_or(Stop::Unknown)?;
                reader.pay(size)?;
                reader.made(value, size, 0)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            _ => return Err(Stop::Unknown),
        }
    }
    match (reader.whole, reader.documents) {
        (Some(whole), 1) => Ok(whole),
        _ => Err(Stop::Unknown),
    }
}

impl YamlReader {
    /// Whether the next value is the key of a mapping.
    fn takes_key(&self) -> bool {
        matches!(self.levels.last(), Some(Level { open: Open::Map(_, Key::None), .. }))
    }

    fn merge(&mut self) {
        if let Some(Level { open: Open::Map(_, key), .. }) = self.levels.last_mut() {
            *key = Key::Merge;
        }
    }

    fn start(&mut self, open: Open, anchor: usize) -> Result<(), Stop> {
        if self.levels.len() >= MAX_DEPTH {
            return Err(Stop::Unknown);
        }
        self.levels.push(Level { open, anchor, size: 0 });
        Ok(())
    }

    /// Pays for `count` more values.
    fn pay(&mut self, count: usize) -> Result<(), Stop> {
        self.left = self.left.checked_sub(count).ok_or(Stop::Unknown)?;
        Ok(())
    }

    /// Adds a value that holds `size` values, which are paid for.
    fn made(&mut self, value: Value, size: usize, anchor: usize) -> Result<(), Stop> {
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        let Some(level) = self.levels.last_mut() else {
            self.whole = Some(value);
            return Ok(());
        };
        level.size = level.size.saturating_add(size);
        let (object, key) = match &mut level.open {
            Open::List(items) => {
                items.push(value);
                return Ok(());
            }
            Open::Map(object, key) => (object, key),
        };
        // Of several members of one name the last one counts, also where it is a merged one.
        match std::mem::replace(key, Key::None) {
            Key::None => *key = Key::Named(value),
            Key::Named(named) => {
                object.entries.insert(name(&named)?, Entry { key_span: None, value });
            }
            Key::Merge => {
                let Kind::Object(merged) = &value.kind else { return Err(Stop::Unknown) };
                let entries = merged.entries.iter().map(|(name, entry)| (name.clone(), entry.clone()));
                object.entries.extend(entries);
            }
        }
        Ok(())
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Made {
    match (tag, style) {
        (None, ScalarStyle::Plain) => resolve(text),
        (None, _) => Ok(Value::string(super::composed_text(text))),
        (Some(tag), style) if tag.is_yaml_core_schema() => tagged(text, style == ScalarStyle::Plain, &tag.suffix),
        (Some(_), _) => Err(Stop::Unknown),
    }
}

/// Whether the tag of a collection says what it is without one.
fn is_plain(tag: Option<&Tag>, kind: &str) -> bool {
    tag.is_none_or(|tag| tag.is_yaml_core_schema() && tag.suffix == kind)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn aliases_upon_aliases_make_no_more_than_was_paid_for() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for at in 1..40 {
            let _ = writeln!(text, "a{at}: &a{at} [{}]", vec![format!("*a{}", at - 1); 10].join(", "));
        }
        assert!(matches!(decode_in(&text, None), Err(Stop::Unknown)));
        let merged: String = (1..40).map(|at| format!("a{at}: &a{at} {{<<: *a{}, x{at}: 1}}\n", at - 1)).collect();
        let few = decode_in(&format!("a0: &a0 {{x0: 1}}\n{merged}"), None).unwrap_or_else(|_| Value::null());
        assert_eq!(few.as_object().map(|object| object.entries.len()), Some(40));
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(matches!(decode_in(&deep, None), Err(Stop::Unknown)));
    }
}
