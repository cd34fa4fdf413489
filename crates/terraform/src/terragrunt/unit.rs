//! A unit, its includes merged into it.

use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Object, StepKind, Symbol, TextPart, Value};
use cmklint_source::{Sources, Span};
use rustc_hash::FxHashSet;

use super::path::in_tree;
use super::{Include, Terragrunt, Unit, has_configuration};
use crate::config::{self, Config, GeneratedFile};
use crate::eval::{Evaluator, FilesAlone, ModuleId, Scope};
use crate::given_values::{GivenValues, Values};
use crate::inputs::Inputs;
use crate::modules::{Asking, own_folder};
use crate::options::Options;
use crate::syntax::ParsedFile;
use crate::syntax::ast::{Block, Expr};
use crate::values::prune;

/// The result of evaluating a unit.
pub(super) struct EvaluatedUnit {
    pub(super) module: Unit,
    pub(super) source_span: Option<Span>,
    pub(super) inputs: Inputs,
    pub(super) var_files: Vec<String>,
    pub(super) generated: Vec<GeneratedFile>,
}

/// How an included file is merged. <https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#include>
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    No,
    Shallow,
    Deep,
}

impl Terragrunt<'_> {
    /// The files that `file` includes, by label.
    pub(super) fn includes(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> Vec<Include> {
        if let Some(known) = self.read.borrow().includes.get(&file) {
            return known.clone();
        }
        let Some(parsed) = self.parsed(file) else { return Vec::new() };
        // An included file includes nothing itself: neither while its own path is being found, nor afterwards.
        self.read.borrow_mut().includes.insert(file, Vec::new());
        let mut out = Vec::new();
        if self.includer(file).is_none() {
            for block in parsed.body.blocks_of("include") {
                let found = self.included(evaluator, block, file);
                out.push((block.label(0), found));
            }
        }
        self.read.borrow_mut().includes.insert(file, out.clone());
        out
    }

    fn included(&self, evaluator: &mut Evaluator<'_>, block: &Block, file: ModuleId) -> Option<ModuleId> {
        let path = block.body.get("path")?;
        let value = prune(&evaluator.eval(&path.value, &Scope::of(file)));
        let found = in_tree(&value, &self.dir(file)).and_then(|path| self.open(evaluator, &path, Some(file)));
        if found.is_none() {
            let message = "what is included here is not in the tree; what it gives is not known";
            evaluator.say(cmklint_source::Diagnostic::warning("include-not-found", message, path.value.span));
        }
        found
    }

    /// The inputs of a file, including those of its includes.
    pub(super) fn inputs(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> Value {
        self.inputs_among(evaluator, file, None)
    }

    /// As [`Self::inputs`], of those that are `wanted`: one file often gives all units hundreds of settings, and a module takes a few of them.
    fn inputs_among(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, wanted: Option<&Wanted>) -> Value {
        let Some(parsed) = self.parsed(file) else { return Value::null() };
        let own = parsed.body.get("inputs").map(|a| prune(&among(evaluator.eval(&a.value, &Scope::of(file)), wanted)));
        let mut all = Value::object(Object::default());
        let merged = self.merged(evaluator, file);
        let deep = merged.iter().any(|(_, merge)| *merge == Merge::Deep);
        for (included, merge) in merged {
            let inner = match included {
                Some(included) => self.inputs_among(evaluator, included, wanted),
                None => Value::symbol(Symbol::new("terragrunt:include", "the inputs of an include that isn't there")),
            };
            all = over(&all, &inner, merge == Merge::Deep, 0);
        }
        match own {
            Some(own) => over(&all, &own, deep, 0),
            None => all,
        }
    }

    /// The files whose content is merged into `file`, in order: later ones take precedence, and the file itself over all.
    fn merged(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> Vec<(Option<ModuleId>, Merge)> {
        let includes = self.includes(evaluator, file);
        let Some(parsed) = self.parsed(file) else { return Vec::new() };
        let merge = |block: &Block| match block.body.get("merge_strategy").and_then(|a| a.value.as_text()).map(|t| &**t)
        {
            Some("no_merge") => Merge::No,
            Some("deep" | "deep_map_only") => Merge::Deep,
            _ => Merge::Shallow,
        };
        let merges = parsed.body.blocks_of("include").map(|block| merge(block));
        includes.into_iter().map(|(_, file)| file).zip(merges).filter(|(_, merge)| *merge != Merge::No).collect()
    }

    /// The files that make up the unit at `file`: that one, then its includes, the one with precedence first.
    fn files(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> Vec<ModuleId> {
        let mut files = vec![file];
        files.extend(self.merged(evaluator, file).into_iter().rev().filter_map(|(included, _)| included));
        files
    }

    /// The module of the unit at `file`, and where it is named.
    pub(super) fn module(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> (Unit, Option<Span>) {
        let dir = self.unit_dir(file);
        for at in self.files(evaluator, file) {
            let Some(parsed) = self.parsed(at) else { continue };
            for block in parsed.body.blocks_of("terraform") {
                let Some(stated) = block.body.get("source") else { continue };
                let value = prune(&evaluator.eval(&stated.value, &Scope::of(at)));
                let found =
                    module_folder(&value, &dir, evaluator.sources).or_else(|| self.own_module(evaluator, file, &value));
                return (found.map_or(Unit::Remote, Unit::Module), Some(stated.value.span));
            }
        }
        match has_configuration(&dir, evaluator.sources) {
            true => (Unit::Module(dir), None),
            false => (Unit::Nothing, None),
        }
    }

    /// The folder of the tree that a unit names by the address of a repository or registry: a repository that uses its own modules as others would. The address
    /// alone does not prove that; it is taken as proven where the inputs are those that the module needs.
    fn own_module(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, source: &Value) -> Option<String> {
        let source = source.as_str()?.trim_start_matches("tfr://").trim_start_matches("tfr:///");
        let dir = self.unit_dir(file);
        let mut given = Vec::new();
        let mut is_whole = true;
        for at in self.files(evaluator, file) {
            let Some(parsed) = self.parsed(at) else { continue };
            let (Some(inputs), Ok(file)) = (parsed.body.get("inputs"), evaluator.sources.load(&self.path(at))) else {
                continue;
            };
            let names = evaluator.sources.made_of(file.id(), || {
                WrittenNames(inputs.value.written_names().map(|names| names.into_iter().collect()))
            });
            is_whole &= names.0.is_some();
            given.push(names);
        }
        let (sources, cache) = (evaluator.sources, &evaluator.options.cache);
        let takes = |found: &str| {
            let config = config::load(found, sources, cache);
            let is_given = |name: &Arc<str>| given.iter().any(|names| names.0.iter().any(|all| all.contains(name)));
            let mut needed = config.variables.iter().filter(|(_, variable)| variable.default.is_none());
            let is_enough = needed.all(|(name, _)| is_given(name)) && config.variables.keys().any(is_given);
            found != dir && (!is_whole || is_enough)
        };
        own_folder(source, &dir, sources, &Asking::default(), &takes)
    }

    /// The result of evaluating the unit at `file`.
    pub(super) fn unit(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> EvaluatedUnit {
        let dir = self.unit_dir(file);
        let mut var_files = Vec::new();
        let files = self.files(evaluator, file);
        for at in &files {
            let Some(parsed) = self.parsed(*at) else { continue };
            for block in parsed.body.blocks_of("terraform") {
                for extra in block.body.blocks_of("extra_arguments") {
                    var_files.extend(var_files_of(evaluator, extra, *at, &dir));
                }
            }
        }
        let generated = self.generated(evaluator, &files);
        let (module, source_span) = self.module(evaluator, file);
        let wanted = match &module {
            Unit::Module(dir) => config::load_generated(dir, evaluator.sources, &evaluator.options.cache, &generated),
            Unit::Remote | Unit::Nothing => Wanted::default(),
        };
        let inputs = match self.plain_inputs(evaluator, file, &wanted) {
            Some(inputs) => inputs,
            None => inputs_of(&self.inputs_among(evaluator, file, Some(&wanted))),
        };
        EvaluatedUnit { module, source_span, inputs, var_files, generated }
    }

    /// The inputs of the unit at `file`, where those of what it includes are written out and replaced one by one: they are held once for all units.
    fn plain_inputs(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, wanted: &Wanted) -> Option<Inputs> {
        let merged = self.merged(evaluator, file);
        if merged.is_empty() || merged.iter().any(|(_, merge)| *merge == Merge::Deep) {
            return None;
        }
        let mut values = GivenValues::default();
        for (included, _) in merged {
            let parsed = self.parsed(included?)?;
            let Some(stated) = parsed.body.get("inputs") else { continue };
            if !stated.value.is_written_out() {
                return None;
            }
            let (sources, options, path) = (evaluator.sources, evaluator.options, self.path(included?));
            let is_same = |known: &WrittenInputs| Arc::ptr_eq(&known.parsed, &parsed);
            let read = || WrittenInputs::read(&parsed, &stated.value, wanted, sources, options);
            let written = wanted.shared.made(&path, is_same, read);
            values.insert_all(written.values.as_ref()?);
        }
        let parsed = self.parsed(file)?;
        let Some(own) = parsed.body.get("inputs") else { return Some(Inputs { values, ..Inputs::default() }) };
        let own = among(evaluator.eval(&own.value, &Scope::of(file)), Some(wanted));
        let own = prune(&own);
        let Kind::Object(object) = &own.kind else { return None };
        for (name, value) in given_by(object) {
            values.insert(name, value);
        }
        Some(Inputs { values, rest: object.rest.clone(), ..Inputs::default() })
    }
}

/// The inputs that a file gives all units that include it and name one module, where they are written out.
struct WrittenInputs {
    /// The file.
    parsed: Arc<ParsedFile>,
    /// `None` where each unit has to evaluate them.
    values: Option<Arc<Values>>,
}

impl WrittenInputs {
    fn read(parsed: &Arc<ParsedFile>, stated: &Expr, wanted: &Wanted, sources: &Sources, options: &Options) -> Self {
        let mut evaluator = Evaluator::new(sources, options, DeploymentId(0), &FilesAlone);
        evaluator.set_size(parsed.size);
        let value = prune(&among(evaluator.eval(stated, &Scope::of(ModuleId(0))), Some(wanted)));
        let is_whole = evaluator.diagnostics.is_empty() && evaluator.has_steps();
        let values = match &value.kind {
            Kind::Object(object) if is_whole && object.rest.is_none() => Some(Arc::new(given_by(object).collect())),
            _ => None,
        };
        Self { parsed: Arc::clone(parsed), values }
    }
}

/// The members of an object of inputs, by name.
fn given_by(object: &Object) -> impl Iterator<Item = (String, Value)> {
    object.entries.iter().map(|(name, entry)| {
        let value = match entry.key_span {
            Some(span) => entry.value.clone().via(span, StepKind::Input, Arc::clone(name)),
            None => entry.value.clone(),
        };
        (name.to_string(), value)
    })
}

/// The inputs that are given as `all`.
fn inputs_of(all: &Value) -> Inputs {
    match &all.kind {
        Kind::Object(object) => {
            let values = given_by(object).collect::<Values>().into();
            Inputs { values, rest: object.rest.clone(), ..Inputs::default() }
        }
        Kind::Null => Inputs::default(),
        _ => Inputs { rest: Some(Symbol::new("terragrunt:inputs", all.describe())), ..Inputs::default() },
    }
}

/// The names of the inputs that a file gives; `None` where it may give others.
struct WrittenNames(Option<FxHashSet<Arc<str>>>);

/// The configuration of the module that takes inputs: those that it declares are wanted.
type Wanted = Arc<Config>;

/// The members of `value` that are `wanted`; `value` itself where it is no object.
fn among(value: Value, wanted: Option<&Wanted>) -> Value {
    let (Kind::Object(object), Some(wanted)) = (&value.kind, wanted) else { return value };
    let mut kept = Object { rest: object.rest.clone(), form: object.form, ..Object::default() };
    for (name, entry) in object.entries.iter().filter(|(name, _)| wanted.variables.contains_key(*name)) {
        kept.entries.insert(Arc::clone(name), entry.clone());
    }
    Value { trail: value.trail.clone(), ..Value::object(kept) }
}

/// The folder in the tree that a module's source names: of `a//b`, all of it.
fn module_folder(source: &Value, dir: &str, sources: &Sources) -> Option<String> {
    let plain = match &source.kind {
        Kind::String(text) => {
            let text = text.strip_prefix("file://").unwrap_or(text);
            let local = text.starts_with('.') || !text.contains([':', '@']) && !text.contains(".com/");
            if !local {
                return None;
            }
            Value::string(text.split('?').next().unwrap_or(text).replace("//", "/"))
        }
        Kind::Template(parts) => match &parts[..] {
            [root @ TextPart::Value(_), TextPart::Text(text)] => {
                let kind = Kind::Template([root.clone(), TextPart::Text(text.replace("//", "/").into())].into());
                Value::new(kind)
            }
            _ => return None,
        },
        _ => source.clone(),
    };
    in_tree(&plain, dir).filter(|dir| has_configuration(dir, sources))
}

fn var_files_of(evaluator: &mut Evaluator<'_>, block: &Block, file: ModuleId, dir: &str) -> Vec<String> {
    let mut out = Vec::new();
    for name in ["required_var_files", "optional_var_files"] {
        let Some(attribute) = block.body.get(name) else { continue };
        let list = prune(&evaluator.eval(&attribute.value, &Scope::of(file)));
        let items = list.as_array().map(|a| a.items.clone()).unwrap_or_default();
        let paths = items.iter().filter_map(|item| in_tree(item, dir));
        out.extend(paths.filter(|path| evaluator.sources.is_file(path)));
    }
    out
}

/// Objects are merged to this depth.
const MAX_DEPTH: usize = 32;

/// `base` overridden by `value`: its members replace those of the same name, or are merged with them.
fn over(base: &Value, value: &Value, deep: bool, depth: usize) -> Value {
    let (Kind::Object(under), Kind::Object(upper)) = (&base.kind, &value.kind) else {
        return match (&base.kind, &value.kind) {
            // The lower value may still have members that the upper one doesn't name.
            (Kind::Symbol(rest), Kind::Object(upper)) if depth == 0 => {
                let open = Object { rest: Some(rest.clone()), ..(**upper).clone() };
                Value { trail: value.trail.clone(), ..Value::object(open) }
            }
            _ => value.clone(),
        };
    };
    let mut out = (**under).clone();
    out.rest = out.rest.or_else(|| upper.rest.clone());
    for (name, entry) in &upper.entries {
        let mut entry = entry.clone();
        if deep
            && depth < MAX_DEPTH
            && let Some(known) = under.entries.get(name)
        {
            entry.value = match (&known.value.kind, &entry.value.kind) {
                (Kind::Array(a), Kind::Array(b)) if a.rest.is_none() && b.rest.is_none() => {
                    let items = a.items.iter().chain(&b.items).cloned().collect();
                    Value { trail: entry.value.trail.clone(), ..Value::array(items) }
                }
                _ => over(&known.value, &entry.value, deep, depth + 1),
            };
        }
        out.entries.insert(Arc::clone(name), entry);
    }
    Value { trail: value.trail.clone(), ..Value::object(out) }
}
