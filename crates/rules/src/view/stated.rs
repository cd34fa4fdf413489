//! The encryption sets that the disks of resources name.

use cmklint_graph::{Cases, NodeId, Target, Value, World};

use super::estate_view::View;
use super::kind;
use super::naming::{self, Naming};
use super::slot::{Role, SetRef, SetTarget, Slot, Stated, Use};
use super::walk::MAX_WORLDS;

impl View<'_> {
    /// The slots of the resource at `node`, in the worlds where it is deployed.
    pub(super) fn find_slots(&self, node: NodeId) -> Vec<Slot> {
        let Some(resource) = self.resource(node) else { return Vec::new() };
        let (profile, os, data) = match resource.kind.folded() {
            kind::folded::DISK => ("", Role::Disk, Role::Disk),
            kind::folded::SNAPSHOT => ("", Role::Snapshot, Role::Snapshot),
            kind::folded::VM => ("properties.storageProfile", Role::MachineOs, Role::MachineData),
            kind::folded::SCALE_SET => {
                ("properties.virtualMachineProfile.storageProfile", Role::ScaleOs, Role::ScaleData)
            }
            kind::folded::IMAGE => ("properties.storageProfile", Role::ImageOs, Role::ImageData),
            _ => return Vec::new(),
        };
        let mut slots = Vec::new();
        for world in self.present(node, &World::any()) {
            if profile.is_empty() {
                slots.push(Slot { node, world, role: os, object: "properties".to_owned() });
                continue;
            }
            let object = format!("{profile}.osDisk");
            for (world, value) in self.values(node, &object, &world) {
                if value.as_object().is_some() {
                    slots.push(Slot { node, world, role: os, object: object.clone() });
                }
            }
            for (world, (path, _)) in self.items(node, &format!("{profile}.dataDisks"), &world) {
                slots.push(Slot { node, world, role: data, object: path });
            }
        }
        slots
    }

    /// What `slot` states about its encryption set, in each world within `world`.
    pub(crate) fn stated(&self, slot: &Slot, world: &World) -> Cases<Stated> {
        self.stated_by(slot.node, &slot.uses(), world)
    }

    /// What the properties `uses` of the resource at `node` state; the first that names a set counts.
    pub(crate) fn stated_by(&self, node: NodeId, uses: &[Use], world: &World) -> Cases<Stated> {
        let mut open = Cases::one(world.clone(), Stated::Nothing);
        for used in uses {
            let stated = self.resource(node).map(|resource| resource.get(&used.path));
            let next = open.and_then(|world, so_far| match (&stated, &so_far) {
                (_, Stated::Set(_)) => Cases::one(world, so_far),
                (None, _) => Cases::none(),
                (Some(stated), _) => self.named(node, used, stated, &world).map(|here| match (here, &so_far) {
                    (Stated::Nothing, Stated::Unknown) => Stated::Unknown,
                    (here, _) => here,
                }),
            });
            open = next.at_most(MAX_WORLDS);
        }
        open
    }

    /// What `stated`, the property `used` of the resource at `node`, names.
    fn named(&self, node: NodeId, used: &Use, stated: &Value, world: &World) -> Cases<Stated> {
        let set = |target: SetTarget, value: Value| {
            let path = used.path.clone();
            Stated::Set(Box::new(SetRef { target, by: node, path, value, confidential: used.confidential }))
        };
        let named = self.estate.resolve_each(stated, world, node.deployment);
        named.and_then(|world, (target, value)| match target {
            Target::Nothing => Cases::one(world, Stated::Nothing),
            Target::Node(node) if self.is(node, kind::SET) => Cases::one(world, set(SetTarget::Node(node), value)),
            Target::Id(id) if id.kind.eq_ignore_ascii_case(kind::SET) => {
                Cases::one(world, set(SetTarget::Id(id), value))
            }
            Target::Unknown => {
                let some = Stated::Set(Box::new(SetRef {
                    target: SetTarget::Some,
                    by: node,
                    path: used.path.clone(),
                    value: value.clone(),
                    confidential: used.confidential,
                }));
                match naming::naming(&value, &world) {
                    Naming::Something => Cases::one(world, some),
                    Naming::Unless(empty) => {
                        let mut out = Cases::none();
                        if let Some(world) = world.assume(&empty, false) {
                            out.push(world, some);
                        }
                        if let Some(world) = world.assume(&empty, true) {
                            out.push(world, Stated::Unknown);
                        }
                        out
                    }
                    Naming::Open => Cases::one(world, Stated::Unknown),
                }
            }
            Target::Node(_) | Target::Id(_) => Cases::one(world, Stated::Unknown),
        })
    }

    /// The sets that `slot` certainly names, each with its worlds.
    pub(crate) fn sets_of(&self, slot: &Slot, world: &World) -> Cases<SetRef> {
        self.stated(slot, world).filter_map(Stated::set)
    }

    /// The sets that the property `used` of the resource at `node` certainly names.
    pub(crate) fn sets_by(&self, node: NodeId, used: &Use, world: &World) -> Cases<SetRef> {
        let Some(resource) = self.resource(node) else { return Cases::none() };
        self.named(node, used, &resource.get(&used.path), world).filter_map(Stated::set)
    }
}
