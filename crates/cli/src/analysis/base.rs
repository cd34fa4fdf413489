//! The base that a run is compared with: what a revision deploys. Only roots of which a file changed are evaluated again; all other
//! roots reuse the deployments already evaluated for the working tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::work::metered;
use cmklint_graph::{
    Deployment, DeploymentId, DeploymentPair, Environment, Environments, Estate, Moves, Pairs, Presence, Root,
    RootInputs, RootKind,
};
use cmklint_rules::Before;
use cmklint_source::{Diagnostic, Severity, Sources, parent};
use rayon::prelude::*;

use super::job::{Job, JobGraph, JobKind, Needed, Taken};
use super::links::Received;
use super::request::Request;
use super::run::{Run, join};
use crate::templates::{TemplateStore, Unchanged, imports};

/// An older state of the tree, as the files of a revision give it.
pub struct Base {
    /// The files there, and the inputs: those of the working tree.
    pub request: Request,
    /// Their texts.
    pub sources: Arc<Sources>,
    /// Tells for a path whether the file there is the same now.
    pub unchanged: Unchanged,
    /// Where it is known from, in words: `in revision main`.
    pub words: String,
    /// Whether its findings are wanted.
    pub diff_only: bool,
}

/// The result of a comparison.
#[derive(Default)]
pub(super) struct Compared {
    /// What was deployed before; `None` where nothing changed.
    pub(super) before: Option<Before>,
    /// What could not be read of the base.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many deployments were evaluated for it.
    pub(super) evaluated: usize,
}

/// Identifies a job among those of one state of the tree: its root and the file of its inputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct JobKey {
    root: Root,
    inputs: Option<String>,
}

impl JobKey {
    fn of(job: &Job) -> Self {
        let key = &job.key;
        let inputs = match &key.inputs {
            // A plan is compared with its root.
            RootInputs::Document(_) => None,
            inputs => inputs.file().map(str::to_owned),
        };
        Self { root: key.root.clone(), inputs }
    }

    fn is_template(&self) -> bool {
        matches!(self.root.kind(), RootKind::Template | RootKind::Held(..))
    }
}

/// The jobs of one state of the tree, by key.
struct Jobs<'a> {
    run: &'a Run<'a>,
    graph: &'a JobGraph,
    by_key: BTreeMap<JobKey, DeploymentId>,
}

impl<'a> Jobs<'a> {
    fn new(run: &'a Run<'a>, graph: &'a JobGraph) -> Self {
        Self { run, graph, by_key: by_key(graph) }
    }

    fn environment(&self, key: &JobKey) -> Option<&Environment> {
        Some(&self.graph.job(*self.by_key.get(key)?)?.environment)
    }

    /// What the job `id` is given, and by which jobs.
    fn given(&self, id: DeploymentId) -> BTreeSet<(Option<JobKey>, &'a Needed)> {
        let needs = self.graph.needs(id).iter();
        needs.map(|need| (self.graph.job(need.from).map(JobKey::of), &need.what)).collect()
    }

    fn has_root(&self, key: &JobKey) -> bool {
        self.by_key.keys().any(|k| k.root == key.root)
    }

    /// The files that a job reads.
    fn files(&self, job: &Job) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        match &job.kind {
            JobKind::Terraform { dir, tfvars, values } => {
                out.extend(tfvars.iter().cloned());
                out.extend(values.iter().map(|value| self.run.sources.path(value.span.file)));
                out.extend(self.run.options(dir).var_files.iter().cloned());
                out.insert(join(dir, ".terraform.lock.hcl"));
                let mut folders = BTreeSet::new();
                let mut open = vec![dir.clone()];
                while let Some(dir) = open.pop() {
                    if folders.insert(dir.clone()) {
                        open.extend(self.run.calls(&dir));
                        let names = self.run.sources.files_in(&dir).into_iter();
                        out.extend(
                            names.filter(|n| cmklint_terraform::is_configuration(n)).map(|name| join(&dir, &name)),
                        );
                    }
                }
            }
            JobKind::Document { file, .. } => out.extend([file.path().to_owned()]),
            // It is not known which files a unit reads: `same_jobs` treats every unit as changed.
            JobKind::Terragrunt => out.extend([job.path().to_owned()]),
            JobKind::Template { parameters } => {
                out.extend(self.run.templates_from(job.path()));
                out.extend(upward(parent(job.path()), "bicepconfig.json"));
                out.extend(parameters.iter().flat_map(|inputs| inputs.files().iter().cloned()));
            }
            JobKind::Spec { .. } => out.extend(self.run.templates_from(job.path())),
        }
        let mut open: Vec<String> = out.iter().filter(|path| path.contains(".bicep")).cloned().collect();
        while let Some(path) = open.pop() {
            let Ok(file) = self.run.sources.load(&path) else { continue };
            open.extend(imports(&path, file.text()).into_iter().filter(|from| out.insert(from.clone())));
        }
        out
    }
}

