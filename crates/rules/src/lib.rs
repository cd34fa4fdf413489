//! The rules and the engine that runs them.
//!
//! A rule reads values from the graph and never touches syntax: it names no language. It reports only what is certain in some world.

mod before;
mod builder;
mod cover;
mod engine;
mod facts;
mod finding;
mod identity;
pub mod page;
mod registry;
mod rule;
mod settings;
mod view;

pub use before::Before;
pub use builder::FindingBuilder;
pub use engine::{Context, Findings, run, run_against, sort_by_place};
pub use finding::{Confidence, Finding, Place, TrailStep, ValueTrail};
pub use registry::{RULES, Rule, all, by_id_or_name};
pub use rule::{Edition, Level, RuleMeta};
pub use settings::{RuleSettings, Settings};
pub use view::{Part, View};
