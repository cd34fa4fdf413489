use std::ops::Range;
use std::rc::Rc;

use cmklint_source::{FileId, Span};

use crate::place::{Counted, Places};
use crate::untrusted::{log_commands, printable};

const TAB: usize = 4;
/// Characters shown before a label in a line that is too long.
const LEAD: usize = 16;

/// The lines of one file that have labels, each cut to a width around its labels. The drawing code sees neither
/// the rest of the file nor the rest of a line, so that a drawing costs the same for a file of megabytes.
#[derive(Debug)]
pub(crate) struct Excerpt {
    pub(crate) file: FileId,
    /// The lines, each ended by a newline.
    pub(crate) text: String,
    /// The line's number in the file for each line of `text`; `None` for an empty line in place of those left out.
    pub(crate) numbers: Vec<Option<u32>>,
    /// The labels in the order of the text: the range in characters of `text`, and the index of its span.
    pub(crate) labels: Vec<(Range<usize>, usize)>,
}

/// Excerpts of the files that `spans` are in, in the order in which the spans name the files. A span over several lines is
/// cut at the end of its first. Lines have `columns` characters at most.
pub(crate) fn excerpts(places: &mut Places<'_>, spans: &[Span], columns: usize) -> Vec<Excerpt> {
    let mut files: Vec<(Rc<Counted>, Vec<Cut>)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let Some(counted) = places.file(span.file) else { continue };
        let cut = Cut::new(&counted, *span, index);
        match files.iter_mut().find(|(c, _)| c.file.id() == span.file) {
            Some((_, cuts)) => cuts.push(cut),
            None => files.push((counted, vec![cut])),
        }
    }
    files.into_iter().map(|(counted, cuts)| excerpt(&counted, cuts, columns)).collect()
}

/// A span inside one line, in bytes of the file.
struct Cut {
    line: u32,
    start: usize,
    end: usize,
    index: usize,
}

impl Cut {
    fn new(counted: &Counted, span: Span, index: usize) -> Self {
        let start = counted.clamp(span.start as usize);
        let line = counted.file.lines().line(u32::try_from(start).unwrap_or(u32::MAX));
        let line_end = counted.line_range(line).end;
        let start = start.min(line_end);
        let end = counted.clamp(span.end as usize).clamp(start, line_end);
        Self { line, start, end, index }
    }
}

fn excerpt(counted: &Counted, mut cuts: Vec<Cut>, columns: usize) -> Excerpt {
    cuts.sort_by_key(|c| (c.line, c.start, c.end, c.index));
    let mut drawn = Excerpt { file: counted.file.id(), text: String::new(), numbers: Vec::new(), labels: Vec::new() };
    let mut chars = 0;
    let mut rest = cuts.as_slice();
    let mut last = None;
    while let Some(first) = rest.first() {
        let window = Window::new(counted, first, columns);
        let taken = rest.iter().take_while(|c| window.holds(first, c)).count().max(1);
        let (here, later) = rest.split_at(taken);
        rest = later;
        if last.is_some_and(|l| first.line > l + 1 || first.line == l) {
            drawn.text.push('\n');
            drawn.numbers.push(None);
            chars += 1;
        }
        last = Some(first.line);
        chars += window.draw(counted, here, chars, &mut drawn);
        drawn.numbers.push(Some(first.line));
    }
    drawn
}

/// The part of a line that is shown, in bytes of the file.
struct Window {
    start: usize,
    end: usize,
    /// What is left out of the middle of a label that is longer than the line may be: an id or a URL tells at its end what it is of.
    hole: Option<Range<usize>>,
    cut_before: bool,
    cut_after: bool,
}

