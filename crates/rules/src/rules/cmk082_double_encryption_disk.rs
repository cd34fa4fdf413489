//! CMK082: an Ultra or Premium SSD v2 disk has no set with double encryption.

use super::shared::disk_type::LaterDisk;
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::DOUBLE_ENCRYPTION;
use crate::rule::Rule;
use crate::view::is_text;
use cmklint_graph::Spelled;

static META: RuleMeta = RuleMeta {
    id: "CMK082",
    name: "double_encryption_disk",
    level: Level::Error,
    restrictions: &[&DOUBLE_ENCRYPTION],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK082"),
};

/// The rule.
pub(crate) struct DoubleEncryptionDisk;

impl Rule for DoubleEncryptionDisk {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for disk in LaterDisk::all(cx) {
            for (world, kind) in cx.values(disk.set, TYPE, &disk.world).filter(|kind| is_text(kind, DOUBLE)) {
                disk.finding(cx, "which encrypts twice")
                    .world(&world)
                    .words("a set with double encryption")
                    .related(disk.set, TYPE, "the set's type")
                    .trail("encryption type", disk.set, &kind)
                    .remedy(Remedy::safe(
                        "encrypt with the customer's key alone",
                        [cx.set(disk.set, TYPE, &kind, SINGLE)],
                    ))
                    .help(format!(
                        "Name another set in {}, one with {}",
                        disk.property(cx),
                        cx.set_to(disk.set, TYPE, Spelled::Text(SINGLE))
                    ))
                    .push(out);
            }
        }
    }
}

const TYPE: &str = "properties.encryptionType";
const SINGLE: &str = "EncryptionAtRestWithCustomerKey";
const DOUBLE: &str = "EncryptionAtRestWithPlatformAndCustomerKeys";
