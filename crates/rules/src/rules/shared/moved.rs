//! What CMK030 and CMK031 share: encrypted disks, snapshots and images that are elsewhere than before.

use cmklint_graph::{NodeId, World};

use crate::before::{Pair, Then};
use crate::builder::FindingBuilder;
use crate::context::Context;
use crate::view::{SetRef, View, kind};

/// The part of its scope that an encrypted resource can't leave.
pub(crate) struct ScopePart {
    /// Its path in a resource.
    pub(crate) path: &'static str,
    /// Its name in messages.
    pub(crate) name: &'static str,
}

/// The pairs in which a disk, snapshot or image was certainly encrypted with a customer-managed key before.
pub(crate) fn encrypted_before<'a>(cx: &Context<'a>) -> Vec<(Then<'a>, Pair, World, SetRef)> {
    let mut out = Vec::new();
    let Some(then) = cx.then() else { return out };
    for pair in cx.pairs() {
        if [kind::DISK, kind::SNAPSHOT, kind::IMAGE].iter().any(|k| cx.is(pair.now, k)) {
            for (world, set) in then.was_encrypted(pair.then) {
                out.push((then, pair, world, set));
            }
        }
    }
    out
}

/// A disk, snapshot or image that is moved, and its finding so far: not yet pushed.
pub(crate) struct Moved<'a> {
    pub(crate) node: NodeId,
    pub(crate) world: World,
    pub(crate) finding: FindingBuilder<'a>,
}

/// The findings on encrypted resources whose `part` of the scope differs from before.
pub(crate) fn moved<'a>(cx: &'a Context<'a>, part: &ScopePart) -> Vec<Moved<'a>> {
    let mut out = Vec::new();
    for (then, pair, world, set) in encrypted_before(cx) {
        for world in cx.present(pair.now, &world) {
            for (now_world, changed) in then.changed(cx, pair, part.path, &world) {
                let (old, new) = (changed.then.describe(), changed.now.describe());
                let (keep, instead) = cx.keep_in(pair.now, part.path, part.name, &changed.then);
                let what = describe(cx, pair);
                let finding = cx
                    .finding(pair.now, part.path)
                    .world(&now_world)
                    .message(format!(
                        "{what} is encrypted with a customer-managed key and can't be moved to {} {new}; {} it was in {old}",
                        part.name,
                        then.source()
                    ))
                    .help(format!("{keep}, or make a new one there from a copy, which is encrypted anew{instead}"))
                    .words(format!("now in {} {new}", part.name))
                    .before(pair.then, part.path, &world, format!("before in {} {old}", part.name))
                    .before(set.by, &set.path, &world, "encrypted with this set before")
                    .trail_before(part.name, pair.then, &changed.then)
                    .trail(part.name, pair.now, &changed.now);
                let finding = with_source(cx, &then, pair, finding);
                out.push(Moved { node: pair.now, world: now_world, finding });
            }
        }
    }
    out
}

/// Adds notes on what a comparison assumes: what is known of the change, and that a root is the one that was elsewhere before.
pub(crate) fn with_source<'a>(
    cx: &Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    mut finding: FindingBuilder<'a>,
) -> FindingBuilder<'a> {
    if let Some(note) = then.note(pair.now) {
        finding = finding.note(note);
    }
    let address = then.address(pair.then);
    if address != cx.address(pair.now) {
        finding = finding.note(format!("it was {} {}", then.title(pair.then), then.source()));
    }
    if then.all_pairs().is_relocated(pair.now.deployment) {
        let label = |view: &View<'_>, node: NodeId| {
            view.deployment(node.deployment).map_or_else(String::new, |d| d.key.to_string())
        };
        let (now, old) = (label(cx, pair.now), label(then, pair.then));
        finding = finding.assuming(format!("{now} is what was at {old} {}", then.source()));
    }
    finding
}

/// The resource's description in messages.
pub(crate) fn describe(cx: &Context<'_>, pair: Pair) -> String {
    cx.title(pair.now)
}
