//! What roots give one another: states that one writes and another reads, and links in the configuration. The giving root is evaluated before the receiving one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use cmklint_graph::{DeploymentId, Environment, Environments, Estate, Handed, Meeting, StepKind, Value, take_over};
use cmklint_source::{Diagnostic, Severity, Span, parent};
use cmklint_terraform::{StateKey, StateRead, Workspace};
use rayon::prelude::*;

use super::job::{Evaluated, Job, JobGraph, JobKind, LinkId, Need, Needed};
use super::reached::Mention;
use super::result::Shared;
use super::run::Run;
use crate::config::Suggestions;
use crate::fault::guarded;
use crate::limits::{shared_again, sharers};

/// What a job gets from others.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) terraform: cmklint_terraform::FromOtherRoots,
    handed: Handed,
}

/// What a job gives to others.
struct Gift {
    outputs: Arc<BTreeMap<Arc<str>, Value>>,
    handed: Handed,
}

/// A job, and the states that its root reads.
type Reading = (Job, Vec<StateRead>);
/// A job, its result, and what was handed over to it.
type Made = (DeploymentId, Evaluated, Handed);

impl Run<'_> {
    /// The graph of `jobs`: what each needs from the others. Skipped roots are added where one of the jobs needs something from them.
    pub(super) fn graph(&mut self, jobs: Vec<Job>) -> JobGraph {
        self.check_links();
        let (reading, written) = self.with_givers(jobs);
        let (jobs, reads): (Vec<Job>, Vec<Vec<StateRead>>) = reading.into_iter().unzip();
        let mut graph = JobGraph::new(jobs);
        let environments = graph.meetings();
        let mut of_root: BTreeMap<String, Vec<DeploymentId>> = BTreeMap::new();
        for (id, job) in graph.jobs() {
            of_root.entry(job.root().to_owned()).or_default().push(id);
        }
        let giver = |taker: DeploymentId, roots: &[String], workspace: Option<&str>| {
            let candidates = roots.iter().filter_map(|root| of_root.get(root)).flatten().copied();
            choose(taker, candidates.collect(), workspace, &environments)
        };
        let takers: Vec<DeploymentId> = graph.ids().collect();
        for (taker, reads) in takers.into_iter().zip(reads) {
            for read in reads {
                let Some(roots) = written.get(&read.key) else { continue };
                let workspace = if let Workspace::Named(name) = &read.workspace { Some(name.as_str()) } else { None };
                if let Some(from) = giver(taker, roots, workspace) {
                    graph.add_need(taker, Need { from, what: Needed::State(read) });
                }
            }
        }
        self.add_unit_needs(&mut graph);
        for (at, link) in self.request.links.iter().enumerate() {
            for taker in of_root.get(&link.root).into_iter().flatten() {
                if let Some(from) = giver(*taker, std::slice::from_ref(&link.from), None) {
                    graph.add_need(*taker, Need { from, what: Needed::Link(LinkId(at)) });
                }
            }
        }
        graph
    }

    /// Adds what Terragrunt units need from those that they depend on.
    fn add_unit_needs(&self, graph: &mut JobGraph) {
        let units = graph.jobs().filter(|(_, job)| matches!(job.kind, JobKind::Terragrunt));
        let by_folder: BTreeMap<String, DeploymentId> =
            units.map(|(id, job)| (parent(job.path()).to_owned(), id)).collect();
        for taker in by_folder.values().copied() {
            for folder in graph
                .job(taker)
                .into_iter()
                .flat_map(|job| self.unit_dependencies.get(job.path()))
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
            {
                if let Some(from) = by_folder.get(&folder).copied().filter(|from| *from != taker) {
                    graph.add_need(taker, Need { from, what: Needed::Unit(folder) });
                }
            }
        }
    }

    /// `jobs` and those of skipped roots from which one of them needs something; and the roots by the state that each writes.
    fn with_givers(&mut self, jobs: Vec<Job>) -> (Vec<Reading>, BTreeMap<StateKey, Vec<String>>) {
        let mut all: Vec<Reading> = Vec::new();
        let mut written = None;
        let request = self.request;
        let mut links: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for link in &request.links {
            links.entry(&link.root).or_default().push(&link.from);
        }
        let mut units: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for unit in self.unit_dependencies.keys() {
            units.entry(parent(unit).to_owned()).or_default().push(unit.clone());
        }
        let mut new = jobs;
        // Only what is new can need something that is not there yet.
        loop {
            let reads: Vec<Vec<StateRead>> = new.par_iter().map(|job| self.reads(job)).collect();
            if written.is_none() && reads.iter().any(|reads| !reads.is_empty()) {
                written = Some(self.written());
            }
            let read = reads.iter().flatten().filter_map(|read| written.as_ref()?.get(&read.key)).flatten();
            let linked = new.iter().filter_map(|job| links.get(job.root())).flatten().copied();
            let depended_on = new.iter().filter_map(|job| self.unit_dependencies.get(job.path())).flatten();
            let units = depended_on.filter_map(|folder| units.get(folder)).flatten();
            let wanted = read.chain(linked).chain(units).filter(|root| self.passed.contains(*root));
            let add: BTreeSet<String> = wanted.cloned().collect();
            all.extend(new.into_iter().zip(reads));
            if add.is_empty() {
                return (all, written.unwrap_or_default());
            }
            new = Vec::new();
            for root in add {
                self.passed.remove(&root);
                self.statistics.skipped_roots -= 1;
                new.extend(self.jobs_of(&root));
            }
        }
    }

    /// The states that the job's root reads.
    fn reads(&self, job: &Job) -> Vec<StateRead> {
        let JobKind::Terraform { dir, tfvars, values } = &job.kind else { return Vec::new() };
        if !self.folder_mentions(dir, Mention::State) {
            return Vec::new();
        }
        let root = cmklint_terraform::Root::new(dir, self.sources, self.options(dir));
        root.with_tfvars(tfvars).with_values(values).states_read()
    }

    /// What the tree shares with others, where that is wanted. Asked last: what was looked for is known only then.
    pub(super) fn shared(&self, graph: &JobGraph) -> Shared {
        let Some(asked) = &self.request.asked else { return Shared::default() };
        let read = graph.jobs().flat_map(|(_, job)| self.reads(job)).map(|read| read.key.to_string()).collect();
        let written = self.written().keys().map(ToString::to_string).collect();
        Shared { asked: asked.keys(), states_read: read, states_written: written }
    }

    /// The Terraform roots by the state that each writes.
    fn written(&self) -> BTreeMap<StateKey, Vec<String>> {
        let dirs: Vec<&String> = self.roots.iter().filter(|root| !self.templates.contains(*root)).collect();
        let keys: Vec<Option<StateKey>> = dirs
            .par_iter()
            .map(|root| {
                let dir = if *root == "." { "" } else { root.as_str() };
                cmklint_terraform::Root::new(dir, self.sources, self.options(dir)).state_written()
            })
            .collect();
        let mut out: BTreeMap<StateKey, Vec<String>> = BTreeMap::new();
        for (dir, key) in dirs.into_iter().zip(keys) {
            if let Some(key) = key {
                out.entry(key).or_default().push(dir.clone());
            }
        }
        out
    }

    /// Evaluates the jobs `wanted` of `graph` and those from which they need something, each after these. Where the needs form a cycle, nothing
    /// is passed.
    pub(super) fn evaluate_jobs(
        &self,
        graph: &JobGraph,
        wanted: impl IntoIterator<Item = DeploymentId>,
    ) -> BTreeMap<DeploymentId, Evaluated> {
        let deployments = sharers(graph.jobs().count(), self.bytes_read());
        let givers = graph.givers();
        let mut gifts: BTreeMap<DeploymentId, Gift> = BTreeMap::new();
        let mut done: BTreeMap<DeploymentId, Evaluated> = BTreeMap::new();
        let mut all: BTreeSet<DeploymentId> = BTreeSet::new();
        let mut open: Vec<DeploymentId> = wanted.into_iter().collect();
        while let Some(id) = open.pop() {
            if all.insert(id) {
                open.extend(graph.needs(id).iter().map(|need| need.from));
            }
        }
        let mut open = OpenJobs::new(all, graph);
        loop {
            let ready = open.ready();
            if ready.is_empty() {
                return done;
            }
            let evaluate = |id: DeploymentId| {
                let job = graph.job(id)?;
                let with_gifts = || {
                    let mut received = self.received(id, graph, &gifts);
                    received.terraform.outputs_wanted = givers.contains(&id);
                    let mut evaluated = if graph.needs(id).is_empty() {
                        self.kept_or_evaluated(job, id, &received)
                    } else {
                        self.evaluate(job, id, &received)
                    };
                    if let Some(deployment) = &mut evaluated.deployment {
                        take_over(deployment, &received.handed);
                    }
                    (evaluated, received.handed)
                };
                let done = guarded("take over", &job.key.to_string(), with_gifts);
                let (evaluated, handed) = done.unwrap_or_else(|| (Evaluated::fault(&job.key), Handed::default()));
                self.request.progress.step();
                Some((id, evaluated, handed))
            };
            for (id, evaluated, handed) in self.share(deployments, ready, evaluate) {
                if givers.contains(&id) {
                    gifts.insert(id, gift(&evaluated, handed));
                }
                open.is_done(id);
                done.insert(id, evaluated);
            }
        }
    }

    /// Evaluates each of `jobs`, which share a run's budget with all `deployments`. What some leave of their shares goes to those that were cut short,
    /// which are evaluated again.
    fn share(
        &self,
        deployments: usize,
        jobs: Vec<DeploymentId>,
        evaluate: impl Fn(DeploymentId) -> Option<Made> + Sync,
    ) -> Vec<Made> {
        self.share_by(deployments);
        let mut made: Vec<Made> = jobs.into_par_iter().filter_map(&evaluate).collect();
        let left = made.iter().map(|(_, evaluated, _)| evaluated.left);
        if let Some(again) = shared_again(deployments, left) {
            self.share_by(again);
            made.par_iter_mut().filter(|(_, evaluated, _)| evaluated.left == 0.0).for_each(|made| {
                if let Some(again) = evaluate(made.0) {
                    *made = again;
                }
            });
        }
        made
    }

    fn share_by(&self, deployments: usize) {
        for (_, area) in self.request.areas.iter() {
            area.terraform.deployments.store(deployments, Relaxed);
        }
    }

    /// What the job `id` gets from those that have been evaluated.
    fn received(&self, id: DeploymentId, graph: &JobGraph, gifts: &BTreeMap<DeploymentId, Gift>) -> Received {
        let mut received = Received::default();
        let mut seen = BTreeSet::new();
        for need in graph.needs(id) {
            let Some(gift) = gifts.get(&need.from) else { continue };
            if seen.insert(need.from) {
                received.handed.extend(gift.handed.iter().map(|(key, r)| (key.clone(), r.clone())));
            }
            match &need.what {
                Needed::State(read) => {
                    let label = graph.job(need.from).map_or_else(String::new, |job| job.key.to_string());
                    received.terraform.states.insert(read.clone(), (label, Arc::clone(&gift.outputs)));
                }
                Needed::Unit(folder) => {
                    received.terraform.units.insert(folder.clone(), Arc::clone(&gift.outputs));
                }
                Needed::Link(LinkId(at)) => {
                    let Some(link) = self.request.links.get(*at) else { continue };
                    for input in &link.inputs {
                        let Some(value) = output_of(&gift.outputs, &input.output, &link.from) else { continue };
                        let value = match input.output_span {
                            Some(span) => value.clone().via(span, StepKind::Input, input.name.as_str()),
                            None => value.clone(),
                        };
                        received.terraform.variables.insert(input.name.clone(), value);
                    }
                }
            }
        }
        received
    }

    /// Reports errors in the links of the configuration: roots, inputs and outputs that don't exist.
    fn check_links(&mut self) {
        let mut wrong = Vec::new();
        let mut suggestions = Suggestions::default();
        let mut names: BTreeMap<(&str, bool), Names> = BTreeMap::new();
        for link in &self.request.links {
            let mut whole = true;
            for (root, span) in [(&link.root, link.root_span), (&link.from, link.from_span)] {
                if self.roots.contains(root) {
                    continue;
                }
                whole = false;
                // A root outside of the checked paths is not an error in the configuration.
                let folder = if root == "." { "" } else { root };
                let is_there = self.sources.is_file(root) || !self.sources.files_in(folder).is_empty();
                wrong.push(if is_there {
                    complaint(Severity::Note, span, format!("{root} is no root of this run"), "")
                } else {
                    let help = suggestions.nearest(root, self.roots.iter().map(String::as_str));
                    complaint(Severity::Error, span, format!("no such root: {root}"), &help)
                });
            }
            if !whole {
                continue;
            }
            let inputs = (&link.root, false, link.inputs.iter().map(|i| (&i.name, i.name_span)).collect::<Vec<_>>());
            let outputs = (&link.from, true, link.inputs.iter().map(|i| (&i.output, i.output_span)).collect());
            for (root, is_output, linked) in [inputs, outputs] {
                let read = || Names::new(if is_output { self.outputs_of(root) } else { self.inputs_of(root) });
                let known = names.entry((root, is_output)).or_insert_with(read);
                for (name, span) in linked.into_iter().filter(|(name, _)| !known.has(name, root)) {
                    let what = if is_output { "output" } else { "input" };
                    let help = suggestions.nearest(name, known.all.iter().map(|k| &**k));
                    wrong.push(complaint(Severity::Error, span, format!("{root} has no {what} {name}"), &help));
                }
            }
        }
        self.diagnostics.extend(wrong);
    }

    fn inputs_of(&self, root: &str) -> Vec<Arc<str>> {
        if self.templates.contains(root) {
            let names = |p: &crate::templates::ParsedTemplate| {
                p.template.as_ref().map(|t| t.parameters.keys().cloned().collect())
            };
            return self.store.with(root, names).flatten().unwrap_or_default();
        }
        let dir = if root == "." { "" } else { root };
        cmklint_terraform::variables_of(dir, self.sources, self.cache())
    }

    fn outputs_of(&self, root: &str) -> Vec<Arc<str>> {
        if self.templates.contains(root) {
            let names =
                |p: &crate::templates::ParsedTemplate| p.template.as_ref().map(|t| t.outputs.keys().cloned().collect());
            return self.store.with(root, names).flatten().unwrap_or_default();
        }
        let dir = if root == "." { "" } else { root };
        cmklint_terraform::outputs_of(dir, self.sources, self.cache())
    }
}

