//! The rules of a team's own: which hold for a run, and where they are evaluated.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Context as _;
pub use cmklint_custom::RuleFile;
use cmklint_custom::{CustomRule, ENDING, Evaluated, FOLDER, Host, MAX_FILES, RuleSet};
use cmklint_graph::Estate;
use cmklint_rules::{Before, Catalog, Finding, RuleMeta};
use cmklint_source::{Diagnostic, DiskLoader, Severity, Sources, parent};

use crate::config::Written;
use crate::inputs::Configuration;

/// The process that evaluates rules, where the program that runs says that it can be one.
static EVALUATOR: OnceLock<PathBuf> = OnceLock::new();
/// Tests of rules, in OPA's way: no rules.
const TEST_ENDING: &str = "_test.rego";
/// No larger file of rules is read, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// Makes this program one that evaluates rules in processes of its own: it must hand over to [`cmklint_custom::serve`] where its one argument is
/// [`cmklint_custom::ARGUMENT`].
pub fn evaluate_in_this_program() {
    if let Ok(program) = std::env::current_exe() {
        let _ = EVALUATOR.set(program);
    }
}

/// Where rules are evaluated, unless something else is asked for.
#[must_use]
pub fn host() -> Host {
    EVALUATOR.get().map_or(Host::Nowhere, |program| Host::Process(program.clone()))
}

/// The rules of a team's own that hold for a run.
#[derive(Clone, Debug, Default)]
pub struct OwnRules {
    set: RuleSet,
    catalog: Catalog,
    host: Host,
}

impl OwnRules {
    /// The rules in `files`, evaluated at `host`; and what is wrong with them.
    #[must_use]
    pub fn new(files: &[RuleFile], host: Host) -> (Self, Vec<Diagnostic>) {
        let (set, diagnostics) = RuleSet::read(files);
        let catalog = Catalog::new(set.rules().iter().map(|rule| rule.meta).collect());
        (Self { set, catalog, host }, diagnostics)
    }

    /// All rules of the run, ours too.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[CustomRule] {
        self.set.rules()
    }

    /// The rule `meta`, where it is one of these.
    #[must_use]
    pub fn of(&self, meta: &RuleMeta) -> Option<&CustomRule> {
        self.set.rules().iter().find(|rule| rule.meta.id == meta.id)
    }

    /// What the rules for which `is_on` find in `estate`.
    pub(crate) fn evaluate(
        &self,
        is_on: &dyn Fn(&RuleMeta) -> bool,
        estate: &Estate,
        before: Option<&Before>,
        steps: u64,
    ) -> Evaluated {
        Evaluated::new(&self.set, is_on, estate, before, &self.host, steps)
    }

    /// Whether `finding`, in the file at `path`, is where its rule holds.
    pub(crate) fn holds(&self, finding: &Finding, path: &str) -> bool {
        let rule = self.of(finding.rule).map(|rule| rule.area.as_str());
        rule.is_none_or(|area| {
            area.is_empty() || path.strip_prefix(area).is_some_and(|below| below.is_empty() || below.starts_with('/'))
        })
    }
}

/// Finds the files of rules of a run.
pub(crate) struct Finder<'a> {
    sources: &'a Sources,
    files: Vec<RuleFile>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self { sources, files: Vec::new(), diagnostics: Vec::new() }
    }

    /// Takes the folders of rules in `folders`, each for the folder that it lies in.
    pub(crate) fn beside(mut self, folders: &BTreeSet<String>) -> Self {
        for area in folders {
            let folder = if area.is_empty() { FOLDER.to_owned() } else { format!("{area}/{FOLDER}") };
            self.folder(&folder, area);
        }
        self
    }

    /// Takes the folders of rules that `configuration` names.
    pub(crate) fn named_by(mut self, configuration: &Configuration) -> Self {
        for written in &configuration.config.custom_rules {
            let found = match &configuration.outside {
                Some(folder) => self.outside(&folder.join(&written.text), &written.text),
                None => self.folder(&configuration.below(&written.text), &configuration.folder),
            };
            if !found {
                self.nothing_at(written);
            }
        }
        self
    }

    /// What was found, and what is wrong with it.
    pub(crate) fn done(mut self, host: Host) -> (OwnRules, Vec<Diagnostic>) {
        let (own, diagnostics) = OwnRules::new(&self.files, host);
        self.diagnostics.extend(diagnostics);
        (own, self.diagnostics)
    }

    /// Takes the files of the folder at `folder`, below the tree's root. Whether there are any.
    pub(crate) fn folder(&mut self, folder: &str, area: &str) -> bool {
        let names: Vec<String> = self.sources.files_in(folder).into_iter().filter(|name| is_rule(name)).collect();
        for name in self.at_most(names.clone(), folder) {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            match self.sources.load(&path) {
                Ok(file) if self.files.iter().any(|known| known.file.id() == file.id()) => {}
                Ok(file) => self.files.push(RuleFile { file, area: area.to_owned() }),
                Err(error) => {
                    let diagnostic = Diagnostic::new(Severity::Error, "unreadable", error.to_string());
                    self.diagnostics.push(diagnostic.about(path));
                }
            }
        }
        !names.is_empty()
    }

    /// Takes the files of a folder that is not in the tree: a configuration names it that is not either. Its rules hold for the whole tree.
    pub(crate) fn outside(&mut self, folder: &Path, shown: &str) -> bool {
        let Ok(there) = DiskLoader::new(folder, LARGEST_FILE).map(Sources::new) else { return false };
        let names: Vec<String> = there.files_in("").into_iter().filter(|name| is_rule(name)).collect();
        for name in self.at_most(names.clone(), shown) {
            match there.load(&name) {
                Ok(file) => {
                    let file = self.sources.add(format!("{shown}/{name}"), file.text());
                    self.files.push(RuleFile { file, area: String::new() });
                }
                Err(error) => self.diagnostics.push(Diagnostic::new(
                    Severity::Error,
                    "unreadable",
                    format!("{shown}/{name}: {error}"),
                )),
            }
        }
        !names.is_empty()
    }

    fn at_most(&mut self, names: Vec<String>, folder: &str) -> Vec<String> {
        if names.len() > MAX_FILES {
            let message =
                format!("{} files of rules; a folder may have {MAX_FILES}, and the others are not read", names.len());
            self.diagnostics.push(Diagnostic::new(Severity::Error, "custom-rule", message).about(folder));
        }
        names.into_iter().take(MAX_FILES).collect()
    }

    fn nothing_at(&mut self, written: &Written) {
        let message = format!("no file of rules ({ENDING}) in {}", written.text);
        let diagnostic = Diagnostic::new(Severity::Error, "custom-rule", message);
        self.diagnostics.push(match written.span {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        });
    }
}

fn is_rule(name: &str) -> bool {
    name.ends_with(ENDING) && !name.ends_with(TEST_ENDING)
}

/// The rules in the folder at `folder` of the disk, for what is below the folder that it lies in, with the files that they are in.
///
/// # Errors
/// Where there is no such folder, or no file of rules in it.
pub fn in_folder(folder: &Path, sources: &Sources, path: &str) -> anyhow::Result<(OwnRules, Vec<Diagnostic>)> {
    let mut finder = Finder::new(sources);
    if !finder.folder(path, parent(path)) {
        return Err(anyhow::anyhow!("no file of rules ({ENDING})")).context(folder.display().to_string());
    }
    Ok(finder.done(host()))
}
