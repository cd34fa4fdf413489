//! What an estate has that may decide findings of another estate, beyond the resources that one of them looks for in the other: encryption sets that are counted together, and grants that may be
//! for anybody. For those who analyze estates apart and join them.

use std::collections::BTreeSet;

use cmklint_graph::work::metered;
use cmklint_graph::{Estate, NodeId, RESOURCE_GROUPS, ResourceId, Target, Value, World};

use crate::rules::cmk050_encryption_set_limit as limit;
use crate::settings::Settings;
use crate::view::{Candidate, DeploymentResources, Holder, View, is_given};

/// The rules whose findings a grant of another estate may take away.
const UNGRANTED: [&str; 2] = ["CMK071", "CMK073"];

/// A grant that may reach any vault.
const ANY: &str = "grant: any";
/// What every grant has, for vaults of which too little is known.
const EVERY: &str = "grant: every";
/// What every grant at a subscription has.
const SUBSCRIPTIONS: &str = "grant: subscriptions";

/// Encryption sets of one subscription and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetCount {
    /// The region and the subscription, as a text that equal ones share.
    pub place: String,
    /// How many there are, at most.
    pub count: u64,
    /// How many there may be, at least.
    pub limit: u64,
}

/// What may decide findings of another estate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFacts {
    /// The encryption sets, by subscription and region.
    pub sets: Vec<SetCount>,
    /// The grants that may be for an encryption set of another estate, each by keys of what it may reach.
    pub grants: BTreeSet<String>,
    /// The keys of the grants that may reach a vault of this estate which holds the key of an encryption set.
    pub grantable: BTreeSet<String>,
}

impl SharedFacts {
    /// Those of `estate`, with rules set as `settings` say.
    #[must_use]
    pub fn of(estate: &Estate, settings: &Settings) -> Self {
        metered(settings.steps, || Self::read(estate, settings)).0
    }

    /// Whether a grant of another estate may take away a finding of the rule with that id.
    #[must_use]
    pub fn is_about_grants(rule: &str) -> bool {
        UNGRANTED.contains(&rule)
    }

    /// The ids of those rules.
    #[must_use]
    pub fn rules_about_grants() -> BTreeSet<&'static str> {
        BTreeSet::from(UNGRANTED)
    }

    fn read(estate: &Estate, settings: &Settings) -> Self {
        let view = View::within(estate, settings.steps, &mut |_, _| {});
        let counts = limit::counts(&limit::counting(settings, &view));
        let sets = counts.into_iter().map(|(place, count, limit)| SetCount { place, count, limit });
        let mut out = Self { sets: sets.collect(), ..Self::default() };
        for part in view.parts() {
            out.grants_of(&view, part);
            for set in part.sets.iter().chain(&part.key_services) {
                let vaults = view.keys_of(*set).iter().filter_map(|key| key.vault.node());
                for vault in vaults.filter(|vault| view.is_declared(*vault)) {
                    out.grantable_by(&view, vault);
                }
            }
        }
        out
    }

    /// Adds the grants of `part` that may be for others than the resources that it declares.
    fn grants_of(&mut self, view: &View<'_>, part: &DeploymentResources) {
        let is_open = |holders: &[Holder]| {
            holders.is_empty() || holders.iter().any(|holder| !matches!(holder, Holder::Resource(_)))
        };
        for (assignment, _) in view.assignments(part).into_iter().filter(|(_, holders)| is_open(holders)) {
            let Candidate { node, is_given } = assignment;
            let extends = view.resource(node).map_or_else(Value::null, |resource| resource.extends.clone());
            for target in view.resolve(&extends, &World::any(), node.deployment).values() {
                self.grant(reach(view, node, target), is_given);
            }
        }
        for (Candidate { node, .. }, _) in view.policies(part).into_iter().filter(|(_, holders)| is_open(holders)) {
            let principals = view.values(node, "properties.accessPolicies[0].objectId", &World::any());
            let is_input = principals.values().all(is_given);
            let vault = view.resource(node).and_then(|resource| resource.names.first());
            self.grant(vault_named(view, vault), is_input);
        }
    }

    /// Adds a grant. One whose principal is an input counts for vaults of other deployments only where it names them.
    fn grant(&mut self, reach: Reach, is_input: bool) {
        let keys = match reach {
            Reach::Anything if is_input => return,
            Reach::Anything => vec![ANY.to_owned()],
            Reach::Vault(name) => vec![format!("grant: vault {name}")],
            Reach::Group(name) => vec![format!("grant: group {name}")],
            Reach::Subscription(id) => vec![format!("grant: subscription {id}"), SUBSCRIPTIONS.to_owned()],
        };
        self.grants.extend(keys);
        self.grants.insert(EVERY.to_owned());
    }

    /// Adds the keys of the grants that may reach `vault`.
    fn grantable_by(&mut self, view: &View<'_>, vault: NodeId) {
        let Some(resource) = view.resource(vault) else { return };
        let (name, group) =
            (resource.names.first().and_then(|n| text(view, n)), text(view, &resource.scope.resource_group));
        self.grantable.insert(ANY.to_owned());
        match (name, group) {
            (Some(name), Some(group)) => {
                self.grantable.extend([format!("grant: vault {name}"), format!("grant: group {group}")]);
            }
            _ => drop(self.grantable.insert(EVERY.to_owned())),
        }
        self.grantable.insert(match text(view, &resource.scope.subscription) {
            Some(subscription) => format!("grant: subscription {subscription}"),
            None => SUBSCRIPTIONS.to_owned(),
        });
    }
}

