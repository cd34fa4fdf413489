//! Text for people, wrapped to a width.

/// `text` wrapped at spaces into lines of at most `width` characters; a longer word has a line of its own. 0 wraps nothing.
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

/// The same, and a longer word is broken.
pub(crate) fn fold_hard(text: &str, width: usize) -> Vec<String> {
    let lines = fold(text, width);
    if width == 0 {
        return lines;
    }
    lines
        .iter()
        .flat_map(|line| {
            let chars: Vec<char> = line.chars().collect();
            let pieces: Vec<String> = chars.chunks(width).map(|piece| piece.iter().collect()).collect();
            if pieces.is_empty() { vec![String::new()] } else { pieces }
        })
        .collect()
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_at_spaces_and_long_words_are_kept() {
        assert_eq!(fold("one two three", 7), ["one two", "three"]);
        assert_eq!(fold("a /subscriptions/0 b", 5), ["a", "/subscriptions/0", "b"]);
        assert_eq!(fold("one two", 0), ["one two"]);
        assert_eq!(fold("", 5), [""]);
        assert_eq!(fold_hard("a /subscriptions/0 b", 8), ["a", "/subscri", "ptions/0", "b"]);
    }
}
