//! CMK024: an Ultra or Premium SSD v2 disk has no encryption set with a user-assigned identity.

use super::shared::disk_type::{disk_type, disk_type_path, is_later};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ULTRA_SET_IDENTITY;
use crate::rule::Rule;
use cmklint_graph::{Spelled, Value};

static META: RuleMeta = RuleMeta {
    id: "CMK024",
    name: "set_identity_disk_type",
    level: Level::Error,
    restrictions: &[&ULTRA_SET_IDENTITY],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK024"),
};

/// The rule.
pub(crate) struct SetIdentityDiskType;

impl Rule for SetIdentityDiskType {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.disks().filter(|s| s.role.is_disk() && cx.is_checked(s.node)) {
            for (world, sku) in disk_type(cx, slot, &slot.world).filter(is_later) {
                for (world, set) in cx.sets_of(slot, &world) {
                    let Some(node) = set.node().filter(|node| cx.is_known(*node)) else { continue };
                    for (world, identity) in cx.values(node, IDENTITY, &world).filter(is_user_assigned) {
                        cx.finding(slot.node, &set.path)
                            .world(&world)
                            .against(node)
                            .message(format!(
                                "{} is of type {} and names {}, which has a user-assigned identity",
                                cx.describe(slot),
                                sku.describe(),
                                cx.title(node)
                            ))
                            .words("a set with a user-assigned identity")
                            .related(node, IDENTITY, "the set's identity")
                            .related(
                                slot.node,
                                &disk_type_path(slot),
                                format!("the disk is of type {}", sku.describe()),
                            )
                            .trail("disk type", slot.node, &sku)
                            .trail("identity", node, &identity)
                            .help(format!(
                                "Write {} for the set, or name another one that has it",
                                cx.set_to(node, IDENTITY, Spelled::Text("SystemAssigned"))
                            ))
                            .push(out);
                    }
                }
            }
        }
    }
}

const IDENTITY: &str = "identity.type";

/// Whether an identity of that type certainly includes user-assigned ones.
fn is_user_assigned(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| kind.to_ascii_lowercase().contains("userassigned"))
}
