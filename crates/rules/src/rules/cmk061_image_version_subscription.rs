//! CMK061: the encryption sets of an image version are in its subscription.

use super::shared::target_sets::{TargetSet, target_sets};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VERSION_SUBSCRIPTION;
use crate::rule::Rule;
use crate::view::{SetTarget, plain};
use cmklint_graph::Cases;

static META: RuleMeta = RuleMeta {
    id: "CMK061",
    name: "image_version_subscription",
    level: Level::Error,
    restrictions: &[&VERSION_SUBSCRIPTION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK061"),
};

/// The rule.
pub(crate) struct ImageVersionSubscription;

impl Rule for ImageVersionSubscription {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for TargetSet { world, version, set, .. } in target_sets(cx) {
            let differ = match &set.target {
                SetTarget::Node(node) => cx.subscriptions_differ(version, *node, &world),
                SetTarget::Id(id) => match &id.subscription {
                    Some(there) => cx.in_other_subscription(version, there, &world),
                    None => Cases::none(),
                },
                SetTarget::Some => Cases::none(),
            };
            for (world, (here, there)) in differ {
                let mut finding = cx
                    .finding(version, &set.path)
                    .world(&world)
                    .message(format!(
                        "{} and its {} are in different subscriptions",
                        cx.title_with(version, &format!("subscription {}", plain(&here))),
                        set.node().map_or_else(
                            || format!("encryption set (subscription {})", plain(&there)),
                            |node| cx.title_with(node, &format!("subscription {}", plain(&there)))
                        )
                    ))
                    .words(format!("an encryption set of subscription {}", there.describe()))
                    .trail("subscription", version, &here)
                    .trail("encryption set", version, &set.value)
                    .help(format!(
                        "Name an encryption set of subscription {} in {}, with a vault and a key there",
                        plain(&here),
                        cx.property(version, &set.path)
                    ));
                if let Some(node) = set.node() {
                    finding = finding.against(node).related(
                        node,
                        "",
                        format!("the set, in subscription {}", there.describe()),
                    );
                }
                finding.push(out);
            }
        }
    }
}
