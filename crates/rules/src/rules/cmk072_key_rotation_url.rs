//! CMK072: the key URL fits the automatic rotation.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::KEY_URL_VERSION;
use crate::rule::Rule;
use crate::view::{KEY_URL, KeyForm, is_text};
use cmklint_graph::{NodeId, Spelled, Value};

/// A property that a front-end adds to a set whose provider refuses a version together with rotation.
const ONLY_VERSIONLESS: &str = "cmklint.rotatesOnlyVersionlessKeys";
const ROTATION: &str = "properties.rotationToLatestKeyVersionEnabled";

static META: RuleMeta = RuleMeta {
    id: "CMK072",
    name: "key_rotation_url",
    level: Level::Error,
    restrictions: &[&KEY_URL_VERSION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK072"),
};

/// The rule.
pub(crate) struct KeyRotationUrl;

impl Rule for KeyRotationUrl {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (set, key) in cx.keys() {
            let (Some(versioned), Some(url)) = (key.versioned, &key.url) else { continue };
            if key.fault.is_some() || !cx.is_declared(set) {
                continue;
            }
            for (world, flag) in cx.values(set, ROTATION, &key.world) {
                let rotates = match (&flag, flag.as_bool()) {
                    (_, Some(on)) => on,
                    (flag, None) if flag.is_null() => false,
                    (flag, None) if is_text(flag, "true") => true,
                    (flag, None) if is_text(flag, "false") => false,
                    _ => continue,
                };
                // The platform itself accepts either; the provider that declares the set may not.
                let only_versionless = cx.get(set, ONLY_VERSIONLESS).as_bool() == Some(true);
                let message = match (rotates, versioned) {
                    (false, false) => "names a key without a version, and automatic rotation is off",
                    (true, true) if only_versionless => "names a version of its key, and automatic rotation is on",
                    _ => continue,
                };
                cx.finding(set, KEY_URL)
                    .world(&world)
                    .variant(if rotates { "versioned" } else { "versionless" })
                    .message(format!("{} {message}", cx.title(set)))
                    .words(if versioned { "a key URL with a version" } else { "a key URL without a version" })
                    .related(
                        set,
                        ROTATION,
                        if rotates { "automatic rotation is on" } else { "automatic rotation is off" },
                    )
                    .trail("key URL", set, url)
                    .trail("automatic rotation", set, &flag)
                    .remedy(if rotates { without_version(cx, set, url) } else { None })
                    .remedy(if rotates { None } else { rotation_on(cx, set, &flag) })
                    .help(help(cx, set, key.key, rotates))
                    .push(out);
            }
        }
    }
}

/// Names the key that `url` is of without a version: in the text of the URL, or by the attribute of the key that has none.
fn without_version(cx: &Context<'_>, set: NodeId, url: &Value) -> Option<Remedy> {
    let title = "name the key without a version";
    let bare = url.as_str().and_then(|url| url.trim_end_matches('/').rsplit_once('/')).map(|(bare, _)| bare.to_owned());
    match bare {
        Some(bare) => Remedy::safe(title, [cx.set(set, KEY_URL, url, bare)]),
        None => {
            let read = cx.read(url, "properties.keyUriWithVersion", "properties.keyUri");
            Remedy::safe(title, [read])
        }
    }
}

fn rotation_on(cx: &Context<'_>, set: NodeId, flag: &Value) -> Option<Remedy> {
    Remedy::safe("turn automatic rotation on", [cx.set(set, ROTATION, flag, true)])
}

/// What to write for the set at `set`, which takes the key at `key`.
fn help(cx: &Context<'_>, set: NodeId, key: Option<NodeId>, rotates: bool) -> String {
    let (form, what) = match rotates {
        true => (KeyForm::Versionless, "Name the key without a version"),
        false => (KeyForm::Versioned, "Name a version of the key"),
    };
    let line = cx.name_key(set, key, form);
    let turn = if rotates { "off" } else { "on" };
    format!("{what}, {line}, or turn rotation {turn}: {}", cx.set_to(set, ROTATION, Spelled::Bool(!rotates)))
}