/// The result of the run on the working tree, or on the revision to check.
pub(super) struct Now<'a> {
    pub(super) graph: &'a JobGraph,
    /// The moves that each job's code states.
    pub(super) moves: &'a BTreeMap<DeploymentId, Vec<Moves>>,
    pub(super) estate: &'a Estate,
}

/// The result for `base`, compared with that of `run`.
pub(super) fn compare(base: &Base, run: &Run<'_>, now: &Now<'_>) -> Compared {
    let unchanged = |path: &String| (base.unchanged)(path);
    // All that was read, also by name, from expressions and imports.
    let asked = run.sources.asked_for();
    if base.request.candidates == run.request.candidates && asked.par_iter().all(unchanged) {
        return Compared::default();
    }
    let mut older = Run::new(&base.request, &base.sources);
    older.store =
        Arc::new(TemplateStore::older(Arc::clone(&base.sources), Arc::clone(&run.store), Arc::clone(&base.unchanged)));
    older.is_compared = true;
    older.read();
    let older_jobs = older.jobs();
    // Errors in the links of the configuration are reported for the working tree.
    let said = older.diagnostics.len();
    let mut older_graph = older.graph(older_jobs);
    older.diagnostics.truncate(said);
    older.add_passed(&run.roots_looked_up, &mut older_graph);
    let older_graph = with_ids_of(now.graph, older_graph);
    let (then, now_jobs) = (Jobs::new(&older, &older_graph), Jobs::new(run, now.graph));
    let same = same_jobs(base, &then, &now_jobs);
    StateComparison { base, now, then, now_jobs, same }.compared()
}

/// The ids of the jobs of `graph`, by key.
fn by_key(graph: &JobGraph) -> BTreeMap<JobKey, DeploymentId> {
    graph.jobs().map(|(id, job)| (JobKey::of(job), id)).collect()
}

/// `older` with the ids of `now` for the same jobs, and new ids for the others.
fn with_ids_of(now: &JobGraph, older: JobGraph) -> JobGraph {
    let ids = by_key(now);
    let mut taken = BTreeSet::new();
    let mut next = now.next_id();
    let mut renamed = BTreeMap::new();
    let mut jobs: Vec<(JobKey, DeploymentId)> = older.jobs().map(|(id, job)| (JobKey::of(job), id)).collect();
    jobs.sort();
    for (key, id) in jobs {
        let new = ids.get(&key).copied().filter(|id| taken.insert(*id)).unwrap_or_else(|| {
            let id = next;
            next = DeploymentId(next.0.saturating_add(1));
            id
        });
        renamed.insert(id, new);
    }
    older.renamed(&renamed)
}

/// The jobs of `then` whose result is the same now: their files and what they are given are the same.
fn same_jobs(base: &Base, then: &Jobs<'_>, now: &Jobs<'_>) -> BTreeSet<DeploymentId> {
    let has_same_files = |id: DeploymentId, job: &Job| {
        let files = then.files(job);
        let text = |path: &String| base.sources.load(path).map(|f| f.text().to_owned()).unwrap_or_default();
        now.graph.job(id).map(|job| now.files(job)).as_ref() == Some(&files)
            && !matches!(job.kind, JobKind::Terragrunt | JobKind::Document { .. })
            && files.iter().all(|path| (base.unchanged)(path))
            && !files.iter().any(|path| reads_files(&text(path)))
    };
    let is_same = |(id, job): &(DeploymentId, &Job)| has_same_files(*id, job) && then.given(*id) == now.given(*id);
    let mut same: BTreeSet<DeploymentId> = then.graph.jobs().filter(is_same).map(|(id, _)| id).collect();
    // A job that is given something by a job with another result has another result too.
    loop {
        let gives_other = |id: &&DeploymentId| then.graph.needs(**id).iter().any(|need| !same.contains(&need.from));
        let others: Vec<DeploymentId> = same.iter().filter(gives_other).copied().collect();
        if others.is_empty() {
            return same;
        }
        same.retain(|id| !others.contains(id));
    }
}

