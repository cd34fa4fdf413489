//! Parts of a file's JSON, parsed when they are needed: most of a plan is never parsed.

use std::borrow::Cow;
use std::sync::Arc;

use cmklint_graph::{Kind, Number, Object, Symbol, Value};
use cmklint_source::{Diagnostic, SourceFile, Span};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Nested values are read to this depth; each level is scanned once more, so this keeps reading linear.
pub(crate) const MAX_DEPTH: usize = 64;

/// A part of the file's text that is a whole JSON value.
pub(crate) type Raw<'t> = &'t RawValue;

/// The file, and the errors in it.
pub(super) struct DocumentReader<'t> {
    pub(super) file: &'t SourceFile,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'t> DocumentReader<'t> {
    pub(super) fn new(file: &'t SourceFile) -> Self {
        Self { file, diagnostics: Vec::new() }
    }

    /// `raw` as a `T`; where it is not one, the error is reported as one of `what`.
    pub(super) fn read<T: Deserialize<'t>>(&mut self, raw: Raw<'t>, what: &str) -> Option<T> {
        match serde_json::from_str(raw.get()) {
            Ok(value) => Some(value),
            Err(error) => {
                let start = span(raw, self.file).start as usize;
                self.wrong(raw.get(), start, &error, what);
                None
            }
        }
    }

    /// The whole file as a `T`.
    pub(super) fn root<T: Deserialize<'t>>(&mut self, what: &str) -> Option<T> {
        match serde_json::from_str(self.file.text()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(self.file.text(), 0, &error, what);
                None
            }
        }
    }

    fn wrong(&mut self, text: &str, start: usize, error: &serde_json::Error, what: &str) {
        let at = start + offset(text, error.line(), error.column());
        let at = at.min(self.file.text().len());
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let span = self.file.span(at.saturating_sub(1), at);
        self.diagnostics.push(match error.classify() {
            serde_json::error::Category::Data => {
                Diagnostic::error("plan-format", format!("{what} is not as Terraform writes it: {message}"), span)
            }
            _ => Diagnostic::error("syntax", format!("{what} is broken JSON: {message}"), span),
        });
    }
}

/// The offset of a line and column (both from 1, columns in bytes) in `text`.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column
}

/// Where `raw` is in `file`, whose text it is a piece of.
pub(crate) fn span(raw: Raw<'_>, file: &SourceFile) -> Span {
    let start = raw.get().as_ptr().addr().saturating_sub(file.text().as_ptr().addr());
    file.span(start, start + raw.get().len())
}

/// An object's members in their order.
pub(crate) struct Members<'t>(pub(crate) Vec<(Cow<'t, str>, Raw<'t>)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'t> Visitor<'t> for MembersVisitor {
            type Value = Members<'t>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(member) = map.next_entry::<String, Raw<'t>>()? {
                    out.push((Cow::Owned(member.0), member.1));
                }
                Ok(Members(out))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// The members of `raw`; none where it is no object.
pub(crate) fn members(raw: Raw<'_>) -> Vec<(Cow<'_, str>, Raw<'_>)> {
    if !raw.get().starts_with('{') {
        return Vec::new();
    }
    serde_json::from_str::<Members<'_>>(raw.get()).map_or_else(|_| Vec::new(), |m| m.0)
}

/// The member `name` of `raw`.
pub(crate) fn member<'t>(raw: Raw<'t>, name: &str) -> Option<Raw<'t>> {
    members(raw).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The items of `raw`; none where it is not a list.
pub(crate) fn items(raw: Raw<'_>) -> Vec<Raw<'_>> {
    if !raw.get().starts_with('[') {
        return Vec::new();
    }
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// The text that `raw` is.
pub(crate) fn text(raw: Raw<'_>) -> Option<String> {
    raw.get().starts_with('"').then(|| serde_json::from_str(raw.get()).ok()).flatten()
}

/// The value of `raw`, each part with its place in `file`.
pub(crate) fn value(raw: Raw<'_>, file: &SourceFile) -> Value {
    value_in(raw, file, 0)
}

fn value_in(raw: Raw<'_>, file: &SourceFile, depth: usize) -> Value {
    let here = span(raw, file);
    let text = raw.get();
    let made = match text.as_bytes().first() {
        Some(b'{' | b'[') if depth >= MAX_DEPTH => {
            let key = format!("{}:{}:too deep", file.path(), here.start);
            Value::symbol(Symbol::new(key, "a value that is nested too deeply"))
        }
        Some(b'{') => {
            let mut object = Object::default();
            for (name, raw) in members(raw) {
                object.insert(&*name, None, value_in(raw, file, depth + 1));
            }
            Value::object(object)
        }
        Some(b'[') => Value::array(items(raw).into_iter().map(|raw| value_in(raw, file, depth + 1)).collect()),
        Some(b'"') => self::text(raw).map_or_else(Value::null, Value::string),
        Some(b't') => Value::bool(true),
        Some(b'f') => Value::bool(false),
        Some(b'n') | None => Value::null(),
        Some(_) => match text.parse::<i64>() {
            Ok(int) => Value::int(int),
            Err(_) => match text.parse::<f64>().ok().and_then(Number::from_f64) {
                Some(number) => Value::new(Kind::Number(number)),
                None => Value::null(),
            },
        },
    };
    made.written_at(here)
}

/// Which parts of a value are marked: `after_unknown` and `after_sensitive` have the value's shape, with `true` for marked parts.
#[derive(Clone, Debug, Default)]
pub(crate) enum Marks {
    #[default]
    None,
    All,
    Members(Vec<(String, Self)>),
    Items(Vec<Self>),
}

impl Marks {
    pub(crate) fn read(raw: Option<Raw<'_>>) -> Self {
        raw.map_or(Self::None, |raw| Self::read_in(raw, 0))
    }

    fn read_in(raw: Raw<'_>, depth: usize) -> Self {
        match raw.get().as_bytes().first() {
            Some(b't') => Self::All,
            Some(b'{') if depth < MAX_DEPTH => {
                let members = members(raw).into_iter().map(|(k, v)| (k.into_owned(), Self::read_in(v, depth + 1)));
                Self::Members(members.collect())
            }
            Some(b'[') if depth < MAX_DEPTH => {
                Self::Items(items(raw).into_iter().map(|i| Self::read_in(i, depth + 1)).collect())
            }
            _ => Self::None,
        }
    }

    /// The marks of the member `name`.
    pub(crate) fn member(&self, name: &str) -> &Self {
        match self {
            Self::All => &Self::All,
            Self::Members(members) => members.iter().find(|(n, _)| n == name).map_or(&Self::None, |(_, m)| m),
            _ => &Self::None,
        }
    }

    /// The marks of the item at `index`.
    pub(crate) fn item(&self, index: usize) -> &Self {
        match self {
            Self::All => &Self::All,
            Self::Items(items) => items.get(index).unwrap_or(&Self::None),
            _ => &Self::None,
        }
    }

    /// The members that are marked as a whole.
    pub(crate) fn whole_members(&self) -> impl Iterator<Item = &str> {
        let members = match self {
            Self::Members(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().filter(|(_, m)| matches!(m, Self::All)).map(|(n, _)| n.as_str())
    }
}

/// Text as a name.
pub(crate) fn name(text: &str) -> Arc<str> {
    Arc::from(text)
}
