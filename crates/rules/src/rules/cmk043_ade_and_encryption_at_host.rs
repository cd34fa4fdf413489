//! CMK043: a machine has Azure Disk Encryption or encryption at host, not both.

use super::shared::without_ade::without_ade;
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ADE_AND_HOST;
use crate::rule::Rule;
use crate::view::{Ade, is_text, kind};
use cmklint_graph::{NodeId, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK043",
    name: "ade_and_encryption_at_host",
    level: Level::Error,
    restrictions: &[&ADE_AND_HOST],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK043"),
};

/// The rule.
pub(crate) struct AdeAndEncryptionAtHost;

impl Rule for AdeAndEncryptionAtHost {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        if !cx.has_ade() {
            return; // most estates have none
        }
        for machine in cx.parts().flat_map(|part| &part.machines).copied() {
            let Some(path) = at_host(cx, machine).filter(|_| cx.is_checked(machine)) else { continue };
            for world in cx.present(machine, &World::any()) {
                let on = |value: &Value| value.as_bool() == Some(true) || is_text(value, "true");
                for (world, value) in cx.values(machine, path, &world).filter(on) {
                    for ade in ade_of(cx, machine, &world) {
                        cx.finding(machine, path)
                            .world(&ade.world)
                            .message(format!("{} has encryption at host and Azure Disk Encryption", cx.title(machine)))
                            .words("encryption at host is asked for here")
                            .related(ade.node, &ade.path, "Azure Disk Encryption is switched on here")
                            .trail("encryption at host", machine, &value)
                            .trail("Azure Disk Encryption", ade.node, &ade.value)
                            .remedy(without_ade(cx, &ade))
                            .help(format!(
                                "Leave {} out, or take Azure Disk Encryption away; a disk that had it needs a new disk made by upload, and a Linux machine a new machine, before encryption at host can be turned on",
                                cx.property(machine, path)
                            ))
                            .push(out);
                    }
                }
            }
        }
    }
}

/// The property of the machine at `node` that turns encryption at host on.
fn at_host(cx: &Context<'_>, node: NodeId) -> Option<&'static str> {
    if cx.is(node, kind::VM) {
        Some("properties.securityProfile.encryptionAtHost")
    } else if cx.is(node, kind::SCALE_SET) {
        Some("properties.virtualMachineProfile.securityProfile.encryptionAtHost")
    } else {
        None
    }
}

/// The Azure Disk Encryption of a machine: by an extension, or by its OS disk's own settings.
fn ade_of(cx: &Context<'_>, machine: NodeId, world: &World) -> Vec<Ade> {
    let mut out = cx.extension_ade(machine, world);
    for slot in cx.slots_of(machine) {
        if let Some(world) = world.and(&slot.world) {
            out.extend(cx.own_ade(slot, &world));
        }
    }
    out
}
