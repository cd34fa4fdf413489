//! CMK083: machines with ephemeral OS disks name no set with automatic key rotation.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::EPHEMERAL_ROTATION;
use crate::rule::Rule;
use crate::view::{Slot, is_text};
use cmklint_graph::{Cases, NodeId, Spelled, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK083",
    name: "ephemeral_rotation",
    level: Level::Warning,
    restrictions: &[&EPHEMERAL_ROTATION],
    default_on: true,
    security_severity: Some("4.0"),
    options: &[],
    page: page!("CMK083"),
};

/// The rule.
pub(crate) struct EphemeralRotation;

impl Rule for EphemeralRotation {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.users().filter(|s| cx.is_checked(s.node)) {
            for (world, ephemeral) in ephemeral(cx, slot, &slot.world) {
                for (world, set) in cx.sets_of(slot, &world) {
                    let Some(node) = set.node().filter(|node| cx.is_known(*node)) else { continue };
                    let on = |value: &Value| value.as_bool() == Some(true);
                    for (world, rotation) in cx.values(node, ROTATION, &world).filter(on) {
                        cx.finding(slot.node, &set.path)
                            .world(&world)
                            .against(node)
                            .message(format!(
                                "{} has ephemeral OS disks, and its {} rotates its key by itself",
                                cx.title(slot.node),
                                cx.title(node)
                            ))
                            .words("a set that rotates")
                            .related(node, ROTATION, "the set rotates by itself")
                            .related(ephemeral.at, &ephemeral.path, "the OS disk is ephemeral")
                            .trail("ephemeral OS disk", ephemeral.at, &ephemeral.value)
                            .trail("rotation", node, &rotation)
                            .help(format!(
                                "Write {} for the set and rotate by hand, with the machines deleted or the pools scaled to zero; or take an OS disk that is not ephemeral",
                                cx.set_to(node, ROTATION, Spelled::Bool(false))
                            ))
                            .push(out);
                    }
                }
            }
        }
    }
}

const ROTATION: &str = "properties.rotationToLatestKeyVersionEnabled";

/// A property that says that OS disks are ephemeral.
struct Ephemeral {
    at: NodeId,
    path: String,
    value: Value,
}

/// The properties by which the OS disks of `slot` are ephemeral.
fn ephemeral(cx: &Context<'_>, slot: &Slot, world: &World) -> Cases<Ephemeral> {
    let says = |at: NodeId, path: String, kind: &'static str, world: &World| {
        let values = cx.values(at, &path, world).filter(|value| is_text(value, kind));
        values.map(|value| Ephemeral { at, path: path.clone(), value })
    };
    if slot.is_os() {
        return says(slot.node, slot.at("diffDiskSettings.option"), "Local", world);
    }
    let Some(pools) = slot.pools() else { return Cases::none() };
    let property = pools.property;
    let mut out = cx
        .items(slot.node, pools.list, world)
        .and_then(|world, (pool, _)| says(slot.node, format!("{pool}.{property}"), "Ephemeral", &world));
    for pool in cx.pools_of(slot.node).iter().filter(|pool| cx.is_known(**pool)) {
        for world in cx.present(*pool, world) {
            out.extend(says(*pool, format!("properties.{property}"), "Ephemeral", &world));
        }
    }
    out
}
