//! Evaluating one job with the front-end that it is for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cmklint_graph::{Deployment, DeploymentId, Value};
use cmklint_source::{Diagnostic, Severity};
use cmklint_template::{Inputs, Limits};
use indexmap::IndexMap;

use super::links::Received;
use super::{Evaluated, Job, Run, deployment_id};
use crate::nested;
use crate::templates::Given;

impl Run<'_> {
    pub(super) fn evaluate(&self, job: &Job, index: usize, received: &Received) -> Evaluated {
        let id = deployment_id(index);
        let evaluated = catch_unwind(AssertUnwindSafe(|| match job {
            Job::Terraform { dir, label, tfvars, .. } => {
                let options = &self.request.terraform;
                let root = cmklint_terraform::Root::new(dir, self.sources, options);
                let lowered = root.with_tfvars(tfvars).with_other_roots(&received.terraform).lower(id);
                self.with_templates(label.clone(), lowered)
            }
            Job::Template { path, parameters, label, .. } => {
                self.evaluate_template(path, *parameters, label, id, received)
            }
            Job::Spec { path, at, label, .. } => self.evaluate_spec(path, *at, label, id),
            Job::Terragrunt { path, .. } => {
                let lowered = cmklint_terraform::terragrunt::lower(path, self.sources, &self.request.terraform, id);
                let label = lowered.deployment.label.clone();
                self.with_templates(label, lowered)
            }
            Job::Document { file, root, label, .. } => self.evaluate_document(file, root.as_deref(), label, index),
        }));
        evaluated.unwrap_or_else(|_| {
            let message = "a fault in cmklint itself while evaluating this root; please report it";
            let diagnostics = vec![Diagnostic::new(Severity::Error, "internal", message).about(job.label())];
            Evaluated { diagnostics, ..Evaluated::default() }
        })
    }

    /// What Terraform deploys, called `label`, with what the ARM templates in it make.
    pub(super) fn with_templates(&self, label: String, lowered: cmklint_terraform::Lowered) -> Evaluated {
        let mut deployment = Deployment { label, ..lowered.deployment };
        let mut diagnostics = lowered.diagnostics;
        diagnostics.extend(nested::join(&mut deployment, lowered.templates, &self.store, self.sources));
        let (moves, outputs) = (lowered.moves, lowered.outputs);
        Evaluated { deployment: Some(deployment), diagnostics, moves, outputs, stood: None }
    }

    fn evaluate_template(
        &self,
        path: &str,
        parameters: Option<usize>,
        label: &str,
        id: DeploymentId,
        received: &Received,
    ) -> Evaluated {
        use cmklint_template::Library as _;
        let mut diagnostics = Vec::new();
        let Ok(template) = self.store.template(path) else {
            let deployment = Some(Deployment { id, label: label.to_owned(), resources: Vec::new() });
            return Evaluated { deployment, ..Evaluated::default() };
        };
        let mut values = match parameters.and_then(|i| self.parameter_files.get(i)).map(|p| &p.given) {
            None => IndexMap::new(),
            Some(Given::Values(values)) => values.clone(),
            Some(Given::Expressions(scope, assignments)) => {
                let (values, found) = cmklint_template::evaluate_parameters(scope, assignments, id, &*self.store);
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
        let inputs = Inputs {
            parameters: values,
            subscription: text(root.subscription),
            resource_group: text(root.resource_group),
            location: text(root.location),
            label: label.to_owned(),
        };
        let evaluated = cmklint_template::evaluate(&template, path, &inputs, id, &*self.store, &Limits::default());
        diagnostics.extend(evaluated.diagnostics);
        let outputs = evaluated.outputs.into_iter().collect();
        Evaluated { deployment: Some(evaluated.deployment), diagnostics, outputs, ..Evaluated::default() }
    }
}
