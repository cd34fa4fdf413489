//! The principals of role assignments and access policies.

use cmklint_graph::{AsPath as _, Kind, NodeId, Presence, Symbol, SymbolOrigin, TextPart, Value, World, cases};

use super::estate_view::{DeploymentResources, View};
use super::holders::{Candidate, Holder};
use super::kind;
use super::roles::{may_unwrap, may_unwrap_by_name};

const ROLE_ID: &str = "properties.roleDefinitionId";
const ROLE_NAME: &str = "properties.roleDefinitionName";

impl View<'_> {
    /// The holder that `principal`, a value without conditions, identifies.
    pub(crate) fn holder(&self, principal: &Value) -> Holder {
        match &principal.kind {
            Kind::Ref(r) => {
                let node = self.estate.canonical(r.node);
                match self.resource(node) {
                    Some(resource) if resource.presence == Presence::Existing => Holder::Unknown,
                    Some(_) if r.path.is("properties.clientId") => Holder::Nobody,
                    Some(resource) if resource.kind.is(kind::USER_ASSIGNED_IDENTITY) => Holder::Identity(node),
                    // Whichever declaration of a resource is named, it has one identity.
                    Some(_) => Holder::Resource(self.estate.first_declaration(node)),
                    None => Holder::Unknown,
                }
            }
            Kind::Symbol(symbol) if is_callers(symbol) => Holder::Caller,
            _ => Holder::Unknown,
        }
    }

    fn holders_of(&self, principal: &Value) -> Vec<Holder> {
        let all = cases(&self.deref(principal), &World::any());
        all.values().map(|principal| self.holder(principal)).collect()
    }

    /// The role assignments of a part whose role may be enough to use a key, each with its holders.
    pub(crate) fn assignments(&self, part: &DeploymentResources) -> Vec<(Candidate, Vec<Holder>)> {
        let enough = part.assignments.iter().filter(|node| self.is_role_enough(**node, &World::any()));
        let holders = |node: &NodeId| {
            let principals = self.values(*node, "properties.principalId", &World::any());
            let holders = principals.values().map(|principal| self.holder(principal)).collect();
            (Candidate { node: *node, is_given: principals.values().all(is_given) }, holders)
        };
        enough.map(holders).collect()
    }

    /// Whether the role of an assignment may let its holder use a key.
    pub(crate) fn is_role_enough(&self, assignment: NodeId, world: &World) -> bool {
        let may = |path: &str, of: fn(&str) -> bool| {
            self.values(assignment, path, world).into_iter().any(|(_, role)| match &role.kind {
                Kind::Null => false,
                Kind::String(text) => of(text),
                Kind::Template(parts) => match parts.last() {
                    Some(TextPart::Text(text)) if text.contains('/') => of(text),
                    _ => true,
                },
                _ => true,
            })
        };
        let resource = self.resource(assignment);
        let stated = |path: &str| resource.is_some_and(|r| !r.get(path).is_null());
        match (stated(ROLE_ID), stated(ROLE_NAME)) {
            (false, false) => true,
            _ => may(ROLE_ID, may_unwrap) || may(ROLE_NAME, may_unwrap_by_name),
        }
    }

    /// The access policies of a part that are resources of their own, each with its holders.
    pub(crate) fn policies(&self, part: &DeploymentResources) -> Vec<(Candidate, Vec<Holder>)> {
        let mut out = Vec::new();
        for node in &part.policies {
            let list = self.get(*node, "properties.accessPolicies");
            let holders = match &list.kind {
                Kind::Array(array) if array.rest.is_none() => {
                    let objects = array.items.iter().map(|item| match item.as_object() {
                        Some(_) => self.holders_of(&item.get("objectId")),
                        None => vec![Holder::Unknown],
                    });
                    objects.flatten().collect()
                }
                _ => Vec::new(),
            };
            out.push((Candidate { node: *node, is_given: false }, holders));
        }
        out
    }
}

/// Whether `principal` is given to its deployment from outside.
pub(crate) fn is_given(principal: &Value) -> bool {
    let Kind::Symbol(symbol) = &principal.kind else { return false };
    matches!(symbol.origin(), SymbolOrigin::Input | SymbolOrigin::Caller | SymbolOrigin::Placeholder(_))
}

/// Whether `symbol` identifies the account that deploys, or is a member of such a value.
fn is_callers(symbol: &Symbol) -> bool {
    match symbol.origin() {
        SymbolOrigin::Caller => true,
        SymbolOrigin::Call(call) if call.functions().is_none() => match call.args() {
            [Value { kind: Kind::Symbol(of), .. }] => is_callers(of),
            _ => false,
        },
        _ => false,
    }
}
