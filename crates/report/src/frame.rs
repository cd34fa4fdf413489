//! Source frames, drawn by ariadne over excerpts, with the true paths and line numbers put in afterwards:
//! ariadne numbers lines from the beginning of what it is given, and it is given excerpts.

use std::fmt;
use std::ops::Range;

use ariadne::{Cache, Color, Config, IndexType, Label, Report, ReportKind, Source};
use cmklint_source::Span;

use crate::Style;
use crate::excerpt::{Excerpt, excerpts};
use crate::place::Places;
use crate::text::{fold, one_line};

/// Marks the place of a file's name in ariadne's output. A control character: never in text that is shown.
const MARK: char = '\u{1}';
/// Columns that the margin and the frame need beside the line numbers.
const FRAME: usize = 6;
/// The longest line that is shown where the width is not limited.
const WIDEST: usize = 200;

/// What draws the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Error,
    Warning,
    Notice,
    /// A place that takes part.
    Other,
    /// Words before a remark.
    Key,
    Bold,
}

impl Tone {
    fn color(self) -> Color {
        match self {
            Self::Error => Color::Red,
            Self::Warning => Color::Yellow,
            Self::Notice => Color::Fixed(147),
            Self::Other => Color::Cyan,
            Self::Key => Color::Fixed(115),
            Self::Bold => Color::Primary,
        }
    }

    /// `text` in this tone where the style has colors.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        let code = match self {
            _ if !color => return text.to_owned(),
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Notice => "1;38;5;147",
            Self::Other => "36",
            Self::Key => "38;5;115",
            Self::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// A place to show, with what is said there.
pub(crate) struct Mark {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) tone: Tone,
}

/// A remark under the source: a word, and lines that are folded.
pub(crate) struct Remark {
    pub(crate) key: &'static str,
    pub(crate) lines: Vec<String>,
}

impl Remark {
    pub(crate) fn new(key: &'static str, text: &str) -> Self {
        Self { key, lines: vec![one_line(text).into_owned()] }
    }
}

/// A block of the terminal's output: a headline, the source at each mark, remarks. The first mark is the main one.
pub(crate) struct Block {
    /// What stands before the colon, painted in `tone`.
    pub(crate) title: String,
    pub(crate) tone: Tone,
    pub(crate) message: String,
    pub(crate) marks: Vec<Mark>,
    pub(crate) remarks: Vec<Remark>,
}

impl Block {
    /// The block's text, each line ended by a newline.
    pub(crate) fn draw(&self, places: &mut Places<'_>, style: &Style) -> String {
        let mut text = self.headline(style);
        let spans: Vec<Span> = self.marks.iter().map(|m| m.span).collect();
        let columns = if style.width == 0 { WIDEST } else { style.width.max(40) };
        let excerpts = excerpts(places, &spans, columns - FRAME - 4);
        let frames = self.frames(&excerpts, places, style);
        let margin = frames.margin;
        text.push_str(&frames.text);
        let bar = Color::Fixed(246);
        let bar = |s: &str| if style.color { format!("{}", bar.paint_text(s)) } else { s.to_owned() };
        let width = style.width.saturating_sub(margin + 4);
        let start = format!("{}{} ", " ".repeat(margin), bar("│"));
        if !self.remarks.is_empty() && !frames.text.is_empty() {
            text.push_str(start.trim_end());
            text.push('\n');
        }
        for remark in &self.remarks {
            let indent = remark.key.chars().count() + 2;
            let mut key = format!("{}: ", Tone::Key.paint(remark.key, style.color));
            for line in &remark.lines {
                // Lines of a list keep their indentation where they are folded.
                let own = line.chars().take_while(|c| *c == ' ').count();
                let width = if style.width == 0 { 0 } else { width.saturating_sub(indent + own).max(20) };
                for part in fold(line, width) {
                    text.push_str(&start);
                    text.push_str(&key);
                    text.push_str(&" ".repeat(own));
                    text.push_str(&part);
                    text.push('\n');
                    key = " ".repeat(indent);
                }
            }
        }
        if !self.remarks.is_empty() || !frames.text.is_empty() {
            text.push_str(&bar(&format!("{}╯", "─".repeat(margin))));
            text.push('\n');
        }
        text
    }

