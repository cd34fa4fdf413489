//! The third stage of a run: the paths by the configuration that holds for them, each group with all that its analysis needs.

mod configuration;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use cmklint_git::GitLoader;
use cmklint_rules::Finding;
use cmklint_source::{Diagnostic, Sources};
use globset::GlobSet;

use crate::analysis::{Base, Request};
use crate::args::ModuleType;
use crate::codebase::Codebase;
use crate::documents::DocumentFiles;
use crate::inventory::InventoryFiles;
use crate::invocation::{Invocation, variable};
use crate::tree::{self, Candidate, collect, globs};
use crate::{revision, settings};

pub use configuration::{BrokenConfiguration, Configuration, nearest};

/// What a run reads.
pub struct Inputs {
    /// The paths by the configuration that holds for them.
    pub groups: Vec<Group>,
    /// What could not be read of inventories, plans and states.
    pub diagnostics: Vec<Diagnostic>,
}

/// Paths that one configuration holds for.
pub struct Group {
    /// The configuration.
    pub configuration: Configuration,
    /// What to analyze, and how.
    pub request: Request,
    /// What to compare with.
    pub base: Option<Base>,
    /// Whether findings are reported in spite of ignore comments.
    pub no_ignores: bool,
    /// Which findings to report, by the files that they are in.
    pub filter: FindingFilter,
    /// The file of known findings that the configuration names, below the tree's root, where no argument names one.
    pub baseline: Option<String>,
    /// What could not be found, or is no file that is read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Inputs {
    /// Finds and reads what `invocation` asks for in `codebase`, the text of its files apart.
    ///
    /// # Errors
    /// Where a file that is named isn't there, or a configuration is broken.
    pub fn read(invocation: &Invocation, codebase: &Codebase) -> anyhow::Result<Self> {
        let Codebase { tree, sources, .. } = codebase;
        let inventory = InventoryFiles::read(&invocation.inventory, tree, sources)?;
        let documents = DocumentFiles::read(&invocation.documents, tree, sources)?;
        let reader = GroupReader { invocation, codebase, inventory: &inventory, documents: &documents };
        let mut groups = Vec::new();
        for (config, paths) in by_config(invocation, codebase) {
            let configuration = Configuration::read(config.as_deref(), tree, sources)?;
            groups.push(reader.group(configuration, &paths, groups.is_empty())?);
        }
        let diagnostics = inventory.diagnostics.into_iter().chain(documents.diagnostics).collect();
        Ok(Self { groups, diagnostics })
    }
}

/// The paths by the configuration file that holds for each: the one that is named, else the nearest.
fn by_config(invocation: &Invocation, codebase: &Codebase) -> BTreeMap<Option<PathBuf>, Vec<PathBuf>> {
    let mut groups: BTreeMap<Option<PathBuf>, Vec<PathBuf>> = BTreeMap::new();
    for path in &codebase.paths {
        let config = match &invocation.config {
            Some(config) => Some(codebase.tree.cwd.join(config)),
            None => nearest(path, &codebase.tree, &|path| codebase.is_file(path)),
        };
        groups.entry(config).or_default().push(path.clone());
    }
    groups
}

/// What all groups are read from.
struct GroupReader<'a> {
    invocation: &'a Invocation,
    codebase: &'a Codebase,
    inventory: &'a InventoryFiles,
    documents: &'a DocumentFiles,
}

