//! The root template that a parameter file is for: the one that it names; else the nearest one by its own name or by its parameters.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, file_name, parent};

use rayon::prelude::*;

use super::folders;
use super::given_parameters::Given;
use super::matching::{Answer, Candidate, Declared, InputFile, Searches, words};
use crate::analysis::result::UnusedInput;
use crate::analysis::run::Run;
use crate::templates::{ParameterFile, ParameterInputs, is_compiled};

/// Usual names of templates, which say nothing about the content: the folder's name may.
const USUAL: [&str; 8] = ["main", "azuredeploy", "maintemplate", "template", "deploy", "index", "arm", "infra"];

impl Run<'_> {
    /// The parameter files of each template; `roots` are the templates that are deployed by themselves, `links` the files that each deploys. Files that fit none
    /// are reported about.
    pub(in crate::analysis) fn match_parameter_files(
        &mut self,
        roots: &BTreeSet<String>,
        links: &BTreeMap<String, Vec<String>>,
    ) -> BTreeMap<String, Vec<Arc<ParameterFile>>> {
        // Of all templates the parameters are wanted only where a file says nothing of whose it is.
        let candidates: LazyCell<Vec<Candidate>, _> =
            LazyCell::new(|| roots.par_iter().map(|path| self.candidate(path)).collect());
        let searches = Searches::default();
        let beside = Beside::new(&self.templates);
        let (commands, unread) = self.given_parameters(roots);
        let named = named_by(&commands);
        let called: BTreeSet<&String> =
            links.iter().flat_map(|(from, to)| to.iter().filter(move |path| *path != from)).collect();
        let is_called = |path: &String| called.contains(path);
        let mut given: BTreeMap<String, Vec<Arc<ParameterFile>>> = BTreeMap::new();
        let mut unused = Vec::new();
        let mut used = Vec::new();
        for parameters in &self.parameter_files {
            let asked = &self.request.parameters;
            if !asked.is_empty() && !asked.contains(&parameters.path) {
                continue;
            }
            let reason =
                match self.template_of(parameters, named.get(&parameters.path), &beside, &searches, || &candidates) {
                    Answer::Found(template) if roots.contains(&template) || !is_called(&template) => {
                        used.push(parameters.path.clone());
                        given.entry(template).or_default().push(Arc::clone(parameters));
                        continue;
                    }
                    Answer::Found(template) => {
                        given.entry(template.clone()).or_default().push(Arc::clone(parameters));
                        format!("its template {template} is deployed by others, with their arguments")
                    }
                    Answer::Nothing => "no template among the files goes with this parameter file".to_owned(),
                    Answer::Several(paths) => {
                        format!("it may be for each of these templates: {}", paths.names(str::to_owned))
                    }
                };
            if parameters.stated {
                unused.push(UnusedInput { path: parameters.path.clone(), reason });
            }
        }
        self.tell_of_unread(unread);
        self.add_given_parameters(&commands, &mut given);
        // What a file that is used extends is used with it.
        let extended: BTreeSet<&String> = given.values().flatten().flat_map(|parameters| &parameters.extends).collect();
        unused.retain(|input: &UnusedInput| !extended.contains(&input.path));
        self.files.extend(used);
        for input in &unused {
            let is_named = self.request.parameters.contains(&input.path);
            let severity = if is_named { Severity::Warning } else { Severity::Note };
            self.diagnostics.push(Diagnostic::new(severity, "no-template", input.reason.clone()).about(&input.path));
        }
        self.unused_inputs.extend(unused);
        given
    }

    fn candidate(&self, path: &str) -> Candidate {
        let declared = |p: &crate::templates::ParsedTemplate| {
            let parameters = &p.template.as_ref()?.parameters;
            Some(parameters.iter().map(|(name, p)| (name.to_lowercase(), p.default.is_none() && !p.nullable)).collect())
        };
        let (store, of, file) = (Arc::clone(&self.store), path.to_owned(), self.sources.load(path).ok());
        let own = file_name(path).to_lowercase();
        let stem = own.rsplit_once('.').map_or(own.as_str(), |(stem, _)| stem);
        let stem = stem.strip_suffix(".template").or_else(|| stem.strip_suffix(".deploy")).unwrap_or(stem);
        let folder = file_name(parent(path)).to_lowercase();
        let (names, usual) = match USUAL.contains(&stem) {
            true => (vec![words(&folder)], Some(words(stem))),
            false => (vec![words(stem)], None),
        };
        Candidate {
            path: path.to_owned(),
            names,
            usual,
            parameters: Declared::new(move || store.with(&of, declared).flatten()),
            compiled: path.ends_with(".json") && file.as_ref().is_some_and(|file| is_compiled(file.text())),
            file,
        }
    }

    /// The template of a parameter file; `by_command` is the one with which a command names the file.
    fn template_of<'c>(
        &self,
        parameters: &ParameterFile,
        by_command: Option<&String>,
        beside: &Beside<'_>,
        searches: &Searches<'c>,
        candidates: impl Fn() -> &'c [Candidate],
    ) -> Answer {
        if let Some(named) = &parameters.template {
            let source = named.strip_suffix(".json").map(|stem| format!("{stem}.bicep"));
            return match source.filter(|_| self.is_twin(named)) {
                Some(source) => Answer::Found(source),
                None if self.templates.contains(named) => Answer::Found(named.clone()),
                None => Answer::Nothing,
            };
        }
        if let Some(template) = by_command {
            return Answer::Found(template.clone());
        }
        let names: BTreeSet<String> = match &parameters.inputs {
            ParameterInputs::Values(values) => values.keys().map(|name| name.to_lowercase()).collect(),
            ParameterInputs::Expressions(..) => return Answer::Nothing,
        };
        // A name that begins with that of a template beside it identifies the template, even if that is a module, or its parameters differ.
        let folder = parent(&parameters.path);
        if let Some(beside) = beside.of(&parameters.path).filter(|_| parameters.stated) {
            return Answer::Found(beside.clone());
        }
        let home = self.request.repository_of(&parameters.path);
        let near = |c: &&Candidate| self.request.repository_of(&c.path) == home;
        let search = searches.of(home, names, candidates().iter().filter(near));
        let said = words(&file_name(&parameters.path).to_lowercase());
        let by_parameters = parameters.stated || parameters.shaped && is_where_parameters_are(&parameters.path);
        search.up(&InputFile { folder, home: folders::home(folder), said, by_parameters })
    }
}

