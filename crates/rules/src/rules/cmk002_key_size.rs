//! CMK002: the RSA key of an encryption set has 2048, 3072 or 4096 bits.

use crate::context::Context;
use crate::facts::{listed, rsa_key_sizes};
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::KEY_KIND;
use crate::rule::Rule;
use crate::view::{is_text, number};
use cmklint_graph::Spelled;

const SIZE: &str = "properties.keySize";

static META: RuleMeta = RuleMeta {
    id: "CMK002",
    name: "key_size",
    level: Level::Error,
    restrictions: &[&KEY_KIND],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK002"),
};

/// The rule.
pub(crate) struct KeySize;

impl Rule for KeySize {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let sizes = rsa_key_sizes();
        // The one in the middle: the smallest is the weakest, the largest the slowest.
        let best = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
        let others: Vec<i64> = sizes.iter().copied().filter(|size| *size != best).collect();
        for (set, key, node) in cx.used_keys() {
            let kinds = cx.values(node, "properties.kty", &key.world);
            let rsa = kinds.filter(|kty| is_text(kty, "RSA") || is_text(kty, "RSA-HSM"));
            // A size that is left out is one of these.
            for (world, size) in rsa.and_then(|world, _| cx.values(node, SIZE, &world)) {
                let Some(bits) = number(&size).filter(|bits| !sizes.contains(bits)) else { continue };
                cx.finding(node, SIZE)
                    .world(&world)
                    .message(format!(
                        "{} uses an RSA key of {bits} bits; disks take {}",
                        cx.key_user(set),
                        listed(&sizes, "and")
                    ))
                    .words(format!("the key has {bits} bits"))
                    .related(set, cx.key_property(set), format!("this {} uses the key", cx.key_user_noun(set)))
                    .trail("size", node, &size)
                    .remedy(Remedy::safe(
                        "use a key size that disks take",
                        [cx.set(node, SIZE, &size, next(&sizes, bits))],
                    ))
                    .help(format!(
                        "Write {} (or {}){}",
                        cx.set_to(node, SIZE, Spelled::Number(best.unsigned_abs())),
                        listed(&others, "or"),
                        cx.as_another(node, "key", "size")
                    ))
                    .push(out);
            }
        }
    }
}

/// The smallest of `sizes` that is no weaker; the largest where there is none.
fn next(sizes: &[i64], bits: i64) -> i64 {
    let no_weaker = sizes.iter().copied().filter(|size| bits <= *size).min();
    no_weaker.or(sizes.iter().copied().max()).unwrap_or(bits)
}
