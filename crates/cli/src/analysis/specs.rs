//! Template specs: templates that a resource of another template holds. Who deploys one is not said in the files, so each is a root without inputs.

use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Environment, Root, RootKind};
use cmklint_template::{Inputs, Limits};

use super::{Evaluated, Job, Run};

impl Run<'_> {
    /// A job for each template that a template spec holds.
    pub(super) fn spec_jobs(&self, jobs: &mut Vec<Job>) {
        for path in self.templates.iter().filter(|path| !self.is_twin(path)) {
            let specs = self.store.with(path, |p| p.specs.iter().map(|s| s.label.clone()).collect::<Vec<_>>());
            let specs = specs.filter(|specs| !specs.is_empty() && self.template_matters(path)).unwrap_or_default();
            for (at, spec) in specs.into_iter().enumerate() {
                let key = DeploymentKey::of(Root::new(RootKind::TemplateSpec(spec.as_str().into()), path));
                let environment = Environment::new(&format!("{path}#{spec}"), "");
                jobs.push(Job::Spec { path: path.clone(), at, key, environment });
            }
        }
    }

    /// What the spec that stands `at` that place in the file at `path` makes.
    pub(super) fn evaluate_spec(&self, path: &str, at: usize, key: &DeploymentKey, id: DeploymentId) -> Evaluated {
        let held = self.store.with(path, |p| p.specs.get(at).map(|spec| Arc::clone(&spec.template))).flatten();
        let Some(template) = held else {
            let deployment = Some(Deployment::empty(id, key.clone()));
            return Evaluated { deployment, ..Evaluated::default() };
        };
        let done =
            cmklint_template::evaluate(&template, path, &Inputs::default(), id, &*self.store, &Limits::default());
        Evaluated {
            deployment: Some(Deployment { key: key.clone(), ..done.deployment }),
            diagnostics: done.diagnostics,
            ..Evaluated::default()
        }
    }
}
