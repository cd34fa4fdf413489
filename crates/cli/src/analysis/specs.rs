//! Templates that a resource of another template holds. The files don't say where one is deployed, so each is a root without inputs.

use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Environment, Root, RootKind};
use cmklint_template::{Inputs, Template};

use super::job::{Evaluated, Job, JobKind};
use super::run::Run;

impl Run<'_> {
    /// A job for each template that a resource of a template holds.
    pub(super) fn spec_jobs(&self, jobs: &mut Vec<Job>) {
        for path in self.templates.iter().filter(|path| !self.unparsed.contains_key(*path) && !self.is_twin(path)) {
            let specs = self.store.with(path, |parsed| parsed.specs.clone());
            let specs = specs
                .filter(|specs| !specs.is_empty() && self.own_closure(path).leads_to_finding(self.holds_back()))
                .unwrap_or_default();
            for spec in specs {
                let kind = RootKind::Held(spec.holder, spec.label.as_str().into());
                let environment = Environment::new(&format!("{path}#{}", spec.label), "");
                let key = DeploymentKey::of(Root::new(kind, path));
                jobs.push(Job { key, environment, kind: JobKind::Spec { template: spec.template } });
            }
        }
    }

    /// Evaluates `template`, which a resource holds.
    pub(super) fn evaluate_spec(&self, template: &Arc<Template>, key: &DeploymentKey, id: DeploymentId) -> Evaluated {
        let (path, inputs) = (key.root.path(), Inputs::default());
        let limits = self.template_limits(path);
        let done = cmklint_template::evaluate(template, path, &inputs, id, &*self.store, &limits);
        Evaluated {
            left: done.fraction_left(limits.budget),
            deployment: Some(Deployment { key: key.clone(), ..done.deployment }),
            diagnostics: done.diagnostics,
            ..Evaluated::default()
        }
    }
}
