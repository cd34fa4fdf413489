//! Resources that exist already, as an inventory lists them, joined with the estate of the code.

use crate::compare::{Comparison, Fold};
use crate::deployment::Deployment;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::node::NodeId;
use crate::resource::Presence;
use crate::value::{Atom, Kind, Literal};

/// Types whose first name is unique in a cloud, so that it names the resource whatever its subscription and group.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault>
const GLOBAL: [&str; 4] = [
    "microsoft.keyvault/vaults",
    "microsoft.keyvault/vaults/keys",
    "microsoft.keyvault/managedhsms",
    "microsoft.keyvault/managedhsms/keys",
];

impl Estate {
    /// The same estate with the resources of the inventory `inventory`, whose deployment must have an id of its own. They are [`Presence::Existing`], with their
    /// whole ids.
    /// Where the code declares a resource of the same id, the declaration wins; where it only refers to one, it is resolved to the row.
    #[must_use]
    pub fn with_inventory(self, inventory: Deployment) -> Self {
        let mut ids = self.inventories;
        ids.push(inventory.id);
        let mut deployments = self.deployments;
        deployments.push(inventory);
        Self::build(deployments, self.environments, ids)
    }

    /// Whether the resource at `node` comes from an inventory and not from the code.
    #[must_use]
    pub fn is_in_inventory(&self, node: NodeId) -> bool {
        self.inventories.contains(&node.deployment)
    }

    /// The inventory's resource with the id of the one at `node`, which the code declares.
    #[must_use]
    pub fn inventory_twin(&self, node: NodeId) -> Option<NodeId> {
        let resource = self.resource(node)?;
        let name = resource.names.last()?.as_str()?.to_ascii_lowercase();
        let all = self.by_name.get(&(resource.kind.folded().to_owned(), name))?;
        all.iter().copied().find(|n| self.is_in_inventory(*n) && self.canonical(*n) == node)
    }

    /// The inventory's resource with that id. All of the id must be known, but for subscription and group of a vault and its keys. `None` where the code
    /// declares the resource several times: then it is not known which of them stays.
    pub(crate) fn in_inventory(&self, id: &ResourceId, folded: &str) -> Option<NodeId> {
        if self.inventories.is_empty() {
            return None;
        }
        let global = GLOBAL.contains(&folded);
        let name = id.names.last()?.as_str()?.to_ascii_lowercase();
        let mut found = None;
        for node in self.by_name.get(&(folded.to_owned(), name))? {
            let resource = self.resource(*node)?;
            if self.names_equal(resource, &id.names) != Comparison::Equal {
                continue;
            }
            let scope = self.same_scope(&resource.scope, id.subscription.as_ref(), id.resource_group.as_ref());
            if resource.presence.is_made() {
                if scope == Comparison::Equal || global && scope == Comparison::Unknown {
                    return None;
                }
            } else if self.is_in_inventory(*node)
                && (scope == Comparison::Equal || global && scope == Comparison::Unknown)
            {
                found = found.or(Some(*node));
            }
        }
        found
    }

    /// The one resource of the inventory with the names of `id` in a resource group of the same known name, and the condition under which it is that one: the
    /// subscription, which the
    /// code does not state, is that of the row. `None` where several rows match, or the code declares one.
    pub(crate) fn inventory_neighbour(&self, id: &ResourceId) -> Option<(Atom, NodeId)> {
        if self.inventories.is_empty() {
            return None;
        }
        let Kind::Symbol(here) = self.deref(id.subscription.as_ref()?).kind else { return None };
        let group = self.deref(id.resource_group.as_ref()?);
        group.as_str()?;
        let Kind::String(last) = self.deref(id.names.last()?).kind else { return None };
        let mut found = None;
        for node in self.by_name.get(&(id.kind.to_ascii_lowercase(), last.to_ascii_lowercase()))? {
            let resource = self.resource(*node)?;
            let same = self.names_equal(resource, &id.names) == Comparison::Equal
                && self.compare(&resource.scope.resource_group, &group, Fold::Case) == Comparison::Equal;
            let is_ours = self.is_in_inventory(*node);
            if !same || !is_ours && resource.presence == Presence::Existing {
                continue;
            }
            let subscription = resource.scope.subscription.as_str().filter(|_| is_ours)?;
            if found.replace((Atom::equals(here.clone(), Literal::String(subscription.into())), *node)).is_some() {
                return None;
            }
        }
        found
    }

    /// The first of `nodes` from the inventory, which share a name that is unique in a cloud; `None` where the code declares one of them.
    pub(crate) fn inventory_named(&self, nodes: &[NodeId]) -> Option<NodeId> {
        let declared = |n: &NodeId| self.resource(*n).is_some_and(|r| r.presence == Presence::Declared);
        if nodes.iter().any(declared) {
            return None;
        }
        nodes.iter().copied().find(|n| self.is_in_inventory(*n))
    }
}
