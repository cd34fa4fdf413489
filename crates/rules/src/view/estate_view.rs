use std::sync::Arc;

use cmklint_graph::{
    Cases, Comparison, Deployment, DeploymentId, Environments, Estate, Fold, Kind, Meeting, NodeId, Presence, Resource,
    ResourceId, Target, Value, World, cases, work,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::holders::Holders;
use super::set_key::SetKey;
use super::slot::{Role, Slot};
use super::walk::MAX_WORLDS;

/// The resources of one deployment by kind, declared and existing ones, in order. Existing ones that refer to a known declared one are left out.
#[derive(Debug, Default)]
pub(crate) struct DeploymentResources {
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
    /// The same disks of VMs once more, as the separate disks that the VMs create. Faults in them are reported for the VM.
    pub(super) made: Vec<Slot>,
    /// The properties by which services name the set for the disks that they make.
    pub(crate) services: Vec<Slot>,
    /// The services that use a key and make the set by themselves.
    pub(crate) key_services: Vec<NodeId>,
    /// The pools of services that are resources of their own.
    pub(super) pools: Vec<NodeId>,
    /// Resources that may move others: scripts, and calls of actions.
    pub(crate) movers: Vec<NodeId>,
    /// The images, VMs and scale sets.
    pub(crate) machines: Vec<NodeId>,
}

/// An estate, as rules ask about it. A property may depend on conditions that only a deployment decides; so the answers are
/// [`Cases`], each with the world in which it holds.
#[derive(Debug)]
pub struct View<'e> {
    pub(super) estate: &'e Estate,
    pub(super) parts: Vec<DeploymentResources>,
    pub(super) keys: FxHashMap<NodeId, Vec<SetKey>>,
    pub(super) slots_of: FxHashMap<NodeId, Vec<Slot>>,
    pub(super) extensions_of: FxHashMap<NodeId, Vec<NodeId>>,
    pub(super) pools_of: FxHashMap<NodeId, Vec<NodeId>>,
    pub(super) attached_to: FxHashMap<NodeId, Vec<(NodeId, Role)>>,
    /// The role assignments, by their principals.
    pub(super) assignments: Holders,
    /// The access policies that are resources of their own, by their principals.
    pub(super) policies: Holders,
    /// The encryption sets and identities whose principal is passed to where the analysis does not follow.
    pub(super) handed_out: FxHashSet<NodeId>,
    pub(super) any_ade: bool,
    /// Whether faults left something out, so that what is absent may only not have been seen.
    pub(super) has_faults: bool,
}

