//! One line for each finding, as tflint's `compact`; its condition and its notes in parentheses.

use std::io;

use cmklint_rules::Level;

use crate::Report;
use crate::finding::sentence;
use crate::mark::shown_place;
use crate::place::Places;
use crate::untrusted::Untrusted;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} issue(s) found:\n", report.findings.len())?;
    let mut places = Places::new(report.sources);
    for finding in report.findings {
        let place = shown_place(&mut places, &report.style.paths, finding.primary.span);
        let level = match finding.level {
            Level::Error => "Error",
            Level::Warning => "Warning",
            Level::Notice => "Notice",
        };
        let sentence = Untrusted(&sentence(finding)).log();
        writeln!(out, "{place}: {level} - {sentence} ({})", finding.rule.id)?;
    }
    Ok(())
}
