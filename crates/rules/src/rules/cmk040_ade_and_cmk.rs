//! CMK040: a disk has Azure Disk Encryption or an encryption set, not both.

use super::shared::without_ade::without_ade;
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ADE;
use crate::rule::Rule;
use crate::view::{Role, SetRef, Slot, Stated};
use cmklint_graph::Cases;

static META: RuleMeta = RuleMeta {
    id: "CMK040",
    name: "ade_and_cmk",
    level: Level::Error,
    restrictions: &[&ADE],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK040"),
};

/// The rule.
pub(crate) struct AdeAndCmk;

impl Rule for AdeAndCmk {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        if !cx.has_ade() {
            return; // most estates have none
        }
        for slot in cx.users().filter(|s| cx.is_checked(s.node)) {
            for (world, set) in encrypted(cx, slot) {
                for ade in cx.ade_on(slot, &world) {
                    cx.finding(ade.node, &ade.path)
                        .world(&ade.world)
                        .message(format!("{} has Azure Disk Encryption and an encryption set", cx.describe(slot)))
                        .words("Azure Disk Encryption is switched on here")
                        .related(set.by, &set.path, "an encryption set is named here")
                        .trail("Azure Disk Encryption", ade.node, &ade.value)
                        .trail("encryption set", set.by, &set.value)
                        .remedy(without_ade(cx, &ade))
                        .help(format!(
                            "Leave {} out. Azure Disk Encryption may go instead only where the disk never had it yet: after it a disk can't have an encryption set even once it is off (CMK041), so make a new, empty disk and move the data inside the guest",
                            cx.property(set.by, &set.path)
                        ))
                        .push(out);
                }
            }
        }
    }
}

/// The sets that `slot`, or the disk that a VM attaches as it, certainly names.
fn encrypted(cx: &Context<'_>, slot: &Slot) -> Cases<SetRef> {
    let mut out = Cases::none();
    for (world, stated) in cx.stated(slot, &slot.world) {
        match (stated, slot.attached_path()) {
            (Stated::Set(set), _) => out.push(world, *set),
            (_, Some(path)) => {
                for (world, disk) in cx.nodes(slot.node, &path, &world) {
                    for disk in cx.slots_of(disk).iter().filter(|s| s.role == Role::Disk) {
                        let Some(world) = world.and(&disk.world) else { continue };
                        out.extend(cx.sets_of(disk, &world));
                    }
                }
            }
            _ => {}
        }
    }
    out
}
