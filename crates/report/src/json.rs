//! tflint's JSON, with additional keys.

use std::collections::HashMap;
use std::io;

use cmklint_rules::{Finding, FindingIdentity, Level};
use cmklint_source::{Diagnostic, FileId, Severity, Span};
use serde::Serialize;

use crate::finding::{Lifted, rule_page};
use crate::json_text::SharedText;
use crate::place::{Places, Point};
use crate::{Coverage, DisplayPaths, Report, fingerprint, json_text};

#[derive(Serialize)]
struct Output<'a> {
    issues: Vec<Issue<'a>>,
    errors: Vec<Error<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<AnalyzedParts<'a>>,
}

/// What was analyzed, and what was not.
#[derive(Serialize)]
struct AnalyzedParts<'a> {
    roots: usize,
    environments: usize,
    resources: usize,
    not_looked_into: Vec<NotLookedInto<'a>>,
}

#[derive(Serialize)]
struct NotLookedInto<'a> {
    kind: &'a str,
    name: &'a str,
    why: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    how: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    /// The file or root, where there is no text to refer to.
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
}

#[derive(Serialize)]
struct Issue<'a> {
    rule: Rule<'a>,
    message: &'a str,
    range: Range,
    /// Part of tflint's shape; the origin of a value is in `trails`.
    callers: [Range; 0],
    fixable: bool,
    fixed: bool,
    id: &'a str,
    level: &'a str,
    confidence: &'a str,
    /// The restriction that it violates, by its id in docs/editions.md.
    #[serde(skip_serializing_if = "str::is_empty")]
    restriction: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted: Option<Lifted>,
    related: Vec<TextWithRange<'a>>,
    trails: Vec<Trail<'a>>,
    world: &'a str,
    notes: &'a [String],
    help: &'a str,
    /// `v` and the version of identities, a colon, and 32 hex digits.
    fingerprint: String,
    resources: &'a [String],
    deployment: String,
    also: usize,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    /// tflint's word: `error`, `warning` or `info`.
    severity: &'a str,
    link: String,
}

#[derive(Default, Serialize)]
struct Range {
    filename: SharedText,
    start: Position,
    end: Position,
    /// The revision of the file, where the place is not in the checked state.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
}

#[derive(Default, Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct TextWithRange<'a> {
    message: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Trail<'a> {
    title: &'a str,
    steps: Vec<TextWithRange<'a>>,
}

#[derive(Serialize)]
struct Error<'a> {
    summary: &'a str,
    message: String,
    severity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    /// The file, where there is no text to refer to.
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
}

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut ranges = Ranges { places: Places::new(report.sources), paths: &report.style.paths, shown: HashMap::new() };
    let output = Output {
        issues: report.findings.iter().map(|f| issue(f, &mut ranges)).collect(),
        errors: report.diagnostics.iter().filter_map(|d| error(d, &mut ranges)).collect(),
        coverage: report.coverage.map(|coverage| seen(coverage, &mut ranges)),
    };
    json_text::write_line(&output, out)
}

struct Ranges<'a> {
    places: Places<'a>,
    paths: &'a DisplayPaths,
    /// The paths of files as they are shown.
    shown: HashMap<FileId, SharedText>,
}

impl Ranges<'_> {
    fn of(&mut self, span: Span) -> Range {
        let Some(region) = self.places.region(span) else { return Range::default() };
        let shown = self.shown.entry(span.file).or_insert_with(|| self.paths.show(region.file.path()).into());
        Range {
            filename: shown.clone(),
            start: position(region.start),
            end: position(region.end),
            revision: region.file.revision().map(str::to_owned),
        }
    }

    fn place<'f>(&mut self, span: Span, message: &'f str) -> TextWithRange<'f> {
        TextWithRange { message, range: self.of(span) }
    }
}

fn position(point: Point) -> Position {
    Position { line: point.line, column: point.column }
}

fn issue<'f>(finding: &'f Finding, ranges: &mut Ranges<'_>) -> Issue<'f> {
    let severity = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "info",
    };
    Issue {
        rule: Rule { name: finding.rule.name, severity, link: rule_page(finding.rule).unwrap_or_default() },
        message: &finding.message,
        range: ranges.of(finding.primary.span),
        callers: [],
        fixable: false,
        fixed: false,
        id: finding.rule.id,
        level: finding.level.as_str(),
        confidence: finding.confidence.as_str(),
        restriction: finding.restriction.map_or("", |restriction| restriction.id),
        lifted: Lifted::of(finding),
        related: finding.related.iter().map(|p| ranges.place(p.span, &p.message)).collect(),
        trails: finding
            .trails
            .iter()
            .map(|trail| Trail {
                title: &trail.title,
                steps: trail.steps.iter().map(|s| ranges.place(s.span, &s.message)).collect(),
            })
            .collect(),
        world: &finding.world,
        notes: &finding.notes,
        help: &finding.help,
        fingerprint: format!("v{}:{}", FindingIdentity::VERSION, fingerprint(&finding.identity)),
        resources: &finding.resources,
        deployment: finding.deployment.to_string(),
        also: finding.also.len(),
    }
}

fn seen<'c>(coverage: &'c Coverage, ranges: &mut Ranges<'_>) -> AnalyzedParts<'c> {
    let not_looked_into = coverage.unseen.iter().map(|unseen| {
        let range = unseen.span.map(|span| ranges.of(span));
        NotLookedInto {
            kind: unseen.kind.as_str(),
            name: &unseen.name,
            why: &unseen.why,
            how: &unseen.how,
            filename: unseen.path.as_ref().filter(|_| range.is_none()).map(|path| ranges.paths.show(path)),
            range,
        }
    });
    AnalyzedParts {
        roots: coverage.roots,
        environments: coverage.environments,
        resources: coverage.resources,
        not_looked_into: not_looked_into.collect(),
    }
}

fn error<'d>(diagnostic: &'d Diagnostic, ranges: &mut Ranges<'_>) -> Option<Error<'d>> {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => return None,
    };
    let range = diagnostic.span.map(|span| ranges.of(span));
    let filename = diagnostic.path.as_ref().filter(|_| range.is_none()).map(|path| ranges.paths.show(path));
    let message = match &diagnostic.help {
        Some(help) => format!("{}. {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    Some(Error { summary: diagnostic.code, message, severity, range, filename })
}
