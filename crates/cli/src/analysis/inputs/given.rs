//! Which root each command's values are for. A root that is not certain gets none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cmklint_source::{SourceFile, Span};
use cmklint_terraform::{CommandValue, GivenBy, Instantiation};

use super::command_inputs::CommandInputs;
use super::environment;
use super::lookup::RootLookup;
use super::mentions::{Arguments, Mention};
use super::scripts::{self, WorkingDirectory, working_directory};
use crate::analysis::Run;

/// No more sets of one root are made of values.
const MAX_SETS: usize = 64;

/// Names of variables that tell the environment.
const STAGES: [&str; 6] = ["environment", "env", "environment_name", "env_name", "stage", "workspace"];

impl Run<'_> {
    /// Finds the roots of the values that the commands of `scripts` give.
    pub(super) fn find_given_values(
        &mut self,
        roots: &RootLookup<'_>,
        arguments: &Arguments,
        scripts: &[Arc<SourceFile>],
    ) {
        let mut found = Found::default();
        let mut declared = Declared::default();
        self.by_flags(roots, arguments, scripts, (&mut found, &mut declared));
        for script in scripts {
            let Some(given) = environment::read(script) else { continue };
            if given.is_cut {
                let why = "not all values that it gives by the environment are read: there are more than 200";
                self.tell_of_unread([(script.path().to_owned(), why)]);
            }
            let commands = commands_without_values(script, arguments);
            let run = roots_run_by(script, roots, given.parts.len() < 2);
            for set in given.sets().into_iter().filter(|set| set.iter().any(|value| value.text.is_some())) {
                for root in &run {
                    if !found.has_room(root) {
                        continue;
                    }
                    let Some(declared) = declared.by(root, self) else { continue };
                    let values: Vec<CommandValue> =
                        set.iter().filter(|value| declared.contains(&value.name)).cloned().collect();
                    if values.iter().any(|value| value.text.is_some()) {
                        let inputs = found.by_root.entry((*root).clone()).or_default();
                        add_environment(Arc::new(values), script, &commands, inputs);
                    }
                }
            }
        }
        let mut by_root: Vec<_> = found.by_root.into_iter().collect();
        by_root.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (root, inputs) in by_root {
            let known = self.by_commands.entry(root).or_default();
            for one in inputs.into_iter().take(MAX_SETS) {
                if !known.iter().any(|other| other.files == one.files && other.says_the_same(&one)) {
                    known.push(one);
                }
            }
        }
        for root in found.full {
            self.note_cut_sets(&root);
        }
    }

    /// What commands give by `-var`, each with its root.
    fn by_flags(
        &self,
        roots: &RootLookup<'_>,
        arguments: &Arguments,
        scripts: &[Arc<SourceFile>],
        (found, declared): (&mut Found, &mut Declared),
    ) {
        let mut commands: BTreeMap<usize, Vec<CommandValue>> = BTreeMap::new();
        let mut directories: BTreeMap<usize, (&WorkingDirectory, Span)> = BTreeMap::new();
        for given in &arguments.values {
            let values = commands.entry(given.command).or_default();
            values.retain(|value| value.name != given.name);
            let (name, text) = (Arc::clone(&given.name), given.text.clone());
            values.push(CommandValue { name, text, span: given.span, by: GivenBy::Flag });
            directories.entry(given.command).or_insert((&given.directory, given.span));
        }
        for (command, values) in commands {
            let is_known = values.iter().any(|value| value.text.is_some());
            if !is_known || arguments.with_unknown_file.contains(&command) {
                continue;
            }
            let files: Arc<[Mention]> =
                arguments.files.iter().filter(|mention| mention.command == command).cloned().collect();
            let values = Arc::new(values);
            let mut add = |root: &String| {
                let Some(declared) = declared.by(root, self) else { return };
                let inputs = CommandInputs { files: Arc::clone(&files), values: Arc::clone(&values) };
                if values.iter().all(|value| declared.contains(&value.name)) && !found.has(root, &inputs) {
                    found.add(root, inputs);
                }
            };
            if !files.is_empty() {
                // The files tell the root.
                roots.all.iter().for_each(add);
                continue;
            }
            let Some((directory, span)) = directories.get(&command) else { continue };
            let script = scripts.iter().find(|script| script.id() == span.file);
            if let Some(root) = script.and_then(|script| roots.root_in(directory, script.path())) {
                add(root);
            }
        }
    }

    /// The `sets` of inputs of the root `dir`, with what commands give beside their files; and those that commands give alone.
    pub(super) fn with_given_values(&self, dir: &str, sets: Vec<Instantiation>) -> Vec<Instantiation> {
        let Some(inputs) = self.by_commands.get(dir) else { return sets };
        let root = dir.to_owned();
        let mut out: Vec<Instantiation> = Vec::new();
        let mut room = MAX_SETS;
        for set in sets {
            let given: Vec<&CommandInputs> = inputs.iter().filter(|one| one.is_for(&root, &set)).collect();
            let mut said: Vec<&CommandInputs> = Vec::new();
            for one in given {
                if !said.iter().any(|other| other.says_the_same(one)) {
                    said.push(one);
                }
            }
            // Each set with each command may be more than a run can look at.
            if said.len() > 1 + room {
                self.note_cut_sets(dir);
                said.truncate(1 + room);
            }
            room -= said.len().saturating_sub(1);
            match said.as_slice() {
                [] => out.push(set),
                several => out.extend(several.iter().enumerate().map(|(at, one)| {
                    let label = if at == 0 { set.label.clone() } else { self.distinct(&set.label, &one.values) };
                    Instantiation { label, values: one.values.to_vec(), ..set.clone() }
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
            out.push(Instantiation { label, tfvars: own.clone(), values: one.values.to_vec() });
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

/// What commands give roots, up to a number for each.
#[derive(Default)]
struct Found {
    by_root: HashMap<String, Vec<CommandInputs>>,
    /// The roots that more was found for.
    full: BTreeSet<String>,
}

impl Found {
    /// Whether another command says the same as `inputs`, without any files.
    fn has(&self, root: &str, inputs: &CommandInputs) -> bool {
        let is_same = |other: &CommandInputs| other.files.is_empty() && other.says_the_same(inputs);
        inputs.files.is_empty() && self.by_root.get(root).into_iter().flatten().any(is_same)
    }

    fn add(&mut self, root: &String, inputs: CommandInputs) {
        if !self.has_room(root) {
            return;
        }
        match self.by_root.get_mut(root) {
            Some(known) => known.push(inputs),
            None => _ = self.by_root.insert(root.clone(), vec![inputs]),
        }
    }

    /// Whether more is kept for `root`.
    fn has_room(&mut self, root: &String) -> bool {
        let is_full = self.by_root.get(root).is_some_and(|inputs| inputs.len() >= MAX_SETS);
        if is_full && !self.full.contains(root) {
            self.full.insert(root.clone());
        }
        !is_full
    }
}

/// The variables that roots declare, each found out once.
#[derive(Default)]
struct Declared(HashMap<String, BTreeSet<Arc<str>>>);

impl Declared {
    fn by(&mut self, root: &str, run: &Run<'_>) -> Option<&BTreeSet<Arc<str>>> {
        if !self.0.contains_key(root) {
            let read = cmklint_terraform::variables_of(root, run.sources, run.cache()).into_iter().collect();
            self.0.insert(root.to_owned(), read);
        }
        self.0.get(root)
    }
}

/// The roots in which `script` runs Terraform: those of the working directories that it states, one alone unless `several` may be.
fn roots_run_by<'r>(script: &SourceFile, roots: &RootLookup<'r>, several: bool) -> Vec<&'r String> {
    let lines = script.text().lines().filter(|line| line.len() <= scripts::MAX_LINE);
    let mut stated: BTreeSet<WorkingDirectory> = lines.filter_map(working_directory).collect();
    if stated.is_empty() {
        stated.insert(WorkingDirectory::OfScript);
    }
    let found: BTreeSet<&String> =
        stated.iter().filter_map(|directory| roots.root_in(directory, script.path())).collect();
    let is_one = found.len() == 1 && !stated.contains(&WorkingDirectory::Unknown);
    if is_one || several { found.into_iter().collect() } else { Vec::new() }
}

/// The files of each command of `script` that gives no values beside them.
fn commands_without_values(script: &SourceFile, arguments: &Arguments) -> Vec<Arc<[Mention]>> {
    let with_values: BTreeSet<usize> = arguments.values.iter().map(|value| value.command).collect();
    let mut by_command: BTreeMap<usize, Vec<Mention>> = BTreeMap::new();
    let is_of_script = |mention: &&Mention| mention.span.file == script.id();
    for mention in arguments.files.iter().filter(is_of_script).filter(|m| !with_values.contains(&m.command)) {
        by_command.entry(mention.command).or_default().push(mention.clone());
    }
    by_command.into_values().map(Arc::from).collect()
}

/// Adds what `script` gives by the environment: to what its `commands` give beside, else as a set of its own.
fn add_environment(
    values: Arc<Vec<CommandValue>>,
    script: &SourceFile,
    commands: &[Arc<[Mention]>],
    inputs: &mut Vec<CommandInputs>,
) {
    let mut is_beside = false;
    for one in inputs.iter_mut() {
        let is_of_script = one.values.iter().any(|value| value.span.file == script.id() && value.by == GivenBy::Flag);
        if is_of_script && !one.values.iter().any(|value| value.by == GivenBy::Environment) {
            Arc::make_mut(&mut one.values).extend(values.iter().cloned());
            is_beside = true;
        }
    }
    for files in commands {
        inputs.push(CommandInputs { files: Arc::clone(files), values: Arc::clone(&values) });
        is_beside = true;
    }
    if !is_beside {
        inputs.push(CommandInputs { files: Arc::from([]), values });
    }
}

/// The environment that a value names.
fn stage(values: &[CommandValue]) -> Option<String> {
    let named = STAGES.iter().find_map(|name| values.iter().find(|value| &*value.name == *name));
    named.and_then(|value| value.text.as_deref()).map(str::to_lowercase)
}
