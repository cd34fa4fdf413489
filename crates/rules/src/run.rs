//! All rules over an estate: the crate's front door.

use cmklint_graph::Estate;

use crate::before::Before;
use crate::engine::{self, Checked, Worlds};
use crate::rules::RULES;
use crate::settings::Settings;

/// Runs the rules that `settings` has on over `estate`. The result is the same whatever the number of threads and the order of deployments.
#[must_use]
pub fn run(estate: &Estate, settings: &Settings) -> Checked {
    engine::run(RULES, estate, None, settings, Worlds::All)
}

/// As [`run`], with what existed before: the rules that speak of "moved" and "previously" compare with it.
#[must_use]
pub fn run_against(estate: &Estate, before: Option<&Before>, settings: &Settings) -> Checked {
    engine::run(RULES, estate, before, settings, Worlds::All)
}

/// As [`run`], but only what is found where a [switch](cmklint_graph::with_switch) is turned, and not with the defaults too.
#[must_use]
pub fn run_switched(estate: &Estate, settings: &Settings) -> Checked {
    engine::run(RULES, estate, None, settings, Worlds::Switched)
}
