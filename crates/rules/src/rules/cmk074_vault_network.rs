//! CMK074: the firewall of a set's vault lets trusted services through.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VAULT_NETWORK;
use crate::rule::Rule;
use crate::view::{SOURCE_VAULT, is_text};
use cmklint_graph::Spelled;

static META: RuleMeta = RuleMeta {
    id: "CMK074",
    name: "vault_network",
    level: Level::Error,
    restrictions: &[&VAULT_NETWORK],
    default_on: true,
    security_severity: Some("6.0"),
    options: &[],
    page: page!("CMK074"),
};

/// The rule.
pub(crate) struct VaultNetwork;

impl Rule for VaultNetwork {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (user, key) in cx.key_users() {
            let Some(vault) = key.vault.node().filter(|vault| cx.is_known(*vault)) else { continue };
            if !cx.is_checked(vault) && !cx.is_checked(user) {
                continue;
            }
            for (world, action) in cx.values(vault, ACTION, &key.world).filter(|action| is_text(action, "Deny")) {
                for (world, bypass) in cx.values(vault, BYPASS, &world).filter(|bypass| is_text(bypass, "None")) {
                    let by = if key.vault_by_id { SOURCE_VAULT } else { cx.key_property(user) };
                    cx.finding(vault, BYPASS)
                        .world(&world)
                        .message(format!(
                            "the firewall of {} lets no trusted service through, and {} takes its key from there",
                            cx.title(vault),
                            cx.key_user(user)
                        ))
                        .words("trusted services are kept out")
                        .related(vault, ACTION, "all else is denied")
                        .related(user, by, "the key is taken from the vault here")
                        .trail("default action", vault, &action)
                        .trail("bypass", vault, &bypass)
                        .help(format!(
                            "Write {}: disks reach the vault as a trusted service, not through a private endpoint",
                            cx.set_to(vault, BYPASS, Spelled::Text("AzureServices"))
                        ))
                        .push(out);
                }
            }
        }
    }
}

const ACTION: &str = "properties.networkAcls.defaultAction";
const BYPASS: &str = "properties.networkAcls.bypass";
