//! Workflow commands: a line of this kind in a job's log becomes an annotation.

use std::io;

use cmklint_rules::Level;
use cmklint_source::{Severity, Span};

use crate::Report;
use crate::finding::remarks;
use crate::place::Places;
use crate::untrusted::Untrusted;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    for diagnostic in report.diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        let mut properties = diagnostic.span.map_or_else(Vec::new, |span| position(report, &mut places, span));
        if let Some(path) = diagnostic.path.as_ref().filter(|_| properties.is_empty()) {
            properties.push(("file", report.repository_paths.show(path)));
        }
        properties.push(("title", format!("cmklint {}", diagnostic.code)));
        let lines = std::iter::once(diagnostic.message.clone()).chain(diagnostic.help.clone());
        command_line(out, command, &properties, lines)?;
    }
    for finding in report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut properties = position(report, &mut places, finding.primary.span);
        properties.push(("title", format!("{} {}", finding.rule.id, finding.rule.name)));
        let remarks = remarks(finding).into_iter().map(|(word, text)| format!("{word}: {text}"));
        let lines = std::iter::once(finding.message.clone()).chain(remarks);
        command_line(out, command, &properties, lines)?;
    }
    Ok(())
}

/// Columns are left out for several lines: GitHub accepts them within one line only.
fn position(report: &Report<'_>, places: &mut Places<'_>, span: Span) -> Vec<(&'static str, String)> {
    let Some(region) = places.region(span) else { return Vec::new() };
    let mut properties = vec![
        ("file", report.repository_paths.show(region.file.path())),
        ("line", region.start.line.to_string()),
        ("endLine", region.end.line.to_string()),
    ];
    if region.start.line == region.end.line {
        properties.push(("col", region.start.column.to_string()));
        properties.push(("endColumn", region.end.column.to_string()));
    }
    properties
}

fn command_line(
    out: &mut dyn io::Write,
    command: &'static str,
    properties: &[(&'static str, String)],
    lines: impl Iterator<Item = String>,
) -> io::Result<()> {
    let properties = properties.iter().map(|(key, value)| format!("{key}={}", Untrusted(value).command_property()));
    let lines: Vec<String> = lines.map(|line| Untrusted(&line).command_data()).collect();
    writeln!(out, "::{command} {}::{}", properties.collect::<Vec<_>>().join(","), lines.join("%0A"))
}
