use super::{value, written};
use crate::syntax::{ExpressionKind, StringLiteral, StringSegment, parse};

fn string(text: &str) -> StringLiteral {
    let ExpressionKind::String(string) = value(text).kind else { panic!("{text} is a string") };
    string
}

/// Texts as they are, holes in `⟨⟩`.
fn segments(text: &str) -> Vec<String> {
    string(text)
        .segments
        .iter()
        .map(|segment| match segment {
            StringSegment::Text { value, .. } => value.clone(),
            StringSegment::Interpolation(hole) => format!("⟨{}⟩", written(hole)),
        })
        .collect()
}

#[test]
fn a_string_without_holes_is_plain() {
    assert_eq!(string("''").plain(), Some(""));
    assert_eq!(string("'a // b /* c */ $ d'").plain(), Some("a // b /* c */ $ d"));
    assert_eq!(string("'größer'").plain(), Some("größer"));
    assert_eq!(string("'${a}'").plain(), None);
}

#[test]
fn escapes_become_their_characters() {
    assert_eq!(string(r"'\'\\\n\r\t\$\u{41}\u{1F600}'").plain(), Some("'\\\n\r\t$A😀"));
    assert_eq!(string(r"'\u{D801}\u{DC37}'").plain(), Some("𐐷"), "a surrogate pair");
    assert_eq!(segments(r"'\${no}${yes}'"), ["${no}", "⟨yes⟩"]);
}

#[test]
fn an_escape_that_is_none_is_reported_and_leaves_the_value_open() {
    for text in [
        r"var x = 'a\q'",
        r"var x = 'a\u{110000}'",
        r"var x = 'a\u41'",
        r"var x = 'a\u{D800}'",
        r"var x = '\u{D800}b'",
        r"var x = '\u{D800}\n'",
    ] {
        let (file, errors) = parse(text);
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        assert!(format!("{file:?}").contains("broken: true"), "{text}");
    }
}

#[test]
fn holes_hold_expressions_with_strings_in_them_to_any_depth() {
    assert_eq!(segments("'a${b}c${d.e}'"), ["a", "⟨b⟩", "c", "⟨d.e⟩"]);
    assert_eq!(segments("'${a ? 'x${b}' : c}'"), ["⟨(a ? '…' : c)⟩"]);
    assert_eq!(segments("'${f({ a: '}' })}!'"), ["⟨f({…})⟩", "!"]);
}

#[test]
fn text_of_many_lines_is_as_written_but_for_its_first_line_break() {
    assert_eq!(string("''''''").plain(), Some(""));
    assert_eq!(string("'''\na ${b} \\n 'c' ''d\n'''").plain(), Some("a ${b} \\n 'c' ''d\n"));
    assert_eq!(string("'''\r\na\r\n'''").plain(), Some("a\r\n"));
    assert_eq!(string("'''\n'''").plain(), Some(""));
    assert_eq!(string("'''\n\n'''").plain(), Some("\n"));
    assert_eq!(string("''''a'''''").plain(), Some("'a''"));
    assert_eq!(string("'''// no comment'''").plain(), Some("// no comment"));
}

#[test]
fn text_of_many_lines_has_holes_after_as_many_dollars_as_in_front() {
    assert_eq!(segments("$'''\na ${b}\n$ $x $$${c}'''"), ["a ", "⟨b⟩", "\n$ $x $$", "⟨c⟩"]);
    assert_eq!(segments("$$'''${a} $${b}$$${c}'''"), ["${a} ", "⟨b⟩", "$", "⟨c⟩"]);
    assert_eq!(segments("$'''${\n  a\n}'''"), ["⟨a⟩"]);
    assert_eq!(segments("$'''${'''b'''}${$'''${c}'''}'''"), ["⟨'b'⟩", "⟨'…'⟩"]);
    assert_eq!(segments("$''''${a}''''"), ["'", "⟨a⟩", "'"]);
}

#[test]
fn the_range_of_a_text_is_what_is_written_between_quotes_and_holes() {
    let text = r"'a\n${b}c'";
    let offset = "var x = ".len();
    let ranges: Vec<_> = string(text)
        .segments
        .iter()
        .map(|segment| match segment {
            StringSegment::Text { range, .. } => range.clone(),
            StringSegment::Interpolation(hole) => hole.range.clone(),
        })
        .map(|range| &text[range.start as usize - offset..range.end as usize - offset])
        .collect();
    assert_eq!(ranges, [r"a\n", "b", "c"]);
}