    fn headline(&self, style: &Style) -> String {
        let title = self.title.chars().count() + 2;
        // The title is painted after folding: escape sequences have no width.
        let whole = format!("{} {}", "x".repeat(title - 1), one_line(&self.message));
        let mut text = String::new();
        for (index, line) in fold(&whole, style.width).iter().enumerate() {
            if index == 0 {
                let message = line.get(title..).unwrap_or("");
                let title = self.tone.paint(&format!("{}:", self.title), style.color);
                text.push_str(format!("{title} {}", Tone::Bold.paint(message, style.color)).trim_end());
            } else {
                text.push_str(&Tone::Bold.paint(line, style.color));
            }
            text.push('\n');
        }
        text
    }

    fn frames(&self, excerpts: &[Excerpt], places: &mut Places<'_>, style: &Style) -> Frames {
        let config = Config::new().with_color(style.color).with_index_type(IndexType::Char).with_tab_width(1);
        let kind = ReportKind::Custom("", Color::Primary);
        let start = excerpts.first().and_then(|e| e.labels.first()).map_or(0..0, |(range, _)| range.clone());
        let mut report = Report::build(kind, (0, start)).with_config(config);
        for (id, excerpt) in excerpts.iter().enumerate() {
            for (range, index) in &excerpt.labels {
                let Some(mark) = self.marks.get(*index) else { continue };
                // A label without words would get no line under its text.
                let message = if mark.message.is_empty() { "here".into() } else { one_line(&mark.message) };
                let range = fitting(&excerpt.text, range, message.chars().count(), style.width);
                let label = Label::new((id, range)).with_color(mark.tone.color()).with_message(message);
                report.add_label(label.with_priority(i32::from(*index == 0)));
            }
        }
        let headings: Vec<String> = excerpts
            .iter()
            .map(|excerpt| {
                let span = self.marks.iter().map(|m| m.span).find(|s| s.file == excerpt.file);
                span.map_or_else(String::new, |span| shown_place(places, style, span))
            })
            .collect();
        let mut drawn = Vec::new();
        // A buffer takes all that is written to it.
        let _ = report.finish().write(Texts::new(excerpts), &mut drawn);
        Frames::new(&String::from_utf8_lossy(&drawn), excerpts, &headings)
    }
}

/// The part of `range` (characters of `text`) to underline: words of `words` characters stand behind it, and are to fit into `columns`.
fn fitting(text: &str, range: &Range<usize>, words: usize, columns: usize) -> Range<usize> {
    const LEAST: usize = 8;
    const AROUND: usize = FRAME + 4;
    let before = text.chars().take(range.start);
    let column = before.fold(0, |column, c| if c == '\n' { 0 } else { column + 1 });
    let room = columns.saturating_sub(AROUND + column + words).max(LEAST);
    range.start..range.end.min(range.start + room)
}

/// `path:line:col` as the reader would write it, with the revision where it is not a place of now.
pub(crate) fn shown_place(places: &mut Places<'_>, style: &Style, span: Span) -> String {
    places.region(span).map_or_else(String::new, |region| {
        let path = style.paths.show(region.file.path());
        let place = format!("{}:{}:{}", one_line(&path), region.start.line, region.start.column);
        match region.file.revision() {
            Some(revision) => format!("{place} in revision {}", one_line(revision)),
            None => place,
        }
    })
}

trait PaintText {
    fn paint_text(self, text: &str) -> impl fmt::Display;
}

