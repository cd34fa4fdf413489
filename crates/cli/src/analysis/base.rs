//! The base that a run is compared with: what stood at a revision. Only roots of which a file changed are evaluated again; the others' deployments are
//! those of now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{
    Deployment, DeploymentId, DeploymentPair, Environment, Environments, Estate, Move, Pairs, Presence,
};
use cmklint_rules::Before;
use cmklint_source::{Diagnostic, Severity, Sources};
use rayon::prelude::*;

use super::{Evaluated, Job, Received, Request, Run, deployment_id as id, join};
use crate::templates::{TemplateStore, Unchanged, imports};

/// An older state of the tree, as the files of a revision give it.
pub struct Base {
    /// The files there, and the inputs: those of now.
    pub request: Request,
    /// Their texts.
    pub sources: Arc<Sources>,
    /// Says of each path whether the file there is the same now.
    pub unchanged: Unchanged,
    /// Where it is known from, in words: `in revision main`.
    pub words: String,
    /// Whether the findings that it had are wanted.
    pub diff_only: bool,
}

/// What came of a comparison.
#[derive(Default)]
pub(super) struct Compared {
    /// What stood before; `None` where nothing changed.
    pub(super) before: Option<Before>,
    /// What could not be read of it.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many deployments were evaluated for it.
    pub(super) evaluated: usize,
}

/// What tells a job among those of one state: its root and the file of its inputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    terraform: bool,
    root: String,
    inputs: Option<String>,
}

impl Key {
    fn of(job: &Job, run: &Run<'_>) -> Self {
        match job {
            Job::Terraform { dir, label, tfvars, .. } => {
                // Without an environment, all variable files are those that Terraform takes by itself.
                let inputs = label.contains(" with ").then(|| tfvars.last().cloned()).flatten();
                Self { terraform: true, root: dir.clone(), inputs }
            }
            Job::Terragrunt { path, .. } => Self { terraform: true, root: path.clone(), inputs: None },
            Job::Template { path, parameters, .. } => {
                let inputs = parameters.and_then(|i| run.parameter_files.get(i)).map(|p| p.path.clone());
                Self { terraform: false, root: path.clone(), inputs }
            }
        }
    }
}

/// The jobs of one state, by key.
struct Jobs<'a> {
    run: &'a Run<'a>,
    jobs: &'a [Job],
    by_key: BTreeMap<Key, usize>,
}

impl<'a> Jobs<'a> {
    fn new(run: &'a Run<'a>, jobs: &'a [Job]) -> Self {
        let by_key = jobs.iter().enumerate().map(|(i, job)| (Key::of(job, run), i)).collect();
        Self { run, jobs, by_key }
    }

    fn environment(&self, key: &Key) -> Option<&Environment> {
        Some(self.jobs.get(*self.by_key.get(key)?)?.environment())
    }

    fn has_root(&self, key: &Key) -> bool {
        self.by_key.keys().any(|k| k.terraform == key.terraform && k.root == key.root)
    }

    /// The files that a job reads.
    fn files(&self, job: &Job) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        match job {
            Job::Terraform { dir, tfvars, .. } => {
                out.extend(tfvars.iter().cloned());
                out.extend(self.run.request.terraform.var_files.iter().cloned());
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
            // Not all that a unit reads is known: `same` takes none for unchanged.
            Job::Terragrunt { path, .. } => out.extend([path.clone()]),
            Job::Template { path, parameters, .. } => {
                out.extend(self.run.store.closure(path));
                out.extend(parameters.and_then(|i| self.run.parameter_files.get(i)).map(|p| p.path.clone()));
            }
        }
        out
    }
}