/// Resources and their properties.
impl<'e> View<'e> {
    /// The estate itself, to be compared with another one.
    pub(crate) fn estate(&self) -> &'e Estate {
        self.estate
    }

    /// The resources of each deployment, by kind.
    pub(crate) fn parts(&self) -> &[DeploymentResources] {
        &self.parts
    }

    /// The deployment with that id.
    pub(crate) fn deployment(&self, id: DeploymentId) -> Option<&'e Deployment> {
        self.estate.deployment(id)
    }

    /// The environments that the deployments are for.
    pub(crate) fn environments(&self) -> &'e Environments {
        self.estate.environments()
    }

    /// How closely two deployments may refer to each other.
    pub(crate) fn meet(&self, a: DeploymentId, b: DeploymentId) -> Meeting {
        self.estate.meet(a, b)
    }

    /// The resource at `node`.
    pub(crate) fn resource(&self, node: NodeId) -> Option<&'e Resource> {
        self.estate.resource(node)
    }

    /// The address of the resource at `node`.
    pub(crate) fn address(&self, node: NodeId) -> Arc<str> {
        self.estate.resource(node).map_or_else(|| Arc::from(""), |r| Arc::clone(&r.address))
    }

    /// The id of the resource at `node`, as far as it is known.
    pub(crate) fn id_of(&self, node: NodeId) -> Value {
        self.estate.id_of(node)
    }

    /// Whether the resource at `node` is of type `kind`.
    pub(crate) fn is(&self, node: NodeId, kind: &str) -> bool {
        self.estate.resource(node).is_some_and(|r| r.kind.is(kind))
    }

    /// Whether the code creates the resource at `node`.
    pub(crate) fn is_declared(&self, node: NodeId) -> bool {
        self.estate.resource(node).is_some_and(|r| r.presence == Presence::Declared)
    }

    /// Whether the resource at `node` is in an inventory.
    pub(crate) fn is_in_inventory(&self, node: NodeId) -> bool {
        self.estate.is_in_inventory(node)
    }

    /// Whether properties that the resource at `node` leaves out are known to be absent: the code creates it, or it is in an inventory.
    pub(crate) fn is_known(&self, node: NodeId) -> bool {
        self.is_declared(node) || self.is_in_inventory(node)
    }

    /// The inventory's entry for the declared resource at `node`.
    pub(crate) fn inventory_twin(&self, node: NodeId) -> Option<NodeId> {
        self.estate.inventory_twin(node)
    }

    /// The worlds within `world` in which the resource at `node` is deployed.
    #[must_use]
    pub fn present(&self, node: NodeId, world: &World) -> Vec<World> {
        self.estate.present(node, world)
    }

    /// The property at `path` of the resource at `node`, with its conditions. Null where it is absent.
    pub(crate) fn get(&self, node: NodeId, path: &str) -> Value {
        self.estate.get(node, path)
    }

    /// The property at `path` of the resource at `node`.
    #[must_use]
    pub fn values(&self, node: NodeId, path: &str, world: &World) -> Cases<Value> {
        cases(&self.estate.get(node, path), world)
    }

    /// `value`, references followed, in each case that its conditions distinguish.
    pub(crate) fn cases(&self, value: &Value, world: &World) -> Cases<Value> {
        cases(&self.estate.deref(value), world)
    }

    /// `value`, references followed, with its conditions.
    pub(crate) fn deref(&self, value: &Value) -> Value {
        self.estate.deref(value)
    }

    /// The objects in the list at `path`, each with its own path.
    pub(crate) fn items(&self, node: NodeId, path: &str, world: &World) -> Cases<(String, Value)> {
        self.values(node, path, world).and_then(|world, list| {
            let items = list.as_array().map_or(&[][..], |a| &a.items).iter().enumerate();
            let objects = items.flat_map(|(i, item)| {
                let item = self.cases(item, &world).filter(|item| item.as_object().is_some());
                item.map(move |item| (format!("{path}[{i}]"), item))
            });
            objects.collect()
        })
    }
}

