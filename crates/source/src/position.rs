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
        Self { starts, numbers: None }
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
        let (line, before) = self.before(text, offset);
        Position { line, column: count(before.chars().count()) }
    }

    /// As [`LineIndex::position`], columns in UTF-16 code units (SARIF's default, and LSP's).
    #[must_use]
    pub fn position_utf16(&self, text: &str, offset: u32) -> Position {
        let (line, before) = self.before(text, offset);
        Position { line, column: count(before.encode_utf16().count()) }
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
