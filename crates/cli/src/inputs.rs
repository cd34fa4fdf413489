//! The third stage of a run: the files, and the settings of configurations and arguments for them.

mod configuration;
mod configurations;
mod excluded;
mod unmatched;

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_report::Format;
use cmklint_rules::{Catalog, Settings};
use cmklint_source::{Diagnostic, Severity};
use globset::GlobSet;

use crate::analysis::{Base, Request};
use crate::areas::Area;
use crate::codebase::Codebase;
use crate::documents::DocumentFiles;
use crate::inventory::InventoryFiles;
use crate::invocation::{Invocation, variable};
use crate::limits::Limits;
use crate::module_type::ModuleType;
use crate::tree::{self, Candidate, collect, globs};
use crate::{config, paths, revision, settings};

pub use configuration::{BrokenConfiguration, Configuration, nearest};
use configurations::Configurations;

/// What a run reads.
pub struct Inputs {
    /// What to analyze, and how.
    pub request: Request,
    /// What to compare with.
    pub base: Option<Base>,
    /// Globs: if there are any, only findings in files that match one are reported.
    pub filter: GlobSet,
    /// The report's format, from the configuration that applies to all paths.
    pub format: Option<Format>,
    /// What could not be found or read, or matches nothing.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the disk has, where they are to be kept for the next analysis.
    pub(crate) listed: Option<Listed>,
}

impl Inputs {
    /// Finds and reads what `invocation` names in `codebase`, except for the text of its source files.
    ///
    /// # Errors
    /// Where a file that is named isn't there, or a configuration is broken.
    pub fn read(invocation: &Invocation, codebase: &Codebase) -> anyhow::Result<Self> {
        let Codebase { tree, sources, .. } = codebase;
        let inventory = InventoryFiles::read(&invocation.inventory, tree, sources)?;
        let documents = DocumentFiles::read(&invocation.documents, tree, sources)?;
        let (mut candidates, mut diagnostics, listed) = candidates(invocation, codebase)?;
        inventory.leave_out(&mut candidates);
        documents.leave_out(&mut candidates);
        let mut configurations = Configurations::find(invocation, codebase, &candidates)?;
        let (own, wrong) = configurations.own_rules(invocation, codebase, &candidates)?;
        diagnostics.extend(wrong);
        diagnostics.extend(unmatched::globs_of_nothing(&configurations, invocation, codebase, &candidates)?);
        let exclude = configurations.excluded()?;
        candidates.retain(|c| c.named || !exclude.is_match(&c.path));
        let asked = configurations.of_all(codebase).limits;
        let limits = if invocation.config.is_some() { asked } else { asked.of_tree() };
        if limits != asked {
            let message = format!(
                "the tree's own configuration may ask for {} times the usual work and memory at most",
                limits.work.max(limits.memory)
            );
            let help =
                "a configuration that `--config` names may ask for more: it is no part of what others can change";
            diagnostics.push(Diagnostic::new(Severity::Warning, "limits", message).help(help).about(config::FILE_NAME));
        }
        let reader = AreaReader::new(invocation, codebase, limits, own.catalog())?;
        let parameters = invocation.parameters.iter().map(|path| codebase.inside(path)).collect::<anyhow::Result<_>>();
        let format = configurations.of_all(codebase).format;
        let request = Request {
            candidates,
            areas: configurations.areas(&|configuration| reader.area(configuration))?.with_own_rules(own.clone()),
            documents: documents.files.clone(),
            parameters: parameters?,
            roots: configurations.roots(),
            inventory: inventory.inventory.clone(),
            links: configurations.links(),
            repositories: invocation.files.repositories.clone(),
            asked: invocation.lists_shared.then(cmklint_graph::Asked::default),
            limits,
            stated: unmatched::stated(&configurations, invocation, codebase),
            // Custom rules may be about any resource.
            parses_all: invocation.files.parses_all || invocation.lists_own_input || !own.rules().is_empty(),
            // A page shows all resources.
            finds_only: invocation.finds_only && !invocation.reports.write(Format::Html, format),
            lists_roots: invocation.lists_roots,
            lists_ade: invocation.lists_ade,
            lists_own_input: invocation.lists_own_input,
            before: codebase.before.as_ref().map(|before| Arc::clone(&before.kept)),
            progress: Arc::clone(&invocation.progress),
        };
        let base = codebase.base.as_ref().map(|revision| {
            let recursive = invocation.files.recursive;
            let mut candidates = revision::collect(revision, tree, &codebase.paths, recursive, &GlobSet::empty());
            candidates.retain(|c| c.named || !exclude.is_match(&c.path));
            inventory.leave_out(&mut candidates);
            let head = codebase.head.as_ref();
            revision::against(revision, head, sources, &request, candidates, invocation.findings.diff_only)
        });
        diagnostics.extend(inventory.diagnostics.into_iter().chain(documents.diagnostics));
        Ok(Self {
            base,
            request,
            filter: globs(&invocation.findings.filter, "")?,
            format,
            diagnostics,
            listed: codebase.keeps.then_some(listed),
        })
    }
}

