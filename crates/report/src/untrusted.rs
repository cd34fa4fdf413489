//! Text from the analyzed tree (names, values, paths, lines of source), and how it is escaped for each place where a report is read.
//!
//! A pull request from a stranger must not be able to control a terminal, to give a CI runner a workflow command, to put markup into a page, or to show
//! a reader other text than the real one (CVE-2021-42574).

use std::borrow::Cow;
use std::fmt;

/// The longest text in characters where a person reads it.
const MAX_CHARS: usize = 2_000;

/// Text that can't be written before a method has escaped it for a reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untrusted<'t>(pub(crate) &'t str);

impl Untrusted<'_> {
    /// One line without invisible characters, for a viewer that shows plain text. Clipped where it is very long.
    pub(crate) fn visible(self) -> String {
        let text = self.0.trim_end();
        let mut clean: String = text.chars().take(MAX_CHARS).map(printable).collect();
        if text.chars().nth(MAX_CHARS).is_some() {
            clean.push('…');
        }
        match cmklint_source::visible_path(&clean) {
            Cow::Borrowed(_) => clean,
            Cow::Owned(shown) => shown,
        }
    }

    /// One line for a terminal or a job's log.
    pub(crate) fn log(self) -> LogText {
        let visible = self.visible();
        LogText(insert(&visible, &log_commands(&visible), "\\"))
    }

    /// The data of a workflow command (after the second `::`).
    pub(crate) fn command_data(self) -> String {
        self.log().0.replace('%', "%25")
    }

    /// A property of a workflow command.
    pub(crate) fn command_property(self) -> String {
        self.command_data().replace(':', "%3A").replace(',', "%2C")
    }

    /// Text or an attribute's value in XML.
    pub(crate) fn xml(self) -> String {
        let visible = self.visible();
        let mut out = String::with_capacity(visible.len());
        for c in visible.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&apos;"),
                // Not characters of XML 1.0.
                '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
                c => out.push(c),
            }
        }
        let commands = log_commands(&out);
        // The serializer names the position of the character in its error, so that is removed.
        let mut escaped = String::with_capacity(out.len());
        for (at, c) in out.char_indices() {
            match commands.binary_search(&at).is_ok() {
                true => escaped.push_str("&#35;"),
                false => escaped.push(c),
            }
        }
        escaped
    }

    /// Text within a line of GitHub's or GitLab's Markdown: shown unchanged, without links, mentions, references, emphasis, formulas or HTML.
    pub(crate) fn markdown(self) -> String {
        // Leading spaces would make a code block.
        let visible = self.visible().split_whitespace().collect::<Vec<_>>().join(" ");
        let mut out = String::with_capacity(visible.len() + 16);
        let mut before = ' ';
        for (at, c) in visible.char_indices() {
            let rest = visible.get(at + c.len_utf8()..).unwrap_or("");
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                // The empty comment separates the name from the sign that would make it a mention.
                '@' => out.push_str("@<!-- -->"),
                '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$' | '^' => {
                    out.push('\\');
                    out.push(c);
                }
                // `https://…` and `www.…` become links, `:name:` a picture, `user/repository` with a number or hash a reference.
                ':' if !(rest.is_empty() || rest.starts_with(' ')) => out.push_str("\\:"),
                '.' if before.eq_ignore_ascii_case(&'w') => out.push_str("\\."),
                '-' | '+' if rest.starts_with(c) || out.is_empty() => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
            before = c;
        }
        out
    }

    /// The same as code, in an HTML element: a backtick in it would end a code span.
    pub(crate) fn markdown_code(self) -> String {
        format!("<code>{}</code>", self.markdown())
    }
}

/// Text that is safe as (part of) a line of a terminal or a job's log. [`LogLines`] handles the line's beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogText(String);

impl LogText {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn chars(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Display for LogText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for LogText {
    fn from(text: &str) -> Self {
        Untrusted(text).log()
    }
}

impl From<String> for LogText {
    fn from(text: String) -> Self {
        Untrusted(&text).log()
    }
}

/// `text`, which may contain names and values of the analyzed tree, as one line for a terminal or a job's log.
#[must_use]
pub fn log_line(text: &str) -> String {
    Untrusted(text).log().0
}

/// `c`, or what is shown for it: a space for a line end or a tab, the replacement character for an invisible one.
pub(crate) fn printable(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_invisible(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Control characters, line and paragraph separators, and everything that Unicode lists as `Default_Ignorable_Code_Point`, including those that change the
/// reading direction round. GitHub's runner compares text by the rules of a language, which skip such characters: it finds `##[` in `#\u{200b}#[`.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The byte offsets of the second `#` of each `##[` and `##NAME[` in `text`, also with invisible characters in between: commands of GitHub's and Azure's
/// runners and of TeamCity, wherever in a line they are.
pub(crate) fn log_commands(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('#') {
        let mut visible = text.get(at + 1..).unwrap_or("").char_indices().filter(|(_, c)| !is_invisible(*c));
        let Some((second, '#')) = visible.next() else { continue };
        if visible.find(|(_, c)| !c.is_ascii_alphabetic()).is_some_and(|(_, c)| c == '[') {
            found.push(at + 1 + second);
        }
    }
    found
}

/// `text` with `piece` put before each of the byte offsets `at`, which ascend.
fn insert(text: &str, at: &[usize], piece: &str) -> String {
    let mut out = String::with_capacity(text.len() + at.len() * piece.len());
    let mut done = 0;
    for offset in at {
        out.push_str(text.get(done..*offset).unwrap_or(""));
        out.push_str(piece);
        done = *offset;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}
