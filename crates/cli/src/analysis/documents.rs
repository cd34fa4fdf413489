//! Terraform's plans and states in a run: which root each belongs to, and what it replaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::work::metered;
use cmklint_graph::{
    DeploymentId, DeploymentKey, DeploymentPair, Environment, Estate, Move, Moves, NodeId, Pairs, Root as GraphRoot,
    RootInputs, RootKind,
};
use cmklint_rules::Before;
use cmklint_source::{Diagnostic, Severity, SourceFile};
use cmklint_terraform::Lowered;
use cmklint_terraform::plan::{Document, DocumentKind, PlanRequest, RootFolder};

use super::job::{DeployedBefore, Evaluated, Job, JobGraph, JobKind};
use super::run::Run;

impl Run<'_> {
    /// Finds the root of each plan and state among `roots`. A plan replaces its root's own deployment; where the root has environments,
    /// those whose variable files agree with it. A state without a root is a deployment of its own.
    pub(super) fn place_documents(&mut self, jobs: &mut Vec<Job>) {
        for file in self.documents.clone() {
            let document = match Document::read(&file) {
                Ok(document) => document,
                Err(diagnostics) => {
                    self.diagnostics.extend(diagnostics);
                    continue;
                }
            };
            let options = self.options(file.path());
            let root = match document.root(&self.root_modules, self.sources, options) {
                RootFolder::Found(root) => Some(root),
                RootFolder::Missing => None,
                RootFolder::Ambiguous(several) => {
                    let shown: Vec<&str> = several.iter().map(|dir| if dir.is_empty() { "." } else { dir }).collect();
                    let message = format!(
                        "the configuration of this plan or state may be that of {}: it is read without one",
                        shown.join(" or ")
                    );
                    let help = "Put the file into the folder of its root, or name that folder alone";
                    self.diagnostics
                        .push(Diagnostic::new(Severity::Warning, "plan-root", message).about(file.path()).help(help));
                    None
                }
            };
            if let (Some(root), true) = (&root, document.kind() != DocumentKind::Plan) {
                self.states.push((root.clone(), Arc::clone(&file)));
                continue;
            }
            let mut environment = match &root {
                Some(root) => Environment::new(if root.is_empty() { "." } else { root }, ""),
                None => Environment::new(file.path().rsplit_once('.').map_or(file.path(), |(stem, _)| stem), ""),
            };
            if let Some(root) = &root {
                let replaced = |job: &Job| match &job.kind {
                    JobKind::Terraform { dir, tfvars, .. } => {
                        dir == root && !document.contradicts(tfvars, self.sources, options)
                    }
                    _ => false,
                };
                if let Some(job) = jobs.iter().find(|job| replaced(job)) {
                    environment = job.environment.clone();
                }
                jobs.retain(|job| !replaced(job));
            }
            let key = match &root {
                Some(root) => {
                    DeploymentKey { root: GraphRoot::module(root), inputs: RootInputs::Document(file.path().into()) }
                }
                None => document_key(file.path()),
            };
            self.files.insert(file.path().to_owned());
            jobs.push(Job { key, environment, kind: JobKind::Document { file: Arc::clone(&file), root } });
        }
    }

    /// Evaluates the plan or state of a job.
    pub(super) fn evaluate_document(
        &self,
        file: &SourceFile,
        root: Option<&str>,
        key: &DeploymentKey,
        id: DeploymentId,
    ) -> Evaluated {
        let options = self.options(root.unwrap_or(file.path()));
        let document = match Document::read(file) {
            Ok(document) => document,
            Err(diagnostics) => return Evaluated { diagnostics, ..Evaluated::default() },
        };
        let done = |key: DeploymentKey, deployment, templates, diagnostics| {
            let moves = Vec::new();
            let lowered = Lowered { deployment, templates, diagnostics, moves, ..Lowered::empty(id) };
            self.with_templates(key, lowered)
        };
        if document.kind() != DocumentKind::Plan {
            let state = document.state(self.sources, options, id);
            return done(key.clone(), state.deployment, state.templates, state.diagnostics);
        }
        // One id for both, so that what only a deployment knows is the same symbol in both.
        let plan = document.plan(&PlanRequest { root, sources: self.sources, options, after: id, before: id });
        let moves = plan.moved.into_iter().map(|(from, to)| Move { from: from.into(), to: to.into() }).collect();
        let moves = vec![Moves { within: "".into(), moves }];
        let [made, deployed_before] = plan.templates;
        let before = done(document_key(file.path()), plan.before, deployed_before, Vec::new()).deployment;
        let words = format!("by the plan {}", file.path());
        let deployed_before = before.map(|deployment| DeployedBefore { deployment, words, replaced: plan.replaced });
        Evaluated { moves, deployed_before, ..done(key.clone(), plan.after, made, plan.diagnostics) }
    }

    /// Adds what was deployed before, by the states of roots. Where a root is checked with several inputs, it isn't known to which a state belongs.
    pub(super) fn add_states(&mut self, graph: &JobGraph, evaluated: &mut BTreeMap<DeploymentId, Evaluated>) {
        for (root, file) in &self.states {
            let is_of_root = |job: &Job| matches!(&job.kind, JobKind::Terraform { dir, .. } if dir == root);
            let of: Vec<DeploymentId> = graph.jobs().filter(|(_, job)| is_of_root(job)).map(|(id, _)| id).collect();
            let [id] = of[..] else {
                if of.len() > 1 {
                    let message = format!(
                        "'{root}' is checked with several inputs, and this state may be of any: it is not compared"
                    );
                    self.diagnostics
                        .push(Diagnostic::new(Severity::Warning, "state-environment", message).about(file.path()));
                }
                continue;
            };
            let Ok(document) = Document::read(file) else { continue };
            let state = document.state(self.sources, self.options(root), id);
            self.diagnostics.extend(state.diagnostics);
            let (deployment, templates) = (state.deployment, state.templates);
            let lowered = Lowered { deployment, templates, ..Lowered::empty(id) };
            let Some(deployment) = self.with_templates(document_key(file.path()), lowered).deployment else { continue };
            if let Some(done) = evaluated.get_mut(&id) {
                let words = format!("by the state {}", file.path());
                done.deployed_before = Some(DeployedBefore { deployment, words, replaced: Vec::new() });
            }
        }
    }
}

