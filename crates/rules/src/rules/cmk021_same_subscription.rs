//! CMK021: resources that a key connects are in one subscription.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::{SUBSCRIPTION, VAULT_SUBSCRIPTION};
use crate::rule::Rule;
use crate::view::plain;
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
                let mut finding = cx
                    .finding(link.from, &link.path)
                    .world(&world)
                    .restriction(restriction)
                    .message(message(cx, &link, &here, &there))
                    .words(format!("refers to subscription {}", there.describe()))
                    .trail("subscription", link.from, &here)
                    .help(help(cx, &link, &here));
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

fn message(cx: &Context<'_>, link: &Link, here: &Value, there: &Value) -> String {
    let title = |more: &str| match &link.to {
        LinkTarget::Node(to) => cx.title_with(*to, more),
        LinkTarget::Id(id) => {
            let noun = if link.kind == LinkKind::Vault { "vault" } else { "encryption set" };
            let name = id.names.last().map_or_else(String::new, plain);
            if more.is_empty() { format!("{noun} '{name}'") } else { format!("{noun} '{name}' ({more})") }
        }
    };
    let (here, there) = (plain(here), plain(there));
    if link.here.elsewhere {
        let other = link.kind.describe(&title(""));
        return format!("{} recovers to subscription {here}, and {other} is in {there}", cx.title(link.from));
    }
    let other = link.kind.describe(&title(&format!("subscription {there}")));
    format!("{} and {other} are in different subscriptions", cx.title_with(link.from, &format!("subscription {here}")))
}

/// The way out that fits what refers to what.
fn help(cx: &Context<'_>, link: &Link, here: &Value) -> String {
    let (here, property) = (plain(here), cx.property(link.from, &link.path));
    match link.kind {
        LinkKind::Vault => format!("Let {property} name a key of a vault in subscription {here}"),
        LinkKind::Set => {
            format!("Name an encryption set of subscription {here} in {property}, with a vault and a key there")
        }
        LinkKind::Source | LinkKind::Attached => format!(
            "Copy what {property} names into subscription {here}, with an encryption set there, and name the copy"
        ),
    }
}
