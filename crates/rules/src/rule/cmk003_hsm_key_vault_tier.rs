//! CMK003: an HSM key needs a vault of the premium tier.

use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};
use crate::view::{KEY_URL, is_text, kind};

const KTY: &str = "properties.kty";
const SKU: &str = "properties.sku.name";

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK003",
    name: "hsm_key_vault_tier",
    level: Level::Error,
    editions: &Edition::ALL,
    default_on: true,
    statement: "S1",
    restriction: "HSM keys need a Premium tier key vault",
    security_severity: None,
    page: include_str!("../../../../rules/CMK003/rule.md"),
};

/// CMK003.
pub(crate) struct HsmKeyVaultTier;

impl Rule for HsmKeyVaultTier {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key, node) in cx.used_keys() {
            let Some(vault) = key.vault.node().filter(|v| cx.view.is(*v, kind::VAULT)) else { continue };
            for (world, kty) in cx.view.values(node, KTY, &key.world) {
                if !is_text(&kty, "RSA-HSM") {
                    continue;
                }
                for (world, sku) in cx.view.values(vault, SKU, &world) {
                    if !is_text(&sku, "standard") {
                        continue;
                    }
                    cx.finding(&META, node, KTY)
                        .world(&world)
                        .message(format!(
                            "encryption set {} uses an HSM key in vault {}, whose tier is 'standard'",
                            cx.address(set),
                            cx.address(vault)
                        ))
                        .words("an HSM key needs a premium vault")
                        .related(vault, SKU, "the vault's tier is 'standard'")
                        .related(set, KEY_URL, "this encryption set uses the key")
                        .trail("type", node, &kty)
                        .trail("tier", vault, &sku)
                        .help("Set the vault's tier to 'premium', or make the key an 'RSA' key")
                        .push(out);
                }
            }
        }
    }
}
