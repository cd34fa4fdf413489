use std::sync::Arc;

use cmklint_graph::{NodeId, ResourceId, Target, Value, World, cases};

use super::{MOST_WORLDS, View, kind};

/// What a thing that may be encrypted is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Role {
    Disk,
    Snapshot,
    MachineOs,
    MachineData,
    ScaleOs,
    ScaleData,
    ImageOs,
    ImageData,
}

/// A thing that may be encrypted with an encryption set: a disk or snapshot, or a disk of a VM, scale set or image.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// The resource.
    pub(crate) node: NodeId,
    /// The worlds in which it is there.
    pub(crate) world: World,
    pub(crate) role: Role,
    /// The path of the object that says what it is: `properties`, `properties.storageProfile.osDisk`.
    pub(crate) object: String,
}

/// An encryption set that a slot names.
#[derive(Clone, Debug)]
pub(crate) struct SetRef {
    pub(crate) target: SetTarget,
    /// The resource that names it, and the property.
    pub(crate) by: NodeId,
    pub(crate) path: String,
    pub(crate) value: Value,
    /// Whether the property is the one for a confidential VM's disk.
    pub(crate) confidential: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum SetTarget {
    /// A set of the estate.
    Node(NodeId),
    /// A set that the estate doesn't hold.
    Id(ResourceId),
}

/// What a slot says of its encryption set.
#[derive(Clone, Debug)]
pub(crate) enum Stated {
    Set(Box<SetRef>),
    /// It names none.
    Nothing,
    Unknown,
}

/// What a property says of an encryption set.
pub(crate) struct Use {
    pub(crate) path: String,
    pub(crate) confidential: bool,
}

impl Slot {
    /// What a person calls it.
    pub(crate) fn describe(&self, address: &str) -> String {
        match self.role {
            Role::Disk => format!("disk {address}"),
            Role::Snapshot => format!("snapshot {address}"),
            Role::MachineOs | Role::ScaleOs => format!("the OS disk of {address}"),
            Role::ImageOs => format!("the OS disk of image {address}"),
            Role::MachineData | Role::ScaleData => format!("a data disk of {address}"),
            Role::ImageData => format!("a data disk of image {address}"),
        }
    }

    /// The path of `name` below the slot's object.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.object)
    }

    /// The properties that may name its set, the ordinary one first.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let (ordinary, confidential) = match self.role {
            Role::Disk | Role::Snapshot => {
                ("encryption.diskEncryptionSetId", Some("securityProfile.secureVMDiskEncryptionSetId"))
            }
            Role::MachineOs | Role::MachineData | Role::ScaleOs | Role::ScaleData => {
                ("managedDisk.diskEncryptionSet.id", Some("managedDisk.securityProfile.diskEncryptionSet.id"))
            }
            Role::ImageOs | Role::ImageData => ("diskEncryptionSet.id", None),
        };
        let mut uses = vec![Use { path: self.at(ordinary), confidential: false }];
        uses.extend(confidential.map(|path| Use { path: self.at(path), confidential: true }));
        uses
    }

    /// The property that names the disk that a VM attaches as this one.
    pub(crate) fn attached_path(&self) -> Option<String> {
        matches!(self.role, Role::MachineOs | Role::MachineData).then(|| self.at("managedDisk.id"))
    }

    /// Where storage profile and extensions stand: `properties`, in a scale set the VM profile.
    pub(crate) fn profile(&self) -> &'static str {
        match self.role {
            Role::ScaleOs | Role::ScaleData => "properties.virtualMachineProfile",
            _ => "properties",
        }
    }

    pub(crate) fn is_os(&self) -> bool {
        matches!(self.role, Role::MachineOs | Role::ScaleOs | Role::ImageOs)
    }
}

impl SetRef {
    /// The set's node, where the estate holds it.
    pub(crate) fn node(&self) -> Option<NodeId> {
        match self.target {
            SetTarget::Node(node) => Some(node),
            SetTarget::Id(_) => None,
        }
    }
}

