//! CMK013: an Ultra or Premium SSD v2 disk that is made from an encrypted snapshot has the snapshot's encryption set.

use super::shared::disk_type::{disk_type, disk_type_path, is_later};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::SNAPSHOT_DISK_SET;
use crate::rule::Rule;
use crate::view::{Role, SetRef, kind, plain};
use cmklint_graph::{Comparison, Fold, NodeId};

static META: RuleMeta = RuleMeta {
    id: "CMK013",
    name: "snapshot_disk_set",
    level: Level::Error,
    restrictions: &[&SNAPSHOT_DISK_SET],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK013"),
};

/// The rule.
pub(crate) struct SnapshotDiskSet;

impl Rule for SnapshotDiskSet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.disks().filter(|s| s.role == Role::Disk && cx.is_declared(s.node)) {
            for (world, sku) in disk_type(cx, slot, &slot.world).filter(is_later) {
                for (world, set) in cx.sets_of(slot, &world) {
                    let sources = cx.sources(slot, &world).filter(|source| !source.image);
                    for (world, (path, snapshot)) in sources.and_then(|world, source| {
                        cx.nodes(slot.node, &source.path, &world).map(|node| (source.path.clone(), node))
                    }) {
                        if !cx.is(snapshot, kind::SNAPSHOT) {
                            continue;
                        }
                        for own in cx.slots_of(snapshot) {
                            let Some(world) = world.and(&own.world) else { continue };
                            for (world, other) in cx.sets_of(own, &world) {
                                if cx.compare(&set.value, &other.value, Fold::Case) != Comparison::Different {
                                    continue;
                                }
                                cx.finding(slot.node, &set.path)
                                    .world(&world)
                                    .against(snapshot)
                                    .message(format!(
                                        "{} is made from {} and names another encryption set",
                                        cx.title_with(slot.node, &plain(&sku)),
                                        cx.title(snapshot)
                                    ))
                                    .words("another set than the snapshot's")
                                    .related(snapshot, &other.path, "the snapshot names this set")
                                    .related(slot.node, &path, "the disk is made from the snapshot")
                                    .related(
                                        slot.node,
                                        &disk_type_path(slot),
                                        format!("the disk is of type {}", sku.describe()),
                                    )
                                    .trail("encryption set", slot.node, &set.value)
                                    .trail("encryption set", snapshot, &other.value)
                                    .help(help(cx, slot.node, &set, &other))
                                    .push(out);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What to write for the disk at `disk`, which names `set`, where its snapshot names `other`.
fn help(cx: &Context<'_>, disk: NodeId, set: &SetRef, other: &SetRef) -> String {
    match other.node().and_then(|node| cx.set_to_id(disk, &set.path, node)) {
        Some(line) => format!("Let the disk name the snapshot's set, {line}, and give it another one once it is made"),
        None => format!(
            "Let {} name the snapshot's set, and give the disk another one once it is made",
            cx.property(disk, &set.path)
        ),
    }
}
