//! The state of an analysis, which each of its steps adds to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use cmklint_graph::work::metered;
use cmklint_graph::{Asked, Deployment, Environments, Estate};
use cmklint_rules::Finding;
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};

use super::inputs::CommandInputs;
use super::reach::Reach;
use super::reached::Reached;
use super::request::Request;
use super::result::{Analysis, Statistics, UnusedInput};
use crate::kept::{Kept, KeptJobs};
use crate::template_offers::Offers;
use crate::template_scan::TemplateScan;
use crate::templates::{ParameterFile, TemplateStore};

/// The state of an analysis: what was read and found so far.
pub(super) struct Run<'a> {
    pub(super) request: &'a Request,
    pub(super) sources: &'a Arc<Sources>,
    pub(super) store: Arc<TemplateStore>,
    pub(super) templates: BTreeSet<String>,
    /// Templates that cannot matter and are not parsed, by path, with what their text tells.
    pub(super) unparsed: BTreeMap<String, TemplateScan>,
    /// JSON that a compiler made of the Bicep file beside it, which is read instead.
    pub(super) twins: BTreeSet<String>,
    pub(super) parameter_files: Vec<Arc<ParameterFile>>,
    pub(super) folders: BTreeSet<String>,
    /// Paths of Terragrunt's configuration files.
    pub(super) units: Vec<String>,
    /// Plans and states.
    pub(super) documents: Vec<Arc<SourceFile>>,
    /// The states of roots that are checked, by the root's folder.
    pub(super) states: Vec<(String, Arc<SourceFile>)>,
    /// Folders of Terraform's root modules.
    pub(super) root_modules: Vec<String>,
    pub(super) files: BTreeSet<String>,
    pub(super) roots: BTreeSet<String>,
    /// The roots that are not evaluated, since nothing in their files can reach a resource that is reported, and others look up nothing in them.
    pub(super) passed: BTreeSet<String>,
    /// Those of them that may declare a vault or a key.
    pub(super) held: BTreeSet<String>,
    /// The roots that are evaluated for what others look up alone.
    pub(super) roots_looked_up: Vec<String>,
    /// Where it is noted what deployments look up beyond themselves.
    pub(super) look_ups: Option<Asked>,
    /// The folders of the units that each Terragrunt unit depends on, by its path.
    pub(super) unit_dependencies: BTreeMap<String, Vec<String>>,
    /// The modules that each folder of Terraform files calls.
    pub(super) called: BTreeMap<String, Vec<String>>,
    /// What was found in folders of Terraform files and in all that they reach.
    pub(super) reached: Reached,
    /// The parameter files of each template.
    pub(super) given: BTreeMap<String, Vec<Arc<ParameterFile>>>,
    /// Files of Terraform variables, by path.
    pub(super) variable_files: Vec<String>,
    /// The sets of inputs of root modules whose files are not where Terraform looks, by the root's folder.
    pub(super) placed_elsewhere: BTreeMap<String, Vec<cmklint_terraform::Instantiation>>,
    /// Sets of several variable files that one command of a script gives a root.
    pub(super) together: BTreeMap<String, Vec<cmklint_terraform::Instantiation>>,
    /// What commands of scripts give root modules beside files, by the root's folder.
    pub(super) by_commands: BTreeMap<String, Vec<CommandInputs>>,
    /// Where scripts name variable files, by the root's folder and the file.
    pub(super) named_by_scripts: BTreeMap<(String, String), Span>,
    /// The roots for which commands give more sets of inputs than are looked at.
    pub(super) sets_cut: Mutex<BTreeSet<String>>,
    /// The files of inputs that no root takes.
    pub(super) unused_inputs: Vec<UnusedInput>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) statistics: Statistics,
    /// Whether roots are also evaluated with other values than the defaults.
    pub(super) explores: bool,
    /// The results of jobs, for the next analysis.
    pub(super) jobs_made: KeptJobs,
    /// Whether the state is compared with an older one, or is the older one.
    pub(super) is_compared: bool,
    /// What templates that are not parsed offer to others.
    pub(super) offers: Reach<Offers>,
}

