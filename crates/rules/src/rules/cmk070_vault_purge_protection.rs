//! CMK070: the vault of an encryption set's key has purge protection and soft delete.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::{PURGE_PROTECTION, PURGE_PROTECTION_ENFORCED};
use crate::rule::Rule;
use crate::view::{SOURCE_VAULT, is_text, kind};
use cmklint_graph::{NodeId, Spelled, Value, World};

const PURGE: &str = "properties.enablePurgeProtection";
const SOFT_DELETE: &str = "properties.enableSoftDelete";

const NOT_ENFORCED: &str =
    "the documentation asks for it, and Azure has long accepted encryption sets on vaults without it";

static META: RuleMeta = RuleMeta {
    id: "CMK070",
    name: "vault_purge_protection",
    level: Level::Warning,
    restrictions: &[&PURGE_PROTECTION_ENFORCED, &PURGE_PROTECTION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK070"),
};

/// Whether the vault at `vault` stood before with purge protection on, or with what is not known of it.
fn was_on(cx: &Context<'_>, vault: NodeId) -> bool {
    let Some(then) = cx.then() else { return false };
    let is_off = |value: &Value| value.is_null() || value.as_bool() == Some(false);
    let before = cx.pairs().find(|pair| pair.now == vault);
    before.is_some_and(|pair| then.values(pair.then, PURGE, &World::any()).values().any(|value| !is_off(value)))
}

/// Words by which a script is recognized that turns purge protection on: of the Azure CLI, and of PowerShell and properties.
const BY_SCRIPT: [&str; 2] = ["purge-protection", "purgeprotection"];

/// The rule.
pub(crate) struct VaultPurgeProtection;

impl Rule for VaultPurgeProtection {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let by_script = std::cell::LazyCell::new(|| cx.movers().any(|script| cx.script_says(script, &BY_SCRIPT)));
        for (set, key) in cx.key_users() {
            let Some(vault) = key.vault.node().filter(|v| cx.is(*v, kind::VAULT) && cx.is_known(*v)) else {
                continue;
            };
            for (path, words) in [(PURGE, "no purge protection"), (SOFT_DELETE, "soft delete off")] {
                for (world, value) in cx.values(vault, path, &key.world) {
                    // Purge protection is off unless it is stated, soft delete on.
                    let off =
                        value.as_bool() == Some(false) || is_text(&value, "false") || path == PURGE && value.is_null();
                    // Purge protection can't be turned off: code that leaves it out leaves it as it is. A set that exists proves that it is on.
                    let twin = || cx.inventory_twin(vault).and_then(|v| cx.get(v, PURGE).as_bool());
                    // The same holds for a vault that is deployed after the set, since the set needs it: it existed before.
                    let stays = || {
                        cx.is_declared(vault) && (cx.is_in_inventory(set) || cx.speaks_of(vault, set))
                            || twin() == Some(true)
                            || path == PURGE && (was_on(cx, vault) || *by_script)
                    };
                    if !off || value.is_null() && stays() {
                        continue;
                    }
                    let finding = if cx.in_force(&PURGE_PROTECTION_ENFORCED) {
                        cx.finding(vault, path).level(Level::Error)
                    } else {
                        cx.finding(vault, path).note(NOT_ENFORCED)
                    };
                    finding
                        .world(&world)
                        .message(format!("{} has {words}, and holds the key of {}", cx.title(vault), cx.key_user(set)))
                        .words(words)
                        .related(
                            set,
                            if key.vault_by_id { SOURCE_VAULT } else { cx.key_property(set) },
                            format!("this {} takes its key from the vault", cx.key_user_noun(set)),
                        )
                        .trail(if path == PURGE { "purge protection" } else { "soft delete" }, vault, &value)
                        .remedy(Remedy::safe(
                            if path == PURGE { "turn purge protection on" } else { "leave soft delete on" },
                            [cx.set(vault, path, &value, true)],
                        ))
                        .help(format!(
                            "Write {}; it can't be turned off again",
                            cx.set_to(vault, path, Spelled::Bool(true))
                        ))
                        .push(out);
                }
            }
        }
    }
}
