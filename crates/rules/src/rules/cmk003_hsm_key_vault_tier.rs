//! CMK003: an HSM key needs a vault of the premium tier.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::HSM_KEY_TIER;
use crate::rule::Rule;
use crate::view::{is_text, kind};
use cmklint_graph::Spelled;

const KTY: &str = "properties.kty";
const SKU: &str = "properties.sku.name";

static META: RuleMeta = RuleMeta {
    id: "CMK003",
    name: "hsm_key_vault_tier",
    level: Level::Error,
    restrictions: &[&HSM_KEY_TIER],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK003"),
};

/// The rule.
pub(crate) struct HsmKeyVaultTier;

impl Rule for HsmKeyVaultTier {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key, node) in cx.used_keys() {
            let Some(vault) = key.vault.node().filter(|v| cx.is(*v, kind::VAULT)) else { continue };
            for (world, kty) in cx.values(node, KTY, &key.world).filter(|kty| is_text(kty, "RSA-HSM")) {
                for (world, sku) in cx.values(vault, SKU, &world).filter(|sku| is_text(sku, "standard")) {
                    cx.finding(node, KTY)
                        .world(&world)
                        .message(format!(
                            "{} uses an HSM key in {}, whose tier is 'standard'",
                            cx.key_user(set),
                            cx.title(vault)
                        ))
                        .words("an HSM key needs a premium vault")
                        .related(vault, SKU, "the vault's tier is 'standard'")
                        .related(set, cx.key_property(set), format!("this {} uses the key", cx.key_user_noun(set)))
                        .trail("type", node, &kty)
                        .trail("tier", vault, &sku)
                        .remedy(Remedy::safe(
                            "raise the vault's tier to premium",
                            [cx.set(vault, SKU, &sku, "premium")],
                        ))
                        .help(format!(
                            "Write {} for the vault, or {} for the key",
                            cx.set_to(vault, SKU, Spelled::Text("premium")),
                            cx.set_to(node, KTY, Spelled::Text("RSA"))
                        ))
                        .push(out);
                }
            }
        }
    }
}
