//! Terragrunt: a `terragrunt.hcl` that names a module, and the inputs that it gives it.
//! <https://terragrunt.gruntwork.io/docs/reference/hcl/>
//!
//! Each configuration file, that of the unit, those that it includes and those that it reads, is evaluated as a module of its own: it has
//! locals, and what is Terragrunt's own in it (`include`, `dependency`, `find_in_parent_folders()`) is recognized by `Terragrunt`.
//! What a dependency puts out is what the unit in its folder does, where that is in the tree; else a symbol that is the same wherever the same folder is
//! depended on. Mock outputs are not looked at.

mod functions;
mod path;
mod references;
mod unit;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, RootKind, Value};
use cmklint_source::{Diagnostic, Severity, Sources, file_name, parent};
use rustc_hash::FxHashMap;

use crate::config::{self, Config};
use crate::eval::{Evaluator, FunctionCall, ModuleId, Reference, Surroundings};
use crate::lowered::Lowered;
use crate::modules::Module;
use crate::options::Options;
use crate::root::Root;
use crate::stack::with_stack;
use crate::state::FromOtherRoots;
use crate::syntax::ParsedFile;

/// The names of Terragrunt's configuration files.
const NAMES: [&str; 2] = ["terragrunt.hcl", "terragrunt.hcl.json"];

/// Files that one unit includes and reads, at most.
const MAX_FILES: usize = 64;

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

/// What is known of a unit without its inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What it makes.
    pub unit: Unit,
    /// The folders of the units whose outputs it reads.
    pub dependencies: Vec<String>,
}

/// What the configuration file at `path` makes, and what it depends on.
#[must_use]
pub fn survey(path: &str, sources: &Sources, options: &Options) -> Survey {
    let nothing = || Survey { unit: Unit::Nothing, dependencies: Vec::new() };
    let work = || {
        let terragrunt = Terragrunt::default();
        let mut evaluator = Evaluator::new(sources, options, DeploymentId(0), &terragrunt);
        let Some(file) = terragrunt.open(&mut evaluator, path, None) else { return nothing() };
        let (unit, _) = terragrunt.module(&mut evaluator, file);
        let dependencies = terragrunt.dependencies(&mut evaluator, file);
        Survey { unit, dependencies }
    };
    with_stack(work).unwrap_or_else(nothing)
}

/// Evaluates the module that the unit at `path` names, with the unit's inputs and the outputs of the units that it depends on, as the deployment `id`.
/// What [`survey`] doesn't call a module has no resources.
#[must_use]
pub fn lower(path: &str, sources: &Sources, options: &Options, id: DeploymentId, others: &FromOtherRoots) -> Lowered {
    let lowered = with_stack(|| evaluate(path, sources, options, id, others)).unwrap_or_else(|| {
        let message = "this unit could not be evaluated";
        Lowered::failed(id, Diagnostic::new(Severity::Error, "not-evaluated", message).about(path))
    });
    lowered.of_root(cmklint_graph::Root::new(RootKind::TerragruntUnit, path))
}

fn evaluate(path: &str, sources: &Sources, options: &Options, id: DeploymentId, others: &FromOtherRoots) -> Lowered {
    let terragrunt = Terragrunt { others: Some(others), ..Terragrunt::default() };
    let mut evaluator = Evaluator::new(sources, options, id, &terragrunt);
    let file = terragrunt.open(&mut evaluator, path, None);
    let unit = file.map(|file| terragrunt.unit(&mut evaluator, file));
    let mut diagnostics = evaluator.diagnostics;
    let nothing = |diagnostics| Lowered { diagnostics, ..Lowered::empty(id) };
    let Some(unit) = unit else { return nothing(diagnostics) };
    let dir = match unit.module {
        Unit::Module(dir) => dir,
        Unit::Remote => {
            let message = "the module of this unit is not in the tree: what it makes is not known";
            let note = Diagnostic::new(Severity::Note, "module-not-local", message);
            diagnostics.push(match unit.source_span {
                Some(span) => note.at(span),
                None => note.about(path),
            });
            return nothing(diagnostics);
        }
        Unit::Nothing => return nothing(diagnostics),
    };
    // Terragrunt hands inputs over by the environment, which the files that Terraform takes by itself win over.
    let first = crate::instances::instantiations(&dir, sources).into_iter().next();
    let mut tfvars = first.filter(|i| i.label.is_empty()).map(|i| i.tfvars).unwrap_or_default();
    tfvars.extend(unit.var_files);
    let root = Root::new(&dir, sources, options).with_tfvars(&tfvars).with_other_roots(others);
    let lowered = root.evaluate(id, unit.inputs, &unit.generated);
    diagnostics.extend(lowered.diagnostics);
    Lowered { diagnostics, ..lowered }
}

