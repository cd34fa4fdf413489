//! CMK013: an Ultra or Premium SSD v2 disk that is made from an encrypted snapshot has the snapshot's encryption set.

use super::shared::disk_type::{disk_type, is_later};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::SNAPSHOT_DISK_SET;
use crate::rule::Rule;
use crate::view::{Role, kind};
use cmklint_graph::{Comparison, Fold};

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
                                        "{} disk {} is made from snapshot {} and names another encryption set",
                                        sku.as_str().unwrap_or_default(),
                                        cx.address(slot.node),
                                        cx.address(snapshot)
                                    ))
                                    .words("another set than the snapshot's")
                                    .related(snapshot, &other.path, "the snapshot names this set")
                                    .related(slot.node, &path, "the disk is made from the snapshot")
                                    .trail("encryption set", slot.node, &set.value)
                                    .trail("encryption set", snapshot, &other.value)
                                    .help(
                                        "Let the disk name the snapshot's set, and give it another one once it is made",
                                    )
                                    .push(out);
                            }
                        }
                    }
                }
            }
        }
    }
}
