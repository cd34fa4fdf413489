//! The fourth stage of a run: what the groups' analyses came to, after ignore comments and baselines.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use cmklint_report::{Format, Suppressed, SuppressionKind};
use cmklint_rules::{Finding, Level, RuleMeta};
use cmklint_source::{Diagnostic, Severity};
use jiff::civil::Date;

use crate::analysis::{Analysis, Statistics, analyze_against};
use crate::baseline::Baseline;
use crate::codebase::Codebase;
use crate::inputs::Group;
use crate::{ignores, named_file, report_file};

/// A baseline that an argument names may have this many bytes.
const LARGEST_BASELINE: u64 = 256 << 20;

/// What a run, or one group of it, came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings to report.
    pub findings: Vec<Finding>,
    /// Those that ignore comments took out, each with the comment's reason.
    pub ignored: Vec<(Finding, String)>,
    /// Those that a baseline took out.
    pub known: Vec<Finding>,
    /// The roots that were looked at.
    pub roots: BTreeSet<String>,
    /// What could not be read or understood.
    pub diagnostics: Vec<Diagnostic>,
    /// The rules that ran.
    pub ran: Vec<&'static RuleMeta>,
    /// Whether findings in some files only are reported.
    pub is_partial: bool,
    /// The report's format, as the configuration has it.
    pub format: Option<Format>,
    /// The lowest level of a finding that makes the exit code 2, as the configuration has it.
    pub minimum: Option<Level>,
    /// Counts.
    pub statistics: Statistics,
}

impl Outcome {
    /// Analyzes `group`.
    #[must_use]
    pub fn of(group: Group, codebase: &Codebase, today: Date) -> Self {
        let Group { configuration, request, base, filter, no_ignores, mut diagnostics, .. } = group;
        let sources = &codebase.sources;
        let Analysis { mut findings, diagnostics: found, files, statistics, roots, known, .. } =
            analyze_against(&request, sources, base.as_ref());
        diagnostics.extend(found);
        findings.retain(|finding| filter.keeps(finding, sources));
        let rules = cmklint_rules::RULES.iter().map(|rule| rule.meta());
        let ran: Vec<&'static RuleMeta> = rules.filter(|meta| request.settings.is_on(meta)).collect();
        let commented = if no_ignores { Vec::new() } else { ignores::loaded(sources, &files) };
        let applied = ignores::apply(findings, &commented, today, &ran);
        diagnostics.extend(applied.diagnostics);
        let mut findings = applied.kept;
        if let Some(known) = known {
            // What the base had is known; that some of it is gone does not matter.
            findings = Baseline::of(&known).apply(findings, "", sources, &|_| false, &|_| false).kept;
        }
        Self {
            findings,
            ignored: applied.ignored,
            known: Vec::new(),
            roots,
            diagnostics,
            ran,
            is_partial: filter.is_partial(),
            format: configuration.config.format,
            minimum: configuration.config.minimum_failure_severity,
            statistics,
        }
    }

    /// Adds what another group came to.
    pub fn add(&mut self, other: Self) {
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
        self.is_partial |= other.is_partial;
        self.format = self.format.or(other.format);
        self.minimum = self.minimum.or(other.minimum);
        self.statistics.add(&other.statistics);
    }

    /// Takes out the findings that the baseline knows that a configuration names: a file of what is checked.
    ///
    /// # Errors
    /// Where there is no baseline that can be read.
    pub fn apply_own_baseline(&mut self, path: &str, codebase: &Codebase) -> anyhow::Result<()> {
        let shown = cmklint_source::visible_path(path);
        let file = codebase.sources.load(path).with_context(|| cannot_be_read(&shown))?;
        self.apply_baseline(file.text(), &shown, codebase)
    }

    /// Takes out the findings that the baseline at `path`, an argument, knows.
    ///
    /// # Errors
    /// Where there is no baseline that can be read.
    pub fn apply_named_baseline(&mut self, path: &Path, codebase: &Codebase) -> anyhow::Result<()> {
        let inside = codebase.tree.cwd.join(path).canonicalize().ok().and_then(|full| codebase.tree.relative(&full));
        let shown = inside.unwrap_or_else(|| path.display().to_string());
        let bytes = named_file::read(path, &codebase.tree, LARGEST_BASELINE).with_context(|| cannot_be_read(&shown))?;
        let text = String::from_utf8(bytes).with_context(|| cannot_be_read(&shown))?;
        self.apply_baseline(&text, &shown, codebase)
    }

    fn apply_baseline(&mut self, text: &str, shown: &str, codebase: &Codebase) -> anyhow::Result<()> {
        let baseline = Baseline::parse(text).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
        // With a filter, what isn't reported isn't fixed.
        let ran = |id: &str| !self.is_partial && self.ran.iter().any(|rule| rule.id == id);
        let looked_at = |root: &str| self.roots.contains(root);
        let applied = baseline.apply(std::mem::take(&mut self.findings), shown, &codebase.sources, &ran, &looked_at);
        self.findings = applied.kept;
        self.known.extend(applied.known);
        self.diagnostics.extend(applied.diagnostics);
        Ok(())
    }

    /// Writes a baseline of all findings to `path`, seen from the current directory: from now on they are known. Returns how many there are.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn write_baseline(&mut self, path: &Path, codebase: &Codebase) -> anyhow::Result<usize> {
        let baseline = Baseline::of(&self.findings);
        report_file::write(path, baseline.to_json().as_bytes(), &codebase.tree)?;
        self.known.append(&mut self.findings);
        Ok(baseline.len())
    }

    /// Whether something could not be read.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings that are left out of reports, with why.
    #[must_use]
    pub fn suppressed(&self) -> Vec<Suppressed<'_>> {
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

fn cannot_be_read(baseline: &str) -> String {
    format!("{baseline}: the baseline cannot be read (`--write-baseline` writes one)")
}
