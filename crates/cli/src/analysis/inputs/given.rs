//! Which root each command's values are for. A root that is not certain gets none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_source::{SourceFile, Span, parent};
use cmklint_terraform::{CommandValue, GivenBy, Instantiation};

use super::command_inputs::CommandInputs;
use super::environment;
use super::mentions::{Arguments, Mention, ends_with};
use super::scripts::{self, WorkingDirectory, working_directory};
use crate::analysis::Run;

/// No more sets of one root are made of values.
const MAX_SETS: usize = 64;

/// Names of variables that tell the environment.
const STAGES: [&str; 6] = ["environment", "env", "environment_name", "env_name", "stage", "workspace"];

impl Run<'_> {
    /// Finds the roots of the values that the commands of `scripts` give.
    pub(super) fn find_given_values(&mut self, roots: &[String], arguments: &Arguments, scripts: &[Arc<SourceFile>]) {
        let mut found: BTreeMap<String, Vec<CommandInputs>> = BTreeMap::new();
        for (root, inputs) in self.by_flags(roots, arguments, scripts) {
            found.entry(root).or_default().push(inputs);
        }
        for script in scripts {
            let Some(given) = environment::read(script) else { continue };
            let run = self.roots_run_by(script, roots, given.parts.len() < 2).into_iter();
            let run: Vec<_> = run.map(|root| (root, self.declared_by(root))).collect();
            for set in given.sets().into_iter().filter(|set| set.iter().any(|value| value.text.is_some())) {
                for (root, declared) in &run {
                    let values: Vec<CommandValue> =
                        set.iter().filter(|value| declared.contains(&value.name)).cloned().collect();
                    if values.iter().any(|value| value.text.is_some()) {
                        add_environment(values, arguments, found.entry((*root).clone()).or_default());
                    }
                }
            }
        }
        for (root, inputs) in found {
            let known = self.by_commands.entry(root).or_default();
            for one in inputs.into_iter().take(MAX_SETS) {
                if !known.iter().any(|other| other.files == one.files && other.says_the_same(&one)) {
                    known.push(one);
                }
            }
        }
    }

    /// What commands give by `-var`, each with its root.
    fn by_flags(
        &self,
        roots: &[String],
        arguments: &Arguments,
        scripts: &[Arc<SourceFile>],
    ) -> Vec<(String, CommandInputs)> {
        let mut commands: BTreeMap<usize, Vec<CommandValue>> = BTreeMap::new();
        let mut directories: BTreeMap<usize, (&WorkingDirectory, Span)> = BTreeMap::new();
        for given in &arguments.values {
            let values = commands.entry(given.command).or_default();
            values.retain(|value| value.name != given.name);
            let (name, text) = (Arc::clone(&given.name), given.text.clone());
            values.push(CommandValue { name, text, span: given.span, by: GivenBy::Flag });
            directories.entry(given.command).or_insert((&given.directory, given.span));
        }
        let mut out = Vec::new();
        for (command, values) in commands {
            let is_known = values.iter().any(|value| value.text.is_some());
            if !is_known || arguments.with_unknown_file.contains(&command) {
                continue;
            }
            let files: Vec<Mention> =
                arguments.files.iter().filter(|mention| mention.command == command).cloned().collect();
            let takes = |root: &&String| {
                let declared = self.declared_by(root);
                values.iter().all(|value| declared.contains(&value.name))
            };
            if !files.is_empty() {
                // The files tell the root.
                out.extend(
                    roots
                        .iter()
                        .filter(takes)
                        .map(|root| (root.clone(), CommandInputs { files: files.clone(), values: values.clone() })),
                );
                continue;
            }
            let Some((directory, span)) = directories.get(&command) else { continue };
            let script = scripts.iter().find(|script| script.id() == span.file);
            let root = script.and_then(|script| root_in(directory, script.path(), roots));
            if let Some(root) = root.filter(takes) {
                out.push((root.clone(), CommandInputs { files, values }));
            }
        }
        out
    }

    fn declared_by(&self, root: &str) -> BTreeSet<Arc<str>> {
        cmklint_terraform::variables_of(root, self.sources, self.cache()).into_iter().collect()
    }

    /// The roots in which `script` runs Terraform: those of the working directories that it states, one alone unless `several` may be.
    fn roots_run_by<'r>(&self, script: &SourceFile, roots: &'r [String], several: bool) -> Vec<&'r String> {
        let mut stated: BTreeSet<WorkingDirectory> = script.text().lines().filter_map(working_directory).collect();
        if stated.is_empty() {
            stated.insert(WorkingDirectory::OfScript);
        }
        let found: BTreeSet<&String> =
            stated.iter().filter_map(|directory| root_in(directory, script.path(), roots)).collect();
        let is_one = found.len() == 1 && !stated.contains(&WorkingDirectory::Unknown);
        if is_one || several { found.into_iter().collect() } else { Vec::new() }
    }

    /// The `sets` of inputs of the root `dir`, with what commands give beside their files; and those that commands give alone.
    pub(super) fn with_given_values(&self, dir: &str, sets: Vec<Instantiation>) -> Vec<Instantiation> {
        let Some(inputs) = self.by_commands.get(dir) else { return sets };
        let root = dir.to_owned();
        let mut out: Vec<Instantiation> = Vec::new();
        for set in sets {
            let given: Vec<&CommandInputs> = inputs.iter().filter(|one| one.is_for(&root, &set)).collect();
            let mut said: Vec<&CommandInputs> = Vec::new();
            for one in given {
                if !said.iter().any(|other| other.says_the_same(one)) {
                    said.push(one);
                }
            }
            match said.as_slice() {
                [] => out.push(set),
                several => out.extend(several.iter().enumerate().map(|(at, one)| {
                    let label = if at == 0 { set.label.clone() } else { self.distinct(&set.label, &one.values) };
                    Instantiation { label, values: one.values.clone(), ..set.clone() }
                })),
            }
        }
        let alone: Vec<&CommandInputs> = inputs.iter().filter(|one| one.files.is_empty()).collect();
        if alone.is_empty() {
            return out;
        }
        // The files that Terraform loads by itself are in each set; a set of these alone is what no command gives.
        let own = out.iter().find(|set| set.label.is_empty()).map(|set| set.tfvars.clone()).unwrap_or_default();
        out.retain(|set| !set.label.is_empty());
        let is_only = alone.len() == 1 && out.is_empty();
        for one in alone {
            let label = match stage(&one.values) {
                Some(stage) => stage,
                None if is_only => String::new(),
                None => self.script_name(&one.values),
            };
            let is_taken = out.iter().any(|set| set.label == label);
            let label = if is_taken { self.distinct(&label, &one.values) } else { label };
            out.push(Instantiation { label, tfvars: own.clone(), values: one.values.clone() });
        }
        out
    }

    /// `label`, with the place of a command that gives something else than another one of that label.
    fn distinct(&self, label: &str, values: &[CommandValue]) -> String {
        let place = environment::place(values).and_then(|span| {
            let file = self.sources.get(span.file)?;
            Some(format!("{}:{}", file.path(), file.lines().line(span.start)))
        });
        match (label, place.unwrap_or_default()) {
            ("", place) => place,
            (label, place) => format!("{label} {place}"),
        }
    }

    /// The name of the script that gives `values`, without its ending.
    fn script_name(&self, values: &[CommandValue]) -> String {
        let script = environment::place(values).and_then(|span| self.sources.get(span.file));
        script.map(|script| scripts::name_of(script.path())).unwrap_or_default()
    }
}

