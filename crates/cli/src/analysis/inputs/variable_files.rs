//! Variable files that are not where Terraform looks: which root each is for, and the sets of inputs that they make.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cmklint_source::{Diagnostic, Severity, Span, ancestors, file_name, parent};
use cmklint_terraform::Instantiation;

use super::folders;
use super::lookup::RootLookup;
use super::matching::{Answer, Candidate, Declared, InputFile, InputSearch, Searches, words};
use super::mentions::{self, Mention};
use super::scripts::Scripts;
use super::{environment, scripts};
use crate::analysis::result::UnusedInput;
use crate::analysis::run::{Run, join};

/// Usual names of roots' folders, which say nothing about the content.
const USUAL: [&str; 10] =
    ["terraform", "tf", "infra", "infrastructure", "iac", "src", "main", "root", "deploy", "deployment"];

/// Names of variable files that are given together with that of each environment.
const COMMON: [&str; 8] = ["all", "base", "common", "default", "defaults", "general", "global", "shared"];

/// Names of variable files that name no environment.
const NAMELESS: [&str; 7] = ["terraform", "vars", "variables", "main", "inputs", "values", "tfvars"];

impl Run<'_> {
    /// Finds the roots of the variable files that are neither where Terraform looks for any of `roots` (folders), nor in a folder for them right below. Those
    /// without a root are reported.
    pub(in crate::analysis) fn match_variable_files(&mut self, roots: &[String]) {
        let request = self.request;
        let mut by_repository: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for root in roots {
            by_repository.entry(request.repository_of(root)).or_default().0.push(root.clone());
        }
        for path in &self.variable_files {
            by_repository.entry(request.repository_of(path)).or_default().1.push(path.clone());
        }
        for (roots, files) in by_repository.values() {
            self.match_files(roots, files);
        }
    }

    /// As [`match_variable_files`](Self::match_variable_files), for the files and roots of one repository.
    fn match_files(&mut self, roots: &[String], files: &[String]) {
        let sets = roots.iter().flat_map(|dir| cmklint_terraform::instantiations(dir, self.sources));
        let mut taken: BTreeSet<String> = sets.flat_map(|set| set.tfvars).collect();
        taken.extend(self.request.areas.iter().flat_map(|(_, area)| area.terraform.var_files.iter().cloned()));
        let candidates: Vec<Candidate> = roots.iter().map(|dir| self.root_candidate(dir)).collect();
        let candidates = Candidates::new(&candidates);
        // The files for each root from each folder.
        let mut given: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        let mut unused = Vec::new();
        let units: BTreeSet<&str> = self.units.iter().map(|unit| parent(unit)).collect();
        let is_left = |path: &&String| !taken.contains(*path) && !is_of_a_unit(path, &units);
        let left: Vec<String> = files.iter().filter(is_left).cloned().collect();
        let Scripts { read: scripts, unread } = self.scripts(roots, &left);
        let mut arguments = mentions::read(&scripts);
        self.tell_of_unread(unread.into_iter().chain(std::mem::take(&mut arguments.unread)));
        let mentions = &arguments.files;
        let files: BTreeSet<String> = left.iter().chain(&taken).cloned().collect();
        let lookup = RootLookup::new(roots);
        let sets = self.sets_of_commands(&lookup, &files, mentions);
        let in_sets: BTreeSet<&String> = sets.values().flatten().flat_map(|set| &set.tfvars).collect();
        for path in left.iter().filter(|path| !in_sets.contains(path)) {
            let mentioned = self.mentioned(path, &lookup, mentions);
            if let Some((dir, span)) = &mentioned {
                self.named_by_scripts.insert((dir.clone(), path.clone()), *span);
            }
            let answer = match mentioned {
                Some((dir, _)) => Answer::Found(join(&dir, "main.tf")),
                None => self.root_of(path, &candidates),
            };
            let reason = match answer {
                Answer::Found(at) => {
                    let folder = parent(path).to_owned();
                    given.entry((parent(&at).to_owned(), folder)).or_default().push(path.clone());
                    continue;
                }
                Answer::Nothing => "no root module among the files goes with this variables file".to_owned(),
                Answer::Several(roots) => {
                    let dir = |path: &str| if parent(path).is_empty() { "." } else { parent(path) }.to_owned();
                    format!("it may be for each of these root modules: {}", roots.names(dir))
                }
            };
            unused.push(UnusedInput { path: path.clone(), reason });
        }
        for ((dir, folder), files) in given {
            let sets = self.sets(&dir, &folder, files);
            self.placed_elsewhere.entry(dir).or_default().extend(sets);
        }
        self.together.extend(sets);
        self.find_given_values(&lookup, &arguments, &scripts);
        if lookup.is_spent() {
            let script = mentions.first().map(|mention| self.sources.path(mention.span.file));
            let why = "what it and further scripts give roots is not all looked for: that would take too long";
            self.tell_of_unread(script.into_iter().map(|script| (script, why)));
        }
        for input in &unused {
            self.diagnostics.push(Diagnostic::new(Severity::Note, "no-root", input.reason.clone()).about(&input.path));
        }
        self.unused_inputs.extend(unused);
    }

    /// The scripts of the tree that may give `roots` inputs.
    fn scripts(&self, roots: &[String], files: &[String]) -> Scripts {
        if roots.is_empty() {
            return Scripts::default();
        }
        let folders = roots.iter().cloned().chain(files.iter().map(|path| parent(path).to_owned())).collect();
        scripts::files(&folders, &["-var", environment::PREFIX], &["-var-file", environment::PREFIX], self.sources)
    }

    /// The one root of `roots` for which a script names the file at `path`, and where; `None` for several that declare variables of it.
    fn mentioned(&self, path: &str, roots: &RootLookup<'_>, mentions: &[Mention]) -> Option<(String, Span)> {
        let own: Vec<&str> = path.split('/').collect();
        let mut found: BTreeMap<&String, Span> = BTreeMap::new();
        for mention in mentions {
            for root in roots.roots(mention, &own) {
                found.entry(root).or_insert(mention.span);
            }
        }
        if found.is_empty() {
            return None;
        }
        let names = self.variables_in(path);
        let takes = |root: &str| {
            let declared = cmklint_terraform::variables_of(root, self.sources, self.cache());
            declared.iter().any(|name| names.contains(&name.to_lowercase()))
        };
        let mut taking = found.into_iter().filter(|(root, _)| takes(root));
        match (taking.next(), taking.next()) {
            (Some((root, span)), None) => Some((root.clone(), span)),
            _ => None,
        }
    }

    /// The sets of inputs of the root `dir`: those where Terraform looks, and each of those elsewhere together with the files that Terraform loads automatically.
    pub(in crate::analysis) fn instantiations(&self, dir: &str) -> Vec<Instantiation> {
        let mut out = cmklint_terraform::instantiations(dir, self.sources);
        let elsewhere = self.placed_elsewhere.get(dir).map_or(&[][..], Vec::as_slice);
        let together = self.together.get(dir).map_or(&[][..], Vec::as_slice);
        if elsewhere.is_empty() && together.is_empty() {
            let sets = self.with_common(dir, out);
            return self.with_given_values(dir, sets);
        }
        let own = out.iter().find(|set| set.label.is_empty()).map(|set| set.tfvars.clone()).unwrap_or_default();
        if own.is_empty() {
            out.retain(|set| !set.label.is_empty());
        }
        // A file that a command gives together with others is no set of its own.
        let joined: BTreeSet<&String> = together.iter().flat_map(|set| &set.tfvars).collect();
        out.retain(|set| set.label.is_empty() || !set.tfvars.last().is_some_and(|path| joined.contains(path)));
        let with_own = |set: &Instantiation| Instantiation {
            label: set.label.clone(),
            tfvars: own.iter().filter(|path| !set.tfvars.contains(path)).chain(&set.tfvars).cloned().collect(),
            values: Vec::new(),
        };
        out.extend(elsewhere.iter().map(with_own));
        let mut out = self.with_common(dir, out);
        out.extend(together.iter().map(with_own));
        self.with_given_values(dir, out)
    }

    /// The `sets` of the root `dir`, in which a file that by its name is common to all environments goes with each environment's in its folder or below. Only
    /// where neither can be given alone: each leaves a variable without a default open, and the common one sets a variable that the other leaves open.
    fn with_common(&self, dir: &str, sets: Vec<Instantiation>) -> Vec<Instantiation> {
        // The files that Terraform loads automatically stand at the beginning of each set.
        let own = sets.iter().find(|set| set.label.is_empty()).map_or(0, |set| set.tfvars.len());
        let is_common = |set: &Instantiation| {
            let is_named_so = |path: &String| COMMON.contains(&&*stem(path).to_lowercase());
            !set.label.is_empty() && set.tfvars.len() == own + 1 && set.tfvars.last().is_some_and(is_named_so)
        };
        if !sets.iter().any(is_common) || sets.iter().all(is_common) {
            return sets;
        }
        let needed = cmklint_terraform::variables_needed(dir, self.sources, self.cache());
        let needed: BTreeSet<String> = needed.iter().map(|(name, _)| name.to_lowercase()).collect();
        let given =
            |set: &Instantiation| set.tfvars.iter().flat_map(|path| self.variables_in(path)).collect::<BTreeSet<_>>();
        let leaves_open = |set: &Instantiation| !needed.is_subset(&given(set));
        let (mut common, mut out): (Vec<_>, Vec<_>) =
            sets.into_iter().partition(|set| is_common(set) && leaves_open(set));
        // What holds for more folders is given first.
        common.sort_by_key(|set| set.tfvars.last().map_or(0, |path| path.matches('/').count()));
        let given_by_common: Vec<BTreeSet<String>> = common.iter().map(given).collect();
        let mut used = vec![false; common.len()];
        for set in out.iter_mut().filter(|set| !set.label.is_empty() && !is_common(set)) {
            let open: BTreeSet<String> = needed.difference(&given(set)).cloned().collect();
            let mut files: Vec<String> = Vec::new();
            for ((base, gives), used) in common.iter().zip(&given_by_common).zip(&mut used) {
                let folder = base.tfvars.last().map_or("", |path| parent(path));
                let is_above = set.tfvars.last().is_some_and(|path| lies_below(folder, path));
                if is_above && !open.is_disjoint(gives) {
                    *used = true;
                    files.extend(base.tfvars.iter().filter(|path| !set.tfvars.contains(path)).cloned());
                }
            }
            let at = own.min(set.tfvars.len());
            set.tfvars.splice(at..at, files);
        }
        out.extend(common.into_iter().zip(used).filter(|(_, used)| !used).map(|(set, _)| set));
        out
    }

    fn root_candidate(&self, dir: &str) -> Candidate {
        let own = file_name(dir).to_lowercase();
        let is_usual = USUAL.contains(&own.as_str());
        let declared = cmklint_terraform::variables_of(dir, self.sources, self.cache());
        Candidate {
            // A file of the folder, so that it can be compared like a template.
            path: join(dir, "main.tf"),
            names: if is_usual { Vec::new() } else { vec![words(&own)] },
            usual: is_usual.then(|| words(&own)),
            parameters: Declared::new(move || Some(declared.iter().map(|name| (name.to_lowercase(), false)).collect())),
            file: None,
            compiled: false,
        }
    }

    fn root_of(&self, path: &str, candidates: &Candidates<'_>) -> Answer {
        let folder = parent(path);
        // It is beside a module that others call.
        if self.folders.contains(folder) {
            return Answer::Nothing;
        }
        let names = self.variables_in(path);
        if names.is_empty() {
            return Answer::Nothing;
        }
        let declares = |c: &Candidate, name: &String| c.parameters.get().is_some_and(|p| p.contains_key(name));
        let home = folders::home(folder);
        // A file belongs to the root that contains the folder for inputs even with variables that the root doesn't declare any more: Terraform only warns about
        // them.
        let own =
            candidates.by_folder.get(home).filter(|c| home != folder && names.iter().any(|name| declares(c, name)));
        if let Some(root) = own {
            return Answer::Found(root.path.clone());
        }
        let mut said = words(&stem(path).to_lowercase());
        said.extend(
            folder.strip_prefix(home).unwrap_or_default().split('/').flat_map(|name| words(&name.to_lowercase())),
        );
        candidates.search(names).up(&InputFile { folder, home, said, by_parameters: true })
    }

    pub(super) fn variables_in(&self, path: &str) -> BTreeSet<String> {
        let names = cmklint_terraform::variables_in(path, self.sources, self.cache());
        names.iter().map(|name| name.to_lowercase()).collect()
    }

    /// The sets that the `files` of one folder make for the root `dir`: one, where they set different variables, else one for each file.
    fn sets(&self, dir: &str, folder: &str, files: Vec<String>) -> Vec<Instantiation> {
        let environment = folders::environment(folder, dir);
        let mut seen = BTreeSet::new();
        let apart = files.iter().all(|path| self.variables_in(path).into_iter().all(|name| seen.insert(name)));
        if apart && (!environment.is_empty() || files.len() == 1) {
            let label = match (&files[..], environment.is_empty()) {
                ([only], true) => stem(only).to_owned(),
                _ => environment,
            };
            return vec![Instantiation { label, tfvars: files, values: Vec::new() }];
        }
        let label = |path: &String| label_of(dir, folder, path);
        let set = |path: &String| Instantiation { label: label(path), tfvars: vec![path.clone()], values: Vec::new() };
        files.iter().map(set).collect()
    }
}