/// One of Terragrunt's configuration files.
#[derive(Debug)]
struct ConfigurationFile {
    path: String,
    parsed: Arc<ParsedFile>,
    /// The folder that `get_terragrunt_dir()` names in it: that of the unit that includes it, else its own.
    unit_dir: String,
    /// The file that includes it.
    includer: Option<ModuleId>,
}

/// The label of an include, and the file where it is there.
type Include = (Arc<str>, Option<ModuleId>);

/// Terragrunt around the evaluation of one unit's configuration files: it knows what `include`, `dependency` and its functions are.
#[derive(Debug, Default)]
pub(crate) struct Terragrunt<'a> {
    read: RefCell<FilesRead>,
    /// What the units give that it depends on.
    others: Option<&'a FromOtherRoots>,
    /// The files on the way here, each read by the one before it.
    chain: Vec<String>,
    /// Whether a file was asked for that is on the way, or too far: then what was read is not all of it.
    broke_off: Cell<bool>,
}

/// The configuration files of one unit that were read so far.
#[derive(Debug, Default)]
struct FilesRead {
    files: FxHashMap<ModuleId, ConfigurationFile>,
    /// By path and includer.
    opened: BTreeMap<(String, Option<ModuleId>), ModuleId>,
    /// What each file includes.
    includes: FxHashMap<ModuleId, Vec<Include>>,
}

impl Surroundings for Terragrunt<'_> {
    fn reference(&self, evaluator: &mut Evaluator<'_>, reference: &Reference<'_>) -> Option<Value> {
        self.own_reference(evaluator, reference)
    }

    fn call(&self, evaluator: &mut Evaluator<'_>, call: &FunctionCall<'_>) -> Option<Value> {
        self.own_call(evaluator, call)
    }
}

impl Terragrunt<'_> {
    /// What `get` takes from what is known of `file`.
    fn of<T>(&self, file: ModuleId, get: impl FnOnce(&ConfigurationFile) -> T) -> Option<T> {
        self.read.borrow().files.get(&file).map(get)
    }

    fn path(&self, file: ModuleId) -> String {
        self.of(file, |f| f.path.clone()).unwrap_or_default()
    }

    fn dir(&self, file: ModuleId) -> String {
        self.of(file, |f| parent(&f.path).to_owned()).unwrap_or_default()
    }

    fn unit_dir(&self, file: ModuleId) -> String {
        self.of(file, |f| f.unit_dir.clone()).unwrap_or_default()
    }

    fn parsed(&self, file: ModuleId) -> Option<Arc<ParsedFile>> {
        self.of(file, |f| Arc::clone(&f.parsed))
    }

    /// The file that includes `file`.
    fn includer(&self, file: ModuleId) -> Option<ModuleId> {
        self.of(file, |f| f.includer).flatten()
    }

    /// The configuration file at `path`, as a module whose locals are the file's. `None` where it isn't there, or there are too many.
    fn open(&self, evaluator: &mut Evaluator<'_>, path: &str, includer: Option<ModuleId>) -> Option<ModuleId> {
        let key = (path.to_owned(), includer);
        if let Some(known) = self.read.borrow().opened.get(&key) {
            return Some(*known);
        }
        if self.read.borrow().opened.len() >= MAX_FILES || !evaluator.sources.is_file(path) {
            return None;
        }
        let parsed = evaluator.options.cache.parse(path, evaluator.sources);
        let mut config = Config::default();
        for block in parsed.body.blocks_of("locals") {
            for attribute in &block.body.attributes {
                config.locals.insert(Arc::clone(&attribute.name), attribute.clone());
            }
        }
        evaluator.diagnostics.extend(parsed.diagnostics.iter().cloned());
        let id = ModuleId(evaluator.modules.len());
        let module = Module::root(parent(path), Arc::new(config));
        evaluator.modules.push(Module { address: format!("{path}:"), ..module });
        let unit_dir = includer.map_or_else(|| parent(path).to_owned(), |includer| self.unit_dir(includer));
        let mut read = self.read.borrow_mut();
        read.opened.insert(key, id);
        read.files.insert(id, ConfigurationFile { path: path.to_owned(), parsed, unit_dir, includer });
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
