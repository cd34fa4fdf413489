//! CMK071: the identity of an encryption set may use the key.

use super::shared::grant::{Asker, is_system_assigned, is_user_assigned};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VAULT_ACCESS;
use crate::rule::Rule;
use crate::view::{SOURCE_VAULT, kind};
use cmklint_graph::{Read, Spelled};

const IDENTITY: &str = "identity.type";

static META: RuleMeta = RuleMeta {
    id: "CMK071",
    name: "vault_access",
    level: Level::Warning,
    restrictions: &[&VAULT_ACCESS],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK071"),
};

/// The rule.
pub(crate) struct VaultAccess;

impl Rule for VaultAccess {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key) in cx.key_users().filter(|(set, _)| cx.is_declared(*set)) {
            let Some(vault) = key.vault.node().filter(|v| cx.is(*v, kind::VAULT) && cx.is_declared(*v)) else {
                continue;
            };
            for (world, identity) in cx.values(set, IDENTITY, &key.world) {
                let (system_assigned, user_assigned) = (is_system_assigned(&identity), is_user_assigned(&identity));
                let asker = Asker { cx, set, vault, key: key.key, system_assigned, user_assigned };
                if asker.may_elsewhere() {
                    continue;
                }
                for (world, by_roles) in cx.values(vault, BY_ROLES, &world) {
                    let by_roles = by_roles.as_bool();
                    let policies_count = by_roles != Some(true);
                    let roles_count = by_roles != Some(false);
                    if policies_count && asker.may_by_policy(&world) || roles_count && asker.may_by_role(&world) {
                        continue;
                    }
                    let model = match by_roles {
                        Some(true) => "no role on the vault lets it use keys",
                        Some(false) => "no access policy lets it use keys",
                        None => "neither a role nor an access policy lets it use keys",
                    };
                    let is_set = cx.is(set, kind::SET);
                    let by = if is_set { IDENTITY } else { cx.key_property(set) };
                    let mut finding = cx
                        .finding(set, by)
                        .world(&world)
                        .against(vault)
                        .message(format!(
                            "the identity of {} gets no access to {}: {model}",
                            cx.key_user(set),
                            cx.title(vault)
                        ))
                        .words("this identity gets no access to the vault")
                        .related(vault, "", "the vault that holds the key");
                    if is_set {
                        let named = if key.vault_by_id { SOURCE_VAULT } else { cx.key_property(set) };
                        finding = finding.related(set, named, "the set takes its key from there");
                    }
                    finding.note("the grant may be made elsewhere").help(help(&asker, by_roles)).push(out);
                }
            }
        }
    }
}

/// The grant that fits the vault: a role where it goes by roles, else an access policy, in the language of the vault's file.
fn help(asker: &Asker<'_>, by_roles: Option<bool>) -> String {
    let Asker { cx, set, vault, .. } = *asker;
    let own = asker.system_assigned && !asker.user_assigned && cx.is(set, kind::SET);
    let principal = if own { cx.expression(vault, set, Read::Principal) } else { None };
    let of = match (principal, own) {
        (Some(code), _) => format!("`{code}`"),
        (None, true) => "the set's own identity (its `identity.principalId`)".to_owned(),
        (None, false) => "the identity that it uses".to_owned(),
    };
    let scope = cx.expression(set, vault, Read::Id).map_or_else(|| "the vault".to_owned(), |code| format!("`{code}`"));
    if by_roles == Some(true) {
        return format!("Add {} of '{ROLE}' on {scope} to {of}", cx.role_assignment(vault));
    }
    let roles = match by_roles {
        None => {
            let line = cx.set_to(vault, BY_ROLES, Spelled::Bool(true));
            format!(", or let it go by roles ({line}) and assign '{ROLE}'")
        }
        Some(_) => String::new(),
    };
    format!("Add {}{roles}", cx.access_policy(vault, &of))
}

const BY_ROLES: &str = "properties.enableRbacAuthorization";
const ROLE: &str = "Key Vault Crypto Service Encryption User";
