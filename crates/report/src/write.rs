//! Writes reports, diagnostics and maps in each format.

use std::io;

use cmklint_rules::EstateMap;
use cmklint_source::{Diagnostic, Sources};

use crate::{
    Format, LogLines, MapFormat, MapReport, Report, Style, checkstyle, codequality, compact, github, json, junit, map,
    markdown, sarif, terminal,
};

/// Writes `report` in `format`. Returns warnings for standard error: what was left out because of a limit of the format.
///
/// # Errors
/// Errors of `out`.
pub fn write(format: Format, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<Vec<String>> {
    // The serializers write in pieces of a few bytes.
    let mut out = io::BufWriter::new(out);
    let mut left_out = Vec::new();
    match format {
        Format::Default => in_lines(report, &mut out, terminal::write)?,
        Format::Compact => in_lines(report, &mut out, compact::write)?,
        Format::Json => json::write(report, &mut out)?,
        Format::Sarif => left_out = sarif::write(report, &mut out)?,
        Format::Github => github::write(report, &mut out)?,
        Format::Junit => junit::write(report, &mut out)?,
        Format::Checkstyle => checkstyle::write(report, &mut out)?,
        Format::Codequality => codequality::write(report, &mut out)?,
        Format::Markdown => markdown::write(report, &mut out)?,
        Format::Html => write_page(report, &mut out)?,
    }
    io::Write::flush(&mut out)?;
    Ok(left_out)
}

fn in_lines(
    report: &Report<'_>,
    out: &mut dyn io::Write,
    write: impl FnOnce(&Report<'_>, &mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut lines = LogLines::new(out);
    write(report, &mut lines)?;
    io::Write::flush(&mut lines)
}

/// Writes diagnostics for standard error, each with its source where it has a span, else as `error: path: message`. Of those with one severity and
/// code, the first `limit` (0: all), and then how many more there are.
///
/// # Errors
/// Errors of `out`.
pub fn write_diagnostics<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
    style: &Style,
    limit: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut lines = LogLines::new(out);
    terminal::write_diagnostics(diagnostics, sources, style, limit, &mut lines)?;
    io::Write::flush(&mut lines)
}

/// Writes `report` as `format`.
///
/// # Errors
/// Where `out` can't be written to.
pub fn write_map(format: MapFormat, report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        MapFormat::Mermaid => map::mermaid::write(report, out),
        MapFormat::Dot => map::dot::write(report, out),
        MapFormat::Json => map::json::write(report, out),
        MapFormat::Html => map::html::write(&[("", report)], out),
    }
}

/// Writes a page that shows `before` beside `now`, each with its title.
///
/// # Errors
/// Where `out` can't be written to.
pub fn write_change(
    before: (&str, &MapReport<'_>),
    now: (&str, &MapReport<'_>),
    out: &mut dyn io::Write,
) -> io::Result<()> {
    map::html::write(&[before, now], out)
}

/// Writes the page of a report on findings.
fn write_page(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let none = EstateMap::default();
    let map = MapReport {
        map: report.map.unwrap_or(&none),
        findings: report.findings,
        sources: report.sources,
        paths: report.style.paths.clone(),
    };
    map::html::write(&[("", &map)], out)
}
