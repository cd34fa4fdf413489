//! Terragrunt: a `terragrunt.hcl` that names a module and its inputs.
//! <https://terragrunt.gruntwork.io/docs/reference/hcl/>
//!
//! Each configuration file (of the unit, included or read) is evaluated as a module of its own: it has
//! locals, and Terragrunt's own words in it (`include`, `dependency`, `find_in_parent_folders()`) are handled by `Terragrunt`.
//! The outputs of a dependency are those of the unit in its folder, where that is in the tree; else a symbol that is the same wherever the same folder is
//! depended on. Mock outputs are ignored.

mod functions;
mod generated;
mod path;
mod references;
mod unit;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, RootKind, Value};
use cmklint_source::{Diagnostic, Severity, Sources, parent};
use rustc_hash::FxHashMap;

use crate::config::{self, Config};
use crate::eval::{Evaluator, FunctionCall, ModuleId, Reference, Surroundings};
use crate::lowered::Lowered;
use crate::modules::Module;
use crate::options::Options;
use crate::other_roots::FromOtherRoots;
use crate::root::Root;
use crate::stack::with_stack;
use crate::syntax::ParsedFile;

/// The names of Terragrunt's configuration files.
const NAMES: [&str; 2] = ["terragrunt.hcl", "terragrunt.hcl.json"];

/// The most files that one unit includes and reads.
const MAX_FILES: usize = 64;

/// Whether Terragrunt reads a file of this name as a unit's configuration, or as one that units include.
#[must_use]
pub fn is_terragrunt(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What a `terragrunt.hcl` deploys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// It deploys the module in this folder of the tree.
    Module(String),
    /// It deploys a module that isn't in the tree, or whose location is not known.
    Remote,
    /// It deploys nothing: others include it.
    Nothing,
}

/// What is known of a unit without its inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What it deploys.
    pub unit: Unit,
    /// The folders of the units whose outputs it reads.
    pub dependencies: Vec<String>,
}

/// What the configuration file at `path` deploys, and what it depends on.
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
/// A unit for which [`survey`] finds no module has no resources.
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
    // Terragrunt passes inputs in the environment; the files that Terraform loads automatically take precedence.
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

/// The surroundings of the evaluation of one unit's configuration files: it knows the values of `include`, `dependency` and Terragrunt's functions.
#[derive(Debug, Default)]
pub(crate) struct Terragrunt<'a> {
    read: RefCell<FilesRead>,
    /// The outputs of the units that this one depends on.
    others: Option<&'a FromOtherRoots>,
    /// The files that are being read, each by the one before it.
    chain: Vec<String>,
    /// Whether a file was requested that is being read already, or the chain is too long: then the result is incomplete.
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
    /// Returns what `get` reads from `file`'s entry.
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
        let file = evaluator.sources.load(path).ok();
        let config = match &file {
            Some(file) => Arc::clone(&evaluator.sources.made_of(file.id(), || Locals::of(&parsed)).0),
            None => Arc::default(),
        };
        evaluator.diagnostics.extend(parsed.diagnostics.iter().cloned());
        let id = ModuleId(evaluator.modules.len());
        let module = Module::root(parent(path), config);
        evaluator.modules.push(Module { address: format!("{path}:"), ..module });
        let unit_dir = includer.map_or_else(|| parent(path).to_owned(), |includer| self.unit_dir(includer));
        let mut read = self.read.borrow_mut();
        read.opened.insert(key, id);
        read.files.insert(id, ConfigurationFile { path: path.to_owned(), parsed, unit_dir, includer });
        Some(id)
    }
}

/// A configuration file as a module: many units include one file.
struct Locals(Arc<Config>);

impl Locals {
    fn of(parsed: &ParsedFile) -> Self {
        let mut config = Config::default();
        for block in parsed.body.blocks_of("locals") {
            for attribute in &block.body.attributes {
                config.locals.insert(Arc::clone(&attribute.name), attribute.clone());
            }
        }
        Self(Arc::new(config))
    }
}

/// Whether the folder at `dir` has configuration files of its own.
fn has_configuration(dir: &str, sources: &Sources) -> bool {
    sources.files_in(dir).iter().any(|name| config::is_configuration(name))
}
