use cmklint_source::{FileId, Span};
use jsonc_parser::ast::StringLit;

/// Where the bytes of a JSON string's text are in the file.
pub(crate) struct StringOffsets {
    file: FileId,
    /// Offset of the first byte after the quote.
    start: usize,
    /// (offset in the text, offset in the file) after each escape, ascending; empty where there is none.
    escapes: Vec<(usize, usize)>,
}

impl StringOffsets {
    /// The place of `lit`, a string of the file `id` whose text is `text`.
    pub(crate) fn new(id: FileId, text: &str, lit: &StringLit<'_>) -> Self {
        let start = lit.range.start + 1;
        let mut place = Self { file: id, start, escapes: Vec::new() };
        if matches!(lit.value, std::borrow::Cow::Borrowed(_)) {
            return place;
        }
        let raw = text.get(start..lit.range.end.saturating_sub(1)).unwrap_or("").as_bytes();
        let (mut from, mut to) = (0, 0);
        while let Some(byte) = raw.get(from) {
            if *byte != b'\\' {
                from += 1;
                to += 1;
                continue;
            }
            let (read, written) = escape(raw.get(from..).unwrap_or(&[]));
            from += read;
            to += written;
            place.escapes.push((to, start + from));
        }
        place
    }

    /// Leaves out the first `count` bytes of the text, which must be no escapes.
    pub(crate) fn skip(&mut self, count: usize) {
        self.start += count;
        for (to, _) in &mut self.escapes {
            *to = to.saturating_sub(count);
        }
    }

    /// The span of the text's bytes `start..end`.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.offset(start), self.offset(end))
    }

    fn offset(&self, at: usize) -> usize {
        let after = self.escapes.partition_point(|(to, _)| *to <= at);
        match after.checked_sub(1).and_then(|i| self.escapes.get(i)) {
            Some((to, from)) => from + (at - to),
            None => self.start + at,
        }
    }
}

/// The length of the escape at the start of `raw`, and the length in UTF-8 of the character that it represents.
fn escape(raw: &[u8]) -> (usize, usize) {
    if raw.get(1) != Some(&b'u') {
        return (2, 1);
    }
    let code =
        raw.get(2..6).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match code {
        Some(0xD800..=0xDBFF) => (12, 4),
        Some(code) => (6, char::from_u32(code).map_or(1, char::len_utf8)),
        None => (6, 1),
    }
}
