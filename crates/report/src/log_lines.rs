//! Lines for a terminal that may be a CI job's log.

use std::io;

use crate::untrusted::{is_invisible, log_commands};

/// Writes text by whole lines, and puts a backslash into each line that a CI runner would take for a command: one that begins with `::`, after
/// whitespace and color codes, or contains `##[`. A last line without a line end is written by `flush`.
///
/// The parts of a line are escaped before; this type handles commands that depend on the position in the line.
#[derive(Debug)]
pub struct LogLines<W: io::Write> {
    to: W,
    line: Vec<u8>,
}

impl<W: io::Write> LogLines<W> {
    /// Lines for `to`.
    pub fn new(to: W) -> Self {
        Self { to, line: Vec::new() }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) if is_command(text) => self.to.write_all(escaped(text).as_bytes()),
            _ => self.to.write_all(&line),
        }
    }
}

impl<W: io::Write> io::Write for LogLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.pass_on()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.to.flush()
    }
}

fn is_command(line: &str) -> bool {
    begins_as_command(line) || !log_commands(line).is_empty()
}

fn begins_as_command(line: &str) -> bool {
    line.get(start(line)..).unwrap_or("").chars().filter(|c| !is_invisible(*c)).take(2).eq("::".chars())
}

fn escaped(line: &str) -> String {
    let mut at = log_commands(line);
    if begins_as_command(line) {
        at.insert(0, start(line));
    }
    let mut out = String::with_capacity(line.len() + at.len());
    for (offset, c) in line.char_indices() {
        if at.binary_search(&offset).is_ok() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The beginning of the text of `line`: after whitespace, color codes and invisible characters.
fn start(line: &str) -> usize {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || (is_invisible(c) && c != '\u{1b}'));
        let after_code = trimmed.strip_prefix("\u{1b}[").and_then(|code| code.split_once('m')).map(|(_, after)| after);
        match after_code {
            Some(after) => rest = after,
            None => return line.len() - trimmed.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn passed(text: &str) -> String {
        let mut lines = LogLines::new(Vec::new());
        for byte in text.as_bytes() {
            lines.write_all(&[*byte]).unwrap();
        }
        lines.flush().unwrap();
        String::from_utf8(lines.to).unwrap()
    }

    #[test]
    fn a_line_that_begins_as_a_workflow_command_gets_a_backslash() {
        assert_eq!(passed("a\n::error::b\n"), "a\n\\::error::b\n");
        assert_eq!(passed(" \u{a0}\u{1b}[1m ::error::b"), " \u{a0}\u{1b}[1m \\::error::b");
        assert_eq!(passed(":\u{1b}:error::b\n"), "\\:\u{1b}:error::b\n");
        assert_eq!(passed("a ::error::b\n"), "a ::error::b\n");
    }

    #[test]
    fn a_command_within_a_line_gets_a_backslash() {
        assert_eq!(passed("::a ##[error]b ###vso[c\n"), "\\::a #\\#[error]b ##\\#vso[c\n");
        assert_eq!(passed("#\u{200b}#[error]"), "#\u{200b}\\#[error]");
        assert_eq!(passed("## Title [a](b)\n"), "## Title [a](b)\n");
    }
}
