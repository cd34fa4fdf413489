//! Makes resources of the graph from rows.

use std::sync::Arc;

use cmklint_graph::{
    Array, Deployment, DeploymentId, DeploymentKey, Estate, Kind, NodeId, Number, Object, Presence, Resource,
    ResourceType, Root, RootKind, Scope, Symbol, Trail, Value,
};
use cmklint_source::{Diagnostic, Severity, Sources, Span};
use serde_json::Value as Json;

use crate::kinds::{KeptMember, Shape, kinds};
use crate::names::Names;
use crate::read::{Inventory, Lines, indent};
use crate::row::{Id, Kept};
use crate::select::{MAX_ROWS, select};

impl Inventory {
    /// `code` with what is deployed already, as far as the code can refer to it; with `all`, every row. The lines that spans refer to are added to `sources`.
    #[must_use]
    pub fn join(&self, code: Estate, sources: &Sources, all: bool) -> (Estate, Vec<Diagnostic>) {
        let names = Names::of(&code);
        let mut chosen = select(self, &names, all);
        let mut diagnostics = Vec::new();
        if chosen.len() > MAX_ROWS {
            let message = format!(
                "{} rows of the inventory belong to the code; only the first {MAX_ROWS} are looked at",
                chosen.len()
            );
            diagnostics.push(Diagnostic::new(Severity::Warning, "inventory-rows", message));
            chosen.truncate(MAX_ROWS);
        }
        let id = DeploymentId(code.deployments().iter().map(|d| d.id.0).max().map_or(0, |max| max.saturating_add(1)));
        let rows: Vec<&Kept> = chosen.iter().filter_map(|at| self.rows.get(*at as usize)).collect();
        let spans = self.lines(&rows, sources);
        let types: Vec<ResourceType> = kinds().iter().map(|k| ResourceType::new(k.name)).collect();
        let mut resources = Vec::with_capacity(rows.len());
        for (row, span) in rows.into_iter().zip(spans) {
            let node = NodeId { deployment: id, index: u32::try_from(resources.len()).unwrap_or(u32::MAX) };
            let kind = row.kind().and_then(|k| kinds().iter().position(|other| other.name == k.name));
            let Some(kind) = kind.and_then(|k| types.get(k)) else { continue };
            resources.extend(resource(row, kind, node, span));
        }
        let key = DeploymentKey::of(Root::new(RootKind::Inventory, "inventory"));
        (code.with_inventory(Deployment { resources, ..Deployment::empty(id, key) }), diagnostics)
    }

    /// The place of each row, one text for each file.
    fn lines(&self, rows: &[&Kept], sources: &Sources) -> Vec<Span> {
        let mut spans = Vec::with_capacity(rows.len());
        // Rows are ordered by file, and in each file by line.
        for group in rows.chunk_by(|a, b| a.file == b.file) {
            let Some(file) = group.first().and_then(|row| self.files.get(usize::from(row.file))) else { continue };
            let line = |row: &&Kept| {
                let id = Json::from(row.id());
                let text = if file.compressed {
                    format!("row {}: \"id\": {id}", row.at.row)
                } else {
                    format!("{}\"id\": {id}", " ".repeat(indent(row.column).saturating_sub(6)))
                };
                (file.line(row.at), text)
            };
            let lines: Vec<(u32, String)> = group.iter().map(line).collect();
            spans.extend(Lines::add(sources, &file.path, &lines));
        }
        spans
    }
}

