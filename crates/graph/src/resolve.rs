//! Finding what a reference or an id points to.

use crate::cases::Cases;
use crate::choice::cases;
use crate::compare::{Comparison, Fold};
use crate::deployment::Deployment;
use crate::environment::Meeting;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::node::DeploymentId;
use crate::node::NodeId;
use crate::path::AsPath;
use crate::resource::{Presence, Resource, Scope};
use crate::same_named::{MAX_REPEATED, SAME_NAME_STEPS};
use crate::value::{Atom, Kind, Value};
use crate::work;
use crate::world::World;

/// What a value names, that should name a resource.
#[derive(Clone, Debug)]
pub enum Target {
    /// A resource of the estate.
    Node(NodeId),
    /// A resource that the estate doesn't hold, by its id.
    Id(ResourceId),
    /// Nothing: the value is null or empty.
    Nothing,
    /// Not known.
    Unknown,
}

/// A node, and what it may stand for on which condition.
type MayBe = (NodeId, (Atom, NodeId));

impl Target {
    /// The resource of the estate that is named, if it is one.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        if let Self::Node(node) = self { Some(*node) } else { None }
    }
}

impl Estate {
    /// What `value`, used in the deployment `home`, names in each of its worlds within `world`. A resource that is deployed only under a condition
    /// is named in the worlds where it is.
    #[must_use]
    pub fn resolve(&self, value: &Value, world: &World, home: DeploymentId) -> Cases<Target> {
        self.resolve_each(value, world, home).map(|(target, _)| target)
    }

    /// As [`Estate::resolve`], with the value that names the resource in each world.
    #[must_use]
    pub fn resolve_each(&self, value: &Value, world: &World, home: DeploymentId) -> Cases<(Target, Value)> {
        cases(&self.deref(value), world)
            .and_then(|world, value| self.resolve_one(&value, &world, home).map(|target| (target, value.clone())))
    }

    fn resolve_one(&self, value: &Value, world: &World, home: DeploymentId) -> Cases<Target> {
        match &value.kind {
            Kind::Null => Cases::one(world.clone(), Target::Nothing),
            Kind::String(text) if text.is_empty() => Cases::one(world.clone(), Target::Nothing),
            Kind::Ref(r) if r.path.is("id") || r.path.is_empty() => {
                let node = self.canonical(r.node);
                self.present(node, world).into_iter().map(|world| (world, Target::Node(node))).collect()
            }
            Kind::String(_) | Kind::Template(_) => match ResourceId::parse(value) {
                Some(id) => self.find(&id, world, home),
                None => Cases::one(world.clone(), Target::Unknown),
            },
            _ => Cases::one(world.clone(), Target::Unknown),
        }
    }

