//! One run of the command line: arguments and configuration in, reports and exit code out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cmklint_git::GitLoader;
use cmklint_report::{DisplayPaths, Format, Report, Suppressed, SuppressionKind};
use cmklint_rules::{Finding, Level, RuleMeta, Settings};
use cmklint_source::{Diagnostic, DiskLoader, Loader as _, Severity, Sources, parent};

use crate::analysis::{Analysis, Request, Statistics, analyze_against};
use crate::args::{LintArgs, ModuleType};
use crate::baseline::Baseline;
use crate::config::{self, Config, LinkConfig};
use crate::overlay::Overlay;
use crate::revision;
use crate::tree::{Tree, collect, globs};
use crate::{documents, ignores, inventory, restore_cache, settings};

/// Nothing to report.
pub const CLEAN: u8 = 0;
/// The run itself failed, or a file could not be read.
pub const FAILED: u8 = 1;
/// There are findings.
pub const FOUND: u8 = 2;

/// Lints, and writes the reports. Diagnostics go to standard error.
///
/// # Errors
/// Where the run can't be done at all: a path that isn't there, a broken configuration, an output that can't be written.
pub fn lint(args: &LintArgs, today: &str, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let cwd = std::env::current_dir().context("the current directory cannot be read")?;
    let cwd = match &args.chdir {
        Some(dir) => cwd.join(dir).canonicalize().with_context(|| format!("{}: no such directory", dir.display()))?,
        None => cwd,
    };
    let mut paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    let overlay = match &args.stdin_filename {
        Some(path) => {
            paths = vec![path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()];
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
                .relative(&tree.cwd.join(&path))
                .with_context(|| format!("{}: outside of the analyzed tree", path.display()))?;
            Sources::new(restore_cache::over(Overlay::new(disk()?, path, text), args, &tree.cwd)?)
        }
        (None, None) => Sources::new(restore_cache::over(disk()?, args, &tree.cwd)?),
    });
    let revisions = Revisions { sources: Arc::clone(&sources), base, head };
    let color = color(args);
    let display = DisplayPaths::new(&tree.root, &tree.cwd);
    let style = cmklint_report::Style {
        paths: display.clone(),
        color: args.color || (!args.no_color && err_color()),
        width: width(),
    };

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
                for diagnostic in &diagnostics {
                    cmklint_report::write_diagnostic(diagnostic, &sources, &style, err)?;
                }
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
            std::fs::write(tree.cwd.join(path), baseline.to_json())
                .with_context(|| format!("{}: cannot be written", path.display()))?;
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
    for diagnostic in totals.diagnostics.iter().filter(shown) {
        cmklint_report::write_diagnostic(diagnostic, &sources, &style, err)?;
    }
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
        display_prefix: display,
        repository_prefix: DisplayPaths::new(&tree.root, &tree.root),
        color,
        width: width(),
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

