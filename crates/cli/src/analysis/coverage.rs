//! What a run analyzed, and what it did not.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_graph::{DeploymentId, Estate, Holder, RootInputs, RootKind};
use cmklint_report::{Coverage, Unseen, UnseenKind};
use cmklint_source::{Diagnostic, Sources, Span};

use super::job::{Job, JobGraph, JobKind, Needed};
use super::joins;
use super::result::{DeploymentSeen, JoinedTo, RootSeen};
use super::run::Run;
use crate::templates::ParameterInputs;

/// Diagnostics of modules that were not analyzed, by code.
const MODULES: [&str; 6] = [
    "module-not-local",
    "module-not-found",
    "opaque-module",
    "opaque-import",
    "template-not-known",
    "template-not-read",
];

/// Diagnostics of limits that were reached, by code.
const LIMITS: [&str; 12] = [
    "many-instances",
    "long-loop",
    "too-many-resources",
    "too-many-modules",
    "too-many-templates",
    "too-many-imports",
    "too-many-worlds",
    "too-complex",
    "too-deep",
    "too-large",
    "inventory-rows",
    "script-not-read",
];

impl Run<'_> {
    /// What was analyzed, and what was not. `diagnostics` are those of the whole run, sorted, each once.
    pub(super) fn coverage(&self, graph: &JobGraph, resources: usize, diagnostics: &[Diagnostic]) -> Coverage {
        let environments: BTreeSet<String> =
            graph.jobs().map(|(_, job)| job.environment.name().to_owned()).filter(|name| !name.is_empty()).collect();
        let mut unseen = of_diagnostics(diagnostics, self.sources);
        unseen.extend(self.modules_of_skipped_roots());
        unseen.extend(self.unused_inputs.iter().map(|input| Unseen {
            kind: match input.path.contains(".tfvars") {
                true => UnseenKind::VariableFile,
                false => UnseenKind::ParameterFile,
            },
            name: input.path.clone(),
            why: input.reason.clone(),
            how: String::new(),
            span: None,
            path: Some(input.path.clone()),
        }));
        unseen.extend(self.inputs_without_value(graph));
        Coverage { roots: self.roots.len(), environments: environments.len(), resources, unseen }
    }

    /// The modules of root modules that were not evaluated, since nothing in their own files is relevant: no diagnostic names them.
    fn modules_of_skipped_roots(&self) -> Vec<Unseen> {
        let mut found: BTreeMap<Span, Unseen> = BTreeMap::new();
        let roots = self.passed.iter().filter(|root| !self.templates.contains(*root));
        let roots = roots.map(|root| if root == "." { "" } else { root });
        let mut open: Vec<String> =
            roots.filter(|dir| cmklint_terraform::installed(dir, self.sources).is_empty()).map(str::to_owned).collect();
        // What several roots reach is looked at once.
        let mut seen = BTreeSet::new();
        while let Some(dir) = open.pop() {
            if !seen.insert(dir.clone()) {
                continue;
            }
            for (source, span) in cmklint_terraform::remote_calls(&dir, self.sources, self.cache()) {
                found.entry(span).or_insert_with(|| Unseen {
                    kind: UnseenKind::Module,
                    name: source.to_string(),
                    why: "it is not local: what it makes is not known".to_owned(),
                    how: "terraform init installs it, so that it can be looked into".to_owned(),
                    span: Some(span),
                    path: None,
                });
            }
            open.extend(self.called.get(&dir).into_iter().flatten().cloned());
        }
        found.into_values().collect()
    }

    /// The inputs of roots that nothing gives a value, in the order of the roots; each once, for however many environments.
    fn inputs_without_value(&self, graph: &JobGraph) -> Vec<Unseen> {
        let mut found: BTreeMap<(String, String), Unseen> = BTreeMap::new();
        let mut roots: BTreeMap<&str, Vec<InputSet<'_>>> = BTreeMap::new();
        let mut add = |job: &Job, kind, open: Vec<(String, Span)>| {
            for (name, span) in open {
                let unseen = Unseen {
                    kind,
                    name: name.clone(),
                    why: "it has no default, and no input file gives it".to_owned(),
                    how: String::new(),
                    span: Some(span),
                    path: Some(job.root().to_owned()),
                };
                found.entry((job.root().to_owned(), name)).or_insert(unseen);
            }
        };
        for (id, job) in graph.jobs() {
            let given: BTreeSet<String> = self.linked_inputs(graph, id);
            match &job.kind {
                JobKind::Terraform { dir, tfvars, values } => {
                    let mut given = given;
                    given.extend(values.iter().filter(|v| v.text.is_some()).map(|value| value.name.to_string()));
                    roots.entry(dir).or_default().push(InputSet { job, files: tfvars, given });
                }
                JobKind::Template { .. } => add(job, UnseenKind::Parameter, self.open_parameters(job, given)),
                JobKind::Document { .. } | JobKind::Terragrunt | JobKind::Spec { .. } => {}
            }
        }
        for (dir, sets) in roots {
            if let Some(first) = sets.first() {
                add(first.job, UnseenKind::Variable, self.open_variables(dir, &sets));
            }
        }
        found.into_values().collect()
    }

    /// The inputs of a job that links of the configuration give.
    fn linked_inputs(&self, graph: &JobGraph, id: DeploymentId) -> BTreeSet<String> {
        let links = graph.needs(id).iter().filter_map(|need| match &need.what {
            Needed::Link(link) => self.request.links.get(link.0),
            Needed::State(_) | Needed::Unit(_) => None,
        });
        links.flat_map(|link| link.inputs.iter().map(|input| input.name.clone())).collect()
    }

    /// The variables of the root in `dir` without a default that one of its `sets` of inputs gives no value.
    fn open_variables(&self, dir: &str, sets: &[InputSet<'_>]) -> Vec<(String, Span)> {
        let mut needed: BTreeMap<_, Span> =
            cmklint_terraform::variables_needed(dir, self.sources, self.cache()).into_iter().collect();
        let options = self.options(dir);
        for (name, _) in options.variables.iter().chain(&options.environment) {
            needed.remove(name.as_str());
        }
        let names_in = |path: &String| cmklint_terraform::variables_in(path, self.sources, self.cache());
        // Most sets have most of their files together.
        let mut shared: BTreeMap<&String, usize> = BTreeMap::new();
        sets.iter().flat_map(InputSet::each_file).for_each(|path| *shared.entry(path).or_default() += 1);
        let shared: BTreeSet<&String> =
            shared.into_iter().filter(|(_, count)| *count == sets.len()).map(|(path, _)| path).collect();
        for name in shared.iter().copied().chain(&options.var_files).flat_map(names_in) {
            needed.remove(&name);
        }
        let mut open = Vec::new();
        for set in sets {
            if needed.is_empty() {
                break;
            }
            let of_files = set.each_file().filter(|path| !shared.contains(path)).flat_map(names_in);
            let given: BTreeSet<_> = set.given.iter().map(|name| name.as_str().into()).chain(of_files).collect();
            // Only what all sets so far give may still be found to be open.
            let left: BTreeMap<_, Span> = given.iter().filter_map(|name| needed.remove_entry(name)).collect();
            open.extend(std::mem::replace(&mut needed, left));
        }
        open.into_iter().map(|(name, span)| (name.to_string(), span)).collect()
    }

    fn open_parameters(&self, job: &Job, given: BTreeSet<String>) -> Vec<(String, Span)> {
        let mut given: BTreeSet<String> = given.iter().map(|name| name.to_lowercase()).collect();
        let mut taken_over = None;
        if let JobKind::Template { parameters: Some(file) } = &job.kind {
            match &file.inputs {
                ParameterInputs::Values(values) => given.extend(values.keys().map(|name| name.to_lowercase())),
                ParameterInputs::Expressions(_, assignments) => {
                    taken_over = Some(assignments);
                    given.extend(assignments.own().keys().map(|name| name.to_lowercase()));
                }
            }
        }
        let is_given = |name: &str| {
            let name = name.to_lowercase();
            given.contains(&name) || taken_over.is_some_and(|assignments| assignments.takes_over(&name))
        };
        let open = |parsed: &crate::templates::ParsedTemplate| {
            let parameters = parsed.template.iter().flat_map(|template| template.parameters.iter());
            let open = parameters
                .filter(|(name, parameter)| parameter.default.is_none() && !parameter.nullable && !is_given(name));
            open.map(|(name, parameter)| (name.to_string(), parameter.span)).collect()
        };
        self.store.with(job.path(), open).unwrap_or_default()
    }

    /// Each root with its inputs, and what joined it to others.
    pub(super) fn roots_seen(&self, graph: &JobGraph, estate: &Estate) -> Vec<RootSeen> {
        let joins = joins::by_id(estate);
        let mut roots: BTreeMap<String, RootSeen> = BTreeMap::new();
        for path in &self.roots {
            let language = self.language_of(path);
            roots.insert(path.clone(), RootSeen { path: path.clone(), language, ..RootSeen::default() });
        }
        for (id, job) in graph.jobs() {
            let label = |id: DeploymentId| graph.job(id).map_or_else(String::new, |job| job.key.to_string());
            let needs = graph.needs(id).iter().map(|need| JoinedTo {
                deployment: label(need.from),
                how: if matches!(need.what, Needed::Link(_)) { "link" } else { "state" },
            });
            let by_id = joins.get(&id).into_iter().flatten();
            let by_id = by_id.map(|other| JoinedTo { deployment: label(*other), how: "id" });
            let joined: BTreeSet<JoinedTo> = needs.chain(by_id).filter(|join| !join.deployment.is_empty()).collect();
            let seen = DeploymentSeen {
                holder: job.key.root.held().map_or_else(String::new, |(holder, name)| format!("{holder} {name}")),
                inputs: self.input_paths(job),
                environment: job.environment.name().to_owned(),
                resources: estate.deployment(id).map_or(0, |deployment| deployment.resources.len()),
                joined: joined.into_iter().collect(),
            };
            let path = match job.key.root.kind() {
                RootKind::Held(..) | RootKind::TerraformDocument => job.key.root.path().to_owned(),
                _ => job.root_path(),
            };
            let language = job.language().unwrap_or_else(|| self.language_of(&path));
            let root = roots.entry(path.clone()).or_insert_with(|| RootSeen { path, language, ..RootSeen::default() });
            root.deployments.push(seen);
        }
        roots.into_values().collect()
    }

    /// The files that the job's inputs are in.
    fn input_paths(&self, job: &Job) -> Vec<String> {
        match (&job.kind, &job.key.inputs) {
            (JobKind::Terraform { tfvars, values, .. }, _) => {
                let scripts: BTreeSet<String> = values.iter().map(|value| self.sources.path(value.span.file)).collect();
                tfvars.iter().cloned().chain(scripts).collect()
            }
            (JobKind::Template { parameters: Some(file) }, _) => vec![file.path.clone()],
            (_, RootInputs::Document(file)) => vec![file.to_string()],
            _ => Vec::new(),
        }
    }

    fn language_of(&self, path: &str) -> &'static str {
        match () {
            () if path.ends_with(".bicep") || path.ends_with(".bicepparam") => "Bicep",
            () if self.templates.contains(path) => "ARM JSON",
            () if self.unit_dependencies.contains_key(path) => "Terragrunt",
            () => "Terraform",
        }
    }
}