/// The templates with which commands name parameter files, by file; a file of several is left out.
fn named_by(commands: &[Given]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for command in commands {
        command.files.iter().for_each(|file| _ = found.entry(file).or_default().insert(&command.template));
    }
    let one = |(file, templates): (&String, BTreeSet<&String>)| match templates.len() {
        1 => templates.first().map(|template| (file.clone(), (*template).clone())),
        _ => None,
    };
    found.into_iter().filter_map(one).collect()
}

/// Whether the name of the file, or of a folder that it is in, says that it holds parameters.
fn is_where_parameters_are(path: &str) -> bool {
    file_name(path).to_lowercase().contains("param") || parent(path).split('/').any(folders::is_for_inputs)
}

/// Templates by their folders and names without endings.
struct Beside<'t>(HashMap<&'t str, HashMap<String, &'t String>>);

impl<'t> Beside<'t> {
    fn new(templates: &'t BTreeSet<String>) -> Self {
        let mut out: HashMap<&str, HashMap<String, &String>> = HashMap::new();
        for template in templates {
            let own = file_name(template).to_lowercase();
            let stem = own.rsplit_once('.').map_or(own.as_str(), |(stem, _)| stem);
            // Of `main.bicep` and `main.json` the source.
            out.entry(parent(template)).or_default().entry(stem.to_owned()).or_insert(template);
        }
        Self(out)
    }

    /// The template beside the file at `path` that the file's name begins with (`azuredeploy.parameters.json`, `main.prod.parameters.json`,
    /// `main.parameters.prod.json`): the longest.
    fn of(&self, path: &str) -> Option<&'t String> {
        let here = self.0.get(parent(path))?;
        let name = file_name(path).to_lowercase();
        let mut ends = name.match_indices(['.', '-', '_']).map(|(at, _)| at).rev();
        ends.find_map(|end| {
            let (stem, rest) = name.split_at_checked(end)?;
            here.get(stem).filter(|_| rest.contains("param")).copied()
        })
    }
}
