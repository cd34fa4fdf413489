//! Fits lines of a frame into the available columns.

use crate::text::fold_hard;

/// The least room for a label's words beside its arrow; with less they are put on lines of their own.
const MIN_ROOM: usize = 16;

/// The columns that `line` takes: its characters without color codes.
pub(crate) fn columns(line: &str) -> usize {
    let mut rest = line;
    let mut count = 0;
    while let Some((before, code)) = rest.split_once('\u{1b}') {
        count += before.chars().count();
        rest = code.split_once('m').map_or("", |(_, after)| after);
    }
    count + rest.chars().count()
}

/// A line with a label's arrow and words, `│   ╰────── words`, in at most `width` columns: the arrow is shortened, then the words are wrapped.
/// `start` begins a line of the frame. Any other line, and one that fits, is unchanged.
pub(crate) fn label_line(line: &str, start: &str, width: usize) -> Vec<String> {
    let Some(overflow) = columns(line).checked_sub(width).filter(|n| *n > 0 && width > 0) else {
        return vec![line.to_owned()];
    };
    let Some((before, rest)) = line.split_once('╰') else { return vec![line.to_owned()] };
    let Some((arrow, words)) = rest.split_once(' ') else { return vec![line.to_owned()] };
    let arrow = format!("╰{}", shortened(arrow, overflow));
    let at = columns(before) + columns(&arrow) + 1;
    let room = width.saturating_sub(at);
    if room >= MIN_ROOM {
        let indent = " ".repeat(at - columns(before));
        let parts = fold_hard(words, room).into_iter().enumerate();
        return parts
            .map(|(i, part)| if i == 0 { format!("{before}{arrow} {part}") } else { format!("{before}{indent}{part}") })
            .collect();
    }
    let indent = width.saturating_sub(columns(start) + 2 * MIN_ROOM).min(columns(before));
    let room = width.saturating_sub(columns(start) + indent);
    let parts = fold_hard(words, room).into_iter().map(|part| format!("{start}{}{part}", " ".repeat(indent)));
    std::iter::once(format!("{before}{arrow}")).chain(parts).collect()
}

/// The arrow with up to `overflow` fewer dashes; two are kept, and all color codes.
fn shortened(arrow: &str, overflow: usize) -> String {
    let dashes = arrow.chars().filter(|c| is_dash(*c)).count();
    let mut keep = dashes.saturating_sub(overflow).max(2);
    let kept = |c: &char| {
        let stays = !is_dash(*c) || keep > 0;
        keep = if is_dash(*c) { keep.saturating_sub(1) } else { keep };
        stays
    };
    arrow.chars().filter(kept).collect()
}

fn is_dash(c: char) -> bool {
    matches!(c, '─' | '┼')
}

/// `text` without its first characters where it has more than `width`; 0 keeps all.
pub(crate) fn end_of(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if width == 0 || count <= width {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(count + 1 - width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_is_shortened_before_its_words_are_folded() {
        let line = " │        ╰──────────── the set takes its key from there";
        assert_eq!(label_line(line, " │ ", 80), [line]);
        assert_eq!(label_line(line, " │ ", 50), [" │        ╰────── the set takes its key from there"]);
        assert_eq!(label_line(line, " │ ", 36), [" │        ╰── the set takes its key", " │            from there"]);
    }

    #[test]
    fn words_without_room_beside_their_arrow_are_below_it() {
        let line = " │                            ╰──────────── the set takes its key from there";
        assert_eq!(
            label_line(line, " │ ", 40),
            [" │                            ╰──", " │      the set takes its key from there"]
        );
    }

    #[test]
    fn color_codes_take_no_columns_and_stay() {
        let line = " \u{1b}[90m│\u{1b}[0m   \u{1b}[31m╰──────\u{1b}[0m words here and there";
        assert_eq!(columns(line), 33);
        assert_eq!(
            label_line(line, " │ ", 30),
            [" \u{1b}[90m│\u{1b}[0m   \u{1b}[31m╰───\u{1b}[0m words here and there"]
        );
    }

    #[test]
    fn of_a_long_path_the_end_is_shown() {
        assert_eq!(end_of("infra/modules/main.tf:1:2", 12), "…main.tf:1:2");
        assert_eq!(end_of("main.tf:1:2", 12), "main.tf:1:2");
    }
}
