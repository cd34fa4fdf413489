//! From files to findings: finds the roots, hands each to its front-end, joins the deployments into one estate and runs the rules.
//! Nothing here prints, and the disk is only read through [`Sources`].

mod base;
mod coverage;
mod documents;
mod evaluate;
mod explore;
mod inputs;
mod job;
mod joins;
mod links;
mod read;
mod relevance;
mod roots;
mod specs;
mod stated;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use base::Base;
use cmklint_graph::work::metered;
use cmklint_graph::{Deployment, Environments, Estate};
use cmklint_inventory::Inventory;
use cmklint_report::Coverage;
use cmklint_rules::{AdeEntry, Finding};
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};
pub use coverage::{DeploymentSeen, JoinedTo, RootSeen};
pub use inputs::UnusedInput;
pub(crate) use inputs::folders;
pub use stated::{Stated, StatedKind};

use crate::areas::Areas;
use crate::config::{LinkConfig, RootConfig};
use crate::kept::{Kept, KeptJobs};
use crate::limits::Limits;
use crate::templates::{ParameterFile, TemplateStore};
use crate::tree::Candidate;
use job::{Evaluated, Job, JobGraph, JobKind};
use read::{ReadCandidate, note};

/// What to analyze, and how.
#[derive(Debug, Default)]
pub struct Request {
    /// The files, by path.
    pub candidates: Vec<Candidate>,
    /// The settings of each configuration: which rules run, how roots are read.
    pub areas: Areas,
    /// Plans and states of Terraform.
    pub documents: Vec<Arc<SourceFile>>,
    /// Parameter files that were named (tree-relative): they replace those found beside the templates.
    pub parameters: Vec<String>,
    /// Where template roots are deployed, by path.
    pub roots: BTreeMap<String, RootConfig>,
    /// What is deployed already.
    pub inventory: Option<Arc<Inventory>>,
    /// Which outputs of one root are inputs of another.
    pub links: Vec<LinkConfig>,
    /// Variables and modules that are stated somewhere, to report those that match nothing.
    pub stated: Vec<Stated>,
    /// Whether all templates are parsed, also those that can lead to no finding, to report errors in their text.
    pub parses_all: bool,
    /// Whether a list of the roots is wanted, with how each is joined to others.
    pub lists_roots: bool,
    /// Whether a list of what has Azure Disk Encryption is wanted; then all rows of an inventory are read.
    pub lists_ade: bool,
    /// Whether what rules of a team's own see is wanted.
    pub lists_own_input: bool,
    /// How much the run may cost.
    pub limits: Limits,
    /// What an earlier analysis left.
    pub before: Option<Arc<Kept>>,
}

impl Request {
    /// Whether faults in the inventory alone are reported.
    fn inventory_findings(&self) -> bool {
        self.lists_ade || self.areas.settings().iter().any(|settings| settings.inventory_findings)
    }
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics {
    /// Files that were looked at: templates, parameter files, Terraform files, and JSON that is none of these.
    pub files: usize,
    /// Files of a language that is supported.
    pub sources: usize,
    /// Files among them without an error.
    pub parsed: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Root modules and root templates.
    pub roots: usize,
    /// Deployments that were evaluated: roots with each of their inputs.
    pub deployments: usize,
    /// Roots that were not evaluated, since nothing in their files can reach a compute or key vault resource.
    pub skipped_roots: usize,
    /// Deployments of a base that were evaluated, since a file of theirs changed; `None` without a base.
    pub again: Option<usize>,
    /// Resources in the graph.
    pub resources: usize,
    /// Time to read and parse.
    pub parsing: Duration,
    /// Time to evaluate.
    pub evaluating: Duration,
    /// Time of the rules.
    pub checking: Duration,
}

impl Statistics {
    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.sources += other.sources;
        self.parsed += other.parsed;
        self.bytes += other.bytes;
        self.roots += other.roots;
        self.deployments += other.deployments;
        self.skipped_roots += other.skipped_roots;
        self.again = self.again.zip(other.again).map(|(a, b)| a + b).or(self.again).or(other.again);
        self.resources += other.resources;
        self.parsing += other.parsing;
        self.evaluating += other.evaluating;
        self.checking += other.checking;
    }
}

