//! A value as rules see it: what is known of it, and where it is.

use cmklint_graph::{Estate, Kind, Literal, Pairs, Resource, Symbol, TextPart, Value, World, cases, fold_region};
use serde_json::{Map, json};

use super::writer::{EstateState, InputWriter, paths};

/// A value is told in so many cases at most; beyond, what it is in the others is not known.
const MAX_CASES: usize = 16;
/// A longer text is not known to rules, in bytes.
const MAX_TEXT: usize = 16 * 1024;
/// A list is a value of its own where it has no more items than that.
const MAX_ITEMS: usize = 256;

pub(super) type Record = Map<String, serde_json::Value>;

/// The values of one resource.
pub(super) struct Records<'a> {
    pub(super) writer: &'a mut InputWriter,
    pub(super) state: EstateState,
    pub(super) estate: &'a Estate,
    pub(super) resource: &'a Resource,
    pub(super) number: usize,
}

impl Records<'_> {
    /// All of them, by path in lower case.
    pub(super) fn all(&mut self) -> Record {
        let mut out = Map::new();
        for path in paths(self.resource) {
            let value = self.estate.get(self.resource.id, &path);
            let mut all = cases(&value, &World::any());
            let is_cut = all.len() > MAX_CASES;
            all = all.at_most(MAX_CASES);
            // A condition of the older state that is none of inputs alone has no meaning now.
            let is_told = self.state == EstateState::Now || all.iter().all(|(world, _)| Pairs::is_shared(world));
            let mut records: Vec<serde_json::Value> = Vec::new();
            if is_told {
                records.extend(all.iter().map(|(world, value)| self.record(&path, world, value).into()));
            }
            if is_cut || !is_told {
                records.push(self.unknown(&path, &World::any(), "a value of many cases").into());
            }
            out.insert(path.to_lowercase(), records.into());
        }
        out
    }

    /// Where a value is.
    pub(super) fn place(&mut self, path: &str, world: &World) -> Record {
        let mut out = Map::new();
        out.insert("resource".to_owned(), self.number.into());
        if self.state == EstateState::Before {
            out.insert("state".to_owned(), "before".into());
        }
        out.insert("path".to_owned(), path.into());
        out.insert("world".to_owned(), self.writer.world(world).into());
        if !world.is_any() {
            out.insert("when".to_owned(), world.describe().into());
        }
        out
    }

    fn unknown(&mut self, path: &str, world: &World, text: &str) -> Record {
        let mut out = self.place(path, world);
        out.insert("known".to_owned(), false.into());
        out.insert("type".to_owned(), "unknown".into());
        out.insert("text".to_owned(), text.into());
        out
    }

    fn record(&mut self, path: &str, world: &World, value: &Value) -> Record {
        let (kind, known): (&str, Option<serde_json::Value>) = match &value.kind {
            Kind::Null => ("null", Some(serde_json::Value::Null)),
            Kind::Bool(value) => ("boolean", Some((*value).into())),
            Kind::Number(_) => ("number", scalar(value)),
            Kind::String(text) if text.len() <= MAX_TEXT => ("string", scalar(value)),
            Kind::Array(array) => {
                let items = array.items.iter().take(MAX_ITEMS + 1).map(scalar).collect::<Option<Vec<_>>>();
                let mut out = self.container(path, world, "array", array.rest.is_some());
                if let Some(items) = items.filter(|items| array.rest.is_none() && items.len() <= MAX_ITEMS) {
                    out.insert("value".to_owned(), items.into());
                }
                return out;
            }
            Kind::Object(object) => return self.container(path, world, "object", object.rest.is_some()),
            _ => return self.unknown_value(path, world, value),
        };
        let Some(known) = known else { return self.unknown_value(path, world, value) };
        let mut out = self.place(path, world);
        out.insert("known".to_owned(), true.into());
        out.insert("type".to_owned(), kind.into());
        if let Some(region) = known.as_str().and_then(fold_region) {
            out.insert("region".to_owned(), region.into());
        }
        if path == "location" {
            out.insert("is_region".to_owned(), true.into());
        }
        out.insert("value".to_owned(), known);
        out
    }

    fn container(&mut self, path: &str, world: &World, kind: &str, is_open: bool) -> Record {
        let mut out = self.place(path, world);
        out.insert("known".to_owned(), true.into());
        out.insert("type".to_owned(), kind.into());
        if is_open {
            out.insert("open".to_owned(), true.into());
        }
        out
    }

    /// What is known of a value that is not known.
    fn unknown_value(&mut self, path: &str, world: &World, value: &Value) -> Record {
        let mut out = self.unknown(path, world, &value.describe());
        if path == "location" {
            out.insert("is_region".to_owned(), true.into());
        }
        match &value.kind {
            Kind::Symbol(symbol) => {
                out.insert("symbol".to_owned(), self.symbol(symbol).into());
                let allowed = symbol.allowed().unwrap_or_default().iter().map(literal).collect::<Option<Vec<_>>>();
                if let Some(allowed) = allowed.filter(|allowed| !allowed.is_empty()) {
                    out.insert("allowed".to_owned(), allowed.into());
                }
            }
            Kind::Ref(reference) => {
                let key = format!("{}.{}", reference.node, reference.path).to_lowercase();
                out.insert("symbol".to_owned(), self.writer.symbol(self.state, &key, false).into());
            }
            Kind::Template(parts) => {
                let parts = parts.iter().map(|part| self.part(part)).collect::<Vec<_>>();
                out.insert("parts".to_owned(), parts.into());
            }
            _ => {}
        }
        out
    }

    fn part(&mut self, part: &TextPart) -> serde_json::Value {
        match part {
            TextPart::Text(text) => json!({ "text": text.to_lowercase() }),
            TextPart::Value(value) => match &value.kind {
                Kind::Symbol(symbol) => json!({ "symbol": self.symbol(symbol) }),
                Kind::Ref(reference) => {
                    let key = format!("{}.{}", reference.node, reference.path).to_lowercase();
                    json!({ "symbol": self.writer.symbol(self.state, &key, false) })
                }
                // No two parts of another kind are known to be the same.
                _ => {
                    let next = format!("part:{}", self.writer.symbols.len());
                    json!({ "symbol": self.writer.symbol(self.state, &next, true) })
                }
            },
        }
    }

    fn symbol(&mut self, symbol: &Symbol) -> String {
        self.writer.symbol(self.state, symbol.key(), symbol.outlives_revision())
    }
}

fn scalar(value: &Value) -> Option<serde_json::Value> {
    value.as_literal().as_ref().and_then(literal)
}

fn literal(literal: &Literal) -> Option<serde_json::Value> {
    Some(match literal {
        Literal::Null => serde_json::Value::Null,
        Literal::Bool(value) => (*value).into(),
        Literal::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => serde_json::Number::from_f64(number.as_f64())?.into(),
        },
        Literal::String(text) => text.as_ref().into(),
    })
}
