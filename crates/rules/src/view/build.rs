//! Computes the view, in one pass over an estate.

use std::collections::BTreeSet;

use cmklint_graph::fault::guarded;
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

/// Is told the cost of the part of the view for the deployment with that key, or without a key for all deployments; `None` where a fault left something out.
pub(crate) type Costs<'a> = dyn FnMut(Option<&DeploymentKey>, Option<Metered>) + 'a;

impl<'e> View<'e> {
    /// Computes the view of `estate`, in about `steps` steps of [work](cmklint_graph::work). What would take more steps counts as not known.
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
            has_faults: false,
        };
        let deployments: Vec<DeploymentId> = estate.deployments().iter().map(|d| d.id).collect();
        let done = units::run(
            &deployments,
            steps,
            |_| 1,
            |id| ("view", key_of(estate, *id).map_or_else(String::new, ToString::to_string)),
            |id| {
                let part = part(&view, *id);
                let keys: Vec<(NodeId, Vec<SetKey>)> =
                    part.sets.iter().map(|set| (*set, view.keys_of_set(*set))).collect();
                (part, keys)
            },
        );
        for (id, done) in deployments.into_iter().zip(done) {
            let key = key_of(estate, id);
            costs(key, Some(done.metered));
            if done.value.is_none() {
                costs(key, None);
                view.has_faults = true;
            }
            let (part, keys) = done.value.unwrap_or_default();
            view.parts.push(part);
            view.keys.extend(keys);
        }
        let (faults, metered) = metered(steps, || view.connect());
        costs(None, Some(metered));
        view.has_faults |= !faults.is_empty();
        faults.into_iter().for_each(|id| costs(key_of(estate, id), None));
        view
    }

    /// Computes what connects resources of several deployments. Returns the deployments in which faults left something of that out.
    fn connect(&mut self) -> BTreeSet<DeploymentId> {
        let mut faults = BTreeSet::new();
        let keys = self.at_each("keys of services", &mut faults, |part| {
            part.key_services.iter().map(|service| (*service, self.keys_of_service(*service))).collect()
        });
        self.keys.extend(keys);
        let mut slots_of: FxHashMap<NodeId, Vec<Slot>> = FxHashMap::default();
        for slot in self.parts.iter().flat_map(|p| p.slots.iter().chain(&p.made)) {
            slots_of.entry(slot.node).or_default().push(slot.clone());
        }
        self.slots_of = slots_of;
        for (parent, extension) in self.at_each("extensions", &mut faults, |part| self.by_parent(&part.extensions)) {
            self.extensions_of.entry(parent).or_default().push(extension);
        }
        for (parent, pool) in self.at_each("pools", &mut faults, |part| self.by_parent(&part.pools)) {
            self.pools_of.entry(parent).or_default().push(pool);
        }
        self.attached_to = self.find_attached(&mut faults);
        let assignments = self.at_each("assignments", &mut faults, |part| self.assignments(part));
        assignments.iter().for_each(|(grant, holders)| self.assignments.add(*grant, holders));
        let policies = self.at_each("policies", &mut faults, |part| self.policies(part));
        policies.iter().for_each(|(grant, holders)| self.policies.add(*grant, holders));
        let handed_out = self.at_each("handed out", &mut faults, |part| self.handed_out_by(part));
        self.handed_out.extend(handed_out);
        let ade = self.at_each("disk encryption", &mut faults, |part| vec![self.has_ade_in(part)]);
        self.any_ade = ade.contains(&true);
        faults
    }

    /// `children`, each with a resource that it is a child of.
    fn by_parent(&self, children: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let of =
            |child: &NodeId| self.parents_of(*child).into_iter().map(|parent| (parent, *child)).collect::<Vec<_>>();
        children.iter().flat_map(of).collect()
    }

    /// The result of `look` for each part, in their order. A fault leaves out the result for that part, and is noted.
    fn at_each<T>(
        &self,
        stage: &'static str,
        faults: &mut BTreeSet<DeploymentId>,
        look: impl Fn(&DeploymentResources) -> Vec<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for part in &self.parts {
            let key = part.deployment.and_then(|id| key_of(self.estate, id));
            match guarded(stage, &key.map_or_else(String::new, ToString::to_string), || look(part)) {
                Some(of_part) => found.extend(of_part),
                None => faults.extend(part.deployment),
            }
        }
        found
    }

    fn has_ade_in(&self, part: &DeploymentResources) -> bool {
        let mut slots = part.slots.iter().chain(&part.services);
        let own = slots.any(|slot| self.may_have_own_ade(slot));
        own || part.machines.iter().any(|machine| !self.extension_ade(*machine, &World::any()).is_empty())
    }

    /// The disks that the slot's machine attaches by its path, with the machine and as what.
    fn attached_by(&self, slot: &Slot) -> Vec<(NodeId, (NodeId, Role))> {
        let Some(path) = slot.attached_path() else { return Vec::new() };
        let targets = self.targets(slot.node, &path, &slot.world);
        targets.values().filter_map(Target::node).map(|disk| (disk, (slot.node, slot.role))).collect()
    }

    fn find_attached(&self, faults: &mut BTreeSet<DeploymentId>) -> FxHashMap<NodeId, Vec<(NodeId, Role)>> {
        let mut out: FxHashMap<NodeId, Vec<(NodeId, Role)>> = FxHashMap::default();
        let found = self.at_each("attached disks", faults, |part| {
            part.slots.iter().flat_map(|slot| self.attached_by(slot)).collect()
        });
        let mut seen = FxHashSet::default();
        for (disk, machine) in found.into_iter().filter(|found| seen.insert(*found)) {
            out.entry(disk).or_default().push(machine);
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

fn key_of(estate: &Estate, id: DeploymentId) -> Option<&DeploymentKey> {
    estate.deployment(id).map(|deployment| &deployment.key)
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
