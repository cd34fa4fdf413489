//! CMK032: an incremental snapshot keeps its customer-managed key.

use cmklint_graph::{Cases, World};

use super::shared::moved::{describe, with_source};
use crate::before::{Pair, Then, certainly_stated};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Edition, Level, RuleMeta};
use crate::rule::Rule;
use crate::view::{SetRef, Stated, is_text, kind};

const TYPE: &str = "properties.encryption.type";

static META: RuleMeta = RuleMeta {
    id: "CMK032",
    name: "incremental_snapshot_key_kept",
    level: Level::Error,
    editions: &Edition::FROM_2023_02,
    default_on: true,
    statement: "S3",
    restriction: "A customer-managed key can't be taken away from an incremental snapshot",
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK032/rule.md"),
};

/// The rule.
pub(crate) struct IncrementalSnapshotKeyKept;

impl Rule for IncrementalSnapshotKeyKept {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let Some(then) = cx.then() else { return };
        for pair in cx.pairs().filter(|pair| cx.is(pair.now, kind::SNAPSHOT)) {
            for (world, set) in named_before(&then, pair) {
                for slot in cx.slots_of(pair.now) {
                    let Some(world) = world.and(&slot.world) else { continue };
                    for world in cx.stated(slot, &world).filter(Stated::is_nothing).worlds() {
                        taken_away(cx, &then, pair, &world, &set, out);
                    }
                }
            }
        }
    }
}

/// The set that the snapshot, certainly an incremental one, named itself before.
fn named_before(then: &Then<'_>, pair: Pair) -> Cases<SetRef> {
    let incremental = then.values(pair.then, "properties.incremental", &World::any());
    if !incremental.values().all(|value| value.as_bool() == Some(true)) {
        return Cases::none();
    }
    let slots = then.slots_of(pair.then).iter();
    slots.flat_map(|slot| certainly_stated(then.stated(slot, &slot.world))).collect()
}

fn taken_away(cx: &Context<'_>, then: &Then<'_>, pair: Pair, world: &World, set: &SetRef, out: &mut Findings) {
    for (world, kind) in cx.values(pair.now, TYPE, world) {
        let platform = is_text(&kind, "EncryptionAtRestWithPlatformKey");
        if !platform && !kind.is_null() {
            continue; // another kind of key, or one that is not known
        }
        let what = if platform { "states the platform's key now" } else { "names no encryption set now" };
        let mut finding = cx
            .finding(pair.now, TYPE)
            .world(&world)
            .message(format!(
                "incremental {} was encrypted with a customer-managed key {}, and {what}",
                describe(cx, pair),
                then.source()
            ))
            .words(what)
            .before(set.by, &set.path, &world, "before, this encryption set was named")
            .trail_before("encryption set", set.by, &set.value)
            .help("Name the encryption set again, or take a new snapshot");
        if !platform {
            finding = finding
                .level(Level::Warning)
                .note("whether the platform takes a left out key for one that is taken away is not documented");
        }
        with_source(cx, then, pair, finding).push(out);
    }
}
