//! CMK024: an Ultra or Premium SSD v2 disk has no encryption set with a user-assigned identity.

use super::shared::disk_type::LaterDisk;
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
        for disk in LaterDisk::all(cx) {
            for (world, identity) in cx.values(disk.set, IDENTITY, &disk.world).filter(is_user_assigned) {
                disk.finding(cx, "which has a user-assigned identity")
                    .world(&world)
                    .words("a set with a user-assigned identity")
                    .related(disk.set, IDENTITY, "the set's identity")
                    .trail("identity", disk.set, &identity)
                    .help(format!(
                        "Write {} for the set, or name another one that has it",
                        cx.set_to(disk.set, IDENTITY, Spelled::Text("SystemAssigned"))
                    ))
                    .push(out);
            }
        }
    }
}

const IDENTITY: &str = "identity.type";

/// Whether an identity of that type certainly includes user-assigned ones.
fn is_user_assigned(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| kind.to_ascii_lowercase().contains("userassigned"))
}
