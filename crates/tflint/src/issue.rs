//! Findings as tflint's issues: each at a place of the module that tflint checks.

use std::collections::BTreeSet;

use cmklint_cli::analyzer::Report;
use cmklint_report::DisplayPaths;
use cmklint_rules::{Finding, Level};
use cmklint_source::Span;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::names;
use crate::protocol::{Issue, IssueRule, Pos, Range, Severity};

/// The module that tflint checks: its own files, by path relative to the directory that tflint was started in.
pub(crate) struct Module {
    files: BTreeSet<String>,
}

/// Where a finding is shown.
enum Shown {
    /// At its primary place.
    Primary,
    /// At a place of the module that leads to the primary one.
    Leading(Span),
}

impl Module {
    /// The module of `files`.
    pub(crate) fn new<'f>(files: impl Iterator<Item = &'f str>) -> Self {
        Self { files: files.map(str::to_owned).collect() }
    }

    /// The issues of all findings of `report` that have a place in the module.
    pub(crate) fn issues(&self, report: &Report) -> Vec<Issue> {
        let findings = report.outcome.findings.iter();
        findings.filter_map(|finding| Some(self.issue(finding, self.place(finding, report)?, report))).collect()
    }

    /// The place of `finding` in the module; `None` where it has none there. What is wrong in a called module is shown where that is called, what a
    /// variable file gives where it goes.
    fn place(&self, finding: &Finding, report: &Report) -> Option<Shown> {
        if self.has(finding.primary.span, report) {
            return Some(Shown::Primary);
        }
        let calls = finding.related.iter().filter(|place| place.is_call).map(|place| place.span);
        let related = finding.related.iter().map(|place| place.span);
        let instances = finding.instances.iter().flatten().copied();
        let trails = finding.trails.iter().flat_map(|trail| &trail.steps).map(|step| step.span);
        let mut spans = calls.chain(related).chain(instances).chain(trails).chain(finding.declared_at.iter().copied());
        spans.find(|span| self.has(*span, report)).map(Shown::Leading)
    }

    fn has(&self, span: Span, report: &Report) -> bool {
        self.files.contains(&path(span, report))
    }

    fn issue(&self, finding: &Finding, shown: Shown, report: &Report) -> Issue {
        let mut message = format!("{}: {}", finding.rule.id, cmklint_report::one_line(finding));
        let span = match shown {
            Shown::Primary => finding.primary.span,
            Shown::Leading(span) => {
                let there = finding.primary.span;
                let line = range(there, report).start.map_or(1, |start| start.line);
                message.push_str(&format!(" (at {}:{line})", cmklint_report::log_line(&path(there, report))));
                span
            }
        };
        let rule = IssueRule {
            name: names::name(finding.rule),
            enabled: true,
            severity: severity(finding.level) as i32,
            link: cmklint_report::rule_page(finding.rule).unwrap_or_default(),
        };
        Issue { rule: Some(rule), message, range: Some(range(span, report)), fixable: false }
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Notice => Severity::Notice,
    }
}

/// The file of `span`, by its path relative to the directory that tflint was started in.
fn path(span: Span, report: &Report) -> String {
    let tree = &report.codebase.tree;
    DisplayPaths::new(&tree.root, &tree.cwd).show(&report.codebase.sources.path(span.file))
}

/// The range of `span` in HCL's units: columns in grapheme clusters.
fn range(span: Span, report: &Report) -> Range {
    let mut range = Range { filename: path(span, report), start: None, end: None };
    if let Some(file) = report.codebase.sources.get(span.file) {
        let pos = |offset: u32| {
            let (line, before) = file.lines().before(file.text(), offset);
            Pos { line: i64::from(line), column: before.graphemes(true).count() as i64 + 1, byte: i64::from(offset) }
        };
        (range.start, range.end) = (Some(pos(span.start)), Some(pos(span.end)));
    }
    range
}
