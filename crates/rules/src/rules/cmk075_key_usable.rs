//! CMK075: the key of an encryption set can be used.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::KEY_USABLE;
use crate::rule::Rule;
use crate::view::{SetKey, is_text, kind};
use cmklint_graph::{Instant, Kind, NodeId, Spelled, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK075",
    name: "key_usable",
    level: Level::Error,
    restrictions: &[&KEY_USABLE],
    default_on: true,
    security_severity: Some("6.0"),
    options: &[],
    page: page!("CMK075"),
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
                let finding = cx.finding(node, fault.path);
                let finding = match fault.note {
                    Some(note) => finding.note(note),
                    None => finding,
                };
                finding
                    .world(&world)
                    .message(format!("{} uses {}, which {}", cx.key_user(user), cx.title(node), fault.what))
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
struct UnusableKey {
    path: &'static str,
    name: &'static str,
    value: Value,
    /// The fault, to follow the key in a message.
    what: String,
    help: String,
    /// What may be otherwise where the key stands already.
    note: Option<&'static str>,
}

impl UnusableKey {
    fn of_time(cx: &Context<'_>, node: NodeId, path: &'static str, value: Value, what: String) -> Self {
        let starts = path == NOT_BEFORE;
        let property = cx.property(node, path);
        Self {
            path,
            name: if starts { "start" } else { "expiry" },
            value,
            what,
            help: match starts {
                true => format!("Leave {property} out, or give it a date in the past"),
                false => {
                    format!("Give {property} a date in the future, and the key a policy that rotates it before")
                }
            },
            note: Some("a key that exists may have had a new version since, with other dates"),
        }
    }
}

fn faults(cx: &Context<'_>, key: &SetKey, node: NodeId) -> Vec<(World, UnusableKey)> {
    let mut out = Vec::new();
    for (world, value) in cx.values(node, ENABLED, &key.world).filter(|value| value.as_bool() == Some(false)) {
        let what = "is disabled".to_owned();
        let line = cx.set_to(node, ENABLED, Spelled::Bool(true));
        let help = format!("Write {line}; machines whose key is disabled are shut down");
        out.push((world, UnusableKey { path: ENABLED, name: "enabled", value, what, help, note: None }));
    }
    // Operations of a key of another type are left to CMK001.
    let rsa =
        cx.values(node, "properties.kty", &key.world).filter(|kind| is_text(kind, "RSA") || is_text(kind, "RSA-HSM"));
    for (world, value) in rsa.and_then(|world, _| cx.values(node, OPERATIONS, &world)) {
        if let Some(missing) = missing(cx, &value) {
            let what = format!("may not {missing}");
            let line = cx.set_to(node, OPERATIONS, Spelled::Texts(&["wrapKey", "unwrapKey"]));
            let help = format!("Write {line}, with whatever else the key is for");
            out.push((world, UnusableKey { path: OPERATIONS, name: "operations", value, what, help, note: None }));
        }
    }
    out.extend(out_of_time(cx, key, node));
    out
}

/// What is wrong with the times in which the key at `node` can be used.
fn out_of_time(cx: &Context<'_>, key: &SetKey, node: NodeId) -> Vec<(World, UnusableKey)> {
    let mut out = Vec::new();
    for (world, from) in cx.values(node, NOT_BEFORE, &key.world) {
        let starts = Instant::of(&from);
        for (world, until) in cx.values(node, EXPIRES, &world) {
            let ends = Instant::of(&until);
            if starts.zip(ends).is_some_and(|(starts, ends)| ends < starts) {
                let help =
                    format!("Let {} be later than {}", cx.property(node, EXPIRES), cx.property(node, NOT_BEFORE));
                let what = "expires before it is valid".to_owned();
                let fault = UnusableKey::of_time(cx, node, EXPIRES, until, what);
                out.push((world, UnusableKey { note: None, help, ..fault }));
                continue;
            }
            let Some(day) = cx.settings().day else { continue };
            if let Some(ends) = ends.filter(|ends| *ends <= day && !may_rotate(cx, node)) {
                out.push((world.clone(), UnusableKey::of_time(cx, node, EXPIRES, until, format!("expired at {ends}"))));
            }
            if let Some(starts) = starts.filter(|starts| *starts >= day.next_day()) {
                out.push((
                    world,
                    UnusableKey::of_time(cx, node, NOT_BEFORE, from.clone(), format!("is not valid before {starts}")),
                ));
            }
        }
    }
    out
}

/// Whether the key at `node` may have a newer version than the one that the code made: a policy rotates it. A managed HSM's policy is a resource of its own.
fn may_rotate(cx: &Context<'_>, node: NodeId) -> bool {
    let none = |policy: &Value| policy.is_null() || policy.as_array().is_some_and(|list| list.items.is_empty());
    !cx.is_in_inventory(node) && (cx.is(node, kind::HSM_KEY) || !none(&cx.get(node, "properties.rotationPolicy")))
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
