//! One run of the command line: arguments and configuration in, reports and exit code out.

mod output;
mod totals;

use std::collections::BTreeMap;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cmklint_git::GitLoader;
use cmklint_report::{DisplayPaths, Report};
use cmklint_rules::{Finding, Level, RuleMeta, Settings};
use cmklint_source::{Diagnostic, DiskLoader, Loader as _, Severity, Sources, parent};
use jiff::civil::Date;

use crate::analysis::{Analysis, Request, analyze_against};
use crate::args::{LintArgs, ModuleType};
use crate::baseline::Baseline;
use crate::config::{self, Config, LinkConfig};
use crate::overlay::Overlay;
use crate::revision;
use crate::tree::{self, FileKind, Tree, collect, globs};
use crate::{documents, ignores, inventory, report_file, restore_cache, settings};
use output::{styles, write_reports, write_statistics};
use totals::Totals;

/// Nothing to report.
pub const CLEAN: u8 = 0;
/// The run itself failed, or a file could not be read.
pub const FAILED: u8 = 1;
/// There are findings.
pub const FOUND: u8 = 2;

/// How many diagnostics of one kind are shown without `--verbose`; the others are counted.
const DIAGNOSTICS_OF_A_KIND: usize = 10;

/// Lints, and writes the reports. Diagnostics go to standard error.
///
/// # Errors
/// Where the run can't be done at all: a path that isn't there, a broken configuration, an output that can't be written.
pub fn lint(args: &LintArgs, today: Date, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let cwd = std::env::current_dir().context("the current directory cannot be read")?;
    let cwd = match &args.chdir {
        Some(dir) => cwd.join(dir).canonicalize().with_context(|| format!("{}: no such directory", dir.display()))?,
        None => cwd,
    };
    let mut paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let overlay = match &args.stdin_filename {
        Some(path) => {
            if FileKind::of(&path.to_string_lossy()).is_none() {
                bail!("{}: not a file that cmklint reads, by its ending", path.display());
            }
            if args.paths.is_empty() {
                paths = vec![path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()];
            }
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text).context("standard input cannot be read")?;
            Some((path.clone(), text))
        }
        None => None,
    };
    let head = revision::head(args, &cwd)?;
    let (tree, full) = match &head {
        Some(head) => revision::tree_of(head, &cwd, &paths)?,
        None => Tree::find(&cwd, &paths)?,
    };
    let base = revision::base(args, &tree)?;
    let disk = || {
        DiskLoader::new(&tree.root, args.max_file_size)
            .with_context(|| format!("{}: cannot be read", tree.root.display()))
    };
    let sources = Arc::new(match (overlay, &head) {
        (_, Some(head)) => Sources::new(restore_cache::over(Arc::clone(head), args, &tree.cwd)?),
        (Some((path, text)), None) => {
            let path = tree
                .relative(&revision::lexical(&tree.cwd.join(&path)))
                .with_context(|| format!("{}: outside of the analyzed tree", path.display()))?;
            Sources::new(restore_cache::over(Overlay::new(disk()?, path, text), args, &tree.cwd)?)
        }
        (None, None) => Sources::new(restore_cache::over(disk()?, args, &tree.cwd)?),
    });
    let revisions = Revisions { sources: Arc::clone(&sources), base, head };
    let (style, err_style) = styles(args, DisplayPaths::new(&tree.root, &tree.cwd));

    let standing = inventory::Read::new(args, &tree, &sources)?;
    let documents = documents::Read::new(args, &tree, &sources)?;
    let mut totals = Totals::default();
    let mut first = true;
    let is_config = |path: &Path| match &revisions.head {
        Some(head) => tree.relative(path).is_some_and(|path| head.is_file(&path)),
        None => path.is_file(),
    };
    for (config_path, full) in by_config(args, &tree, &full, &is_config) {
        let (config, folder) = match read_config(config_path.as_deref(), &tree, &sources)? {
            Ok(read) => read,
            Err(diagnostics) => {
                cmklint_report::write_diagnostics(&diagnostics, &sources, &err_style, 0, err)?;
                bail!("the configuration is broken");
            }
        };
        let mut found = group(args, &config, &folder, &tree, &full, (&revisions, &standing, &documents, first), today)?;
        first = false;
        // What is written knows all findings; a flag goes before the configuration.
        if let (Some(path), None, None) = (&config.baseline, &args.baseline, &args.write_baseline) {
            let path = if folder.is_empty() { path.clone() } else { format!("{folder}/{path}") };
            found.apply_baseline(&tree.root.join(path), args, &tree, &sources)?;
        }
        totals.add(found);
    }
    match (&args.write_baseline, &args.baseline) {
        (Some(path), _) => {
            let baseline = Baseline::of(&totals.findings);
            report_file::write(path, baseline.to_json().as_bytes(), &tree)?;
            totals.known.append(&mut totals.findings);
            writeln!(err, "wrote {}: {} known findings", path.display(), baseline.len())?;
        }
        (None, Some(path)) => totals.apply_baseline(&tree.cwd.join(path), args, &tree, &sources)?,
        (None, None) => {}
    }

    totals.diagnostics.extend(standing.diagnostics.iter().chain(&documents.diagnostics).cloned());
    totals.diagnostics.extend(revision::notes(&[revisions.base.as_ref(), revisions.head.as_ref()]));
    let shown = |d: &&Diagnostic| match d.severity {
        Severity::Error => true,
        Severity::Warning => !args.quiet,
        Severity::Note => args.verbose,
    };
    let limit = if args.verbose { 0 } else { DIAGNOSTICS_OF_A_KIND };
    let shown = totals.diagnostics.iter().filter(shown);
    cmklint_report::write_diagnostics(shown, &sources, &err_style, limit, err)?;
    if totals.statistics.sources == 0 && !args.quiet {
        writeln!(err, "no Terraform, ARM JSON or Bicep files here")?;
    }
    let minimum = args.minimum_failure_severity.or(totals.minimum).unwrap_or(Level::Notice);
    let suppressed = if args.show_ignored { totals.suppressed() } else { Vec::new() };
    let report = Report {
        findings: &totals.findings,
        diagnostics: &totals.diagnostics,
        rules: &totals.ran,
        sources: &sources,
        suppressed: &suppressed,
        version: env!("CARGO_PKG_VERSION"),
        style,
        repository_paths: DisplayPaths::new(&tree.root, &tree.root),
        minimum_failure: minimum,
        ignored: totals.ignored.len(),
        known: totals.known.len(),
    };
    write_reports(args, totals.format, &report, &tree, out, err)?;
    if args.statistics {
        write_statistics(&totals.statistics, err)?;
    }
    let failed = totals.diagnostics.iter().any(|d| d.severity == Severity::Error);
    let found = totals.findings.iter().any(|f| f.level >= minimum);
    Ok(ExitCode::from(match (failed, found && !args.force) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    }))
}

