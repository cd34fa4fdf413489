use std::sync::OnceLock;

/// In a text of long lines, the columns at each multiple of so many bytes are known.
const MARKED: usize = 1024;

/// A place in a text as people count it: lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// Where the lines of a text begin. `\n` ends a line; a `\r` before it belongs to the line's end.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The lines' numbers where they are not 1, 2, 3, …: ascending, one for each of `starts`.
    numbers: Option<Vec<u32>>,
    /// How long the text is before each multiple of [`MARKED`] bytes, since counting from its line's start would cost the whole line for each place in it.
    marks: OnceLock<Vec<TextLength>>,
}

/// The length of a text in the units in which columns are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextLength {
    /// Bytes of UTF-8.
    pub bytes: usize,
    /// Unicode scalar values.
    pub scalars: usize,
    /// Code units of UTF-16.
    pub utf16: usize,
}

impl TextLength {
    /// The length of the UTF-8 in `bytes`; a character counts where it begins.
    fn of(bytes: &[u8]) -> Self {
        let scalars = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let wide = bytes.iter().filter(|byte| **byte >= 0xF0).count();
        Self { bytes: bytes.len(), scalars, utf16: scalars + wide }
    }

    fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, scalars: self.scalars + other.scalars, utf16: self.utf16 + other.utf16 }
    }

    /// What is left of it behind its beginning `other`.
    fn after(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(other.bytes),
            scalars: self.scalars.saturating_sub(other.scalars),
            utf16: self.utf16.saturating_sub(other.utf16),
        }
    }
}

impl LineIndex {
    /// Reads the line starts of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts, numbers: None, marks: OnceLock::new() }
    }

    /// The same lines with the given numbers, which must ascend; lines after them are numbered on from the last.
    #[must_use]
    pub fn numbered(mut self, numbers: &[u32]) -> Self {
        let mut all: Vec<u32> = numbers.iter().copied().take(self.starts.len()).collect();
        while all.len() < self.starts.len() {
            all.push(all.last().map_or(1, |n| n.saturating_add(1)));
        }
        self.numbers = Some(all);
        self
    }

    /// The number of lines; a text that ends with a newline has an empty last one.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 1) that holds the byte at `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let index = self.starts.partition_point(|start| *start <= offset);
        match &self.numbers {
            Some(numbers) => numbers.get(index.saturating_sub(1)).copied().unwrap_or(u32::MAX),
            None => u32::try_from(index).unwrap_or(u32::MAX),
        }
    }

    /// The offset at which `line` (from 1) begins.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(self.index(line)?).copied()
    }

    /// The offset at which the line after `line` begins; `None` where it is the last.
    #[must_use]
    pub fn next_start(&self, line: u32) -> Option<u32> {
        self.starts.get(self.index(line)?.checked_add(1)?).copied()
    }

    fn index(&self, line: u32) -> Option<usize> {
        match &self.numbers {
            Some(numbers) => numbers.binary_search(&line).ok(),
            None => (line as usize).checked_sub(1),
        }
    }

    /// Line and column of the byte at `offset` of `text`, columns in Unicode scalar values.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.length_before(text, offset);
        Position { line, column: count(before.scalars) }
    }

    /// As [`LineIndex::position`], columns in UTF-16 code units (SARIF's default, and LSP's).
    #[must_use]
    pub fn position_utf16(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.length_before(text, offset);
        Position { line, column: count(before.utf16) }
    }

    /// The text of `line` (from 1) without its line end.
    #[must_use]
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let Some(start) = self.line_start(line) else { return "" };
        let rest = text.get(start as usize..).unwrap_or("");
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// The line (from 1) that holds the byte at `offset` of `text`, and the text of that line before it.
    #[must_use]
    pub fn before<'t>(&self, text: &'t str, offset: u32) -> (u32, &'t str) {
        let line = self.line(offset);
        let start = self.line_start(line).unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        (line, text.get(start..end).unwrap_or(""))
    }

    /// The line (from 1) that holds the byte at `offset` of `text`, and the length of that line before it.
    #[must_use]
    pub fn length_before(&self, text: &str, offset: u32) -> (u32, TextLength) {
        let (line, before) = self.before(text, offset);
        if before.len() <= 2 * MARKED {
            return (line, TextLength::of(before.as_bytes()));
        }
        let start = self.line_start(line).unwrap_or(0) as usize;
        let end = start + before.len();
        (line, self.length_to(text, end).after(self.length_to(text, start)))
    }

    /// The length of `text` before the byte at `offset`.
    fn length_to(&self, text: &str, offset: usize) -> TextLength {
        let bytes = text.as_bytes();
        let marks = self.marks.get_or_init(|| {
            let parts = bytes.chunks(MARKED).map(TextLength::of);
            let sums = parts.scan(TextLength::default(), |sum, part| {
                *sum = sum.plus(part);
                Some(*sum)
            });
            std::iter::once(TextLength::default()).chain(sums).collect()
        });
        let at = offset / MARKED;
        let known = marks.get(at).copied().unwrap_or_default();
        known.plus(TextLength::of(bytes.get(at * MARKED..offset).unwrap_or_default()))
    }
}

fn count(before: usize) -> u32 {
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_scalars_or_utf16_units() {
        let text = "ab\nä😀x\r\nlast";
        let index = LineIndex::new(text);
        let x = text.find('x').unwrap() as u32;
        assert_eq!(index.position(text, x), Position { line: 2, column: 3 });
        assert_eq!(index.position_utf16(text, x), Position { line: 2, column: 4 });
        assert_eq!(index.line_text(text, 2), "ä😀x");
        assert_eq!(index.lines(), 3);
    }

    #[test]
    fn columns_of_long_lines_are_those_that_counting_from_the_start_tells() {
        let text = format!("{}\n{}\n{}", "ä".repeat(700), "aä😀 ".repeat(900), "b😀".repeat(1_000));
        let index = LineIndex::new(&text);
        for offset in (0..=text.len()).step_by(7) {
            let (line, before) = index.before(&text, offset as u32);
            let utf16 = before.encode_utf16().count();
            let plain = TextLength { bytes: before.len(), scalars: before.chars().count(), utf16 };
            assert_eq!(index.length_before(&text, offset as u32), (line, plain), "{offset}");
        }
        assert!(index.marks.get().is_some());
    }

    #[test]
    fn lines_may_have_numbers_of_their_own() {
        let text = "row four\nrow nine\nand on";
        let index = LineIndex::new(text).numbered(&[4, 9]);
        assert_eq!(index.position(text, 4), Position { line: 4, column: 5 });
        assert_eq!(index.position(text, 9), Position { line: 9, column: 1 });
        assert_eq!(index.line(18), 10);
        assert_eq!(index.line_text(text, 9), "row nine");
        assert_eq!(index.line_start(5), None);
        assert_eq!((index.next_start(4), index.next_start(10)), (Some(9), None));
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_clamped() {
        let text = "ä";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 1), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 99), Position { line: 1, column: 2 });
    }
}