impl<'a> Run<'a> {
    pub(super) fn new(request: &'a Request, sources: &'a Arc<Sources>) -> Self {
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
            held: BTreeSet::new(),
            roots_looked_up: Vec::new(),
            look_ups: None,
            unit_dependencies: BTreeMap::new(),
            called: BTreeMap::new(),
            reached: Reached::default(),
            given: BTreeMap::new(),
            variable_files: Vec::new(),
            placed_elsewhere: BTreeMap::new(),
            together: BTreeMap::new(),
            by_commands: BTreeMap::new(),
            named_by_scripts: BTreeMap::new(),
            sets_cut: Mutex::default(),
            unused_inputs: Vec::new(),
            diagnostics: Vec::new(),
            statistics: Statistics::default(),
            explores: false,
            jobs_made: KeptJobs::new(sources),
            is_compared: false,
            offers: Reach::default(),
        }
    }

    /// The options for the Terraform root in the folder at `path`, or the Terragrunt unit there.
    pub(super) fn options(&self, path: &str) -> &'a cmklint_terraform::Options {
        &self.request.areas.of(path).terraform
    }

    /// The cache of parsed Terraform files.
    pub(super) fn cache(&self) -> &'a cmklint_terraform::ParseCache {
        &self.options("").cache
    }

    /// Whether the root at `path` is also evaluated with other values than the defaults.
    pub(super) fn explores_at(&self, path: &str) -> bool {
        self.explores && self.request.areas.of(path).explore
    }

    /// The number of bytes that were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.files.iter().filter_map(|f| self.sources.loaded(f)).map(|f| f.text().len() as u64).sum()
    }

    /// The estate of `deployments`, which meet as `meetings` say.
    pub(super) fn estate(&mut self, deployments: Vec<Deployment>, meetings: Environments) -> Estate {
        let steps = self.request.limits.join_steps(self.bytes_read());
        if !self.held.is_empty() {
            self.look_ups.get_or_insert_default();
        }
        let meetings = meetings.noting(self.request.asked.clone().or_else(|| self.look_ups.clone()));
        let (estate, metered) = metered(steps, || Estate::with_environments(deployments, meetings));
        for id in estate.faults() {
            let root = estate.deployment(id).map_or_else(String::new, |deployment| deployment.key.to_string());
            let message =
                "a fault in cmklint itself while what joins this root's resources was looked for; please report it";
            self.diagnostics.push(Diagnostic::new(Severity::Error, "internal", message).about(root));
        }
        if metered.is_spent {
            self.diagnostics.push(not_all_joined("so many resources have names that are not known"));
        }
        estate
    }

    /// `estate` with what the inventory knows of its resources, where there is an inventory; and what is said of that.
    pub(super) fn with_inventory(&self, estate: Estate) -> (Estate, Vec<Diagnostic>) {
        let Some(inventory) = &self.request.inventory else { return (estate, Vec::new()) };
        let steps = self.request.limits.join_steps(self.bytes_read());
        let join = || inventory.join(estate, self.sources, self.request.inventory_findings());
        let ((estate, mut diagnostics), metered) = metered(steps, join);
        if metered.is_spent {
            diagnostics.push(not_all_joined("so many resources have the names of rows of the inventory"));
        }
        (estate, diagnostics)
    }

    /// Sorts the diagnostics by place, and removes duplicates.
    pub(super) fn sort_diagnostics(&mut self) {
        let sources = self.sources;
        let key = |d: &Diagnostic| {
            let path = d.span.map(|s| sources.path(s.file)).or_else(|| d.path.clone()).unwrap_or_default();
            (path, d.span.map_or(0, |s| s.start), d.severity, d.code, d.message.clone())
        };
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup();
    }

    /// Completes `lists`, the lists and the findings of the base, to the analysis.
    pub(super) fn finish(mut self, lists: Analysis, mut findings: Vec<Finding>, estate: Estate) -> Analysis {
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
            statistics: self.statistics,
            ..lists
        }
    }
}

/// The path of `name` in the folder `dir`.
pub(super) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

/// That resources were not all compared, and why.
fn not_all_joined(why: &str) -> Diagnostic {
    let message = format!("{why} that not all were held against one another: faults may be missing");
    Diagnostic::new(Severity::Warning, "too-many-resources", message)
        .help("`limits` in .cmklint.hcl lets more be looked at")
}
