//! CMK004: the key URL of an encryption set is the URL of a key.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_KIND;
use crate::rule::Rule;
use crate::view::KEY_URL;

static META: RuleMeta = RuleMeta {
    id: "CMK004",
    name: "key_reference",
    level: Level::Error,
    restrictions: &[&KEY_KIND],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK004"),
};

/// The rule.
pub(crate) struct KeyReference;

impl Rule for KeyReference {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key) in cx.keys() {
            let (Some(why), Some(url)) = (&key.fault, &key.url) else { continue };
            cx.finding(set, KEY_URL)
                .world(&key.world)
                .message(format!("encryption set {} names something else than a key: {why}", cx.address(set)))
                .words(why.clone())
                .trail("key URL", set, url)
                .help("Name the URL of a key: 'https://VAULT.vault.azure.net/keys/NAME/VERSION', or without the version where rotation is automatic")
                .push(out);
        }
    }
}
