//! What leads from one resource to another: the roles that the rules of cmklint know, and every other property that names a resource.

use cmklint_graph::{
    Cases, Estate, KeyUrl, Kind, NodeId, Resource, ResourceId, SymbolOrigin, TextPart, Value, World, cases,
};
use cmklint_rules::{EstateMap, MappedTarget};
use indexmap::IndexMap;

use super::record::Records;
use super::writer::{EstateState, InputWriter, Shown, paths};

/// So many resources of a case are followed.
const MAX_CASES: usize = 16;
const VAULT: &str = "Microsoft.KeyVault/vaults";

type ByNumber = IndexMap<usize, Vec<serde_json::Value>>;

/// The edges that leave each resource, and those that arrive.
pub(super) fn of(writer: &mut InputWriter, state: EstateState, estate: &Estate, shown: &Shown) -> (ByNumber, ByNumber) {
    let mut edges = Edges { writer, state, estate, shown, leaving: ByNumber::new(), arriving: ByNumber::new() };
    for edge in &EstateMap::new(estate).edges {
        if let MappedTarget::Node(to) = edge.to {
            edges.add(edge.from, to, edge.role.as_str(), &edge.path, &edge.world);
        }
    }
    for node in &shown.nodes {
        if let Some(resource) = estate.resource(*node) {
            edges.of_resource(resource);
        }
    }
    (edges.leaving, edges.arriving)
}

struct Edges<'a> {
    writer: &'a mut InputWriter,
    state: EstateState,
    estate: &'a Estate,
    shown: &'a Shown,
    leaving: ByNumber,
    arriving: ByNumber,
}

impl Edges<'_> {
    fn add(&mut self, from: NodeId, to: NodeId, role: &str, path: &str, world: &World) {
        let numbers = self.shown.number(self.estate, from).zip(self.shown.number(self.estate, to));
        let Some((from, to)) = numbers.filter(|(from, to)| from != to) else { return };
        let Some(resource) = self.shown.nodes.get(from).and_then(|node| self.estate.resource(*node)) else { return };
        let mut records =
            Records { writer: self.writer, state: self.state, estate: self.estate, resource, number: from };
        let mut edge = records.place(path, world);
        edge.insert("role".to_owned(), role.into());
        edge.insert("from".to_owned(), from.into());
        edge.insert("to".to_owned(), to.into());
        let edge = serde_json::Value::Object(edge);
        let leaving = self.leaving.entry(from).or_default();
        if !leaving.contains(&edge) {
            leaving.push(edge.clone());
            self.arriving.entry(to).or_default().push(edge);
        }
    }

    fn of_resource(&mut self, resource: &Resource) {
        let any = World::any();
        for path in paths(resource) {
            for (world, node) in named(self.estate, &resource.get(&path), resource).into_iter().take(MAX_CASES) {
                self.add(resource.id, node, "names", &path, &world);
            }
        }
        for (world, node) in named(self.estate, &resource.extends, resource).into_iter().take(MAX_CASES) {
            self.add(resource.id, node, "extends", "", &world);
        }
        if let Some(parent) = resource.kind.parent() {
            let names = resource.names.split_last().map_or(&[][..], |(_, above)| above);
            if names.len() == parent.depth() {
                let id = ResourceId::in_scope(&resource.scope, parent.as_str(), names.to_vec());
                for (world, target) in self.estate.find(&id, &any, resource.id.deployment).into_iter().take(MAX_CASES) {
                    if let Some(node) = target.node() {
                        self.add(resource.id, node, "parent", "", &world);
                    }
                }
            }
        }
    }
}

/// The resources that `value`, a property of `resource`, names or reads.
fn named(estate: &Estate, value: &Value, resource: &Resource) -> Cases<NodeId> {
    if !matches!(value.kind, Kind::Ref(_) | Kind::Symbol(_) | Kind::Template(_) | Kind::String(_) | Kind::Choice(_)) {
        return Cases::none();
    }
    let home = resource.id.deployment;
    cases(value, &World::any()).and_then(|world, value| {
        let present = |node: NodeId| {
            let node = estate.canonical(node);
            estate.present(node, &world).into_iter().map(|world| (world, node)).collect::<Cases<NodeId>>()
        };
        match &value.kind {
            Kind::Ref(reference) => present(reference.node),
            Kind::Symbol(symbol) => match symbol.origin() {
                SymbolOrigin::Attribute { node, .. } => present(*node),
                _ => Cases::none(),
            },
            Kind::Template(parts) => match parts.first() {
                Some(TextPart::Value(Value { kind: Kind::Ref(reference), .. })) => present(reference.node),
                Some(TextPart::Text(text)) if text.starts_with('/') => {
                    estate.resolve(&value, &world, home).filter_map(|target| target.node())
                }
                _ => vault(estate, &value, &world, resource),
            },
            Kind::String(text) if text.starts_with('/') => {
                estate.resolve(&value, &world, home).filter_map(|target| target.node())
            }
            Kind::String(text) if text.starts_with("https://") => vault(estate, &value, &world, resource),
            _ => Cases::none(),
        }
    })
}

/// The vault that a URL names: its own, or that of what it holds.
fn vault(estate: &Estate, url: &Value, world: &World, resource: &Resource) -> Cases<NodeId> {
    let home = resource.id.deployment;
    let name = match KeyUrl::parse(url) {
        Ok(Some(url)) => match (url.vault, url.vault_name) {
            (Some(node), _) => return Cases::one(world.clone(), node),
            (None, name) => name,
        },
        // A vault's own URL has no path: one of a key in it names the same vault.
        _ => {
            let slash = cmklint_graph::concat(&[url.clone(), Value::string("/keys/key")]);
            KeyUrl::parse(&slash).ok().flatten().and_then(|url| url.vault_name)
        }
    };
    let Some(name) = name else { return Cases::none() };
    estate.find_by_global_name(VAULT, &name, world, home).filter_map(|target| target.node())
}
