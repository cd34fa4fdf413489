//! What CMK030 and CMK031 share: encrypted disks, snapshots and images that are elsewhere than before.

use cmklint_graph::World;

use crate::before::{Pair, Then};
use crate::builder::FindingBuilder;
use crate::engine::Context;
use crate::rule::RuleMeta;
use crate::view::{SetRef, kind};

/// A part of the scope that a resource can't leave.
pub(super) struct Place {
    /// Its path in a resource.
    pub(super) path: &'static str,
    /// What a person calls it.
    pub(super) name: &'static str,
}

/// The pairs in which a disk, snapshot or image was certainly encrypted with a customer-managed key before.
pub(super) fn encrypted_before<'a>(cx: &Context<'a>) -> Vec<(Then<'a>, Pair, World, SetRef)> {
    let mut out = Vec::new();
    let Some(then) = cx.then else { return out };
    for pair in then.pairs(cx) {
        if [kind::DISK, kind::SNAPSHOT, kind::IMAGE].iter().any(|k| cx.view.is(pair.now, k)) {
            for (world, set) in then.encrypted(pair.then) {
                out.push((then, pair, world, set));
            }
        }
    }
    out
}

/// The findings, not yet pushed, for encrypted resources whose `place` is another one than before.
pub(super) fn moved<'a>(cx: &'a Context<'a>, meta: &'static RuleMeta, place: &Place) -> Vec<FindingBuilder<'a>> {
    let mut out = Vec::new();
    for (then, pair, world, set) in encrypted_before(cx) {
        for world in cx.estate.present(pair.now, &world) {
            for changed in then.changed(cx, pair, place.path, &world) {
                let (old, new) = (changed.then.describe(), changed.now.describe());
                let what = describe(cx, pair);
                let finding = cx
                    .finding(meta, pair.now, place.path)
                    .world(&changed.world)
                    .message(format!(
                        "{what} is encrypted with a customer-managed key and stood in {} {old} {}; it can't be moved to {new}",
                        place.name, then.before.source
                    ))
                    .words(format!("now in {} {new}", place.name))
                    .before(pair.then, place.path, &world, format!("before in {} {old}", place.name))
                    .before(set.by, &set.path, &world, "encrypted with this set before")
                    .trail_before(place.name, pair.then, &changed.then)
                    .trail(place.name, pair.now, &changed.now);
                out.push(with_source(cx, &then, pair, finding));
            }
        }
    }
    out
}

/// What a comparison rests on: notes of what is known of the change, and that a root is the one that stood elsewhere.
pub(super) fn with_source<'a>(
    cx: &Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    mut finding: FindingBuilder<'a>,
) -> FindingBuilder<'a> {
    if let Some(note) = then.before.notes.get(&pair.now) {
        finding = finding.note(&**note);
    }
    let address = then.view.address(pair.then);
    if address != cx.address(pair.now) {
        finding = finding.note(format!("it stood as {address} {}", then.before.source));
    }
    if then.before.pairs.is_relocated(pair.now.deployment) {
        let label = |estate: &cmklint_graph::Estate, node: cmklint_graph::NodeId| {
            estate.deployment(node.deployment).map_or_else(String::new, |d| d.label.clone())
        };
        let (now, old) = (label(cx.estate, pair.now), label(&then.before.estate, pair.then));
        finding = finding.assuming(format!("{now} is what stood at {old} {}", then.before.source));
    }
    finding
}

/// What a person calls the resource.
pub(super) fn describe(cx: &Context<'_>, pair: Pair) -> String {
    let noun = if cx.view.is(pair.now, kind::SNAPSHOT) {
        "snapshot"
    } else if cx.view.is(pair.now, kind::IMAGE) {
        "image"
    } else if cx.view.is(pair.now, kind::VERSION) {
        "image version"
    } else {
        "disk"
    };
    format!("{noun} {}", cx.address(pair.now))
}
