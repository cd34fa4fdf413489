//! What CMK030 and CMK031 share of moves that the code orders.

use cmklint_graph::{Comparison, Fold, Target, Value, World};

use crate::builder::FindingBuilder;
use crate::engine::Context;
use crate::rule::RuleMeta;
use crate::view::{Move, kind};

/// How far a move goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Group,
    Subscription,
}

/// The findings, not yet pushed, for encrypted disks, snapshots and images that an action or a script moves as far as `reach`: to another subscription where that is known
/// to be another, else to another resource group.
pub(super) fn ordered<'a>(cx: &'a Context<'a>, meta: &'static RuleMeta, reach: Reach) -> Vec<FindingBuilder<'a>> {
    let mut out = Vec::new();
    for order in cx.parts().flat_map(|p| &p.movers).flat_map(|mover| cx.view.moves(*mover)) {
        for (world, target, _) in cx.estate.resolve(&order.what, &order.world, order.by.deployment) {
            let Target::Node(moved) = target else { continue };
            let kinds = [(kind::DISK, "disk"), (kind::SNAPSHOT, "snapshot"), (kind::IMAGE, "image")];
            let Some((_, noun)) = kinds.into_iter().find(|(kind, _)| cx.view.is(moved, kind)) else { continue };
            for (world, set) in cx.view.encrypted(moved, &world) {
                for (world, went, to) in reaches(cx, &order, moved, &world) {
                    if went != reach {
                        continue;
                    }
                    let address = cx.address(moved);
                    out.push(
                        cx.finding(meta, order.by, &order.path)
                            .world(&world)
                            .against(moved)
                            .message(format!(
                                "{noun} {address} is encrypted with a customer-managed key, and {} moves it to {to}",
                                cx.address(order.by)
                            ))
                            .words(format!("moves {noun} {address} to {to}"))
                            .related(moved, "", format!("the {noun} that is moved"))
                            .related(set.by, &set.path, "it is encrypted with this set"),
                    );
                }
            }
        }
    }
    out
}

/// How far `order` moves the resource at `moved`, and where to in words. A move names another group, or it is refused; so a group that is not known is another one.
fn reaches(cx: &Context<'_>, order: &Move, moved: cmklint_graph::NodeId, world: &World) -> Vec<(World, Reach, String)> {
    let Some(resource) = cx.estate.resource(moved) else { return Vec::new() };
    let compare = |here: &Value, there: Option<&Value>, world: &World, unsaid: Comparison| match there {
        Some(there) => cx.view.compare_in(here, there, Fold::Case, world),
        None => vec![(world.clone(), unsaid)],
    };
    let words = |what: &str, value: Option<&Value>| match value.map(|v| cx.estate.deref(v)) {
        Some(value) if value.as_str().is_some() => format!("{what} {}", value.describe()),
        _ => format!("another {what}"),
    };
    let mut out = Vec::new();
    let here = &resource.scope;
    for (world, subscription) in compare(&here.subscription, order.subscription.as_ref(), world, Comparison::Equal) {
        if subscription == Comparison::Different {
            out.push((world, Reach::Subscription, words("subscription", order.subscription.as_ref())));
            continue;
        }
        for (world, group) in compare(&here.resource_group, order.group.as_ref(), &world, Comparison::Unknown) {
            // To a group of the same name it goes only in another subscription, if at all.
            if group != Comparison::Equal {
                out.push((world, Reach::Group, words("resource group", order.group.as_ref())));
            }
        }
    }
    out
}
