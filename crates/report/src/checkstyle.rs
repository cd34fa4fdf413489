//! Checkstyle's XML, as tflint writes it: an element for each file, and in it one for each finding.

use std::io;

use cmklint_rules::Level;
use cmklint_source::Severity;
use indexmap::IndexMap;

use crate::Report;
use crate::finding::{rule_page, sentence};
use crate::place::Places;
use crate::xml::Xml;

/// An `error` element.
struct Problem<'a> {
    source: &'a str,
    rule: &'a str,
    line: u32,
    column: u32,
    severity: &'static str,
    message: String,
    link: Option<String>,
}

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    xml.begin("checkstyle", &[("version", report.version)])?;
    for (file, problems) in by_file(report) {
        xml.begin("file", &[("name", &file)])?;
        for problem in problems {
            let (line, column) = (problem.line.to_string(), problem.column.to_string());
            let mut attributes = vec![
                ("source", problem.source),
                ("line", &line),
                ("column", &column),
                ("severity", problem.severity),
                ("message", &problem.message),
            ];
            if let Some(link) = &problem.link {
                attributes.push(("link", link));
            }
            attributes.push(("rule", problem.rule));
            xml.empty("error", &attributes)?;
        }
        xml.end()?;
    }
    xml.end()
}

/// Findings and errors by the file's path, in the order in which the report names the files.
fn by_file<'a>(report: &'a Report<'a>) -> IndexMap<String, Vec<Problem<'a>>> {
    let mut places = Places::new(report.sources);
    let mut files: IndexMap<String, Vec<Problem<'a>>> = IndexMap::new();
    for finding in report.findings {
        let Some(region) = places.region(finding.primary.span) else { continue };
        let severity = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "info",
        };
        files.entry(report.style.paths.show(region.file.path())).or_default().push(Problem {
            source: finding.rule.id,
            rule: finding.rule.name,
            line: region.start.line,
            column: region.start.column,
            severity,
            message: sentence(finding),
            link: rule_page(finding.rule),
        });
    }
    for diagnostic in report.diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        let region = diagnostic.span.and_then(|span| places.region(span));
        let path = region.as_ref().map(|region| region.file.path()).or(diagnostic.path.as_deref());
        let start = region.as_ref().map(|region| region.start);
        files.entry(path.map_or_else(|| ".".to_owned(), |path| report.style.paths.show(path))).or_default().push(
            Problem {
                source: diagnostic.code,
                rule: diagnostic.code,
                line: start.map_or(1, |point| point.line),
                column: start.map_or(1, |point| point.column),
                severity,
                message: diagnostic.message.clone(),
                link: None,
            },
        );
    }
    files
}