/// The result of an analysis.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The findings, sorted, ignored ones included.
    pub findings: Vec<Finding>,
    /// What could not be read or understood, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The resource graph.
    pub estate: Estate,
    /// The files that belong to some language, by path.
    pub files: Vec<String>,
    /// The roots: folders of Terraform modules (`.` for the tree's own), paths of templates.
    pub roots: BTreeSet<String>,
    /// The files of inputs that no root takes, sorted.
    pub unused_inputs: Vec<UnusedInput>,
    /// What was analyzed, and what was not.
    pub coverage: Coverage,
    /// The roots, where the list was requested.
    pub listed_roots: Vec<RootSeen>,
    /// What has Azure Disk Encryption, where the list was requested.
    pub ade: Vec<AdeEntry>,
    /// What rules of a team's own see, as JSON, where it was wanted.
    pub own_input: Option<String>,
    /// Counts.
    pub statistics: Statistics,
    /// The findings of the base; `None` where they were not requested.
    pub known: Option<Vec<Finding>>,
    /// What there is for the next analysis.
    pub kept: Kept,
}

/// Analyzes the files of `request`.
#[must_use]
pub fn analyze(request: &Request, sources: &Arc<Sources>) -> Analysis {
    analyze_against(request, sources, None)
}

/// Analyzes the files of `request`, and compares them with those of `base`.
#[must_use]
pub fn analyze_against(request: &Request, sources: &Arc<Sources>, base: Option<&Base>) -> Analysis {
    let start = Instant::now();
    let mut run = Run::new(request, sources);
    run.read();
    let jobs = run.jobs();
    let graph = run.graph(jobs);
    run.check_stated();
    run.statistics.parsing = start.elapsed();

    let start = Instant::now();
    let mut evaluated = run.evaluate_jobs(&graph, graph.ids());
    run.add_states(&graph, &mut evaluated);
    let mut deployments = Vec::new();
    for done in evaluated.values_mut() {
        deployments.extend(done.deployment.take());
        run.diagnostics.append(&mut done.diagnostics);
    }
    run.diagnostics.extend(run.store.diagnostics());
    run.statistics.evaluating = start.elapsed();

    let start = Instant::now();
    run.statistics.deployments = deployments.len();
    run.statistics.resources = deployments.iter().map(|d| d.resources.len()).sum();
    let mut estate = run.estate(deployments, graph.meetings());
    if let Some(inventory) = &request.inventory {
        let (joined, diagnostics) = inventory.join(estate, sources, request.inventory_findings());
        estate = joined;
        run.diagnostics.extend(diagnostics);
    }
    run.diagnostics.extend(estate.remarks());
    let by_documents = documents::before(&mut evaluated, &estate);
    let moves = evaluated.into_iter().map(|(id, done)| (id, done.moves)).collect();
    let now = base::Now { graph: &graph, moves: &moves, estate: &estate };
    let compared = base.map(|base| base::compare(base, &run, &now)).unwrap_or_default();
    // A requested revision takes precedence over the state that a plan was made from.
    let before = compared.before.as_ref().or(by_documents.as_ref());
    let areas = &request.areas;
    let steps = request.limits.rule_steps(run.bytes_read());
    let own = areas.evaluate_own(&estate, before, steps);
    let checked =
        areas.check(sources, steps, |settings| cmklint_rules::run_with(&estate, before, &own.rules(), settings));
    run.diagnostics.extend(own.diagnostics.iter().cloned());
    run.diagnostics.extend(checked.diagnostics);
    let findings = checked.findings;
    let known = base.filter(|base| base.diff_only).map(|_| match &compared.before {
        Some(before) => {
            let own = areas.evaluate_own(&before.estate, None, steps);
            let check = |settings: &_| cmklint_rules::run_with(&before.estate, None, &own.rules(), settings);
            areas.check(sources, steps, check).findings
        }
        None => findings.clone(),
    });
    let explored = explore::findings(&mut run, &graph, &findings);
    run.statistics.again = base.map(|_| compared.evaluated);
    run.diagnostics.extend(compared.diagnostics);
    run.statistics.checking = start.elapsed();
    let findings = findings.into_iter().chain(explored).collect();
    let ade = if request.lists_ade { cmklint_rules::ade_entries(&estate) } else { Vec::new() };
    let own_input = if request.lists_own_input { cmklint_custom::input(&estate, before, steps) } else { None };
    let listed_roots = if request.lists_roots { run.roots_seen(&graph, &estate) } else { Vec::new() };
    run.sort_diagnostics();
    let coverage = run.coverage(&graph, run.statistics.resources, &run.diagnostics);
    Analysis { known, coverage, listed_roots, ade, own_input, ..run.finish(findings, estate) }
}