/// Two states of the tree. A job that is in both has the same id in both.
struct StateComparison<'a> {
    base: &'a Base,
    now: &'a Now<'a>,
    then: Jobs<'a>,
    now_jobs: Jobs<'a>,
    /// The jobs with the same result.
    same: BTreeSet<DeploymentId>,
}

/// A deployment that is only in the base.
struct Gone<'a> {
    key: JobKey,
    job: &'a Job,
    deployment: Deployment,
}

impl StateComparison<'_> {
    /// Evaluates the jobs that are not the same.
    fn compared(self) -> Compared {
        let Self { base, now, then, now_jobs, same } = &self;
        let (run, older) = (now_jobs.run, then.run);
        let in_both = |id: &DeploymentId| now.graph.job(*id).is_some();
        let (kept, other): (Vec<DeploymentId>, Vec<DeploymentId>) =
            then.by_key.values().copied().partition(|id| same.contains(id));
        let (changed, left): (Vec<DeploymentId>, Vec<DeploymentId>) = other.into_iter().partition(in_both);
        let todo: Vec<DeploymentId> = changed.into_iter().chain(left).collect();
        if todo.is_empty() && now_jobs.by_key.keys().all(|key| then.by_key.contains_key(key)) {
            return Compared::default();
        }
        let mut evaluated = older.evaluate_jobs(then.graph, todo.iter().copied());
        let mut diagnostics = older.diagnostics.clone();
        diagnostics.extend(older.store.diagnostics());
        let mut deployments: Vec<Deployment> =
            kept.into_iter().filter_map(|id| now.estate.deployment(id).cloned()).collect();
        let (mut pairs, mut gone, mut taken) = (Vec::new(), Vec::new(), Taken::default());
        for id in &todo {
            let Some(done) = evaluated.get_mut(id) else { continue };
            taken.take(done, &mut diagnostics);
            let (Some(deployment), Some(job)) = (done.deployment.take(), then.graph.job(*id)) else { continue };
            if in_both(id) {
                let by_name = matches!(job.kind, JobKind::Template { .. });
                pairs.push(self.pair(*id, by_name, false));
            } else {
                gone.push(Gone { key: JobKey::of(job), job, deployment: deployment.clone() });
            }
            deployments.push(deployment);
        }
        for (gone, id) in self.relocated(&gone) {
            // Evaluated again, so that the inputs of the two states are the same symbols.
            if let Some(deployment) = older.evaluate(gone.job, id, &Received::default()).deployment {
                deployments.retain(|d| d.id != gone.deployment.id);
                deployments.push(deployment);
                pairs.push(self.pair(id, gone.key.is_template(), true));
            }
        }
        run.sources.adopt(&base.sources);
        let others = todo.iter().filter_map(|id| Some((*id, then.graph.job(*id)?.environment.clone())));
        let environments = Environments::new(now.graph.environments().chain(others));
        let steps = run.request.limits.join_steps(run.bytes_read());
        let (estate, _) = metered(steps, || Estate::with_environments(deployments, environments));
        let (pairs, _) = metered(steps, || Pairs::new(&estate, now.estate, &pairs));
        // The inventory is joined to both states: else every finding that involves it would count as new.
        let (estate, _) = run.with_inventory(estate);
        let before = Before { estate, pairs, source: base.words.as_str().into(), notes: BTreeMap::new() };
        Compared { before: Some(before), diagnostics: of_the_base(diagnostics, base), evaluated: todo.len() }
    }

    /// The pair of the two deployments of the job `id`.
    fn pair(&self, id: DeploymentId, by_name: bool, relocated: bool) -> DeploymentPair {
        let moves = self.now.moves.get(&id).cloned().unwrap_or_default();
        DeploymentPair { before: id, after: id, moves, by_name, relocated }
    }

    /// The roots of the base that are elsewhere now, recognized by what they declare; each with the job of the working tree. Where several may be meant, none.
    fn relocated<'g>(&self, gone: &'g [Gone<'g>]) -> Vec<(&'g Gone<'g>, DeploymentId)> {
        let Self { now, then, now_jobs, .. } = self;
        let new: Vec<(&JobKey, DeploymentId, BTreeSet<String>)> = now_jobs
            .by_key
            .iter()
            .filter(|(key, _)| !then.has_root(key) && !is_there(then.run, key))
            .filter_map(|(key, id)| Some((key, *id, declared(now.estate.deployment(*id)?))))
            .collect();
        let old: Vec<(&Gone<'_>, BTreeSet<String>)> = gone
            .iter()
            .filter(|gone| !now_jobs.has_root(&gone.key) && !is_there(now_jobs.run, &gone.key))
            .map(|gone| (gone, declared(&gone.deployment)))
            .collect();
        let alike = |(gone, one): &(&Gone<'_>, BTreeSet<String>),
                     (key, _, other): &(&JobKey, DeploymentId, BTreeSet<String>)| {
            let common = one.intersection(other).count();
            gone.key.is_template() == key.is_template()
                && matches!((then.environment(&gone.key), now_jobs.environment(key)), (Some(x), Some(y)) if x.is_alike(y))
                && common > 0
                && common * 2 >= one.union(other).count()
        };
        let mut out = Vec::new();
        for a in &old {
            let mut candidates = new.iter().filter(|b| alike(a, b));
            if let (Some(b), None) = (candidates.next(), candidates.next())
                && old.iter().filter(|other| alike(other, b)).count() == 1
            {
                out.push((a.0, b.1));
            }
        }
        out
    }
}

/// Whether a text may read files by name, any of which may have changed.
fn reads_files(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["loadText", "loadJson", "loadYaml", "loadFile", "loadDirectory", "file(", "fileset(", "filebase64("];
    WORDS.iter().any(|word| text.contains(word))
}

/// The path of the file `name` in the folder at `dir` and in each above it.
fn upward(dir: &str, name: &str) -> Vec<String> {
    let mut out = vec![join(dir, name)];
    let mut at = dir;
    while !at.is_empty() {
        at = parent(at);
        out.push(join(at, name));
    }
    out
}

/// What could not be read of the base's own files, as warnings: the run checks the files as they are now.
fn of_the_base(diagnostics: Vec<Diagnostic>, base: &Base) -> Vec<Diagnostic> {
    let own = |d: &Diagnostic| {
        let path = d.span.map(|s| base.sources.path(s.file)).or_else(|| d.path.clone());
        path.is_some_and(|path| !(base.unchanged)(&path))
    };
    let errors = diagnostics.into_iter().filter(|d| d.severity == Severity::Error && own(d));
    let warning = |d: Diagnostic| {
        let message = format!("{}, {}", base.words, d.message);
        Diagnostic { severity: Severity::Warning, code: "base", message, ..d }
    };
    errors.map(warning).collect()
}

/// Whether the files of the root exist, as a root or as a module.
fn is_there(run: &Run<'_>, key: &JobKey) -> bool {
    let path = key.root.path();
    match key.root.kind() {
        RootKind::TerraformModule => run.folders.contains(if path == "." { "" } else { path }),
        RootKind::Template => run.templates.contains(path),
        RootKind::TerragruntUnit => run.units.iter().any(|unit| unit == path),
        RootKind::Held(..) | RootKind::TerraformDocument | RootKind::Inventory => false,
    }
}

fn declared(deployment: &Deployment) -> BTreeSet<String> {
    let resources = deployment.resources.iter().filter(|r| r.presence == Presence::Declared);
    resources.map(|r| format!("{} {}", r.kind.folded(), r.address)).collect()
}
