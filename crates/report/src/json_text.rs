//! JSON on one line that neither commands a CI job's log nor hides anything from a person who reads it raw: invisible characters, and the second `#` of
//! a runner's command, are written as `\u` escapes. A parser gets the original text.

use std::io;
use std::ops::Deref;
use std::rc::Rc;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::untrusted::{is_invisible, log_commands};

/// Writes `value` as JSON on one line, in which no text is a command to a CI job's log, and nothing can't be seen.
///
/// # Errors
/// What `out` says.
pub fn write_line(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(CompactFormatter)))?;
    writeln!(out)
}

/// A text that many parts of a report repeat, such as the path of a file: it is there once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedText(Rc<str>);

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for SharedText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

struct Escaping(CompactFormatter);

impl Formatter for Escaping {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#') {
            return self.0.write_string_fragment(out, fragment);
        }
        let commands = log_commands(fragment);
        let mut done = 0;
        for (at, c) in fragment.char_indices() {
            if is_invisible(c) || commands.binary_search(&at).is_ok() {
                self.0.write_string_fragment(out, fragment.get(done..at).unwrap_or(""))?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                done = at + c.len_utf8();
            }
        }
        self.0.write_string_fragment(out, fragment.get(done..).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_escaped_and_comes_back() {
        for text in ["a\u{202e}b\u{7f}\u{e0041}\u{1b}c\n", "## Title [x](y)", "##[error]##vso[a]###[b", "😀ä"] {
            let mut out = Vec::new();
            write_line(&[text], &mut out).unwrap();
            let json = String::from_utf8(out).unwrap();
            assert!(json.trim_end().chars().all(|c| !is_invisible(c)), "{json:?}");
            assert!(log_commands(&json).is_empty(), "{json}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
        }
    }
}
