//! From files to findings: finds the roots, hands each to its front-end, joins the deployments into one estate and runs the rules.
//! Nothing here prints or reads the disk but through [`Sources`].

mod base;
mod documents;
mod links;
mod specs;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use base::Base;
use cmklint_graph::{Deployment, DeploymentId, Environment, Environments, Estate, Move, Value};
use cmklint_inventory::Inventory;
use cmklint_rules::{Finding, Settings};
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, file_name, parent};
use cmklint_template::{Inputs, Limits};
use indexmap::IndexMap;
use rayon::prelude::*;

use crate::config::{LinkConfig, RootConfig};
use crate::environments::environment_of;
use crate::nested;
use crate::templates::{Given, ParameterFile, TemplateStore, read_parameters, template_of};
use crate::tree::{Candidate, FileKind};
use links::Received;

/// What to analyze, and how.
#[derive(Debug, Default)]
pub struct Request {
    /// The files, by path.
    pub candidates: Vec<Candidate>,
    /// Which rules run.
    pub settings: Settings,
    /// The inputs of the Terraform roots.
    pub terraform: cmklint_terraform::Options,
    /// Plans and states of Terraform.
    pub documents: Vec<Arc<SourceFile>>,
    /// Whether those of them that are of no root that is read are deployments of their own.
    pub own_documents: bool,
    /// Parameter files that were named (tree-relative): they replace those found beside the templates.
    pub parameters: Vec<String>,
    /// Where template roots are deployed, by path.
    pub roots: BTreeMap<String, RootConfig>,
    /// What already stands.
    pub inventory: Option<Arc<Inventory>>,
    /// Which outputs of one root are inputs of another.
    pub links: Vec<LinkConfig>,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics {
    /// Files that were looked at: each is a template, a parameter file, a Terraform file, or JSON that is none of these.
    pub files: usize,
    /// Files of a language that is read.
    pub sources: usize,
    /// Of these, files without an error.
    pub parsed: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Root modules and root templates.
    pub roots: usize,
    /// Deployments that were evaluated: roots with each of their inputs.
    pub deployments: usize,
    /// Roots that were not evaluated, since nothing in their files can reach a compute or key vault resource.
    pub passed_over: usize,
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
        self.passed_over += other.passed_over;
        self.again = self.again.zip(other.again).map(|(a, b)| a + b).or(self.again).or(other.again);
        self.resources += other.resources;
        self.parsing += other.parsing;
        self.evaluating += other.evaluating;
        self.checking += other.checking;
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The findings, sorted, none ignored yet.
    pub findings: Vec<Finding>,
    /// What could not be read or understood, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The resource graph.
    pub estate: Estate,
    /// The files that belong to some language, by path.
    pub files: Vec<String>,
    /// The roots: folders of Terraform modules (`.` for the tree's own), paths of templates.
    pub roots: BTreeSet<String>,
    /// Counts.
    pub statistics: Statistics,
    /// The findings that the base had; `None` where they were not asked for.
    pub known: Option<Vec<Finding>>,
}

/// A root and the inputs of one of its instantiations.
enum Job {
    Terraform {
        dir: String,
        label: String,
        tfvars: Vec<String>,
        environment: Environment,
    },
    /// A plan of Terraform, or a state that no root's configuration is beside.
    Document {
        file: Arc<SourceFile>,
        root: Option<String>,
        label: String,
        environment: Environment,
    },
    /// A unit of Terragrunt, by its file's path.
    Terragrunt {
        path: String,
        label: String,
        environment: Environment,
    },
    Template {
        path: String,
        parameters: Option<usize>,
        label: String,
        environment: Environment,
    },
    /// What a template spec in the file at `path` holds, by its place among those.
    Spec {
        path: String,
        at: usize,
        label: String,
        environment: Environment,
    },
}

impl Job {
    fn environment(&self) -> &Environment {
        let (Self::Terraform { environment, .. }
        | Self::Document { environment, .. }
        | Self::Terragrunt { environment, .. }
        | Self::Template { environment, .. }
        | Self::Spec { environment, .. }) = self;
        environment
    }

