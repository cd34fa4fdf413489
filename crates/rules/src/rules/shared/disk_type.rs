//! The types of disks that rules distinguish.

use cmklint_graph::{Cases, Value, World};

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
