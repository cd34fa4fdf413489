//! The lines that differ from the base: a finding that takes part in such a line is shown there, since that is what a reader of the change looks at.

use std::collections::HashMap;

use cmklint_rules::{Finding, Place};
use cmklint_source::{FileId, Sources, Span};

use super::base::Base;

/// The lines of the files that differ from those of a base, found when they are first asked for.
pub(super) struct ChangedLines<'a> {
    sources: &'a Sources,
    base: &'a Base,
    /// For each file that differs, whether each of its lines is a changed one; `None` for a file that is the same, or none of the base's tree.
    of_file: HashMap<FileId, Option<Vec<bool>>>,
}

impl<'a> ChangedLines<'a> {
    pub(super) fn new(sources: &'a Sources, base: &'a Base) -> Self {
        Self { sources, base, of_file: HashMap::new() }
    }

    /// Makes a changed line among the places of each finding its primary place, unless the primary place is on one.
    pub(super) fn put_first(&mut self, findings: &mut [Finding]) {
        for finding in findings {
            if self.is_changed(finding.primary.span) {
                continue;
            }
            let related = finding.related.iter().map(|place| place.span);
            let steps = finding.trails.iter().flat_map(|trail| &trail.steps).map(|step| step.span);
            let Some(span) = related.chain(steps).find(|span| self.is_changed(*span)) else { continue };
            let related = finding.related.iter().find(|place| place.span == span).cloned();
            finding.lead_with(related.unwrap_or_else(|| Place::new(span, &*finding.primary.message)));
        }
    }

    /// Whether a line of `span` differs from the base.
    fn is_changed(&mut self, span: Span) -> bool {
        let lines = self.of_file.entry(span.file).or_insert_with(|| changed(self.sources, self.base, span.file));
        let (Some(lines), Some(file)) = (lines, self.sources.get(span.file)) else { return false };
        let line = |offset: u32| (file.position(offset).line as usize).saturating_sub(1);
        // A span that ends with its line's break ends on that line.
        let (first, last) = (line(span.start), line(span.end.saturating_sub(1).max(span.start)));
        lines.iter().skip(first).take(last - first + 1).any(|changed| *changed)
    }
}

fn changed(sources: &Sources, base: &Base, file: FileId) -> Option<Vec<bool>> {
    let now = sources.get(file).filter(|now| now.revision().is_none())?;
    if (base.unchanged)(now.path()) {
        return None;
    }
    let before = base.sources.load(now.path()).ok();
    Some(changed_lines(before.as_ref().map_or("", |before| before.text()), now.text()))
}

/// For each line of `now`, whether it is not among those of `before`: neither in the lines that both begin and end with, nor elsewhere between these.
fn changed_lines(before: &str, now: &str) -> Vec<bool> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - front;
    let back = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in old.iter().take(old.len() - back).skip(front) {
        *left.entry(line).or_default() += 1;
    }
    let mut out = Vec::with_capacity(new.len());
    for (at, line) in new.iter().enumerate() {
        let between = (front..new.len() - back).contains(&at);
        let same = if between { left.get_mut(line).filter(|count| **count > 0) } else { None };
        out.push(between && same.is_none());
        if let Some(count) = same {
            *count -= 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::changed_lines;

    fn lines(before: &str, now: &str) -> Vec<usize> {
        let changed = changed_lines(before, now).into_iter().enumerate();
        changed.filter_map(|(at, changed)| changed.then_some(at + 1)).collect()
    }

    #[test]
    fn lines_that_are_new_or_different_are_changed() {
        assert_eq!(lines("a\nb\nc\n", "a\nB\nc\n"), [2]);
        assert_eq!(lines("a\nc\n", "a\nb\nc\n"), [2]);
        assert_eq!(lines("", "a\nb\n"), [1, 2]);
        assert_eq!(lines("a\nb\n", "a\nb\n"), [0_usize; 0]);
        assert_eq!(lines("a\nb\nc\nd\n", "a\nB\nc\nD\n"), [2, 4]);
        assert_eq!(lines("a\na\n", "a\na\na\n"), [3]);
        assert_eq!(lines("a\nb\n", ""), [0_usize; 0]);
    }
}
