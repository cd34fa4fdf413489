//! What all parts of the input are written with: the numbers of worlds and symbols, and the paths of a resource.

use cmklint_graph::{Estate, Kind, NodeId, Resource, Value, World, work};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHashMap;

/// The number of paths of a resource that the input has.
const MAX_PATHS: usize = 4_000;
/// How deep values may be nested.
const MAX_DEPTH: usize = 24;
/// The property in which front-ends note what ARM has no property for.
const OWN_NOTES: &str = "cmklint";
/// The work for each path, in steps.
const PATH_STEPS: usize = 16;

/// Which estate a resource is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EstateState {
    Now,
    Before,
}

/// The resources of an estate that the input has. Nodes of the same Azure resource are one.
pub(super) struct Shown {
    pub(super) nodes: Vec<NodeId>,
    pub(super) numbers: FxHashMap<NodeId, usize>,
}

impl Shown {
    pub(super) fn of(estate: &Estate) -> Self {
        let one = |node: NodeId| estate.first_declaration(estate.canonical(node));
        let nodes: Vec<NodeId> = estate.resources().map(|r| r.id).filter(|node| one(*node) == *node).collect();
        let numbers = nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
        Self { nodes, numbers }
    }

    pub(super) fn number(&self, estate: &Estate, node: NodeId) -> Option<usize> {
        self.numbers.get(&estate.first_declaration(estate.canonical(node))).copied()
    }
}

/// Writes the resources of both states.
pub(super) struct InputWriter {
    pub(super) worlds: IndexSet<World>,
    /// The numbers of symbols, which rules see instead of their keys.
    pub(super) symbols: IndexMap<String, usize>,
    pub(super) bytes: usize,
}

impl InputWriter {
    pub(super) fn world(&mut self, world: &World) -> usize {
        self.worlds.get_index_of(world).unwrap_or_else(|| self.worlds.insert_full(world.clone()).0)
    }

    pub(super) fn symbol(&mut self, state: EstateState, key: &str, is_shared: bool) -> String {
        // A symbol that is no input is not the same one in the other state.
        let key = if state == EstateState::Before && !is_shared { format!("before:{key}") } else { key.to_owned() };
        let next = self.symbols.len();
        format!("s{}", self.symbols.entry(key).or_insert(next))
    }
}

/// The paths at which the body of `resource` says something, in any world; and where it is and what it is called. What cmklint itself notes of it is none
/// of ARM's properties.
pub(super) fn paths(resource: &Resource) -> IndexSet<String> {
    let mut out: IndexSet<String> =
        ["name", "location", Resource::SUBSCRIPTION, Resource::RESOURCE_GROUP].map(str::to_owned).into();
    add_paths(&resource.body, "", 0, &mut out);
    out
}

fn add_paths(value: &Value, path: &str, depth: usize, out: &mut IndexSet<String>) {
    if depth > MAX_DEPTH || out.len() >= MAX_PATHS || !work::pay(PATH_STEPS) {
        return;
    }
    if !path.is_empty() {
        out.insert(path.to_owned());
    }
    match &value.kind {
        Kind::Choice(choice) => {
            add_paths(&choice.then, path, depth + 1, out);
            add_paths(&choice.otherwise, path, depth + 1, out);
        }
        Kind::Object(object) => {
            for (name, entry) in &object.entries {
                if path.is_empty() && &**name == OWN_NOTES {
                    continue;
                }
                let below = if name.contains(['.', '[', '\'']) {
                    format!("{path}['{name}']")
                } else if path.is_empty() {
                    name.to_string()
                } else {
                    format!("{path}.{name}")
                };
                add_paths(&entry.value, &below, depth + 1, out);
            }
        }
        Kind::Array(array) => {
            for (index, item) in array.items.iter().enumerate() {
                add_paths(item, &format!("{path}[{index}]"), depth + 1, out);
            }
        }
        _ => {}
    }
}
