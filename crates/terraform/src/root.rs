//! A root module and its evaluation.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Move, Moves};
use cmklint_source::{Diagnostic, Severity, Sources, Span};

use crate::config::{self, Config, GeneratedFile};
use crate::eval::{Evaluator, FilesAlone, ModuleId, Surroundings};
use crate::inputs::{Inputs, MOST_TOLD_AGAIN};
use crate::instances::CommandValue;
use crate::lowered::Lowered;
use crate::modules::{Manifest, Module, Owner};
use crate::options::{CallModules, Options};
use crate::other_roots::FromOtherRoots;
use crate::stack::with_stack;

/// A root module with one set of inputs.
#[derive(Clone, Copy, Debug)]
pub struct Root<'a> {
    dir: &'a str,
    sources: &'a Sources,
    options: &'a Options,
    tfvars: &'a [String],
    from_others: Option<&'a FromOtherRoots>,
    explores: bool,
    named: Option<&'a BTreeMap<String, Span>>,
    by_command: &'a [CommandValue],
}

impl<'a> Root<'a> {
    /// The root in the folder `dir` of the tree, with the variable files and variables of `options`.
    #[must_use]
    pub fn new(dir: &'a str, sources: &'a Sources, options: &'a Options) -> Self {
        Self { dir, sources, options, tfvars: &[], from_others: None, explores: false, named: None, by_command: &[] }
    }

    /// The same with the variable files `tfvars`: paths in the tree, in order. The files and variables of the options win over them.
    #[must_use]
    pub fn with_tfvars(self, tfvars: &'a [String]) -> Self {
        Self { tfvars, ..self }
    }

    /// The same, with the places where commands name variable files, by the file's path: they become steps in the trails of the files' values.
    #[must_use]
    pub fn with_named(self, named: &'a BTreeMap<String, Span>) -> Self {
        Self { named: Some(named), ..self }
    }

    /// The same, with the values that a command gives beside the variable files.
    #[must_use]
    pub fn with_values(self, by_command: &'a [CommandValue]) -> Self {
        Self { by_command, ..self }
    }

    /// The same, with values from other roots of the run.
    #[must_use]
    pub fn with_other_roots(self, from_others: &'a FromOtherRoots) -> Self {
        Self { from_others: Some(from_others), ..self }
    }

    /// The same, where `explores` says that variables without a given value are also evaluated with other values than their defaults, one at a time: booleans,
    /// and those whose values a
    /// validation lists.
    #[must_use]
    pub fn with_switches(self, explores: bool) -> Self {
        Self { explores, ..self }
    }

    /// Evaluates it as the deployment `id`. Never fails: what can't be read or followed is among the diagnostics.
    #[must_use]
    pub fn lower(&self, id: DeploymentId) -> Lowered {
        let lowered = with_stack(|| self.evaluate(id, Inputs::default(), &[])).unwrap_or_else(|| {
            let message = "this root could not be evaluated";
            Lowered::failed(id, Diagnostic::new(Severity::Error, "not-evaluated", message).about(self.dir))
        });
        lowered.of_root(cmklint_graph::Root::module(self.dir))
    }

