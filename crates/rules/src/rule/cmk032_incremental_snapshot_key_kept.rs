//! CMK032: an incremental snapshot keeps its customer-managed key.

use cmklint_graph::World;

use super::moved::{describe, with_source};
use crate::before::{Pair, Then, certain};
use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};
use crate::view::{Crypt, SetRef, Stated, is_text, kind};

const TYPE: &str = "properties.encryption.type";

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK032",
    name: "incremental_snapshot_key_kept",
    level: Level::Error,
    editions: &[Edition::Y2023M02],
    default_on: true,
    statement: "S3",
    restriction: "A customer-managed key can't be taken away from an incremental snapshot",
    security_severity: None,
    page: include_str!("../../../../rules/CMK032/rule.md"),
};

/// CMK032.
pub(crate) struct IncrementalSnapshotKeyKept;

impl Rule for IncrementalSnapshotKeyKept {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let Some(then) = cx.then else { return };
        for pair in then.pairs(cx).into_iter().filter(|pair| cx.view.is(pair.now, kind::SNAPSHOT)) {
            for (world, set) in named_before(&then, pair) {
                for slot in cx.view.slots_of(pair.now) {
                    let Some(world) = world.and(&slot.world) else { continue };
                    for (world, stated) in cx.view.stated(slot, &world) {
                        if matches!(stated, Stated::Nothing) {
                            taken_away(cx, &then, pair, &world, &set, out);
                        }
                    }
                }
            }
        }
    }
}

/// The set that the snapshot, certainly an incremental one, named itself before.
fn named_before(then: &Then<'_>, pair: Pair) -> Vec<(World, SetRef)> {
    let incremental = then.view.values(pair.then, "properties.incremental", &World::any());
    if !incremental.iter().all(|(_, value)| value.as_bool() == Some(true)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for slot in then.view.slots_of(pair.then) {
        let stated = then.view.stated(slot, &slot.world).into_iter().map(|(world, stated)| match stated {
            Stated::Set(set) => (world, Crypt::Set(set)),
            Stated::Nothing => (world, Crypt::Platform),
            Stated::Unknown => (world, Crypt::Unknown),
        });
        out.extend(certain(stated.collect()));
    }
    out
}

fn taken_away(cx: &Context<'_>, then: &Then<'_>, pair: Pair, world: &World, set: &SetRef, out: &mut Findings) {
    for (world, kind) in cx.view.values(pair.now, TYPE, world) {
        let platform = is_text(&kind, "EncryptionAtRestWithPlatformKey");
        if !platform && !kind.is_null() {
            continue; // another kind of key, or one that is not known
        }
        let what = if platform { "states the platform's key now" } else { "names no encryption set now" };
        let mut finding = cx
            .finding(&META, pair.now, TYPE)
            .world(&world)
            .message(format!(
                "incremental {} was encrypted with a customer-managed key {}, and {what}",
                describe(cx, pair),
                then.before.source
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
