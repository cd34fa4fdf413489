//! CMK001: the key of an encryption set is an RSA key.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_KIND;
use crate::rule::Rule;
use crate::view::kind;
use cmklint_graph::{NodeId, Spelled};

const KTY: &str = "properties.kty";

static META: RuleMeta = RuleMeta {
    id: "CMK001",
    name: "key_type",
    level: Level::Error,
    restrictions: &[&KEY_KIND],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK001"),
};

/// The rule.
pub(crate) struct KeyType;

impl Rule for KeyType {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key, node) in cx.used_keys() {
            for (world, kty) in cx.values(node, KTY, &key.world) {
                let Some(text) = kty.as_str() else { continue };
                if !kind::OTHER_KEY_TYPES.iter().any(|other| text.eq_ignore_ascii_case(other)) {
                    continue; // RSA, or no type that keys can have
                }
                cx.finding(node, KTY)
                    .world(&world)
                    .message(format!("{} uses a key of type '{text}'; disks take RSA keys only", cx.key_user(set)))
                    .words(format!("the key's type is '{text}'"))
                    .related(set, cx.key_property(set), format!("this {} uses the key", cx.key_user_noun(set)))
                    .trail("type", node, &kty)
                    .help(help(cx, node, text))
                    .push(out);
            }
        }
    }
}

/// What to write for the key at `node`, which is of the type `kind`.
fn help(cx: &Context<'_>, node: NodeId, kind: &str) -> String {
    let hsm = cx.is(node, kind::HSM_KEY) || kind.to_ascii_uppercase().ends_with("-HSM");
    let line = cx.set_to(node, KTY, Spelled::Text(if hsm { "RSA-HSM" } else { "RSA" }));
    let size = match cx.get(node, "properties.keySize").is_null() {
        true => format!(" with {}", cx.set_to(node, "properties.keySize", Spelled::Number(3072))),
        false => String::new(),
    };
    format!("Write {line}{size}{}", cx.as_another(node, "key", "type"))
}