/// What all groups of paths came to.
#[derive(Default)]
struct Totals {
    findings: Vec<Finding>,
    ignored: Vec<(Finding, String)>,
    /// Those that a baseline knows.
    known: Vec<Finding>,
    /// The roots that were looked at.
    roots: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
    ran: Vec<&'static RuleMeta>,
    format: Option<Format>,
    minimum: Option<Level>,
    statistics: Statistics,
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.ignored.extend(other.ignored);
        self.known.extend(other.known);
        self.roots.extend(other.roots);
        self.diagnostics.extend(other.diagnostics);
        for rule in other.ran {
            if !self.ran.iter().any(|r| r.id == rule.id) {
                self.ran.push(rule);
            }
        }
        self.ran.sort_by_key(|r| r.id);
        self.format = self.format.or(other.format);
        self.minimum = self.minimum.or(other.minimum);
        self.statistics.add(&other.statistics);
    }

    /// Takes out the findings that the baseline at `path` knows.
    fn apply_baseline(&mut self, path: &Path, args: &LintArgs, tree: &Tree, sources: &Sources) -> anyhow::Result<()> {
        let shown = path.canonicalize().ok().and_then(|full| tree.relative(&full));
        let shown = shown.unwrap_or_else(|| path.display().to_string());
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{shown}: the baseline cannot be read (`--write-baseline` writes one)"))?;
        let baseline = Baseline::parse(&text).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
        // With a filter, what isn't reported isn't fixed.
        let ran = |id: &str| args.filter.is_empty() && self.ran.iter().any(|rule| rule.id == id);
        let looked_at = |root: &str| self.roots.contains(root);
        let applied = baseline.apply(std::mem::take(&mut self.findings), &shown, sources, &ran, &looked_at);
        self.findings = applied.kept;
        self.known.extend(applied.known);
        self.diagnostics.extend(applied.diagnostics);
        Ok(())
    }

    /// The findings that are left out of reports, with why.
    fn suppressed(&self) -> Vec<Suppressed<'_>> {
        let ignored = self.ignored.iter().map(|(finding, reason)| Suppressed {
            finding,
            justification: (!reason.is_empty()).then(|| reason.clone()),
            kind: SuppressionKind::InSource,
        });
        let known = self.known.iter().map(|finding| Suppressed {
            finding,
            justification: Some("known to the baseline".to_owned()),
            kind: SuppressionKind::External,
        });
        ignored.chain(known).collect()
    }
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
    today: &str,
) -> anyhow::Result<Totals> {
    let sources = &revisions.sources;
    let settings = Settings { inventory_findings: args.inventory_findings, ..settings::resolve(args, config)? };
    let exclude = globs(&config.exclude, folder)?;
    let of_revision = |revision: &GitLoader| revision::collect(revision, tree, full, !args.no_recursive, &exclude);
    let (mut candidates, mut diagnostics) = match &revisions.head {
        Some(head) => (of_revision(head), Vec::new()),
        None => collect(tree, full, !args.no_recursive, &exclude),
    };
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
        cmklint_rules::all().iter().map(|r| r.meta()).filter(|m| request.settings.is_on(m)).collect();
    let applied = ignores::apply(findings, &ignores::loaded(sources, &files), today, &ran);
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

fn write_reports(
    args: &LintArgs,
    configured: Option<Format>,
    report: &Report<'_>,
    tree: &Tree,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let format = args.format.or(configured).unwrap_or(Format::Default);
    let mut warnings = Vec::new();
    if args.output.is_empty() {
        warnings.extend(cmklint_report::write(format, report, out)?);
    }
    for output in &args.output {
        let (format, path) =
            match output.split_once(':').and_then(|(name, path)| name.parse().ok().map(|f: Format| (f, path))) {
                Some(named) => named,
                None => (format, output.as_str()),
            };
        let full = tree.cwd.join(path);
        let mut file = std::io::BufWriter::new(
            std::fs::File::create(&full).with_context(|| format!("{path}: cannot be written"))?,
        );
        let plain = Report {
            color: false,
            display_prefix: report.display_prefix.clone(),
            repository_prefix: report.repository_prefix.clone(),
            ..*report
        };
        warnings.extend(cmklint_report::write(format, &plain, &mut file)?);
        file.flush().with_context(|| format!("{path}: cannot be written"))?;
    }
    for warning in warnings {
        writeln!(err, "warning: {warning}")?;
    }
    Ok(())
}

fn write_statistics(s: &Statistics, err: &mut dyn Write) -> std::io::Result<()> {
    let seconds = |d: std::time::Duration| format!("{:.3}", d.as_secs_f64());
    writeln!(
        err,
        "files        {} looked at, {} to read, {} parsed without error, {} bytes",
        s.files, s.sources, s.parsed, s.bytes
    )?;
    writeln!(
        err,
        "roots        {} ({} passed over: nothing in them can reach a compute or key vault resource)",
        s.roots, s.passed_over
    )?;
    writeln!(err, "deployments  {}", s.deployments)?;
    if let Some(again) = s.again {
        writeln!(err, "again        {again} of {} evaluated as they were before", s.deployments)?;
    }
    writeln!(err, "resources    {}", s.resources)?;
    writeln!(
        err,
        "seconds      {} to read and parse, {} to evaluate, {} to check",
        seconds(s.parsing),
        seconds(s.evaluating),
        seconds(s.checking)
    )
}

fn color(args: &LintArgs) -> bool {
    args.color
        || (!args.no_color
            && args.output.is_empty()
            && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::io::stdout().is_terminal())
}

fn err_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stderr().is_terminal()
}

/// The terminal's width in columns; where there is none, what `COLUMNS` says, else 100.
fn width() -> usize {
    if let Some((columns, _)) = terminal_size::terminal_size() {
        return usize::from(columns.0).max(40);
    }
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(100)
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
