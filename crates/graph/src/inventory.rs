//! Resources that exist already, as an inventory lists them, joined with the estate of the code.

use crate::compare::{Comparison, Fold};
use crate::deployment::Deployment;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::node::NodeId;
use crate::resource::Presence;
use crate::same_named::{SAME_NAME_STEPS, SameNamed};
use crate::value::{Atom, Kind, Literal};
use crate::work;

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
        if self.inventories.is_empty() {
            return None;
        }
        let all = &self.same_named(resource.kind.folded(), &name)?.existing.all;
        all.iter().copied().find(|n| work::pay(1) && self.is_in_inventory(*n) && self.canonical(*n) == node)
    }

    /// The inventory's resource with that id. All of the id must be known, but for subscription and group of a vault and its keys. `None` where the code
    /// declares the resource several times: then it is not known which of them stays.
    pub(crate) fn in_inventory(&self, id: &ResourceId, folded: &str) -> Option<NodeId> {
        if self.inventories.is_empty() {
            return None;
        }
        let global = GLOBAL.contains(&folded);
        let name = id.names.last()?.as_str()?.to_ascii_lowercase();
        let group = id.resource_group.as_ref().map(|group| self.deref(group));
        let is_it = |node: &NodeId| {
            work::pay(SAME_NAME_STEPS)
                && self.resource(*node).is_some_and(|resource| {
                    let scope = self.same_scope(&resource.scope, id.subscription.as_ref(), id.resource_group.as_ref());
                    (scope == Comparison::Equal || global && scope == Comparison::Unknown)
                        && self.names_equal(resource, &id.names) == Comparison::Equal
                })
        };
        let all = self.same_named(folded, &name)?;
        let is_made = all.made.may_be_in(group.as_ref()).any(|node| is_it(&node)) || work::is_spent();
        let mut rows = all.existing.may_be_in(group.as_ref()).filter(|_| !is_made);
        rows.find(|node| work::pay(1) && self.is_in_inventory(*node) && is_it(node))
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
        let all = self.same_named(&id.kind.to_ascii_lowercase(), &last.to_ascii_lowercase())?;
        let nodes = all.made.may_be_in(Some(&group)).chain(all.existing.may_be_in(Some(&group)));
        for node in nodes {
            let is_ours = self.is_in_inventory(node);
            let resource = self.resource(node)?;
            if !is_ours && resource.presence == Presence::Existing && work::pay(1) {
                continue;
            }
            if !work::pay(SAME_NAME_STEPS) {
                return None;
            }
            let same = self.names_equal(resource, &id.names) == Comparison::Equal
                && self.compare(&resource.scope.resource_group, &group, Fold::Case) == Comparison::Equal;
            if !same {
                continue;
            }
            let subscription = resource.scope.subscription.as_str().filter(|_| is_ours)?;
            if found.replace((Atom::equals(here.clone(), Literal::String(subscription.into())), node)).is_some() {
                return None;
            }
        }
        found
    }

    /// The first of `nodes` from the inventory, which share a name that is unique in a cloud; `None` where the code declares one of them.
    pub(crate) fn inventory_named(&self, nodes: &SameNamed) -> Option<NodeId> {
        if self.inventories.is_empty() {
            return None;
        }
        let declared = |n: &NodeId| work::pay(1) && self.resource(*n).is_some_and(|r| r.presence == Presence::Declared);
        if nodes.made.all.iter().any(declared) || work::is_spent() {
            return None;
        }
        nodes.existing.all.iter().copied().find(|n| work::pay(1) && self.is_in_inventory(*n))
    }
}
