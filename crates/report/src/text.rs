//! Text for people: safe to print, and folded to a width.

use std::borrow::Cow;

/// No message is longer than that many characters where a person reads it.
const LONGEST: usize = 2_000;

/// `text` on one line and without characters that command a terminal or reorder what is read. Clipped where it is very long.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && text.chars().all(|c| c != '\n' && c != '\t' && !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean: String = text.trim_end().chars().take(LONGEST).map(printable).collect();
    if text.trim_end().chars().nth(LONGEST).is_some() {
        clean.push('…');
    }
    Cow::Owned(clean)
}

/// `c`, or what stands for it: a blank for a line's end or a tab, the replacement character for one that is not safe to print.
pub(crate) fn printable(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_unsafe(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Control characters, other line ends, and the characters that turn the reading direction round (CVE-2021-42574).
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` folded at blanks into lines of at most `width` characters; a longer word keeps a line of its own. 0 folds nothing.
pub(crate) fn fold(text: &str, width: usize) -> Vec<String> {
    if width == 0 || text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let len = word.chars().count();
        if used > 0 && used + 1 + len > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += len;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_at_blanks_and_long_words_are_kept() {
        assert_eq!(fold("one two three", 7), ["one two", "three"]);
        assert_eq!(fold("a /subscriptions/0 b", 5), ["a", "/subscriptions/0", "b"]);
        assert_eq!(fold("one two", 0), ["one two"]);
        assert_eq!(fold("", 5), [""]);
    }

    #[test]
    fn escape_sequences_and_turned_text_are_not_passed_on() {
        assert_eq!(one_line("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
        assert_eq!(one_line(&"x".repeat(3_000)).chars().count(), 2_001);
    }
}