    /// The root's path; `.` for the tree's own folder.
    fn root(&self) -> &str {
        self.environment().root()
    }

    fn label(&self) -> &str {
        let (Self::Terraform { label, .. }
        | Self::Document { label, .. }
        | Self::Terragrunt { label, .. }
        | Self::Template { label, .. }
        | Self::Spec { label, .. }) = self;
        label
    }
}

/// What came of a job.
#[derive(Debug, Default)]
struct Evaluated {
    deployment: Option<Deployment>,
    diagnostics: Vec<Diagnostic>,
    moves: Vec<Move>,
    /// The root's outputs, where another job needs them.
    outputs: BTreeMap<Arc<str>, Value>,
    /// What stood before, where a plan or a state says it.
    stood: Option<documents::Stood>,
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
    let mut jobs = run.jobs();
    let needs = run.needs(&mut jobs);
    run.statistics.parsing = start.elapsed();

    let start = Instant::now();
    let mut evaluated = run.evaluate_all(&jobs, &needs);
    run.add_states(&jobs, &mut evaluated);
    let mut deployments = Vec::new();
    for done in &mut evaluated {
        deployments.extend(done.deployment.take());
        run.diagnostics.append(&mut done.diagnostics);
    }
    run.diagnostics.extend(run.store.diagnostics());
    run.statistics.evaluating = start.elapsed();

    let start = Instant::now();
    run.statistics.deployments = deployments.len();
    run.statistics.resources = deployments.iter().map(|d| d.resources.len()).sum();
    let environments = jobs.iter().enumerate().map(|(i, job)| (deployment_id(i), job.environment().clone()));
    let mut estate = Estate::with_environments(deployments, Environments::new(environments));
    if let Some(inventory) = &request.inventory {
        let (joined, diagnostics) = inventory.join(estate, sources, request.settings.inventory_findings);
        estate = joined;
        run.diagnostics.extend(diagnostics);
    }
    let by_documents = documents::before(&mut evaluated, &estate);
    let moves: Vec<Vec<Move>> = evaluated.into_iter().map(|done| done.moves).collect();
    let compared = base
        .map(|base| {
            base::compare(base, &run, &base::Now { jobs: &jobs, needs: &needs, moves: &moves, estate: &estate })
        })
        .unwrap_or_default();
    // A revision that was asked for goes before what a plan was made from.
    let before = compared.before.as_ref().or(by_documents.as_ref());
    let findings = cmklint_rules::run_against(&estate, before, &request.settings);
    let known = base.filter(|base| base.diff_only).map(|_| match &compared.before {
        Some(before) => cmklint_rules::run(&before.estate, &request.settings),
        None => findings.clone(),
    });
    run.statistics.again = base.map(|_| compared.evaluated);
    run.diagnostics.extend(compared.diagnostics);
    run.statistics.checking = start.elapsed();
    Analysis { known, ..run.finish(findings, estate) }
}

/// Only reads and parses the files of `request`: the bound that a whole analysis is measured against.
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
    parameter_files: Vec<ParameterFile>,
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
    /// The modules that each folder of Terraform files calls.
    called: BTreeMap<String, Vec<String>>,
    /// The parameter files of each template, by their places in `parameter_files`.
    given: BTreeMap<String, Vec<usize>>,
    diagnostics: Vec<Diagnostic>,
    statistics: Statistics,
}

/// What a candidate turned out to be.
enum Read {
    Template(String),
    Parameters(ParameterFile),
    Terraform(String, Vec<Diagnostic>),
    Variables(String),
    Unit(String),
    Document(Arc<SourceFile>),
    Note(Diagnostic),
    Failed(Diagnostic),
    Other,
}