/// The roots that may take a variable file.
struct Candidates<'c> {
    all: &'c [Candidate],
    by_folder: BTreeMap<&'c str, &'c Candidate>,
    searches: Searches<'c>,
}

impl<'c> Candidates<'c> {
    fn new(all: &'c [Candidate]) -> Self {
        let by_folder = all.iter().map(|c| (parent(&c.path), c)).collect();
        Self { all, by_folder, searches: Searches::default() }
    }

    fn search(&self, names: BTreeSet<String>) -> Rc<InputSearch<'c>> {
        self.searches.of("", names, self.all.iter())
    }
}

/// Whether Terragrunt's configuration is in one of the folders `units` that the file is in or below: then that determines which files are read.
fn is_of_a_unit(path: &str, units: &BTreeSet<&str>) -> bool {
    ancestors(parent(path)).any(|at| units.contains(at))
}

/// The name of the environment that the file at `path` in `folder` makes of the root in `dir`.
pub(super) fn label_of(dir: &str, folder: &str, path: &str) -> String {
    match (folders::environment(folder, dir).as_str(), stem(path)) {
        ("", stem) => stem.to_owned(),
        (environment, stem) if NAMELESS.contains(&stem) => environment.to_owned(),
        (environment, stem) => format!("{environment}-{stem}"),
    }
}

/// Whether the file at `path` lies in the folder `dir` or below it.
pub(super) fn lies_below(dir: &str, path: &str) -> bool {
    dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}

/// The file's name without its endings.
fn stem(path: &str) -> &str {
    let name = file_name(path);
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.strip_suffix(".tfvars").unwrap_or(stem);
    stem.strip_suffix(".auto").unwrap_or(stem)
}
