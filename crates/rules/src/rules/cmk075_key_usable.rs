//! CMK075: the key of an encryption set can be used.

use super::shared::date::Instant;
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_USABLE;
use crate::rule::Rule;
use crate::view::{SetKey, is_text};
use cmklint_graph::{Kind, NodeId, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK075",
    name: "key_usable",
    level: Level::Error,
    restrictions: &[&KEY_USABLE],
    default_on: true,
    security_severity: None,
    options: &[],
    page: include_str!("../../../../rules/CMK075/rule.md"),
};

/// The rule.
pub(crate) struct KeyUsable;

impl Rule for KeyUsable {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (user, key, node) in cx.used_keys().filter(|(.., node)| cx.is_known(*node)) {
            for (world, fault) in faults(cx, key, node) {
                cx.finding(node, fault.path)
                    .world(&world)
                    .message(format!("{} uses key {}, which {}", cx.key_user(user), cx.address(node), fault.what))
                    .words(fault.what.clone())
                    .related(user, cx.key_property(user), format!("this {} uses the key", cx.key_user_noun(user)))
                    .trail(fault.name, node, &fault.value)
                    .help(fault.help)
                    .push(out);
            }
        }
    }
}

const ENABLED: &str = "properties.attributes.enabled";
const OPERATIONS: &str = "properties.keyOps";
const NOT_BEFORE: &str = "properties.attributes.nbf";
const EXPIRES: &str = "properties.attributes.exp";

/// Why a key can't be used.
struct Fault {
    path: &'static str,
    name: &'static str,
    value: Value,
    /// The fault, to follow the key in a message.
    what: String,
    help: &'static str,
}

fn faults(cx: &Context<'_>, key: &SetKey, node: NodeId) -> Vec<(World, Fault)> {
    let mut out = Vec::new();
    for (world, value) in cx.values(node, ENABLED, &key.world).filter(|value| value.as_bool() == Some(false)) {
        let (what, help) = ("is disabled".to_owned(), "Enable the key; machines whose key is disabled are shut down");
        out.push((world, Fault { path: ENABLED, name: "enabled", value, what, help }));
    }
    // Operations of a key of another type are left to CMK001.
    let rsa =
        cx.values(node, "properties.kty", &key.world).filter(|kind| is_text(kind, "RSA") || is_text(kind, "RSA-HSM"));
    for (world, value) in rsa.and_then(|world, _| cx.values(node, OPERATIONS, &world)) {
        if let Some(missing) = missing(cx, &value) {
            let what = format!("may not {missing}");
            let help = "Let the key's operations include wrapKey and unwrapKey";
            out.push((world, Fault { path: OPERATIONS, name: "operations", value, what, help }));
        }
    }
    for (world, from) in cx.values(node, NOT_BEFORE, &key.world) {
        for (world, value) in cx.values(node, EXPIRES, &world) {
            let never = Instant::of(&from).zip(Instant::of(&value)).is_some_and(|(from, until)| until.before(&from));
            if never {
                let (what, help) = (
                    "expires before it is valid".to_owned(),
                    "Let the key expire after the date from which it is valid",
                );
                out.push((world, Fault { path: EXPIRES, name: "expiry", value, what, help }));
            }
        }
    }
    out
}

/// Which operations a completely known list lacks; an empty list counts as absent.
fn missing(cx: &Context<'_>, list: &Value) -> Option<&'static str> {
    let Kind::Array(array) = &list.kind else { return None };
    if array.rest.is_some() || array.items.is_empty() {
        return None;
    }
    let names: Option<Vec<String>> =
        array.items.iter().map(|item| cx.deref(item).as_str().map(str::to_ascii_lowercase)).collect();
    let names = names?;
    let lacks = |name: &str| !names.iter().any(|n| n == name);
    match (lacks("wrapkey"), lacks("unwrapkey")) {
        (true, true) => Some("wrap and unwrap"),
        (true, false) => Some("wrap"),
        (false, true) => Some("unwrap"),
        (false, false) => None,
    }
}
