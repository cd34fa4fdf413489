use rustc_hash::FxHashMap;

use crate::choice::cases;
use crate::compare::{Comparison, Fold, compare};
use crate::concat::concat;
use crate::deployment::Deployment;
use crate::environment::{Environments, Meeting};
use crate::fault::guarded;
use crate::id::RESOURCE_GROUPS;
use crate::machine_disks::{self, MachineDisks};
use crate::node::{DeploymentId, NodeId};
use crate::path::AsPath;
use crate::resource::{Presence, Resource, Scope};
use crate::same_named::{MAX_REPEATED, SAME_NAME_STEPS, SameNamed};
use crate::trail::{Step, StepKind};
use crate::value::{Atom, Kind, Ref, TextPart, Value};
use crate::world::World;

/// The nodes of one type in one deployment.
#[derive(Debug, Default)]
struct OfKind {
    all: Vec<NodeId>,
    /// By folded last name, where that is known.
    named: FxHashMap<String, Vec<NodeId>>,
    unnamed: Vec<NodeId>,
}

/// References are followed for at most this many steps.
const MAX_DISTANCE: usize = 16;
/// The steps that it costs to see whether a resource with an unknown name may have a given one.
const NAME_STEPS: usize = 16;

/// What following references would change is looked for in this many parts of a value; larger ones are followed anyway.
const MOST_LOOKED_AT: usize = 512;

/// Whether nothing in `value` that [`Estate::deref`] follows names a resource. `left` parts are looked at.
fn reads_nothing(value: &Value, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    match &value.kind {
        Kind::Ref(_) => false,
        Kind::Symbol(symbol) => !symbol.reads_nodes(),
        Kind::Choice(choice) => {
            !choice.atom.symbol.reads_nodes()
                && reads_nothing(&choice.then, left)
                && reads_nothing(&choice.otherwise, left)
        }
        Kind::Template(parts) => parts.iter().all(|part| match part {
            TextPart::Text(_) => true,
            TextPart::Value(value) => reads_nothing(value, left),
        }),
        _ => true,
    }
}

/// All deployments of a run, and what points to what among them.
#[derive(Debug, Default)]
pub struct Estate {
    pub(crate) deployments: Vec<Deployment>,
    by_id: FxHashMap<DeploymentId, usize>,
    /// Nodes by deployment and folded type.
    by_kind: FxHashMap<DeploymentId, FxHashMap<String, OfKind>>,
    /// Nodes of all deployments by folded type and folded last name, where that is known.
    by_name: FxHashMap<(String, String), SameNamed>,
    /// The declared resource that an existing resource refers to.
    pub(crate) refers_to: FxHashMap<NodeId, NodeId>,
    /// The same, where it depends on a condition.
    pub(crate) may_refer_to: FxHashMap<NodeId, (Atom, NodeId)>,
    /// The first declaration of each resource that the same deployment declares again.
    pub(crate) declared_first: FxHashMap<NodeId, NodeId>,
    pub(crate) environments: Environments,
    /// The deployments that come from an inventory: their resources exist already, and no code declares them.
    pub(crate) inventories: Vec<DeploymentId>,
    pub(crate) machine_disks: MachineDisks,
    /// The deployments in which a fault of the program left something out.
    pub(crate) faults: Vec<DeploymentId>,
}

impl Estate {
    /// Joins `deployments`, each with an id of its own, into one estate. Of their environments nothing is known.
    #[must_use]
    pub fn new(deployments: Vec<Deployment>) -> Self {
        Self::with_environments(deployments, Environments::default())
    }

    /// As [`Estate::new`]; deployments that are alternatives by `environments` are kept apart.
    #[must_use]
    pub fn with_environments(deployments: Vec<Deployment>, environments: Environments) -> Self {
        Self::build(deployments, environments, Vec::new())
    }