/// Adds what a script gives by the environment: to what its commands give beside, else as a set of its own.
fn add_environment(values: Vec<CommandValue>, arguments: &Arguments, inputs: &mut Vec<CommandInputs>) {
    let Some(file) = environment::place(&values).map(|span| span.file) else { return };
    let mut is_beside = false;
    for one in inputs.iter_mut() {
        let is_of_script = one.values.iter().any(|value| value.span.file == file && value.by == GivenBy::Flag);
        if is_of_script && !one.values.iter().any(|value| value.by == GivenBy::Environment) {
            one.values.extend(values.iter().cloned());
            is_beside = true;
        }
    }
    let mut by_command: BTreeMap<usize, Vec<Mention>> = BTreeMap::new();
    for mention in arguments.files.iter().filter(|mention| mention.span.file == file) {
        by_command.entry(mention.command).or_default().push(mention.clone());
    }
    let has_values = |command: &usize| arguments.values.iter().any(|value| value.command == *command);
    for files in by_command.into_iter().filter(|(command, _)| !has_values(command)).map(|(_, files)| files) {
        inputs.push(CommandInputs { files, values: values.clone() });
        is_beside = true;
    }
    if !is_beside {
        inputs.push(CommandInputs { files: Vec::new(), values });
    }
}

/// The environment that a value names.
fn stage(values: &[CommandValue]) -> Option<String> {
    let named = STAGES.iter().find_map(|name| values.iter().find(|value| &*value.name == *name));
    named.and_then(|value| value.text.as_deref()).map(str::to_lowercase)
}

/// The one of `roots` in which a command of `script` runs.
fn root_in<'r>(directory: &WorkingDirectory, script: &str, roots: &'r [String]) -> Option<&'r String> {
    let directory = match directory {
        WorkingDirectory::Unknown => return None,
        WorkingDirectory::Stated(directory) => directory,
        WorkingDirectory::OfScript => {
            let mut at = parent(script);
            loop {
                match roots.iter().find(|root| *root == at) {
                    Some(root) => return Some(root),
                    None if at.is_empty() => return None,
                    None => at = parent(at),
                }
            }
        }
    };
    let whole = directory.join("/");
    if let Some(root) = roots.iter().find(|root| **root == whole) {
        return Some(root);
    }
    let mut found = roots.iter().filter(|root| !directory.is_empty() && ends_with(root, directory));
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
