//! The symbolic value domain and the resource graph.
//!
//! A [`Value`] is known or symbolic, never guessed; [`compare`] has three answers; each value keeps the [`Trail`] of places it
//! came through. A [`Resource`] uses ARM's vocabulary whatever language declared it, and the [`Estate`] finds what a
//! reference, an id or a key URL points to. This crate knows no language and no rule.

mod arithmetic;
mod asked;
mod attention;
mod budget;
mod canonical;
mod cases;
mod choice;
mod collections;
mod compare;
mod concat;
mod deployment;
mod dialect;
mod environment;
mod estate;
pub mod fault;
mod foreign;
mod handover;
mod held;
mod id;
mod instant;
mod inventory;
mod join;
mod joint;
mod kept;
mod key_url;
mod literals;
mod look_ups;
mod machine_disks;
mod makers;
mod map;
mod naming;
mod neighbour;
mod node;
mod number;
mod order;
mod pairs;
mod parts;
mod path;
mod placeholder;
mod probe;
mod properties;
mod region;
mod remarks;
mod repeated;
mod resolve;
mod resource;
mod role;
mod same_named;
mod switch;
mod text;
mod trail;
mod trial;
mod value;
mod waiting;
pub mod work;
mod world;

pub use asked::{Asked, names_deployment, shared_text};
pub use attention::Attention;
pub use budget::Budget;
pub use canonical::canonical;
pub use cases::Cases;
pub use choice::{MAX_CASES, cases, lift};
pub use compare::{Comparison, Fold, compare, is_guid};
pub use concat::{concat, only_part};
pub use deployment::{Deployment, DeploymentKey, Root, RootInputs, RootKind};
pub use dialect::{ArgumentNames, Dialect, Spelled};
pub use environment::{Environment, Environments, Meeting, is_stage};
pub use estate::Estate;
pub use foreign::{ForeignPlaces, OwnCall, TextOwner};
pub use handover::{Handed, take_over};
pub use held::Holder;
pub use id::{DEPLOYMENT_STACKS, DEPLOYMENTS, RESOURCE_GROUPS, ResourceId};
pub use instant::Instant;
pub use key_url::{KeyUrl, KeyUrlError, UrlKind};
pub use machine_disks::Maker;
pub use map::Rewrite;
pub use naming::Read;
pub use node::{DeploymentId, NodeId};
pub use number::Number;
pub use order::{Order, SpelledName, Spelling, Vertex, Wait, Waits};
pub use pairs::{DeploymentPair, Move, Moves, Pairs};
pub use path::{AsPath, PathStep, PropertyPath};
pub use placeholder::{is_placeholder, without_placeholders};
pub use region::{fold_region, meant_region, regions};
pub use resolve::Target;
pub use resource::{Presence, Resource, ResourceType, Scope};
pub use role::{BuiltInRole, built_in_role, built_in_role_named};
pub use switch::{is_switched, with_switch};
pub use trail::{GivenSeen, MAX_STEPS, Step, StepKind, Trail};
pub use value::{
    Arithmetic, Array, Atom, Call, Case, Choice, Entry, Form, Functions, Kind, Literal, NullType, Object, Outcome,
    Part, Pattern, Place, Ref, Reshaping, Symbol, SymbolOrigin, TextPart, TextTest, Value,
};
pub use world::World;
