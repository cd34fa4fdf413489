//! The estate as plain data for other programs: editors, pictures, scripts. It has what the rules compare: the resources around keys and encrypted disks,
//! and which of them uses which.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::work::metered;
use cmklint_graph::{DeploymentKey, Estate, Kind, NodeId, Presence, ResourceId, Value, World, cases};
use cmklint_source::Span;

use crate::settings::Settings;
use crate::view::kind::folded;
use crate::view::{SetTarget, Slot, VaultRef, View};

/// A value is shown in at most this many cases.
const MAX_CASES: usize = 8;

/// The resources around keys and encrypted disks, and which of them uses which.
#[derive(Debug, Default)]
pub struct EstateMap {
    /// The resources, by deployment, in the order of the code.
    pub resources: Vec<MappedResource>,
    /// The relations between resources, by their start.
    pub edges: Vec<MappedEdge>,
    places: BTreeMap<NodeId, usize>,
    incoming: BTreeMap<NodeId, Vec<usize>>,
}

/// What a resource of the map is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MappedKind {
    /// A key vault.
    Vault,
    /// A managed HSM.
    ManagedHsm,
    /// A key of a vault or of a managed HSM.
    Key,
    /// A disk encryption set.
    EncryptionSet,
    /// A managed disk.
    Disk,
    /// A snapshot.
    Snapshot,
    /// A custom image.
    Image,
    /// A version of an image in a gallery.
    ImageVersion,
    /// A virtual machine.
    Machine,
    /// A scale set.
    ScaleSet,
}

impl MappedKind {
    fn of(folded: &str) -> Option<Self> {
        Some(match folded {
            folded::VAULT => Self::Vault,
            folded::HSM => Self::ManagedHsm,
            folded::KEY | folded::HSM_KEY => Self::Key,
            folded::SET => Self::EncryptionSet,
            folded::DISK => Self::Disk,
            folded::SNAPSHOT => Self::Snapshot,
            folded::IMAGE => Self::Image,
            folded::VERSION => Self::ImageVersion,
            folded::VM => Self::Machine,
            folded::SCALE_SET => Self::ScaleSet,
            _ => return None,
        })
    }

    /// Its name for programs: `vault`, `managedHsm`, `encryptionSet`, …
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::ManagedHsm => "managedHsm",
            Self::Key => "key",
            Self::EncryptionSet => "encryptionSet",
            Self::Disk => "disk",
            Self::Snapshot => "snapshot",
            Self::Image => "image",
            Self::ImageVersion => "imageVersion",
            Self::Machine => "machine",
            Self::ScaleSet => "scaleSet",
        }
    }

    /// Its name for people: `vault`, `managed HSM`, `encryption set`, …
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::ManagedHsm => "managed HSM",
            Self::EncryptionSet => "encryption set",
            Self::ImageVersion => "image version",
            Self::Machine => "virtual machine",
            Self::ScaleSet => "scale set",
            other => other.as_str(),
        }
    }
}

/// A resource of the map.
#[derive(Debug)]
pub struct MappedResource {
    /// Its id in the estate.
    pub node: NodeId,
    /// Its kind.
    pub kind: MappedKind,
    /// Its ARM type.
    pub resource_type: Arc<str>,
    /// Its address in its own language.
    pub address: Arc<str>,
    /// Its root and the root's inputs.
    pub deployment: DeploymentKey,
    /// Its own name.
    pub name: MappedValue,
    /// Its region.
    pub region: MappedValue,
    /// Its subscription's id.
    pub subscription: MappedValue,
    /// Its resource group's name.
    pub resource_group: MappedValue,
    /// Whether the code creates it.
    pub presence: Presence,
    /// The condition under which it is deployed, in words; empty where it always is.
    pub when: String,
    /// Its header.
    pub span: Span,
    /// Its whole declaration.
    pub whole: Span,
    /// How many further resources like it the same declaration creates.
    pub further: u64,
}

/// A value, in each case that depends on the deployment.
#[derive(Clone, Debug, Default)]
pub struct MappedValue {
    /// The cases; none where the resource has no such value.
    pub cases: Vec<ValueCase>,
}

/// A value in one case.
#[derive(Clone, Debug)]
pub struct ValueCase {
    /// The condition of the case, in words; empty where there is none.
    pub when: String,
    /// The text, where it is known.
    pub text: Option<String>,
    /// Its description: `'westeurope'`, `variable location`.
    pub in_words: String,
    /// Where it came from, oldest first.
    pub steps: Vec<(Span, String)>,
}

