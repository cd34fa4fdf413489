//! CMK031: an encrypted disk, snapshot or image stays in its subscription.

use cmklint_graph::Resource;

use super::shared::moved::{ScopePart, moved};
use super::shared::ordered::{MoveReach, ordered};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::MOVE_SUBSCRIPTION;
use crate::rule::Rule;

static META: RuleMeta = RuleMeta {
    id: "CMK031",
    name: "move_subscription",
    level: Level::Error,
    restrictions: &[&MOVE_SUBSCRIPTION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK031"),
};

/// The rule.
pub(crate) struct MoveSubscription;

impl Rule for MoveSubscription {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let part = ScopePart { path: Resource::SUBSCRIPTION, name: "subscription" };
        for moved in moved(cx, &part).into_iter().chain(ordered(cx, MoveReach::Subscription)) {
            moved.finding.push(out);
        }
    }
}
