//! The format for people.

use std::io;

use cmklint_rules::{Finding, Level};
use cmklint_source::{Diagnostic, Severity, Sources, Span};
use indexmap::IndexMap;

use crate::block::{Block, Remark};
use crate::finding::{notes, rule_page, way_out};
use crate::groups::groups;
use crate::mark::{Mark, Tone, shown_place};
use crate::place::Places;
use crate::text::{count, fold};
use crate::untrusted::LogText;
use crate::{Report, Style};

/// The most places of one finding that are drawn; further ones are counted.
const MAX_MARKS: usize = 12;
/// The most steps of one value's trail that are shown; others are left out in the middle.
const MAX_STEPS: usize = 12;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let several = several_roots(report.findings);
    for group in groups(report) {
        if let Some(title) = &group.title {
            writeln!(out, "{}\n", Tone::Bold.paint(title.as_str(), report.style.color))?;
        }
        for finding in &group.shown {
            let block = block(finding, &mut places, &report.style, several);
            writeln!(out, "{}", block.draw(&mut places, &report.style))?;
        }
        if group.left_out > 0 {
            writeln!(out, "{} not shown here (--limit 0 shows all)\n", count(group.left_out, "further finding"))?;
        }
    }
    writeln!(out, "{}", summary(report))?;
    for line in report.coverage.iter().flat_map(|coverage| fold(&coverage.sentence(), report.style.width)) {
        writeln!(out, "{line}")?;
    }
    match way_out(report.findings) {
        Some(words) => writeln!(out, "{words}"),
        None => Ok(()),
    }
}

fn several_roots(findings: &[Finding]) -> bool {
    let first = findings.first().map(|f| &f.deployment);
    findings.iter().any(|f| Some(&f.deployment) != first)
}

/// Writes `diagnostics`; of those with one severity and code, the first `limit` (0: all), and then how many more there are.
pub(crate) fn write_diagnostics<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
    style: &Style,
    limit: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut places = Places::new(sources);
    let mut kinds: IndexMap<(Severity, &'static str), usize> = IndexMap::new();
    for diagnostic in diagnostics {
        let number = kinds.entry((diagnostic.severity, diagnostic.code)).or_default();
        *number += 1;
        if limit == 0 || *number <= limit {
            write_diagnostic(diagnostic, &mut places, style, out)?;
        }
    }
    for ((severity, code), number) in kinds {
        if limit > 0 && number > limit {
            let (word, tone) = severity_words(severity);
            let word = tone.paint(&format!("{word}[{code}]:"), style.color);
            writeln!(out, "{word} {} more of this kind not shown here (--verbose shows all)", number - limit)?;
        }
    }
    Ok(())
}

fn severity_words(severity: Severity) -> (&'static str, Tone) {
    match severity {
        Severity::Error => ("error", Tone::Error),
        Severity::Warning => ("warning", Tone::Warning),
        Severity::Note => ("note", Tone::Notice),
    }
}

fn write_diagnostic(
    diagnostic: &Diagnostic,
    places: &mut Places<'_>,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (word, tone) = severity_words(diagnostic.severity);
    let Some(span) = diagnostic.span else {
        let path = diagnostic.path.as_ref().map_or_else(String::new, |p| format!("{}: ", style.paths.show(p)));
        let word = tone.paint(&format!("{word}:"), style.color);
        writeln!(out, "{word} {}", LogText::from(format!("{path}{}", diagnostic.message)))?;
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  {}: {}", Tone::Key.paint("help", style.color), LogText::from(help.as_str()))?;
        }
        return Ok(());
    };
    let main = Mark { span, message: LogText::default(), tone };
    let others = diagnostic.labels.iter().take(MAX_MARKS);
    let others = others.map(|l| Mark { span: l.span, message: l.message.as_str().into(), tone: Tone::Other });
    let block = Block {
        title: format!("{word}[{}]", diagnostic.code).into(),
        link: None,
        tone,
        message: diagnostic.message.as_str().into(),
        marks: merged(std::iter::once(main).chain(others)),
        remarks: diagnostic.help.iter().map(|help| Remark::new("Help", help)).collect(),
    };
    write!(out, "{}", block.draw(places, style))
}

