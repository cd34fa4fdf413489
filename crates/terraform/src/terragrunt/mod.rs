//! Terragrunt: a `terragrunt.hcl` that names a module, and the inputs that it gives it.
//! <https://terragrunt.gruntwork.io/docs/reference/hcl/>
//!
//! Each configuration file, that of the unit, those that it includes and those that it reads, is evaluated as a module of its own: it has
//! locals, and what is Terragrunt's own in it (`include`, `dependency`, `find_in_parent_folders()`) is told by `Terragrunt`.
//! What a dependency puts out is a symbol that is the same wherever the same folder is depended on; mock outputs are not looked at.

mod functions;
mod path;
mod references;
mod unit;

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, Value};
use cmklint_source::{Diagnostic, Severity, Sources, file_name, parent};
use rustc_hash::FxHashMap;

use crate::config::{self, Config};
use crate::eval::{Evaluator, ModuleId};
use crate::options::Options;
use crate::syntax::Parsed;
use crate::{Lowered, Statistics, modules, with_stack};
pub(crate) use unit::Inputs;

/// The names of Terragrunt's configuration files.
const NAMES: [&str; 2] = ["terragrunt.hcl", "terragrunt.hcl.json"];

/// Files that one unit includes and reads, at most.
const MOST_FILES: usize = 64;

/// Whether Terragrunt takes a file of this name for a unit's configuration, or for what units include.
#[must_use]
pub fn is_terragrunt(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What a `terragrunt.hcl` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// It deploys the module in this folder of the tree.
    Module(String),
    /// It deploys a module that isn't in the tree, or whose place is not known.
    Remote,
    /// It deploys nothing: others include it.
    Nothing,
}

/// What the configuration file at `path` makes.
#[must_use]
pub fn unit(path: &str, sources: &Sources, options: &Options) -> Unit {
    let work = || {
        let mut evaluator = Evaluator::new(sources, options, DeploymentId(0));
        let Some(read) = open(&mut evaluator, path) else { return Unit::Nothing };
        evaluator.unit_of(read).module
    };
    with_stack(work).unwrap_or(Unit::Nothing)
}

/// Evaluates the module that the unit at `path` names, with the unit's inputs, as the deployment `id`. What `unit` doesn't call a
/// module has no resources.
#[must_use]
pub fn lower(path: &str, sources: &Sources, options: &Options, id: DeploymentId) -> Lowered {
    with_stack(|| evaluate(path, sources, options, id)).unwrap_or_else(|| {
        let message = "this unit could not be evaluated";
        let diagnostic = Diagnostic::new(Severity::Error, "not-evaluated", message).about(path);
        nothing(path, id, vec![diagnostic])
    })
}

fn evaluate(path: &str, sources: &Sources, options: &Options, id: DeploymentId) -> Lowered {
    let mut outer = Evaluator::new(sources, options, id);
    let Some(read) = open(&mut outer, path) else { return nothing(path, id, outer.diagnostics) };
    let unit = outer.unit_of(read);
    let mut diagnostics = std::mem::take(&mut outer.diagnostics);
    let dir = match unit.module {
        Unit::Module(dir) => dir,
        Unit::Remote => {
            let message = "the module of this unit is not in the tree: what it makes is not known";
            let note = Diagnostic::new(Severity::Note, "module-not-local", message);
            diagnostics.push(match unit.source_span {
                Some(span) => note.at(span),
                None => note.about(path),
            });
            return nothing(path, id, diagnostics);
        }
        Unit::Nothing => return nothing(path, id, diagnostics),
    };
    // Terragrunt hands inputs over by the environment, which the files that Terraform takes by itself win over.
    let mut tfvars = Vec::new();
    if let Some(first) =
        crate::instances::instantiations(&dir, sources).into_iter().next().filter(|i| i.label.is_empty())
    {
        tfvars = first.tfvars;
    }
    tfvars.extend(unit.var_files);
    let lowered = crate::evaluate_with(&dir, sources, options, id, &tfvars, unit.inputs, &unit.generated);
    diagnostics.extend(lowered.diagnostics);
    Lowered { deployment: Deployment { label: path.to_owned(), ..lowered.deployment }, diagnostics, ..lowered }
}