    pub(crate) fn build(
        mut deployments: Vec<Deployment>,
        environments: Environments,
        inventories: Vec<DeploymentId>,
    ) -> Self {
        deployments.sort_by_key(|d| d.id);
        // What exists already has no placeholders: Azure's own answers are values.
        let mut faults = Vec::new();
        for deployment in deployments.iter_mut().filter(|d| !inventories.contains(&d.id)) {
            let key = deployment.key.to_string();
            let each = || deployment.resources.iter_mut().for_each(Resource::take_placeholders_out);
            if guarded("placeholders", &key, each).is_none() {
                faults.push(deployment.id);
                deployment.resources.clear();
            }
        }
        let (machine_disks, faulty) = machine_disks::add(&mut deployments);
        faults.extend(faulty);
        let mut estate = Self {
            environments,
            machine_disks,
            faults,
            by_id: deployments.iter().enumerate().map(|(i, d)| (d.id, i)).collect(),
            deployments,
            inventories,
            ..Self::default()
        };
        let mut by_kind: FxHashMap<DeploymentId, FxHashMap<String, OfKind>> = FxHashMap::default();
        let mut by_name: FxHashMap<(String, String), SameNamed> = FxHashMap::default();
        for resource in estate.resources() {
            let kind = resource.kind.folded().to_owned();
            let nodes = by_kind.entry(resource.id.deployment).or_default().entry(kind.clone()).or_default();
            nodes.all.push(resource.id);
            let last = resource.names.last();
            match last.and_then(Value::as_str) {
                Some(name) => {
                    let name = name.to_ascii_lowercase();
                    nodes.named.entry(name.clone()).or_default().push(resource.id);
                    by_name.entry((kind, name)).or_default().add(resource);
                }
                // Only the machine's own attribute names it.
                None if resource.presence == Presence::ByMachine
                    && last.is_some_and(|n| matches!(n.kind, Kind::Ref(_))) => {}
                None => nodes.unnamed.push(resource.id),
            }
        }
        estate.by_kind = by_kind;
        estate.by_name = by_name;
        estate.find_repeated();
        estate.find_declared_twins();
        estate
    }

    /// How closely two deployments may refer to each other.
    #[must_use]
    pub fn meet(&self, a: DeploymentId, b: DeploymentId) -> Meeting {
        self.environments.meet(a, b)
    }

    /// The deployments in which a fault of the program itself left out some of what joins resources, each once.
    #[must_use]
    pub fn faults(&self) -> Vec<DeploymentId> {
        let mut faults = self.faults.clone();
        faults.sort_unstable();
        faults.dedup();
        faults
    }

    /// What `look` finds at each deployment; a fault in it leaves out what that deployment would have given.
    pub(crate) fn at_each<T>(
        &self,
        stage: &'static str,
        look: impl Fn(&Deployment) -> T,
    ) -> (Vec<T>, Vec<DeploymentId>) {
        let (mut found, mut faults) = (Vec::new(), Vec::new());
        for deployment in &self.deployments {
            match guarded(stage, &deployment.key.to_string(), || look(deployment)) {
                Some(done) => found.push(done),
                None => faults.push(deployment.id),
            }
        }
        (found, faults)
    }

    /// The environments of the deployments.
    #[must_use]
    pub fn environments(&self) -> &Environments {
        &self.environments
    }

