//! The words of a command of a shell, with their places.

use std::ops::Range;

/// A word without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Where it is in the text, quotes included.
    pub(super) range: Range<usize>,
}

/// The most words of one command.
pub(super) const MAX_WORDS: usize = 200;
/// The longest word, in bytes: what is longer has no end where it seems to have one.
const MAX_WORD: usize = 64 * 1024;

/// The words of the command at the beginning of `text`, up to its end or that of the text. A line that is continued leads on, and so does one after which an option stands.
/// In a text of YAML that is `folded` all lead on that are indented so far.
pub(super) fn words(text: &str, folded: Option<usize>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut at = 0;
    while out.len() < MAX_WORDS {
        let Some(start) = next_word(text, at, folded) else { break };
        let Some(word) = word(text, start) else { break };
        if matches!(word.text.as_str(), "&&" | "||" | "|" | ">" | "2>" | ">>") || word.text.starts_with('#') {
            break;
        }
        let ends = text.get(word.range.end..).is_some_and(|rest| rest.starts_with([';', ')']));
        at = word.range.end;
        out.push(word);
        if ends {
            break;
        }
    }
    out
}

/// Where the next word of the command begins.
fn next_word(text: &str, mut at: usize, folded: Option<usize>) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let bare = rest.trim_start_matches([' ', '\t', '\r', ',']);
        at += rest.len() - bare.len();
        let continued = ["\\\n", "\\\r\n", "`\n", "`\r\n", "^\n", "^\r\n"].iter().find(|end| bare.starts_with(**end));
        if let Some(end) = continued {
            at += end.len();
            continue;
        }
        if let Some(next) = bare.strip_prefix('\n') {
            let bare = next.trim_start_matches([' ', '\t']);
            let leads_on = match folded {
                Some(indent) => next.len() - bare.len() >= indent && !bare.trim_start().is_empty(),
                None => bare.starts_with(['-', '@']) && !bare.starts_with("- "),
            };
            if !leads_on {
                return None;
            }
            at += 1;
            continue;
        }
        return (!bare.is_empty()).then_some(at);
    }
}

/// The word at `start`.
fn word(text: &str, start: usize) -> Option<Word> {
    let mut out = String::new();
    let mut quote = None;
    let mut depth = 0_usize;
    let mut end = text.len();
    for (at, c) in text.get(start..)?.char_indices() {
        if at > MAX_WORD {
            return None;
        }
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => out.push(c),
            ('"' | '\'', None) => quote = Some(c),
            (c, None) => {
                match c {
                    '(' | '{' => depth += 1,
                    ')' | '}' if depth > 0 => depth -= 1,
                    c if depth == 0 && (c.is_whitespace() || matches!(c, ';' | ')' | '`')) => {
                        end = start + at;
                        break;
                    }
                    _ => {}
                }
                out.push(c);
            }
        }
    }
    (end > start && quote.is_none()).then_some(Word { text: out, range: start..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_with_their_command() {
        let of = |text: &str| words(text, None).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(of("a -f x.bicep -p 'l=west europe' && b c"), ["a", "-f", "x.bicep", "-p", "l=west europe"]);
        assert_eq!(of("a -p x=${{ inputs.x }} y=1; b"), ["a", "-p", "x=${{ inputs.x }}", "y=1"]);
        assert_eq!(of("a \\\n  -f x \\\n  -p y=1\nb -c"), ["a", "-f", "x", "-p", "y=1"]);
        assert_eq!(of("a\n  --f x\n- run: b"), ["a", "--f", "x"]);
        assert_eq!(of("a `\r\n -F x\r\nb"), ["a", "-F", "x"]);
        assert_eq!(of("a | b"), ["a"]);
        assert_eq!(of("a 'b"), ["a"]);
    }
}
