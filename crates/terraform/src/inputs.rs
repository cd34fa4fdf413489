//! The values of a root's variables that are given from outside.
//! <https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence>

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Literal, StepKind, Symbol, Value, is_switched, with_switch};
use cmklint_source::{Diagnostic, Sources, Span};
use rustc_hash::FxHashSet;

use crate::config::types::Type;
use crate::config::{Config, values_to_try};
use crate::eval::{Evaluator, FilesAlone, ModuleId, Scope};
use crate::given_values::{GivenValues, Values};
use crate::instances::{CommandValue, GivenBy};
use crate::options::Options;
use crate::syntax::ParsedFile;
use crate::syntax::ast::Attribute;
use crate::values::{self, prune};

const ROOT: ModuleId = ModuleId(0);

/// Of a module's or file's problems so many are told by each deployment for itself; a longer list is one for all deployments.
pub(crate) const MOST_TOLD_AGAIN: usize = 64;

/// The values of a root's variables.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) values: GivenValues,
    /// Represents other values that may be given.
    pub(crate) rest: Option<Symbol>,
    /// Where commands name variable files, by the file's path.
    pub(crate) named: BTreeMap<String, Span>,
}

impl Inputs {
    /// Adds the values that `options`, the variable files `tfvars` and the command that names them give the root of `evaluator`: the environment where no
    /// value is given yet, then the files, then the command lines, that of this program last.
    pub(crate) fn add(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        options: &Options,
        tfvars: &[String],
        by_command: &[CommandValue],
    ) {
        // Terragrunt passes its inputs in the environment too.
        for (name, text) in &options.environment {
            if !self.values.contains(name)
                && let Some(value) = from_text(evaluator, name, text, "TF_VAR_")
            {
                self.values.insert(name.clone(), value);
            }
        }
        self.add_of_command(evaluator, by_command, GivenBy::Environment);
        let own: FxHashSet<&String> = tfvars.iter().collect();
        let mut by_flags = Some(by_command);
        for path in in_order(tfvars.iter().chain(&options.var_files)) {
            if options.var_files.contains(path) {
                self.add_of_command(evaluator, by_flags.take().unwrap_or_default(), GivenBy::Flag);
            }
            // A file named on the command line is for many roots, and none declares all of its variables.
            self.add_file(evaluator, path, own.contains(path));
        }
        self.add_of_command(evaluator, by_flags.unwrap_or_default(), GivenBy::Flag);
        let given: BTreeMap<&String, &String> = options.variables.iter().map(|(name, text)| (name, text)).collect();
        for (name, text) in given {
            // It is for many roots, and most of them declare none of them.
            if is_declared(evaluator, name)
                && let Some(value) = from_text(evaluator, name, text, "--var ")
            {
                self.values.insert(name.clone(), value);
            }
        }
    }

    /// Adds the `values` of a command of the tree that are given so; the environment's where no value is given yet.
    fn add_of_command(&mut self, evaluator: &mut Evaluator<'_>, values: &[CommandValue], by: GivenBy) {
        for given in values.iter().filter(|given| given.by == by) {
            let name = &*given.name;
            if !is_declared(evaluator, name) || by == GivenBy::Environment && self.values.contains(name) {
                continue;
            }
            let value = match &given.text {
                Some(text) => typed(evaluator, name, text, given.span),
                None => Some(evaluator.symbol(ROOT, &format!("command.{name}"), name)),
            };
            let said = match by {
                GivenBy::Environment => format!("TF_VAR_{name}"),
                GivenBy::Flag => format!("-var {name}"),
            };
            if let Some(value) = value {
                self.values.insert(name.to_owned(), value.via(given.span, StepKind::Input, said));
            }
        }
    }

