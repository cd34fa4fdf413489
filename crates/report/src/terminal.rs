//! The format for people.

use std::io;

use cmklint_rules::{Finding, Level};
use cmklint_source::{Diagnostic, Severity, Sources, Span};

use crate::frame::{Block, Mark, Remark, Tone, shown_place};
use crate::place::Places;
use crate::text::{count, one_line};
use crate::{Report, Style};

/// More places than that of one finding are counted, not drawn.
const MOST_MARKS: usize = 12;
/// More steps than that of one value's way are left out in the middle.
const MOST_STEPS: usize = 12;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let style = report.style();
    let first = report.findings.first().map(|f| f.deployment.as_str());
    let several = report.findings.iter().any(|f| Some(f.deployment.as_str()) != first);
    for finding in report.findings {
        let block = block(finding, &mut places, &style, several);
        writeln!(out, "{}", block.draw(&mut places, &style))?;
    }
    writeln!(out, "{}", summary(report))
}

pub(crate) fn write_diagnostic(
    diagnostic: &Diagnostic,
    sources: &Sources,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (word, tone) = match diagnostic.severity {
        Severity::Error => ("error", Tone::Error),
        Severity::Warning => ("warning", Tone::Warning),
        Severity::Note => ("note", Tone::Notice),
    };
    let Some(span) = diagnostic.span else {
        let path = diagnostic.path.as_ref().map_or_else(String::new, |p| format!("{}: ", style.paths.show(p)));
        let word = tone.paint(&format!("{word}:"), style.color);
        writeln!(out, "{word} {}{}", one_line(&path), one_line(&diagnostic.message))?;
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  {}: {}", Tone::Key.paint("help", style.color), one_line(help))?;
        }
        return Ok(());
    };
    let main = Mark { span, message: String::new(), tone };
    let others = diagnostic.labels.iter().take(MOST_MARKS);
    let others = others.map(|l| Mark { span: l.span, message: l.message.clone(), tone: Tone::Other });
    let block = Block {
        title: format!("{word}[{}]", diagnostic.code),
        tone,
        message: diagnostic.message.clone(),
        marks: merged(std::iter::once(main).chain(others)),
        remarks: diagnostic.help.iter().map(|help| Remark::new("Help", help)).collect(),
    };
    write!(out, "{}", block.draw(&mut Places::new(sources), style))
}

fn block(finding: &Finding, places: &mut Places<'_>, style: &Style, several: bool) -> Block {
    let (word, tone) = match finding.level {
        Level::Error => ("Error", Tone::Error),
        Level::Warning => ("Warning", Tone::Warning),
        Level::Notice => ("Notice", Tone::Notice),
    };
    let main = Mark { span: finding.primary.span, message: finding.primary.message.clone(), tone };
    let others = finding.related.iter().take(MOST_MARKS);
    let others = others.map(|p| Mark { span: p.span, message: p.message.clone(), tone: Tone::Other });
    let marks = merged(std::iter::once(main).chain(others));
    let mut remarks = Vec::new();
    if !finding.world.is_empty() {
        remarks.push(Remark::new("When", &finding.world));
    }
    remarks.extend(origins(finding, &marks, places, style));
    for note in &finding.notes {
        remarks.push(Remark::new("Note", note));
    }
    if let Some(more) = finding.related.len().checked_sub(MOST_MARKS).filter(|n| *n > 0) {
        remarks.push(Remark::new("Note", &format!("{} not shown", count(more, "further place"))));
    }
    if finding.also > 0 {
        let text = format!("the same fault was found in {}", count(finding.also, "further instance"));
        remarks.push(Remark::new("Note", &text));
    }
    if several && !finding.deployment.is_empty() {
        remarks.push(Remark::new("Root", &finding.deployment));
    }
    if !finding.rule.restriction.is_empty() {
        remarks.push(Remark::new("Rule", finding.rule.restriction));
    }
    if !finding.help.is_empty() {
        remarks.push(Remark::new("Help", &finding.help));
    }
    let title = format!("{word}[{} {}]", finding.rule.id, finding.rule.name);
    Block { title, tone, message: finding.message.clone(), marks, remarks }
}

/// Marks of the same span become one; its words are joined where they differ.
fn merged(marks: impl Iterator<Item = Mark>) -> Vec<Mark> {
    let mut merged: Vec<Mark> = Vec::new();
    for mark in marks {
        match merged.iter_mut().find(|m| m.span == mark.span) {
            Some(same) if mark.message.is_empty() || same.message.contains(&mark.message) => {}
            Some(same) if same.message.is_empty() => same.message = mark.message,
            Some(same) => same.message = format!("{}; {}", same.message, mark.message),
            None => merged.push(mark),
        }
    }
    merged
}

/// The ways of the compared values, numbered. A value that came no way beyond the places already shown needs none.
fn origins(finding: &Finding, marks: &[Mark], places: &mut Places<'_>, style: &Style) -> Vec<Remark> {
    let shown = |span: Span| marks.iter().any(|m| m.span == span);
    let mut remarks = Vec::new();
    for trail in &finding.trails {
        if trail.steps.iter().all(|step| shown(step.span)) {
            continue;
        }
        let mut rows: Vec<(String, &str)> =
            trail.steps.iter().map(|s| (shown_place(places, style, s.span), s.message.as_str())).collect();
        let left_out = rows.len().saturating_sub(MOST_STEPS);
        if left_out > 0 {
            rows.splice(MOST_STEPS / 2..MOST_STEPS / 2 + left_out, [(String::new(), "")]);
        }
        // Places line up where they are short enough to leave room for the words.
        let limit = if style.width == 0 { usize::MAX } else { style.width / 2 };
        let widest = rows.iter().map(|(place, _)| place.chars().count()).filter(|w| *w <= limit).max().unwrap_or(0);
        let mut lines = vec![one_line(&trail.title).into_owned()];
        let mut number = 0;
        for (place, words) in rows {
            if place.is_empty() && words.is_empty() {
                number += left_out;
                lines.push(format!("     … {} …", count(left_out, "step")));
                continue;
            }
            number += 1;
            lines.push(format!("{number:>3}. {place:<widest$}  {}", one_line(words)));
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
        .map(|(number, level, tone)| tone.paint(&count(number, level.as_str()), report.color))
        .collect();
    let mut text = if parts.is_empty() {
        Tone::Bold.paint("no findings", report.color)
    } else {
        let all = Tone::Bold.paint(&count(report.findings.len(), "finding"), report.color);
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
        let problems = Tone::Error.paint(&count(errors, "error"), report.color);
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
