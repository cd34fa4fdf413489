//! CMK073: resources that an encryption set encrypts wait for the grant that lets the set use its key.

use cmklint_graph::{DeploymentId, NodeId, Waits, World};
use rustc_hash::{FxHashMap, FxHashSet};

use super::shared::grant::{Asker, Grant, is_system_assigned, is_user_assigned};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::GRANT_FIRST;
use crate::rule::Rule;
use crate::view::{SetKey, kind};

static META: RuleMeta = RuleMeta {
    id: "CMK073",
    name: "grant_before_use",
    level: Level::Warning,
    restrictions: &[&GRANT_FIRST],
    default_on: true,
    security_severity: Some("3.0"),
    options: &[],
    page: page!("CMK073"),
};

/// The rule.
pub(crate) struct GrantBeforeUse;

impl Rule for GrantBeforeUse {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let mut uses = Uses { by_set: None, waits: FxHashMap::default() };
        for (set, key) in cx.keys().filter(|(set, _)| cx.is_declared(*set)) {
            let Some(vault) = key.vault.node().filter(|v| cx.is(*v, kind::VAULT) && cx.is_declared(*v)) else {
                continue;
            };
            for (world, identity) in cx.values(set, "identity.type", &key.world) {
                let (system_assigned, user_assigned) = (is_system_assigned(&identity), is_user_assigned(&identity));
                if system_assigned == user_assigned {
                    continue; // … it is not known which of the two uses the key
                }
                let asker = Asker { cx, set, vault, key: key.key, system_assigned, user_assigned };
                for (world, by_roles) in cx.values(vault, "properties.enableRbacAuthorization", &world) {
                    let by_roles = by_roles.as_bool();
                    let grants = asker.grants_here(by_roles != Some(true), by_roles != Some(false), &world);
                    let Some(grants) = grants.filter(|_| !asker.may_elsewhere()) else { continue };
                    uses.check(cx, Granted { set, key, grants, world }, user_assigned, out);
                }
            }
        }
    }
}

/// A set and the grants that let it use its key.
struct Granted<'a> {
    set: NodeId,
    key: &'a SetKey,
    grants: Vec<Grant>,
    world: World,
}

/// The users of the sets of a deployment, searched when they are first needed.
struct Uses<'e> {
    by_set: Option<FxHashMap<NodeId, Vec<SetUse>>>,
    waits: FxHashMap<DeploymentId, Option<Waits<'e>>>,
}

#[derive(Clone)]
struct SetUse {
    node: NodeId,
    path: String,
    world: World,
}

impl<'e> Uses<'e> {
    fn check(&mut self, cx: &Context<'e>, mut granted: Granted<'_>, user_assigned: bool, out: &mut Findings) {
        let set = granted.set;
        let waits = self.waits.entry(set.deployment).or_insert_with(|| cx.estate().waits(set.deployment));
        let Some(waits) = waits else { return };
        let mut uses: Vec<SetUse> = Vec::new();
        if user_assigned {
            // The set itself reads the key, with an identity that exists before it.
            uses.push(SetUse { node: set, path: String::new(), world: granted.world.clone() });
        } else {
            // What is granted before the set is made, to whomever, is not granted to the set's own identity.
            granted.grants.retain(|grant| grant.certain || waits.waits_for(set, grant.node) != Some(true));
        }
        if uses.iter().all(|used| !never_waits(waits, used.node, &granted.grants)) {
            let by_set = self.by_set.get_or_insert_with(|| uses_by_set(cx));
            uses = by_set.get(&set).cloned().unwrap_or_default();
        }
        // A machine waits or not, however many of its disks have the set.
        let mut told = FxHashSet::default();
        for used in &uses {
            if told.insert((used.node, &used.world)) && never_waits(waits, used.node, &granted.grants) {
                report(cx, &granted, used, out);
            }
        }
    }
}

/// Whether it is certain that the resource at `node` waits for none of `grants`.
fn never_waits(waits: &mut Waits<'_>, node: NodeId, grants: &[Grant]) -> bool {
    grants.iter().all(|grant| waits.waits_for(node, grant.node) == Some(false))
}

/// The declared resources that name encryption sets of the estate.
fn uses_by_set(cx: &Context<'_>) -> FxHashMap<NodeId, Vec<SetUse>> {
    let mut out: FxHashMap<NodeId, Vec<SetUse>> = FxHashMap::default();
    let mut add = |set: Option<NodeId>, node: NodeId, path: &str, world: World| {
        if let Some(set) = set.filter(|set| set.deployment == node.deployment) {
            out.entry(set).or_default().push(SetUse { node, path: path.to_owned(), world });
        }
    };
    for slot in cx.users().filter(|slot| cx.is_declared(slot.node)) {
        for (world, set) in cx.sets_of(slot, &slot.world) {
            add(set.node(), slot.node, &set.path, world);
        }
    }
    for version in super::shared::target_sets::target_sets(cx) {
        if cx.is_declared(version.version) {
            add(version.set.node(), version.version, &version.set.path, version.world);
        }
    }
    out
}

fn report(cx: &Context<'_>, granted: &Granted<'_>, used: &SetUse, out: &mut Findings) {
    let mut certain = granted.grants.iter().filter(|grant| grant.certain);
    let Some(grant) = certain.clone().find(|grant| grant.suffices).or_else(|| certain.next()) else { return };
    let Some(world) = granted.world.and(&used.world) else { return };
    let (user, set, access) = (cx.title(used.node), cx.title(granted.set), cx.title(grant.node));
    let itself = used.node == granted.set;
    let what = if itself { "its identity".to_owned() } else { format!("its {set}") };
    // Known wherever it is known that the one does not wait for the other.
    let Some(wait) = cx.estate().wait_between(used.node, grant.node) else { return };
    let help = format!("Add to {}: `{}`", wait.at, wait.line);
    for world in cx.present(grant.node, &world) {
        let mut finding = cx
            .finding(used.node, &used.path)
            .world(&world)
            .against(grant.node)
            .message(format!("{user} does not wait for {access}, which lets {what} use the key"))
            .words(if itself { "may be deployed before the grant" } else { "may be encrypted before the grant" })
            .related(grant.node, "", "this lets the set use its key");
        if !itself {
            finding = finding.related(granted.set, "", "the encryption set");
        }
        if let Some(key) = granted.key.key {
            finding = finding.related(key, "", "the key");
        }
        let wait = [cx.wait(used.node, grant.node)];
        finding.remedy(Remedy::not_safe("wait for the grant", wait)).help(help.clone()).push(out);
    }
}
