//! Conversion between byte offsets and positions of the client: lines from 0, and columns in units of the encoding that was agreed on.

use cmklint_source::{SourceFile, Span};
use lsp_types::{Position, PositionEncodingKind, Range};

/// The unit of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16: the default of the protocol.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The encoding for a client that offers `offered`.
    pub(crate) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let has = |kind| offered.is_some_and(|offered| offered.contains(&kind));
        if has(PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if has(PositionEncodingKind::UTF32) && !has(PositionEncodingKind::UTF16) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The number of units of `c`.
    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The number of units of `text`, a part of a line.
    pub(crate) fn length(self, text: &str) -> u32 {
        u32::try_from(text.chars().map(|c| self.units(c)).sum::<usize>()).unwrap_or(u32::MAX)
    }

    /// The position of the byte at `offset` of `file`.
    pub(crate) fn position(self, file: &SourceFile, offset: u32) -> Position {
        let (line, before) = file.lines().length_before(file.text(), offset);
        let units = match self {
            Self::Utf8 => before.bytes,
            Self::Utf16 => before.utf16,
            Self::Utf32 => before.scalars,
        };
        Position { line: line.saturating_sub(1), character: u32::try_from(units).unwrap_or(u32::MAX) }
    }

    /// The range of `span`, which is in `file`.
    pub(crate) fn range(self, file: &SourceFile, span: Span) -> Range {
        Range { start: self.position(file, span.start), end: self.position(file, span.end) }
    }

    /// The offset in `text` of `position`; the end of its line, or of the text, where it is outside.
    pub(crate) fn offset(self, text: &str, position: Position) -> usize {
        let mut start = 0;
        for _ in 0..position.line {
            match text[start..].find('\n') {
                Some(at) => start += at + 1,
                None => return text.len(),
            }
        }
        let mut units = 0;
        for (at, c) in text[start..].char_indices() {
            if c == '\n'
                || (c == '\r' && text[start + at..].starts_with("\r\n"))
                || units >= position.character as usize
            {
                return start + at;
            }
            units += self.units(c);
        }
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_units_of_the_encoding() {
        let text = "a\näö😀x\r\nend";
        let x = text.find('x').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 8), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            assert_eq!(encoding.offset(text, Position::new(1, column)), x, "{encoding:?}");
        }
    }

    #[test]
    fn a_position_beyond_the_end_is_the_end() {
        let text = "ab\r\nc";
        assert_eq!(Encoding::Utf16.offset(text, Position::new(0, 99)), 2);
        assert_eq!(Encoding::Utf16.offset(text, Position::new(1, 99)), text.len());
        assert_eq!(Encoding::Utf16.offset(text, Position::new(99, 0)), text.len());
        assert_eq!(Encoding::Utf16.offset("", Position::new(u32::MAX, u32::MAX)), 0);
    }

    #[test]
    fn the_encoding_is_one_that_the_client_offers() {
        let offers = |kinds: &[PositionEncodingKind]| Encoding::negotiated(Some(kinds));
        assert_eq!(Encoding::negotiated(None), Encoding::Utf16);
        assert_eq!(offers(&[PositionEncodingKind::UTF16, PositionEncodingKind::UTF8]), Encoding::Utf8);
        assert_eq!(offers(&[PositionEncodingKind::UTF32]), Encoding::Utf32);
        assert_eq!(offers(&[]), Encoding::Utf16);
    }
}
