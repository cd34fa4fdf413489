//! GitHub's Markdown, for a comment on a pull request or a job's summary: a table of the findings, and each one's details below.

use std::io;

use cmklint_rules::{Finding, Level};
use cmklint_source::Severity;

use crate::Report;
use crate::finding::{remarks, rule_page};
use crate::mark::shown_place;
use crate::place::Places;
use crate::text::count;
use crate::untrusted::Untrusted;

/// A comment on GitHub has 65,536 characters at most; a job's summary 1 MiB. Findings that would exceed this many bytes are only counted.
const MAX_BYTES: usize = 60_000;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    // By this comment, a job finds the comment that it wrote for an earlier commit.
    let mut text = "<!-- cmklint -->\n".to_owned();
    text.push_str(&format!("### cmklint: {}\n", headline(report)));
    text.push_str(&problems(report, &mut places));
    let mut table = String::new();
    let mut details = String::new();
    let mut shown = 0;
    for finding in report.findings {
        let row = row(finding, report, &mut places);
        let detail = detail(finding, report, &mut places);
        if text.len() + table.len() + details.len() + row.len() + detail.len() > MAX_BYTES {
            break;
        }
        table.push_str(&row);
        details.push_str(&detail);
        shown += 1;
    }
    if shown > 0 {
        text.push_str("\n| | rule | finding | place |\n|---|---|---|---|\n");
        text.push_str(&table);
    }
    if let Some(more @ 1..) = report.findings.len().checked_sub(shown) {
        text.push_str(&format!("\n{} not shown here.\n", count(more, "further finding")));
    }
    text.push_str(&details);
    out.write_all(text.as_bytes())
}

fn headline(report: &Report<'_>) -> String {
    let number = |level| report.findings.iter().filter(|f| f.level == level).count();
    let levels = [Level::Error, Level::Warning, Level::Notice].map(|level| (number(level), level));
    let parts: Vec<String> =
        levels.into_iter().filter(|(n, _)| *n > 0).map(|(n, level)| count(n, level.as_str())).collect();
    match report.findings.len() {
        0 => "no findings".to_owned(),
        all => format!("{} ({})", count(all, "finding"), parts.join(", ")),
    }
}

/// Errors, in a list of at most ten.
fn problems(report: &Report<'_>, places: &mut Places<'_>) -> String {
    const SHOWN: usize = 10;
    let errors: Vec<_> = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    if errors.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{} while reading, so there may be more:\n\n", count(errors.len(), "error"));
    for error in errors.iter().take(SHOWN) {
        let place = match (error.span, &error.path) {
            (Some(span), _) => Some(shown_place(places, &report.repository_paths, span).to_string()),
            (None, path) => path.as_ref().map(|path| report.repository_paths.show(path)),
        };
        let place = place.map_or_else(String::new, |place| format!("{}: ", Untrusted(&place).markdown_code()));
        text.push_str(&format!("- {place}{}\n", Untrusted(&error.message).markdown()));
    }
    if let Some(more @ 1..) = errors.len().checked_sub(SHOWN) {
        text.push_str(&format!("- and {more} more\n"));
    }
    text
}

fn row(finding: &Finding, report: &Report<'_>, places: &mut Places<'_>) -> String {
    let sign = match finding.level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Notice => "ℹ️",
    };
    let message = Untrusted(&finding.message).markdown();
    let place = shown_place(places, &report.repository_paths, finding.primary.span);
    format!("| {sign} | {} | {message} | {} |\n", rule(finding), Untrusted(place.as_str()).markdown_code())
}

/// The rule's id as a link to its page.
fn rule(finding: &Finding) -> String {
    let id = finding.rule.id;
    rule_page(finding.rule).map_or_else(|| id.to_owned(), |page| format!("[{id}]({page})"))
}

/// The expandable part: the condition, related places, help.
fn detail(finding: &Finding, report: &Report<'_>, places: &mut Places<'_>) -> String {
    let place = shown_place(places, &report.repository_paths, finding.primary.span);
    let (id, name) = (finding.rule.id, finding.rule.name);
    let level = match finding.level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Notice => "Notice",
    };
    let mut text = format!(
        "\n<details><summary>{id} {name}: <code>{}</code></summary>\n\n**{level}**: {}\n\n",
        Untrusted(place.as_str()).xml(),
        Untrusted(&finding.message).markdown()
    );
    for (word, remark) in remarks(finding) {
        text.push_str(&format!("- **{word}**: {}\n", Untrusted(&remark).markdown()));
    }
    for place in &finding.related {
        let shown = shown_place(places, &report.repository_paths, place.span);
        let (shown, message) = (Untrusted(shown.as_str()).markdown_code(), Untrusted(&place.message).markdown());
        text.push_str(&format!("- {shown}: {message}\n"));
    }
    text.push_str("\n</details>\n");
    text
}
