//! CMK081: the key of a set for confidential VMs is an RSA-HSM key that can be released.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::CONFIDENTIAL_KEY;
use crate::rule::Rule;
use crate::view::{is_text, kind};
use cmklint_graph::{Cases, NodeId, Spelled, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK081",
    name: "confidential_key",
    level: Level::Error,
    restrictions: &[&CONFIDENTIAL_KEY],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK081"),
};

/// The rule.
pub(crate) struct ConfidentialKey;

impl Rule for ConfidentialKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key, node) in cx.used_keys().filter(|(set, _, node)| cx.is(*set, kind::SET) && cx.is_declared(*node))
        {
            let confidential = |kind: &Value| is_text(kind, "ConfidentialVmEncryptedWithCustomerKey");
            for (world, kind) in cx.values(set, TYPE, &key.world).filter(confidential) {
                let vault = key.vault.node().filter(|vault| cx.is_known(*vault));
                for (world, fault) in faults(cx, node, vault, &world) {
                    cx.finding(fault.at, fault.path)
                        .world(&world)
                        .against(set)
                        .message(format!(
                            "{} is for confidential VMs, and its {} {}",
                            cx.title(set),
                            cx.title(node),
                            fault.what
                        ))
                        .words(fault.what)
                        .related(set, TYPE, "the set's type")
                        .related(set, cx.key_property(set), "the key it takes")
                        .trail("type", set, &kind)
                        .remedy(fault.remedy)
                        .help(fault.help)
                        .push(out);
                }
            }
        }
    }
}

const TYPE: &str = "properties.encryptionType";
const KEY_TYPE: &str = "properties.kty";
const RELEASE: &str = "properties.release_policy";
const TIER: &str = "properties.sku.name";

struct KeyFault {
    at: NodeId,
    path: &'static str,
    what: &'static str,
    help: String,
    remedy: Option<Remedy>,
}

/// The faults of the key at `node`, in the vault or managed HSM at `vault`.
fn faults(cx: &Context<'_>, node: NodeId, vault: Option<NodeId>, world: &World) -> Cases<KeyFault> {
    let mut out = Cases::none();
    let hsm = cx.is(node, kind::HSM_KEY);
    let other = |kind: &Value| is_text(kind, "RSA") || kind::OTHER_KEY_TYPES.iter().any(|other| is_text(kind, other));
    for (world, kind) in cx.values(node, KEY_TYPE, world).filter(other) {
        let what = "is no RSA-HSM key";
        let line = cx.set_to(node, KEY_TYPE, Spelled::Text("RSA-HSM"));
        let help = format!("Make a new key with {line} and a release policy: the type of a key can't be changed");
        let is_rsa = is_text(&kind, "RSA").then(|| cx.set(node, KEY_TYPE, &kind, "RSA-HSM"));
        let remedy = Remedy::safe("make it an HSM key", [is_rsa.flatten()]);
        out.push(world, KeyFault { at: node, path: KEY_TYPE, what, help, remedy });
    }
    for (world, _) in cx.values(node, RELEASE, world).filter(Value::is_null) {
        let what = "has no release policy";
        let help = format!(
            "Give the key {} for confidential VMs and make it exportable; a key gets both when it is made",
            cx.property(node, RELEASE)
        );
        out.push(world, KeyFault { at: node, path: RELEASE, what, help, remedy: None });
    }
    if let Some(vault) = vault.filter(|_| !hsm) {
        for (world, tier) in cx.values(vault, TIER, world).filter(|tier| is_text(tier, "standard")) {
            let what = "is in a standard vault";
            let help = format!("Write {} for the vault", cx.set_to(vault, TIER, Spelled::Text("premium")));
            let remedy = Remedy::safe("raise the vault's tier to premium", [cx.set(vault, TIER, &tier, "premium")]);
            out.push(world, KeyFault { at: vault, path: TIER, what, help, remedy });
        }
    }
    out
}