impl GroupReader<'_> {
    /// The group of `paths`. Of several groups, the `first` one has the plans and states whose configuration is not among the files.
    fn group(&self, configuration: Configuration, paths: &[PathBuf], first: bool) -> anyhow::Result<Group> {
        let Self { invocation, codebase, .. } = *self;
        let Configuration { config, folder } = &configuration;
        let settings = settings::resolve(&invocation.rules, config)?;
        let here = codebase.tree.relative(&codebase.tree.cwd).unwrap_or_default();
        let exclude = tree::all_globs(&[(&config.exclude, folder), (&invocation.files.exclude, &here)])?;
        let recursive = invocation.files.recursive;
        let (mut candidates, diagnostics) = match &codebase.head {
            Some(head) => (revision::collect(head, &codebase.tree, paths, recursive, &exclude), Vec::new()),
            None => collect(&codebase.tree, paths, recursive, &exclude),
        };
        for file in &invocation.files.unsaved {
            let path = revision::lexical(&codebase.tree.cwd.join(&file.path));
            tree::add(&path, &codebase.tree, paths, &mut candidates);
        }
        self.inventory.leave_out(&mut candidates);
        self.documents.leave_out(&mut candidates);
        let parameters = invocation.parameters.iter().map(|path| codebase.inside(path)).collect::<anyhow::Result<_>>();
        let request = Request {
            candidates,
            settings,
            terraform: self.terraform(&configuration)?,
            documents: self.documents.files.clone(),
            own_documents: first,
            parameters: parameters?,
            roots: config.roots.iter().map(|(path, root)| (configuration.below(path), root.clone())).collect(),
            inventory: self.inventory.inventory.clone(),
            links: configuration.links(),
            explore: invocation.explore || config.explore,
        };
        let base = codebase.base.as_ref().map(|base| self.base(base, &request, paths, &exclude));
        // What an argument says of known findings goes before the configuration.
        let no_argument = invocation.findings.baseline.is_none() && invocation.findings.write_baseline.is_none();
        let baseline = config.baseline.as_ref().filter(|_| no_argument);
        Ok(Group {
            base,
            request,
            no_ignores: invocation.findings.no_ignores,
            filter: FindingFilter::new(&invocation.findings.filter, &configuration)?,
            baseline: baseline.map(|path| configuration.below(path)),
            diagnostics,
            configuration,
        })
    }

    /// The inputs of the Terraform roots.
    fn terraform(&self, configuration: &Configuration) -> anyhow::Result<cmklint_terraform::Options> {
        let options = &self.invocation.terraform;
        let config = &configuration.config;
        let mut var_files: Vec<String> = config.var_files.iter().map(|path| configuration.below(path)).collect();
        for path in &options.var_files {
            var_files.push(self.codebase.inside(path)?);
        }
        let mut variables: Vec<(String, String)> =
            config.variables.iter().map(|text| variable(text)).collect::<anyhow::Result<_>>()?;
        variables.extend(options.variables.iter().cloned());
        Ok(cmklint_terraform::Options {
            variables,
            environment: options.environment.clone(),
            workspace: options.workspace.clone(),
            var_files,
            call_modules: match options.call_module_type.or(config.call_module_type).unwrap_or(ModuleType::All) {
                ModuleType::All => cmklint_terraform::CallModules::All,
                ModuleType::Local => cmklint_terraform::CallModules::Local,
                ModuleType::None => cmklint_terraform::CallModules::None,
            },
            ignored_modules: config.ignore_modules.iter().chain(&options.ignored_modules).cloned().collect(),
            limits: cmklint_terraform::Limits::default(),
            deployments: std::sync::atomic::AtomicUsize::default(),
            cache: cmklint_terraform::ParseCache::default(),
        })
    }

    /// What `request`, of `paths`, is compared with.
    fn base(&self, revision: &Arc<GitLoader>, request: &Request, paths: &[PathBuf], exclude: &GlobSet) -> Base {
        let Codebase { tree, sources, head, .. } = self.codebase;
        let mut candidates: Vec<Candidate> =
            revision::collect(revision, tree, paths, self.invocation.files.recursive, exclude);
        self.inventory.leave_out(&mut candidates);
        revision::against(revision, head.as_ref(), sources, request, candidates, self.invocation.findings.diff_only)
    }
}

/// Which findings to report, by the files that they are in.
#[derive(Debug)]
pub struct FindingFilter {
    /// Only those in files that match, where there are any globs.
    only: GlobSet,
    /// Those that the rules' own `exclude` leaves out, by the rule's id.
    excluded: BTreeMap<&'static str, GlobSet>,
}

impl FindingFilter {
    fn new(only: &[String], configuration: &Configuration) -> anyhow::Result<Self> {
        let mut excluded = BTreeMap::new();
        for (id, rule) in &configuration.config.rules {
            excluded.insert(*id, globs(&rule.exclude, &configuration.folder)?);
        }
        Ok(Self { only: globs(only, "")?, excluded })
    }

    /// Whether only findings in certain files are reported.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether `finding` is reported.
    #[must_use]
    pub fn keeps(&self, finding: &Finding, sources: &Sources) -> bool {
        let path = sources.path(finding.primary.span.file);
        (self.only.is_empty() || self.only.is_match(&path))
            && !self.excluded.get(finding.rule.id).is_some_and(|set| set.is_match(&path))
    }
}
