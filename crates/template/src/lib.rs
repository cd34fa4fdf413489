//! The ARM template representation that ARM JSON and Bicep share, its function library and its evaluator.
//!
//! Bicep compiles to ARM, so both front-ends lower to [`Template`], and one evaluator unrolls copies, conditions and nested
//! deployments into the resource graph.

mod address;
mod api;
mod assignments;
mod eval;
mod functions;
mod interner;
mod ir;

pub use address::{Addresses, Tree};
pub use api::{Evaluated, Inputs, Library, Limits};
pub use assignments::{Assignments, Inherited};
pub use eval::{evaluate, evaluate_parameters};
pub use functions::json::{ARM_JSON, value_of_json};
pub use interner::Interner;
pub use ir::{
    Bounds, Contents, DeploymentDecl, Expr, ExprKind, Function, Item, Loop, LoopOver, MOST_CONTENTS, Member, Output,
    Parameter, ParameterType, ParametersLink, ResourceDecl, TargetScope, Template, TemplateRef, ValueType, Variable,
};
