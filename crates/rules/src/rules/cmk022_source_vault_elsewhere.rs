//! CMK022: a set whose vault is in another subscription names no source vault.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::SOURCE_VAULT_SUBSCRIPTION;
use crate::rule::Rule;
use crate::view::{SOURCE_VAULT, plain};
use cmklint_graph::{Cases, Target, World};

static META: RuleMeta = RuleMeta {
    id: "CMK022",
    name: "source_vault_elsewhere",
    level: Level::Error,
    restrictions: &[&SOURCE_VAULT_SUBSCRIPTION],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK022"),
};

/// The rule.
pub(crate) struct SourceVaultElsewhere;

impl Rule for SourceVaultElsewhere {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for set in cx.sets().filter(|set| cx.is_declared(*set)) {
            for world in cx.present(set, &World::any()) {
                for (world, target) in cx.targets(set, SOURCE_VAULT, &world) {
                    let (differ, vault) = match &target {
                        Target::Node(vault) => (cx.subscriptions_differ(set, *vault, &world), Some(*vault)),
                        Target::Id(id) => match &id.subscription {
                            Some(there) => (cx.in_other_subscription(set, there, &world), None),
                            None => (Cases::none(), None),
                        },
                        Target::Nothing | Target::Unknown => (Cases::none(), None),
                    };
                    for (world, (here, there)) in differ {
                        let mut finding = cx
                            .finding(set, SOURCE_VAULT)
                            .world(&world)
                            .message(format!(
                                "{} names a source vault of another subscription ({})",
                                cx.title_with(set, &format!("subscription {}", plain(&here))),
                                plain(&there)
                            ))
                            .words(format!("a vault in subscription {}", there.describe()))
                            .trail("subscription", set, &here);
                        if let Some(vault) = vault {
                            finding = finding.against(vault).related(vault, "", "the vault").trail(
                                "subscription",
                                vault,
                                &there,
                            );
                        }
                        finding
                            .help(
                                "Leave `sourceVault` out: the key's URL alone may name a vault of another subscription",
                            )
                            .push(out);
                    }
                }
            }
        }
    }
}
