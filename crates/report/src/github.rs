//! Workflow commands: a line of this kind in a job's log becomes an annotation.

use std::io;

use cmklint_rules::Level;
use cmklint_source::{Severity, Span};

use crate::Report;
use crate::place::Places;

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
            properties.push(("file", report.repository_prefix.show(path)));
        }
        properties.push(("title", format!("cmklint {}", diagnostic.code)));
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push_str(&format!("\n{help}"));
        }
        command_line(out, command, &properties, &message)?;
    }
    for finding in report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut properties = position(report, &mut places, finding.primary.span);
        properties.push(("title", format!("{} {}", finding.rule.id, finding.rule.name)));
        let mut message = finding.message.clone();
        if !finding.world.is_empty() {
            message.push_str(&format!("\nWhen {}", finding.world));
        }
        if !finding.help.is_empty() {
            message.push_str(&format!("\n{}", finding.help));
        }
        command_line(out, command, &properties, &message)?;
    }
    Ok(())
}

/// Columns are left out over several lines: GitHub takes them within one line only.
fn position(report: &Report<'_>, places: &mut Places<'_>, span: Span) -> Vec<(&'static str, String)> {
    let Some(region) = places.region(span) else { return Vec::new() };
    let mut properties = vec![
        ("file", report.repository_prefix.show(region.file.path())),
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
    command: &str,
    properties: &[(&str, String)],
    message: &str,
) -> io::Result<()> {
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    writeln!(out, "::{command} {}::{}", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