impl<'a> Run<'a> {
    fn new(request: &'a Request, sources: &'a Arc<Sources>) -> Self {
        Self {
            request,
            sources,
            store: Arc::new(TemplateStore::new(Arc::clone(sources))),
            templates: BTreeSet::new(),
            parameter_files: Vec::new(),
            folders: BTreeSet::new(),
            units: Vec::new(),
            documents: request.documents.clone(),
            states: Vec::new(),
            root_modules: Vec::new(),
            files: BTreeSet::new(),
            roots: BTreeSet::new(),
            passed: BTreeSet::new(),
            called: BTreeMap::new(),
            given: BTreeMap::new(),
            diagnostics: Vec::new(),
            statistics: Statistics::default(),
        }
    }

    /// Reads and parses all candidates.
    fn read(&mut self) {
        let read: Vec<Read> = self.request.candidates.par_iter().map(|c| self.read_one(c)).collect();
        self.statistics.files = read.len();
        for (read, candidate) in read.into_iter().zip(&self.request.candidates) {
            match read {
                Read::Template(path) => {
                    self.files.insert(path.clone());
                    self.templates.insert(path);
                }
                Read::Parameters(parameters) => {
                    self.files.insert(parameters.path.clone());
                    self.diagnostics.extend(parameters.diagnostics.iter().cloned());
                    self.parameter_files.push(parameters);
                }
                Read::Terraform(path, diagnostics) => {
                    self.folders.insert(parent(&path).to_owned());
                    self.files.insert(path);
                    self.diagnostics.extend(diagnostics);
                }
                Read::Variables(path) => {
                    self.files.insert(path);
                }
                Read::Unit(path) => {
                    self.units.push(path.clone());
                    self.files.insert(path);
                }
                Read::Document(file) => self.documents.push(file),
                Read::Note(note) => self.diagnostics.push(note),
                Read::Failed(diagnostic) => {
                    self.files.insert(candidate.path.clone());
                    self.diagnostics.push(diagnostic);
                }
                Read::Other => {}
            }
        }
        for path in &self.request.parameters {
            if !self.parameter_files.iter().any(|p| p.path == *path) {
                match read_parameters(path, self.sources) {
                    Some(parameters) => {
                        self.files.insert(path.clone());
                        self.diagnostics.extend(parameters.diagnostics.iter().cloned());
                        self.parameter_files.push(parameters);
                    }
                    None => self
                        .diagnostics
                        .push(Diagnostic::new(Severity::Error, "not-parameters", "not a parameter file").about(path)),
                }
            }
        }
    }