/// The key of a deployment of the plan or state at `path` without its configuration.
fn document_key(path: &str) -> DeploymentKey {
    DeploymentKey::of(GraphRoot::new(RootKind::TerraformDocument, path))
}

/// What was deployed before, by plans and states, to be compared with what is deployed now; `None` where there are none.
pub(super) fn before(evaluated: &mut BTreeMap<DeploymentId, Evaluated>, now: &Estate, steps: u64) -> Option<Before> {
    let mut deployments = Vec::new();
    let mut pairs = Vec::new();
    let mut notes: BTreeMap<NodeId, Arc<str>> = BTreeMap::new();
    let mut words = Vec::new();
    for (&id, done) in evaluated.iter_mut() {
        let Some(deployed_before) = done.deployed_before.take() else { continue };
        let replaced: BTreeSet<&str> = deployed_before.replaced.iter().map(String::as_str).collect();
        for resource in now.deployment(id).map(|d| &d.resources).into_iter().flatten() {
            if replaced.contains(&*resource.address) {
                let note = "Terraform will destroy it and create it again: the platform cannot move it";
                notes.insert(resource.id, note.into());
            }
        }
        pairs.push(DeploymentPair {
            before: id,
            after: id,
            moves: done.moves.clone(),
            by_name: false,
            relocated: false,
        });
        deployments.push(deployed_before.deployment);
        words.push(deployed_before.words);
    }
    if deployments.is_empty() {
        return None;
    }
    let ((estate, pairs), _) = metered(steps, || {
        let estate = Estate::new(deployments);
        let pairs = Pairs::new(&estate, now, &pairs);
        (estate, pairs)
    });
    Some(Before { estate, pairs, source: words.join(" and ").into(), notes })
}