    /// The resources that `id`, used in `home`, names within `world`: those of the deployment `home` whose names are the same and whose scope is not another,
    /// else the one of another deployment whose whole id is known and the same, else that of another deployment with the same names in a group of the same name,
    /// where both are in one subscription, else the id itself.
    #[must_use]
    pub fn find(&self, id: &ResourceId, world: &World, home: DeploymentId) -> Cases<Target> {
        let id = match self.absolute(id) {
            Some(id) => id,
            None => return Cases::one(world.clone(), Target::Unknown),
        };
        let folded = id.kind.to_ascii_lowercase();
        if let Some(found) = self.disk_of_restore_point_id(&id, &folded, world, home) {
            return found;
        }
        let mut certain = Vec::new();
        let mut possible = false;
        let Some(last) = id.names.last() else { return Cases::one(world.clone(), Target::Unknown) };
        for node in self.maybe_named(home, &folded, &self.deref(last)) {
            let Some(resource) = self.resource(node) else { continue };
            match self.names_equal_in(resource, &id.names, world) {
                Comparison::Different => continue,
                // A VM-created disk is one of many: an id that may name it most likely names another.
                Comparison::Unknown if resource.presence == Presence::ByMachine => continue,
                Comparison::Unknown => {
                    possible = true;
                    continue;
                }
                Comparison::Equal => {}
            }
            match self.same_scope(&resource.scope, id.subscription.as_ref(), id.resource_group.as_ref()) {
                Comparison::Different => {}
                // Within one deployment one name of one type is one resource, unless the scopes are known to differ.
                scope => certain.push((self.canonical(node), scope)),
            }
        }
        if certain.iter().any(|(_, scope)| *scope == Comparison::Equal) {
            certain.retain(|(_, scope)| *scope == Comparison::Equal);
        } else if !possible
            && certain.iter().all(|(node, _)| !self.is_declared(*node))
            && let Some(other) = self.elsewhere(&id, &folded, home).or_else(|| self.in_inventory(&id, &folded))
        {
            // The code only names something of that name, which need not be in that scope.
            certain = vec![(other, Comparison::Equal)];
        }
        if certain.iter().any(|(node, _)| self.maker(*node).is_none() && self.is_declared(*node)) {
            // A disk that is declared with the name of one that the machine creates is that same disk, declared again to change it.
            certain.retain(|(node, _)| self.maker(*node).is_none());
        }
        let mut nodes: Vec<NodeId> = certain.into_iter().map(|(node, _)| node).collect();
        self.unite(&mut nodes);
        match &nodes[..] {
            [] if possible => Cases::one(world.clone(), Target::Unknown),
            [] => match self.neighbour(&id, home).or_else(|| self.inventory_neighbour(&id)) {
                Some((atom, node)) => {
                    let there = world.assume(&atom, true).into_iter().flat_map(|world| self.present(node, &world));
                    let mut out: Cases<Target> = there.map(|world| (world, Target::Node(node))).collect();
                    out.extend(world.assume(&atom, false).map(|world| (world, Target::Id(id))));
                    out
                }
                None => Cases::one(world.clone(), Target::Id(id)),
            },
            nodes => {
                let mut out = Cases::none();
                let mut worlds = vec![world.clone()];
                // The code tells two subscriptions apart, which may be one all the same.
                if let [only] = nodes
                    && let Some(atom) = self.further_subscription(&id, *only, home)
                {
                    out.extend(world.assume(&atom, false).map(|world| (world, Target::Id(id.clone()))));
                    worlds = world.assume(&atom, true).into_iter().collect();
                }
                for node in nodes {
                    for present in worlds.iter().flat_map(|world| self.present(*node, world)) {
                        if out.iter().any(|(other, _)| other.and(&present).is_some()) {
                            return Cases::one(world.clone(), Target::Unknown); // Two at once: which of them is not known.
                        }
                        out.push(present, Target::Node(*node));
                    }
                }
                out
            }
        }
    }

    /// Sorts the nodes and keeps one of those that are the same resource.
    fn unite(&self, nodes: &mut Vec<NodeId>) {
        nodes.sort_unstable();
        nodes.dedup();
        if (2..=MAX_REPEATED).contains(&nodes.len()) {
            let mut kept: Vec<NodeId> = Vec::new();
            for node in nodes.iter() {
                if !kept.iter().any(|first| self.repeats(*first, *node)) {
                    kept.push(*node);
                }
            }
            *nodes = kept;
        }
    }

    fn is_declared(&self, node: NodeId) -> bool {
        self.resource(node).is_some_and(|resource| resource.presence.is_made())
    }

    /// The id with its base spelled out.
    fn absolute(&self, id: &ResourceId) -> Option<ResourceId> {
        let Some(base) = id.base else { return Some(id.clone()) };
        let base = self.resource(self.canonical(base))?;
        if base.names.len() != base.kind.depth() {
            return None;
        }
        let names = base.names.iter().chain(&id.names).cloned().collect();
        Some(ResourceId::in_scope(&base.scope, &format!("{}/{}", base.kind.as_str(), id.kind), names))
    }

