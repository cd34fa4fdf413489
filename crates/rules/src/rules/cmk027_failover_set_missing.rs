//! CMK027: a replicated disk with a customer-managed key has an encryption set for the recovered disk.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::RECOVERY_SET;
use crate::rule::Rule;

static META: RuleMeta = RuleMeta {
    id: "CMK027",
    name: "failover_set_missing",
    level: Level::Warning,
    restrictions: &[&RECOVERY_SET],
    default_on: true,
    security_severity: Some("5.5"),
    options: &[],
    page: page!("CMK027"),
};

/// The rule.
pub(crate) struct FailoverSetMissing;

impl Rule for FailoverSetMissing {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.services().filter(|s| s.object.starts_with(DISKS) && cx.is_declared(s.node)) {
            for (world, _) in cx.stated(slot, &slot.world).filter(|stated| stated.is_nothing()) {
                let path = slot.at("diskId");
                for (world, disk) in cx.nodes(slot.node, &path, &world) {
                    for of_disk in cx.slots_of(disk) {
                        let Some(world) = world.and(&of_disk.world) else { continue };
                        for (world, set) in cx.sets_of(of_disk, &world) {
                            cx.finding(slot.node, &slot.object)
                                .world(&world)
                                .against(disk)
                                .message(format!(
                                    "{} is encrypted with a customer-managed key, and {} names no encryption set to recover it with",
                                    cx.title(disk),
                                    cx.title(slot.node)
                                ))
                                .words("names no encryption set")
                                .related(set.by, &set.path, "the disk is encrypted with this set")
                                .trail("encryption set", set.by, &set.value)
                                .help(format!(
                                    "Name an encryption set of the region that the machine recovers to in {} of this disk",
                                    slot.uses().first().map_or_else(String::new, |used| cx.property(slot.node, &used.path))
                                ))
                                .push(out);
                        }
                    }
                }
            }
        }
    }
}

const DISKS: &str = "properties.providerSpecificDetails.vmManagedDisks[";
