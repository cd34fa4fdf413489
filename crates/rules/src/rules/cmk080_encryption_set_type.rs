//! CMK080: confidential VMs' disks have a set for confidential VMs, and other disks an ordinary one.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::SET_TYPE;
use crate::rule::Rule;
use cmklint_graph::{NodeId, Spelled};

const TYPE: &str = "properties.encryptionType";
const ORDINARY: &str = "EncryptionAtRestWithCustomerKey";
const CONFIDENTIAL: &str = "ConfidentialVmEncryptedWithCustomerKey";

static META: RuleMeta = RuleMeta {
    id: "CMK080",
    name: "encryption_set_type",
    level: Level::Error,
    restrictions: &[&SET_TYPE],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK080"),
};

/// The rule.
pub(crate) struct EncryptionSetType;

impl Rule for EncryptionSetType {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.users().filter(|s| cx.is_checked(s.node)) {
            for used in slot.uses() {
                for (world, set) in cx.sets_by(slot.node, &used, &slot.world) {
                    let Some(node) = set.node().filter(|n| cx.is_known(*n)) else { continue };
                    for (world, kind) in cx.values(node, TYPE, &world) {
                        let for_confidential = match kind.as_str() {
                            Some(kind) => kind.eq_ignore_ascii_case(CONFIDENTIAL),
                            None if kind.is_null() => false, // the platform's default is an ordinary set
                            None => continue,
                        };
                        if for_confidential == set.confidential {
                            continue;
                        }
                        let words = if for_confidential {
                            "an ordinary disk names a set for confidential VMs"
                        } else {
                            "a confidential VM's disk names an ordinary set"
                        };
                        cx.finding(slot.node, &set.path)
                            .world(&world)
                            .against(node)
                            .message(match for_confidential {
                                true => format!(
                                    "{} is only for the OS disks of confidential VMs, not for {}",
                                    cx.title(node),
                                    cx.describe(slot)
                                ),
                                false => format!(
                                    "{} is an ordinary one, and {} is that of a confidential VM",
                                    cx.title(node),
                                    cx.describe(slot)
                                ),
                            })
                            .words(words)
                            .related(node, TYPE, "the set's type")
                            .trail("encryption type", node, &kind)
                            .trail("encryption set", slot.node, &set.value)
                            .remedy(Remedy::safe(
                                "give the set the type that its disks need",
                                [cx.set(node, TYPE, &kind, if set.confidential { CONFIDENTIAL } else { ORDINARY })],
                            ))
                            .help(help(cx, slot.node, &set.path, node, for_confidential))
                            .push(out);
                    }
                }
            }
        }
    }
}

/// What to write: another set for the disk. A set's type can't be changed.
fn help(cx: &Context<'_>, disk: NodeId, path: &str, set: NodeId, for_confidential: bool) -> String {
    let property = cx.property(disk, path);
    if for_confidential {
        return format!("Name an ordinary encryption set in {property}");
    }
    let line = cx.set_to(set, TYPE, Spelled::Text("ConfidentialVmEncryptedWithCustomerKey"));
    format!("Name another set in {property}, one with {line}; ordinary disks keep this one")
}
