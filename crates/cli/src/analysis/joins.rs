//! Which deployments name resources of which others.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_graph::{DeploymentId, Estate, Kind, ResourceId, Target, Value, World};

/// For each deployment the others whose resources it names: by reference, by id, or as existing resources.
pub(super) fn by_id(estate: &Estate) -> BTreeMap<DeploymentId, BTreeSet<DeploymentId>> {
    let mut joins: BTreeMap<DeploymentId, BTreeSet<DeploymentId>> = BTreeMap::new();
    for deployment in estate.deployments() {
        let mut search = JoinSearch { estate, home: deployment.id, found: BTreeSet::new() };
        for resource in &deployment.resources {
            search.found.insert(estate.canonical(resource.id).deployment);
            search.found.extend(estate.may_be(resource.id).map(|other| other.deployment));
            search.look_at(&resource.body, DEPTH);
            search.look_at(&resource.extends, DEPTH);
        }
        search.found.remove(&deployment.id);
        joins.insert(deployment.id, search.found);
    }
    joins
}

/// Values nested deeper than this are not searched.
const DEPTH: usize = 32;

struct JoinSearch<'a> {
    estate: &'a Estate,
    home: DeploymentId,
    found: BTreeSet<DeploymentId>,
}

impl JoinSearch<'_> {
    /// Adds the deployments of the resources that `value` may name.
    fn resolve(&mut self, value: &Value) {
        for (_, target) in self.estate.resolve(value, &World::default(), self.home) {
            if let Target::Node(node) = target {
                self.found.insert(self.estate.canonical(node).deployment);
            }
        }
    }

    fn look_at(&mut self, value: &Value, depth: usize) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        match &value.kind {
            Kind::Ref(r) => {
                self.found.insert(self.estate.canonical(r.node).deployment);
            }
            Kind::String(_) | Kind::Template(_) => {
                if ResourceId::parse(value).is_some() {
                    self.resolve(value);
                }
            }
            Kind::Array(array) => array.items.iter().for_each(|item| self.look_at(item, deeper)),
            Kind::Object(object) => object.entries.values().for_each(|entry| self.look_at(&entry.value, deeper)),
            Kind::Choice(choice) => {
                self.look_at(&choice.then, deeper);
                self.look_at(&choice.otherwise, deeper);
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Symbol(_) => {}
        }
    }
}