    fn read_one(&self, candidate: &Candidate) -> Read {
        let path = &candidate.path;
        let read = || match candidate.kind {
            FileKind::Terraform if cmklint_terraform::shadowed_by(path, self.sources).is_some() => {
                note(path, "opentofu", "not read: OpenTofu's own file of this name beside it is read instead")
            }
            FileKind::PassedOver => {
                let what = cmklint_terraform::passed_over(file_name(path)).unwrap_or("of another tool");
                note(path, "passed-over", &format!("not read: it is {what}"))
            }
            FileKind::Terragrunt => match self.sources.load(path) {
                Ok(_) => Read::Unit(path.clone()),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::TerraformState => match self.sources.load(path) {
                Ok(file) => Read::Document(file),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::Terraform => match self.sources.load(path) {
                Ok(_) => Read::Terraform(path.clone(), self.syntax_of(path)),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::TerraformVariables => match self.sources.load(path) {
                Ok(_) => Read::Variables(path.clone()),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::Bicep => match self.sources.load(path) {
                Ok(_) => {
                    self.store.with(path, |_| ());
                    Read::Template(path.clone())
                }
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::BicepParameters => read_parameters(path, self.sources).map_or(Read::Other, Read::Parameters),
            FileKind::Json => self.read_json(path, candidate.named),
        };
        catch_unwind(AssertUnwindSafe(read))
            .unwrap_or_else(|_| unreadable(path, "a fault in cmklint itself; please report it with this file"))
    }

    /// A template, a parameter file, or neither: JSON that is neither may be as large and as broken as it likes.
    fn read_json(&self, path: &str, named: bool) -> Read {
        const HEAD: usize = 64 * 1024;
        match self.sources.load(path) {
            Ok(_) if self.store.with(path, |_| ()).is_some() => Read::Template(path.to_owned()),
            Ok(file) => match read_parameters(path, self.sources) {
                Some(parameters) => Read::Parameters(parameters),
                None => documents::read(&file, named),
            },
            Err(error) => match self.sources.head(path, HEAD) {
                Ok(head) if cmklint_arm::classify(&String::from_utf8_lossy(&head)) == cmklint_arm::JsonKind::Other => {
                    documents::too_large(path, &String::from_utf8_lossy(&head), &error.to_string(), named)
                }
                _ => unreadable(path, &error.to_string()),
            },
        }
    }

    /// The instantiations of all roots, by path.
    fn jobs(&mut self) -> Vec<Job> {
        let mut jobs = self.terraform_jobs();
        self.place_documents(&mut jobs);
        jobs.extend(self.template_jobs());
        jobs
    }

    fn terraform_jobs(&mut self) -> Vec<Job> {
        self.called = self.folders.par_iter().map(|dir| (dir.clone(), self.calls(dir))).collect();
        let units = self.terragrunt_units();
        self.called.extend(units.iter().map(|(path, module)| (path.clone(), module.iter().cloned().collect())));
        let mut jobs = Vec::new();
        for dir in roots(&self.called) {
            if let Some(module) = units.get(&dir) {
                jobs.extend(self.unit_job(dir, module.as_deref()));
                continue;
            }
            let root = if dir.is_empty() { ".".to_owned() } else { dir.clone() };
            self.statistics.roots += 1;
            self.root_modules.push(dir.clone());
            self.roots.insert(root.clone());
            if self.folder_mentions(&dir, &cmklint_terraform::may_matter) {
                jobs.extend(self.jobs_of(&root));
            } else {
                self.statistics.passed_over += 1;
                self.passed.insert(root);
            }
        }
        jobs
    }

    /// The units of Terragrunt by path, each with the folder of its module where that is in the tree. What others only include is left out.
    fn terragrunt_units(&self) -> BTreeMap<String, Option<String>> {
        use cmklint_terraform::terragrunt::{Unit, unit};
        let of = |path: &String| match unit(path, self.sources, &self.request.terraform) {
            Unit::Module(dir) => Some((path.clone(), Some(dir))),
            Unit::Remote => Some((path.clone(), None)),
            Unit::Nothing => None,
        };
        self.units.par_iter().filter_map(of).collect()
    }

    /// The job of the unit at `path`. One whose module isn't here has one too: it says so.
    fn unit_job(&mut self, path: String, module: Option<&str>) -> Option<Job> {
        self.statistics.roots += 1;
        self.roots.insert(path.clone());
        let generates = || self.sources.load(&path).is_ok_and(|file| cmklint_terraform::may_matter(file.text()));
        if module.is_some_and(|dir| !self.folder_mentions(dir, &cmklint_terraform::may_matter)) && !generates() {
            self.statistics.passed_over += 1;
            return None;
        }
        let environment = Environment::new(parent(&path), "");
        Some(Job::Terragrunt { label: path.clone(), path, environment })
    }

    /// The instantiations of the root at `root` (`.` for the tree's own folder).
    fn jobs_of(&self, root: &str) -> Vec<Job> {
        if self.templates.contains(root) {
            return self.template_jobs_of(root);
        }
        let dir = if root == "." { "" } else { root };
        let job = |instantiation: cmklint_terraform::Instantiation| {
            let label = match instantiation.label.as_str() {
                "" => root.to_owned(),
                environment => format!("{root} with {environment}"),
            };
            let environment = Environment::new(root, &instantiation.label);
            Job::Terraform { dir: dir.to_owned(), label, tfvars: instantiation.tfvars, environment }
        };
        cmklint_terraform::instantiations(dir, self.sources).into_iter().map(job).collect()
    }

    fn template_jobs_of(&self, path: &str) -> Vec<Job> {
        let job = |parameters: Option<usize>| {
            let with = parameters.and_then(|i| self.parameter_files.get(i)).map(|p| p.path.as_str());
            let (label, environment) = match with {
                Some(with) => (format!("{path} with {with}"), environment_of(with, path)),
                None => (path.to_owned(), String::new()),
            };
            let environment = Environment::new(path, &environment);
            Job::Template { path: path.to_owned(), parameters, label, environment }
        };
        match self.given.get(path) {
            Some(files) => files.iter().map(|file| job(Some(*file))).collect(),
            None => vec![job(None)],
        }
    }

    fn calls(&self, dir: &str) -> Vec<String> {
        cmklint_terraform::calls_with(dir, self.sources, &self.request.terraform.cache)
    }

    fn syntax_of(&self, path: &str) -> Vec<Diagnostic> {
        cmklint_terraform::check_syntax_with(path, self.sources, &self.request.terraform.cache)
    }

    /// Whether the text of a file of the root module at `dir`, or of a module it reaches, is such.
    fn folder_mentions(&self, dir: &str, is_such: &dyn Fn(&str) -> bool) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![dir.to_owned()];
        open.extend(cmklint_terraform::installed(dir, self.sources));
        while let Some(dir) = open.pop() {
            if !seen.insert(dir.clone()) {
                continue;
            }
            let names = self.sources.files_in(&dir);
            let text = |name: &String| self.sources.load(&join(&dir, name)).is_ok_and(|f| is_such(f.text()));
            if names.iter().filter(|n| cmklint_terraform::is_configuration(n)).any(text) {
                return true;
            }
            match self.called.get(&dir) {
                Some(called) => open.extend(called.iter().cloned()),
                None => open.extend(self.calls(&dir)),
            }
        }
        false
    }

    fn template_jobs(&mut self) -> Vec<Job> {
        let links: BTreeMap<String, Vec<String>> = self
            .templates
            .iter()
            .map(|path| (path.clone(), self.store.with(path, |p| p.links.clone()).unwrap_or_default()))
            .collect();
        let named: BTreeSet<&str> =
            self.request.candidates.iter().filter(|c| c.named).map(|c| c.path.as_str()).collect();
        let mut given: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, parameters) in self.parameter_files.iter().enumerate() {
            if !self.request.parameters.is_empty() && !self.request.parameters.contains(&parameters.path) {
                continue;
            }
            match template_of(parameters, &self.templates) {
                Some(template) => given.entry(template).or_default().push(i),
                None => self.diagnostics.push(
                    Diagnostic::new(
                        Severity::Note,
                        "no-template",
                        "no template among the files goes with this parameter file",
                    )
                    .about(&parameters.path),
                ),
            }
        }
        let deployed = self.deployed_templates();
        self.given = given;
        let mut jobs = Vec::new();
        for path in roots(&links) {
            if !named.contains(path.as_str()) && deployed.contains(&path) && !self.given.contains_key(&path) {
                continue;
            }
            if !named.contains(path.as_str()) && self.is_twin(&path) {
                self.diagnostics.push(
                    Diagnostic::new(
                        Severity::Note,
                        "compiled",
                        "compiled from the Bicep file beside it, which is read instead",
                    )
                    .about(&path),
                );
                continue;
            }
            self.statistics.roots += 1;
            self.roots.insert(path.clone());
            if self.store.closure(&path).iter().any(|p| self.template_matters(p)) {
                jobs.extend(self.template_jobs_of(&path));
            } else {
                self.statistics.passed_over += 1;
                self.passed.insert(path);
            }
        }
        self.spec_jobs(&mut jobs);
        jobs
    }

    /// The template files that a Terraform configuration of the run deploys: they are checked as part of it.
    fn deployed_templates(&self) -> BTreeSet<String> {
        let cache = &self.request.terraform.cache;
        let of = |dir: &String| cmklint_terraform::templates_with(dir, self.sources, cache);
        self.folders.iter().flat_map(of).collect()
    }

    /// Whether the JSON at `path` is what a compiler made of the Bicep file beside it.
    fn is_twin(&self, path: &str) -> bool {
        let Some(stem) = path.strip_suffix(".json") else { return false };
        self.templates.contains(&format!("{stem}.bicep")) && self.store.with(path, |p| p.compiled).unwrap_or(false)
    }

    fn template_matters(&self, path: &str) -> bool {
        self.sources.load(path).is_ok_and(|file| nested::matters(file.text()))
    }

    fn evaluate(&self, job: &Job, index: usize, received: &Received) -> Evaluated {
        let id = deployment_id(index);
        let evaluated = catch_unwind(AssertUnwindSafe(|| match job {
            Job::Terraform { dir, label, tfvars, .. } => {
                let options = &self.request.terraform;
                let lowered =
                    cmklint_terraform::lower_with(dir, self.sources, options, id, tfvars, &received.terraform);
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
    fn with_templates(&self, label: String, lowered: cmklint_terraform::Lowered) -> Evaluated {
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

    fn finish(mut self, mut findings: Vec<Finding>, estate: Estate) -> Analysis {
        let sources = self.sources;
        crate::restore_cache::bring_home(&mut findings, sources);
        cmklint_rules::sort_by_place(&mut findings, sources);
        let key = |d: &Diagnostic| {
            let path = d.span.map(|s| sources.path(s.file)).or_else(|| d.path.clone()).unwrap_or_default();
            (path, d.span.map_or(0, |s| s.start), d.severity, d.code, d.message.clone())
        };
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup();
        let broken: BTreeSet<String> = self
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .filter_map(|d| d.span.map(|s| sources.path(s.file)).or_else(|| d.path.clone()))
            .collect();
        self.statistics.sources = self.files.len();
        self.statistics.parsed = self.files.iter().filter(|f| !broken.contains(*f)).count();
        self.statistics.bytes =
            self.files.iter().filter_map(|f| sources.loaded(f)).map(|f| f.text().len() as u64).sum();
        Analysis {
            findings,
            diagnostics: self.diagnostics,
            estate,
            files: self.files.into_iter().collect(),
            roots: self.roots,
            statistics: self.statistics,
            known: None,
        }
    }
}

/// The id of the `index`th job's deployment.
fn deployment_id(index: usize) -> DeploymentId {
    DeploymentId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn note(path: &str, code: &'static str, message: &str) -> Read {
    Read::Note(Diagnostic::new(Severity::Note, code, message).about(path))
}

fn unreadable(path: &str, error: &str) -> Read {
    Read::Failed(Diagnostic::new(Severity::Error, "unreadable", error).about(path))
}

fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

/// The nodes that no other node reaches; of a cycle that nothing else reaches, the first.
fn roots(links: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let called: BTreeSet<&String> = links.iter().flat_map(|(from, to)| to.iter().filter(move |t| *t != from)).collect();
    let mut roots: Vec<String> = Vec::new();
    let mut reached: BTreeSet<&String> = BTreeSet::new();
    let free = links.keys().filter(|k| !called.contains(k));
    for root in free.chain(links.keys()) {
        if reached.contains(root) {
            continue;
        }
        roots.push(root.clone());
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if reached.insert(at) {
                open.extend(links.get_key_value(at).into_iter().flat_map(|(_, to)| to));
            }
        }
    }
    roots.sort();
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_some_root_calls_is_no_root_and_a_cycle_has_one() {
        let links = [
            ("a", vec!["m"]),
            ("b", vec!["m"]),
            ("m", vec![]),
            ("x", vec!["y"]),
            ("y", vec!["x"]),
            ("self", vec!["self"]),
        ];
        let links = links
            .into_iter()
            .map(|(from, to)| (from.to_owned(), to.into_iter().map(str::to_owned).collect()))
            .collect();
        assert_eq!(roots(&links), ["a", "b", "self", "x"]);
    }
}