impl MappedValue {
    fn of(value: &Value, world: &World) -> Self {
        let shown = cases(value, world).at_most(MAX_CASES);
        let shown = shown.iter().filter(|(_, value)| !value.is_null()).map(|(world, value)| ValueCase {
            when: world.describe(),
            text: if let Kind::String(text) = &value.kind { Some(text.to_string()) } else { None },
            in_words: value.describe(),
            steps: value.trail.steps().map(|step| (step.span, step.name.to_string())).collect::<Vec<_>>(),
        });
        let mut cases: Vec<ValueCase> = shown.collect();
        for case in &mut cases {
            case.steps.reverse();
        }
        Self { cases }
    }

    /// The text, where it is known and the same in all cases.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let first = self.cases.first()?.text.as_deref()?;
        self.cases.iter().all(|case| case.text.as_deref() == Some(first)).then_some(first)
    }

    /// Its description, with conditions.
    #[must_use]
    pub fn in_words(&self) -> String {
        let case = |case: &ValueCase| match case.when.as_str() {
            "" => case.in_words.clone(),
            when => format!("{} when {when}", case.in_words),
        };
        self.cases.iter().map(case).collect::<Vec<_>>().join(", ")
    }
}

/// The kind of relation between two resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MappedRole {
    /// A disk, machine, snapshot or image version is encrypted with a set.
    EncryptedWith,
    /// A set uses a key.
    TakesKey,
    /// A key is in a vault or managed HSM; or a set's key is, of which nothing else is known.
    InVault,
    /// A disk, snapshot or image is made from another.
    MadeFrom,
    /// A machine attaches a disk.
    Attaches,
}

impl MappedRole {
    /// Its name for programs: `encryptedWith`, `takesKey`, …
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EncryptedWith => "encryptedWith",
            Self::TakesKey => "takesKey",
            Self::InVault => "inVault",
            Self::MadeFrom => "madeFrom",
            Self::Attaches => "attaches",
        }
    }

    /// Its name for people: `encrypted with`, `takes the key`, …
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::EncryptedWith => "encrypted with",
            Self::TakesKey => "takes the key",
            Self::InVault => "in the vault",
            Self::MadeFrom => "made from",
            Self::Attaches => "attaches",
        }
    }
}

/// Where an edge leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappedTarget {
    /// To a resource of the map.
    Node(NodeId),
    /// To a resource that the code only names: its id as far as it is known.
    Id(String),
}

/// A relation from one resource to another.
#[derive(Clone, Debug)]
pub struct MappedEdge {
    /// Where it starts.
    pub from: NodeId,
    /// Where it leads.
    pub to: MappedTarget,
    /// The kind of relation.
    pub role: MappedRole,
    /// The property that states it.
    pub span: Span,
    /// The path of that property in the resource at the start; empty where the resource itself states it.
    pub path: String,
    /// The condition under which it exists.
    pub world: World,
    /// The condition under which it exists, in words; empty where it always does.
    pub when: String,
}

impl EstateMap {
    /// The map of `estate`.
    #[must_use]
    pub fn new(estate: &Estate) -> Self {
        metered(Settings::default().steps, || Self::drawn(estate)).0
    }

    /// The map, as far as this thread's remaining steps allow.
    fn drawn(estate: &Estate) -> Self {
        let view = View::within(estate, Settings::default().steps, &mut |_, _| {});
        let mut map = Self::default();
        for deployment in estate.deployments() {
            for resource in &deployment.resources {
                let Some(kind) = MappedKind::of(resource.kind.folded()) else { continue };
                // A resource that is declared in several places is one resource.
                if one_of(&view, resource.id) != resource.id {
                    continue;
                }
                let any = World::any();
                let present = estate.present(resource.id, &any);
                map.resources.push(MappedResource {
                    node: resource.id,
                    kind,
                    resource_type: resource.kind.as_str().into(),
                    address: Arc::clone(&resource.address),
                    deployment: deployment.key.clone(),
                    name: resource.names.last().map(|name| MappedValue::of(name, &any)).unwrap_or_default(),
                    region: MappedValue::of(&resource.location, &any),
                    subscription: MappedValue::of(&resource.scope.subscription, &any),
                    resource_group: MappedValue::of(&resource.scope.resource_group, &any),
                    presence: resource.presence,
                    when: present.iter().map(World::describe).collect::<Vec<_>>().join(" or "),
                    span: resource.span,
                    whole: resource.whole,
                    further: resource.further,
                });
            }
        }
        map.places = map.resources.iter().enumerate().map(|(at, resource)| (resource.node, at)).collect();
        let mut edges = Edges { view: &view, known: &map.places, edges: Vec::new() };
        for part in view.parts() {
            part.sets.iter().for_each(|set| edges.of_set(*set));
            part.slots.iter().chain(&part.services).for_each(|slot| edges.of_slot(slot));
            part.versions.iter().for_each(|version| edges.of_version(*version));
        }
        map.edges = edges.edges;
        map.edges.sort_by_key(|edge| (edge.from, edge.role));
        for (at, edge) in map.edges.iter().enumerate() {
            if let MappedTarget::Node(to) = edge.to {
                map.incoming.entry(to).or_default().push(at);
            }
        }
        map
    }

