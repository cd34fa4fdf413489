//! One row: whether it is kept, and which part of it.

use std::borrow::Cow;
use std::hash::Hasher as _;

use cmklint_graph::RESOURCE_GROUPS;
use serde::Deserialize;
use serde::de::{DeserializeSeed as _, Deserializer};
use serde_json::value::RawValue;

use crate::keep::{Keep, MemberName, name};
use crate::kinds::{KeptKind, kinds};
use crate::scan::At;

/// The kept part of a row.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The id, and after it the members as JSON.
    text: Box<str>,
    split: u32,
    pub(crate) at: At,
    /// The bytes before the id in its line.
    pub(crate) column: u32,
    /// The index of its file.
    pub(crate) file: u16,
    /// The index in [`kinds`].
    kind: u16,
}

impl Kept {
    /// The id, as written.
    pub(crate) fn id(&self) -> &str {
        self.text.get(..self.split as usize).unwrap_or("")
    }

    /// The kept members: an object in JSON. A value with a wrong type is `{}` for a scalar and `0` for anything else.
    pub(crate) fn members(&self) -> &str {
        self.text.get(self.split as usize..).unwrap_or("{}")
    }

    pub(crate) fn kind(&self) -> Option<&'static KeptKind> {
        kinds().get(usize::from(self.kind))
    }

    /// Its size in bytes.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + size_of::<Self>()
    }
}

/// The result of reading a row.
#[derive(Debug)]
pub(crate) enum Row {
    Kept(Kept),
    /// It is of a type that no rule uses.
    Other,
    /// It can't be used; why.
    Broken(String),
    /// It is kept, and some of its properties, which have a wrong type, are not known.
    Odd(Kept, String),
}

#[derive(Deserialize)]
struct Columns<'r> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'r RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    location: Option<&'r RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    properties: Option<&'r RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    sku: Option<&'r RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    identity: Option<&'r RawValue>,
    #[serde(borrow, default, rename = "managedBy", deserialize_with = "present")]
    managed_by: Option<&'r RawValue>,
}

fn present<'r, D: Deserializer<'r>>(deserializer: D) -> Result<Option<&'r RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'r> Columns<'r> {
    fn get(&self, name: &str) -> Option<&'r RawValue> {
        match name {
            "properties" => self.properties,
            "sku" => self.sku,
            "identity" => self.identity,
            "managedBy" => self.managed_by,
            _ => None,
        }
    }
}

/// Reads the row `text`, which begins at `at` and has `column` bytes before it in its line.
pub(crate) fn read(text: &[u8], at: At, column: u32, file: u16) -> Row {
    let Ok(text) = std::str::from_utf8(text) else { return Row::Broken("the row is not UTF-8".to_owned()) };
    let columns: Columns<'_> = match serde_json::from_str(text) {
        Ok(columns) => columns,
        Err(error) => return Row::Broken(format!("the row is no JSON: {}", without_place(&error))),
    };
    let Some(raw) = columns.id else { return Row::Broken("the row has no id".to_owned()) };
    let Some(id) = string(raw) else { return Row::Broken(format!("the row's id is {}, not a string", type_of(raw))) };
    let Some(parsed) = Id::parse(&id) else {
        return Row::Broken(format!("the row's id is not a resource id: '{}'", shorten(&id)));
    };
    let folded = parsed.kind.to_ascii_lowercase();
    let Some(kind) = kinds().iter().position(|k| k.folded == folded) else { return Row::Other };
    let (Some(known), Ok(number)) = (kinds().get(kind), u16::try_from(kind)) else { return Row::Other };
    if let Some(location) = columns.location.filter(|l| string(l).is_none() && l.get() != "null") {
        return Row::Broken(format!("the row's location is {}, not a string", type_of(location)));
    }
    if let Some(properties) = columns.properties.filter(|p| !p.get().starts_with('{') && p.get() != "null") {
        return Row::Broken(format!("the row's properties are {}, not an object", type_of(properties)));
    }
    let mut out = String::with_capacity(id.len() + 128);
    out.push_str(&id);
    let split = out.len();
    let mut odd = Vec::new();
    out.push('{');
    if let Some(location) = columns.location {
        out.push_str("\"location\":");
        out.push_str(location.get());
    }
    for member in &known.members {
        let Some(raw) = columns.get(&member.name) else { continue };
        if &*member.name == "properties" && raw.get() == "null" {
            continue;
        }
        if !out.ends_with('{') {
            out.push(',');
        }
        name(&member.name, &mut out);
        let mut path = member.name.to_string();
        let keep = Keep { node: member, in_list: false, out: &mut out, path: &mut path, odd: &mut odd };
        let read = keep.deserialize(&mut serde_json::Deserializer::from_str(raw.get()));
        if let Err(error) = read {
            return Row::Broken(format!("the row is no JSON: {}", without_place(&error)));
        }
    }
    out.push('}');
    // The id's offset in the row. Both are parts of one text.
    let offset = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let newlines = memchr::memchr_iter(b'\n', before).count();
    let column = match memchr::memrchr(b'\n', before) {
        Some(newline) => offset - newline - 1,
        None => column as usize + offset,
    };
    let kept = Kept {
        text: out.into_boxed_str(),
        split: u32::try_from(split).unwrap_or(u32::MAX),
        at: At { line: at.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX)), ..at },
        column: u32::try_from(column).unwrap_or(u32::MAX),
        file,
        kind: number,
    };
    if odd.is_empty() { Row::Kept(kept) } else { Row::Odd(kept, format!("{}; taken as not known", odd.join(", "))) }
}

/// A parsed resource id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id<'i> {
    pub(crate) subscription: &'i str,
    /// Null for a resource group itself.
    pub(crate) group: Option<&'i str>,
    /// As written.
    pub(crate) kind: Cow<'i, str>,
    pub(crate) names: Vec<&'i str>,
}

impl<'i> Id<'i> {
    /// The parts of the id of a resource, or of a resource group; `None` for other text.
    pub(crate) fn parse(id: &'i str) -> Option<Self> {
        let mut segments = id.strip_prefix('/')?.trim_end_matches('/').split('/');
        let mut keyword =
            |word: &str| segments.next().filter(|s| s.eq_ignore_ascii_case(word)).and_then(|_| segments.next());
        let subscription = keyword("subscriptions")?;
        let group = keyword("resourceGroups")?;
        let Some(namespace) = keyword("providers") else {
            let whole = id.matches('/').count() == 4;
            let kind = Cow::Borrowed(RESOURCE_GROUPS);
            return whole.then(|| Self { subscription, group: None, kind, names: vec![group] });
        };
        let mut kind = namespace.to_owned();
        let mut names = Vec::new();
        while let Some(segment) = segments.next() {
            kind.push('/');
            kind.push_str(segment);
            names.push(segments.next()?);
        }
        let full = !names.is_empty() && ![subscription, group].contains(&"") && names.iter().all(|n| !n.is_empty());
        full.then_some(Self { subscription, group: Some(group), kind: Cow::Owned(kind), names })
    }
}

/// A hash that ids share that differ only in case, and in practice no others.
pub(crate) fn hash(id: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    for byte in id.bytes() {
        hasher.write_u8(byte.to_ascii_lowercase());
    }
    hasher.finish()
}

fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    if !raw.get().starts_with('"') {
        return None;
    }
    serde_json::from_str::<MemberName<'_>>(raw.get()).ok().map(|key| key.0)
}

fn type_of(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a truth value",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(80).chain(['…']).collect() }
}

/// The error's text without its line and column, which are relative to the row.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
