//! What a rule sees.

use std::ops::Deref;

use cmklint_graph::{NodeId, Value, work};

use crate::before::{Pair, Then};
use crate::edition::Edition;
use crate::meta::{RuleMeta, RuleOption};
use crate::restriction::Restriction;
use crate::settings::Settings;
use crate::view::{DeploymentResources, SetKey, Slot, View};

/// All that a rule sees: the resources (`cx.sets()`, `cx.keys()`, `cx.disks()`, …), its settings, what existed before, and, since it is a `View` too,
/// every question that can be asked about a resource or a value (`cx.values(…)`, `cx.targets(…)`, `cx.same_key(…)`, …).
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    rule: &'static RuleMeta,
    settings: &'a Settings,
    edition: Edition,
    view: &'a View<'a>,
    /// The resources of the deployment that is checked; `None` for a rule that checks all deployments at once.
    part: Option<&'a DeploymentResources>,
    then: Option<Then<'a>>,
}

impl<'a> Deref for Context<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        self.view
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        rule: &'static RuleMeta,
        settings: &'a Settings,
        edition: Edition,
        view: &'a View<'a>,
        part: Option<&'a DeploymentResources>,
        then: Option<Then<'a>>,
    ) -> Self {
        Self { rule, settings, edition, view, part, then }
    }
}

/// The rule and its settings.
impl<'a> Context<'a> {
    /// The running rule.
    #[must_use]
    pub fn rule(&self) -> &'static RuleMeta {
        self.rule
    }

    /// The settings of the run.
    pub(crate) fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// Whether the edition that the code is checked against contains `restriction`. A rule is run for one edition at a time.
    pub(crate) fn in_force(&self, restriction: &Restriction) -> bool {
        restriction.in_force(self.edition)
    }

    /// The first of the rule's restrictions that is in force: the one that a finding violates, unless it names another.
    pub(crate) fn restriction(&self) -> Option<&'static Restriction> {
        let all = self.rule.restrictions;
        all.iter().find(|restriction| self.in_force(restriction)).or(all.first()).copied()
    }

    /// The value that the configuration sets for `option` of this rule.
    pub(crate) fn option(&self, option: &RuleOption) -> Option<u64> {
        self.settings.option(self.rule, option)
    }
}

/// The resources to check.
impl<'a> Context<'a> {
    /// The resources to check, by deployment and kind.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'a DeploymentResources> + use<'a> {
        let all = if self.part.is_none() { self.view.parts() } else { &[] };
        // Once the work is spent, what is not looked at yet is not known.
        self.part.into_iter().chain(all).take_while(|_| !work::is_spent())
    }

    /// The encryption sets.
    pub(crate) fn sets(&self) -> impl Iterator<Item = NodeId> + use<'a> {
        self.parts().flat_map(|p| &p.sets).copied().take_while(|_| work::pay(1))
    }

    /// The encryption sets, each with each key that it uses.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (NodeId, &'a SetKey)> + use<'a> {
        let view = self.view;
        self.sets().flat_map(|set| view.keys_of(set).iter().map(move |key| (set, key)))
    }

    /// The users of keys that the estate contains, each with that key.
    pub(crate) fn used_keys(&self) -> impl Iterator<Item = (NodeId, &'a SetKey, NodeId)> + use<'a> {
        self.key_users().filter_map(|(user, key)| Some((user, key, key.key?)))
    }

    /// Everything that may be encrypted with an encryption set: disks, snapshots, and the disks of VMs, scale sets and images.
    pub(crate) fn disks(&self) -> impl Iterator<Item = &'a Slot> + use<'a> {
        self.parts().flat_map(|p| &p.slots).take_while(|_| work::pay(1))
    }

    /// The same, and the disks that services make: everything that names an encryption set, except image versions.
    pub(crate) fn users(&self) -> impl Iterator<Item = &'a Slot> + use<'a> {
        self.parts().flat_map(|p| p.slots.iter().chain(&p.services))
    }

    /// The properties by which services name the set for the disks that they make.
    pub(crate) fn services(&self) -> impl Iterator<Item = &'a Slot> + use<'a> {
        self.parts().flat_map(|p| &p.services)
    }

    /// The users of keys for managed disks, each with each key: encryption sets, and services that make their set by themselves.
    pub(crate) fn key_users(&self) -> impl Iterator<Item = (NodeId, &'a SetKey)> + use<'a> {
        let view = self.view;
        let users = self.parts().flat_map(|p| p.sets.iter().chain(&p.key_services)).copied();
        users.flat_map(move |user| view.keys_of(user).iter().map(move |key| (user, key)))
    }

    /// As [`disks`](Self::disks), of all deployments.
    pub(crate) fn all_disks(&self) -> impl Iterator<Item = &'a Slot> + use<'a> {
        self.view.parts().iter().flat_map(|p| &p.slots)
    }

    /// The declared image versions; those of the inventory too where faults inside the inventory are wanted.
    pub(crate) fn versions(&self) -> impl Iterator<Item = NodeId> + use<'a> {
        let cx = *self;
        self.parts().flat_map(|p| &p.versions).copied().filter(move |version| cx.is_checked(*version))
    }

    /// Resources that may move others: scripts, and calls of actions.
    pub(crate) fn movers(&self) -> impl Iterator<Item = NodeId> + use<'a> {
        self.parts().flat_map(|p| &p.movers).copied().take_while(|_| work::pay(1))
    }

    /// Whether faults of the resource at `node` are wanted: the code creates it, or it is in the inventory and faults inside the inventory are wanted. Not for
    /// facts that were true
    /// when a resource was created and may have changed since, such as the key of the image that a disk was made from.
    pub(crate) fn is_checked(&self, node: NodeId) -> bool {
        self.is_declared(node) || self.settings.inventory_findings && self.is_in_inventory(node)
    }
}

/// What existed before.
impl<'a> Context<'a> {
    /// The older estate, where one is known.
    pub(crate) fn then(&self) -> Option<Then<'a>> {
        self.then
    }

    /// The property at `path` of the resource at `node` of the older state; null where there is none.
    #[must_use]
    pub fn value_before(&self, node: NodeId, path: &str) -> Value {
        self.then.map_or_else(Value::null, |then| then.get(node, path))
    }

    /// The resources to check that existed before, each with its counterpart. None without an older estate.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Pair> + use<'a> {
        let part = self.part;
        let here = move |pair: &Pair| part.is_none_or(|part| part.deployment == Some(pair.now.deployment));
        self.then.into_iter().flat_map(|then| then.pairs()).filter(here)
    }
}