    /// The resource at `node`.
    #[must_use]
    pub fn resource(&self, node: NodeId) -> Option<&MappedResource> {
        self.resources.get(*self.places.get(&node)?)
    }

    /// The index of the resource at `node` in `resources`.
    #[must_use]
    pub fn number(&self, node: NodeId) -> Option<usize> {
        self.places.get(&node).copied()
    }

    /// The relations that start at `node`.
    pub fn from(&self, node: NodeId) -> impl Iterator<Item = &MappedEdge> {
        let first = self.edges.partition_point(|edge| edge.from < node);
        self.edges[first..].iter().take_while(move |edge| edge.from == node)
    }

    /// The relations that end at `node`.
    pub fn to(&self, node: NodeId) -> impl Iterator<Item = &MappedEdge> {
        self.incoming.get(&node).into_iter().flatten().filter_map(|at| self.edges.get(*at))
    }
}

/// The one node of the map for the resource at `node`: the declared resource for an existing one that refers to it, and the first of several declarations.
fn one_of(view: &View<'_>, node: NodeId) -> NodeId {
    view.first_declaration(view.estate().canonical(node))
}

/// The description of a resource that the code only refers to: its type and names, as far as they are known.
fn in_words(id: &ResourceId) -> String {
    let names: Vec<String> = id.names.iter().map(Value::describe).collect();
    format!("{} {}", id.kind, names.join("/"))
}

/// The edges found so far.
struct Edges<'v> {
    view: &'v View<'v>,
    /// The resources of the map.
    known: &'v BTreeMap<NodeId, usize>,
    edges: Vec<MappedEdge>,
}

impl Edges<'_> {
    fn add(&mut self, from: NodeId, to: MappedTarget, role: MappedRole, path: &str, world: &World) {
        let from = one_of(self.view, from);
        let to = match to {
            MappedTarget::Node(node) => MappedTarget::Node(one_of(self.view, node)),
            id => id,
        };
        let is_known = |node: &NodeId| self.known.contains_key(node);
        if !is_known(&from) || matches!(&to, MappedTarget::Node(node) if !is_known(node)) {
            return;
        }
        let Some(span) = self.view.resource(from).map(|resource| resource.span_in(path, world)) else { return };
        let when = world.describe();
        if !self.edges.iter().rev().take(64).any(|e| e.from == from && e.to == to && e.role == role) {
            self.edges.push(MappedEdge { from, to, role, span, path: path.to_owned(), world: world.clone(), when });
        }
    }

    fn of_set(&mut self, set: NodeId) {
        let view = self.view;
        for key in view.keys_of(set) {
            let vault = match &key.vault {
                VaultRef::Node(node) => Some(MappedTarget::Node(*node)),
                VaultRef::Id(id) => Some(MappedTarget::Id(in_words(id))),
                VaultRef::Unknown => None,
            };
            let (holder, path) = match key.key {
                Some(node) => {
                    self.add(set, MappedTarget::Node(node), MappedRole::TakesKey, crate::view::KEY_URL, &key.world);
                    (node, "")
                }
                None => (set, crate::view::KEY_URL),
            };
            if let Some(vault) = vault {
                self.add(holder, vault, MappedRole::InVault, path, &key.world);
            }
        }
    }

    fn of_slot(&mut self, slot: &Slot) {
        let view = self.view;
        for (world, set) in view.sets_of(slot, &slot.world) {
            let to = match set.target {
                SetTarget::Node(node) => MappedTarget::Node(node),
                SetTarget::Id(id) => MappedTarget::Id(in_words(&id)),
                SetTarget::Some => continue,
            };
            self.add(slot.node, to, MappedRole::EncryptedWith, &set.path, &world);
        }
        if let Some(path) = slot.attached_path() {
            for (world, disk) in view.nodes(slot.node, &path, &slot.world) {
                self.add(slot.node, MappedTarget::Node(disk), MappedRole::Attaches, &path, &world);
            }
        }
        for (world, source) in view.sources(slot, &slot.world) {
            for (world, node) in view.nodes(slot.node, &source.path, &world) {
                self.add(slot.node, MappedTarget::Node(node), MappedRole::MadeFrom, &source.path, &world);
            }
        }
    }

    fn of_version(&mut self, version: NodeId) {
        let view = self.view;
        for region in view.target_regions(version, &World::any()) {
            let uses: Vec<_> = region.uses.iter().flat_map(|used| used.uses()).collect();
            for used in &uses {
                for (world, set) in view.sets_by(version, used, &region.world) {
                    if let Some(node) = set.node() {
                        self.add(version, MappedTarget::Node(node), MappedRole::EncryptedWith, &used.path, &world);
                    }
                }
            }
        }
    }
}
