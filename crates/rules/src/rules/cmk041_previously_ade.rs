//! CMK041: a disk with an encryption set has no content from a disk with Azure Disk Encryption.

mod before;

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ADE;
use crate::rule::Rule;
use crate::view::{Ade, SetRef, Slot, kind};
use cmklint_graph::NodeId;

static META: RuleMeta = RuleMeta {
    id: "CMK041",
    name: "previously_ade",
    level: Level::Error,
    restrictions: &[&ADE],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK041"),
};

/// The rule.
pub(crate) struct PreviouslyAde;

impl Rule for PreviouslyAde {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        before::check(cx, out);
        if !cx.has_ade() {
            return; // most estates have none
        }
        for slot in cx.disks().filter(|s| cx.is_declared(s.node) && s.role.is_disk()) {
            for (world, set) in cx.sets_of(slot, &slot.world) {
                for (world, source) in cx.sources(slot, &world) {
                    let named = cx.nodes(slot.node, &source.path, &world);
                    for (world, from) in named.filter(|from| cx.holds_content(*from)) {
                        for ade in cx.ade_of_content(from, &source.content, &world) {
                            report(cx, slot, &set, &source.path, &ade, out);
                        }
                    }
                }
            }
        }
    }
}

fn report(cx: &Context<'_>, slot: &Slot, set: &SetRef, path: &str, ade: &Ade, out: &mut Findings) {
    let mut finding = cx
        .finding(slot.node, path)
        .world(&ade.world)
        .message(format!(
            "{} names an encryption set, and its content comes from {}",
            cx.describe(slot),
            encrypted(cx, ade.node)
        ))
        .words("the content comes from a disk with Azure Disk Encryption")
        .related(ade.node, &ade.path, "Azure Disk Encryption is switched on here")
        .related(set.by, &set.path, "an encryption set is named here");
    for step in ade.chain.iter().filter(|step| **step != ade.node) {
        finding = finding.related(*step, "", format!("by way of {}", cx.title(*step)));
    }
    finding
        .trail("Azure Disk Encryption", ade.node, &ade.value)
        .help("Make a new, empty disk with the encryption set and move the data inside the guest, or build from a clean image")
        .push(out);
}

/// What has Azure Disk Encryption, in words: the disk or snapshot at `node`, or what the extension there encrypts.
fn encrypted(cx: &Context<'_>, node: NodeId) -> String {
    let title = cx.title(node);
    match [kind::DISK, kind::SNAPSHOT, kind::VM, kind::SCALE_SET].iter().any(|kind| cx.is(node, kind)) {
        true => format!("{title}, which has Azure Disk Encryption"),
        false => format!("a disk with Azure Disk Encryption (by {title})"),
    }
}
