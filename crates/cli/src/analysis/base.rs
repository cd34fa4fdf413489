//! The base that a run is compared with: what stood at a revision. Only roots of which a file changed are evaluated again; the others' deployments are
//! those of now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{
    Deployment, DeploymentId, DeploymentPair, Environment, Environments, Estate, Move, Pairs, Presence, Root,
    RootInputs, RootKind,
};
use cmklint_rules::Before;
use cmklint_source::{Diagnostic, Severity, Sources, parent};
use rayon::prelude::*;

use super::links::{Need, Received, What};
use super::{Job, Request, Run, deployment_id as id, join};
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
    root: Root,
    inputs: Option<String>,
}

impl Key {
    fn of(job: &Job) -> Self {
        let key = job.key();
        let inputs = match &key.inputs {
            // A plan is compared with the root that it is of.
            RootInputs::Document(_) => None,
            inputs => inputs.file().map(str::to_owned),
        };
        Self { root: key.root.clone(), inputs }
    }

    fn is_template(&self) -> bool {
        matches!(self.root.kind(), RootKind::Template | RootKind::TemplateSpec(_))
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
        let by_key = jobs.iter().enumerate().map(|(i, job)| (Key::of(job), i)).collect();
        Self { run, jobs, by_key }
    }

    fn environment(&self, key: &Key) -> Option<&Environment> {
        Some(self.jobs.get(*self.by_key.get(key)?)?.environment())
    }

    /// What the job at `at` is given, and by whom.
    fn given<'n>(&self, needs: &'n [Vec<Need>], at: usize) -> BTreeSet<(Option<Key>, &'n What)> {
        let needs = needs.get(at).into_iter().flatten();
        needs.map(|need| (self.jobs.get(need.from).map(Key::of), &need.what)).collect()
    }

    fn has_root(&self, key: &Key) -> bool {
        self.by_key.keys().any(|k| k.root == key.root)
    }

    /// The files that a job reads.
    fn files(&self, job: &Job) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        match job {
            Job::Terraform { dir, tfvars, .. } => {
                out.extend(tfvars.iter().cloned());
                out.extend(self.run.request.terraform.var_files.iter().cloned());
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
            Job::Document { file, .. } => out.extend([file.path().to_owned()]),
            // Not all that a unit reads is known: `same` takes none for unchanged.
            Job::Terragrunt { path, .. } => out.extend([path.clone()]),
            Job::Template { path, parameters, .. } => {
                out.extend(self.run.store.closure(path));
                out.extend(upward(parent(path), "bicepconfig.json"));
                out.extend(parameters.and_then(|i| self.run.parameter_files.get(i)).map(|p| p.path.clone()));
            }
            Job::Spec { path, .. } => out.extend(self.run.store.closure(path)),
        }
        let mut open: Vec<String> = out.iter().filter(|path| path.contains(".bicep")).cloned().collect();
        while let Some(path) = open.pop() {
            let Ok(file) = self.run.sources.load(&path) else { continue };
            open.extend(imports(&path, file.text()).into_iter().filter(|from| out.insert(from.clone())));
        }
        out
    }
}

/// What a run came to.
pub(super) struct Now<'a> {
    pub(super) jobs: &'a [Job],
    /// What each job needs of others.
    pub(super) needs: &'a [Vec<Need>],
    /// The moves that each job's code states.
    pub(super) moves: &'a [Vec<Move>],
    pub(super) estate: &'a Estate,
}

