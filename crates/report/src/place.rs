use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use cmklint_source::{FileId, SourceFile, Sources, Span};

/// Bytes between two marks: computing a column reads at most that many bytes, however long its line is.
const STRIDE: usize = 1024;

/// A place as the formats write it, all from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) line: u32,
    /// In Unicode scalar values.
    pub(crate) column: u32,
    /// In UTF-16 code units.
    pub(crate) utf16: u32,
}

/// A span with its file, and its ends as lines and columns; the end is exclusive.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) start: Point,
    pub(crate) end: Point,
}

/// Lines and columns of the spans of one run. A file that is one line of megabytes (minified JSON) is counted once,
/// not once a finding.
pub(crate) struct Places<'a> {
    sources: &'a Sources,
    files: HashMap<FileId, Option<Rc<Counted>>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self { sources, files: HashMap::new() }
    }

    /// The file with that id and its counts; `None` where there is no file with that id.
    pub(crate) fn file(&mut self, id: FileId) -> Option<Rc<Counted>> {
        let sources = self.sources;
        self.files.entry(id).or_insert_with(|| sources.get(id).map(|file| Rc::new(Counted::new(file)))).clone()
    }

    /// The place of `span`; `None` where its file is unknown.
    pub(crate) fn region(&mut self, span: Span) -> Option<Region> {
        let counted = self.file(span.file)?;
        Some(Region {
            file: Arc::clone(&counted.file),
            start: counted.point(span.start as usize),
            end: counted.point(span.end.max(span.start) as usize),
        })
    }
}

/// The characters before a byte offset.
#[derive(Clone, Copy, Debug, Default)]
struct CountMark {
    chars: u32,
    utf16: u32,
}

/// A file with the number of characters before every [`STRIDE`] bytes.
pub(crate) struct Counted {
    pub(crate) file: Arc<SourceFile>,
    /// Empty for ASCII, where a byte is a character.
    marks: Vec<CountMark>,
}

impl Counted {
    fn new(file: Arc<SourceFile>) -> Self {
        let mut marks = Vec::new();
        if !file.text().is_ascii() {
            let mut mark = CountMark::default();
            for chunk in file.text().as_bytes().chunks(STRIDE) {
                marks.push(mark);
                mark = mark.after(chunk);
            }
            marks.push(mark);
        }
        Self { file, marks }
    }

    /// The place of the byte at `offset`; an offset after the end or inside a character is moved back.
    pub(crate) fn point(&self, offset: usize) -> Point {
        let offset = self.clamp(offset);
        let lines = self.file.lines();
        let line = lines.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = lines.line_start(line).unwrap_or(0) as usize;
        let (from, to) = (self.mark(start), self.mark(offset));
        Point {
            line,
            column: (to.chars - from.chars).saturating_add(1),
            utf16: (to.utf16 - from.utf16).saturating_add(1),
        }
    }

    /// The bytes of `line` (from 1) without its line end. Its cost does not depend on the line.
    pub(crate) fn line_range(&self, line: u32) -> std::ops::Range<usize> {
        let text = self.file.text();
        let start = self.file.lines().line_start(line).map_or(text.len(), |s| s as usize);
        let next = self.file.lines().next_start(line);
        let mut end = next.map_or(text.len(), |n| (n as usize).saturating_sub(1)).max(start);
        let bytes = text.as_bytes();
        while end > start && bytes.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        start..end
    }

    /// `offset`, moved back to the beginning of a character, and to the text's end at most.
    pub(crate) fn clamp(&self, offset: usize) -> usize {
        let text = self.file.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn mark(&self, offset: usize) -> CountMark {
        let index = offset / STRIDE;
        match self.marks.get(index) {
            Some(mark) => mark.after(self.file.text().as_bytes().get(index * STRIDE..offset).unwrap_or_default()),
            None => {
                let count = u32::try_from(offset).unwrap_or(u32::MAX);
                CountMark { chars: count, utf16: count }
            }
        }
    }
}

impl CountMark {
    fn after(self, bytes: &[u8]) -> Self {
        let mut mark = self;
        for byte in bytes {
            // A character counts at its first byte; four-byte characters are two UTF-16 units.
            let first = u32::from(byte & 0xc0 != 0x80);
            mark.chars = mark.chars.saturating_add(first);
            mark.utf16 = mark.utf16.saturating_add(first + u32::from(*byte >= 0xf0));
        }
        mark
    }
}

#[cfg(test)]
mod tests {
    use cmklint_source::MemoryLoader;

    use super::*;

    #[test]
    fn points_are_those_of_the_source_crate_at_every_offset() {
        let text = format!("ab\r\nä😀x\n{}\n\n", "é😀z".repeat(2000));
        let sources = Sources::new(MemoryLoader::new([("a", text.clone())]));
        let file = sources.load("a").unwrap();
        let counted = Places::new(&sources).file(file.id()).unwrap();
        for offset in 0..text.len() + 3 {
            let point = counted.point(offset);
            let offset = counted.clamp(offset) as u32;
            let (scalar, utf16) = (file.position(offset), file.position_utf16(offset));
            assert_eq!((point.line, point.column, point.utf16), (scalar.line, scalar.column, utf16.column));
        }
    }

    #[test]
    fn a_line_is_found_without_its_end() {
        let sources = Sources::new(MemoryLoader::new([("a", "one\r\n\ntwo")]));
        let id = sources.load("a").unwrap().id();
        let counted = Places::new(&sources).file(id).unwrap();
        assert_eq!(counted.line_range(1), 0..3);
        assert_eq!(counted.line_range(2), 5..5);
        assert_eq!(counted.line_range(3), 6..9);
        assert_eq!(counted.line_range(9), 9..9);
    }
}