/// Only reads and parses the files of `request`: what the time of a whole analysis is compared with.
#[must_use]
pub fn read_only(request: &Request, sources: &Arc<Sources>) -> Statistics {
    let start = Instant::now();
    let mut run = Run::new(request, sources);
    run.read();
    run.statistics.parsing = start.elapsed();
    run.finish(Vec::new(), Estate::default()).statistics
}

struct Run<'a> {
    request: &'a Request,
    sources: &'a Arc<Sources>,
    store: Arc<TemplateStore>,
    templates: BTreeSet<String>,
    /// Templates that cannot matter and are not parsed, by path, with what they link to.
    unparsed: BTreeMap<String, Vec<String>>,
    /// JSON that a compiler made of the Bicep file beside it, which is read instead.
    twins: BTreeSet<String>,
    parameter_files: Vec<Arc<ParameterFile>>,
    folders: BTreeSet<String>,
    /// Paths of Terragrunt's configuration files.
    units: Vec<String>,
    /// Plans and states.
    documents: Vec<Arc<SourceFile>>,
    /// The states of roots that are checked, by the root's folder.
    states: Vec<(String, Arc<SourceFile>)>,
    /// Folders of Terraform's root modules.
    root_modules: Vec<String>,
    files: BTreeSet<String>,
    roots: BTreeSet<String>,
    /// The roots that are not evaluated, since nothing in their files can reach a compute or key vault resource.
    passed: BTreeSet<String>,
    /// The folders of the units that each Terragrunt unit depends on, by its path.
    unit_dependencies: BTreeMap<String, Vec<String>>,
    /// The modules that each folder of Terraform files calls.
    called: BTreeMap<String, Vec<String>>,
    /// The parameter files of each template.
    given: BTreeMap<String, Vec<Arc<ParameterFile>>>,
    /// Files of Terraform variables, by path.
    variable_files: Vec<String>,
    /// The sets of inputs of root modules whose files are not where Terraform looks, by the root's folder.
    placed_elsewhere: BTreeMap<String, Vec<cmklint_terraform::Instantiation>>,
    /// Where scripts name variable files, by the root's folder and the file.
    named_by_scripts: BTreeMap<(String, String), Span>,
    /// The files of inputs that no root takes.
    unused_inputs: Vec<UnusedInput>,
    diagnostics: Vec<Diagnostic>,
    statistics: Statistics,
    /// Whether roots are also evaluated with other values than the defaults.
    explores: bool,
    /// What jobs come to, for the next analysis.
    jobs_made: KeptJobs,
}