/// Jobs that are not evaluated yet.
struct OpenJobs {
    /// Those that wait, each with the number of jobs that it waits for.
    waiting: BTreeMap<DeploymentId, usize>,
    /// Those that wait for nothing.
    ready: BTreeSet<DeploymentId>,
    /// The jobs that wait for each.
    takers: BTreeMap<DeploymentId, Vec<DeploymentId>>,
}

impl OpenJobs {
    fn new(all: BTreeSet<DeploymentId>, graph: &JobGraph) -> Self {
        let mut out = Self { waiting: BTreeMap::new(), ready: BTreeSet::new(), takers: BTreeMap::new() };
        for id in all {
            let givers: BTreeSet<DeploymentId> = graph.needs(id).iter().map(|need| need.from).collect();
            for giver in &givers {
                out.takers.entry(*giver).or_default().push(id);
            }
            match givers.len() {
                0 => _ = out.ready.insert(id),
                number => _ = out.waiting.insert(id, number),
            }
        }
        out
    }

    /// Those that can be evaluated now; all that are left where they wait for one another.
    fn ready(&mut self) -> Vec<DeploymentId> {
        if self.ready.is_empty() {
            return std::mem::take(&mut self.waiting).into_keys().collect();
        }
        std::mem::take(&mut self.ready).into_iter().collect()
    }