/// What stood at `base`, beside what `run` came to.
pub(super) fn compare(base: &Base, run: &Run<'_>, came_to: &Now<'_>) -> Compared {
    let Now { jobs, needs, moves, estate: now } = *came_to;
    let unchanged = |path: &String| (base.unchanged)(path);
    let same_files = base.request.candidates == run.request.candidates;
    // All that was read, also by name, from expressions and imports.
    let asked = run.sources.asked_for();
    if same_files && asked.par_iter().all(unchanged) {
        return Compared::default();
    }

    let mut older = Run::new(&base.request, &base.sources);
    older.store =
        Arc::new(TemplateStore::older(Arc::clone(&base.sources), Arc::clone(&run.store), Arc::clone(&base.unchanged)));
    older.read();
    let mut older_jobs = older.jobs();
    // What is wrong with the links of the configuration is said of now.
    let said = older.diagnostics.len();
    let older_needs = older.needs(&mut older_jobs);
    older.diagnostics.truncate(said);
    let (then, now_jobs) = (Jobs::new(&older, &older_jobs), Jobs::new(run, jobs));

    // Whether a job's own files come to what they come to now.
    let same_text = |at: usize, job: &Job| {
        let files = then.files(job);
        let counterpart = now_jobs.jobs.get(at).map(|job| now_jobs.files(job));
        let text = |path: &String| base.sources.load(path).map(|f| f.text().to_owned()).unwrap_or_default();
        counterpart.as_ref() == Some(&files)
            && !matches!(job, Job::Terragrunt { .. } | Job::Document { .. })
            && files.iter().all(unchanged)
            && !files.iter().any(|p| reads_files(&text(p)))
    };
    let counterpart = |at: usize| now_jobs.by_key.get(&Key::of(then.jobs.get(at)?)).copied();
    let mut same: Vec<bool> = (0..older_jobs.len())
        .map(|at| {
            let there = counterpart(at).zip(then.jobs.get(at));
            there.is_some_and(|(now_at, job)| {
                same_text(now_at, job) && then.given(&older_needs, at) == now_jobs.given(needs, now_at)
            })
        })
        .collect();
    // A job that is given something by one that came to something else comes to something else.
    loop {
        let is_same = |at: usize| same.get(at) == Some(&true);
        let gives_other = |at: &usize| older_needs.get(*at).into_iter().flatten().any(|need| !is_same(need.from));
        let others: Vec<usize> = (0..same.len()).filter(|at| is_same(*at)).filter(gives_other).collect();
        if others.is_empty() {
            break;
        }
        for at in others {
            if let Some(same) = same.get_mut(at) {
                *same = false;
            }
        }
    }
    let mut todo = Vec::new();
    let mut kept: Vec<Deployment> = Vec::new();
    let mut left = Vec::new();
    for (key, at) in &then.by_key {
        let Some(job) = then.jobs.get(*at) else { continue };
        match now_jobs.by_key.get(key) {
            Some(counterpart) if same.get(*at) == Some(&true) => kept.extend(now.deployment(id(*counterpart)).cloned()),
            Some(counterpart) => todo.push((job, *at, *counterpart, Some(*counterpart))),
            None => left.push((*at, job)),
        }
    }
    let fresh = jobs.len();
    for (i, (at, job)) in left.iter().enumerate() {
        todo.push((*job, *at, fresh + i, None));
    }
    let new_roots = now_jobs.by_key.keys().any(|key| !then.by_key.contains_key(key));
    if todo.is_empty() && !new_roots {
        return Compared::default();
    }
    let places: BTreeMap<usize, usize> = todo.iter().map(|(_, at, place, _)| (*at, *place)).collect();
    // Jobs that are not to do give what they give now, from where they stand now.
    let place = |at: usize| places.get(&at).copied().or_else(|| counterpart(at)).unwrap_or(usize::MAX);
    let mut evaluated = older.evaluate_as(&older_jobs, &older_needs, places.keys().copied().collect(), &place);

    let mut diagnostics = older.diagnostics.clone();
    diagnostics.extend(older.store.diagnostics());
    let mut environments: Vec<(DeploymentId, Environment)> =
        jobs.iter().enumerate().map(|(i, job)| (id(i), job.environment().clone())).collect();
    environments.extend(todo.iter().map(|(job, _, place, _)| (id(*place), job.environment().clone())));
    let mut deployments = kept;
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for (job, at, place, counterpart) in &todo {
        let done = evaluated.remove(at).unwrap_or_default();
        diagnostics.extend(done.diagnostics);
        let Some(deployment) = done.deployment else { continue };
        match counterpart {
            Some(counterpart) => {
                let moves = moves.get(*counterpart).cloned().unwrap_or_default();
                let by_name = matches!(job, Job::Template { .. });
                pairs.push(DeploymentPair {
                    before: id(*place),
                    after: id(*counterpart),
                    moves,
                    by_name,
                    relocated: false,
                });
            }
            None => gone.push((Key::of(job), *job, deployment.clone())),
        }
        deployments.push(deployment);
    }
    for (at, counterpart) in relocated(&gone, &then, &now_jobs, now) {
        let Some((key, job, older_one)) = gone.get(at) else { continue };
        let moves = moves.get(counterpart).cloned().unwrap_or_default();
        let (before, after, by_name) = (id(counterpart), id(counterpart), key.is_template());
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
    // What stands, stands beside both: else all that is found with it would be brought by the change.
    let estate = match &run.request.inventory {
        Some(inventory) => inventory.join(estate, run.sources, run.request.settings.inventory_findings).0,
        None => estate,
    };
    let before = Before { estate, pairs, source: base.words.as_str().into(), notes: BTreeMap::new() };
    Compared { before: Some(before), diagnostics: of_the_base(diagnostics, base), evaluated: todo.len() }
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
        a.is_template() == b.is_template()
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
    let path = key.root.path();
    match key.root.kind() {
        RootKind::TerraformModule => run.folders.contains(if path == "." { "" } else { path }),
        RootKind::Template => run.templates.contains(path),
        RootKind::TerragruntUnit => run.units.iter().any(|unit| unit == path),
        RootKind::TemplateSpec(_) | RootKind::TerraformDocument | RootKind::Inventory => false,
    }
}

fn declared(deployment: &Deployment) -> BTreeSet<String> {
    let resources = deployment.resources.iter().filter(|r| r.presence == Presence::Declared);
    resources.map(|r| format!("{} {}", r.kind.folded(), r.address)).collect()
}
