//! Terragrunt's functions. <https://terragrunt.gruntwork.io/docs/reference/hcl/functions/>
//!
//! Those that run commands, read the environment or ask a cloud are symbols of their call, as is every function that isn't listed here.

use std::sync::{Arc, PoisonError};

use cmklint_graph::{DeploymentId, Kind, Object, Symbol, TextPart, Value};
use cmklint_source::{Diagnostic, Sources, Span, file_name, parent};

use super::Terragrunt;
use super::path::{absolute, in_tree, relative};
use crate::eval::{Evaluator, FunctionCall, ModuleId};

/// The longest chain of files that read files.
const MAX_NESTED: usize = 16;

/// What it takes to find a file and to evaluate it, beside what its expressions take.
const READ_STEPS: usize = 500;
const READ_BYTES: usize = 4096;

impl Terragrunt<'_> {
    /// The value of a call of one of Terragrunt's functions, or of a function with a path as an argument; `None` for all others.
    pub(super) fn own_call(&self, evaluator: &mut Evaluator<'_>, call: &FunctionCall<'_>) -> Option<Value> {
        let FunctionCall { name, args, scope, span } = *call;
        let file = scope.module;
        let unit_dir = self.unit_dir(file);
        let dir = self.dir(file);
        let text = |at: usize| args.get(at).and_then(Value::as_str).map(str::to_owned);
        let made = match name {
            "get_terragrunt_dir" | "get_original_terragrunt_dir" => absolute(&unit_dir),
            "get_parent_terragrunt_dir" => absolute(&self.parent_dir(evaluator, file, text(0).as_deref())?),
            "path_relative_to_include" => {
                Value::string(relative(&self.parent_dir(evaluator, file, text(0).as_deref())?, &unit_dir))
            }
            "path_relative_from_include" => {
                Value::string(relative(&unit_dir, &self.parent_dir(evaluator, file, text(0).as_deref())?))
            }
            "get_repo_root" => absolute(""),
            "get_path_from_repo_root" => Value::string(relative("", &unit_dir)),
            "get_path_to_repo_root" => Value::string(relative(&unit_dir, "")),
            "find_in_parent_folders" => {
                let wanted = match args.first() {
                    Some(_) => text(0)?,
                    None => "terragrunt.hcl".to_owned(),
                };
                match found_above(&unit_dir, &wanted, evaluator.sources) {
                    Some(path) => absolute(&path),
                    None => args.get(1).cloned().unwrap_or_else(|| crate::values::error(span, "nothing above has it")),
                }
            }
            "read_terragrunt_config" => self.config_value(evaluator, args, &dir, span)?,
            "get_env" => {
                let name = text(0)?;
                Value::symbol(Symbol::new(format!("environment:{name}"), format!("environment variable {name}")))
            }
            "basename" | "dirname" => {
                let path = absolute_only(args.first()?, &dir)?;
                match name {
                    "basename" if path.is_empty() => return None,
                    "basename" => Value::string(file_name(&path)),
                    _ => absolute(parent(&path)),
                }
            }
            "file" => {
                let path = in_tree(args.first()?, &dir)?;
                Value::string(evaluator.sources.load(&path).ok()?.text())
            }
            "fileexists" => Value::bool(evaluator.sources.is_file(&in_tree(args.first()?, &dir)?)),
            _ => return None,
        };
        Some(made.written_at(span))
    }

    /// The folder of the file that the unit includes, by its label where one is given; that of the file itself where it is included.
    fn parent_dir(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, label: Option<&str>) -> Option<String> {
        let includer = self.includer(file);
        if includer.is_some() && label.is_none() {
            return Some(self.dir(file));
        }
        let unit = includer.unwrap_or(file);
        let includes = self.includes(evaluator, unit);
        let found = match label {
            Some(label) => includes.iter().find(|(name, _)| **name == *label)?.1?,
            None => match includes.first() {
                Some((_, included)) => (*included)?,
                None => unit,
            },
        };
        Some(self.dir(found))
    }

    /// The result of `read_terragrunt_config`: the file's locals and inputs; the rest of it is not known.
    fn config_value(&self, evaluator: &mut Evaluator<'_>, args: &[Value], dir: &str, span: Span) -> Option<Value> {
        let path = in_tree(args.first()?, dir)?;
        if !evaluator.sources.is_file(&path) {
            return args.get(1).cloned().or_else(|| Some(evaluator.opaque(span, "a configuration that isn't there")));
        }
        Some(self.read_value(evaluator, &path, span))
    }

    /// The value of the file at `path` for any reader: it doesn't depend on the reader, so it is evaluated once in a run.
    fn read_value(&self, evaluator: &mut Evaluator<'_>, path: &str, span: Span) -> Value {
        let (sources, options) = (evaluator.sources, evaluator.options);
        let known = &options.cache.configurations;
        let read = known.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some((value, said)) = read {
            evaluator.diagnostics.extend(said.iter().cloned());
            return value;
        }
        if !evaluator.pay(READ_STEPS, READ_BYTES, span) {
            return evaluator.opaque(span, "a configuration that is not read");
        }
        let unknown = |evaluator: &mut Evaluator<'_>| evaluator.opaque(span, "a configuration that is not read");
        if self.chain.len() >= MAX_NESTED || self.chain.iter().any(|on_the_way| on_the_way == path) {
            self.broke_off.set(true);
            evaluator.say(Diagnostic::error("cycle", "the configurations that are read here need one another", span));
            return unknown(evaluator);
        }
        let chain = self.chain.iter().cloned().chain([path.to_owned()]).collect();
        let reading = Terragrunt { chain, ..Terragrunt::default() };
        // The value is the same for each reader: neither the deployment nor the place is the reader's.
        let mut inner = Evaluator::new(sources, options, DeploymentId(0), &reading);
        // It is read at the reader's expense.
        inner.budget = evaluator.budget;
        let Some(file) = reading.open(&mut inner, path, None) else { return unknown(evaluator) };
        let start = sources.load(path).map_or(span, |file| file.span(0, 0));
        let value = reading.file_value(&mut inner, file, start);
        evaluator.budget = inner.budget;
        let is_spent = inner.budget.is_spent();
        let said: Arc<[Diagnostic]> = inner.diagnostics.into();
        evaluator.diagnostics.extend(said.iter().cloned());
        if reading.broke_off.get() {
            self.broke_off.set(true);
        } else if !is_spent {
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(path.to_owned(), (value.clone(), said));
        }
        value
    }

    /// The locals and inputs of a file as an object.
    pub(super) fn file_value(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, span: Span) -> Value {
        let module = evaluator.module(file);
        let names: Vec<_> = module.map(|m| m.config.locals.keys().cloned().collect()).unwrap_or_default();
        let mut locals = Object::default();
        for name in names {
            let value = crate::values::prune(&evaluator.local(file, &name, span));
            locals.insert(name, None, value);
        }
        let path = self.path(file);
        let mut object = Object::default();
        object.insert("locals", None, Value::object(locals));
        object.insert("inputs", None, self.inputs(evaluator, file));
        object.rest = Some(Symbol::new(format!("terragrunt:{path}"), path));
        Value::object(object)
    }
}

/// The file or folder `wanted` in a folder above `dir`, the nearest one.
fn found_above(dir: &str, wanted: &str, sources: &Sources) -> Option<String> {
    let mut at = dir;
    while !at.is_empty() {
        at = parent(at);
        let path = cmklint_source::join(at, wanted)?;
        if sources.is_file(&path) || !sources.files_in(&path).is_empty() {
            return Some(path);
        }
    }
    None
}

/// The tree-relative path of a value that is an absolute path.
fn absolute_only(value: &Value, dir: &str) -> Option<String> {
    let is_absolute = match &value.kind {
        Kind::Symbol(_) => true,
        Kind::Template(parts) => matches!(parts.first(), Some(TextPart::Value(_))),
        _ => false,
    };
    is_absolute.then(|| in_tree(value, dir)).flatten()
}
