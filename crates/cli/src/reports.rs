//! The last stage of a run: diagnostics, reports, counts and the exit code.

mod style;

use std::io::Write;
use std::path::Path;

use cmklint_report::{DisplayPaths, FixOffer, Format, Report, Style};
use cmklint_rules::{EstateMap, Finding, Level};
use cmklint_source::{Diagnostic, Severity};

use crate::analysis::Statistics;
use crate::codebase::Codebase;
use crate::fixes::Fix;
use crate::invocation::ReportOptions;
use crate::outcome::Outcome;
use crate::report_file;

/// The most diagnostics of one kind that are shown without `--verbose`; the others are counted.
const MAX_DIAGNOSTICS_OF_A_KIND: usize = 10;

/// Writes the result of a run.
#[derive(Debug)]
pub struct Reports<'a> {
    options: &'a ReportOptions,
    codebase: &'a Codebase,
    /// The style of text for standard output.
    style: Style,
    /// The style of text for standard error.
    err_style: Style,
}

impl<'a> Reports<'a> {
    /// Reports on the files of `codebase`.
    #[must_use]
    pub fn new(options: &'a ReportOptions, codebase: &'a Codebase) -> Self {
        let paths = DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd);
        let (style, err_style) = style::styles(options, paths);
        Self { options, codebase, style, err_style }
    }

    /// Writes all of `diagnostics`.
    ///
    /// # Errors
    /// Where `err` can't be written to.
    pub fn write_diagnostics(&self, diagnostics: &[Diagnostic], err: &mut dyn Write) -> std::io::Result<()> {
        cmklint_report::write_diagnostics(diagnostics, &self.codebase.sources, &self.err_style, 0, err)
    }

    /// Writes the reports on `outcome`, and everything else about it to `err`.
    ///
    /// # Errors
    /// Where a report can't be written.
    pub fn write(&self, outcome: &Outcome, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<()> {
        let Self { options, codebase, .. } = self;
        let is_shown = |diagnostic: &&Diagnostic| match diagnostic.severity {
            Severity::Error => true,
            Severity::Warning => !options.quiet,
            Severity::Note => options.verbose,
        };
        let limit = if options.verbose { 0 } else { MAX_DIAGNOSTICS_OF_A_KIND };
        let shown = outcome.diagnostics.iter().filter(is_shown);
        cmklint_report::write_diagnostics(shown, &codebase.sources, &self.err_style, limit, err)?;
        if outcome.statistics.sources == 0 && !options.quiet {
            writeln!(err, "no Terraform, ARM JSON or Bicep files here")?;
        }
        let suppressed = if options.show_ignored { outcome.suppressed() } else { Vec::new() };
        let map = self.writes(Format::Html, outcome).then(|| EstateMap::new(&outcome.estate));
        let report = Report {
            findings: &outcome.findings,
            diagnostics: &outcome.diagnostics,
            rules: &outcome.areas.rules(),
            sources: &codebase.sources,
            suppressed: &suppressed,
            version: env!("CARGO_PKG_VERSION"),
            style: self.style.clone(),
            repository_paths: DisplayPaths::new(&codebase.tree.root, &codebase.tree.root),
            minimum_failure: self.minimum_failure(outcome),
            ignored: outcome.ignored.len(),
            known: outcome.known.len(),
            fixes: &offers(outcome, codebase),
            map: map.as_ref(),
            coverage: (!options.quiet).then_some(&outcome.coverage),
        };
        for warning in self.write_report(&report, outcome.format, out)? {
            writeln!(err, "warning: {warning}")?;
        }
        let is_shown = options.outputs.iter().any(|output| output.format == Some(Format::Default))
            || options.outputs.is_empty() && options.format.or(outcome.format).unwrap_or_default() == Format::Default;
        if !is_shown && !options.quiet && !outcome.coverage.unseen.is_empty() {
            writeln!(err, "{}", outcome.coverage.sentence())?;
        }
        if options.statistics {
            write_statistics(&outcome.statistics, err)?;
        }
        Ok(())
    }

    /// Writes the report to each requested place, and returns warnings. Where neither an option nor a file's name determines the format, it is the `configured` one.
    fn write_report(
        &self,
        report: &Report<'_>,
        configured: Option<Format>,
        out: &mut dyn Write,
    ) -> anyhow::Result<Vec<String>> {
        let options = self.options;
        if options.outputs.is_empty() {
            let format = options.format.or(configured).unwrap_or_default();
            return Ok(cmklint_report::write(format, report, out)?.into_iter().collect());
        }
        let mut warnings = Vec::new();
        for output in &options.outputs {
            let by_name = || Format::of_file(&output.file);
            let format = output.format.or(options.format).or_else(by_name).or(configured).unwrap_or_default();
            if output.file == "-" {
                warnings.extend(cmklint_report::write(format, report, out)?);
                continue;
            }
            let plain = Report {
                style: Style { color: options.color == Some(true), links: false, ..report.style.clone() },
                repository_paths: report.repository_paths.clone(),
                ..*report
            };
            let mut content = Vec::new();
            warnings.extend(cmklint_report::write(format, &plain, &mut content)?);
            report_file::write(Path::new(&output.file), &content, &self.codebase.tree)?;
        }
        Ok(warnings)
    }

    /// Whether a report in `format` is asked for.
    #[must_use]
    pub fn writes(&self, format: Format, outcome: &Outcome) -> bool {
        self.options.write(format, outcome.format)
    }

    /// The lowest level of a finding that fails the run: the argument's, else that of the finding's own configuration.
    fn minimum_of(&self, finding: &Finding, outcome: &Outcome) -> Level {
        let said = self.options.minimum_failure_severity;
        let own = || outcome.areas.of_finding(finding, &self.codebase.sources).minimum_failure_severity;
        said.or_else(own).unwrap_or(Level::Notice)
    }

    /// The highest of the levels that fail the run, where no finding does.
    fn minimum_failure(&self, outcome: &Outcome) -> Level {
        let of_findings = outcome.findings.iter().map(|finding| self.minimum_of(finding, outcome)).max();
        of_findings.filter(|_| !self.has_failing(outcome)).unwrap_or(Level::Notice)
    }

    fn has_failing(&self, outcome: &Outcome) -> bool {
        outcome.findings.iter().any(|finding| finding.level >= self.minimum_of(finding, outcome))
    }

    /// Whether findings of `outcome` fail the run.
    #[must_use]
    pub(crate) fn is_failure(&self, outcome: &Outcome) -> bool {
        !self.options.force && self.has_failing(outcome)
    }
}

