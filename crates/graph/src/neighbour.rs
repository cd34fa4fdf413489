//! Resources that the code of one root names and another root of the run declares, where no whole id says so.

use crate::compare::{Comparison, Fold};
use crate::environment::Meeting;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::look_ups::UNIQUE;
use crate::node::DeploymentId;
use crate::node::NodeId;
use crate::resource::Resource;
use crate::value::{Atom, Kind, Literal, Symbol, Value};

impl Estate {
    /// The one declared vault or managed HSM of another deployment with the name of `existing`, unless it is known to be in another subscription. Its name is
    /// unique, so a resource group that is known to differ is a mistake in the code, not another vault.
    pub(crate) fn namesake(&self, existing: &Resource, id: &ResourceId) -> Option<NodeId> {
        if !UNIQUE.contains(&existing.kind.folded()) {
            return None;
        }
        let id = ResourceId { resource_group: None, ..id.clone() };
        self.only_other(&id, existing.id.deployment, Meeting::ById)
    }

    /// The one declared resource of another deployment with the names of `id`, used in the deployment `home`, in a resource group of the same known name; and the
    /// condition on which it is that one: that both are in one subscription, which the code does not tell; where `id` states it, that the declared one is in that.
    pub(crate) fn neighbour(&self, id: &ResourceId, home: DeploymentId) -> Option<(Atom, NodeId)> {
        let group = id.group()?.map(|group| self.deref(group));
        if group.as_ref().is_some_and(|group| group.as_str().is_none_or(str::is_empty)) {
            return None;
        }
        let here = self.deref(id.subscription.as_ref()?).kind;
        let only = self.only_other(id, home, Meeting::ByName)?;
        let declared = self.resource(only)?;
        let is_elsewhere = |group| self.compare(&declared.scope.resource_group, group, Fold::Case) != Comparison::Equal;
        if group.as_ref().is_some_and(is_elsewhere) {
            return None;
        }
        let there = self.deref(&declared.scope.subscription).kind;
        let atom = one_subscription(here, there, |_, _| {
            let root = |id| self.deployment(id).map_or_else(String::new, |d| d.key.to_string());
            // By name: keys hold the numbers of deployments, which depend on what else is analyzed.
            let mut roots = [root(home), root(only.deployment)];
            roots.sort();
            format!("{} share a subscription", roots.join(" and "))
        });
        Some((atom?, only))
    }

    /// The condition on which `id` names the resource at `node` of its own deployment `home`, where one of the two is in the subscription of a further configuration
    /// of the provider, and it is not known whether the other is in that too.
    pub(crate) fn further_subscription(&self, id: &ResourceId, node: NodeId, home: DeploymentId) -> Option<Atom> {
        let further = &self.deployment(home)?.further_subscriptions;
        let resource = self.resource(node).filter(|_| !further.is_empty())?;
        let (here, there) = (id.subscription.as_ref()?, &resource.scope.subscription);
        let is = |a: &Value, b: &Value| self.compare(a, b, Fold::Case);
        let is_further = |value: &Value| further.iter().any(|other| is(other, value) == Comparison::Equal);
        if node.deployment != home || is(here, there) != Comparison::Unknown || !(is_further(here) || is_further(there))
        {
            return None;
        }
        one_subscription(self.deref(here).kind, self.deref(there).kind, |a, b| {
            format!("{} is {}", a.label(), b.label())
        })
    }

    /// The one declared resource with exactly the names of `id` in a deployment that `home` may meet by name, whose scope is not known to differ.
    /// `None` where there are several.
    fn only_other(&self, id: &ResourceId, home: DeploymentId, closely: Meeting) -> Option<NodeId> {
        let Kind::String(last) = self.deref(id.names.last()?).kind else { return None };
        let key = (id.kind.to_ascii_lowercase(), last.to_ascii_lowercase());
        self.note(&key.0, &key.1, id.resource_group.as_ref());
        let group = id.resource_group.as_ref().map(|group| self.deref(group));
        let mut found = None;
        for node in self.same_named(&key.0, &key.1)?.made.may_be_in(group.as_ref()) {
            let resource = self.resource(node)?;
            let candidate = self.is_of_other(node, home, closely)?
                && self.names_equal(resource, &id.names) == Comparison::Equal
                && self.same_scope(&resource.scope, id.subscription.as_ref(), id.resource_group.as_ref())
                    != Comparison::Different;
            if candidate && found.replace(node).is_some() {
                return None;
            }
        }
        found
    }
}

/// The condition on which two subscriptions, at least one of which is not known, are one. `statement` says it in words of two that are not known, which it is given
/// in a fixed order.
fn one_subscription(here: Kind, there: Kind, statement: impl FnOnce(&Symbol, &Symbol) -> String) -> Option<Atom> {
    match (here, there) {
        (Kind::Symbol(symbol), Kind::String(text)) | (Kind::String(text), Kind::Symbol(symbol)) => {
            Some(Atom::equals(symbol, Literal::String(text)))
        }
        (Kind::Symbol(a), Kind::Symbol(b)) => {
            let (a, b) = if b.key() < a.key() { (b, a) } else { (a, b) };
            let key = format!("one-subscription:{}={}", a.key(), b.key());
            Some(Atom::truth(Symbol::whether(key, statement(&a, &b))))
        }
        _ => None,
    }
}
