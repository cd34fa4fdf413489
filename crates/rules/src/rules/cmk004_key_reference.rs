//! CMK004: the key URL of an encryption set is the URL of a key.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_KIND;
use crate::rule::Rule;
use crate::view::{KEY_URL, KeyForm, kind};
use cmklint_graph::NodeId;

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
                .message(format!("{} names something else than a key: {why}", cx.title(set)))
                .words(why.clone())
                .trail("key URL", set, url)
                .help(help(cx, set))
                .push(out);
        }
    }
}

/// What to write for the set at `set`: the only key beside it, where there is one.
fn help(cx: &Context<'_>, set: NodeId) -> String {
    let rotates = cx.get(set, "properties.rotationToLatestKeyVersionEnabled").as_bool() == Some(true);
    let form = if rotates { KeyForm::Versionless } else { KeyForm::Versioned };
    let line = cx.name_key(set, cx.only_beside(set, kind::KEY, |_| true), form);
    let why = if rotates { "without a version, since rotation is automatic" } else { "with its version" };
    format!("Name the URL of a key, {why}: {line}")
}
