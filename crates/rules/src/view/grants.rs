//! The principals of role assignments and access policies.

use cmklint_graph::{AsPath as _, Kind, NodeId, Presence, Symbol, SymbolOrigin, Value, World, cases};

use super::estate_view::{DeploymentResources, View};
use super::holders::Holder;
use super::kind;

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
        all.into_iter().map(|(_, principal)| self.holder(&principal)).collect()
    }

    /// The role assignments of a part, each with its holders.
    pub(crate) fn assignments(&self, part: &DeploymentResources) -> Vec<(NodeId, Vec<Holder>)> {
        let holders = |node: &NodeId| (*node, self.holders_of(&self.get(*node, "properties.principalId")));
        part.assignments.iter().map(holders).collect()
    }

    /// The access policies of a part that are resources of their own, each with its holders.
    pub(crate) fn policies(&self, part: &DeploymentResources) -> Vec<(NodeId, Vec<Holder>)> {
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
            out.push((*node, holders));
        }
        out
    }
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
