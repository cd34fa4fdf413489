//! JUnit's XML, as tflint writes it: a failed test case for each finding.

use std::io;

use cmklint_rules::{Finding, Level};
use cmklint_source::{Diagnostic, Severity};

use crate::Report;
use crate::finding::remarks;
use crate::mark::shown_place;
use crate::place::Places;
use crate::xml::Xml;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let errors: Vec<&Diagnostic> = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    let nothing = report.findings.is_empty() && errors.is_empty();
    // A suite without a case is shown as "no tests", which reads as if nothing had run.
    let cases = (report.findings.len() + errors.len()).max(1).to_string();
    let (failures, errors_number) = (report.findings.len().to_string(), errors.len().to_string());
    let mut xml = Xml::new(out)?;
    xml.begin("testsuites", &[])?;
    xml.begin(
        "testsuite",
        &[("name", "cmklint"), ("tests", &cases), ("failures", &failures), ("errors", &errors_number), ("time", "0")],
    )?;
    for finding in report.findings {
        write_finding(finding, report, &mut places, &mut xml)?;
    }
    for diagnostic in errors {
        write_error(diagnostic, report, &mut places, &mut xml)?;
    }
    if nothing {
        xml.empty("testcase", &[("classname", "cmklint"), ("name", "no findings"), ("time", "0")])?;
    }
    xml.end()?;
    xml.end()
}

fn write_finding(finding: &Finding, report: &Report<'_>, places: &mut Places<'_>, xml: &mut Xml<'_>) -> io::Result<()> {
    let (file, place) = match places.region(finding.primary.span) {
        Some(region) => {
            let file = report.style.paths.show(region.file.path());
            let start = region.start;
            let place = if start.line == region.end.line {
                format!("{file}:{},{}-{}", start.line, start.column, region.end.column)
            } else {
                format!("{file}:{},{}-{},{}", start.line, start.column, region.end.line, region.end.column)
            };
            (file, place)
        }
        None => (String::new(), String::new()),
    };
    let level = match finding.level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Notice => "Notice",
    };
    let (id, rule_name) = (finding.rule.id, finding.rule.name);
    let name = format!("{id} {place}");
    let mut lines = vec![format!("{level}: {}", finding.message)];
    lines.extend(remarks(finding).into_iter().map(|(word, text)| format!("{word}: {text}")));
    lines.push(format!("Rule: {id} {rule_name}"));
    lines.push(format!("Range: {place}"));
    xml.begin("testcase", &[("classname", &file), ("name", &name), ("time", "0")])?;
    xml.lines("failure", &[("message", &finding.message), ("type", level)], &lines)?;
    xml.end()
}

fn write_error(
    diagnostic: &Diagnostic,
    report: &Report<'_>,
    places: &mut Places<'_>,
    xml: &mut Xml<'_>,
) -> io::Result<()> {
    let region = diagnostic.span.and_then(|span| places.region(span));
    let path = region.as_ref().map(|region| region.file.path()).or(diagnostic.path.as_deref());
    let file = path.map_or_else(|| "cmklint".to_owned(), |path| report.style.paths.show(path));
    let place = match diagnostic.span {
        Some(span) => shown_place(places, &report.style.paths, span).to_string(),
        None => file.clone(),
    };
    let name = format!("{} {place}", diagnostic.code);
    let help = diagnostic.help.iter().map(|help| format!("Help: {help}"));
    let lines: Vec<String> = std::iter::once(format!("Error: {}", diagnostic.message)).chain(help).collect();
    xml.begin("testcase", &[("classname", &file), ("name", &name), ("time", "0")])?;
    xml.lines("error", &[("message", &diagnostic.message), ("type", diagnostic.code)], &lines)?;
    xml.end()
}
