//! What all groups of paths of a run came to, and what a baseline takes out of it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use cmklint_report::{Format, Suppressed, SuppressionKind};
use cmklint_rules::{Finding, Level, RuleMeta};
use cmklint_source::{Diagnostic, Sources};

use crate::analysis::Statistics;
use crate::args::LintArgs;
use crate::baseline::Baseline;
use crate::tree::Tree;

/// What all groups of paths came to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) findings: Vec<Finding>,
    pub(super) ignored: Vec<(Finding, String)>,
    /// Those that a baseline knows.
    pub(super) known: Vec<Finding>,
    /// The roots that were looked at.
    pub(super) roots: BTreeSet<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) ran: Vec<&'static RuleMeta>,
    pub(super) format: Option<Format>,
    pub(super) minimum: Option<Level>,
    pub(super) statistics: Statistics,
}

impl Totals {
    pub(super) fn add(&mut self, other: Self) {
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
    pub(super) fn apply_baseline(
        &mut self,
        path: &Path,
        args: &LintArgs,
        tree: &Tree,
        sources: &Sources,
    ) -> anyhow::Result<()> {
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
    pub(super) fn suppressed(&self) -> Vec<Suppressed<'_>> {
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