/// A set of inputs of a root of Terraform.
struct InputSet<'j> {
    job: &'j Job,
    files: &'j [String],
    /// The names of the variables that something else than a file gives.
    given: BTreeSet<String>,
}

impl<'j> InputSet<'j> {
    /// Its files, each once.
    fn each_file(&self) -> impl Iterator<Item = &'j String> + use<'j> {
        self.files.iter().collect::<BTreeSet<_>>().into_iter()
    }
}

impl Job {
    /// The root's path as people see it: `.` for the tree's own folder.
    fn root_path(&self) -> String {
        let path = self.path();
        if path.is_empty() { ".".to_owned() } else { path.to_owned() }
    }

    /// Its language, where the kind of root determines it.
    fn language(&self) -> Option<&'static str> {
        match &self.kind {
            JobKind::Spec { .. } => Some(match self.key.root.held() {
                Some((Holder::Policy, _)) => "template of a policy",
                Some((Holder::ManagedApplication, _)) => "template of a managed application",
                _ => "template spec",
            }),
            JobKind::Document { root: None, .. } => Some("Terraform plan or state"),
            _ => None,
        }
    }
}

/// What was not analyzed, by the diagnostics.
fn of_diagnostics(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Unseen> {
    let mut found: BTreeMap<(UnseenKind, Option<Span>, String), Unseen> = BTreeMap::new();
    for diagnostic in diagnostics {
        let kind = match diagnostic.code {
            code if MODULES.contains(&code) => UnseenKind::Module,
            code if LIMITS.contains(&code) => UnseenKind::Limit,
            _ => continue,
        };
        let name = diagnostic.span.map(|span| written_at(span, sources));
        let name = name.filter(|_| kind == UnseenKind::Module).or_else(|| diagnostic.path.clone()).unwrap_or_default();
        let unseen = Unseen {
            kind,
            how: way_to_see(diagnostic),
            why: diagnostic.message.clone(),
            span: diagnostic.span,
            path: diagnostic.path.clone(),
            name,
        };
        // One call of a module in several deployments is one entry.
        let message = if kind == UnseenKind::Module { String::new() } else { diagnostic.message.clone() };
        found.entry((kind, diagnostic.span, message)).or_insert(unseen);
    }
    found.into_values().collect()
}

/// The source of a module as it is written, without quotes: the first line, shortened.
fn written_at(span: Span, sources: &Sources) -> String {
    const LONGEST: usize = 200;
    let Some(file) = sources.get(span.file) else { return String::new() };
    let text = file.text().get(span.start as usize..span.end as usize).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim();
    line.trim_matches(['\'', '"']).chars().take(LONGEST).collect()
}

/// How to get a module analyzed.
fn way_to_see(diagnostic: &Diagnostic) -> String {
    if let Some(help) = &diagnostic.help {
        return help.clone();
    }
    let words = match diagnostic.code {
        "module-not-local" => "with the module's source in this tree, it is looked into",
        "module-not-found" => "the path is wrong, or the folder is not in this tree",
        "opaque-module" | "opaque-import" if diagnostic.message.contains("restore cache") => {
            "`bicep restore` keeps it on the disk, so that it can be looked into"
        }
        "opaque-module" => {
            "a template of this tree is looked into: by relativePath, or by a URL that ends with its path"
        }
        "template-not-known" => "a template is looked into where the code tells which file it is",
        _ => "",
    };
    words.to_owned()
}