impl<'a> Run<'a> {
    fn new(request: &'a Request, sources: &'a Arc<Sources>) -> Self {
        Self {
            request,
            sources,
            store: Arc::new(match request.before.as_ref().and_then(|kept| kept.templates.as_ref()) {
                Some(before) => TemplateStore::after(Arc::clone(sources), before),
                None => TemplateStore::new(Arc::clone(sources)),
            }),
            templates: BTreeSet::new(),
            unparsed: BTreeMap::new(),
            twins: BTreeSet::new(),
            parameter_files: Vec::new(),
            folders: BTreeSet::new(),
            units: Vec::new(),
            documents: request.documents.clone(),
            states: Vec::new(),
            root_modules: Vec::new(),
            files: BTreeSet::new(),
            roots: BTreeSet::new(),
            passed: BTreeSet::new(),
            unit_dependencies: BTreeMap::new(),
            called: BTreeMap::new(),
            given: BTreeMap::new(),
            variable_files: Vec::new(),
            placed_elsewhere: BTreeMap::new(),
            named_by_scripts: BTreeMap::new(),
            unused_inputs: Vec::new(),
            diagnostics: Vec::new(),
            statistics: Statistics::default(),
            explores: false,
            jobs_made: KeptJobs::new(sources),
        }
    }

    /// The options for the Terraform root in the folder at `path`, or the Terragrunt unit there.
    fn options(&self, path: &str) -> &'a cmklint_terraform::Options {
        &self.request.areas.of(path).terraform
    }

    /// The cache of parsed Terraform files.
    fn cache(&self) -> &'a cmklint_terraform::ParseCache {
        &self.options("").cache
    }

    /// Whether the root at `path` is also evaluated with other values than the defaults.
    fn explores_at(&self, path: &str) -> bool {
        self.explores && self.request.areas.of(path).explore
    }

    /// The number of bytes that were read.
    fn bytes_read(&self) -> u64 {
        self.files.iter().filter_map(|f| self.sources.loaded(f)).map(|f| f.text().len() as u64).sum()
    }

    /// The estate of `deployments`, which meet as `meetings` say.
    fn estate(&mut self, deployments: Vec<Deployment>, meetings: Environments) -> Estate {
        let steps = self.request.limits.join_steps(self.bytes_read());
        let (estate, metered) = metered(steps, || Estate::with_environments(deployments, meetings));
        if metered.is_spent {
            let message = "so many resources have names that are not known that not all were held against one another: faults may be missing";
            self.diagnostics.push(
                Diagnostic::new(Severity::Warning, "too-many-resources", message)
                    .help("`limits` in .cmklint.hcl lets more be looked at"),
            );
        }
        estate
    }

    /// Sorts the diagnostics by place, and removes duplicates.
    fn sort_diagnostics(&mut self) {
        let sources = self.sources;
        let key = |d: &Diagnostic| {
            let path = d.span.map(|s| sources.path(s.file)).or_else(|| d.path.clone()).unwrap_or_default();
            (path, d.span.map_or(0, |s| s.start), d.severity, d.code, d.message.clone())
        };
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup();
    }

    fn finish(mut self, mut findings: Vec<Finding>, estate: Estate) -> Analysis {
        let sources = self.sources;
        cmklint_rules::sort_by_place(&mut findings, sources);
        self.sort_diagnostics();
        self.unused_inputs.sort();
        let broken: BTreeSet<String> = self
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .filter_map(|d| d.span.map(|s| sources.path(s.file)).or_else(|| d.path.clone()))
            .collect();
        self.statistics.sources = self.files.len();
        self.statistics.parsed = self.files.iter().filter(|f| !broken.contains(*f)).count();
        self.statistics.bytes = self.bytes_read();
        let kept = Kept {
            sources: Some(Arc::clone(sources)),
            trees: Arc::clone(&self.options("").cache),
            templates: Some(Arc::clone(&self.store)),
            jobs: self.jobs_made,
            ..Kept::default()
        };
        Analysis {
            kept,
            findings,
            diagnostics: self.diagnostics,
            estate,
            files: self.files.into_iter().collect(),
            roots: self.roots,
            unused_inputs: self.unused_inputs,
            coverage: Coverage::default(),
            listed_roots: Vec::new(),
            ade: Vec::new(),
            own_input: None,
            statistics: self.statistics,
            known: None,
        }
    }
}

fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}
