//! The estate in the words of encryption, made once for all rules: what kinds of resources stand in each deployment, which key each encryption
//! set takes, which disks may be encrypted, and what their content comes from.

mod ade;
mod content;
mod holders;
pub(crate) mod kind;
mod lineage;
mod moves;
mod script;
mod set_key;
mod slot;
mod source;
mod target;

use cmklint_graph::{DeploymentId, Estate, NodeId, Target, Value, World, cases};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub(crate) use ade::Ade;
pub(crate) use content::Step;
pub(crate) use holders::{Holder, Holders};
pub(crate) use lineage::Crypt;
pub(crate) use moves::Move;
pub(crate) use set_key::{KEY_URL, SOURCE_VAULT, SetKey, VaultRef, some};
pub(crate) use slot::{Role, SetRef, SetTarget, Slot, Stated};
pub(crate) use source::{Content, is_text, number};
pub(crate) use target::TargetRegion;

/// Where a chain of sources is followed, at most this many steps.
pub(crate) const LONGEST_CHAIN: usize = 16;
/// At most this many worlds are looked at for one thing; those beyond them are left out, which hides findings and makes none.
pub(crate) const MOST_WORLDS: usize = 256;

/// How far a walk along sources may still go: in depth, and in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    depth: usize,
    steps: usize,
}

impl Walk {
    fn new() -> Self {
        Self { depth: LONGEST_CHAIN, steps: MOST_WORLDS }
    }

    /// One step down; `false` where the walk must end.
    fn enter(&mut self) -> bool {
        if self.depth == 0 || self.steps == 0 {
            return false;
        }
        self.depth -= 1;
        self.steps -= 1;
        true
    }

    fn leave(&mut self) {
        self.depth += 1;
    }
}

/// The resources of one deployment by kind, declared and existing ones, in order. Existing ones that a declared one is known to stand for are left out.
#[derive(Debug, Default)]
pub struct Part {
    pub(crate) deployment: Option<DeploymentId>,
    pub(crate) vaults: Vec<NodeId>,
    pub(crate) sets: Vec<NodeId>,
    pub(crate) galleries: Vec<NodeId>,
    pub(crate) versions: Vec<NodeId>,
    pub(crate) extensions: Vec<NodeId>,
    pub(crate) policies: Vec<NodeId>,
    pub(crate) assignments: Vec<NodeId>,
    /// Disks, snapshots, images, and the disks of VMs, scale sets and images.
    pub(crate) slots: Vec<Slot>,
    /// What may move resources: scripts, and calls of actions.
    pub(crate) movers: Vec<NodeId>,
    /// The images, VMs and scale sets.
    pub(crate) machines: Vec<NodeId>,
}

/// What all rules share.
#[derive(Debug)]
pub struct View<'e> {
    pub(crate) estate: &'e Estate,
    parts: Vec<Part>,
    keys: FxHashMap<NodeId, Vec<SetKey>>,
    slots_of: FxHashMap<NodeId, Vec<Slot>>,
    extensions_of: FxHashMap<NodeId, Vec<NodeId>>,
    attached_to: FxHashMap<NodeId, Vec<(NodeId, Role)>>,
    /// The role assignments, by who they are for.
    pub(crate) assignments: Holders,
    /// The access policies that are resources of their own, by who they are for.
    pub(crate) policies: Holders,
    /// Whether Azure Disk Encryption is switched on anywhere.
    pub(crate) any_ade: bool,
}

impl<'e> View<'e> {
    /// Looks at all of `estate`.
    #[must_use]
    pub fn new(estate: &'e Estate) -> Self {
        let mut view = Self {
            estate,
            parts: Vec::new(),
            keys: FxHashMap::default(),
            slots_of: FxHashMap::default(),
            extensions_of: FxHashMap::default(),
            attached_to: FxHashMap::default(),
            assignments: Holders::default(),
            policies: Holders::default(),
            any_ade: false,
        };
        view.parts = estate.deployments().par_iter().map(|d| part(&view, d.id)).collect();
        let sets: Vec<NodeId> = view.parts.iter().flat_map(|p| p.sets.iter().copied()).collect();
        view.keys = sets.into_par_iter().map(|set| (set, view.keys_of_set(set))).collect();
        let mut slots_of: FxHashMap<NodeId, Vec<Slot>> = FxHashMap::default();
        for slot in view.parts.iter().flat_map(|p| &p.slots) {
            slots_of.entry(slot.node).or_default().push(slot.clone());
        }
        view.slots_of = slots_of;
        let mut extensions_of: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        for extension in view.parts.iter().flat_map(|p| &p.extensions) {
            for machine in view.machines_of_extension(*extension) {
                extensions_of.entry(machine).or_default().push(*extension);
            }
        }
        view.extensions_of = extensions_of;
        view.attached_to = view.find_attached();
        view.assignments = view.assignments(&view.parts);
        view.policies = view.policies(&view.parts);
        view.any_ade = view.parts.par_iter().any(|part| {
            let own = part.slots.iter().any(|slot| !view.own_ade(slot, &slot.world).is_empty());
            own || part.machines.iter().any(|machine| !view.extension_ade(*machine, &World::any()).is_empty())
        });
        view
    }

    /// The parts of the estate, by deployment.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The slots of the resource at `node`.
    pub(crate) fn slots_of(&self, node: NodeId) -> &[Slot] {
        self.slots_of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The extensions of the VM or scale set at `node`.
    pub(crate) fn extensions_of(&self, node: NodeId) -> &[NodeId] {
        self.extensions_of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The VMs that attach the disk at `node`, and as what.
    pub(crate) fn attached_to(&self, node: NodeId) -> &[(NodeId, Role)] {
        self.attached_to.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Whether the resource at `node` is of type `kind`.
    pub(crate) fn is(&self, node: NodeId, kind: &str) -> bool {
        self.estate.resource(node).is_some_and(|r| r.kind.is(kind))
    }

    /// The property at `path` of the resource at `node` in each of its worlds within `world`.
    pub(crate) fn values(&self, node: NodeId, path: &str, world: &World) -> Vec<(World, Value)> {
        cases(&self.estate.get(node, path), world)
    }

    /// What the property at `path` of the resource at `node` names, in each of its worlds within `world`.
    pub(crate) fn targets(&self, node: NodeId, path: &str, world: &World) -> Vec<(World, Target, Value)> {
        match self.estate.resource(node) {
            Some(resource) => self.estate.resolve(&resource.get(path), world, node.deployment),
            None => Vec::new(),
        }
    }

    fn find_attached(&self) -> FxHashMap<NodeId, Vec<(NodeId, Role)>> {
        let mut out: FxHashMap<NodeId, Vec<(NodeId, Role)>> = FxHashMap::default();
        for slot in self.parts.iter().flat_map(|p| &p.slots) {
            let Some(path) = slot.attached_path() else { continue };
            for (_, target, _) in self.targets(slot.node, &path, &slot.world) {
                if let Target::Node(disk) = target {
                    let machines = out.entry(disk).or_default();
                    if !machines.contains(&(slot.node, slot.role)) {
                        machines.push((slot.node, slot.role));
                    }
                }
            }
        }
        out
    }
}

fn part(view: &View<'_>, deployment: DeploymentId) -> Part {
    let mut part = Part { deployment: Some(deployment), ..Part::default() };
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
            kind::folded::DISK | kind::folded::SNAPSHOT => part.slots.extend(view.find_slots(node)),
            _ => {}
        }
    }
    part
}
