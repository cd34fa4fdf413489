//! Which identities' principals are passed to where the analysis does not follow.

use cmklint_graph::{Kind, NodeId, PropertyPath, Symbol, TextPart, Value};
use rustc_hash::FxHashSet;

use super::estate_view::{DeploymentResources, View};
use super::kind;
use super::service_table::key_service_of;

/// Nested values are searched to this depth.
const MAX_DEPTH: usize = 32;

impl View<'_> {
    /// The encryption sets and user-assigned identities whose principal, or all of which, a deployment passes out or a resource that is not a grant names: a
    /// script, a module that is not read, an output, an assignment by privileged identity management.
    pub(super) fn handed_out_by(&self, part: &DeploymentResources) -> Vec<NodeId> {
        let Some(deployment) = part.deployment.and_then(|id| self.deployment(id)) else { return Vec::new() };
        let read = |kind: &str| {
            matches!(
                kind,
                kind::folded::SET
                    | kind::folded::VAULT
                    | kind::folded::ACCESS_POLICIES
                    | kind::folded::ROLE_ASSIGNMENT
                    | kind::folded::DISK
                    | kind::folded::SNAPSHOT
            )
        };
        let mut look = Look { view: self, seen: FxHashSet::default(), found: FxHashSet::default() };
        for resource in deployment.resources.iter().filter(|r| !read(r.kind.folded())) {
            look.at(&resource.body, MAX_DEPTH);
        }
        deployment.handed_out.iter().for_each(|value| look.at(value, MAX_DEPTH));
        look.found.into_iter().collect()
    }

    /// Whether the code of the resource at `node` refers to the set at `set`, so that it can only be deployed after it.
    pub(crate) fn speaks_of(&self, node: NodeId, set: NodeId) -> bool {
        let mut look = Look { view: self, seen: FxHashSet::default(), found: FxHashSet::default() };
        if let Some(resource) = self.resource(node) {
            look.at(&resource.body, MAX_DEPTH);
        }
        look.found.contains(&set)
    }
}

/// A search of values for principals.
struct Look<'a> {
    view: &'a View<'a>,
    /// The calls that were searched: one call may be an argument of another many times over.
    seen: FxHashSet<&'a Symbol>,
    found: FxHashSet<NodeId>,
}

impl<'a> Look<'a> {
    fn at(&mut self, value: &'a Value, left: usize) {
        let Some(left) = left.checked_sub(1) else { return };
        match &value.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
            Kind::Ref(r) => self.reference(r.node, &r.path),
            Kind::Array(array) => array.items.iter().for_each(|item| self.at(item, left)),
            Kind::Object(object) => object.entries.values().for_each(|entry| self.at(&entry.value, left)),
            Kind::Template(parts) => {
                for part in parts.iter() {
                    if let TextPart::Value(value) = part {
                        self.at(value, left);
                    }
                }
            }
            Kind::Choice(choice) => {
                self.at(&choice.then, left);
                self.at(&choice.otherwise, left);
            }
            Kind::Symbol(symbol) => {
                if let cmklint_graph::SymbolOrigin::Call(call) = symbol.origin()
                    && self.seen.insert(symbol)
                {
                    call.args().iter().for_each(|arg| self.at(arg, left));
                }
            }
        }
    }

    fn reference(&mut self, node: NodeId, path: &PropertyPath) {
        let node = self.view.estate.canonical(node);
        let names: Vec<String> = path.names().map(str::to_ascii_lowercase).collect();
        let first = names.first().map_or("", String::as_str);
        let is_principal = match self.view.resource(node) {
            Some(resource) if resource.kind.is(kind::SET) => first.starts_with("identity"),
            Some(resource) if key_service_of(resource.kind.folded()).is_some() => {
                names.iter().any(|name| name.contains("identity"))
            }
            Some(resource) if resource.kind.is(kind::USER_ASSIGNED_IDENTITY) => {
                first == "properties" && names.last().is_none_or(|name| !name.ends_with("tenantid"))
            }
            _ => return,
        };
        if is_principal || path.is_empty() {
            self.found.insert(node);
        }
    }
}
