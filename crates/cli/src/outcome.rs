//! The fourth stage of a run: the result of the analysis, after ignore comments and baselines.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use cmklint_graph::Estate;
use cmklint_report::{Coverage, Format, Suppressed, SuppressionKind};
use cmklint_rules::{AdeEntry, Finding};
use cmklint_source::{Diagnostic, Severity};

use crate::analysis::{Analysis, RootSeen, Shared, Statistics, analyze_against};
use crate::areas::Areas;
use crate::baseline::Baseline;
use crate::codebase::Codebase;
use crate::fixes::Fix;
use crate::inputs::Inputs;
use crate::invocation::Invocation;
use crate::kept::Kept;
use crate::{ignores, named_file, report_file, revision};

/// The largest size in bytes of a baseline that an argument names.
const LARGEST_BASELINE: u64 = 256 << 20;

/// The result of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings to report.
    pub findings: Vec<Finding>,
    /// Those that ignore comments removed, each with the comment's reason.
    pub ignored: Vec<(Finding, String)>,
    /// Those that a baseline removed.
    pub known: Vec<Finding>,
    /// The roots that were analyzed.
    pub roots: BTreeSet<String>,
    /// What could not be read or understood.
    pub diagnostics: Vec<Diagnostic>,
    /// The settings of each configuration.
    pub areas: Areas,
    /// Whether only findings in some files are reported.
    pub is_partial: bool,
    /// The report's format, as the configuration has it.
    pub format: Option<Format>,
    /// The resource graph.
    pub estate: Estate,
    /// Counts.
    pub statistics: Statistics,
    /// What was looked at, and what was not.
    pub coverage: Coverage,
    /// The roots, where the list was requested.
    pub listed_roots: Vec<RootSeen>,
    /// What has Azure Disk Encryption, where the list was requested.
    pub ade: Vec<AdeEntry>,
    /// What rules of a team's own see, as JSON, where it was wanted.
    pub own_input: Option<String>,
    /// What the tree shares with others, where it was wanted.
    pub shared: Shared,
    /// Fixes that a report can offer, each with the index of its finding, where they were wanted.
    pub offers: Vec<(usize, Fix)>,
    /// What there is for the next analysis, where it is to be kept.
    pub(crate) kept: Option<Kept>,
}

impl Outcome {
    /// The findings and diagnostics of `invocation` in `codebase`; a baseline that an argument names is not applied yet.
    ///
    /// # Errors
    /// Where a file that is named isn't there, or a configuration is broken.
    pub fn read(invocation: &Invocation, codebase: &Codebase) -> anyhow::Result<Self> {
        let inputs = Inputs::read(invocation, codebase)?;
        let mut outcome = Self::of(inputs, invocation, codebase);
        outcome.apply_own_baselines(codebase)?;
        outcome.diagnostics.extend(revision::notes(&[codebase.base.as_ref(), codebase.head.as_ref()]));
        Ok(outcome)
    }

    /// Runs the analysis of `inputs`.
    fn of(inputs: Inputs, invocation: &Invocation, codebase: &Codebase) -> Self {
        let Inputs { request, base, filter, format, mut diagnostics, listed } = inputs;
        let sources = &codebase.sources;
        let analysis = analyze_against(&request, sources, base.as_ref());
        let Analysis { mut findings, diagnostics: found, files, statistics, roots, known, .. } = analysis;
        let (coverage, listed_roots) = (analysis.coverage, analysis.listed_roots);
        let (ade, own_input, shared, estate) = (analysis.ade, analysis.own_input, analysis.shared, analysis.estate);
        let kept = listed.map(|candidates| Kept { candidates, ..analysis.kept });
        diagnostics.extend(found);
        let areas = request.areas;
        let is_reported = |finding: &Finding| {
            let path = sources.path(finding.primary.span.file);
            let excluded = areas.of(&path).excluded.get(finding.rule.id);
            (filter.is_empty() || filter.is_match(&path)) && !excluded.is_some_and(|set| set.is_match(&path))
        };
        findings.retain(is_reported);
        let commented = if invocation.findings.no_ignores { Vec::new() } else { ignores::loaded(sources, &files) };
        let ran = |path: &str, id: &str| {
            areas.catalog().by_id_or_name(id).is_some_and(|rule| areas.of(path).settings.is_on(rule))
        };
        let applied = ignores::apply(findings, &commented, areas.catalog(), invocation.today, &ran);
        diagnostics.extend(applied.diagnostics);
        let mut findings = applied.kept;
        if let Some(known) = known {
            // The base's findings are known; those that have gone do not matter.
            findings = Baseline::of(&known).apply(findings, "", sources, &|_| false, &|_| false).kept;
        }
        Self {
            findings,
            ignored: applied.ignored,
            known: Vec::new(),
            roots,
            diagnostics,
            areas,
            is_partial: !filter.is_empty(),
            format,
            estate,
            statistics,
            coverage,
            listed_roots,
            ade,
            own_input,
            shared,
            offers: Vec::new(),
            kept,
        }
    }

