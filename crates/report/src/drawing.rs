//! Excerpts drawn by ariadne, with the real paths and line numbers inserted afterwards: ariadne numbers lines from the beginning of the text that it is given,
//! and it is given excerpts.

use std::fmt;
use std::ops::Range;

use ariadne::{Cache, Color, Config, IndexType, Label, Report, ReportKind, Source};

use crate::Style;
use crate::excerpt::{Excerpt, excerpts};
use crate::mark::{Mark, Tone, shown_place};
use crate::narrow::{end_of, label_line};
use crate::place::Places;
use crate::untrusted::LogText;

/// Marks the place of a file's name in ariadne's output. A control character: never part of shown text.
const MARK: char = '\u{1}';
/// Columns that the margin and the frame need besides the line numbers.
const FRAME: usize = 6;
/// The longest line that is shown where the width is not limited.
const MAX_COLUMNS: usize = 200;

/// The source at each of `marks`; the first is the main one.
pub(crate) fn draw(marks: &[Mark], places: &mut Places<'_>, style: &Style) -> Drawing {
    let spans: Vec<_> = marks.iter().map(|m| m.span).collect();
    let columns = if style.width == 0 { MAX_COLUMNS } else { style.width.max(40) };
    let excerpts = excerpts(places, &spans, columns - FRAME - 4);
    let config = Config::new().with_color(style.color).with_index_type(IndexType::Char).with_tab_width(1);
    let kind = ReportKind::Custom("", Color::Primary);
    let start = excerpts.first().and_then(|e| e.labels.first()).map_or(0..0, |(range, _)| range.clone());
    let mut report = Report::build(kind, (0, start)).with_config(config);
    for (id, excerpt) in excerpts.iter().enumerate() {
        for (range, index) in &excerpt.labels {
            let Some(mark) = marks.get(*index) else { continue };
            // Without a message, ariadne would not underline the label's text.
            let message = if mark.message.is_empty() { LogText::from("here") } else { mark.message.clone() };
            let label = Label::new((id, range.clone())).with_color(color(mark.tone)).with_message(message);
            report.add_label(label.with_priority(i32::from(*index == 0)));
        }
    }
    let headings: Vec<LogText> = excerpts
        .iter()
        .map(|excerpt| {
            let span = spans.iter().find(|s| s.file == excerpt.file);
            span.map_or_else(LogText::default, |span| shown_place(places, &style.paths, *span))
        })
        .collect();
    let mut drawn = Vec::new();
    // Writing to a buffer does not fail.
    let _ = report.finish().write(Texts::new(&excerpts), &mut drawn);
    Drawing::new(&String::from_utf8_lossy(&drawn), &excerpts, &headings, style)
}

fn color(tone: Tone) -> Color {
    match tone {
        Tone::Error => Color::Red,
        Tone::Warning => Color::Yellow,
        Tone::Notice => Color::Fixed(147),
        Tone::Other => Color::Cyan,
        Tone::Key => Color::Fixed(115),
        Tone::Frame => Color::Fixed(246),
        Tone::Bold => Color::Primary,
    }
}

/// The excerpts as ariadne asks for them.
struct Texts<'a>(Vec<Source<&'a str>>);

impl<'a> Texts<'a> {
    fn new(excerpts: &'a [Excerpt]) -> Self {
        Self(excerpts.iter().map(|e| Source::from(e.text.as_str())).collect())
    }
}

impl<'a> Cache<usize> for Texts<'a> {
    type Storage = &'a str;

    fn fetch(&mut self, id: &usize) -> Result<&Source<&'a str>, impl fmt::Debug> {
        self.0.get(*id).ok_or("no such excerpt")
    }

    fn display<'i>(&self, id: &'i usize) -> Option<impl fmt::Display + 'i> {
        Some(format!("{MARK}{id}{MARK}"))
    }
}

/// ariadne's frames with real names and numbers, without its headline and its last line.
pub(crate) struct Drawing {
    pub(crate) text: String,
    /// The columns left of the frame's line.
    pub(crate) margin: usize,
}