impl PaintText for Color {
    fn paint_text(self, text: &str) -> impl fmt::Display {
        use ariadne::Fmt as _;
        text.to_owned().fg(self)
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

/// ariadne's frames with true names and numbers, without its headline and its last line.
struct Frames {
    text: String,
    /// The columns left of the frame's line.
    margin: usize,
}

impl Frames {
    fn new(drawn: &str, excerpts: &[Excerpt], headings: &[String]) -> Self {
        let largest = excerpts.iter().flat_map(|e| &e.numbers).flatten().max().map_or(0, |n| digits(*n));
        let mut lines: Vec<&str> = drawn.lines().skip(1).collect();
        lines.pop();
        // The first line is a heading, indented by the width of the numbers and two blanks.
        let given = lines.first().map_or(0, |l| l.chars().take_while(|c| *c == ' ').count()).saturating_sub(2);
        let width = given.max(largest);
        let mut frames = Self { text: String::new(), margin: width + 2 };
        let mut excerpt = 0;
        for line in lines {
            if let Some((before, id, behind)) = heading(line) {
                excerpt = id;
                frames.push(width - given, before, headings.get(id).map_or("", String::as_str), behind);
            } else if let Some(range) = number(line) {
                let index: usize = line.get(range.clone()).and_then(|n| n.parse().ok()).unwrap_or(0);
                let numbers = excerpts.get(excerpt).map(|e| e.numbers.as_slice()).unwrap_or_default();
                let true_number = index.checked_sub(1).and_then(|i| numbers.get(i)).copied().flatten();
                let shown = true_number.map_or_else(String::new, |n| n.to_string());
                // The blanks before a number that has fewer digits than the widest stand inside the margin's color.
                let before = line.get(..range.start).unwrap_or("");
                let blanks = before.len() - before.trim_end_matches(' ').len();
                let inside = blanks.min(given.saturating_sub(range.len()));
                let before = before.get(..before.len() - inside).unwrap_or("");
                frames.push(0, before, &format!("{shown:>width$}"), line.get(range.end..).unwrap_or(""));
            } else {
                frames.push(width - given, line, "", "");
            }
        }
        frames
    }

    fn push(&mut self, blanks: usize, before: &str, middle: &str, behind: &str) {
        let line = format!("{}{before}{middle}{behind}", " ".repeat(blanks));
        self.text.push_str(joined_colors(&line).trim_end());
        self.text.push('\n');
    }
}

/// A line that names a file: what stands before the name, the excerpt's index, and what stands behind the place.
fn heading(line: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = line.split_once(MARK)?;
    let (id, rest) = rest.split_once(MARK)?;
    let behind = rest.find(' ').and_then(|i| rest.get(i..)).unwrap_or("");
    Some((before, id.parse().ok()?, behind))
}

/// Where the line number stands in a line that has one: behind blanks and color codes, before the margin's bar.
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
    let behind = rest.get(len..)?;
    (len > 0 && behind.starts_with(" │")).then_some(start..start + len)
}

/// The same line with neighbours of one color under one color code: ariadne paints each character on its own.
fn joined_colors(line: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let mut joined = String::with_capacity(line.len());
    let mut rest = line;
    let mut open = "";
    while let Some((before, behind)) = rest.split_once(RESET) {
        joined.push_str(before);
        if let Some(at) = before.rfind("\u{1b}[") {
            let code = before.get(at..).and_then(|c| c.split_inclusive('m').next());
            open = code.unwrap_or("");
        }
        match behind.strip_prefix(open).filter(|_| !open.is_empty()) {
            Some(same) => rest = same,
            None => {
                joined.push_str(RESET);
                open = "";
                rest = behind;
            }
        }
    }
    joined.push_str(rest);
    joined
}

fn digits(number: u32) -> usize {
    number.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn an_underline_is_cut_where_the_words_behind_it_would_not_fit() {
        let text = "first\n    \"keyUrl\": \"https://vault.example/keys/one/two/three\",";
        let value = text.find("\"https").unwrap_or_default()..text.len() - 1;
        assert_eq!(fitting(text, &value, 10, 100), value, "it fits");
        let cut = fitting(text, &value, 30, 80);
        assert_eq!(cut.start, value.start);
        assert!(cut.end < value.end && 14 + cut.len() + 30 <= 80 - 10, "{cut:?}");
        assert_eq!(fitting(text, &value, 500, 80).len(), 8, "some of it is always underlined");
    }
}
