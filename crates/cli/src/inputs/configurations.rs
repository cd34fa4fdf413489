//! The configurations of a run, each with the folder that it applies to.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::{Diagnostic, parent};

use super::excluded::Excluded;
use super::{BrokenConfiguration, Configuration, nearest};
use crate::areas::{Area, Areas};
use crate::codebase::Codebase;
use crate::config::{self, Config, LinkConfig, RootConfig};
use crate::invocation::Invocation;
use crate::own_rules::{Finder, OwnRules};
use crate::tree::Candidate;

/// The configurations that apply to the files of a run.
pub(super) struct Configurations {
    /// The one for the rest of the tree.
    outer: Configuration,
    /// The one for each folder; the innermost folder's applies.
    by_folder: BTreeMap<String, Configuration>,
    /// What is wrong with those that are left out.
    broken: Vec<Diagnostic>,
}

impl Configurations {
    /// The named configuration; else those in the folders of `candidates` and of the paths of `codebase`, and above them. A configuration
    /// inside of what another one excludes is not read.
    ///
    /// # Errors
    /// Where one can't be read. What is wrong with others is told by [`own_rules`](Self::own_rules).
    pub(super) fn find(invocation: &Invocation, codebase: &Codebase, candidates: &[Candidate]) -> anyhow::Result<Self> {
        let Codebase { tree, sources, .. } = codebase;
        if let Some(named) = &invocation.config {
            let outer = Configuration::read(Some(&tree.cwd.join(named)), tree, sources)?;
            return Ok(Self { outer, by_folder: BTreeMap::new(), broken: Vec::new() });
        }
        let mut found = Self { outer: Configuration::default(), by_folder: BTreeMap::new(), broken: Vec::new() };
        let mut excluded = Excluded::default();
        for folder in folders(codebase, candidates) {
            let path = if folder.is_empty() {
                config::FILE_NAME.to_owned()
            } else {
                format!("{folder}/{}", config::FILE_NAME)
            };
            let full = tree.root.join(&path);
            if !codebase.is_file(&full) || excluded.is_match(&path) {
                continue;
            }
            match Configuration::read(Some(&full), tree, sources) {
                Ok(configuration) => {
                    excluded.add(&configuration)?;
                    found.by_folder.insert(folder, configuration);
                }
                Err(error) => match error.downcast::<BrokenConfiguration>() {
                    Ok(BrokenConfiguration(diagnostics)) => found.broken.extend(diagnostics),
                    Err(other) => return Err(other),
                },
            }
        }
        Ok(found)
    }

    /// The rules of a team's own that hold for the run: those beside what is checked, and those that configurations name.
    ///
    /// # Errors
    /// Where a configuration is wrong, or speaks of a rule that there is none of: all that is wrong, as a [`BrokenConfiguration`].
    pub(super) fn own_rules(
        &mut self,
        invocation: &Invocation,
        codebase: &Codebase,
        candidates: &[Candidate],
    ) -> anyhow::Result<(OwnRules, Vec<Diagnostic>)> {
        let mut finder = Finder::new(&codebase.sources);
        if let Some(folder) = &invocation.own_rules {
            // One that an argument names may lie anywhere.
            match codebase.inside(folder) {
                Ok(path) => finder.folder(&path, ""),
                Err(_) => finder.outside(folder, &folder.display().to_string()),
            };
        } else {
            finder = finder.beside(&folders(codebase, candidates));
            for configuration in self.all() {
                finder = finder.named_by(configuration);
            }
        }
        let (own, diagnostics) = finder.done(invocation.host.clone());
        let all = std::iter::once(&mut self.outer).chain(self.by_folder.values_mut());
        let unknown = all.flat_map(|c| c.config.resolve_rules(own.catalog()));
        let broken: Vec<Diagnostic> = std::mem::take(&mut self.broken).into_iter().chain(unknown).collect();
        if broken.is_empty() {
            Ok((own, diagnostics))
        } else {
            Err(BrokenConfiguration(diagnostics.into_iter().chain(broken).collect()).into())
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Configuration> {
        std::iter::once(&self.outer).chain(self.by_folder.values())
    }

    /// The files that configurations exclude.
    ///
    /// # Errors
    /// Where a glob is malformed.
    pub(super) fn excluded(&self) -> anyhow::Result<Excluded> {
        let mut out = Excluded::default();
        self.all().try_for_each(|configuration| out.add(configuration))?;
        Ok(out)
    }

    /// The areas that the configurations apply to; `area` returns the settings of one.
    ///
    /// # Errors
    /// Those of `area`.
    pub(super) fn areas(&self, area: &dyn Fn(&Configuration) -> anyhow::Result<Area>) -> anyhow::Result<Areas> {
        let mut inner = BTreeMap::new();
        for (folder, configuration) in &self.by_folder {
            inner.insert(folder.clone(), area(configuration)?);
        }
        Ok(Areas::new(area(&self.outer)?, inner))
    }

    /// Where template roots are deployed, by path.
    pub(super) fn roots(&self) -> BTreeMap<String, RootConfig> {
        let of = |c: &Configuration| -> Vec<(String, RootConfig)> {
            c.config.roots.iter().map(|(path, root)| (c.below(path), root.clone())).collect()
        };
        self.all().flat_map(of).collect()
    }

    /// The links between roots.
    pub(super) fn links(&self) -> Vec<LinkConfig> {
        self.all().flat_map(Configuration::links).collect()
    }

    /// The configuration for settings of the whole run: the one nearest to the folder that contains all paths.
    pub(super) fn of_all(&self, codebase: &Codebase) -> &Config {
        let all =
            codebase.paths.iter().cloned().reduce(|a, b| {
                a.components().zip(b.components()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
            });
        let tree = &codebase.tree;
        let file = all.and_then(|path| {
            nearest(&path, tree, &|file| {
                let folder = file.parent().and_then(|folder| tree.relative(folder));
                folder.is_some_and(|folder| self.by_folder.contains_key(&folder))
            })
        });
        let folder = file.and_then(|file| tree.relative(file.parent()?));
        let found = folder.and_then(|folder| self.by_folder.get(&folder));
        &found.unwrap_or(&self.outer).config
    }
}

/// The folders of files and paths, and those above them, each before the folders in it.
fn folders(codebase: &Codebase, candidates: &[Candidate]) -> BTreeSet<String> {
    let mut out = BTreeSet::from([String::new()]);
    let paths = codebase.paths.iter().filter_map(|path| codebase.tree.relative(path));
    for path in paths.chain(candidates.iter().map(|c| parent(&c.path).to_owned())) {
        let mut at = path.as_str();
        while !at.is_empty() && out.insert(at.to_owned()) {
            at = parent(at);
        }
    }
    out
}
