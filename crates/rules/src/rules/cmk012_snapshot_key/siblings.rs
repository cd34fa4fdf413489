//! Incremental snapshots of one disk: all of them have one encryption set, whether or not the disk's is known.

use cmklint_graph::{Fold, NodeId, Target, Value, World, canonical};
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::findings::Findings;
use crate::restrictions::INCREMENTAL_SNAPSHOT_SET;
use crate::view::{Role, SetRef, Slot, kind};

/// An incremental snapshot with its set, in one world.
struct Snapshot<'a> {
    slot: &'a Slot,
    set: SetRef,
    world: World,
}

/// Adds to `out` each incremental snapshot that has another set than the first one of the same disk, where the disk's own set is not known: else both are
/// compared with the disk.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings) {
    if !cx.in_force(&INCREMENTAL_SNAPSHOT_SET) {
        return;
    }
    let mut first: FxHashMap<String, Vec<Snapshot<'_>>> = FxHashMap::default();
    for slot in cx.disks().filter(|s| s.role == Role::Snapshot && cx.is_declared(s.node)) {
        for (disk, snapshot) in incremental(cx, slot) {
            let others = first.entry(disk).or_default();
            match others.iter().find_map(|other| Some((other, snapshot.world.and(&other.world)?))) {
                Some((other, world)) if other.slot.node != slot.node => differ(cx, &snapshot, other, &world, out),
                Some(_) => {}
                None => others.push(snapshot),
            }
        }
    }
}

/// The snapshot where it is certainly incremental, with each set that it names and a key of its disk, which is equal for equal disks.
fn incremental<'a>(cx: &Context<'_>, slot: &'a Slot) -> Vec<(String, Snapshot<'a>)> {
    let mut out = Vec::new();
    let sources = cx.sources(slot, &slot.world).filter(|source| !source.image);
    for (world, path) in sources.map(|source| source.path) {
        let values = cx.values(slot.node, &path, &world);
        let disks = values.and_then(|world, value| {
            let targets = cx.resolve(&value, &world, slot.node.deployment);
            targets.filter_map(|target| disk_of(cx, target, &value))
        });
        for (world, disk) in disks {
            let incremental = cx.values(slot.node, "properties.incremental", &world);
            for world in incremental.filter(|value| value.as_bool() == Some(true)).worlds() {
                for (world, set) in cx.sets_of(slot, &world) {
                    out.push((disk.clone(), Snapshot { slot, set, world }));
                }
            }
        }
    }
    out
}

/// A key of the disk that `value` names as `target`, which is equal for equal disks; `None` for other resources, and for a disk whose set the code states.
fn disk_of(cx: &Context<'_>, target: Target, value: &Value) -> Option<String> {
    match target {
        Target::Node(disk) if cx.is(disk, kind::DISK) && !has_set(cx, disk) => Some(format!("{disk:?}")),
        Target::Id(id) if id.kind.eq_ignore_ascii_case(kind::DISK) => Some(canonical(value).to_ascii_lowercase()),
        Target::Node(_) | Target::Id(_) | Target::Nothing | Target::Unknown => None,
    }
}

fn has_set(cx: &Context<'_>, disk: NodeId) -> bool {
    cx.slots_of(disk).iter().any(|slot| !cx.sets_of(slot, &slot.world).is_empty())
}

fn differ(cx: &Context<'_>, snapshot: &Snapshot<'_>, other: &Snapshot<'_>, world: &World, out: &mut Findings) {
    let (set, of_other) = (&snapshot.set, &other.set);
    for world in cx.compare_cases(&set.value, &of_other.value, Fold::Case, world).differ() {
        cx.finding(set.by, &set.path)
            .world(&world)
            .restriction(&INCREMENTAL_SNAPSHOT_SET)
            .against(other.slot.node)
            .message(format!(
                "incremental {} is encrypted with another encryption set than {} of the same disk",
                cx.title(snapshot.slot.node),
                cx.title(other.slot.node)
            ))
            .words("another encryption set than the other snapshot's")
            .related(of_other.by, &of_other.path, "the other snapshot's encryption set")
            .trail("encryption set", set.by, &set.value)
            .trail("encryption set", of_other.by, &of_other.value)
            .help(format!(
                "Leave {} out of both (they then take the disk's set), or name the disk's encryption set in both",
                cx.property(snapshot.slot.node, &set.path)
            ))
            .push(out);
    }
}
