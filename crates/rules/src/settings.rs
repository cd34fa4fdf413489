use std::collections::BTreeMap;

use crate::rule::{Edition, Level, RuleMeta};

/// What a configuration says of one rule; what it leaves out is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Switched on or off.
    pub on: Option<bool>,
    /// The level of all its findings.
    pub level: Option<Level>,
    /// CMK050: the number of encryption sets that one region of one subscription may hold.
    pub limit: Option<u64>,
}

/// Which rules run, at what level, for which edition of the restrictions.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The edition.
    pub edition: Edition,
    /// Whether a fault that lies in the inventory alone is reported.
    pub inventory_findings: bool,
    /// What is said of single rules, by id.
    pub rules: BTreeMap<&'static str, RuleSettings>,
}

impl Settings {
    /// Whether `rule` runs: the edition holds it, and it is on by itself or switched on.
    #[must_use]
    pub fn is_on(&self, rule: &RuleMeta) -> bool {
        rule.editions.contains(&self.edition) && self.of(rule).on.unwrap_or(rule.default_on)
    }

    /// The level of `rule`'s findings: the configuration's, else the rule's own.
    #[must_use]
    pub fn level(&self, rule: &RuleMeta) -> Level {
        self.of(rule).level.unwrap_or(rule.level)
    }

    /// What is said of `rule`.
    #[must_use]
    pub fn of(&self, rule: &RuleMeta) -> RuleSettings {
        self.rules.get(rule.id).copied().unwrap_or_default()
    }

    /// What is said of `rule`, to be changed.
    pub fn of_mut(&mut self, rule: &'static RuleMeta) -> &mut RuleSettings {
        self.rules.entry(rule.id).or_default()
    }
}