fn resource(row: &Kept, kind: &ResourceType, node: NodeId, span: Span) -> Option<Resource> {
    let id = Id::parse(row.id())?;
    let address: Arc<str> = row.id().into();
    let maker =
        Maker { key: row.id().to_ascii_lowercase(), address: Arc::clone(&address), trail: Trail::literal(span) };
    let members: Json = serde_json::from_str(row.members()).ok()?;
    let body = maker.object(&row.kind()?.members, &members, "");
    let location = match members.get("location") {
        Some(Json::String(location)) if !location.is_empty() => maker.text(location),
        Some(_) => Value::null(),
        None => maker.unknown("location"),
    };
    Some(Resource {
        id: node,
        kind: kind.clone(),
        address,
        names: id.names.iter().map(|name| maker.text(name)).collect(),
        scope: Scope {
            subscription: maker.text(id.subscription),
            resource_group: id.group.map_or_else(Value::null, |group| maker.text(group)),
        },
        location,
        presence: Presence::Existing,
        condition: Value::bool(true),
        body,
        further: 0,
        extends: Value::null(),
        span,
        whole: span,
        calls: Vec::new(),
        dialect: cmklint_graph::Dialect::Inventory,
    })
}

struct Maker {
    /// The id in lower case.
    key: String,
    address: Arc<str>,
    trail: Trail,
}

impl Maker {
    fn value(&self, kind: Kind) -> Value {
        Value { kind, trail: self.trail.clone() }
    }

    fn text(&self, text: &str) -> Value {
        self.value(Kind::String(text.into()))
    }

    fn symbol(&self, path: &str) -> Symbol {
        // Keyed by the id, so that the symbol is the same whichever rows are in the graph.
        Symbol::new(format!("{}.{path}", self.key), format!("{path} of {}", self.address))
    }

    fn unknown(&self, path: &str) -> Value {
        Value::symbol(self.symbol(path))
    }

    /// The object at `path`. Its kept members are known to be absent where they are missing, unless they are open; all other members are not known.
    fn object(&self, nodes: &[KeptMember], json: &Json, path: &str) -> Value {
        let mut object = Object { rest: Some(self.symbol(&format!("{path}*"))), ..Object::default() };
        for node in nodes {
            let at = if path.is_empty() { node.name.to_string() } else { format!("{path}.{}", node.name) };
            let value = match json.get(&*node.name) {
                // A column that the query left out is unknown.
                None if path.is_empty() => continue,
                None | Some(Json::Null) if node.open => continue,
                None | Some(Json::Null) => Value::null(),
                Some(json) => self.member(node, json, &at),
            };
            object.insert(Arc::clone(&node.name), None, value);
        }
        self.value(Kind::Object(Arc::new(object)))
    }

    fn member(&self, node: &KeptMember, json: &Json, path: &str) -> Value {
        if !node.list {
            return self.item(node, json, path);
        }
        let Json::Array(items) = json else { return self.unknown(path) };
        let items = items.iter().enumerate().map(|(i, item)| self.item(node, item, &format!("{path}[{i}]"))).collect();
        let rest = node.open.then(|| self.symbol(&format!("{path}[*]")));
        self.value(Kind::Array(Arc::new(Array { items, rest, ..Array::default() })))
    }

    fn item(&self, node: &KeptMember, json: &Json, path: &str) -> Value {
        match (&node.shape, json) {
            (Shape::Whole, json) => self.whole(json),
            (Shape::Object(nodes), Json::Object(_)) => self.object(nodes, json, path),
            (Shape::Scalar, Json::Array(_) | Json::Object(_)) => self.unknown(path),
            (Shape::Scalar, json) => self.whole(json),
            (Shape::Object(_), Json::Null) => Value::null(),
            (Shape::Object(_), _) => self.unknown(path),
        }
    }

    fn whole(&self, json: &Json) -> Value {
        match json {
            Json::Null => Value::null(),
            Json::Bool(value) => self.value(Kind::Bool(*value)),
            Json::Number(number) => match number.as_i64() {
                Some(int) => self.value(Kind::Number(Number::Int(int))),
                None => self.unknown("number"),
            },
            Json::String(text) => self.text(text),
            Json::Array(items) => {
                let items = items.iter().map(|item| self.whole(item)).collect();
                self.value(Kind::Array(Arc::new(Array { items, ..Array::default() })))
            }
            Json::Object(members) => {
                let mut object = Object::default();
                for (name, member) in members {
                    object.insert(name.as_str(), None, self.whole(member));
                }
                self.value(Kind::Object(Arc::new(object)))
            }
        }
    }
}
