//! Which template each command's parameters are for, and the inputs that they make. A template or a file that is not certain gives none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cmklint_graph::{StepKind, Symbol, Value};
use cmklint_source::{Span, parent, reads};
use cmklint_template::{Expr, ExprKind, Parameter, ParameterType, value_of_json};
use indexmap::IndexMap;

use super::deploy_commands::{self, DeployCommand, GivenParameter};
use super::scripts::{self, Scripts};
use crate::analysis::Run;
use crate::templates::{ParameterFile, ParameterInputs, StatedBy};

/// Names of parameters that tell the environment.
const STAGES: [&str; 5] = ["environment", "env", "environmentname", "envname", "stage"];

/// What one command gives a template.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) template: String,
    /// The parameter files, in order.
    pub(super) files: Vec<String>,
    /// The values, which take precedence.
    values: Vec<GivenByName>,
    /// The path of the script, and the line of the command.
    script: String,
    line: u32,
}

#[derive(Clone, Debug)]
struct GivenByName {
    name: String,
    text: Option<String>,
    span: Span,
}

impl Given {
    /// Whether it is no more than one file.
    fn is_file(&self) -> bool {
        self.files.len() == 1 && self.values.is_empty()
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let values = |given: &Self| -> BTreeSet<(String, Option<String>)> {
            given.values.iter().map(|value| (value.name.to_lowercase(), value.text.clone())).collect()
        };
        self.template == other.template && self.files == other.files && values(self) == values(other)
    }
}

impl Run<'_> {
    /// What commands of the tree's scripts give `roots`; and the paths of scripts of which not all was read, with the reason.
    pub(super) fn given_parameters(&self, roots: &BTreeSet<String>) -> (Vec<Given>, Vec<(String, &'static str)>) {
        if roots.is_empty() || !self.request.parameters.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let folders = roots.iter().map(|path| parent(path).to_owned()).collect();
        let Scripts { read, mut unread } =
            scripts::files(&folders, &deploy_commands::MARKS, &deploy_commands::beginnings(), self.sources);
        let (commands, more) = deploy_commands::read(&read);
        unread.extend(more);
        let files: HashMap<&str, &Arc<ParameterFile>> =
            self.parameter_files.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut out: Vec<Given> = Vec::new();
        for command in commands {
            if let Some(given) = self.given_by(&command, roots, &files)
                && !out.iter().any(|other| other.says_the_same(&given))
            {
                out.push(given);
            }
        }
        (out, unread)
    }

    fn given_by(
        &self,
        command: &DeployCommand,
        roots: &BTreeSet<String>,
        parameter_files: &HashMap<&str, &Arc<ParameterFile>>,
    ) -> Option<Given> {
        let top = self.request.repository_of(command.script.path());
        let (mut files, mut values) = (Vec::new(), Vec::<GivenByName>::new());
        for parameter in &command.parameters {
            match parameter {
                GivenParameter::Unknown => return None,
                GivenParameter::File(written) => {
                    let is_there = |path: &str| parameter_files.contains_key(path);
                    files.push(command.path(written, top, &is_there)?);
                }
                GivenParameter::Value { name, text, span } => {
                    values.retain(|value| !value.name.eq_ignore_ascii_case(name));
                    values.push(GivenByName { name: name.clone(), text: text.clone(), span: *span });
                }
            }
        }
        if files.is_empty() && values.iter().all(|value| value.text.is_none()) {
            return None;
        }
        let template = match &command.template {
            Some(written) => command.path(written, top, &|path| roots.contains(path))?,
            // A `.bicepparam` names its template.
            None => parameter_files.get(files.first()?.as_str())?.template.clone()?,
        };
        let is_declared = |value: &GivenByName| self.parameter_of(&template, &value.name).is_some();
        if !roots.contains(&template) || !values.iter().all(is_declared) {
            return None;
        }
        let line = command.script.lines().line(command.span.start);
        Some(Given { template, files, values, script: command.script.path().to_owned(), line })
    }

    /// The parameter `name`, in any case, of `template`.
    fn parameter_of(&self, template: &str, name: &str) -> Option<(Arc<str>, Parameter)> {
        let find = |parsed: &crate::templates::ParsedTemplate| {
            let mut all = parsed.template.iter().flat_map(|template| &template.parameters);
            all.find(|(declared, _)| declared.eq_ignore_ascii_case(name)).map(|(n, p)| (Arc::clone(n), p.clone()))
        };
        self.store.with(template, find).flatten()
    }

    /// Adds what `commands` give beyond one file to the inputs of each template; a file that is given with more is no input by itself then.
    pub(super) fn add_given_parameters(
        &self,
        commands: &[Given],
        given: &mut BTreeMap<String, Vec<Arc<ParameterFile>>>,
    ) {
        let alone = |template: &str, path: &String| {
            commands.iter().any(|one| one.is_file() && one.template == template && one.files.first() == Some(path))
        };
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for command in commands.iter().filter(|command| !command.is_file()) {
            let Some(mut made) = self.combined(command) else { continue };
            let inputs = given.entry(command.template.clone()).or_default();
            inputs.retain(|file| {
                let is_part = command.files.contains(&file.path) && matches!(file.by, StatedBy::Itself);
                !is_part || alone(&command.template, &file.path)
            });
            let by_values =
                commands.iter().filter(|other| other.template == command.template && !other.is_file()).count();
            if inputs.iter().any(|file| file.path == made.path) || !taken.insert(made.path.clone()) {
                made.path = format!("{}:{}", command.script, command.line);
            }
            if inputs.iter().any(|file| file.path == made.path) {
                continue;
            }
            made.by = StatedBy::Command {
                environment: environment(command, by_values > 1 || !inputs.is_empty()),
                files: command.files.iter().chain([&command.script]).cloned().collect(),
            };
            inputs.push(Arc::new(made));
        }
    }

    /// The files of a command and its values as one set of inputs.
    fn combined(&self, command: &Given) -> Option<ParameterFile> {
        let find = |path: &String| self.parameter_files.iter().find(|file| file.path == *path);
        let files: Vec<&Arc<ParameterFile>> = command.files.iter().map(find).collect::<Option<_>>()?;
        let mut inputs = match files.as_slice() {
            [] => ParameterInputs::Values(IndexMap::new()),
            [first, rest @ ..] => {
                let mut inputs = copied(&first.inputs);
                for file in rest {
                    add(&mut inputs, &file.inputs)?;
                }
                inputs
            }
        };
        for value in &command.values {
            let (name, parameter) = self.parameter_of(&command.template, &value.name)?;
            give(&mut inputs, &name, value, parameter.kind);
        }
        let (_, reads) = reads::recorded(|| {
            files.iter().for_each(|file| reads::repeat(&file.reads));
            self.sources.load(&command.script)
        });
        Some(ParameterFile {
            path: command.files.last().unwrap_or(&command.script).clone(),
            template: Some(command.template.clone()),
            extends: files.iter().flat_map(|file| file.extends.iter().cloned()).collect(),
            inputs,
            stated: true,
            shaped: true,
            diagnostics: Vec::new(),
            reads,
            by: StatedBy::Itself,
        })
    }
}