/// The files of a run, and the revisions that they are of.
struct Revisions {
    /// What is checked.
    sources: Arc<Sources>,
    /// What is compared with.
    base: Option<Arc<GitLoader>>,
    /// What is checked; `None` for the working tree.
    head: Option<Arc<GitLoader>>,
}

/// The paths by the configuration file that holds for each: the one given, else the nearest from the path up to the tree's root.
fn by_config(
    args: &LintArgs,
    tree: &Tree,
    full: &[PathBuf],
    is_file: &dyn Fn(&Path) -> bool,
) -> BTreeMap<Option<PathBuf>, Vec<PathBuf>> {
    let mut groups: BTreeMap<Option<PathBuf>, Vec<PathBuf>> = BTreeMap::new();
    for path in full {
        let config = match &args.config {
            Some(config) => Some(tree.cwd.join(config)),
            None => path
                .ancestors()
                .take_while(|a| a.starts_with(&tree.root))
                .map(|a| a.join(config::FILE_NAME))
                .find(|f| is_file(f)),
        };
        groups.entry(config).or_default().push(path.clone());
    }
    groups
}

/// The configuration and its folder below the root; or what is wrong with it.
type ReadConfig = Result<(Config, String), Vec<Diagnostic>>;

fn read_config(path: Option<&Path>, tree: &Tree, sources: &Sources) -> anyhow::Result<ReadConfig> {
    let Some(path) = path else { return Ok(Ok((Config::default(), String::new()))) };
    // One of a revision need not be on the disk.
    let full = path.canonicalize().unwrap_or_else(|_| revision::lexical(path));
    let outside;
    let (relative, sources) = match tree.relative(&full) {
        Some(relative) => (relative, sources),
        None => {
            // A configuration from elsewhere holds for the whole tree.
            let folder = full.parent().unwrap_or(&full);
            outside = Sources::new(DiskLoader::new(folder, u64::MAX)?);
            (full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(), &outside)
        }
    };
    let file = sources.load(&relative).with_context(|| format!("{}: cannot be read", path.display()))?;
    let (mut config, diagnostics) = config::parse(&file);
    if tree.relative(&full).is_none() {
        // Places in a file that the tree doesn't hold can't be shown later.
        config.links = config.links.iter().map(LinkConfig::without_spans).collect();
    }
    Ok(if diagnostics.is_empty() { Ok((config, parent(&relative).to_owned())) } else { Err(diagnostics) })
}

