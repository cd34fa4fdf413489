//! CMK030: an encrypted disk, snapshot or image stays in its resource group.

use cmklint_graph::{Cases, NodeId, Resource, World};

use super::shared::moved::{ScopePart, moved};
use super::shared::ordered::{MoveReach, ordered};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restriction::Restriction;
use crate::restrictions::{MOVE_GROUP, MOVE_GROUP_ATTACHED, MOVE_GROUP_INCREMENTAL};
use crate::rule::Rule;
use crate::view::kind;

static META: RuleMeta = RuleMeta {
    id: "CMK030",
    name: "move_resource_group",
    level: Level::Error,
    restrictions: &[&MOVE_GROUP, &MOVE_GROUP_ATTACHED, &MOVE_GROUP_INCREMENTAL],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK030"),
};

/// The rule.
pub(crate) struct MoveResourceGroup;

impl Rule for MoveResourceGroup {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let part = ScopePart { path: Resource::RESOURCE_GROUP, name: "resource group" };
        for moved in moved(cx, &part).into_iter().chain(ordered(cx, MoveReach::Group)) {
            for (world, restriction) in held(cx, moved.node, &moved.world) {
                let finding = moved.finding.clone().world(&world).restriction(restriction);
                let finding = match restriction.id == MOVE_GROUP_ATTACHED.id {
                    true => finding
                        .level(Level::Warning)
                        .note("a disk may be moved once its virtual machine is deallocated"),
                    false => finding,
                };
                finding.push(out);
            }
        }
    }
}

/// The restriction on the resource at `node`: the first one that is in force for it; `None` for full snapshots and images, about which later editions say nothing.
fn held(cx: &Context<'_>, node: NodeId, world: &World) -> Cases<&'static Restriction> {
    if cx.in_force(&MOVE_GROUP) {
        return Cases::one(world.clone(), &MOVE_GROUP);
    }
    if cx.is(node, kind::DISK) && cx.in_force(&MOVE_GROUP_ATTACHED) {
        return Cases::one(world.clone(), &MOVE_GROUP_ATTACHED);
    }
    let incremental = || cx.values(node, "properties.incremental", world);
    if cx.is(node, kind::SNAPSHOT) && cx.in_force(&MOVE_GROUP_INCREMENTAL) {
        return incremental().filter_map(|value| (value.as_bool() == Some(true)).then_some(&MOVE_GROUP_INCREMENTAL));
    }
    Cases::none()
}
