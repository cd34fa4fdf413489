//! CMK002: the RSA key of an encryption set has 2048, 3072 or 4096 bits.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_KIND;
use crate::rule::Rule;
use crate::view::{is_text, number};

const SIZE: &str = "properties.keySize";

static META: RuleMeta = RuleMeta {
    id: "CMK002",
    name: "key_size",
    level: Level::Error,
    restrictions: &[&KEY_KIND],
    default_on: true,
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK002/rule.md"),
};

/// The rule.
pub(crate) struct KeySize;

impl Rule for KeySize {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key, node) in cx.used_keys() {
            let kinds = cx.values(node, "properties.kty", &key.world);
            let rsa = kinds.filter(|kty| is_text(kty, "RSA") || is_text(kty, "RSA-HSM"));
            // A size that is left out is 2048.
            for (world, size) in rsa.and_then(|world, _| cx.values(node, SIZE, &world)) {
                let Some(bits) = number(&size).filter(|bits| ![2048, 3072, 4096].contains(bits)) else { continue };
                cx.finding(node, SIZE)
                    .world(&world)
                    .message(format!(
                        "{} uses an RSA key of {bits} bits; disks take 2048, 3072 and 4096",
                        cx.key_user(set)
                    ))
                    .words(format!("the key has {bits} bits"))
                    .related(set, cx.key_property(set), format!("this {} uses the key", cx.key_user_noun(set)))
                    .trail("size", node, &size)
                    .help("Make a key of 2048, 3072 or 4096 bits; the size of an existing version can't be changed")
                    .push(out);
            }
        }
    }
}