/// The fixes of `outcome` as places and texts.
fn offers(outcome: &Outcome, codebase: &Codebase) -> Vec<FixOffer> {
    let offer = |(finding, fix): &(usize, Fix)| {
        let mut edits = Vec::new();
        for (path, of_file) in &fix.edits {
            let file = codebase.sources.loaded(path)?;
            edits.extend(of_file.iter().map(|edit| (file.span(edit.start, edit.end), edit.text.clone())));
        }
        Some(FixOffer { finding: *finding, title: fix.title.clone(), edits })
    };
    outcome.offers.iter().filter_map(offer).collect()
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
        "roots        {} ({} skipped: nothing in them leads to a finding, and others look up nothing in them)",
        s.roots, s.skipped_roots
    )?;
    writeln!(err, "deployments  {}", s.deployments)?;
    if let Some(again) = s.again {
        writeln!(err, "again        {again} of {} evaluated as they were before", s.deployments)?;
    }
    writeln!(err, "resources    {}", s.resources)?;
    writeln!(err, "work         {} steps", cmklint_graph::work::taken())?;
    writeln!(
        err,
        "seconds      {} to read and parse, {} to evaluate, {} to check",
        seconds(s.parsing),
        seconds(s.evaluating),
        seconds(s.checking)
    )
}