impl View<'_> {
    /// The slots of the resource at `node`, in the worlds where it is deployed.
    pub(super) fn find_slots(&self, node: NodeId) -> Vec<Slot> {
        let Some(resource) = self.estate.resource(node) else { return Vec::new() };
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
        for world in self.estate.present(node, &World::any()) {
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
            for (world, path, _) in self.items(node, &format!("{profile}.dataDisks"), &world) {
                slots.push(Slot { node, world, role: data, object: path });
            }
        }
        slots
    }

    /// The objects in the list at `path`, each with its own path, in the worlds where it is there.
    pub(crate) fn items(&self, node: NodeId, path: &str, world: &World) -> Vec<(World, String, Value)> {
        let mut out = Vec::new();
        for (world, list) in self.values(node, path, world) {
            for (i, item) in list.as_array().map_or(&[][..], |a| &a.items).iter().enumerate() {
                for (world, item) in cases(&self.estate.deref(item), &world) {
                    if item.as_object().is_some() {
                        out.push((world, format!("{path}[{i}]"), item));
                    }
                }
            }
        }
        out
    }

    /// What `slot` says of its encryption set, in each world within `world`.
    pub(crate) fn stated(&self, slot: &Slot, world: &World) -> Vec<(World, Stated)> {
        self.stated_by(slot.node, &slot.uses(), world)
    }

    /// What the properties `uses` of the resource at `node` say, the first that names a set.
    pub(crate) fn stated_by(&self, node: NodeId, uses: &[Use], world: &World) -> Vec<(World, Stated)> {
        let mut open = vec![(world.clone(), Stated::Nothing)];
        for used in uses {
            let mut next = Vec::new();
            for (world, so_far) in open {
                if matches!(so_far, Stated::Set(_)) {
                    next.push((world, so_far));
                    continue;
                }
                for (world, here) in self.named(node, used, &world) {
                    let stated = match (here, &so_far) {
                        (Stated::Nothing, Stated::Unknown) => Stated::Unknown,
                        (here, _) => here,
                    };
                    next.push((world, stated));
                }
            }
            next.truncate(MOST_WORLDS);
            open = next;
        }
        open
    }

    fn named(&self, node: NodeId, used: &Use, world: &World) -> Vec<(World, Stated)> {
        let targets = self.targets(node, &used.path, world);
        let named = |target: SetTarget, value: Value| {
            let path = used.path.clone();
            Stated::Set(Box::new(SetRef { target, by: node, path, value, confidential: used.confidential }))
        };
        targets
            .into_iter()
            .map(|(world, target, value)| {
                let stated = match target {
                    Target::Nothing => Stated::Nothing,
                    Target::Node(set) if self.is(set, kind::SET) => named(SetTarget::Node(set), value),
                    Target::Id(id) if id.kind.eq_ignore_ascii_case(kind::SET) => named(SetTarget::Id(id), value),
                    _ => Stated::Unknown,
                };
                (world, stated)
            })
            .collect()
    }

    /// The sets that `slot` certainly names, each with its worlds.
    pub(crate) fn sets_of(&self, slot: &Slot, world: &World) -> Vec<(World, SetRef)> {
        let stated = self.stated(slot, world).into_iter();
        stated.filter_map(|(world, s)| if let Stated::Set(set) = s { Some((world, *set)) } else { None }).collect()
    }

    /// The sets that the property `used` of the resource at `node` certainly names.
    pub(crate) fn sets_by(&self, node: NodeId, used: &Use, world: &World) -> Vec<(World, SetRef)> {
        let stated = self.named(node, used, world).into_iter();
        stated.filter_map(|(world, s)| if let Stated::Set(set) = s { Some((world, *set)) } else { None }).collect()
    }

    /// What a person calls the thing that `slot` is.
    pub(crate) fn describe(&self, slot: &Slot) -> String {
        slot.describe(&self.address(slot.node))
    }

    /// The address of the resource at `node`.
    pub(crate) fn address(&self, node: NodeId) -> Arc<str> {
        self.estate.resource(node).map_or_else(|| Arc::from(""), |r| Arc::clone(&r.address))
    }
}