fn block(finding: &Finding, places: &mut Places<'_>, style: &Style, several: bool) -> Block {
    let (word, tone) = match finding.level {
        Level::Error => ("Error", Tone::Error),
        Level::Warning => ("Warning", Tone::Warning),
        Level::Notice => ("Notice", Tone::Notice),
    };
    let main = Mark { span: finding.primary.span, message: finding.primary.message.as_str().into(), tone };
    let others = finding.related.iter().take(MAX_MARKS);
    let others = others.map(|p| Mark { span: p.span, message: p.message.as_str().into(), tone: Tone::Other });
    let marks = merged(std::iter::once(main).chain(others));
    let mut remarks = Vec::new();
    if !finding.world.is_empty() {
        remarks.push(Remark::new("When", &finding.world));
    }
    remarks.extend(origins(finding, &marks, places, style));
    remarks.extend(notes(finding).iter().map(|note| Remark::new("Note", note)));
    if let Some(more) = finding.related.len().checked_sub(MAX_MARKS).filter(|n| *n > 0) {
        remarks.push(Remark::new("Note", &format!("{} not shown", count(more, "further place"))));
    }
    if several {
        remarks.push(Remark::new("Root", &finding.deployment.to_string()));
    }
    if let Some(restriction) = finding.restriction {
        remarks.push(Remark::new("Rule", restriction.says));
    }
    if !finding.help.is_empty() {
        remarks.push(Remark::new("Help", &finding.help));
    }
    let title = format!("{word}[{} {}]", finding.rule.id, finding.rule.name).into();
    let link = rule_page(finding.rule);
    Block { title, link, tone, message: finding.message.as_str().into(), marks, remarks }
}

/// Marks with one span become one; different labels are joined.
fn merged(marks: impl Iterator<Item = Mark>) -> Vec<Mark> {
    let mut merged: Vec<Mark> = Vec::new();
    for mark in marks {
        match merged.iter_mut().find(|m| m.span == mark.span) {
            Some(same) if same.message.as_str().contains(mark.message.as_str()) => {}
            Some(same) if same.message.is_empty() => same.message = mark.message,
            Some(same) => same.message = format!("{}; {}", same.message, mark.message).into(),
            None => merged.push(mark),
        }
    }
    merged
}

/// The trails of the compared values, numbered: the places that no label shows already.
fn origins(finding: &Finding, marks: &[Mark], places: &mut Places<'_>, style: &Style) -> Vec<Remark> {
    // What is said at a label's place, or within it, the label shows.
    let holds = |mark: Span, step: Span| mark.file == step.file && mark.start <= step.start && step.end <= mark.end;
    let shown = |span: Span| marks.iter().any(|mark| holds(mark.span, span));
    let mut remarks = Vec::new();
    for trail in &finding.trails {
        let rows: Vec<(LogText, &str)> = (trail.steps.iter())
            .filter(|step| !shown(step.span))
            .map(|step| (shown_place(places, &style.paths, step.span), step.message.as_str()))
            .collect();
        if rows.is_empty() {
            continue;
        }
        // Places are aligned where they are short enough to leave room for the words.
        let limit = if style.width == 0 { usize::MAX } else { style.width / 2 };
        let widest = rows.iter().map(|(place, _)| place.chars()).filter(|w| *w <= limit).max().unwrap_or(0);
        let left_out = rows.len().saturating_sub(MAX_STEPS);
        let mut lines = vec![LogText::from(trail.title.as_str())];
        for (index, (place, words)) in rows.iter().enumerate() {
            if left_out > 0 && index == MAX_STEPS / 2 {
                lines.push(format!("          … {} …", count(left_out, "step")).into());
            }
            if index < MAX_STEPS / 2 || index >= MAX_STEPS / 2 + left_out {
                lines.push(format!("{:>5}. {place:<widest$}  {words}", index + 1).into());
            }
        }
        remarks.push(Remark { key: "From", lines });
    }
    remarks
}

/// `3 findings (2 errors, 1 warning), 1 ignored, 4 in the baseline`.
fn summary(report: &Report<'_>) -> String {
    let number = |level| report.findings.iter().filter(|f| f.level == level).count();
    let levels = [(Level::Error, Tone::Error), (Level::Warning, Tone::Warning), (Level::Notice, Tone::Notice)];
    let parts: Vec<String> = levels
        .into_iter()
        .map(|(level, tone)| (number(level), level, tone))
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, level, tone)| tone.paint(&count(number, level.as_str()), report.style.color))
        .collect();
    let mut text = if parts.is_empty() {
        Tone::Bold.paint("no findings", report.style.color)
    } else {
        let all = Tone::Bold.paint(&count(report.findings.len(), "finding"), report.style.color);
        format!("{all} ({})", parts.join(", "))
    };
    if report.ignored > 0 {
        text.push_str(&format!(", {} ignored", report.ignored));
    }
    if report.known > 0 {
        text.push_str(&format!(", {} in the baseline", report.known));
    }
    if !report.findings.is_empty() && report.findings.iter().all(|f| f.level < report.minimum_failure) {
        text.push_str(&format!("; none is {}, so none fails the run", at_least(report.minimum_failure)));
    }
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    if errors > 0 {
        let problems = Tone::Error.paint(&count(errors, "error"), report.style.color);
        text.push_str(&format!("; {problems} while reading, so there may be more"));
    }
    text
}

fn at_least(level: Level) -> &'static str {
    match level {
        Level::Error => "an error",
        Level::Warning => "a warning or worse",
        Level::Notice => "a notice or worse",
    }
}