/// What values refer to, and how they compare.
impl View<'_> {
    /// What the property at `path` of the resource at `node` refers to.
    pub(crate) fn targets(&self, node: NodeId, path: &str, world: &World) -> Cases<Target> {
        match self.estate.resource(node) {
            Some(resource) => self.estate.resolve(&resource.get(path), world, node.deployment),
            None => Cases::none(),
        }
    }

    /// The resources of the estate that the property at `path` of the resource at `node` refers to.
    pub(crate) fn nodes(&self, node: NodeId, path: &str, world: &World) -> Cases<NodeId> {
        self.targets(node, path, world).filter_map(|target| target.node())
    }

    /// The first declaration of the resource at `node` in its deployment.
    pub(crate) fn first_declaration(&self, node: NodeId) -> NodeId {
        self.estate.first_declaration(node)
    }

    /// What `value`, used in the deployment `home`, refers to.
    pub(crate) fn resolve(&self, value: &Value, world: &World, home: DeploymentId) -> Cases<Target> {
        self.estate.resolve(value, world, home)
    }

    /// The resource with the id `id`, used in the deployment `home`.
    pub(crate) fn find(&self, id: &ResourceId, world: &World, home: DeploymentId) -> Cases<Target> {
        self.estate.find(id, world, home)
    }

    /// Whether two values are the same, all cases together.
    pub(crate) fn compare(&self, a: &Value, b: &Value, fold: Fold) -> Comparison {
        self.estate.compare(a, b, fold)
    }

    /// Whether two values are the same, case by case.
    pub(crate) fn compare_cases(&self, a: &Value, b: &Value, fold: Fold, world: &World) -> Cases<Comparison> {
        self.pairs_of_values(a, b, world, &|a, b| Some(self.estate.compare(a, b, fold)))
    }

    /// The cases in which two texts are known to differ, with both. An absent text counts as unknown.
    pub(crate) fn values_differ(&self, a: &Value, b: &Value, fold: Fold, world: &World) -> Cases<(Value, Value)> {
        self.pairs_of_values(a, b, world, &|a, b| {
            let stated = is_stated_text(a) && is_stated_text(b);
            let differ = stated && self.estate.compare(a, b, fold) == Comparison::Different;
            differ.then(|| (a.clone(), b.clone()))
        })
    }

    /// The cases in which two resources are known to be in different subscriptions, with both.
    pub(crate) fn subscriptions_differ(&self, a: NodeId, b: NodeId, world: &World) -> Cases<(Value, Value)> {
        match self.resource(b) {
            Some(b) => self.in_other_subscription(a, &b.scope.subscription, world),
            None => Cases::none(),
        }
    }

    /// The cases in which the resource at `node` is known to be in another subscription than `other`, with both.
    pub(crate) fn in_other_subscription(&self, node: NodeId, other: &Value, world: &World) -> Cases<(Value, Value)> {
        match self.resource(node) {
            Some(resource) => self.values_differ(&resource.scope.subscription, other, Fold::Subscription, world),
            None => Cases::none(),
        }
    }

    /// The results of `f` for two values, case by case, where it has one: at most the first [`MAX_WORLDS`] of these cases.
    fn pairs_of_values<T>(
        &self,
        a: &Value,
        b: &Value,
        world: &World,
        f: &dyn Fn(&Value, &Value) -> Option<T>,
    ) -> Cases<T> {
        let (b, mut out) = (self.estate.deref(b), Cases::none());
        for (world, a) in self.cases(a, world) {
            for (world, b) in cases(&b, &world) {
                // What the second value's conditions assume holds for the first too.
                let Some(found) = f(&world.work_out(a.clone()), &b) else { continue };
                if out.len() >= MAX_WORLDS {
                    work::leave_out(b.span());
                    return out;
                }
                out.push(world, found);
            }
        }
        out
    }
}

/// What was computed with the view.
impl View<'_> {
    /// The keys that the encryption set at `set` uses in the worlds where it is deployed.
    pub(crate) fn keys_of(&self, set: NodeId) -> &[SetKey] {
        self.keys.get(&set).map_or(&[], Vec::as_slice)
    }

    /// The slots of the resource at `node`.
    pub(crate) fn slots_of(&self, node: NodeId) -> &[Slot] {
        self.slots_of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The extensions of the VM or scale set at `node`.
    pub(crate) fn extensions_of(&self, node: NodeId) -> &[NodeId] {
        self.extensions_of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The pools of the service at `node` that are resources of their own.
    pub(crate) fn pools_of(&self, node: NodeId) -> &[NodeId] {
        self.pools_of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The VMs that attach the disk at `node`, and the slot in which they do.
    pub(crate) fn attached_to(&self, node: NodeId) -> &[(NodeId, Role)] {
        self.attached_to.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The role assignments, by their principals.
    pub(crate) fn role_assignments(&self) -> &Holders {
        &self.assignments
    }

    /// Whether the principal of the encryption set or identity at `node`, or all of it, goes to where nobody looks: a grant may be made there. So it may where a
    /// fault left something out.
    pub(crate) fn is_handed_out(&self, node: NodeId) -> bool {
        self.has_faults || self.handed_out.contains(&node)
    }

    /// The access policies that are resources of their own, by their principals.
    pub(crate) fn access_policies(&self) -> &Holders {
        &self.policies
    }

    /// Whether Azure Disk Encryption is turned on anywhere.
    pub(crate) fn has_ade(&self) -> bool {
        self.any_ade
    }
}

/// Whether `value` is a text, known or not, and not an empty one.
fn is_stated_text(value: &Value) -> bool {
    match &value.kind {
        Kind::String(text) => !text.is_empty(),
        Kind::Template(_) | Kind::Symbol(_) => true,
        _ => false,
    }
}
