//! CMK082: an Ultra or Premium SSD v2 disk has no set with double encryption.

use super::shared::disk_type::{disk_type, disk_type_path, is_later};
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
        for slot in cx.disks().filter(|s| s.role.is_disk() && cx.is_checked(s.node)) {
            for (world, sku) in disk_type(cx, slot, &slot.world).filter(is_later) {
                for (world, set) in cx.sets_of(slot, &world) {
                    let Some(node) = set.node().filter(|node| cx.is_known(*node)) else { continue };
                    for (world, kind) in cx.values(node, TYPE, &world).filter(|kind| is_text(kind, DOUBLE)) {
                        cx.finding(slot.node, &set.path)
                            .world(&world)
                            .against(node)
                            .message(format!(
                                "{} is of type {} and names {}, which encrypts twice",
                                cx.describe(slot),
                                sku.describe(),
                                cx.title(node)
                            ))
                            .words("a set with double encryption")
                            .related(node, TYPE, "the set's type")
                            .related(
                                slot.node,
                                &disk_type_path(slot),
                                format!("the disk is of type {}", sku.describe()),
                            )
                            .trail("disk type", slot.node, &sku)
                            .trail("encryption type", node, &kind)
                            .remedy(Remedy::safe(
                                "encrypt with the customer's key alone",
                                [cx.set(node, TYPE, &kind, SINGLE)],
                            ))
                            .help(format!(
                                "Name another set in {}, one with {}",
                                cx.property(slot.node, &set.path),
                                cx.set_to(node, TYPE, Spelled::Text("EncryptionAtRestWithCustomerKey"))
                            ))
                            .push(out);
                    }
                }
            }
        }
    }
}

const TYPE: &str = "properties.encryptionType";
const SINGLE: &str = "EncryptionAtRestWithCustomerKey";
const DOUBLE: &str = "EncryptionAtRestWithPlatformAndCustomerKeys";
