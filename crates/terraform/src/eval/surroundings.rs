//! What the evaluator asks of its surroundings.

use std::sync::Arc;

use cmklint_graph::{Object, ResourceId, Value};
use cmklint_source::Span;

use super::{Evaluator, InstanceId, ModuleId, Repeat, Scope};
use crate::config::{Config, Repeated};
use crate::syntax::ast::Step;

/// A reference: a word, followed by steps.
#[derive(Clone, Copy)]
pub(crate) struct Reference<'e> {
    pub(crate) name: &'e str,
    pub(crate) steps: &'e [Step],
    pub(crate) scope: &'e Scope,
    pub(crate) span: Span,
}

/// A call of a function whose arguments all evaluate without an error.
#[derive(Clone, Copy)]
pub(crate) struct FunctionCall<'e> {
    pub(crate) name: &'e str,
    pub(crate) args: &'e [Value],
    pub(crate) scope: &'e Scope,
    pub(crate) span: Span,
}

/// A resource block or module call whose instances are needed.
#[derive(Clone, Copy)]
pub(crate) struct RepeatedBlock<'e> {
    pub(crate) module: ModuleId,
    pub(crate) repeated: &'e Repeated,
    /// Its address, without an instance key.
    pub(crate) address: &'e str,
    pub(crate) is_module_call: bool,
}

/// The instances of a block, as the surroundings list them.
pub(crate) struct ListedInstances {
    pub(crate) repeat: Repeat,
    /// The keys, and the values of `each.value`.
    pub(crate) items: Vec<(Value, Value)>,
}

/// The module of a call, as the surroundings know it.
pub(crate) struct CalledModule {
    pub(crate) dir: String,
    pub(crate) config: Arc<Config>,
}

/// What the evaluator asks of its surroundings: a root module's files, a plan or state, Terragrunt's configuration. An answer is
/// `None`, or leaves the value as it is, where the configuration itself decides; the default methods do that. Files are read from
/// [`Sources`](cmklint_source::Sources), which the surroundings and the evaluator share.
pub(crate) trait Surroundings {
    /// The value of a reference that is not of Terraform's language.
    fn reference(&self, _evaluator: &mut Evaluator<'_>, _reference: &Reference<'_>) -> Option<Value> {
        None
    }

    /// The value of a call of a function that Terraform doesn't have, or that behaves differently here.
    fn call(&self, _evaluator: &mut Evaluator<'_>, _call: &FunctionCall<'_>) -> Option<Value> {
        None
    }

    /// The module of the call `name` in `caller`.
    fn called_module(&self, _evaluator: &Evaluator<'_>, _caller: ModuleId, _name: &str) -> Option<CalledModule> {
        None
    }

    /// The instances of a block.
    fn instances(&self, _evaluator: &mut Evaluator<'_>, _block: &RepeatedBlock<'_>) -> Option<ListedInstances> {
        None
    }

    /// The attributes of the instance `id`, whose block states `stated`.
    fn planned_values(&self, _evaluator: &Evaluator<'_>, _id: InstanceId, stated: Value) -> Value {
        stated
    }

    /// The id in ARM of the instance `id`.
    fn planned_id(&self, _evaluator: &Evaluator<'_>, _id: InstanceId) -> Option<ResourceId> {
        None
    }

    /// Adds to `object`, the attributes of the `terraform_remote_state` data source `id`, the outputs of the state that it reads.
    fn add_state_outputs(&self, _evaluator: &mut Evaluator<'_>, _id: InstanceId, _object: &mut Object) {}
}

/// The surroundings of a configuration that consists of its files only.
pub(crate) struct FilesAlone;

impl Surroundings for FilesAlone {}