/// What stood at `base`, beside what `run` and its `jobs` came to: `now`, with the moves that each job's code states.
pub(super) fn compare(base: &Base, run: &Run<'_>, jobs: &[Job], moves: &[Vec<Move>], now: &Estate) -> Compared {
    let unchanged = |path: &String| (base.unchanged)(path);
    let same_files = base.request.candidates == run.request.candidates;
    // Files that are read by name, from expressions and imports: any of them may be read by any root.
    let asked = run.sources.asked_for();
    if same_files && asked.par_iter().all(unchanged) {
        return Compared::default();
    }
    let candidates: BTreeSet<&str> = run.request.candidates.iter().map(|c| c.path.as_str()).collect();
    let others_changed = asked.iter().any(|path| !candidates.contains(path.as_str()) && !unchanged(path));
    let bicep_changed = !same_files || asked.iter().any(|path| path.contains(".bicep") && !unchanged(path));

    let mut older = Run::new(&base.request, &base.sources);
    older.store =
        Arc::new(TemplateStore::older(Arc::clone(&base.sources), Arc::clone(&run.store), Arc::clone(&base.unchanged)));
    older.read();
    let mut older_jobs = older.jobs();
    // The roots that give something to others, as there are now. What they give is not known of the base.
    older.needs(&mut older_jobs);
    let (then, now_jobs) = (Jobs::new(&older, &older_jobs), Jobs::new(run, jobs));

    // Whether a job comes to what it comes to now.
    let same = |at: usize, job: &Job| {
        let files = then.files(job);
        let counterpart = now_jobs.jobs.get(at).map(|job| now_jobs.files(job));
        let text = |path: &String| base.sources.load(path).map(|f| f.text().to_owned()).unwrap_or_default();
        counterpart.as_ref() == Some(&files)
            && !matches!(job, Job::Terragrunt { .. })
            && files.iter().all(unchanged)
            && !(others_changed && files.iter().any(|p| reads_files(&text(p))))
            && !(bicep_changed && files.iter().any(|p| p.contains(".bicep") && imports(&text(p))))
    };
    let mut todo = Vec::new();
    let mut kept: Vec<Deployment> = Vec::new();
    let mut left = Vec::new();
    for (key, at) in &then.by_key {
        let Some(job) = then.jobs.get(*at) else { continue };
        match now_jobs.by_key.get(key) {
            Some(counterpart) if same(*counterpart, job) => kept.extend(now.deployment(id(*counterpart)).cloned()),
            Some(counterpart) => todo.push((job, *counterpart, Some(*counterpart))),
            None => left.push((key, job)),
        }
    }
    let fresh = jobs.len();
    for (i, (_, job)) in left.iter().enumerate() {
        todo.push((*job, fresh + i, None));
    }
    let new_roots = now_jobs.by_key.keys().any(|key| !then.by_key.contains_key(key));
    if todo.is_empty() && !new_roots {
        return Compared::default();
    }
    let evaluated: Vec<Evaluated> =
        todo.par_iter().map(|(job, at, _)| older.evaluate(job, *at, &Received::default())).collect();

    let mut diagnostics = older.diagnostics.clone();
    diagnostics.extend(older.store.diagnostics());
    let mut environments: Vec<(DeploymentId, Environment)> =
        jobs.iter().enumerate().map(|(i, job)| (id(i), job.environment().clone())).collect();
    environments.extend(todo.iter().map(|(job, at, _)| (id(*at), job.environment().clone())));
    let mut deployments = kept;
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for ((job, at, counterpart), done) in todo.iter().zip(evaluated) {
        diagnostics.extend(done.diagnostics);
        let Some(deployment) = done.deployment else { continue };
        match counterpart {
            Some(counterpart) => {
                let moves = moves.get(*counterpart).cloned().unwrap_or_default();
                let by_name = matches!(job, Job::Template { .. });
                pairs.push(DeploymentPair {
                    before: id(*at),
                    after: id(*counterpart),
                    moves,
                    by_name,
                    relocated: false,
                });
            }
            None => gone.push((Key::of(job, &older), *job, deployment.clone())),
        }
        deployments.push(deployment);
    }
    for (at, counterpart) in relocated(&gone, &then, &now_jobs, now) {
        let Some((key, job, older_one)) = gone.get(at) else { continue };
        let moves = moves.get(counterpart).cloned().unwrap_or_default();
        let (before, after, by_name) = (id(counterpart), id(counterpart), !key.terraform);
        // Once more, so that the inputs of the two states are the same symbols.
        if let Some(deployment) = older.evaluate(job, counterpart, &Received::default()).deployment {
            deployments.retain(|d| d.id != older_one.id);
            deployments.push(deployment);
            pairs.push(DeploymentPair { before, after, moves, by_name, relocated: true });
        }
    }
    run.sources.adopt(&base.sources);
    let estate = Estate::with_environments(deployments, Environments::new(environments));
    let pairs = Pairs::new(&estate, now, &pairs);
    let before = Before { estate, pairs, source: base.words.as_str().into(), notes: BTreeMap::new() };
    Compared { before: Some(before), diagnostics: of_the_base(diagnostics, base), evaluated: todo.len() }
}

/// Whether a template may read files by name.
fn reads_files(text: &str) -> bool {
    ["loadText", "loadJson", "loadYaml", "loadFile", "loadDirectory"].iter().any(|word| text.contains(word))
}

/// What could not be read of the base's own files, as warnings: the run checks what stands there now.
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

/// The roots of the base that stand elsewhere now, told by what they declare: the index in `gone`, and the job of now. Where several may be meant, none.
fn relocated(
    gone: &[(Key, &Job, Deployment)],
    then: &Jobs<'_>,
    now_jobs: &Jobs<'_>,
    now: &Estate,
) -> Vec<(usize, usize)> {
    let new: Vec<(&Key, usize, BTreeSet<String>)> = now_jobs
        .by_key
        .iter()
        .filter(|(key, _)| !then.has_root(key) && !stands(then.run, key))
        .filter_map(|(key, at)| Some((key, *at, declared(now.deployment(id(*at))?))))
        .collect();
    let old: Vec<(usize, &Key, BTreeSet<String>)> = gone
        .iter()
        .enumerate()
        .filter(|(_, (key, ..))| !now_jobs.has_root(key) && !stands(now_jobs.run, key))
        .map(|(i, (key, _, deployment))| (i, key, declared(deployment)))
        .collect();
    let alike = |(_, a, one): &(usize, &Key, BTreeSet<String>), (b, _, other): &(&Key, usize, BTreeSet<String>)| {
        let common = one.intersection(other).count();
        a.terraform == b.terraform
            && matches!((then.environment(a), now_jobs.environment(b)), (Some(x), Some(y)) if x.is_alike(y))
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

/// Whether the files of the root are there, be it as a root or as a module.
fn stands(run: &Run<'_>, key: &Key) -> bool {
    if run.units.contains(&key.root) {
        return true;
    }
    if key.terraform { run.folders.contains(&key.root) } else { run.templates.contains(&key.root) }
}

fn declared(deployment: &Deployment) -> BTreeSet<String> {
    let resources = deployment.resources.iter().filter(|r| r.presence == Presence::Declared);
    resources.map(|r| format!("{} {}", r.kind.folded(), r.address)).collect()
}
