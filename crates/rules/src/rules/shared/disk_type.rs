//! The types of disks that rules distinguish.

use cmklint_graph::{Cases, NodeId, Value, World};

use crate::builder::FindingBuilder;
use crate::context::Context;
use crate::facts::is_later_disk_type;
use crate::view::{Role, Slot};

/// The type of the disk `slot`: the SKU of a disk of its own, the storage account type of a machine's disk.
pub(crate) fn disk_type(cx: &Context<'_>, slot: &Slot, world: &World) -> Cases<Value> {
    cx.values(slot.node, &disk_type_path(slot), world)
}

/// Where it says so.
pub(crate) fn disk_type_path(slot: &Slot) -> String {
    match slot.role {
        Role::Disk | Role::Snapshot => "sku.name".to_owned(),
        _ => slot.at("managedDisk.storageAccountType"),
    }
}

/// Whether a disk of that type is an Ultra disk or a Premium SSD v2.
pub(crate) fn is_later(kind: &Value) -> bool {
    kind.as_str().is_some_and(is_later_disk_type)
}

/// An Ultra or Premium SSD v2 disk, and the encryption set that it names, in one world.
pub(crate) struct LaterDisk<'a> {
    slot: &'a Slot,
    sku: Value,
    path: String,
    /// The set.
    pub(crate) set: NodeId,
    /// In which the disk is of that type and names that set.
    pub(crate) world: World,
}

impl<'a> LaterDisk<'a> {
    /// The disks that are checked, with each set that they name and whose properties are known.
    pub(crate) fn all(cx: &'a Context<'_>) -> impl Iterator<Item = Self> {
        cx.disks().filter(|slot| slot.role.is_disk() && cx.is_checked(slot.node)).flat_map(move |slot| {
            let mut found = Vec::new();
            for (world, sku) in disk_type(cx, slot, &slot.world).filter(is_later) {
                for (world, set) in cx.sets_of(slot, &world) {
                    if let Some(node) = set.node().filter(|node| cx.is_known(*node)) {
                        found.push(Self { slot, sku: sku.clone(), path: set.path, set: node, world });
                    }
                }
            }
            found
        })
    }

    /// A finding at the property that names the set, `which` the disk can't have: how the set is, after its name.
    pub(crate) fn finding<'b>(&self, cx: &'b Context<'_>, which: &str) -> FindingBuilder<'b> {
        let (disk, kind) = (self.slot.node, self.sku.describe());
        cx.finding(disk, &self.path)
            .world(&self.world)
            .against(self.set)
            .message(format!("{} is of type {kind} and names {}, {which}", cx.describe(self.slot), cx.title(self.set)))
            .related(disk, &disk_type_path(self.slot), format!("the disk is of type {kind}"))
            .trail("disk type", disk, &self.sku)
    }

    /// The property that names the set, in the words of the disk's language.
    pub(crate) fn property(&self, cx: &Context<'_>) -> String {
        cx.property(self.slot.node, &self.path)
    }
}
