//! What can be known of a text without its grammar, in one pass: where its comments and its strings of several lines are, how deeply its
//! brackets are nested, and how many errors are obvious.
//!
//! A string inside the `${…}` of a string is taken for the end of the outer one; the end of the line ends both.

use std::ops::Range;

/// The deepest nesting of brackets in a text that is given to the parser.
const MAX_OPEN: usize = 20_000;
/// The most strings that are not closed, and `@` without a name, in a text that is given to the parser: each costs it as much as
/// many lines of Bicep.
const MAX_WRONG: usize = 1_000;
/// So many of these are in any text that is given to the parser, and one more for [so many bytes](BYTES_FOR_WRONG): prose has fewer apostrophes.
const FEW_WRONG: usize = 10;
const BYTES_FOR_WRONG: usize = 32;
/// So many brackets that nothing closes are in any text that is given to the parser, and one more for [so many bytes](BYTES_FOR_UNCLOSED).
const FEW_UNCLOSED: usize = 64;
const BYTES_FOR_UNCLOSED: usize = 64;

/// A part of a text that the scan reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    LineComment,
    BlockComment,
    /// A multi-line string that is closed. An open one covers nothing: the lines in it may be declarations.
    Lines,
    /// A string that ends with its line, without a quote.
    OpenString,
    /// `(`, `[`, `{`.
    Open,
    /// `)`, `]`, `}`.
    Close,
    /// `@` with no name after it.
    At,
}

/// Reports the parts of `text` to `tell`, from its start until that returns false.
pub(super) fn scan(text: &str, mut tell: impl FnMut(Token, Range<usize>) -> bool) {
    const PARTS: [char; 9] = ['/', '\'', '(', '[', '{', ')', ']', '}', '@'];
    let (mut at, mut line_end) = (0, 0);
    // Whether there is another closing delimiter further on: searched once, not again for each one that is not closed.
    let (mut comment_ends, mut lines_end) = (true, true);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(PARTS)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let closed =
            |by: &str, from: usize| rest.get(from..).and_then(|inner| inner.find(by)).map(|end| from + end + by.len());
        if line_end <= start {
            line_end = rest.find(['\n', '\r']).map_or(text.len(), |end| start + end);
        }
        let line = text.get(start..line_end).unwrap_or_default();
        let (part, length) = if rest.starts_with("//") {
            (Some(Token::LineComment), line.len())
        } else if rest.starts_with("/*") {
            let end = if comment_ends { closed("*/", 2) } else { None };
            comment_ends = end.is_some();
            (Some(Token::BlockComment), end.unwrap_or(rest.len()))
        } else if rest.starts_with("'''") {
            let end = if lines_end { closed("'''", 3) } else { None };
            lines_end = end.is_some();
            (end.map(|_| Token::Lines), end.unwrap_or(3))
        } else if rest.starts_with('\'') {
            match end_of_string(line) {
                Some(end) => (None, end),
                None => (Some(Token::OpenString), line.len().max(1)),
            }
        } else if rest.starts_with(['(', '[', '{']) {
            (Some(Token::Open), 1)
        } else if let Some(after) = rest.strip_prefix('@') {
            (if after.starts_with(|c: char| c.is_ascii_alphabetic()) { None } else { Some(Token::At) }, 1)
        } else if rest.starts_with('/') {
            (None, 1)
        } else {
            (Some(Token::Close), 1)
        };
        if let Some(part) = part
            && !tell(part, start..start + length)
        {
            return;
        }
        at = start + length;
    }
}

/// The end, after its quote, of the string at the beginning of `line`.
fn end_of_string(line: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in line.char_indices().skip(1) {
        if letter == '\'' && !escaped {
            return Some(at + 1);
        }
        escaped = letter == '\\' && !escaped;
    }
    None
}

/// Where the comments and the strings of several lines in `text` are, in bytes, in their order.
#[must_use]
pub fn without_code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    scan(text, |part, range| {
        if matches!(part, Token::LineComment | Token::BlockComment | Token::Lines) {
            found.push(range);
        }
        true
    });
    found
}

/// Whether the parser would take far too long for `text`: as a whole, or for its size, since a tree may have many such texts.
pub(super) fn is_hopeless(text: &str) -> bool {
    let wrong_for_size = FEW_WRONG + text.len() / BYTES_FOR_WRONG;
    let (mut open, mut wrong, mut hopeless) = (0_usize, 0, false);
    scan(text, |part, _| {
        match part {
            Token::Open => open += 1,
            Token::Close => open = open.saturating_sub(1),
            Token::OpenString | Token::At => wrong += 1,
            Token::LineComment | Token::BlockComment | Token::Lines => {}
        }
        hopeless = open > MAX_OPEN || wrong > MAX_WRONG.min(wrong_for_size);
        !hopeless
    });
    hopeless || open > FEW_UNCLOSED + text.len() / BYTES_FOR_UNCLOSED
}

/// Whether each bracket of `text` is closed by one of its kind and each string by its quote: less than a parser wants, and enough to tell most texts that
/// somebody is in the middle of writing.
#[must_use]
pub fn is_closed(text: &str) -> bool {
    let mut open: Vec<u8> = Vec::new();
    let mut is_closed = true;
    scan(text, |token, range| {
        let letter = text.as_bytes().get(range.start).copied();
        is_closed = match token {
            Token::Open => {
                open.extend(letter);
                open.len() <= MAX_OPEN
            }
            Token::Close => matches!(
                (open.pop(), letter),
                (Some(b'('), Some(b')')) | (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
            ),
            Token::OpenString => false,
            Token::At | Token::LineComment | Token::BlockComment | Token::Lines => true,
        };
        is_closed
    });
    is_closed && open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(Token, &str)> {
        let mut parts = Vec::new();
        scan(text, |part, range| {
            parts.push((part, &text[range]));
            true
        });
        parts
    }

    #[test]
    fn comments_and_strings_hide_what_is_in_them() {
        assert_eq!(
            parts("a // 'b (\n'c // ( \\' d' /* ' */ '''\n( ' //\n''' e / 2 'f\n)"),
            [
                (Token::LineComment, "// 'b ("),
                (Token::BlockComment, "/* ' */"),
                (Token::Lines, "'''\n( ' //\n'''"),
                (Token::OpenString, "'f"),
                (Token::Close, ")")
            ]
        );
        assert_eq!(parts("'''a (\n/* b )"), [(Token::Open, "("), (Token::BlockComment, "/* b )")]);
        assert_eq!(parts("'a${b[0]}c' 'd${'e'}f' ]"), [(Token::Close, "]")]);
    }

    #[test]
    fn what_is_not_closed_is_told_without_the_grammar() {
        for text in ["", "var a = { b: ['c${d('e')}f'] } // (", "var a = '''\n(\n'''\n@sys.secure()\nparam b string"] {
            assert!(is_closed(text), "{text}");
        }
        for text in ["resource y = {", "var a = ]", "var a = ( }", "var a = 'b"] {
            assert!(!is_closed(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_of_what_is_never_closed_is_hopeless() {
        assert!(is_hopeless(&"{\n".repeat(50_000)));
        assert!(is_hopeless(&"'a\n".repeat(50_000)));
        assert!(is_hopeless(&"@".repeat(100_000)));
        assert!(!is_hopeless(&"@a()\nvar b = 'c@d' // @\n".repeat(50_000)));
        assert!(!is_hopeless(&"var a = { b: ['c'] }\n".repeat(50_000)));
        assert!(!is_hopeless(&format!("var a = {}{}", "(".repeat(10_000), ")".repeat(10_000))));
    }
}