fn group(
    args: &LintArgs,
    config: &Config,
    folder: &str,
    tree: &Tree,
    full: &[PathBuf],
    (revisions, standing, documents, first): (&Revisions, &inventory::Read, &documents::Read, bool),
    today: Date,
) -> anyhow::Result<Totals> {
    let sources = &revisions.sources;
    let settings = Settings { inventory_findings: args.inventory_findings, ..settings::resolve(args, config)? };
    let here = tree.relative(&tree.cwd).unwrap_or_default();
    let exclude = tree::all_globs(&[(&config.exclude, folder), (&args.exclude, &here)])?;
    let of_revision = |revision: &GitLoader| revision::collect(revision, tree, full, !args.no_recursive, &exclude);
    let (mut candidates, mut diagnostics) = match &revisions.head {
        Some(head) => (of_revision(head), Vec::new()),
        None => collect(tree, full, !args.no_recursive, &exclude),
    };
    if let Some(typed) = args.stdin_filename.as_ref().map(|path| revision::lexical(&tree.cwd.join(path))) {
        tree::add(&typed, tree, full, &mut candidates);
    }
    standing.leave_out(&mut candidates);
    documents.leave_out(&mut candidates);
    let below = |path: &String| if folder.is_empty() { path.clone() } else { format!("{folder}/{path}") };
    let inside = |path: &PathBuf| -> anyhow::Result<String> {
        let full = tree.cwd.join(path);
        let found = match &revisions.head {
            Some(_) => revision::lexical(&full),
            None => full.canonicalize().with_context(|| format!("{}: no such file", path.display()))?,
        };
        tree.relative(&found).with_context(|| format!("{}: outside of the analyzed tree", path.display()))
    };
    let mut var_files: Vec<String> = config.var_files.iter().map(below).collect();
    for path in &args.var_file {
        var_files.push(inside(path)?);
    }
    let mut variables = Vec::new();
    for variable in config.variables.iter().chain(&args.var) {
        let Some((name, value)) = variable.split_once('=') else {
            bail!("{variable}: a variable is given as NAME=VALUE")
        };
        variables.push((name.to_owned(), value.to_owned()));
    }
    let request = Request {
        candidates,
        settings,
        terraform: cmklint_terraform::Options {
            variables,
            environment: if args.tf_var_env { environment() } else { Vec::new() },
            workspace: args.workspace.clone(),
            var_files,
            call_modules: match args.call_module_type.or(config.call_module_type).unwrap_or(ModuleType::All) {
                ModuleType::All => cmklint_terraform::CallModules::All,
                ModuleType::Local => cmklint_terraform::CallModules::Local,
                ModuleType::None => cmklint_terraform::CallModules::None,
            },
            ignored_modules: config.ignore_modules.iter().chain(&args.ignore_module).cloned().collect(),
            limits: cmklint_terraform::Limits::default(),
            cache: cmklint_terraform::ParseCache::default(),
        },
        documents: documents.files.clone(),
        own_documents: first,
        parameters: args.parameters.iter().map(inside).collect::<anyhow::Result<_>>()?,
        roots: config.roots.iter().map(|(path, root)| (below(path), root.clone())).collect(),
        inventory: standing.inventory.clone(),
        links: config.links.iter().map(|link| placed(link, folder)).collect(),
    };
    let base = revisions.base.as_ref().map(|base| {
        let mut candidates = of_revision(base);
        standing.leave_out(&mut candidates);
        revision::against(base, revisions.head.as_ref(), sources, &request, candidates, args.diff_only)
    });
    let Analysis { findings, diagnostics: found, files, statistics, roots, known, .. } =
        analyze_against(&request, sources, base.as_ref());
    diagnostics.extend(found);
    let findings = keep(findings, args, config, folder, sources)?;
    let ran: Vec<&'static RuleMeta> =
        cmklint_rules::RULES.iter().map(|r| r.meta()).filter(|m| request.settings.is_on(m)).collect();
    let ignored_in = if args.no_ignores { Vec::new() } else { ignores::loaded(sources, &files) };
    let applied = ignores::apply(findings, &ignored_in, today, &ran);
    diagnostics.extend(applied.diagnostics);
    let mut kept = applied.kept;
    if let Some(known) = known {
        // What the base had is known; that some of it is gone is no matter.
        kept = Baseline::of(&known).apply(kept, "", sources, &|_| false, &|_| false).kept;
    }
    Ok(Totals {
        findings: kept,
        ignored: applied.ignored,
        known: Vec::new(),
        roots,
        diagnostics,
        ran,
        format: config.format,
        minimum: config.minimum_failure_severity,
        statistics,
    })
}

