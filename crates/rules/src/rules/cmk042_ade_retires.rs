//! CMK042: Azure Disk Encryption retires.

use crate::context::Context;
use crate::facts::ade_retires_in_words;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ADE_END;
use crate::rule::Rule;
use crate::view::{Ade, Role};
use cmklint_graph::World;

static META: RuleMeta = RuleMeta {
    id: "CMK042",
    name: "ade_retires",
    level: Level::Notice,
    restrictions: &[&ADE_END],
    default_on: false,
    security_severity: Some("4.0"),
    options: &[],
    page: page!("CMK042"),
};

/// The rule.
pub(crate) struct AdeRetires;

impl Rule for AdeRetires {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        if !cx.has_ade() {
            return; // most estates have none
        }
        for machine in cx.parts().flat_map(|part| &part.machines).copied().filter(|machine| cx.is_checked(*machine)) {
            let mut all = cx.extension_ade(machine, &World::any());
            all.extend(cx.slots_of(machine).iter().flat_map(|slot| cx.own_ade(slot, &slot.world)));
            for ade in all {
                report(cx, &cx.title(machine), &ade, out);
            }
        }
        let own = [Role::Disk, Role::Snapshot];
        for slot in cx.disks().filter(|slot| own.contains(&slot.role) && cx.is_checked(slot.node)) {
            for ade in cx.own_ade(slot, &slot.world) {
                report(cx, &cx.describe(slot), &ade, out);
            }
        }
    }
}

fn report(cx: &Context<'_>, what: &str, ade: &Ade, out: &mut Findings) {
    cx.finding(ade.node, &ade.path)
        .world(&ade.world)
        .message(format!(
            "{what} has Azure Disk Encryption, which retires on {}",
            ade_retires_in_words()
        ))
        .words("Azure Disk Encryption is switched on here")
        .trail("Azure Disk Encryption", ade.node, &ade.value)
        .help("Plan the move to encryption at host: `cmklint ade` lists what has to be rebuilt, decrypted and uploaded, and what it blocks")
        .push(out);
}
