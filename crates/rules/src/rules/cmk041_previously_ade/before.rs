//! Azure Disk Encryption that a disk, or the source of its content, had before.

use cmklint_graph::{NodeId, Pairs, World};

use super::super::shared::moved::with_source;
use crate::before::{Pair, Then};
use crate::context::Context;
use crate::findings::Findings;
use crate::view::{Ade, SetRef, Slot, Step};

/// Adds findings on disks that name a set now, and had Azure Disk Encryption before, or come from a disk that had it.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings) {
    let Some(then) = cx.then().filter(|then| then.has_ade()) else { return };
    for slot in cx.disks().filter(|s| cx.is_declared(s.node) && s.role.is_disk()) {
        for (world, set) in cx.sets_of(slot, &slot.world) {
            let steps = cx.content_of(slot, &world);
            if steps.iter().any(|step| has_now(cx, step)) {
                continue; // … reported without comparing with the older estate
            }
            let found = steps.iter().find_map(|step| {
                let old = then.all_pairs().before(step.node)?;
                Some((step, old, ade_before(&then, old, step)?))
            });
            if let Some((step, old, ade)) = found {
                report(cx, &then, (slot, &set), step, old, &ade, out);
            }
        }
    }
}

/// Whether the resource of `step` still has it: then CMK040, or this rule without an older estate, reports it.
fn has_now(cx: &Context<'_>, step: &Step) -> bool {
    cx.slot_for(step.node, &step.content, &step.world).iter().any(|(world, slot)| !cx.ade_on(slot, world).is_empty())
}

/// The Azure Disk Encryption that the disk of `step`, or its source, had before: in worlds that mean the same now.
fn ade_before(then: &Then<'_>, old: NodeId, step: &Step) -> Option<Ade> {
    let found = then.ade_of_content(old, &step.content, &World::any()).into_iter();
    let mut shared = found.filter(|ade| Pairs::is_shared(&ade.world));
    shared.find_map(|ade| Some(Ade { world: step.world.and(&ade.world)?, ..ade }))
}

fn report(
    cx: &Context<'_>,
    then: &Then<'_>,
    (slot, set): (&Slot, &SetRef),
    step: &Step,
    old: NodeId,
    ade: &Ade,
    out: &mut Findings,
) {
    let disk = cx.describe(slot);
    let source = then.source();
    let direct = step.node == slot.node;
    let by = match ade.node == old {
        true => String::new(),
        false => format!(" (by {})", then.title(ade.node)),
    };
    let message = if direct {
        format!("{disk} names an encryption set, and had Azure Disk Encryption{by} {source}")
    } else {
        let from = cx.title(step.node);
        format!(
            "{disk} names an encryption set, and its content comes from {from}, which had Azure Disk Encryption{by} {source}"
        )
    };
    let mut finding = cx
        .finding(set.by, &set.path)
        .world(&ade.world)
        .variant("before")
        .message(message)
        .words("an encryption set for content that had Azure Disk Encryption before")
        .before(ade.node, &ade.path, &ade.world, "Azure Disk Encryption was switched on here");
    for from in &step.chain {
        finding = finding.related(*from, "", format!("by way of {}", cx.title(*from)));
    }
    if !direct {
        finding = finding.against(step.node);
    }
    finding = finding
        .trail_before("Azure Disk Encryption", ade.node, &ade.value)
        .help("Make a new, empty disk with the encryption set and move the data inside the guest: that Azure Disk Encryption is off now is not enough");
    with_source(cx, then, Pair { then: old, now: step.node }, finding).push(out);
}