/// The link with its roots' paths from the tree's root.
fn placed(link: &LinkConfig, folder: &str) -> LinkConfig {
    let full = |path: &String| match (folder, path.as_str()) {
        ("", _) => path.clone(),
        (_, ".") => folder.to_owned(),
        _ => cmklint_source::join(folder, path).unwrap_or_else(|| path.clone()),
    };
    LinkConfig { root: full(&link.root), from: full(&link.from), ..link.clone() }
}

/// Takes away what `--filter` and the rules' own `exclude` leave out.
fn keep(
    findings: Vec<Finding>,
    args: &LintArgs,
    config: &Config,
    folder: &str,
    sources: &Sources,
) -> anyhow::Result<Vec<Finding>> {
    let filter = globs(&args.filter, "")?;
    let mut excluded = BTreeMap::new();
    for (id, rule) in &config.rules {
        excluded.insert(*id, globs(&rule.exclude, folder)?);
    }
    Ok(findings
        .into_iter()
        .filter(|finding| {
            let path = sources.path(finding.primary.span.file);
            (filter.is_empty() || filter.is_match(&path))
                && !excluded.get(finding.rule.id).is_some_and(|set| set.is_match(&path))
        })
        .collect())
}

/// The settings for `cmklint rules`, which reads no paths.
///
/// # Errors
/// Where the configuration can't be read.
pub fn configured(config: Option<&Path>) -> anyhow::Result<Settings> {
    let cwd = std::env::current_dir()?;
    let (tree, full) = Tree::find(&cwd, &[PathBuf::from(".")])?;
    let sources = Sources::new(DiskLoader::new(&tree.root, u64::MAX)?);
    let args = LintArgs { config: config.map(Path::to_owned), ..settings::no_args() };
    let Some((path, _)) = by_config(&args, &tree, &full, &|path| path.is_file()).pop_first() else {
        return Ok(Settings::default());
    };
    match read_config(path.as_deref(), &tree, &sources)? {
        Ok((config, _)) => settings::resolve(&args, &config),
        Err(diagnostics) => {
            let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
            bail!("the configuration is broken: {}", messages.join("; "))
        }
    }
}

/// The variables that `TF_VAR_` gives, sorted by name.
fn environment() -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| {
            Some((name.to_str()?.strip_prefix("TF_VAR_")?.to_owned(), value.into_string().ok()?))
        })
        .collect();
    out.sort();
    out
}