/// The environment of what a command gives: what a value names; where it is one of `several`, that of its last file, or the script's name.
fn environment(command: &Given, several: bool) -> Option<String> {
    let is_stage = |value: &&GivenByName| STAGES.contains(&value.name.to_lowercase().as_str());
    if let Some(stage) = command.values.iter().find(is_stage).and_then(|value| value.text.clone()) {
        return Some(stage.to_lowercase());
    }
    match (command.files.is_empty(), several) {
        (false, _) => None,
        (true, false) => Some(String::new()),
        (true, true) => Some(scripts::name_of(&command.script)),
    }
}

fn copied(inputs: &ParameterInputs) -> ParameterInputs {
    match inputs {
        ParameterInputs::Values(values) => ParameterInputs::Values(values.clone()),
        ParameterInputs::Expressions(scope, values) => ParameterInputs::Expressions(Arc::clone(scope), values.clone()),
    }
}

/// Adds the values of a further JSON file; `None` where they can't be together.
fn add(inputs: &mut ParameterInputs, further: &ParameterInputs) -> Option<()> {
    match (inputs, further) {
        (ParameterInputs::Values(values), ParameterInputs::Values(further)) => {
            for (name, value) in further {
                values.retain(|known, _| !known.eq_ignore_ascii_case(name));
                values.insert(Arc::clone(name), value.clone());
            }
            Some(())
        }
        _ => None,
    }
}

/// Gives the parameter `name` of this `kind` the value.
fn give(inputs: &mut ParameterInputs, name: &Arc<str>, given: &GivenByName, kind: ParameterType) {
    let value = given.text.as_ref().map(|text| typed(text, kind));
    match inputs {
        ParameterInputs::Values(values) => {
            let unknown = || {
                Value::symbol(Symbol::at_place(
                    format!("{:?}:parameter:{name}", given.span),
                    format!("parameter {name}"),
                ))
            };
            let value = value.unwrap_or_else(unknown);
            values.retain(|known, _| !known.eq_ignore_ascii_case(name));
            values.insert(Arc::clone(name), value.via(given.span, StepKind::Input, format!("--parameters {name}")));
        }
        ParameterInputs::Expressions(_, assignments) => {
            let literal = value.and_then(|value| value.as_literal());
            let kind = match literal {
                Some(literal) => ExprKind::Literal(literal),
                None => ExprKind::Unknown(Arc::from("a value that only a run of the command knows")),
            };
            assignments.give(name, Expr { kind, span: given.span });
        }
    }
}

/// The text as a value of a parameter of this `kind`.
fn typed(text: &str, kind: ParameterType) -> Value {
    let as_json = || serde_json::from_str::<serde_json::Value>(text).ok();
    match kind {
        ParameterType::String => Value::string(text),
        ParameterType::Int => match text.trim().parse::<i64>() {
            Ok(number) => Value::int(number),
            Err(_) => Value::string(text),
        },
        ParameterType::Bool => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Value::bool(true),
            "false" => Value::bool(false),
            _ => Value::string(text),
        },
        ParameterType::Array | ParameterType::Object | ParameterType::Any => {
            as_json().map_or_else(|| Value::string(text), |json| value_of_json(&json))
        }
    }
}
