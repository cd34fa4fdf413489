//! The tables of `docs/editions.md`, generated from the one in `restrictions`.

use std::fmt::Write as _;

use crate::edition::Edition;
use crate::restriction::{Restriction, Stance};
use crate::restrictions::RESTRICTIONS;
use crate::rules::RULES;

/// The table of restrictions by edition, in Markdown.
#[must_use]
pub fn restrictions_by_edition() -> String {
    let editions = Edition::ALL.map(Edition::as_str).join(" | ");
    let rule = "---|".repeat(Edition::ALL.len());
    let mut out = format!(
        "| | restriction | {editions} | rules | read in, beside the editions' texts |\n|---|---|{rule}---|---|\n"
    );
    for restriction in RESTRICTIONS {
        let stances = Edition::ALL.map(|edition| cell(restriction.stance(edition))).join(" | ");
        let rules: Vec<String> = RULES
            .iter()
            .map(|rule| rule.meta())
            .filter(|meta| meta.restrictions.contains(restriction))
            .map(|meta| link(meta.id))
            .collect();
        let rules = if rules.is_empty() { "none yet".to_owned() } else { rules.join(", ") };
        let Restriction { statement, id, says, source, .. } = restriction;
        let _ = writeln!(out, "| {statement} `{id}` | {says} | {stances} | {rules} | {source} |");
    }
    out
}

/// The table of editions and where each one's text was read, in Markdown.
#[must_use]
pub fn sources_of_editions() -> String {
    let mut out = "| edition | its text |\n|---|---|\n".to_owned();
    for edition in Edition::ALL {
        let _ = writeln!(out, "| {edition} | {} |", edition.source());
    }
    out
}

fn cell(stance: Stance) -> String {
    match stance {
        Stance::Absent => "–".to_owned(),
        Stance::InForce => "in force".to_owned(),
        Stance::Unread => "not read".to_owned(),
        Stance::Lifted => "lifted".to_owned(),
        Stance::Relaxed(to) => format!("relaxed: {to}"),
        Stance::Changed(to) => format!("changed: {to}"),
    }
}

fn link(id: &str) -> String {
    format!("[{id}](../rules/{id}/rule.md)")
}
