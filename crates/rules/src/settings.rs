use std::collections::BTreeMap;

use cmklint_graph::Instant;

use crate::edition::Edition;
use crate::meta::{Level, RuleMeta, RuleOption};

/// What a configuration sets for one rule; the rest is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Switched on or off.
    pub on: Option<bool>,
    /// The level of all its findings.
    pub level: Option<Level>,
    /// The rule's own options, by name.
    pub options: BTreeMap<&'static str, u64>,
}

/// Which rules run, at what level, for which edition of the restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The edition; without one, all are checked: the latest at each rule's level, restrictions that it no longer contains as warnings.
    pub edition: Option<Edition>,
    /// Whether a fault is reported that is in the inventory alone.
    pub inventory_findings: bool,
    /// The day of the run, by its start; without one, nothing is in the past or the future.
    pub day: Option<Instant>,
    /// The settings of single rules, by id.
    pub rules: BTreeMap<&'static str, RuleSettings>,
    /// How many [steps](cmklint_graph::work) all rules together may take.
    pub steps: u64,
}

/// The steps that rules may take by default.
const STEPS: u64 = 60_000_000;

impl Default for Settings {
    fn default() -> Self {
        Self { edition: None, inventory_findings: false, day: None, rules: BTreeMap::new(), steps: STEPS }
    }
}

impl Settings {
    /// Whether `rule` runs: the edition contains it, and it is on by default or switched on.
    #[must_use]
    pub fn is_on(&self, rule: &RuleMeta) -> bool {
        self.edition.is_none_or(|edition| rule.is_in(edition))
            && self.of(rule).and_then(|said| said.on).unwrap_or(rule.default_on)
    }

    /// The level of `rule`'s findings: the configuration's, else the rule's own.
    #[must_use]
    pub fn level(&self, rule: &RuleMeta) -> Level {
        self.stated_level(rule).unwrap_or(rule.level)
    }

    /// The level that the configuration gives all of `rule`'s findings.
    #[must_use]
    pub(crate) fn stated_level(&self, rule: &RuleMeta) -> Option<Level> {
        self.of(rule)?.level
    }

    /// The value that the configuration sets for `option` of `rule`.
    #[must_use]
    pub fn option(&self, rule: &RuleMeta, option: &RuleOption) -> Option<u64> {
        self.of(rule)?.options.get(option.name).copied()
    }

    fn of(&self, rule: &RuleMeta) -> Option<&RuleSettings> {
        self.rules.get(rule.id)
    }

    /// The settings of `rule`, to be changed.
    pub fn of_mut(&mut self, rule: &'static RuleMeta) -> &mut RuleSettings {
        self.rules.entry(rule.id).or_default()
    }
}