    /// Adds the values that the attributes of a variables file give; of a file that is for many roots, those of variables that this one declares.
    fn add_file(&mut self, evaluator: &mut Evaluator<'_>, path: &str, is_own: bool) {
        let Some(config) = evaluator.module(ROOT).map(|root| Arc::clone(&root.config)) else { return };
        let parsed = evaluator.options.cache.parse(path, evaluator.sources);
        let named = self.named.get(path).copied();
        let is_same = |file: &VariablesFile| Arc::ptr_eq(&file.parsed, &parsed) && file.named == named;
        let (sources, options) = (evaluator.sources, evaluator.options);
        let read = || VariablesFile::read(&parsed, named, &config, sources, options);
        let file = config.shared.made(path, is_same, read);
        tell(evaluator, &file.broken);
        if is_own {
            tell(evaluator, &file.undeclared);
        }
        self.values.insert_all(&file.constants);
        let others = file.others.iter().filter_map(|at| parsed.body.attributes.get(*at));
        for attribute in others.filter(|attribute| is_own || config.variables.contains_key(&attribute.name)) {
            let value = evaluator.eval(&attribute.value, &Scope::of(ROOT));
            self.values.insert(attribute.name.to_string(), given_at(value, attribute, named));
        }
    }

    /// Adds the variables that have no given value yet and few possible values, with their defaults in one world and another value in others.
    pub(crate) fn add_switches(&mut self, evaluator: &mut Evaluator<'_>) {
        let Some(config) = evaluator.module(ROOT).map(|root| Arc::clone(&root.config)) else { return };
        if self.rest.is_some() {
            return;
        }
        for (name, variable) in &config.variables {
            let Some(default) = variable.default.as_ref().filter(|_| !self.values.contains(name)) else {
                continue;
            };
            let value = prune(&evaluator.eval(default, &Scope::of(ROOT)));
            let truths = [Literal::Bool(false), Literal::Bool(true)];
            let listed = values_to_try(&config, name, variable);
            let allowed = match variable.ty {
                Type::Bool => Some(&truths[..]),
                _ => listed.as_deref(),
            };
            // Text that spells a boolean is a boolean, where the type says so.
            let value =
                if matches!(variable.ty, Type::Bool) && !value.is_null() { values::truth(&value) } else { value };
            let value = value.via(default.span, StepKind::Default, format!("variable {name}"));
            let symbol = evaluator.symbol(ROOT, &format!("switch.{name}"), &**name);
            let Kind::Symbol(symbol) = &symbol.kind else { continue };
            let place = |other: Value| other.via(variable.header, StepKind::Outside, format!("{name} by --explore"));
            let switched = with_switch(symbol, value, allowed, &place);
            if is_switched(&switched) {
                self.values.insert(name.to_string(), switched);
            }
        }
    }

    /// Gives the root of `evaluator` these inputs.
    pub(crate) fn give(self, evaluator: &mut Evaluator<'_>) {
        if let Some(root) = evaluator.modules.get_mut(ROOT.0) {
            // Where other values may be given, no default is certain.
            root.inputs = self.values.with_rest(self.rest);
        }
    }
}

/// `files` in their order, each once: where one is named last, since later ones take precedence.
fn in_order<'p>(files: impl DoubleEndedIterator<Item = &'p String>) -> Vec<&'p String> {
    let mut seen = FxHashSet::default();
    let mut files: Vec<&String> = files.rev().filter(|path| seen.insert(*path)).collect();
    files.reverse();
    files
}

fn is_declared(evaluator: &Evaluator<'_>, name: &str) -> bool {
    evaluator.module(ROOT).is_some_and(|root| root.config.variables.contains_key(name))
}

/// `value`, which an attribute of a variables file gives; the file is `named` by a command.
fn given_at(value: Value, attribute: &Attribute, named: Option<Span>) -> Value {
    let value = value.via(attribute.value.span, StepKind::Input, Arc::clone(&attribute.name));
    match named {
        Some(span) => value.via(span, StepKind::Input, "the root, by -var-file"),
        None => value,
    }
}