impl Window {
    /// The whole line where it has at most `columns` characters, else that many from shortly before `first`.
    fn new(counted: &Counted, first: &Cut, columns: usize) -> Self {
        let line = counted.line_range(first.line);
        let text = counted.file.text();
        let all = text.get(line.clone()).unwrap_or("");
        let tabs = all.bytes().take(columns).take_while(|b| *b == b'\t').count();
        if all.len() <= columns.saturating_mul(4) && all.chars().count() + tabs * (TAB - 1) <= columns {
            return Self { start: line.start, end: line.end, hole: None, cut_before: false, cut_after: false };
        }
        let before = text.get(line.start..first.start).unwrap_or("");
        // A label near the line's beginning leaves room for all before it.
        let near = before.len() <= columns / 2;
        let start = if near { line.start } else { nth_back(before, LEAD.min(columns / 4), line.start) };
        let after = text.get(start..line.end).unwrap_or("");
        let end = after.char_indices().nth(columns.max(8)).map_or(line.end, |(i, _)| start + i);
        let cut_before = start > line.start;
        let room = columns.saturating_sub(text.get(start..first.start).map_or(0, |lead| lead.chars().count()) + 1);
        match hole(text, first, room) {
            Some(hole) if first.end > end => {
                Self { start, end: first.end, hole: Some(hole), cut_before, cut_after: first.end < line.end }
            }
            _ => Self { start, end, hole: None, cut_before, cut_after: end < line.end },
        }
    }

    /// Whether `cut`, which comes after `first`, can be shown in this window.
    fn holds(&self, first: &Cut, cut: &Cut) -> bool {
        let in_hole = |hole: &Range<usize>| cut.start < hole.end && cut.end > hole.start && cut.start != first.start;
        cut.line == first.line
            && cut.start <= self.end
            && (cut.end <= self.end || cut.start == first.start)
            && !self.hole.as_ref().is_some_and(in_hole)
    }

    /// Writes the line with its labels; `base` is the number of characters before it. Returns how many it wrote.
    fn draw(&self, counted: &Counted, cuts: &[Cut], base: usize, drawn: &mut Excerpt) -> usize {
        let mut written = 0;
        // Where each character begins: its byte in the file and its place in the line drawn.
        let mut starts: Vec<(usize, usize)> = Vec::new();
        if self.cut_before {
            drawn.text.push('…');
            written += 1;
        }
        let whole = self.start..self.end;
        let parts = match &self.hole {
            Some(hole) => vec![self.start..hole.start, hole.end..self.end],
            None => vec![whole],
        };
        for (part, range) in parts.into_iter().enumerate() {
            if part > 0 {
                drawn.text.push('…');
                written += 1;
            }
            let text = counted.file.text().get(range.clone()).unwrap_or("");
            let commands = log_commands(text);
            for (offset, c) in text.char_indices() {
                starts.push((range.start + offset, written));
                if commands.binary_search(&offset).is_ok() {
                    drawn.text.push('\\');
                    written += 1;
                }
                let times = if c == '\t' { TAB - written % TAB } else { 1 };
                drawn.text.extend(std::iter::repeat_n(printable(c), times));
                written += times;
            }
        }
        starts.push((self.end, written));
        if self.cut_after {
            drawn.text.push('…');
            written += 1;
        }
        drawn.text.push('\n');
        let at = |byte: usize| {
            let index = starts.partition_point(|(start, _)| *start < byte);
            starts.get(index).map_or(written, |(_, column)| *column)
        };
        for cut in cuts {
            let (start, end) = (at(cut.start), at(cut.end.min(self.end)));
            // An empty span still gets a mark to point with: the character there, or the line's end.
            drawn.labels.push((base + start..base + end.max(start + 1).min(written + 1), cut.index));
        }
        written + 1
    }
}

/// What of the label `cut` is left out where `room` characters are shown of it: more of its end is kept than of its beginning. `None` where too few would be.
fn hole(text: &str, cut: &Cut, room: usize) -> Option<Range<usize>> {
    const LEAST: usize = 16;
    let room = room.checked_sub(1).filter(|room| *room >= LEAST)?;
    let label = text.get(cut.start..cut.end)?;
    let head = room / 2;
    let start = cut.start + label.char_indices().nth(head).map(|(at, _)| at)?;
    let end = nth_back(label, room - head, cut.start);
    (start < end).then_some(start..end)
}

