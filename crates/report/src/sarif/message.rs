//! Messages. They are read without the terminal's frames, so they contain everything: the condition, notes, help.

use cmklint_rules::{Finding, Place};
use cmklint_source::Diagnostic;

use super::model::PlaceElsewhere;
use crate::finding::notes;
use crate::untrusted::Untrusted;

/// The most links in a message: further ones are only in the related locations.
const LINKS: usize = 10;

/// The finding's sentence, condition, notes and help, links to the places that take part (only linked ones are shown), and in words those in
/// another revision or outside of the repository.
pub(super) fn text(
    finding: &Finding,
    related: &[&Place],
    before: &[PlaceElsewhere<'_>],
    outside: &[PlaceElsewhere<'_>],
) -> String {
    let mut text = plain(&finding.message);
    if !finding.world.is_empty() {
        text.push_str(&format!(" (when {})", plain(&finding.world)));
    }
    let links: Vec<String> = related
        .iter()
        .take(LINKS)
        .enumerate()
        .map(|(i, place)| {
            let words = if place.message.is_empty() { "related place" } else { &place.message };
            format!("[{}]({})", link_text(words), i + 1)
        })
        .collect();
    if !links.is_empty() {
        text.push_str(&format!(". See: {}", links.join(", ")));
    }
    let in_words = |places: &[PlaceElsewhere<'_>]| {
        let places = places.iter().take(LINKS);
        let words = places.map(|p| format!("{}:{} ({})", plain(&p.uri), p.start_line, plain(p.message)));
        words.collect::<Vec<_>>().join(", ")
    };
    if let Some(revision) = before.first().and_then(|place| place.revision.as_ref()) {
        text.push_str(&format!(". In revision {}: {}", plain(revision), in_words(before)));
    }
    if !outside.is_empty() {
        text.push_str(&format!(". Outside of the repository: {}", in_words(outside)));
    }
    for note in notes(finding) {
        text.push_str(&format!(". Note: {}", plain(note.trim_end_matches('.'))));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!(". Help: {}", plain(finding.help.trim_end_matches('.'))));
    }
    text.push('.');
    text
}

/// The error, and its help.
pub(super) fn of_diagnostic(diagnostic: &Diagnostic) -> String {
    let message = plain(&diagnostic.message);
    diagnostic.help.as_ref().map_or_else(|| message.clone(), |help| format!("{message}. Help: {}", plain(help)))
}

/// Text in which nothing is read as a link (SARIF 2.1.0, 3.11.6): `a[0](b)` would be. Other brackets are not escaped, since
/// not every viewer removes the backslash.
fn plain(text: &str) -> String {
    Untrusted(text).visible().replace("](", "\\](")
}

fn link_text(text: &str) -> String {
    Untrusted(text).visible().replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
