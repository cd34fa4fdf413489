//! One run of the command line, stage by stage: [`Invocation`], [`Codebase`], [`Inputs`], [`Outcome`], [`Reports`].

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cmklint_report::{DisplayPaths, Format, log_line};
use cmklint_rules::{Catalog, Settings};
use cmklint_source::{DiskLoader, Severity, Sources};
use jiff::civil::Date;

use crate::args::LintArgs;
use crate::codebase::Codebase;
use crate::inputs::{BrokenConfiguration, Configuration, Inputs, nearest};
use crate::invocation::{FindingOptions, FixOptions, FixTarget, Invocation, RuleOptions};
use crate::outcome::Outcome;
use crate::own_rules::{Finder, OwnRules};
use crate::progress::Bar;
use crate::reports::Reports;
use crate::tree::Tree;
use crate::{console, fixes, own_rules, settings};

/// Nothing to report.
pub(crate) const CLEAN: u8 = 0;
/// The run itself failed, or a file could not be read.
pub(crate) const FAILED: u8 = 1;
/// There are findings.
pub(crate) const FOUND: u8 = 2;

/// Lints, and writes the reports. Diagnostics go to standard error.
///
/// # Errors
/// Where the run can't be done at all: a path that isn't there, a broken configuration, an output that can't be written.
pub fn lint(args: &LintArgs, today: Date, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let invocation = Invocation { finds_only: true, ..Invocation::new(args, today)? };
    let codebase = Codebase::open(&invocation.files)?;
    if args.show_files {
        return show_files(&invocation, &codebase, out);
    }
    let reports = Reports::new(&invocation.reports, &codebase);
    let bar = Bar::start(&invocation.progress, invocation.reports.quiet);
    let outcome = Outcome::read(&invocation, &codebase);
    drop(bar);
    let mut outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            if let Some(BrokenConfiguration(diagnostics)) = error.downcast_ref() {
                reports.write_diagnostics(diagnostics, err)?;
            }
            return Err(error);
        }
    };
    known_findings(&invocation.findings, &codebase, &mut outcome, err)?;
    if let Some(options) = invocation.fix {
        return fix(&invocation, options, codebase, outcome, out, err);
    }
    if reports.writes(Format::Sarif, &outcome) {
        outcome.offers = fixes::offers(&invocation, &codebase, &outcome)?;
    }
    reports.write(&outcome, out, err)?;
    Ok(exit_code(&invocation, &reports, &outcome))
}

fn exit_code(invocation: &Invocation, reports: &Reports<'_>, outcome: &Outcome) -> ExitCode {
    let has_failed = outcome.has_failed() || invocation.reports.strict && outcome.coverage.is_cut();
    ExitCode::from(match (has_failed, reports.is_failure(outcome)) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    })
}

/// Fixes what can be fixed, and reports on what is left; or prints what would change.
fn fix(
    invocation: &Invocation,
    options: FixOptions,
    codebase: Codebase,
    outcome: Outcome,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let fixed = fixes::fix(invocation, codebase, outcome, options.allowed)?;
    if options.target == FixTarget::Diff {
        for (path, file) in &fixed.files {
            out.write_all(fixes::unified(path, file).as_bytes())?;
        }
        return Ok(ExitCode::from(if fixed.files.is_empty() { CLEAN } else { FOUND }));
    }
    if fixed.is_cut && !invocation.reports.quiet {
        writeln!(err, "not all fixes were tried, since that would take too long; once these are made, --fix goes on")?;
    }
    let is_written = options.target == FixTarget::Files;
    if is_written {
        fixes::write(&fixed.files, &fixed.codebase.tree)?;
    }
    let reports = Reports::new(&invocation.reports, &fixed.codebase);
    reports.write(&fixed.outcome, out, err)?;
    if !invocation.reports.quiet {
        let (done, files) = (fixed.applied.len(), fixed.files.len());
        let words = if is_written { "fixed" } else { "would fix" };
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        writeln!(err, "{words} {done} finding{} in {files} file{}", plural(done), plural(files))?;
    }
    Ok(exit_code(invocation, &reports, &fixed.outcome))
}

