//! CMK080: confidential VMs' disks have a set for confidential VMs, and other disks an ordinary one.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::SET_TYPE;
use crate::rule::Rule;

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
                            .message(format!("{}: {words} ({})", cx.describe(slot), cx.address(node)))
                            .words(words)
                            .related(node, TYPE, "the set's type")
                            .trail("encryption type", node, &kind)
                            .trail("encryption set", slot.node, &set.value)
                            .remedy(Remedy::safe(
                                "give the set the type that its disks need",
                                [cx.set(node, TYPE, &kind, if set.confidential { CONFIDENTIAL } else { ORDINARY })],
                            ))
                            .help("Use two sets: one of type 'ConfidentialVmEncryptedWithCustomerKey' for confidential VMs' OS disks, an ordinary one for all others")
                            .push(out);
                    }
                }
            }
        }
    }
}