    pub(crate) fn names_equal(&self, resource: &Resource, names: &[Value]) -> Comparison {
        self.names_equal_in(resource, names, &World::any())
    }

    /// Whether the resource's names are these in `world`.
    fn names_equal_in(&self, resource: &Resource, names: &[Value], world: &World) -> Comparison {
        if resource.names.len() != names.len() {
            return Comparison::Unknown;
        }
        let pairs = resource.names.iter().zip(names);
        pairs.fold(Comparison::Equal, |result, (a, b)| {
            let here = match a.kind {
                Kind::Choice(_) => match cases(a, world).as_slice() {
                    [(_, only)] => self.compare(only, b, Fold::Case),
                    _ => self.compare(a, b, Fold::Case),
                },
                _ => self.compare(a, b, Fold::Case),
            };
            result.and(here)
        })
    }

    /// Whether `scope` is the given subscription and resource group; a part that an id leaves out matches anything, unless the resource has none either.
    pub(crate) fn same_scope(
        &self,
        scope: &Scope,
        subscription: Option<&Value>,
        resource_group: Option<&Value>,
    ) -> Comparison {
        let part = |a: &Value, b: Option<&Value>| match b {
            Some(b) if !a.is_null() => self.compare(a, b, Fold::Case),
            None if a.is_null() => Comparison::Equal,
            _ => Comparison::Unknown,
        };
        part(&scope.subscription, subscription).and(part(&scope.resource_group, resource_group))
    }

    /// The one declared resource of another deployment with certainly that id. Where two deployments that `home` may meet declare it (two
    /// examples with the same names), `None`.
    fn elsewhere(&self, id: &ResourceId, folded: &str, home: DeploymentId) -> Option<NodeId> {
        // A symbol is the same only where it was handed over by that very deployment.
        let (subscription, resource_group) = (id.subscription.as_ref()?, id.resource_group.as_ref());
        id.group()?;
        let name = id.names.last()?.as_str()?.to_ascii_lowercase();
        self.note(folded, &name, resource_group);
        let group = resource_group.map(|group| self.deref(group));
        let mut found = None;
        for node in self.same_named(folded, &name)?.made.may_be_in(group.as_ref()) {
            let resource = self.resource(node)?;
            let same = self.is_of_other(node, home, Meeting::ById)?
                && self.names_equal(resource, &id.names) == Comparison::Equal
                && self.same_scope(&resource.scope, Some(subscription), resource_group) == Comparison::Equal;
            if same && found.replace(node).is_some() {
                return None;
            }
        }
        found
    }

    /// Whether `node`, which is made, stands for itself and is in another deployment than `home`, which may meet it so `closely`. `None` where no more may be compared with it.
    pub(crate) fn is_of_other(&self, node: NodeId, home: DeploymentId, closely: Meeting) -> Option<bool> {
        let is_other = work::pay(1)
            && node.deployment != home
            && self.canonical(node) == node
            && self.meet(home, node.deployment) >= closely;
        let paid = if is_other { work::pay(SAME_NAME_STEPS) } else { !work::is_spent() };
        paid.then_some(is_other)
    }

