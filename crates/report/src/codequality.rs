//! GitLab's Code Quality report: the part of Code Climate's format that GitLab reads.

use std::collections::HashMap;
use std::io;

use cmklint_rules::Level;
use cmklint_source::{Severity, Span};
use serde::Serialize;

use crate::finding::sentence;
use crate::place::Places;
use crate::report::digest;
use crate::untrusted::Untrusted;
use crate::{Report, fingerprint, json_text};

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: &'static str,
    /// GitLab shows only the first of several with one fingerprint.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    /// Relative to the repository's root.
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let mut fingerprints = Fingerprints::default();
    let mut violations = Vec::new();
    for finding in report.findings {
        let severity = match finding.level {
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Notice => "info",
        };
        let Some(location) = location(report, &mut places, Some(finding.primary.span), None) else { continue };
        violations.push(Violation {
            description: Untrusted(&sentence(finding)).visible(),
            check_name: finding.rule.id,
            fingerprint: fingerprints.unique(fingerprint(&finding.identity)),
            severity,
            location,
        });
    }
    for diagnostic in report.diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => continue,
        };
        let Some(location) = location(report, &mut places, diagnostic.span, diagnostic.path.as_deref()) else {
            continue;
        };
        violations.push(Violation {
            description: Untrusted(&diagnostic.message).visible(),
            check_name: diagnostic.code,
            fingerprint: fingerprints
                .unique(digest(&format!("{}|{}|{}", diagnostic.code, location.path, diagnostic.message))),
            severity,
            location,
        });
    }
    json_text::write_line(&violations, out)
}

/// `None` for an error without a place, which the format can't represent.
fn location(report: &Report<'_>, places: &mut Places<'_>, span: Option<Span>, path: Option<&str>) -> Option<Location> {
    let region = span.and_then(|span| places.region(span));
    let path = region.as_ref().map(|region| region.file.path()).or(path)?;
    let (begin, end) = region.as_ref().map_or((1, 1), |region| (region.start.line, region.end.line));
    Some(Location { path: report.repository_paths.show(path), lines: Lines { begin, end } })
}

/// Counts how often each fingerprint occurred, so that no two are the same.
#[derive(Default)]
struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    fn unique(&mut self, fingerprint: String) -> String {
        let number = self.0.entry(fingerprint.clone()).or_default();
        *number += 1;
        if *number == 1 { fingerprint } else { digest(&format!("{fingerprint}|{number}")) }
    }
}
