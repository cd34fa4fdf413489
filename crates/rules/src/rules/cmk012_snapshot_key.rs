//! CMK012: a snapshot of an encrypted disk is encrypted with the disk's key.

mod siblings;

use crate::context::Context;
use crate::facts::is_later_disk_type;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restriction::Restriction;
use crate::restrictions::{INCREMENTAL_SNAPSHOT_SET, SNAPSHOT_KEY, ULTRA_SNAPSHOT_KEY};
use crate::rule::Rule;
use crate::view::{KEY_URL, Role, SetRef, Slot, is_text};
use cmklint_graph::{Cases, Fold, NodeId, Value, World};

const ENCRYPTION: &str = "properties.encryption";
const TYPE: &str = "properties.encryption.type";

static META: RuleMeta = RuleMeta {
    id: "CMK012",
    name: "snapshot_key",
    level: Level::Error,
    restrictions: &[&INCREMENTAL_SNAPSHOT_SET, &ULTRA_SNAPSHOT_KEY, &SNAPSHOT_KEY],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK012"),
};

/// The rule.
pub(crate) struct SnapshotKey;

impl Rule for SnapshotKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        siblings::check(cx, out);
        for slot in cx.disks().filter(|s| s.role == Role::Snapshot && cx.is_declared(s.node)) {
            let sources = cx.sources(slot, &slot.world).filter(|source| !source.image);
            for (world, disk) in sources.and_then(|world, source| cx.nodes(slot.node, &source.path, &world)) {
                for of_disk in cx.slots_of(disk).iter().filter(|s| s.role == Role::Disk) {
                    let Some(world) = world.and(&of_disk.world) else { continue };
                    for (world, restriction) in held(cx, slot.node, disk, &world) {
                        for (world, set) in cx.sets_of(of_disk, &world) {
                            let pair = SnapshotPair { snapshot: slot, disk, set: &set, restriction };
                            pair.platform_key(cx, &world, out);
                            pair.other_key(cx, &world, out);
                        }
                    }
                }
            }
        }
    }
}

/// The restriction on `snapshot`, which is made of `disk`: the first one that is in force for such a snapshot and such a disk.
fn held(cx: &Context<'_>, snapshot: NodeId, disk: NodeId, world: &World) -> Cases<&'static Restriction> {
    let incremental = cx.values(snapshot, "properties.incremental", world);
    let kinds = incremental.and_then(|world, incremental| {
        let is_incremental = incremental.as_bool() == Some(true);
        cx.values(disk, "sku.name", &world).map(move |sku| (is_incremental, is_ultra(&sku)))
    });
    kinds.filter_map(|(incremental, ultra)| {
        let those = [(&INCREMENTAL_SNAPSHOT_SET, incremental), (&ULTRA_SNAPSHOT_KEY, ultra), (&SNAPSHOT_KEY, true)];
        those.into_iter().find(|(restriction, is_such)| *is_such && cx.in_force(restriction)).map(|(held, _)| held)
    })
}

/// Whether disks of that kind are Ultra or Premium SSD v2 disks.
fn is_ultra(sku: &Value) -> bool {
    sku.as_str().is_some_and(is_later_disk_type)
}

/// A snapshot and the disk it is made of.
struct SnapshotPair<'a> {
    snapshot: &'a Slot,
    disk: NodeId,
    /// The disk's encryption set.
    set: &'a SetRef,
    restriction: &'static Restriction,
}

impl SnapshotPair<'_> {
    fn platform_key(&self, cx: &Context<'_>, world: &World, out: &mut Findings) {
        let snapshot = self.snapshot.node;
        let platform = |kind: &Value| is_text(kind, "EncryptionAtRestWithPlatformKey");
        for (world, kind) in cx.values(snapshot, TYPE, world).filter(platform) {
            cx.finding(snapshot, TYPE)
                .world(&world)
                .restriction(self.restriction)
                .against(self.disk)
                .message(format!(
                    "{} states the platform's key, and its source, {}, has a customer-managed one",
                    cx.title(snapshot),
                    cx.title(self.disk)
                ))
                .words("the platform's key")
                .related(self.set.by, &self.set.path, "the disk's encryption set")
                .trail("encryption type", snapshot, &kind)
                .remedy(left_out(cx, snapshot, TYPE))
                .help(self.help(cx))
                .push(out);
        }
    }

    fn other_key(&self, cx: &Context<'_>, world: &World, out: &mut Findings) {
        let what = if self.same_set() { "encryption set" } else { "key" };
        for (world, own) in cx.sets_of(self.snapshot, world) {
            for world in self.apart(cx, &own, &world) {
                let mut finding = cx
                    .finding(own.by, &own.path)
                    .world(&world)
                    .restriction(self.restriction)
                    .against(self.disk)
                    .message(format!(
                        "{} is encrypted with another {what} than its source, {}",
                        cx.title(self.snapshot.node),
                        cx.title(self.disk)
                    ))
                    .words(format!("another {what} than the disk's"))
                    .related(self.set.by, &self.set.path, "the disk's encryption set")
                    .trail("encryption set", own.by, &own.value)
                    .trail("encryption set", self.set.by, &self.set.value)
                    .remedy(left_out(cx, own.by, &own.path))
                    .help(self.help(cx));
                for set in [own.node(), self.set.node()].into_iter().flatten() {
                    finding = finding.related(set, KEY_URL, format!("the key of {}", cx.title(set)));
                }
                finding.push(out);
            }
        }
    }

    /// What to write for the snapshot.
    fn help(&self, cx: &Context<'_>) -> String {
        let snapshot = self.snapshot.node;
        let path = self.snapshot.uses().into_iter().next().map_or_else(String::new, |used| used.path);
        let out = cx.object_or_property(snapshot, ENCRYPTION, &path);
        let same = self.set.node().and_then(|set| cx.set_to_id(snapshot, &path, set));
        match same {
            Some(line) => {
                format!("Leave {out} out of the snapshot (it then takes the disk's set), or name the disk's: {line}")
            }
            None => format!("Leave {out} out of the snapshot: it then takes the disk's encryption set"),
        }
    }

    /// Whether both must have one set, not only one key.
    fn same_set(&self) -> bool {
        self.restriction.id == INCREMENTAL_SNAPSHOT_SET.id
    }

    /// Where the snapshot's `own` set is certainly not the disk's; where only the key counts, where their keys differ.
    fn apart(&self, cx: &Context<'_>, own: &SetRef, world: &World) -> Vec<World> {
        if self.same_set() {
            return cx.compare_cases(&own.value, &self.set.value, Fold::Case, world).differ().collect();
        }
        cx.same_key(own, self.set, world).differ().collect()
    }
}

/// Leaves out what the snapshot states of its encryption, by the property at `path`: it then takes the disk's.
fn left_out(cx: &Context<'_>, snapshot: NodeId, path: &str) -> Option<Remedy> {
    Remedy::safe("leave the snapshot's encryption out", [cx.unset(snapshot, &["properties.encryption", path])])
}
