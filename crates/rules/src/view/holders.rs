use cmklint_graph::{Kind, NodeId, Presence, Value, World, cases};
use rustc_hash::FxHashMap;

use super::{Part, View, kind};

/// Grants (role assignments or access policies) by who they are for, so that a set is held against its own and against those whose holder is open,
/// not against those of all other sets.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// Grants for the own identities of declared resources, and for nobody else.
    by_resource: FxHashMap<NodeId, Vec<NodeId>>,
    /// Grants for user-assigned identities and for the caller of the deployment.
    others: Vec<NodeId>,
    /// All other grants.
    open: Vec<NodeId>,
}

/// Who a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A declared resource, by its own identity.
    Resource(NodeId),
    /// A user-assigned identity that the code declares.
    Identity(NodeId),
    /// Who deploys.
    Caller,
    Unknown,
}

impl Holders {
    /// The grants that may be for the resource at `node`; with `user_assigned`, those that may be for other identities it has.
    pub(crate) fn maybe_for(&self, node: NodeId, user_assigned: bool) -> impl Iterator<Item = NodeId> {
        let own = self.by_resource.get(&node).map_or(&[][..], Vec::as_slice);
        let others = if user_assigned { &self.others[..] } else { &[] };
        own.iter().chain(&self.open).chain(others).copied()
    }

    fn add(&mut self, grant: NodeId, holders: &[Holder]) {
        if holders.is_empty() || holders.contains(&Holder::Unknown) {
            self.open.push(grant);
            return;
        }
        if holders.iter().any(|h| matches!(h, Holder::Identity(_) | Holder::Caller)) {
            self.others.push(grant);
        }
        let mut seen: Vec<NodeId> = Vec::new();
        for holder in holders {
            if let Holder::Resource(node) = holder
                && !seen.contains(node)
            {
                seen.push(*node);
                self.by_resource.entry(*node).or_default().push(grant);
            }
        }
    }
}

impl View<'_> {
    /// Who `principal`, a value without conditions, is.
    pub(crate) fn holder(&self, principal: &Value) -> Holder {
        match &principal.kind {
            Kind::Ref(r) => {
                let node = self.estate.canonical(r.node);
                match self.estate.resource(node) {
                    Some(resource) if resource.presence == Presence::Existing => Holder::Unknown,
                    Some(resource) if resource.kind.is(kind::USER_ASSIGNED_IDENTITY) => Holder::Identity(node),
                    Some(_) => Holder::Resource(node),
                    None => Holder::Unknown,
                }
            }
            Kind::Symbol(symbol) if ["the caller", "the deployer"].iter().any(|l| symbol.label().starts_with(l)) => {
                Holder::Caller
            }
            _ => Holder::Unknown,
        }
    }

    fn holders_of(&self, principal: &Value) -> Vec<Holder> {
        let all = cases(&self.estate.deref(principal), &World::any());
        all.into_iter().map(|(_, principal)| self.holder(&principal)).collect()
    }

    /// The role assignments of all parts by holder.
    pub(super) fn assignments(&self, parts: &[Part]) -> Holders {
        let mut out = Holders::default();
        for node in parts.iter().flat_map(|p| &p.assignments) {
            out.add(*node, &self.holders_of(&self.estate.get(*node, "properties.principalId")));
        }
        out
    }

    /// The access policies that are resources of their own by holder.
    pub(super) fn policies(&self, parts: &[Part]) -> Holders {
        let mut out = Holders::default();
        for node in parts.iter().flat_map(|p| &p.policies) {
            let list = self.estate.get(*node, "properties.accessPolicies");
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
            out.add(*node, &holders);
        }
        out
    }
}