fn nothing(path: &str, id: DeploymentId, diagnostics: Vec<Diagnostic>) -> Lowered {
    Lowered {
        templates: Vec::new(),
        deployment: Deployment { id, label: path.to_owned(), resources: Vec::new() },
        diagnostics,
        statistics: Statistics::default(),
        moves: Vec::new(),
        outputs: BTreeMap::new(),
    }
}

/// A configuration file.
#[derive(Debug)]
struct File {
    path: String,
    parsed: Arc<Parsed>,
    /// The folder that `get_terragrunt_dir()` names in it: that of the unit that includes it, else its own.
    unit_dir: String,
    /// The file that includes it.
    included_by: Option<ModuleId>,
}

/// What a text generates a file of the module's folder with.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) name: String,
    pub(crate) parsed: Parsed,
}

/// The label of an include, and the file where it is there.
type Include = (Arc<str>, Option<ModuleId>);

/// The configuration files of one unit.
#[derive(Debug, Default)]
pub(crate) struct Terragrunt {
    files: FxHashMap<ModuleId, File>,
    /// Files that were read, by path.
    opened: BTreeMap<(String, Option<ModuleId>), Option<ModuleId>>,
    /// What each file includes: its label and the file.
    includes: FxHashMap<ModuleId, Vec<Include>>,
}

impl Terragrunt {
    fn dir(&self, file: ModuleId) -> &str {
        self.files.get(&file).map_or("", |f| parent(&f.path))
    }

    fn unit_dir(&self, file: ModuleId) -> &str {
        self.files.get(&file).map_or("", |f| &f.unit_dir)
    }

    fn parsed(&self, file: ModuleId) -> Option<Arc<Parsed>> {
        self.files.get(&file).map(|f| Arc::clone(&f.parsed))
    }
}

/// Opens the configuration file at `path` as that of a unit.
fn open(evaluator: &mut Evaluator<'_>, path: &str) -> Option<ModuleId> {
    evaluator.terragrunt = Some(Box::default());
    evaluator.open_file(path, None)
}

impl Evaluator<'_> {
    /// The configuration file at `path`, as a module whose locals are the file's. `None` where it isn't there, or there are too many.
    fn open_file(&mut self, path: &str, included_by: Option<ModuleId>) -> Option<ModuleId> {
        let key = (path.to_owned(), included_by);
        if let Some(known) = self.terragrunt.as_ref()?.opened.get(&key) {
            return *known;
        }
        if self.terragrunt.as_ref()?.opened.len() >= MOST_FILES || !self.sources.is_file(path) {
            return None;
        }
        let parsed = self.options.cache.parse(path, self.sources);
        let mut config = Config::default();
        for block in parsed.body.blocks_of("locals") {
            for attribute in &block.body.attributes {
                config.locals.insert(Arc::clone(&attribute.name), attribute.clone());
            }
        }
        self.diagnostics.extend(parsed.diagnostics.iter().cloned());
        let id = ModuleId(self.modules.len());
        self.modules.push(modules::Module {
            dir: parent(path).to_owned(),
            config: Arc::new(config),
            address: format!("{path}:"),
            call: None,
            inputs: BTreeMap::new(),
            calls: Vec::new(),
            condition: Value::bool(true),
            text: modules::Text::Own,
        });
        let terragrunt = self.terragrunt.as_mut()?;
        let unit_dir = included_by.map_or(parent(path), |by| terragrunt.unit_dir(by)).to_owned();
        terragrunt.opened.insert(key, Some(id));
        terragrunt.files.insert(id, File { path: path.to_owned(), parsed, unit_dir, included_by });
        Some(id)
    }
}

/// Whether the folder at `dir` has configuration files of its own.
fn has_configuration(dir: &str, sources: &Sources) -> bool {
    sources.files_in(dir).iter().any(|name| config::is_configuration(name))
}

/// The name of a generated file, in the module's folder.
fn generated_name(path: &str) -> &str {
    file_name(path)
}