    fn is_done(&mut self, id: DeploymentId) {
        for taker in self.takers.remove(&id).unwrap_or_default() {
            let Some(left) = self.waiting.get_mut(&taker) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.waiting.remove(&taker);
                self.ready.insert(taker);
            }
        }
    }
}

/// The names of the inputs or outputs of a root.
struct Names {
    all: Vec<Arc<str>>,
    exact: HashSet<Arc<str>>,
    folded: HashSet<String>,
}

impl Names {
    fn new(all: Vec<Arc<str>>) -> Self {
        let (exact, folded) =
            (all.iter().cloned().collect(), all.iter().map(|name| name.to_ascii_lowercase()).collect());
        Self { all, exact, folded }
    }

    fn has(&self, name: &str, root: &str) -> bool {
        if is_template(root) { self.folded.contains(&name.to_ascii_lowercase()) } else { self.exact.contains(name) }
    }
}

fn is_template(root: &str) -> bool {
    root.ends_with(".bicep") || root.ends_with(".json") || root.ends_with(".jsonc")
}

/// The output `name` of the root `from`, whose names are compared without case where it is a template.
fn output_of<'o>(outputs: &'o BTreeMap<Arc<str>, Value>, name: &str, from: &str) -> Option<&'o Value> {
    if !is_template(from) {
        return outputs.get(name);
    }
    outputs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn complaint(severity: Severity, span: Option<Span>, message: String, help: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(severity, "config", message);
    diagnostic.span = span;
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

/// The one of `candidates` that provides something for `taker`: of those that it may meet, the one in the named workspace, or in its own environment.
fn choose(
    taker: DeploymentId,
    candidates: Vec<DeploymentId>,
    workspace: Option<&str>,
    environments: &Environments,
) -> Option<DeploymentId> {
    let meets = |id: &DeploymentId| environments.meet(taker, *id) > Meeting::Never;
    let candidates: Vec<DeploymentId> = candidates.into_iter().filter(|id| *id != taker && meets(id)).collect();
    let named = |name: &str| -> Vec<DeploymentId> {
        candidates.iter().copied().filter(|id| environments.of(*id).is_some_and(|e| e.name() == name)).collect()
    };
    let own = environments.of(taker).map_or("", Environment::name);
    let folded = workspace.map(|name| Environment::new("", name).name().to_owned());
    for name in [folded.as_deref().unwrap_or(own), own] {
        if let [only] = named(name)[..] {
            return Some(only);
        }
    }
    if let [only] = candidates[..] { Some(only) } else { None }
}

fn gift(evaluated: &Evaluated, received: Handed) -> Gift {
    let mut handed = received;
    let estate = Estate::new(evaluated.deployment.clone().into_iter().collect());
    let over = |(name, value): (&Arc<str>, &Value)| (Arc::clone(name), estate.hand_over(value, &mut handed));
    let outputs = Arc::new(evaluated.outputs.iter().map(over).collect());
    Gift { outputs, handed }
}
