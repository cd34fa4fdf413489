//! The rules and the engine that runs them.
//!
//! A rule reads values from the graph and never touches syntax: it names no language. It reports only what is certain in some world.
//!
//! The modules depend on one another from top to bottom, each only on those above it: what a rule is (as data), what a finding is, what a rule can ask, what a
//! rule does,
//! the rules, and the engine that is given them.

mod compliance;
mod edition;
mod facts;
mod meta;
pub mod page;
mod restriction;
pub mod restrictions;
mod settings;

mod cover;
mod identity;

mod view;

mod ade;
mod estate_map;

mod before;

mod context;

mod remedy;

mod finding;
mod findings;

mod builder;
mod rule;

mod rules;

mod catalog;
mod editions_table;

mod editions;
mod engine;
mod run;
mod shared_facts;
mod units;

pub use ade::{AdeAction, AdeEntry, ade_entries};
pub use before::Before;
pub use builder::FindingBuilder;
pub use catalog::Catalog;
/// Types of the graph that findings and an estate's map contain.
pub use cmklint_graph::{DeploymentKey, Holder, NodeId, Presence, Root, RootKind};
pub use compliance::{Control, controls};
pub use context::Context;
pub use edition::Edition;
pub use editions_table::{restrictions_by_edition, sources_of_editions};
pub use engine::Checked;
pub use estate_map::{
    EstateMap, MappedEdge, MappedKind, MappedResource, MappedRole, MappedTarget, MappedValue, ValueCase,
};
pub use facts::ade_retires;
pub use finding::{Confidence, Finding, Place, TrailStep, ValueTrail, sort_by_place};
pub use findings::Findings;
pub use identity::FindingIdentity;
pub use meta::{Level, RuleMeta, RuleOption};
pub use remedy::{Change, Remedy, Safety, fixes_of_rule};
pub use restriction::{Lift, Restriction, Stance};
pub use rule::Rule;
pub use rules::{RULES, by_id_or_name};
pub use run::{run, run_against, run_some, run_switched, run_with};
pub use settings::{RuleSettings, Settings};
pub use shared_facts::{SetCount, SharedFacts};
pub use view::ATTENTION;
