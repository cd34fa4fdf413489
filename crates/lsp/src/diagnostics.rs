//! Findings and read errors as diagnostics of the client's documents.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr as _;

use cmklint_rules::{Finding, Level};
use cmklint_source::{Severity, Span};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri,
};

use crate::paths::uri_of;
use crate::positions::Encoding;
use crate::snapshot::{Folder, Snapshot};

/// The source of our diagnostics, as shown by the client.
pub(crate) const SOURCE: &str = "cmklint";

/// The most related places of a finding.
const MAX_RELATED: usize = 32;

/// The diagnostics of all files, by path on the disk, in the order of the text.
pub(crate) fn by_file(snapshot: &Snapshot, encoding: Encoding) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for folder in &snapshot.folders {
        let outcome = &folder.report.outcome;
        let shown = outcome.findings.iter().filter_map(|finding| of_finding(finding, folder, encoding));
        let broken = outcome.diagnostics.iter().filter_map(|diagnostic| {
            let severity = match diagnostic.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => return None,
            };
            let span = diagnostic.span?;
            let (file, path) = folder.file(span)?;
            let message = cmklint_report::log_line(&diagnostic.message);
            let range = encoding.range(&file, span);
            let (code, source) = (NumberOrString::String(diagnostic.code.to_owned()), SOURCE.to_owned());
            let (severity, code, source) = (Some(severity), Some(code), Some(source));
            Some((path, Diagnostic { range, severity, code, source, message, ..Diagnostic::default() }))
        });
        for (path, diagnostic) in shown.chain(broken) {
            files.entry(path).or_default().push(diagnostic);
        }
    }
    for diagnostics in files.values_mut() {
        diagnostics.sort_by(|a, b| {
            let start = |d: &Diagnostic| (d.range.start.line, d.range.start.character);
            start(a).cmp(&start(b)).then_with(|| a.message.cmp(&b.message))
        });
        // A folder may contain another one, so both have the same diagnostics.
        diagnostics.dedup();
    }
    files
}

fn of_finding(finding: &Finding, folder: &Folder, encoding: Encoding) -> Option<(PathBuf, Diagnostic)> {
    let (file, path) = folder.file(finding.primary.span)?;
    let mut related = Vec::new();
    for place in &finding.related {
        related.extend(information(folder, place.span, &place.message, encoding));
    }
    for trail in &finding.trails {
        for step in &trail.steps {
            related.extend(information(folder, step.span, &format!("{}: {}", trail.title, step.message), encoding));
        }
    }
    related.truncate(MAX_RELATED);
    let severity = match finding.level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Notice => DiagnosticSeverity::INFORMATION,
    };
    let link = cmklint_report::rule_page(finding.rule).and_then(|page| Uri::from_str(&page).ok());
    Some((
        path,
        Diagnostic {
            range: encoding.range(&file, finding.primary.span),
            severity: Some(severity),
            code: Some(NumberOrString::String(finding.rule.id.to_owned())),
            code_description: link.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: cmklint_report::paragraphs(finding),
            related_information: (!related.is_empty()).then_some(related),
            ..Diagnostic::default()
        },
    ))
}

fn information(folder: &Folder, span: Span, message: &str, encoding: Encoding) -> Option<DiagnosticRelatedInformation> {
    let (file, path) = folder.file(span)?;
    let location = Location { uri: uri_of(&path)?, range: encoding.range(&file, span) };
    Some(DiagnosticRelatedInformation { location, message: cmklint_report::log_line(message) })
}
