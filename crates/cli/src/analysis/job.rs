//! Jobs: a root with the inputs of one of its deployments, what jobs need from one another, and the result of evaluating one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Environment, Environments, Moves, Value};
use cmklint_source::{Diagnostic, Severity, SourceFile};
use cmklint_template::Template;
use cmklint_terraform::{CommandValue, StateRead};

use crate::templates::ParameterFile;

/// A root and the inputs of one of its deployments.
pub(super) struct Job {
    /// Its root and inputs, which distinguish it from the other jobs.
    pub(super) key: DeploymentKey,
    /// The environment of the inputs.
    pub(super) environment: Environment,
    /// What is evaluated.
    pub(super) kind: JobKind,
}

/// What a job evaluates.
pub(super) enum JobKind {
    /// The root module in a folder, with its variable files and what a command gives beside them.
    Terraform { dir: String, tfvars: Vec<String>, values: Vec<CommandValue> },
    /// A plan of Terraform, or a state without its root's configuration; with the folder of its root, where that is known.
    Document { file: Arc<SourceFile>, root: Option<String> },
    /// A unit of Terragrunt.
    Terragrunt,
    /// A template, with its parameter file.
    Template { parameters: Option<Arc<ParameterFile>> },
    /// The template that a resource holds.
    Spec { template: Arc<Template> },
}

impl Job {
    /// The root's path; `.` for the tree's own folder.
    pub(super) fn root(&self) -> &str {
        self.environment.root()
    }

    /// The path of the root's file.
    pub(super) fn path(&self) -> &str {
        self.key.root.path()
    }
}

/// What a deployment needs from another.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// The job that provides it.
    pub(super) from: DeploymentId,
    pub(super) what: Needed,
}

/// What a job needs from another: outputs, by one of the ways in which they are passed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needed {
    State(StateRead),
    Link(LinkId),
    /// The outputs of the Terragrunt unit in a folder.
    Unit(String),
}

/// A link of the configuration, by its index among the run's links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinkId(pub(super) usize);

/// The jobs of a run by the deployment that each makes, and what each needs from the others.
#[derive(Default)]
pub(super) struct JobGraph {
    nodes: BTreeMap<DeploymentId, JobNode>,
}

struct JobNode {
    job: Job,
    needs: Vec<Need>,
}

impl JobGraph {
    /// A graph of `jobs`, none of which needs anything yet.
    pub(super) fn new(jobs: impl IntoIterator<Item = Job>) -> Self {
        let nodes = jobs.into_iter().map(|job| JobNode { job, needs: Vec::new() });
        Self { nodes: (0..).map(DeploymentId).zip(nodes).collect() }
    }

    /// All jobs, by id.
    pub(super) fn jobs(&self) -> impl Iterator<Item = (DeploymentId, &Job)> {
        self.nodes.iter().map(|(id, node)| (*id, &node.job))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = DeploymentId> {
        self.nodes.keys().copied()
    }

    pub(super) fn job(&self, id: DeploymentId) -> Option<&Job> {
        self.nodes.get(&id).map(|node| &node.job)
    }

    /// What the job `id` needs from others.
    pub(super) fn needs(&self, id: DeploymentId) -> &[Need] {
        self.nodes.get(&id).map_or(&[], |node| &node.needs)
    }

    /// Adds `job`, which needs nothing: its id.
    pub(super) fn add(&mut self, job: Job) -> DeploymentId {
        let id = self.next_id();
        self.nodes.insert(id, JobNode { job, needs: Vec::new() });
        id
    }

    pub(super) fn add_need(&mut self, id: DeploymentId, need: Need) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.needs.push(need);
        }
    }

    /// The jobs from which another needs something.
    pub(super) fn givers(&self) -> BTreeSet<DeploymentId> {
        self.nodes.values().flat_map(|node| &node.needs).map(|need| need.from).collect()
    }

    /// The environment of each deployment.
    pub(super) fn environments(&self) -> impl Iterator<Item = (DeploymentId, Environment)> {
        self.jobs().map(|(id, job)| (id, job.environment.clone()))
    }

    /// Which deployments may meet which.
    pub(super) fn meetings(&self) -> Environments {
        Environments::new(self.environments())
    }

    /// The lowest unused id.
    pub(super) fn next_id(&self) -> DeploymentId {
        DeploymentId(self.nodes.keys().next_back().map_or(0, |id| id.0.saturating_add(1)))
    }

    /// The same graph, with ids replaced as in `renamed`.
    pub(super) fn renamed(self, renamed: &BTreeMap<DeploymentId, DeploymentId>) -> Self {
        let new = |id: DeploymentId| renamed.get(&id).copied().unwrap_or(id);
        let nodes = self.nodes.into_iter().map(|(id, JobNode { job, needs })| {
            let needs = needs.into_iter().map(|need| Need { from: new(need.from), ..need }).collect();
            (new(id), JobNode { job, needs })
        });
        Self { nodes: nodes.collect() }
    }
}

/// What was deployed before, by the plan or state of one job.
#[derive(Clone, Debug)]
pub(super) struct DeployedBefore {
    pub(super) deployment: Deployment,
    /// The file, in words that follow "was".
    pub(super) words: String,
    /// Addresses of what will be destroyed and created again.
    pub(super) replaced: Vec<String>,
}

/// The result of a job.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub(super) deployment: Option<Deployment>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Long lists of further ones, which many jobs have together.
    pub(super) shared_diagnostics: Vec<Arc<[Diagnostic]>>,
    pub(super) moves: Vec<Moves>,
    /// The root's outputs, where another job needs them.
    pub(super) outputs: BTreeMap<Arc<str>, Value>,
    /// What was deployed before, where it is a plan or has a state.
    pub(super) deployed_before: Option<DeployedBefore>,
    /// The fraction of its budget that is left: 0 where it was cut short.
    pub(crate) left: f64,
}

impl Evaluated {
    /// The result for a root whose evaluation was ended by a fault of cmklint itself.
    pub(super) fn fault(key: &DeploymentKey) -> Self {
        let message = "a fault in cmklint itself while evaluating this root; please report it";
        let diagnostics = vec![Diagnostic::new(Severity::Error, "internal", message).about(key.to_string())];
        Self { diagnostics, ..Self::default() }
    }
}

/// The lists of diagnostics that many jobs have together and that were taken from one of them.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<(usize, usize)>);

impl Taken {
    /// Moves the diagnostics of `done` to `out`: those that jobs have together, once.
    pub(super) fn take(&mut self, done: &mut Evaluated, out: &mut Vec<Diagnostic>) {
        out.append(&mut done.diagnostics);
        // All of them are held while they are taken, so that a place is that of one list.
        let is_new = |list: &&Arc<[Diagnostic]>| self.0.insert((list.as_ptr().addr(), list.len()));
        out.extend(done.shared_diagnostics.iter().filter(is_new).flat_map(|list| list.iter().cloned()));
    }
}

impl Default for Evaluated {
    fn default() -> Self {
        Self {
            deployment: None,
            diagnostics: Vec::new(),
            shared_diagnostics: Vec::new(),
            moves: Vec::new(),
            outputs: BTreeMap::new(),
            deployed_before: None,
            left: 1.0,
        }
    }
}
