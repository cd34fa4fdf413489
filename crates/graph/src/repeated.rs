//! One resource that a deployment declares more than once: a loop that deploys a module again to test idempotency, a set that is created first and changed
//! once its identity may use the key.

use crate::compare::{Comparison, Fold};
use crate::estate::Estate;
use crate::node::{DeploymentId, NodeId};
use crate::resource::Resource;
use crate::same_named::MAX_REPEATED;
use crate::value::Value;

/// A part of a scope as ids have it: `None` where the resource has none.
fn stated(part: &Value) -> Option<&Value> {
    (!part.is_null()).then_some(part)
}

impl Estate {
    /// The first declaration, in the same deployment, of the resource that the one at `node` declares too: type, names and scope are certainly the same. The
    /// node itself where it is the first.
    #[must_use]
    pub fn first_declaration(&self, node: NodeId) -> NodeId {
        self.declared_first.get(&node).copied().unwrap_or(node)
    }

    /// Finds the resources that are declared more than once. Where all declarations are one text that is deployed several times, the first represents them. Two
    /// texts are not united: each may
    /// state something else, and often only one of them is meant to be deployed.
    pub(crate) fn find_repeated(&mut self) {
        let (found, faults) = self.at_each("repeated", |deployment| self.repeated_in(deployment.id));
        self.faults.extend(faults);
        for (node, first, is_again) in found.into_iter().flatten() {
            self.declared_first.insert(node, first);
            if is_again {
                self.refers_to.insert(node, first);
            }
        }
    }

    /// The resources of a deployment that it declared before: each with its first declaration, and whether it is that one deployed again.
    fn repeated_in(&self, deployment: DeploymentId) -> Vec<(NodeId, NodeId, bool)> {
        let mut out = Vec::new();
        for nodes in self.nodes_by_name(deployment) {
            let mut firsts: Vec<&Resource> = Vec::new();
            let declared = |r: &&Resource| r.presence.is_made() && r.names.len() == r.kind.depth();
            for resource in nodes.iter().filter_map(|node| self.resource(*node)).filter(declared) {
                match firsts.iter().find(|other| self.is_one_resource(other, resource)) {
                    Some(other) => out.push((resource.id, other.id, self.is_deployed_again(other, resource))),
                    None if firsts.len() < MAX_REPEATED => firsts.push(resource),
                    None => {}
                }
            }
        }
        out
    }

    /// Whether two nodes are one declaration that is deployed twice as certainly the same resource. Two declarations of one name are not: most often only one of
    /// them is meant to be deployed.
    pub(crate) fn repeats(&self, a: NodeId, b: NodeId) -> bool {
        let (Some(a), Some(b)) = (self.resource(a), self.resource(b)) else { return false };
        a.id.deployment == b.id.deployment
            && a.span == b.span
            && a.presence.is_made()
            && b.presence.is_made()
            && self.is_one_resource(a, b)
    }

    fn is_one_resource(&self, a: &Resource, b: &Resource) -> bool {
        self.names_equal(a, &b.names) == Comparison::Equal
            && self.same_scope(&a.scope, stated(&b.scope.subscription), stated(&b.scope.resource_group))
                == Comparison::Equal
    }

    fn is_deployed_again(&self, a: &Resource, b: &Resource) -> bool {
        a.span == b.span
            && crate::canonical(&a.condition) == crate::canonical(&b.condition)
            && (a.location.is_null() && b.location.is_null()
                || self.compare(&a.location, &b.location, Fold::Region) == Comparison::Equal)
    }
}