/// The byte at which the last `count` characters of `text` begin; `offset` is where `text` begins.
fn nth_back(text: &str, count: usize, offset: usize) -> usize {
    let Some(back) = count.checked_sub(1) else { return offset + text.len() };
    offset + text.char_indices().rev().nth(back).map_or(0, |(i, _)| i)
}

#[cfg(test)]
mod tests {
    use cmklint_source::{MemoryLoader, Sources};

    use super::*;

    /// The excerpt's lines with their numbers, and each label's text.
    fn drawn(text: &str, needles: &[&str], columns: usize) -> (Vec<String>, Vec<String>) {
        let sources = Sources::new(MemoryLoader::new([("a", text)]));
        let file = sources.load("a").unwrap();
        let spans: Vec<Span> = needles
            .iter()
            .map(|n| {
                let at = text.find(n).unwrap();
                file.span(at, at + n.len())
            })
            .collect();
        let excerpts = excerpts(&mut Places::new(&sources), &spans, columns);
        let excerpt = excerpts.first().unwrap();
        let lines = excerpt.text.lines().zip(&excerpt.numbers);
        let lines = lines.map(|(l, n)| format!("{}|{l}", n.map_or_else(String::new, |n| n.to_string()))).collect();
        let chars: Vec<char> = excerpt.text.chars().collect();
        let labels = excerpt.labels.iter().map(|(range, _)| chars[range.clone()].iter().collect()).collect();
        (lines, labels)
    }

    #[test]
    fn short_lines_are_shown_whole_with_a_gap_between_distant_ones() {
        let (lines, labels) = drawn("a = 1\r\nb = 2\nc\nd = 4", &["4", "2", "1"], 40);
        assert_eq!(lines, ["1|a = 1", "2|b = 2", "|", "4|d = 4"]);
        assert_eq!(labels, ["1", "2", "4"]);
    }

    #[test]
    fn tabs_become_spaces_and_labels_stay_on_their_text() {
        let (lines, labels) = drawn("\tä\t= \"\u{1b}😀x\"", &["\"\u{1b}😀x\"", "ä"], 40);
        assert_eq!(lines, ["1|    ä   = \"\u{fffd}😀x\""]);
        assert_eq!(labels, ["ä", "\"\u{fffd}😀x\""]);
    }

    #[test]
    fn a_command_for_a_runner_gets_a_backslash_and_labels_stay_on_their_text() {
        let (lines, labels) = drawn("a ##[error]b ##vso[c", &["##[error]b", "#vso", "c"], 40);
        assert_eq!(lines, ["1|a #\\#[error]b #\\#vso[c"]);
        assert_eq!(labels, ["#\\#[error]b", "\\#vso", "c"]);
    }

    #[test]
    fn a_long_line_is_cut_around_each_label() {
        let text = format!("{}NEEDLE{}OTHER{}", "a".repeat(500_000), "b".repeat(500_000), "c".repeat(9));
        let (lines, labels) = drawn(&text, &["OTHER", "NEEDLE"], 40);
        assert_eq!(lines, ["1|…aaaaaaaaaaNEEDLEbbbbbbbbbbbbbbbbbbbbbbbb…", "|", "1|…bbbbbbbbbbOTHERccccccccc",]);
        assert_eq!(labels, ["NEEDLE", "OTHER"]);
    }

    #[test]
    fn a_label_over_lines_ends_with_its_first_and_an_empty_one_points_after_the_text() {
        let (_, labels) = drawn("a = {\n  b\n}\n", &["{\n  b\n}"], 40);
        assert_eq!(labels, ["{"]);
        let sources = Sources::new(MemoryLoader::new([("a", "ab")]));
        let file = sources.load("a").unwrap();
        let excerpts = excerpts(&mut Places::new(&sources), &[file.span(2, 2), file.span(90, 99)], 40);
        assert_eq!(excerpts.first().unwrap().labels, [(2..3, 0), (2..3, 1)]);
    }
}
