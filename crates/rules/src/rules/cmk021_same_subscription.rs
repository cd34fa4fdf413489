//! CMK021: resources that a key connects are in one subscription.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::{SUBSCRIPTION, VAULT_SUBSCRIPTION};
use crate::rule::Rule;
use cmklint_graph::{Cases, Fold, Value};

use super::shared::link::{Link, LinkKind, LinkTarget, links};

static META: RuleMeta = RuleMeta {
    id: "CMK021",
    name: "same_subscription",
    level: Level::Error,
    restrictions: &[&SUBSCRIPTION, &VAULT_SUBSCRIPTION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK021"),
};

/// The rule.
pub(crate) struct SameSubscription;

impl Rule for SameSubscription {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for link in links(cx) {
            let vault = link.kind == LinkKind::Vault;
            let restriction = if vault { &VAULT_SUBSCRIPTION } else { &SUBSCRIPTION };
            if !cx.in_force(restriction) {
                continue;
            }
            let differ = match &link.to {
                LinkTarget::Node(to) => match cx.resource(*to) {
                    Some(to) => differ_from(cx, &link, &to.scope.subscription),
                    None => Cases::none(),
                },
                LinkTarget::Id(id) => match &id.subscription {
                    Some(there) => differ_from(cx, &link, there),
                    None => Cases::none(),
                },
            };
            for (world, (here, there)) in differ {
                let name = match &link.to {
                    LinkTarget::Node(to) => cx.address(*to).to_string(),
                    LinkTarget::Id(id) => id.names.last().map_or_else(String::new, cmklint_graph::Value::describe),
                };
                let mut finding = cx
                    .finding(link.from, &link.path)
                    .world(&world)
                    .restriction(restriction)
                    .message(format!(
                        "{} {} subscription {}, {} {name} in {}",
                        cx.address(link.from),
                        link.place_verb(),
                        here.describe(),
                        link.kind.describe(),
                        there.describe()
                    ))
                    .words(format!("refers to subscription {}", there.describe()))
                    .trail("subscription", link.from, &here)
                    .help("Make an encryption set in each subscription, and let disks name the set of their own");
                if let LinkTarget::Node(to) = link.to {
                    finding = finding
                        .against(to)
                        .related(to, "", format!("{} is in subscription {}", link.kind.short(), there.describe()))
                        .trail("subscription", to, &there);
                }
                finding.push(out);
            }
        }
    }
}

/// The worlds in which the disks of `link` are known to be in another subscription than `there`, with both.
fn differ_from(cx: &Context<'_>, link: &Link, there: &Value) -> Cases<(Value, Value)> {
    cx.values_differ(&link.here.subscription, there, Fold::Subscription, &link.world)
}
