use tree_sitter::Node;

use super::{Converter, Parts};
use crate::syntax::{ByteRange, StringLiteral, StringSegment};

/// A string of either kind. Anything else gives a broken string.
pub(super) fn string<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> StringLiteral {
    let parts = Parts::of(node);
    let mut literal = StringLiteral { segments: Vec::new(), range: converter.range(node), broken: parts.broken };
    let multiline = node.kind() == "multiline_string";
    literal.broken |= !multiline && node.kind() != "string";
    let mut first = true;
    // The first half of a surrogate pair, which two escapes form.
    let mut high = None;
    for child in parts.named() {
        let range = converter.range(child);
        if child.kind() != "escape_sequence" && high.take().is_some() {
            literal.broken = true;
            converter.error(range.clone(), LONE);
        }
        match child.kind() {
            "string_content" => {
                let mut text = converter.text(child);
                let mut start = range.start;
                if multiline && first {
                    let rest = text.strip_prefix('\r').unwrap_or(text);
                    let rest = rest.strip_prefix('\n').unwrap_or(rest);
                    start += u32::try_from(text.len() - rest.len()).unwrap_or(0);
                    text = rest;
                }
                push(&mut literal.segments, text, start..range.end);
            }
            "escape_sequence" => match unescape(converter.text(child), &mut high) {
                Some(Escape::Half) => {}
                Some(Escape::Char(character)) => push(&mut literal.segments, character.encode_utf8(&mut [0; 4]), range),
                None => {
                    literal.broken = true;
                    converter.error(range, r"this escape is none of \\, \', \$, \n, \r, \t and \u{…}");
                }
            },
            "interpolation" => {
                let parts = Parts::of(child);
                let mut hole = converter.expression_or_error(parts.field("expression"), child);
                if parts.broken {
                    hole.kind = crate::syntax::ExpressionKind::Error;
                }
                literal.segments.push(StringSegment::Interpolation(hole));
            }
            _ => {}
        }
        first &= child.kind() == "multiline_string_start";
    }
    if high.is_some() {
        literal.broken = true;
        converter.error(literal.range.clone(), LONE);
    }
    literal
}

const LONE: &str = "the escape before is one half of a surrogate pair";

fn push(segments: &mut Vec<StringSegment>, text: &str, at: ByteRange) {
    if text.is_empty() {
        return;
    }
    if let Some(StringSegment::Text { value, range }) = segments.last_mut() {
        value.push_str(text);
        range.end = at.end;
    } else {
        segments.push(StringSegment::Text { value: text.to_owned(), range: at });
    }
}

enum Escape {
    Char(char),
    /// The first half of a surrogate pair: the next escape is the other.
    Half,
}

/// The meaning of an escape sequence; `high` is the surrogate of the previous escape, if that was one.
fn unescape(escape: &str, high: &mut Option<u16>) -> Option<Escape> {
    let before = high.take();
    let escape = escape.strip_prefix('\\')?;
    if let Some(hex) = escape.strip_prefix("u{") {
        let code = u32::from_str_radix(hex.strip_suffix('}')?, 16).ok()?;
        if let Some(character) = char::from_u32(code) {
            return before.is_none().then_some(Escape::Char(character));
        }
        let unit = u16::try_from(code).ok()?;
        return match before {
            Some(before) => char::decode_utf16([before, unit]).next()?.ok().map(Escape::Char),
            None if (0xd800..0xdc00).contains(&unit) => {
                *high = Some(unit);
                Some(Escape::Half)
            }
            None => None,
        };
    }
    if before.is_some() {
        return None;
    }
    simple(escape).map(Escape::Char)
}

fn simple(escape: &str) -> Option<char> {
    match escape {
        "n" => Some('\n'),
        "r" => Some('\r'),
        "t" => Some('\t'),
        "\\" => Some('\\'),
        "'" => Some('\''),
        "$" => Some('$'),
        _ => None,
    }
}
