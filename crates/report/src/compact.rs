//! A line a finding, as tflint's `compact`.

use std::io;

use cmklint_rules::Level;

use crate::Report;
use crate::frame::shown_place;
use crate::place::Places;
use crate::text::one_line;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} issue(s) found:\n", report.findings.len())?;
    let mut places = Places::new(report.sources);
    let style = report.style();
    for finding in report.findings {
        let place = shown_place(&mut places, &style, finding.primary.span);
        let level = match finding.level {
            Level::Error => "Error",
            Level::Warning => "Warning",
            Level::Notice => "Notice",
        };
        writeln!(out, "{place}: {level} - {} ({})", one_line(&finding.message), finding.rule.id)?;
    }
    Ok(())
}