impl Drawing {
    fn new(drawn: &str, excerpts: &[Excerpt], headings: &[LogText], style: &Style) -> Self {
        let largest = excerpts.iter().flat_map(|e| &e.numbers).flatten().max().map_or(0, |n| digits(*n));
        let mut lines: Vec<&str> = drawn.lines().skip(1).collect();
        lines.pop();
        // The first line is a heading, indented by the width of the numbers and two spaces.
        let given = lines.first().map_or(0, |l| l.chars().take_while(|c| *c == ' ').count()).saturating_sub(2);
        let width = given.max(largest);
        let mut drawing = Self { text: String::new(), margin: width + 2 };
        let start = format!("{}{} ", " ".repeat(drawing.margin), Tone::Frame.paint("│", style.color));
        let mut excerpt = 0;
        for line in lines {
            if let Some((before, id, after)) = heading(line) {
                excerpt = id;
                let place = headings.get(id).map_or("", LogText::as_str);
                // The corner, the brackets and a space at each side.
                let room = style.width.saturating_sub(drawing.margin + 6);
                drawing.push(width - given, before, &end_of(place, room), after);
            } else if let Some(range) = number(line) {
                let index: usize = line.get(range.clone()).and_then(|n| n.parse().ok()).unwrap_or(0);
                let numbers = excerpts.get(excerpt).map(|e| e.numbers.as_slice()).unwrap_or_default();
                let true_number = index.checked_sub(1).and_then(|i| numbers.get(i)).copied().flatten();
                let shown = true_number.map_or_else(String::new, |n| n.to_string());
                // The spaces before a number that has fewer digits than the widest are inside the margin's color.
                let before = line.get(..range.start).unwrap_or("");
                let spaces = before.len() - before.trim_end_matches(' ').len();
                let inside = spaces.min(given.saturating_sub(range.len()));
                let before = before.get(..before.len() - inside).unwrap_or("");
                drawing.push(0, before, &format!("{shown:>width$}"), line.get(range.end..).unwrap_or(""));
            } else {
                let line = format!("{}{line}", " ".repeat(width - given));
                for line in label_line(&line, &start, style.width) {
                    drawing.push(0, &line, "", "");
                }
            }
        }
        drawing
    }

    fn push(&mut self, spaces: usize, before: &str, middle: &str, after: &str) {
        let line = format!("{}{before}{middle}{after}", " ".repeat(spaces));
        self.text.push_str(joined_colors(&line).trim_end());
        self.text.push('\n');
    }
}

/// The parts of a line that names a file: the text before the name, the excerpt's index, and the text after the place.
fn heading(line: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = line.split_once(MARK)?;
    let (id, rest) = rest.split_once(MARK)?;
    let after = rest.find(' ').and_then(|i| rest.get(i..)).unwrap_or("");
    Some((before, id.parse().ok()?, after))
}

/// The range of the line number in a line that has one: after spaces and color codes, before the margin's bar.
fn number(line: &str) -> Option<Range<usize>> {
    let mut rest = line;
    loop {
        if let Some(r) = rest.strip_prefix(' ') {
            rest = r;
        } else if let Some(r) = rest.strip_prefix("\u{1b}[") {
            rest = r.split_once('m')?.1;
        } else {
            break;
        }
    }
    let start = line.len() - rest.len();
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest.get(len..)?;
    (len > 0 && after.starts_with(" │")).then_some(start..start + len)
}

/// The same line with adjacent text of one color inside one color code: ariadne colors each character on its own.
fn joined_colors(line: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let mut joined = String::with_capacity(line.len());
    let mut rest = line;
    let mut open = "";
    while let Some((before, after)) = rest.split_once(RESET) {
        joined.push_str(before);
        if let Some(at) = before.rfind("\u{1b}[") {
            let code = before.get(at..).and_then(|c| c.split_inclusive('m').next());
            open = code.unwrap_or("");
        }
        match after.strip_prefix(open).filter(|_| !open.is_empty()) {
            Some(same) => rest = same,
            None => {
                joined.push_str(RESET);
                open = "";
                rest = after;
            }
        }
    }
    joined.push_str(rest);
    joined
}

fn digits(number: u32) -> usize {
    number.to_string().len()
}
