//! All rules over an estate: the entry point of the crate.

use std::collections::BTreeSet;

use cmklint_graph::Estate;

use crate::before::Before;
use crate::engine::{self, Checked, Worlds};
use crate::rule::Rule;
use crate::rules::RULES;
use crate::settings::Settings;

/// Runs the rules that are on in `settings` over `estate`. The result is the same whatever the number of threads and the order of deployments.
#[must_use]
pub fn run(estate: &Estate, settings: &Settings) -> Checked {
    engine::run(RULES, estate, None, settings, Worlds::All)
}

/// As [`run`], compared with what existed before, for the rules about changes.
#[must_use]
pub fn run_against(estate: &Estate, before: Option<&Before>, settings: &Settings) -> Checked {
    engine::run(RULES, estate, before, settings, Worlds::All)
}

/// As [`run_against`], with rules of a team's own beside ours.
#[must_use]
pub fn run_with(estate: &Estate, before: Option<&Before>, own: &[&dyn Rule], settings: &Settings) -> Checked {
    let rules: Vec<&dyn Rule> = RULES.iter().chain(own).copied().collect();
    engine::run(&rules, estate, before, settings, Worlds::All)
}

/// What the rules with the ids `only`, of all rules and a team's `own`, find in `estate` alone, compared with no state before it.
#[must_use]
pub fn run_some(only: &BTreeSet<&str>, estate: &Estate, own: &[&dyn Rule], settings: &Settings) -> Checked {
    let rules = RULES.iter().chain(own).copied().filter(|rule| only.contains(rule.meta().id));
    engine::run(&rules.collect::<Vec<_>>(), estate, None, settings, Worlds::All)
}

/// As [`run`], but only what is found where a [switch](cmklint_graph::with_switch) is changed, and not with the defaults too.
#[must_use]
pub fn run_switched(estate: &Estate, settings: &Settings) -> Checked {
    engine::run(RULES, estate, None, settings, Worlds::Switched)
}
