//! CMK083: machines with ephemeral OS disks name no set with automatic key rotation.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::EPHEMERAL_ROTATION;
use crate::rule::Rule;
use crate::view::{Slot, is_text};
use cmklint_graph::{Cases, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK083",
    name: "ephemeral_rotation",
    level: Level::Warning,
    restrictions: &[&EPHEMERAL_ROTATION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK083/rule.md"),
};

/// The rule.
pub(crate) struct EphemeralRotation;

impl Rule for EphemeralRotation {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.users().filter(|s| cx.is_checked(s.node)) {
            for (world, (path, value)) in ephemeral(cx, slot, &slot.world) {
                for (world, set) in cx.sets_of(slot, &world) {
                    let Some(node) = set.node().filter(|node| cx.is_known(*node)) else { continue };
                    let on = |value: &Value| value.as_bool() == Some(true);
                    for (world, rotation) in cx.values(node, ROTATION, &world).filter(on) {
                        cx.finding(slot.node, &set.path)
                            .world(&world)
                            .against(node)
                            .message(format!(
                                "{} has ephemeral OS disks, and its encryption set {} rotates its key by itself",
                                cx.address(slot.node),
                                cx.address(node)
                            ))
                            .words("a set that rotates")
                            .related(node, ROTATION, "the set rotates by itself")
                            .related(slot.node, &path, "the OS disk is ephemeral")
                            .trail("ephemeral OS disk", slot.node, &value)
                            .trail("rotation", node, &rotation)
                            .help("Turn rotation off for this set and rotate by hand with the machines deleted or the pools scaled to zero, or take an OS disk that is not ephemeral")
                            .push(out);
                    }
                }
            }
        }
    }
}

const ROTATION: &str = "properties.rotationToLatestKeyVersionEnabled";

/// The property that makes the OS disks of `slot` ephemeral.
fn ephemeral(cx: &Context<'_>, slot: &Slot, world: &World) -> Cases<(String, Value)> {
    if slot.is_os() {
        let path = slot.at("diffDiskSettings.option");
        let local = cx.values(slot.node, &path, world).filter(|option| is_text(option, "Local"));
        return local.map(|option| (path.clone(), option));
    }
    let Some((pools, property)) = slot.ephemeral() else { return Cases::none() };
    cx.items(slot.node, pools, world).and_then(|world, (pool, _)| {
        let path = format!("{pool}.{property}");
        let ephemeral = cx.values(slot.node, &path, &world).filter(|kind| is_text(kind, "Ephemeral"));
        ephemeral.map(|kind| (path.clone(), kind))
    })
}
