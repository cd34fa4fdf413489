//! Text about a finding besides its sentence, for the formats.

use cmklint_rules::{Edition, Finding, RuleMeta};
use serde::Serialize;

use crate::text::count;
use crate::untrusted::Untrusted;

/// The project's address, as the package names it.
pub(crate) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The address of the page of `rule`; `None` where the package names no repository, or the rule is a team's own.
#[must_use]
pub fn rule_page(rule: &RuleMeta) -> Option<String> {
    let id = rule.id;
    (!REPOSITORY.is_empty() && !rule.is_custom()).then(|| format!("{REPOSITORY}/blob/main/rules/{id}/rule.md"))
}

/// The finding's notes, and in how many more instances the same fault was found.
pub(crate) fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = finding.notes.clone();
    notes.extend(also(&finding.also));
    notes
}

/// In which further instances the same fault was found, the first of them by name.
fn also(instances: &[String]) -> Option<String> {
    const NAMED: usize = 10;
    let more = instances.len().saturating_sub(NAMED);
    let mut named = instances.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        named.push_str(&format!(" and {more} more"));
    }
    (!instances.is_empty())
        .then(|| format!("the same fault was found in {}: {named}", count(instances.len(), "further instance")))
}

/// Which edition lifted a restriction, for machine-readable formats.
#[derive(Serialize)]
pub(crate) struct Lifted {
    edition: &'static str,
    how: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    since: &'static str,
}

impl Lifted {
    pub(crate) fn of(finding: &Finding) -> Option<Self> {
        finding.lifted.map(|lift| Self { edition: lift.edition.as_str(), how: lift.how, since: lift.since })
    }
}

/// How many of `findings` are about restrictions that are not in force any more, and how to leave them out; `None` where there are none.
pub(crate) fn way_out(findings: &[Finding]) -> Option<String> {
    let lifted = findings.iter().filter(|finding| finding.lifted.is_some()).count();
    let (are, them) = match lifted {
        0 => return None,
        1 => ("is a restriction", "it"),
        _ => ("are restrictions", "them"),
    };
    let latest = Edition::LATEST;
    Some(format!(
        "{lifted} of these {are} that Azure has lifted since; `edition = \"{latest}\"` in .cmklint.hcl leaves {them} out"
    ))
}

/// The finding's condition, its notes and its help, each after a word for its kind: for formats that have lines of text.
pub(crate) fn remarks(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    if !finding.world.is_empty() {
        remarks.push(("When", finding.world.clone()));
    }
    remarks.extend(notes(finding).into_iter().map(|note| ("Note", note)));
    if !finding.help.is_empty() {
        remarks.push(("Help", finding.help.clone()));
    }
    remarks
}

/// The sentence, and in parentheses its condition and its notes: for formats that have one line for a finding.
pub(crate) fn sentence(finding: &Finding) -> String {
    let when = (!finding.world.is_empty()).then(|| format!("when {}", finding.world));
    let remarks: Vec<String> = when.into_iter().chain(notes(finding)).collect();
    if remarks.is_empty() { finding.message.clone() } else { format!("{} ({})", finding.message, remarks.join("; ")) }
}

/// The finding in one line for another program's log: its sentence, condition, notes and help, escaped for a terminal.
#[must_use]
pub fn one_line(finding: &Finding) -> String {
    let help = if finding.help.is_empty() { String::new() } else { format!(". {}", finding.help) };
    Untrusted(&format!("{}{help}", sentence(finding))).log().to_string()
}

/// The finding in paragraphs of one line each, for an editor: its sentence, condition, notes and help. It contains no invisible characters.
#[must_use]
pub fn paragraphs(finding: &Finding) -> String {
    let mut lines = vec![Untrusted(&finding.message).visible()];
    lines.extend(remarks(finding).into_iter().map(|(title, text)| format!("{title}: {}", Untrusted(&text).visible())));
    lines.join("\n")
}
