//! Computes the view, in one pass over an estate.

use cmklint_graph::work::{Metered, metered};
use cmklint_graph::{DeploymentId, DeploymentKey, Estate, NodeId, Target, World};
use rustc_hash::{FxHashMap, FxHashSet};

use super::estate_view::{DeploymentResources, View};
use super::holders::Holders;
use super::kind;
use super::service_table::{is_pool, key_service_of};
use super::set_key::SetKey;
use super::slot::{Role, Slot};
use crate::units;

/// Is called with the cost of computing the view of the deployment with that key, or, without a key, of all together.
pub(crate) type Costs<'a> = dyn FnMut(Option<&DeploymentKey>, Metered) + 'a;

impl<'e> View<'e> {
    /// Computes the view of `estate`, in about `steps` steps of [work](cmklint_graph::work). What would take more is not known.
    pub(crate) fn within(estate: &'e Estate, steps: u64, costs: &mut Costs<'_>) -> Self {
        let mut view = Self {
            estate,
            parts: Vec::new(),
            keys: FxHashMap::default(),
            slots_of: FxHashMap::default(),
            extensions_of: FxHashMap::default(),
            pools_of: FxHashMap::default(),
            attached_to: FxHashMap::default(),
            assignments: Holders::default(),
            policies: Holders::default(),
            handed_out: FxHashSet::default(),
            any_ade: false,
        };
        let deployments: Vec<DeploymentId> = estate.deployments().iter().map(|d| d.id).collect();
        let done = units::run(
            &deployments,
            steps,
            |_| 1,
            |id| {
                let part = part(&view, *id);
                let keys: Vec<(NodeId, Vec<SetKey>)> =
                    part.sets.iter().map(|set| (*set, view.keys_of_set(*set))).collect();
                (part, keys)
            },
        );
        for (id, done) in deployments.into_iter().zip(done) {
            costs(estate.deployment(id).map(|deployment| &deployment.key), done.metered);
            let (part, keys) = done.value.unwrap_or_default();
            view.parts.push(part);
            view.keys.extend(keys);
        }
        let ((), metered) = metered(steps, || view.connect());
        costs(None, metered);
        view
    }

    /// Computes what connects resources of several deployments.
    fn connect(&mut self) {
        let services: Vec<NodeId> = self.parts.iter().flat_map(|p| p.key_services.iter().copied()).collect();
        let keys: Vec<_> = services.into_iter().map(|service| (service, self.keys_of_service(service))).collect();
        self.keys.extend(keys);
        let mut slots_of: FxHashMap<NodeId, Vec<Slot>> = FxHashMap::default();
        for slot in self.parts.iter().flat_map(|p| p.slots.iter().chain(&p.made)) {
            slots_of.entry(slot.node).or_default().push(slot.clone());
        }
        self.slots_of = slots_of;
        self.extensions_of = self.by_parent(self.parts.iter().flat_map(|p| &p.extensions));
        self.pools_of = self.by_parent(self.parts.iter().flat_map(|p| &p.pools));
        self.attached_to = self.find_attached();
        self.assignments = self.assignments(&self.parts);
        self.policies = self.policies(&self.parts);
        self.handed_out = self.find_handed_out();
        self.any_ade = self.parts.iter().any(|part| {
            let mut slots = part.slots.iter().chain(&part.services);
            let own = slots.any(|slot| self.may_have_own_ade(slot));
            own || part.machines.iter().any(|machine| !self.extension_ade(*machine, &World::any()).is_empty())
        });
    }

    /// `children` by the resources that they are children of.
    fn by_parent<'a>(&self, children: impl Iterator<Item = &'a NodeId>) -> FxHashMap<NodeId, Vec<NodeId>> {
        let mut out: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        for child in children {
            for holder in self.parents_of(*child) {
                out.entry(holder).or_default().push(*child);
            }
        }
        out
    }

    fn find_attached(&self) -> FxHashMap<NodeId, Vec<(NodeId, Role)>> {
        let mut out: FxHashMap<NodeId, Vec<(NodeId, Role)>> = FxHashMap::default();
        for slot in self.parts.iter().flat_map(|p| &p.slots) {
            let Some(path) = slot.attached_path() else { continue };
            for (_, target) in self.targets(slot.node, &path, &slot.world) {
                if let Target::Node(disk) = target {
                    let machines = out.entry(disk).or_default();
                    if !machines.contains(&(slot.node, slot.role)) {
                        machines.push((slot.node, slot.role));
                    }
                }
            }
        }
        for made in self.parts.iter().flat_map(|p| &p.made) {
            if let Some(maker) = self.estate.maker(made.node) {
                let role = if maker.is_os { Role::MachineOs } else { Role::MachineData };
                out.insert(made.node, vec![(maker.machine, role)]);
            }
        }
        out
    }
}

fn part(view: &View<'_>, deployment: DeploymentId) -> DeploymentResources {
    let mut part = DeploymentResources { deployment: Some(deployment), ..DeploymentResources::default() };
    let estate = view.estate;
    for resource in estate.deployment(deployment).map_or(&[][..], |d| &d.resources) {
        let node = resource.id;
        if estate.canonical(node) != node {
            continue;
        }
        match resource.kind.folded() {
            kind::folded::VAULT | kind::folded::HSM => part.vaults.push(node),
            kind::folded::SET => part.sets.push(node),
            kind::folded::GALLERY => part.galleries.push(node),
            kind::folded::VERSION => part.versions.push(node),
            kind::folded::VM_EXTENSION | kind::folded::SCALE_SET_EXTENSION => part.extensions.push(node),
            kind::folded::ACCESS_POLICIES => part.policies.push(node),
            kind::folded::SCRIPT | kind::folded::ACTION => part.movers.push(node),
            kind::folded::ROLE_ASSIGNMENT => part.assignments.push(node),
            kind::folded::VM | kind::folded::SCALE_SET | kind::folded::IMAGE => {
                part.machines.push(node);
                part.slots.extend(view.find_slots(node));
            }
            kind::folded::DISK if estate.maker(node).is_some() => part.made.extend(view.find_slots(node)),
            kind::folded::DISK | kind::folded::SNAPSHOT => part.slots.extend(view.find_slots(node)),
            folded if key_service_of(folded).is_some() => part.key_services.push(node),
            folded if is_pool(folded) => part.pools.push(node),
            _ => part.services.extend(view.service_slots(node)),
        }
    }
    part
}
