//! A block of the terminal's output: a headline, source with labels, remarks.

use crate::Style;
use crate::drawing::{Drawing, draw};
use crate::mark::{Mark, Tone};
use crate::place::Places;
use crate::text::{fold, fold_hard};
use crate::untrusted::LogText;

/// Terminals with fewer columns than this are narrow.
const NARROW: usize = 100;

/// A remark below the source: a word, and text that is wrapped.
pub(crate) struct Remark {
    pub(crate) key: &'static str,
    pub(crate) lines: Vec<LogText>,
}

impl Remark {
    pub(crate) fn new(key: &'static str, text: &str) -> Self {
        Self { key, lines: vec![LogText::from(text)] }
    }
}

/// A headline, the source at each mark, remarks. The first mark is the primary one.
pub(crate) struct Block {
    /// The words before the colon, painted in `tone`.
    pub(crate) title: LogText,
    /// A page about the title, for terminals with hyperlinks.
    pub(crate) link: Option<String>,
    pub(crate) tone: Tone,
    pub(crate) message: LogText,
    pub(crate) marks: Vec<Mark>,
    pub(crate) remarks: Vec<Remark>,
}

impl Block {
    /// The block's text, each line ended by a newline.
    pub(crate) fn draw(&self, places: &mut Places<'_>, style: &Style) -> String {
        let mut text = self.headline(style);
        let Drawing { text: source, margin } = draw(&self.marks, places, style);
        text.push_str(&source);
        let bar = |line: &str| Tone::Frame.paint(line, style.color);
        let start = format!("{}{} ", " ".repeat(margin), bar("│"));
        if !self.remarks.is_empty() && !source.is_empty() {
            text.push_str(start.trim_end());
            text.push('\n');
        }
        for remark in &self.remarks {
            remark.draw(&start, style.width.saturating_sub(margin + 4), style, &mut text);
        }
        if !self.remarks.is_empty() || !source.is_empty() {
            text.push_str(&bar(&format!("{}╯", "─".repeat(margin))));
            text.push('\n');
        }
        text
    }

    fn headline(&self, style: &Style) -> String {
        let title = self.title.chars() + 2;
        // The title is colored after wrapping: escape sequences have no width.
        let whole = format!("{} {}", "x".repeat(title - 1), self.message);
        let mut text = String::new();
        for (index, line) in fold(&whole, style.width).iter().enumerate() {
            if index == 0 {
                let message = line.get(title..).unwrap_or("");
                let title = self.tone.paint(&format!("{}:", self.title), style.color);
                let title = match &self.link {
                    Some(link) if style.links => format!("\u{1b}]8;;{link}\u{1b}\\{title}\u{1b}]8;;\u{1b}\\"),
                    _ => title,
                };
                text.push_str(format!("{title} {}", Tone::Bold.paint(message, style.color)).trim_end());
            } else {
                text.push_str(&Tone::Bold.paint(line, style.color));
            }
            text.push('\n');
        }
        text
    }
}

impl Remark {
    /// Adds the remark's lines, each after `start`, of at most `columns` characters.
    fn draw(&self, start: &str, columns: usize, style: &Style, text: &mut String) {
        let indent = self.key.chars().count() + 2;
        let mut key = format!("{}: ", Tone::Key.paint(self.key, style.color));
        for line in &self.lines {
            // Lines of a list keep their indentation where they are wrapped.
            let words = line.as_str().trim_start_matches(' ');
            let own = line.as_str().len() - words.len();
            let width = if style.width == 0 { 0 } else { columns.saturating_sub(indent + own).max(20) };
            // A terminal would break a line that is too wide, and the frame with it; where lines may have any length, a long id stays whole.
            let parts = if style.width < NARROW { fold_hard(words, width) } else { fold(words, width) };
            for part in parts {
                text.push_str(start);
                text.push_str(&key);
                text.push_str(&" ".repeat(own));
                text.push_str(&part);
                text.push('\n');
                key = " ".repeat(indent);
            }
        }
    }
}
