//! Evaluates one job with its front-end.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use cmklint_graph::work::{TOO_MANY_WORLDS, count, metered};
use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Value};
use cmklint_source::{Diagnostic, Severity};
use cmklint_template::Inputs;
use indexmap::IndexMap;

use super::job::{Evaluated, Job, JobKind};
use super::links::Received;
use super::run::Run;
use crate::fault::guarded;
use crate::kept::KeptJob;
use crate::nested;
use crate::stand_ins;
use crate::templates::{ParameterFile, ParameterInputs};

impl Run<'_> {
    /// Evaluates `job` as the deployment `id`.
    pub(super) fn evaluate(&self, job: &Job, id: DeploymentId, received: &Received) -> Evaluated {
        let key = &job.key;
        let evaluated = guarded("evaluate", &key.to_string(), || self.metered(key, || self.lowered(job, id, received)));
        evaluated.unwrap_or_else(|| Evaluated::fault(key))
    }

    /// As [`evaluate`](Self::evaluate), for a job that needs nothing from others: its result in an earlier analysis, where everything that it was made from is the same.
    pub(super) fn kept_or_evaluated(&self, job: &Job, id: DeploymentId, received: &Received) -> Evaluated {
        let Some(before) = self.request.before.as_ref().filter(|_| !self.explores) else {
            return self.evaluate(job, id, received);
        };
        let wanted = received.terraform.outputs_wanted;
        let (given, reads) = match &job.kind {
            JobKind::Terraform { dir, tfvars, values } => {
                let named = |path: &String| self.named_by_scripts.get(&(dir.clone(), path.clone())).copied();
                let named: Vec<_> = tfvars.iter().map(|path| (path, named(path))).collect();
                (format!("{named:?} {values:?}"), None)
            }
            JobKind::Template { parameters } => (String::new(), parameters.as_ref().map(|file| &file.reads)),
            // Not everything that these are made from is tracked.
            JobKind::Spec { .. } | JobKind::Document { .. } | JobKind::Terragrunt => {
                return self.evaluate(job, id, received);
            }
        };
        let key = format!("{id:?} {} {wanted} {given}", job.key);
        let made = before.jobs.same(&key, self.sources, &self.jobs_made).unwrap_or_else(|| {
            let made = Arc::new(KeptJob::made(|| {
                if let Some(reads) = reads {
                    cmklint_source::reads::repeat(reads);
                }
                self.evaluate(job, id, received)
            }));
            self.jobs_made.keep(&key, Arc::clone(&made));
            made
        });
        made.evaluated.clone()
    }

    /// The result of the front-end of `job`.
    fn lowered(&self, job: &Job, id: DeploymentId, received: &Received) -> Evaluated {
        let key = &job.key;
        match &job.kind {
            JobKind::Terraform { dir, tfvars, values } => {
                let options = self.options(dir);
                let root = cmklint_terraform::Root::new(dir, self.sources, options);
                let named =
                    |path: &String| Some((path.clone(), *self.named_by_scripts.get(&(dir.clone(), path.clone()))?));
                let named = tfvars.iter().filter_map(named).collect();
                let lowered = root
                    .with_tfvars(tfvars)
                    .with_values(values)
                    .with_named(&named)
                    .with_other_roots(&received.terraform)
                    .with_switches(self.explores_at(dir))
                    .lower(id);
                self.with_templates(key.clone(), lowered)
            }
            JobKind::Template { parameters } => self.evaluate_template(parameters.as_deref(), key, id, received),
            JobKind::Spec { template } => self.evaluate_spec(template, key, id),
            JobKind::Terragrunt => {
                let path = job.path();
                let lowered = cmklint_terraform::terragrunt::lower(
                    path,
                    self.sources,
                    self.options(path),
                    id,
                    &received.terraform,
                );
                self.with_templates(key.clone(), lowered)
            }
            JobKind::Document { file, root } => self.evaluate_document(file, root.as_deref(), key, id),
        }
    }

    /// Runs `evaluate` for the deployment `key`, with its share of the steps that may be taken to look at worlds.
    fn metered(&self, key: &DeploymentKey, evaluate: impl FnOnce() -> Evaluated) -> Evaluated {
        let (mut evaluated, metered) = metered(self.request.limits.evaluation_steps(self.shared_by()), evaluate);
        if metered.is_spent {
            evaluated.left = 0.0;
            // The evaluators say where; what is done after them has no place.
            if !evaluated.diagnostics.iter().any(|diagnostic| diagnostic.message == TOO_MANY_WORLDS) {
                let diagnostic = Diagnostic::new(Severity::Warning, "too-complex", TOO_MANY_WORLDS);
                evaluated.diagnostics.push(diagnostic.about(key.root.to_string()));
            }
        }
        evaluated
    }

    /// The number of deployments that share the run's budget.
    pub(super) fn shared_by(&self) -> usize {
        self.options("").deployments.load(Relaxed)
    }

    /// The limits for evaluating the template at `path`.
    pub(super) fn template_limits(&self, path: &str) -> cmklint_template::Limits {
        let size = self.sources.loaded(path).map_or(0, |file| file.text().len());
        self.request.limits.template(self.shared_by(), size)
    }

    /// What Terraform deploys, as `key`, together with the resources of the ARM templates in it.
    pub(super) fn with_templates(&self, key: DeploymentKey, lowered: cmklint_terraform::Lowered) -> Evaluated {
        let mut deployment = Deployment { key, ..lowered.deployment };
        let mut diagnostics = lowered.diagnostics;
        let limits = self.request.limits.template(self.shared_by(), 0);
        diagnostics.extend(nested::join(&mut deployment, lowered.templates, &self.store, self.sources, limits));
        let (moves, outputs, left) = (lowered.moves, lowered.outputs, lowered.left);
        let shared_diagnostics = lowered.shared_diagnostics;
        let deployment = Some(deployment);
        Evaluated { deployment, diagnostics, shared_diagnostics, moves, outputs, deployed_before: None, left }
    }

    fn evaluate_template(
        &self,
        parameters: Option<&ParameterFile>,
        key: &DeploymentKey,
        id: DeploymentId,
        received: &Received,
    ) -> Evaluated {
        use cmklint_template::Library as _;
        let path = key.root.path();
        let mut diagnostics = Vec::new();
        let Ok(template) = self.store.template(path) else {
            let deployment = Some(Deployment::empty(id, key.clone()));
            return Evaluated { deployment, ..Evaluated::default() };
        };
        let limits = self.template_limits(path);
        let mut values = match parameters.map(|p| &p.inputs) {
            None => IndexMap::new(),
            Some(ParameterInputs::Values(values)) => values.clone(),
            Some(ParameterInputs::Expressions(scope, assignments)) => {
                let (values, found) = cmklint_template::evaluate_parameters(
                    scope,
                    assignments,
                    Some(&template),
                    id,
                    &*self.store,
                    &limits,
                );
                diagnostics.extend(found);
                values
            }
        };
        for (name, value) in &received.terraform.variables {
            values.retain(|known, _| !known.eq_ignore_ascii_case(name));
            values.insert(name.as_str().into(), value.clone());
        }
        let root = self.request.roots.get(path).cloned().unwrap_or_default();
        let text = |text: Option<String>| text.map(Value::string);
        let mut inputs = Inputs {
            parameters: values,
            subscription: text(root.subscription),
            resource_group: text(root.resource_group),
            location: text(root.location),
            explores: self.explores_at(path),
            attention: (!self.evaluates_all() && !self.request.parses_all).then_some(cmklint_rules::ATTENTION),
            left_out: self.left_out(path),
        };
        let evaluate =
            |inputs: &Inputs, limits| cmklint_template::evaluate(&template, path, inputs, id, &*self.store, limits);
        let mut evaluated = evaluate(&inputs, &limits);
        if self.looks_up(&inputs.left_out, &evaluated.deployment) {
            inputs.left_out = Arc::default();
            evaluated = evaluate(&inputs, &cmklint_template::Limits { budget: evaluated.left, ..limits.clone() });
        }
        let left = evaluated.fraction_left(limits.budget);
        diagnostics.extend(evaluated.diagnostics);
        let outputs = evaluated.outputs.into_iter().collect();
        let mut deployment = Deployment { key: key.clone(), ..evaluated.deployment };
        stand_ins::bring_home(&mut deployment, self.sources);
        count(limits.budget.steps.saturating_sub(evaluated.left.steps));
        Evaluated { deployment: Some(deployment), diagnostics, outputs, left, ..Evaluated::default() }
    }
}