    /// All deployments, by id.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// All resources, by deployment and place.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.deployments.iter().flat_map(|d| &d.resources)
    }

    /// The resource at `node`.
    #[must_use]
    pub fn resource(&self, node: NodeId) -> Option<&Resource> {
        self.deployments.get(*self.by_id.get(&node.deployment)?)?.resources.get(node.index as usize)
    }

    /// The deployment with that id.
    #[must_use]
    pub fn deployment(&self, id: DeploymentId) -> Option<&Deployment> {
        self.deployments.get(*self.by_id.get(&id)?)
    }

    /// The resources of type `kind` (any case), by deployment and place; declared and existing ones.
    pub fn of_kind<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Resource> {
        let kind = kind.to_ascii_lowercase();
        self.deployments.iter().flat_map(move |d| self.in_deployment(d.id, &kind)).filter_map(|id| self.resource(*id))
    }

    fn in_deployment(&self, deployment: DeploymentId, folded_kind: &str) -> &[NodeId] {
        self.nodes_of(deployment, folded_kind).map_or(&[], |nodes| &nodes.all)
    }

    fn nodes_of(&self, deployment: DeploymentId, folded_kind: &str) -> Option<&OfKind> {
        self.by_kind.get(&deployment)?.get(folded_kind)
    }

    /// The nodes of a deployment whose type and last name are the same, for each of these that is known.
    pub(crate) fn nodes_by_name(&self, deployment: DeploymentId) -> impl Iterator<Item = &[NodeId]> {
        let kinds = self.by_kind.get(&deployment).into_iter().flat_map(FxHashMap::values);
        kinds.flat_map(|kind| kind.named.values().map(Vec::as_slice))
    }

    /// The nodes of all deployments with a type and a last name, both folded.
    pub(crate) fn same_named(&self, folded_kind: &str, folded_name: &str) -> Option<&SameNamed> {
        self.by_name.get(&(folded_kind.to_owned(), folded_name.to_owned()))
    }

    /// The nodes of a type in a deployment whose last name may be `name`.
    pub(crate) fn maybe_named(&self, deployment: DeploymentId, folded_kind: &str, name: &Value) -> Vec<NodeId> {
        let Some(nodes) = self.nodes_of(deployment, folded_kind) else { return Vec::new() };
        // Each node without a known name has to be compared.
        let _ = crate::work::pay(1 + NAME_STEPS * nodes.unnamed.len());
        match name.as_str() {
            Some(name) => {
                let named = nodes.named.get(&name.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
                // So many of one name are a mistake, or an attempt to make the comparison expensive.
                if named.len() > MAX_REPEATED && !crate::work::pay(SAME_NAME_STEPS * named.len()) {
                    return Vec::new();
                }
                named.iter().chain(&nodes.unnamed).copied().collect()
            }
            None if crate::work::pay(NAME_STEPS * nodes.all.len()) => nodes.all.clone(),
            None => Vec::new(),
        }
    }

    /// The resource that `node` refers to: itself, or the declared one that an existing one names.
    #[must_use]
    pub fn canonical(&self, node: NodeId) -> NodeId {
        self.refers_to.get(&node).copied().unwrap_or(node)
    }

    /// The worlds within `world` in which the resource at `node` is deployed.
    #[must_use]
    pub fn present(&self, node: NodeId, world: &World) -> Vec<World> {
        let Some(resource) = self.resource(node) else { return Vec::new() };
        cases(&self.deref(&resource.condition), world)
            .into_iter()
            .filter(|(_, value)| value.as_bool() != Some(false))
            .map(|(world, _)| world)
            .collect()
    }

    /// The declared resource that the existing one at `node` may be, under a condition that the code does not state: that both are in one subscription.
    #[must_use]
    pub fn may_be(&self, node: NodeId) -> Option<NodeId> {
        self.may_refer_to.get(&node).map(|(_, other)| *other)
    }

    /// The id of the resource at `node` as text or template; a symbol where its names can't be known.
    #[must_use]
    pub fn id_of(&self, node: NodeId) -> Value {
        let Some(resource) = self.resource(node) else { return Value::null() };
        let unknown = || resource.unknown("id");
        let Some((namespace, types)) = resource.kind.as_str().split_once('/') else { return unknown() };
        let types: Vec<&str> = types.split('/').collect();
        if types.len() != resource.names.len() {
            return unknown();
        }
        let Scope { subscription, resource_group } = &resource.scope;
        let mut parts = Vec::new();
        let mut push = |text: &str, value: &Value| {
            parts.push(Value::string(text));
            parts.push(self.deref(value));
        };
        if resource.kind.is(RESOURCE_GROUPS) {
            push("/subscriptions/", subscription);
            push("/resourceGroups/", resource.names.first().unwrap_or(&Value::null()));
            return concat(&parts);
        }
        if !subscription.is_null() {
            push("/subscriptions/", subscription);
        }
        if !resource_group.is_null() {
            push("/resourceGroups/", resource_group);
        }
        for (i, (kind, name)) in types.iter().zip(&resource.names).enumerate() {
            let text = if i == 0 { format!("/providers/{namespace}/{kind}/") } else { format!("/{kind}/") };
            push(&text, name);
        }
        concat(&parts)
    }

    /// The property at `path` of the resource at `node` (`location`, `properties.activeKey.keyUrl`), references followed. Null where it is absent.
    #[must_use]
    pub fn get(&self, node: NodeId, path: &(impl AsPath + ?Sized)) -> Value {
        self.resource(node).map_or_else(Value::null, |resource| self.deref(&resource.get(path)))
    }

    /// `value` with references to what the code states of other resources replaced by that, and existing resources by the declared ones that they refer to.
    #[must_use]
    pub fn deref(&self, value: &Value) -> Value {
        if reads_nothing(value, &mut { MOST_LOOKED_AT }) {
            return value.clone();
        }
        self.deref_in(value, MAX_DISTANCE)
    }

    pub(crate) fn deref_in(&self, value: &Value, left: usize) -> Value {
        let Some(left) = left.checked_sub(1) else { return value.clone() };
        match &value.kind {
            Kind::Ref(r) => {
                let node = self.canonical(r.node);
                let at =
                    |node| Value { kind: Kind::Ref(Ref { node, path: r.path.clone() }), trail: value.trail.clone() };
                let moved = at(node);
                if let Some((atom, twin)) = self.may_refer_to.get(&node) {
                    return Value::choice(atom.clone(), self.deref_in(&at(*twin), left), self.deref_here(&moved, left));
                }
                self.deref_here(&moved, left)
            }
            Kind::Template(parts) => {
                let reads = |part: &TextPart| match part {
                    TextPart::Value(Value { kind: Kind::Symbol(symbol), .. }) => symbol.reads_nodes(),
                    TextPart::Value(value) => matches!(value.kind, Kind::Ref(_)),
                    TextPart::Text(_) => false,
                };
                if !parts.iter().any(reads) {
                    return value.clone();
                }
                let parts: Vec<Value> = parts
                    .iter()
                    .map(|part| match part {
                        TextPart::Text(text) => Value::string(text.clone()),
                        TextPart::Value(value) => self.deref_in(value, left),
                    })
                    .collect();
                Value { kind: concat(&parts).kind, trail: value.trail.clone() }
            }
            Kind::Choice(choice) => {
                let (then, otherwise) = (self.deref_in(&choice.then, left), self.deref_in(&choice.otherwise, left));
                let mut out = self.choice_by_properties(choice, then, otherwise, left);
                out.trail = value.trail.after(&out.trail);
                out
            }
            Kind::Symbol(symbol) if symbol.reads_nodes() => match self.symbol_by_properties(symbol, left) {
                Some(stated) => Value { trail: value.trail.after(&stated.trail), kind: stated.kind },
                None => value.clone(),
            },
            _ => value.clone(),
        }
    }

    /// What the code states of the attribute that `moved` refers to, whose resource is the canonical one; `moved` itself where the code states nothing.
    fn deref_here(&self, moved: &Value, left: usize) -> Value {
        let Kind::Ref(r) = &moved.kind else { return moved.clone() };
        if r.path.is("id") || r.path.is_empty() {
            return moved.clone();
        }
        let Some(resource) = self.resource(r.node) else { return moved.clone() };
        let stated = self.with_made_disk(r, resource.get(&r.path));
        if stated.is_null() || matches!(stated.kind, Kind::Symbol(_)) && resource.presence == Presence::Existing {
            return moved.clone();
        }
        let mut stated = self.deref_in(&stated, left);
        if let Some(span) = stated.span() {
            stated.trail = stated.trail.then(Step {
                span,
                kind: StepKind::Reference,
                name: format!("{}.{}", resource.address, r.path).into(),
            });
        }
        stated.trail = moved.trail.after(&stated.trail);
        stated
    }

    /// As [`compare`], with references followed first, and a resource's id the same as a reference to it.
    #[must_use]
    pub fn compare(&self, a: &Value, b: &Value, fold: Fold) -> Comparison {
        let (a, b) = (self.deref(a), self.deref(b));
        match compare(&a, &b, fold) {
            Comparison::Unknown => compare(&self.spell_out(&a), &self.spell_out(&b), fold),
            certain => certain,
        }
    }

    /// The id in place of a reference to one.
    pub(crate) fn spell_out(&self, value: &Value) -> Value {
        match &value.kind {
            Kind::Ref(r) if r.path.is("id") => self.id_of(r.node),
            _ => value.clone(),
        }
    }
}