    pub(crate) fn dir(&self) -> &'a str {
        self.dir
    }

    /// Its configuration.
    pub(crate) fn config(&self) -> Arc<Config> {
        config::load(self.dir, self.sources, &self.options.cache)
    }

    /// Evaluates it with inputs that have the lowest precedence, and with files that are not on the disk.
    pub(crate) fn evaluate(&self, id: DeploymentId, inputs: Inputs, generated: &[GeneratedFile]) -> Lowered {
        let surroundings: &dyn Surroundings = match self.from_others {
            Some(from_others) => from_others,
            None => &FilesAlone,
        };
        let mut evaluator = self.begin(id, surroundings, inputs, generated);
        if let (Some(from_others), Some(root)) = (self.from_others, evaluator.modules.first_mut()) {
            let wins = |name: &String| !self.options.variables.iter().any(|(flag, _)| flag == name);
            for (name, value) in from_others.variables.iter().filter(|(name, _)| wins(name)) {
                root.inputs.insert(name.clone(), value.clone());
            }
        }
        finish(evaluator, self.from_others.is_some_and(|from_others| from_others.outputs_wanted))
    }

    /// An evaluation of it in which only the inputs are evaluated yet.
    pub(crate) fn begin<'e>(
        &'e self,
        id: DeploymentId,
        surroundings: &'e dyn Surroundings,
        mut inputs: Inputs,
        generated: &[GeneratedFile],
    ) -> Evaluator<'e> {
        let Self { dir, sources, options, tfvars, .. } = *self;
        let mut evaluator = Evaluator::new(sources, options, id, surroundings);
        let config = config::load_generated(dir, sources, &options.cache, generated);
        evaluator.set_size(config.size);
        evaluator.modules.push(Module::root(dir, config));
        if options.call_modules == CallModules::All {
            evaluator.remote.manifest = Manifest::read(dir, sources, &mut evaluator.diagnostics);
        }
        inputs.named = self.named.cloned().unwrap_or_default();
        inputs.add(&mut evaluator, options, tfvars, self.by_command);
        if self.explores {
            inputs.add_switches(&mut evaluator);
        }
        inputs.give(&mut evaluator);
        evaluator
    }
}

/// The resources of the root that `evaluator` holds, all diagnostics, and its outputs where they are needed.
pub(crate) fn finish(mut evaluator: Evaluator<'_>, outputs_wanted: bool) -> Lowered {
    let (resources, templates) = crate::lower::resources(&mut evaluator);
    let order = crate::lower::order(&mut evaluator);
    let handed_out = evaluator.handed_out(&resources);
    let further_subscriptions = evaluator.further_subscriptions();
    let mut diagnostics = Vec::new();
    let mut statistics = evaluator.statistics;
    let mut moves = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    // Else some of them may be told otherwise, or not at all.
    let is_all_own = evaluator.remote.installed.is_empty() && evaluator.remote.stand_ins.is_empty();
    for module in &evaluator.modules {
        let config = &module.config;
        if !config.moves.is_empty() {
            let moves_of = || Arc::<[Move]>::from(config.moves.as_slice());
            let moves_of = config.shared.made::<Arc<[Move]>>("moves", |_| true, moves_of);
            moves.push(Moves { within: module.address.as_str().into(), moves: Arc::clone(&moves_of) });
        }
        if seen.insert(module.dir.as_str()) {
            if config.diagnostics.len() > MOST_TOLD_AGAIN && is_all_own {
                let told = || Arc::<[Diagnostic]>::from(config.diagnostics.as_slice());
                let told = config.shared.made::<Arc<[Diagnostic]>>("diagnostics", |_| true, told);
                evaluator.shared_diagnostics.push(Arc::clone(&told));
            } else {
                diagnostics.extend(config.diagnostics.iter().cloned());
            }
            statistics.files += if module.owner == Owner::StandIn { 0 } else { module.config.files };
        }
    }
    statistics.modules = evaluator.modules.len();
    statistics.resources = resources.len();
    let outputs = if outputs_wanted { evaluator.outputs_of(ModuleId(0)) } else { BTreeMap::new() };
    diagnostics.extend(evaluator.diagnostics);
    let diagnostics = evaluator.remote.adjusted(diagnostics);
    let key = DeploymentKey::of(cmklint_graph::Root::module(""));
    let deployment = Deployment { id: evaluator.id, key, resources, handed_out, further_subscriptions, order };
    let left = evaluator.budget.part_of(evaluator.given);
    cmklint_graph::work::count(evaluator.given.steps.saturating_sub(evaluator.budget.steps));
    let shared_diagnostics = evaluator.shared_diagnostics;
    Lowered { deployment, templates, diagnostics, shared_diagnostics, statistics, moves, outputs, left }
}