    /// The vault (or managed HSM, by `kind`) named `name`: such names are unique worldwide, so neither scope nor id is needed. Declared ones first;
    /// one of another deployment only where it is the only one.
    #[must_use]
    pub fn find_by_global_name(&self, kind: &str, name: &Value, world: &World, home: DeploymentId) -> Cases<Target> {
        let folded = kind.to_ascii_lowercase();
        let mut nodes = Vec::new();
        let mut possible = false;
        for node in self.maybe_named(home, &folded, &self.deref(name)) {
            let Some(resource) = self.resource(node) else { continue };
            match self.names_equal(resource, std::slice::from_ref(name)) {
                Comparison::Equal => nodes.push(self.canonical(node)),
                Comparison::Unknown => possible = true,
                Comparison::Different => {}
            }
        }
        self.unite(&mut nodes);
        if nodes.is_empty()
            && !possible
            && let Some(text) = name.as_str()
        {
            self.note(&folded, &text.to_ascii_lowercase(), None);
            if let Some(all) = self.same_named(&folded, &text.to_ascii_lowercase()) {
                let mut declared = all.made.all.iter().filter(|n| {
                    work::pay(1)
                        && self.resource(**n).is_some_and(|r| r.presence == Presence::Declared)
                        && self.meet(home, n.deployment) >= Meeting::ById
                });
                if let (Some(only), None) = (declared.next(), declared.next()) {
                    nodes.push(*only);
                } else {
                    nodes.extend(self.inventory_named(all));
                }
            }
        }
        let mut out = Cases::none();
        for node in nodes {
            for present in self.present(node, world) {
                if out.iter().any(|(other, _)| other.and(&present).is_some()) {
                    return Cases::one(world.clone(), Target::Unknown);
                }
                out.push(present, Target::Node(node));
            }
        }
        if out.is_empty() { Cases::one(world.clone(), Target::Unknown) } else { out }
    }

    /// Finds, for each existing resource, the declared one that it names.
    pub(crate) fn find_declared_twins(&mut self) {
        let (found, faults) = self.at_each("twins", |deployment| self.twins_in(deployment));
        self.faults.extend(faults);
        for (twins, possible) in found {
            self.refers_to.extend(twins);
            self.may_refer_to.extend(possible);
        }
    }

    /// What the existing resources of a deployment stand for, certainly and possibly.
    fn twins_in(&self, deployment: &Deployment) -> (Vec<(NodeId, NodeId)>, Vec<MayBe>) {
        let existing = deployment.resources.iter().filter(|r| r.presence == Presence::Existing).map(|r| r.id);
        let mut twins = Vec::new();
        let mut possible = Vec::new();
        for node in existing {
            let Some(resource) = self.resource(node) else { continue };
            if resource.names.is_empty() || resource.names.len() != resource.kind.depth() {
                continue;
            }
            let id = ResourceId::in_scope(&resource.scope, resource.kind.as_str(), resource.names.clone());
            let name = self.deref(resource.names.last().unwrap_or(&Value::null()));
            let candidates = self.maybe_named(node.deployment, resource.kind.folded(), &name);
            let same = |other: &NodeId, presence: Presence| {
                self.resource(*other).is_some_and(|r| {
                    r.presence == presence
                        && self.names_equal(r, &id.names) == Comparison::Equal
                        && self.same_scope(&r.scope, id.subscription.as_ref(), id.resource_group.as_ref())
                            == Comparison::Equal
                })
            };
            let of = |presence| -> Vec<NodeId> {
                let all = candidates.iter().copied().filter(|other| work::pay(1) && same(other, presence));
                all.take(MAX_REPEATED + 1).collect()
            };
            let mut declared = of(Presence::Declared);
            if declared.is_empty() {
                declared = of(Presence::ByMachine);
            }
            self.unite(&mut declared);
            let twin = match &declared[..] {
                [only] => Some(*only),
                [_, _, ..] => None,
                // Where the code refers to one existing resource twice, the first represents both.
                [] => self.elsewhere(&id, resource.kind.folded(), node.deployment).or_else(|| {
                    if !self.is_in_inventory(node)
                        && let Some(found) = self.in_inventory(&id, resource.kind.folded())
                    {
                        return Some(found);
                    }
                    let earlier = candidates.iter().copied().filter(|other| *other < node);
                    earlier.filter(|other| work::pay(1) && same(other, Presence::Existing)).min()
                }),
            };
            match twin.or_else(|| self.namesake(resource, &id)) {
                Some(twin) => twins.push((node, twin)),
                None => {
                    let found = self.neighbour(&id, node.deployment).or_else(|| self.inventory_neighbour(&id));
                    possible.extend(found.map(|found| (node, found)));
                }
            }
        }
        (twins, possible)
    }
}