    /// Removes the findings in the baselines that configurations name: files of the checked state. Each applies to its own area.
    ///
    /// # Errors
    /// Where there is no baseline that can be read.
    pub(crate) fn apply_own_baselines(&mut self, codebase: &Codebase) -> anyhow::Result<()> {
        let named: Vec<(String, String)> =
            self.areas.iter().filter_map(|(folder, area)| Some((folder.to_owned(), area.baseline.clone()?))).collect();
        for (folder, path) in named {
            let shown = cmklint_source::visible_path(&path);
            let file = codebase.sources.load(&path).with_context(|| cannot_be_read(&shown))?;
            self.apply_baseline(file.text(), &shown, codebase, Some(&folder))?;
        }
        Ok(())
    }

    /// Removes the findings in the baseline at `path`, an argument.
    ///
    /// # Errors
    /// Where there is no baseline that can be read.
    pub(crate) fn apply_named_baseline(&mut self, path: &Path, codebase: &Codebase) -> anyhow::Result<()> {
        let inside = codebase.tree.cwd.join(path).canonicalize().ok().and_then(|full| codebase.tree.relative(&full));
        let shown = inside.unwrap_or_else(|| path.display().to_string());
        let bytes = named_file::read(path, &codebase.tree, LARGEST_BASELINE).with_context(|| cannot_be_read(&shown))?;
        let text = String::from_utf8(bytes).with_context(|| cannot_be_read(&shown))?;
        self.apply_baseline(&text, &shown, codebase, None)
    }

    /// Removes the findings in a baseline, only those of the area of `folder` where one is given.
    fn apply_baseline(
        &mut self,
        text: &str,
        shown: &str,
        codebase: &Codebase,
        folder: Option<&str>,
    ) -> anyhow::Result<()> {
        let baseline = Baseline::parse(text).map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
        let sources = &codebase.sources;
        let Self { areas, roots, is_partial, .. } = self;
        let is_here = |path: &str| folder.is_none_or(|folder| areas.folder_of(path) == folder);
        // With a filter, a finding that isn't reported isn't fixed.
        let rules = if *is_partial { Vec::new() } else { areas.rules() };
        let ran = |id: &str| rules.iter().any(|rule| rule.id == id);
        let looked_at = |root: &str| roots.contains(root) && is_here(root);
        let (own, others): (Vec<Finding>, Vec<Finding>) = std::mem::take(&mut self.findings)
            .into_iter()
            .partition(|finding| is_here(&sources.path(finding.primary.span.file)));
        let applied = baseline.apply(own, shown, sources, &ran, &looked_at);
        self.findings = applied.kept;
        if !others.is_empty() {
            self.findings.extend(others);
            cmklint_rules::sort_by_place(&mut self.findings, sources);
        }
        self.known.extend(applied.known);
        self.diagnostics.extend(applied.diagnostics);
        Ok(())
    }

    /// Writes a baseline of all findings to `path`, relative to the current directory: after that they are known. Returns the number of findings.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub(crate) fn write_baseline(&mut self, path: &Path, codebase: &Codebase) -> anyhow::Result<usize> {
        let baseline = Baseline::of(&self.findings);
        report_file::write(path, baseline.to_json().as_bytes(), &codebase.tree)?;
        self.known.append(&mut self.findings);
        Ok(baseline.len())
    }

    /// Whether something could not be read.
    #[must_use]
    pub(crate) fn has_failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings that are left out of reports, with the reason.
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