/// What a grant may reach.
enum Reach {
    Anything,
    /// A vault, by its name.
    Vault(String),
    /// The vaults of a resource group.
    Group(String),
    /// Those of a subscription.
    Subscription(String),
}

/// `value` where it is a known text, folded.
fn text(view: &View<'_>, value: &Value) -> Option<String> {
    view.deref(value).as_str().filter(|text| !text.is_empty()).map(str::to_ascii_lowercase)
}

fn vault_named(view: &View<'_>, name: Option<&Value>) -> Reach {
    name.and_then(|name| text(view, name)).map_or(Reach::Anything, Reach::Vault)
}

/// What the role assignment at `node`, whose scope is `target`, may reach.
fn reach(view: &View<'_>, node: NodeId, target: &Target) -> Reach {
    let within = |subscription: Option<&Value>, group: Option<&Value>| {
        let stated = |value: Option<&Value>| value.filter(|value| !value.is_null()).cloned();
        match (stated(group), stated(subscription)) {
            (Some(group), _) => text(view, &group).map_or(Reach::Anything, Reach::Group),
            (None, Some(subscription)) => text(view, &subscription).map_or(Reach::Anything, Reach::Subscription),
            (None, None) => Reach::Anything,
        }
    };
    match target {
        Target::Nothing => view.resource(node).map_or(Reach::Anything, |resource| {
            within(Some(&resource.scope.subscription), Some(&resource.scope.resource_group))
        }),
        Target::Unknown => Reach::Anything,
        Target::Node(at) => match view.resource(*at) {
            Some(r) if r.kind.is(RESOURCE_GROUPS) => within(None, r.names.first()),
            Some(r) if r.kind.is("Microsoft.Resources/subscriptions") => within(r.names.first(), None),
            resource => vault_named(view, resource.and_then(|resource| resource.names.first())),
        },
        Target::Id(id) => by_id(view, id, &within),
    }
}

fn by_id(view: &View<'_>, id: &ResourceId, within: &dyn Fn(Option<&Value>, Option<&Value>) -> Reach) -> Reach {
    match id.kind.to_ascii_lowercase().as_str() {
        "microsoft.resources/resourcegroups" => within(None, id.resource_group.as_ref()),
        "microsoft.resources/subscriptions" => within(id.subscription.as_ref(), None),
        "microsoft.management/managementgroups" => Reach::Anything,
        // Of a key or another resource of a vault, the vault's name is the first.
        _ => vault_named(view, id.names.first()),
    }
}
