//! CMK012: a snapshot of an encrypted disk is encrypted with the disk's key.

use crate::builder::FindingBuilder;
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Edition, Level, RuleMeta};
use crate::rule::Rule;
use crate::view::{KEY_URL, Role, SetRef, Slot, is_text};
use cmklint_graph::{Fold, NodeId, Value, World};

const TYPE: &str = "properties.encryption.type";

static META: RuleMeta = RuleMeta {
    id: "CMK012",
    name: "snapshot_key",
    level: Level::Error,
    editions: &Edition::ALL,
    default_on: true,
    statement: "S3",
    restriction: "Snapshots of disks encrypted with a customer-managed key must be encrypted with the same key",
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK012/rule.md"),
};

/// The rule.
pub(crate) struct SnapshotKey;

impl Rule for SnapshotKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.disks().filter(|s| s.role == Role::Snapshot && cx.is_declared(s.node)) {
            let sources = cx.sources(slot, &slot.world).filter(|source| !source.image);
            for (world, disk) in sources.and_then(|world, source| cx.nodes(slot.node, &source.path, &world)) {
                for of_disk in cx.slots_of(disk).iter().filter(|s| s.role == Role::Disk) {
                    let Some(world) = world.and(&of_disk.world) else { continue };
                    let held = |sku: &Value| match cx.edition() {
                        Edition::Y2023M02 | Edition::Y2024M06 => is_later(sku),
                        _ => true,
                    };
                    if cx.edition() >= Edition::Y2024M11 && !is_incremental(cx, slot.node, &world) {
                        continue;
                    }
                    for (world, sku) in cx.values(disk, "sku.name", &world).filter(held) {
                        for (world, set) in cx.sets_of(of_disk, &world) {
                            platform_key(cx, slot.node, disk, &set, &world, &sku, out);
                            other_key(cx, slot, disk, &set, &world, &sku, out);
                        }
                    }
                }
            }
        }
    }
}

/// Whether the snapshot is certainly an incremental one, of which alone the editions from 2024-11 on speak.
fn is_incremental(cx: &Context<'_>, snapshot: NodeId, world: &World) -> bool {
    cx.values(snapshot, "properties.incremental", world).values().all(|value| value.as_bool() == Some(true))
}

/// Where two sets are certainly not the same one, from 2024-11 on; before, where their keys are not.
fn apart(cx: &Context<'_>, own: &SetRef, of_disk: &SetRef, world: &World) -> Vec<World> {
    if cx.edition() >= Edition::Y2024M11 {
        return cx.compare_cases(&own.value, &of_disk.value, Fold::Case, world).differ().collect();
    }
    cx.same_key(own, of_disk, world).differ().collect()
}

/// Whether the later edition, too, holds the restriction for a disk of that kind.
fn is_later(sku: &Value) -> bool {
    is_text(sku, "UltraSSD_LRS") || is_text(sku, "PremiumV2_LRS")
}

fn with_note<'a>(finding: FindingBuilder<'a>, cx: &Context<'_>, sku: &Value) -> FindingBuilder<'a> {
    if cx.edition() == Edition::Y2020M08 && !is_later(sku) {
        finding.note("the edition of 2023-02 holds this for Ultra and Premium SSD v2 disks only")
    } else {
        finding
    }
}

fn platform_key(
    cx: &Context<'_>,
    snapshot: NodeId,
    disk: NodeId,
    set: &SetRef,
    world: &World,
    sku: &Value,
    out: &mut Findings,
) {
    let platform = |kind: &Value| is_text(kind, "EncryptionAtRestWithPlatformKey");
    for (world, kind) in cx.values(snapshot, TYPE, world).filter(platform) {
        let finding = cx
            .finding(snapshot, TYPE)
            .world(&world)
            .against(disk)
            .message(format!(
                "snapshot {} states the platform's key, its source disk {} a customer-managed one",
                cx.address(snapshot),
                cx.address(disk)
            ))
            .words("the platform's key")
            .related(set.by, &set.path, "the disk's encryption set")
            .trail("encryption type", snapshot, &kind)
            .help("Leave the snapshot's encryption out, or name the disk's encryption set");
        with_note(finding, cx, sku).push(out);
    }
}

fn other_key(
    cx: &Context<'_>,
    slot: &Slot,
    disk: NodeId,
    set: &SetRef,
    world: &World,
    sku: &Value,
    out: &mut Findings,
) {
    let what = if cx.edition() >= Edition::Y2024M11 { "encryption set" } else { "key" };
    for (world, own) in cx.sets_of(slot, world) {
        for world in apart(cx, &own, set, &world) {
            let mut finding = cx
                .finding(own.by, &own.path)
                .world(&world)
                .against(disk)
                .message(format!(
                    "snapshot {} is encrypted with another {what} than its source disk {}",
                    cx.address(slot.node),
                    cx.address(disk)
                ))
                .words(format!("another {what} than the disk's"))
                .related(set.by, &set.path, "the disk's encryption set")
                .trail("encryption set", own.by, &own.value)
                .trail("encryption set", set.by, &set.value)
                .help("Leave the snapshot's encryption out, or name the disk's encryption set");
            for set in [own.node(), set.node()].into_iter().flatten() {
                finding = finding.related(set, KEY_URL, format!("the key of {}", cx.address(set)));
            }
            with_note(finding, cx, sku).push(out);
        }
    }
}
