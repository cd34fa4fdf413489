//! What CMK030 and CMK031 share about moves that the code orders.

use cmklint_graph::{Cases, Comparison, Fold, NodeId, Value, World};

use super::moved::Moved;
use crate::context::Context;
use crate::view::{Move, kind};

/// How far a move goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MoveReach {
    Group,
    Subscription,
}

/// The findings for encrypted disks, snapshots and images that an action or a script moves as far as `reach`: to another subscription where that is known
/// to be another, else to another resource group.
pub(crate) fn ordered<'a>(cx: &'a Context<'a>, reach: MoveReach) -> Vec<Moved<'a>> {
    let mut out = Vec::new();
    for order in cx.movers().flat_map(|mover| cx.moves(mover)) {
        let named = cx.resolve(&order.what, &order.world, order.by.deployment);
        for (world, moved) in named.filter_map(|target| target.node()) {
            let kinds = [(kind::DISK, "disk"), (kind::SNAPSHOT, "snapshot"), (kind::IMAGE, "image")];
            let Some((_, noun)) = kinds.into_iter().find(|(kind, _)| cx.is(moved, kind)) else { continue };
            for (world, set) in cx.encrypted(moved, &world) {
                for (world, (_, to)) in reaches(cx, &order, moved, &world).filter(|(went, _)| *went == reach) {
                    let title = cx.title(moved);
                    let finding = cx
                        .finding(order.by, &order.path)
                        .world(&world)
                        .against(moved)
                        .message(format!(
                            "{title} is encrypted with a customer-managed key, and {} moves it to {to}",
                            cx.title(order.by)
                        ))
                        .words(format!("moves {title} to {to}"))
                        .related(moved, "", format!("the {noun} that is moved"))
                        .related(set.by, &set.path, "it is encrypted with this set")
                        .help(format!("Take {title} out of what is moved, or make a new {noun} there from a copy, which is encrypted anew"));
                    out.push(Moved { node: moved, world, finding });
                }
            }
        }
    }
    out
}

/// How far `order` moves the resource at `moved`, and where to in words. A move into the same group would be refused; so an unknown group is another one.
fn reaches(cx: &Context<'_>, order: &Move, moved: NodeId, world: &World) -> Cases<(MoveReach, String)> {
    let Some(resource) = cx.resource(moved) else { return Cases::none() };
    let compare = |here: &Value, there: Option<&Value>, fold: Fold, world: &World, unsaid: Comparison| match there {
        Some(there) => cx.compare_cases(here, there, fold, world),
        None => Cases::one(world.clone(), unsaid),
    };
    let words = |what: &str, value: Option<&Value>| match value.map(|v| cx.deref(v)) {
        Some(value) if value.as_str().is_some() => format!("{what} {}", value.describe()),
        _ => format!("another {what}"),
    };
    let mut out = Cases::none();
    let here = &resource.scope;
    let subscription = order.subscription.as_ref();
    for (world, compared) in compare(&here.subscription, subscription, Fold::Subscription, world, Comparison::Equal) {
        if compared == Comparison::Different {
            out.push(world, (MoveReach::Subscription, words("subscription", subscription)));
            continue;
        }
        for (world, group) in
            compare(&here.resource_group, order.group.as_ref(), Fold::Case, &world, Comparison::Unknown)
        {
            // A move to a group of the same name is one to another subscription, if it is a move at all.
            if group != Comparison::Equal {
                out.push(world, (MoveReach::Group, words("resource group", order.group.as_ref())));
            }
        }
    }
    out
}