/// Files, and what could not be listed.
type Listed = (Vec<Candidate>, Vec<Diagnostic>);

/// The files in the paths of `codebase`, without those that an argument excludes; and the same without those that are only unsaved texts.
fn candidates(
    invocation: &Invocation,
    codebase: &Codebase,
) -> anyhow::Result<(Vec<Candidate>, Vec<Diagnostic>, Listed)> {
    let Codebase { tree, paths, .. } = codebase;
    let here = tree.relative(&tree.cwd).unwrap_or_default();
    let exclude = globs(&invocation.files.exclude, &here)?;
    let recursive = invocation.files.recursive;
    let (mut candidates, diagnostics) = match &codebase.head {
        Some(head) => (revision::collect(head, tree, paths, recursive, &exclude), Vec::new()),
        None => match &codebase.before {
            Some(before) if before.is_disk_kept => before.kept.candidates.clone(),
            _ => collect(tree, paths, recursive, &exclude),
        },
    };
    let listed = (candidates.clone(), diagnostics.clone());
    for file in &invocation.files.unsaved {
        let path = paths::lexical(&tree.cwd.join(&file.path));
        tree::add(&path, tree, paths, &mut candidates);
    }
    Ok((candidates, diagnostics, listed))
}

/// Settings from arguments that apply to all areas.
struct AreaReader<'a> {
    invocation: &'a Invocation,
    /// Files of variables that arguments name, in the tree.
    var_files: Vec<String>,
    /// All rules.
    catalog: &'a Catalog,
    /// Shared by the roots of all areas.
    shared: cmklint_terraform::Options,
}

impl<'a> AreaReader<'a> {
    fn new(
        invocation: &'a Invocation,
        codebase: &Codebase,
        limits: Limits,
        catalog: &'a Catalog,
    ) -> anyhow::Result<Self> {
        let named = invocation.terraform.var_files.iter();
        let var_files = named.map(|path| codebase.inside(path)).collect::<anyhow::Result<_>>()?;
        let kept = codebase.before.as_ref().map(|before| Arc::new(before.kept.trees.next()));
        let shared = cmklint_terraform::Options {
            limits: limits.terraform(),
            cache: kept.unwrap_or_default(),
            ..cmklint_terraform::Options::default()
        };
        Ok(Self { invocation, var_files, catalog, shared })
    }

    /// The settings of `configuration`, overridden by arguments.
    fn area(&self, configuration: &Configuration) -> anyhow::Result<Area> {
        let Self { invocation, .. } = self;
        let Configuration { config, folder, .. } = configuration;
        let mut excluded = BTreeMap::new();
        for (id, rule) in &config.rules {
            excluded.insert(*id, globs(&rule.exclude, folder)?);
        }
        // An argument for a baseline takes precedence over the configuration.
        let no_argument = invocation.findings.baseline.is_none() && invocation.findings.write_baseline.is_none();
        Ok(Area {
            settings: Settings { day: invocation.day(), ..settings::resolve(&invocation.rules, config, self.catalog)? },
            terraform: self.terraform(configuration)?,
            explore: invocation.explore || config.explore,
            excluded,
            minimum_failure_severity: config.minimum_failure_severity,
            baseline: config.baseline.as_ref().filter(|_| no_argument).map(|path| configuration.below(path)),
        })
    }

    /// The inputs of the Terraform roots.
    fn terraform(&self, configuration: &Configuration) -> anyhow::Result<cmklint_terraform::Options> {
        let options = &self.invocation.terraform;
        let config = &configuration.config;
        let own = config.var_files.iter().map(|path| configuration.below(path));
        let mut variables: Vec<(String, String)> =
            config.variables.iter().map(|written| variable(&written.text)).collect::<anyhow::Result<_>>()?;
        variables.extend(options.variables.iter().cloned());
        Ok(cmklint_terraform::Options {
            variables,
            environment: options.environment.clone(),
            workspace: options.workspace.clone(),
            var_files: own.chain(self.var_files.iter().cloned()).collect(),
            call_modules: match options.call_module_type.or(config.call_module_type).unwrap_or(ModuleType::All) {
                ModuleType::All => cmklint_terraform::CallModules::All,
                ModuleType::Local => cmklint_terraform::CallModules::Local,
                ModuleType::None => cmklint_terraform::CallModules::None,
            },
            ignored_modules: config
                .ignore_modules
                .iter()
                .map(|written| &written.text)
                .chain(&options.ignored_modules)
                .cloned()
                .collect(),
            ..self.shared.clone()
        })
    }
}