/// Tells what many evaluations have to tell.
fn tell(evaluator: &mut Evaluator<'_>, diagnostics: &Arc<[Diagnostic]>) {
    if diagnostics.len() > MOST_TOLD_AGAIN {
        evaluator.shared_diagnostics.push(Arc::clone(diagnostics));
    } else {
        evaluator.diagnostics.extend(diagnostics.iter().cloned());
    }
}

/// What a variables file gives the variables of a root, read once for all sets of inputs that it is in.
struct VariablesFile {
    /// What it was read of.
    parsed: Arc<ParsedFile>,
    named: Option<Span>,
    /// Errors in it.
    broken: Arc<[Diagnostic]>,
    /// Which of its variables the root does not declare: Terraform warns of them too.
    undeclared: Arc<[Diagnostic]>,
    /// The values of declared variables that are written out.
    constants: Arc<Values>,
    /// The places of the attributes whose values are not.
    others: Vec<usize>,
}

impl VariablesFile {
    fn read(
        parsed: &Arc<ParsedFile>,
        named: Option<Span>,
        config: &Config,
        sources: &Sources,
        options: &Options,
    ) -> Self {
        let mut evaluator = Evaluator::new(sources, options, DeploymentId(0), &FilesAlone);
        evaluator.set_size(parsed.size);
        let (mut constants, mut others, mut undeclared) = (Values::new(), Vec::new(), Vec::new());
        let mut seen = FxHashSet::default();
        let attributes = &parsed.body.attributes;
        let are_unique = attributes.iter().all(|attribute| seen.insert(&attribute.name));
        for (at, attribute) in attributes.iter().enumerate() {
            let is_declared = config.variables.contains_key(&attribute.name);
            if !is_declared {
                let message = format!("the root declares no variable '{}': its value is not used", attribute.name);
                undeclared.push(Diagnostic::warning("undeclared-variable", message, attribute.name_span));
            }
            if !are_unique || !attribute.value.is_written_out() {
                others.push(at);
            } else if is_declared {
                // Other roots may be given the same.
                let value = parsed.written_out(at).unwrap_or_else(|| {
                    let value = evaluator.eval(&attribute.value, &Scope::of(ROOT));
                    if evaluator.diagnostics.is_empty() && evaluator.has_steps() {
                        parsed.keep_written_out(at, &value);
                    }
                    value
                });
                constants.insert(attribute.name.to_string(), given_at(value, attribute, named));
            }
        }
        if !evaluator.diagnostics.is_empty() || !evaluator.has_steps() {
            // Each evaluation tells what it comes to itself.
            (constants, others) = (Values::new(), (0..attributes.len()).collect());
        }
        Self {
            parsed: Arc::clone(parsed),
            named,
            broken: parsed.diagnostics.as_slice().into(),
            undeclared: undeclared.into(),
            constants: Arc::new(constants),
            others,
        }
    }
}

/// The value of the variable `name` of the root, given by the command line or the environment (`by`).
fn from_text(evaluator: &mut Evaluator<'_>, name: &str, text: &str, by: &str) -> Option<Value> {
    let header = evaluator.module(ROOT)?.config.variables.get(name)?.header;
    let value = typed(evaluator, name, text, header)?;
    Some(value.via(header, StepKind::Outside, format!("{by}{name}")))
}

/// The value of the variable `name` of the root where it is given as `text` at `span`: text where the variable is text or has no type, else an expression.
fn typed(evaluator: &mut Evaluator<'_>, name: &str, text: &str, span: Span) -> Option<Value> {
    let config = Arc::clone(&evaluator.module(ROOT)?.config);
    let parsed = match config.variables.get(name)?.ty {
        Type::String | Type::Any => None,
        _ => crate::syntax::read_expr(text, span),
    };
    Some(match parsed {
        Some(expr) => prune(&evaluator.eval(&expr, &Scope::of(ROOT))),
        None => Value::string(text),
    })
}
