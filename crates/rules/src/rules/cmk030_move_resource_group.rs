//! CMK030: an encrypted disk, snapshot or image stays in its resource group.

use cmklint_graph::Resource;

use super::shared::moved::{ScopePart, moved};
use super::shared::ordered::{Reach, ordered};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Edition, Level, RuleMeta};
use crate::rule::Rule;

static META: RuleMeta = RuleMeta {
    id: "CMK030",
    name: "move_resource_group",
    level: Level::Error,
    editions: &Edition::ALL,
    default_on: true,
    statement: "S5",
    restriction: "Disks, snapshots and images encrypted with a customer-managed key can't be moved to another resource group or subscription",
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK030/rule.md"),
};

/// The rule.
pub(crate) struct MoveResourceGroup;

impl Rule for MoveResourceGroup {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let part = ScopePart { path: Resource::RESOURCE_GROUP, name: "resource group" };
        for finding in moved(cx, &part).into_iter().chain(ordered(cx, Reach::Group)) {
            let finding = finding
                .help("Leave it in its resource group, or make a new disk there (a copy is encrypted anew) and take the old one away once nothing needs it");
            let later = cx.edition() >= Edition::Y2022M10;
            if later {
                finding
                    .level(Level::Warning)
                    .note("a disk may be moved once its virtual machine is deallocated")
                    .push(out);
            } else {
                finding
                    .note("the edition of 2023-02 lets a disk be moved once its virtual machine is deallocated")
                    .push(out);
            }
        }
    }
}
