//! Splits text into tokens without knowing its language: words, numbers, quoted text, whitespace and single marks, and finds which brackets belong together.

use std::ops::Range;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, digits and `_`, beginning with a letter or `_`.
    Word,
    /// Digits.
    Number,
    /// Text in quotes, including them; up to the end of the line where the closing one is missing.
    Quoted,
    /// Spaces and tabs.
    Blank,
    /// The end of a line.
    Newline,
    /// Anything else, one byte.
    Mark,
}

/// Part of a text.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its kind.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Range<usize>,
}

/// The tokens of `text`; together they are the whole of it.
#[must_use]
pub fn tokens(text: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        let run = |more: fn(u8) -> bool| {
            text.get(at..).unwrap_or_default().iter().position(|b| !more(*b)).map_or(text.len(), |n| at + n)
        };
        let (kind, end) = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Word, run(|b| b.is_ascii_alphanumeric() || b == b'_')),
            b'0'..=b'9' => (Kind::Number, run(|b| b.is_ascii_digit())),
            b' ' | b'\t' => (Kind::Blank, run(|b| matches!(b, b' ' | b'\t'))),
            b'\n' => (Kind::Newline, at + 1),
            b'"' | b'\'' => (Kind::Quoted, quoted(text, at, first)),
            _ => (Kind::Mark, at + 1),
        };
        out.push(Token { kind, bytes: at..end });
        at = end;
    }
    out
}

fn quoted(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The ranges of tokens from an opening bracket to the one that closes it, with both.
#[must_use]
pub fn groups(text: &[u8], tokens: &[Token]) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut out = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Mark {
            continue;
        }
        match text.get(token.bytes.start) {
            Some(b'(' | b'[' | b'{') => open.push(i),
            Some(b')' | b']' | b'}') => out.extend(open.pop().map(|start| start..i + 1)),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_whole_text() {
        for text in ["", "a", "resource \"x\" \"y\" {\n  a = [1, \"b\\\"c\"]\n}", "'open\nnext \\", "\u{fc}\u{1f600}"] {
            let joined: Vec<u8> =
                tokens(text.as_bytes()).iter().flat_map(|t| text.as_bytes()[t.bytes.clone()].to_vec()).collect();
            assert_eq!(joined, text.as_bytes());
        }
    }

    #[test]
    fn brackets_are_paired_inside_out() {
        let text = b"f(a, [b], {c})";
        let tokens = tokens(text);
        let shown: Vec<String> = groups(text, &tokens)
            .into_iter()
            .map(|g| {
                let bytes = tokens[g.start].bytes.start..tokens[g.end - 1].bytes.end;
                String::from_utf8_lossy(&text[bytes]).into_owned()
            })
            .collect();
        assert_eq!(shown, ["[b]", "{c}", "(a, [b], {c})"]);
    }
}
