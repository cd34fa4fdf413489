use cmklint_graph::{NodeId, ResourceId, Value, World};

use super::service_table::{Pools, Service, service_at};

/// The kind of a thing that may be encrypted.
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
    /// A disk that a service makes: the row in the table of services.
    Service(u16),
}

impl Role {
    /// Whether it is a disk that can be attached, and not a copy: a disk, or one of a VM or scale set.
    pub(crate) fn is_disk(self) -> bool {
        !matches!(self, Self::Snapshot | Self::ImageOs | Self::ImageData | Self::Service(_))
    }
}

/// A thing that may be encrypted with an encryption set: a disk or snapshot, or a disk of a VM, scale set or image.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// The resource.
    pub(crate) node: NodeId,
    /// The worlds in which it exists.
    pub(crate) world: World,
    pub(crate) role: Role,
    /// The path of the object that states it: `properties`, `properties.storageProfile.osDisk`.
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
    /// A set in the estate.
    Node(NodeId),
    /// A set outside of the estate.
    Id(ResourceId),
    /// Some set, of which nothing else is known.
    Some,
}

/// What a slot states about its encryption set.
#[derive(Clone, Debug)]
pub(crate) enum Stated {
    Set(Box<SetRef>),
    /// It names none.
    Nothing,
    Unknown,
}

/// A property that may name an encryption set.
pub(crate) struct Use {
    pub(crate) path: String,
    pub(crate) confidential: bool,
}

impl Slot {
    /// The path of the property `name` of the slot's object.
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
            Role::Service(index) => {
                let row = service_at(index);
                let used = |row: &Service| Use { path: self.at(row.property), confidential: row.confidential };
                return row.map(used).into_iter().collect();
            }
        };
        let mut uses = vec![Use { path: self.at(ordinary), confidential: false }];
        uses.extend(confidential.map(|path| Use { path: self.at(path), confidential: true }));
        uses
    }

    /// The property by which a VM names an attached disk in this slot.
    pub(crate) fn attached_path(&self) -> Option<String> {
        matches!(self.role, Role::MachineOs | Role::MachineData).then(|| self.at("managedDisk.id"))
    }

    /// The path of the object with storage profile and extensions: `properties`, in a scale set the VM profile.
    pub(crate) fn profile(&self) -> &'static str {
        match self.role {
            Role::ScaleOs | Role::ScaleData => "properties.virtualMachineProfile",
            _ => "properties",
        }
    }

    /// A service's pools that may have ephemeral OS disks.
    pub(crate) fn pools(&self) -> Option<&'static Pools> {
        if let Role::Service(index) = self.role { service_at(index)?.pools.as_ref() } else { None }
    }

    pub(crate) fn is_os(&self) -> bool {
        matches!(self.role, Role::MachineOs | Role::ScaleOs | Role::ImageOs)
    }
}

impl SetRef {
    /// The set's node, where it is in the estate.
    pub(crate) fn node(&self) -> Option<NodeId> {
        match self.target {
            SetTarget::Node(node) => Some(node),
            SetTarget::Id(_) | SetTarget::Some => None,
        }
    }
}

impl Stated {
    /// Whether it is known that no set is named.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The set, where one is named.
    pub(crate) fn set(self) -> Option<SetRef> {
        if let Self::Set(set) = self { Some(*set) } else { None }
    }
}
