//! Images and image versions that were encrypted before and are not now.

use std::collections::BTreeSet;

use cmklint_graph::{Cases, Comparison, Fold, NodeId, Pairs, World};

use super::super::shared::moved::{describe, with_source};
use crate::before::{Pair, Then, certain, certainly_stated};
use crate::builder::FindingBuilder;
use crate::context::Context;
use crate::findings::Findings;
use crate::view::{Crypt, SetRef, Slot, Stated, TargetRegion, kind, number, plain};

/// Adds findings, and returns the target regions (version and path) that they are about.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings) -> BTreeSet<(NodeId, String)> {
    let mut reported = BTreeSet::new();
    let Some(then) = cx.then() else { return reported };
    for pair in cx.pairs() {
        if cx.is(pair.now, kind::VERSION) {
            regions(cx, &then, pair, &mut reported, out);
        } else if cx.is(pair.now, kind::IMAGE) {
            disks(cx, &then, pair, out);
        }
    }
    reported
}

/// Target regions that named a set before, and are in the list without one now.
fn regions(
    cx: &Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    reported: &mut BTreeSet<(NodeId, String)>,
    out: &mut Findings,
) {
    let old = then.target_regions(pair.then, &World::any());
    for world in cx.present(pair.now, &World::any()) {
        for region in cx.target_regions(pair.now, &world) {
            for (world, set) in old.iter().flat_map(|old| encrypted(then, pair, old, cx, &region)) {
                for world in cx.target_stated(pair.now, &region, &world).filter(Stated::is_nothing).worlds() {
                    reported.insert((pair.now, region.path.clone()));
                    let message = format!(
                        "{} was encrypted with a customer-managed key in target region {} {}, and names no encryption set there now",
                        describe(cx, pair),
                        plain(&region.name),
                        then.source()
                    );
                    let path = format!("{}.name", region.path);
                    let used = region.uses.first().and_then(|disk| disk.uses().into_iter().next());
                    let finding = taken_away(cx, then, pair, &path, &world, &set).message(message);
                    finding.help(help(cx, pair, &used.map_or(path, |used| used.path))).push(out);
                }
            }
        }
    }
}

/// The sets that the target region `old` certainly named before, in worlds of `region`, where both are the same region.
fn encrypted(
    then: &Then<'_>,
    pair: Pair,
    old: &TargetRegion,
    cx: &Context<'_>,
    region: &TargetRegion,
) -> Cases<SetRef> {
    if then.compare_with(&old.name, cx, &region.name, Fold::Region) != Comparison::Equal
        || !Pairs::is_shared(&old.world)
    {
        return Cases::none();
    }
    let Some(both) = region.world.and(&old.world) else { return Cases::none() };
    certainly_stated(then.target_stated(pair.then, old, &old.world)).within(&both)
}

/// Disks of an image that were encrypted, and are not now.
fn disks(cx: &Context<'_>, then: &Then<'_>, pair: Pair, out: &mut Findings) {
    for old in then.slots_of(pair.then).iter().filter(|slot| Pairs::is_shared(&slot.world)) {
        for (world, set) in certain(then.slot_crypt(old, &old.world)) {
            let same = |new: &&Slot| new.role == old.role && (new.is_os() || same_number(cx, then, old, new));
            for new in cx.slots_of(pair.now).iter().filter(same) {
                let Some(world) = world.and(&old.world).and_then(|w| w.and(&new.world)) else { continue };
                let now = cx.slot_crypt(new, &world).filter(|crypt| matches!(crypt, Crypt::Platform));
                for world in now.worlds() {
                    let message = format!(
                        "{} was encrypted with a customer-managed key {}, and is not now",
                        describe(cx, pair),
                        then.source()
                    );
                    let path = new.at("diskEncryptionSet.id");
                    let finding = taken_away(cx, then, pair, &path, &world, &set).message(message);
                    finding.help(help(cx, pair, &path)).push(out);
                }
            }
        }
    }
}

fn same_number(cx: &Context<'_>, then: &Then<'_>, old: &Slot, new: &Slot) -> bool {
    let a = number(&then.get(old.node, &old.at("lun")));
    a.is_some() && a == number(&cx.get(new.node, &new.at("lun")))
}

/// The finding on a resource that named `set` before and names none now, without its message and help.
fn taken_away<'a>(
    cx: &'a Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    path: &str,
    world: &World,
    set: &SetRef,
) -> FindingBuilder<'a> {
    let finding = cx
        .finding(pair.now, path)
        .world(world)
        .variant("before")
        .words("no encryption set now")
        .before(set.by, &set.path, world, "before, this encryption set was named")
        .trail_before("encryption set", set.by, &set.value);
    with_source(cx, then, pair, finding)
}

/// What to write: the set again in the property at `path`.
fn help(cx: &Context<'_>, pair: Pair, path: &str) -> String {
    let property = cx.property(pair.now, path);
    format!(
        "Name the encryption set again in {property}, or make a new image or version from a source that the platform's key encrypts"
    )
}
