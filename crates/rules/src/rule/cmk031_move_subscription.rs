//! CMK031: an encrypted disk, snapshot or image stays in its subscription.

use cmklint_graph::Resource;

use super::moved::{Place, moved};
use super::ordered::{Reach, ordered};
use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK031",
    name: "move_subscription",
    level: Level::Error,
    editions: &Edition::ALL,
    default_on: true,
    statement: "S5",
    restriction: "Disks, snapshots and images encrypted with a customer-managed key can't be moved to another resource group or subscription",
    security_severity: None,
    page: include_str!("../../../../rules/CMK031/rule.md"),
};

/// CMK031.
pub(crate) struct MoveSubscription;

impl Rule for MoveSubscription {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let place = Place { path: Resource::SUBSCRIPTION, name: "subscription" };
        for finding in moved(cx, &META, &place).into_iter().chain(ordered(cx, &META, Reach::Subscription)) {
            finding
                .help("Leave it in its subscription, or make a new disk with an encryption set and a vault of the other one")
                .push(out);
        }
    }
}