/// Writes the path of each file that would be read, relative to the current directory.
fn show_files(invocation: &Invocation, codebase: &Codebase, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let paths = DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd);
    for candidate in Inputs::read(invocation, codebase)?.request.candidates {
        console::write_lines(&log_line(&paths.show(&candidate.path)), out)?;
    }
    Ok(ExitCode::from(CLEAN))
}

/// Runs the analysis of `invocation`, writes the errors to `err`, and lets `show` write something else than findings: a list, a picture.
///
/// # Errors
/// Where the run can't be done at all, or `show` fails.
pub(crate) fn survey(
    invocation: &Invocation,
    err: &mut dyn Write,
    show: impl FnOnce(&Codebase, &Outcome) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let codebase = Codebase::open(&invocation.files)?;
    let bar = Bar::start(&invocation.progress, invocation.reports.quiet);
    let outcome = Outcome::read(invocation, &codebase);
    drop(bar);
    let outcome = outcome?;
    let errors: Vec<_> = outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
    Reports::new(&invocation.reports, &codebase).write_diagnostics(&errors, err)?;
    show(&codebase, &outcome)?;
    Ok(ExitCode::from(if outcome.has_failed() { FAILED } else { CLEAN }))
}

/// Writes or applies the baseline of the whole run that `options` name.
fn known_findings(
    options: &FindingOptions,
    codebase: &Codebase,
    outcome: &mut Outcome,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    match (&options.write_baseline, &options.baseline) {
        (Some(path), _) => {
            let count = outcome.write_baseline(path, codebase)?;
            writeln!(err, "wrote {}: {count} known findings", path.display())?;
        }
        (None, Some(path)) => outcome.apply_named_baseline(path, codebase)?,
        (None, None) => {}
    }
    Ok(())
}

/// The settings for `cmklint rules`, which reads no paths: those of `options` and the file `config`, or the one that applies to the current directory.
///
/// # Errors
/// Where the configuration can't be read.
pub fn configured(config: Option<&Path>, options: &RuleOptions) -> anyhow::Result<RulesHere> {
    let cwd = std::env::current_dir()?;
    let (tree, full) = Tree::find(&cwd, &[PathBuf::from(".")])?;
    let sources = Sources::new(DiskLoader::new(&tree.root, u64::MAX)?);
    let path = match config {
        Some(config) => Some(tree.cwd.join(config)),
        None => full.first().and_then(|path| nearest(path, &tree, &|path| path.is_file())),
    };
    match Configuration::read(path.as_deref(), &tree, &sources) {
        Ok(mut configuration) => {
            let mut folders = BTreeSet::from([String::new()]);
            let mut at = tree.relative(&tree.cwd).unwrap_or_default();
            while !at.is_empty() && folders.insert(at.clone()) {
                at = cmklint_source::parent(&at).to_owned();
            }
            let finder = Finder::new(&sources).beside(&folders).named_by(&configuration);
            let (own, mut diagnostics) = finder.done(own_rules::host());
            diagnostics.extend(configuration.config.resolve_rules(own.catalog()));
            if !diagnostics.is_empty() {
                return Err(broken(&BrokenConfiguration(diagnostics)));
            }
            let settings = settings::resolve(options, &configuration.config, own.catalog())?;
            Ok(RulesHere { settings, own, sources })
        }
        Err(error) => match error.downcast_ref() {
            Some(wrong) => Err(broken(wrong)),
            None => Err(error),
        },
    }
}

/// All rules that apply to the current directory: ours, and those of a team's own. Where its configuration or rules have errors, which each run reports,
/// ours alone.
#[must_use]
pub fn catalog_here() -> Catalog {
    configured(None, &RuleOptions::default()).map(|here| here.own.catalog().clone()).unwrap_or_default()
}

/// What is wrong with a configuration or rules, in one line.
fn broken(wrong: &BrokenConfiguration) -> anyhow::Error {
    anyhow::anyhow!(wrong.in_one_line())
}

/// The rules of the current directory.
#[derive(Debug)]
pub struct RulesHere {
    /// Which run, and how.
    pub settings: Settings,
    /// Those of a team's own.
    pub own: OwnRules,
    /// The files that these are in.
    pub sources: Sources,
}
