//! Terraform, read into the resource graph.
//!
//! A root module, its variable files and the local modules it calls are evaluated as far as the files determine them: what only a
//! deployment knows is a symbol. Blocks of azurerm become nodes in ARM's terms by a table; azapi's are in these terms already.

mod config;
mod eval;
mod files;
mod folder;
mod functions;
mod given_values;
mod handed_out;
mod inputs;
mod instances;
mod known;
mod lower;
mod lowered;
mod modules;
mod options;
mod other_roots;
pub mod plan;
mod root;
mod stack;
mod state;
mod syntax;
mod table;
mod template_text;
pub mod terragrunt;
mod values;
mod version;

pub use files::{check_syntax, declares_group, is_configuration, may_matter, shadowed_by, skipped};
pub use folder::{
    calls, installed, outputs_of, remote_calls, sources_of, templates, variables_in, variables_needed, variables_of,
};
pub use instances::{CommandValue, GivenBy, Instantiation, instantiations};
pub use lowered::{Lowered, Statistics, TemplateContent, TemplateDeployment};
pub use options::{CallModules, Limits, Options};
pub use other_roots::{FromOtherRoots, Outputs, StateKey, StateRead, Workspace};
pub use root::Root;
pub use stack::{STACK_SIZE, evaluate_on_this_thread};
pub use state::DATA_SOURCE;
pub use syntax::{JsonComment, ParseCache, TOO_WIDE, json_comments, too_wide};
pub use table::{arguments, attribute};
pub use template_text::TemplateText;
