//! CMK032: an incremental snapshot, and a disk that has one, keep their customer-managed key.

use std::cell::LazyCell;

use cmklint_graph::{Cases, NodeId, World};
use rustc_hash::FxHashMap;

use super::shared::moved::{describe, with_source};
use crate::before::{Pair, Then, certainly_stated};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restriction::Restriction;
use crate::restrictions::{INCREMENTAL_KEY_STAYS, KEY_STAYS};
use crate::rule::Rule;
use crate::view::{Role, SetRef, Stated, is_text, kind};

const INCREMENTAL: &str = "properties.incremental";
const TYPE: &str = "properties.encryption.type";

static META: RuleMeta = RuleMeta {
    id: "CMK032",
    name: "incremental_snapshot_key_kept",
    level: Level::Error,
    restrictions: &[&KEY_STAYS, &INCREMENTAL_KEY_STAYS],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK032"),
};

/// The rule.
pub(crate) struct IncrementalSnapshotKeyKept;

impl Rule for IncrementalSnapshotKeyKept {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let Some(then) = cx.then() else { return };
        let snapshots = LazyCell::new(|| incremental_snapshots(cx));
        for pair in cx.pairs().filter(|pair| cx.is(pair.now, kind::SNAPSHOT) || cx.is(pair.now, kind::DISK)) {
            for (world, set) in named_before(&then, pair) {
                for slot in cx.slots_of(pair.now) {
                    let Some(world) = world.and(&slot.world) else { continue };
                    for world in cx.stated(slot, &world).filter(Stated::is_nothing).worlds() {
                        for (world, held) in held(cx, &then, pair, &world, &|| &snapshots) {
                            taken_away(cx, &then, pair, &world, &set, &held, out);
                        }
                    }
                }
            }
        }
    }
}

/// The restriction on a resource, and the incremental snapshot that makes it apply, where that is not the resource itself.
struct Held {
    restriction: &'static Restriction,
    snapshot: Option<NodeId>,
}

/// The restriction on the disk or snapshot: the first one that is in force for it.
fn held<'s>(
    cx: &Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    world: &World,
    snapshots: &dyn Fn() -> &'s FxHashMap<NodeId, Cases<NodeId>>,
) -> Cases<Held> {
    if cx.in_force(&KEY_STAYS) {
        return Cases::one(world.clone(), Held { restriction: &KEY_STAYS, snapshot: None });
    }
    let held = |snapshot| Held { restriction: &INCREMENTAL_KEY_STAYS, snapshot };
    if cx.is(pair.now, kind::SNAPSHOT) {
        let all = then.values(pair.then, INCREMENTAL, &World::any());
        return match all.values().all(|value| value.as_bool() == Some(true)) {
            true => Cases::one(world.clone(), held(None)),
            false => Cases::none(),
        };
    }
    let of_disk = snapshots().get(&pair.now).cloned().unwrap_or_else(Cases::none);
    of_disk.within(world).map(|snapshot| held(Some(snapshot)))
}

/// The incremental snapshots that the code creates in any deployment, by the disk that they are made of.
fn incremental_snapshots(cx: &Context<'_>) -> FxHashMap<NodeId, Cases<NodeId>> {
    let mut out: FxHashMap<NodeId, Cases<NodeId>> = FxHashMap::default();
    for slot in cx.all_disks().filter(|slot| slot.role == Role::Snapshot && cx.is_declared(slot.node)) {
        let sources = cx.sources(slot, &slot.world).filter(|source| !source.image);
        for (world, disk) in sources.and_then(|world, source| cx.nodes(slot.node, &source.path, &world)) {
            let incremental = cx.values(slot.node, INCREMENTAL, &world).filter(|v| v.as_bool() == Some(true));
            out.entry(disk).or_insert_with(Cases::none).extend(incremental.map(|_| slot.node));
        }
    }
    out
}

/// The set that the disk or snapshot named itself before.
fn named_before(then: &Then<'_>, pair: Pair) -> Cases<SetRef> {
    let slots = then.slots_of(pair.then).iter();
    slots.flat_map(|slot| certainly_stated(then.stated(slot, &slot.world))).collect()
}

fn taken_away(
    cx: &Context<'_>,
    then: &Then<'_>,
    pair: Pair,
    world: &World,
    set: &SetRef,
    held: &Held,
    out: &mut Findings,
) {
    for (world, kind) in cx.values(pair.now, TYPE, world) {
        let platform = is_text(&kind, "EncryptionAtRestWithPlatformKey");
        if !platform && !kind.is_null() {
            continue; // another kind of key, or one that is not known
        }
        let what = if platform { "states the platform's key now" } else { "names no encryption set now" };
        let incremental = held.restriction.id == INCREMENTAL_KEY_STAYS.id && held.snapshot.is_none();
        let mut finding = cx
            .finding(pair.now, TYPE)
            .world(&world)
            .restriction(held.restriction)
            .message(format!(
                "{}{} was encrypted with a customer-managed key {}, and {what}",
                if incremental { "incremental " } else { "" },
                describe(cx, pair),
                then.source()
            ))
            .words(what)
            .before(set.by, &set.path, &world, "before, this encryption set was named")
            .trail_before("encryption set", set.by, &set.value)
            .help(format!(
                "Name the encryption set again in {}, or {}",
                cx.property(pair.now, &set.path),
                match cx.is(pair.now, kind::SNAPSHOT) {
                    true => "take a new snapshot",
                    false => "copy the data to a new disk",
                }
            ));
        if let Some(snapshot) = held.snapshot {
            finding = finding.related(snapshot, "", "an incremental snapshot of the disk");
        }
        if !platform {
            finding = finding
                .level(Level::Warning)
                .note("whether the platform takes a left out key for one that is taken away is not documented");
        }
        with_source(cx, then, pair, finding).push(out);
    }
}
