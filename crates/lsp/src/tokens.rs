//! Semantic tokens of Bicep, by our grammar.

use cmklint_bicep::syntax::highlights;
use lsp_types::{
    Position, Range, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
};

use crate::positions::Encoding;

/// Larger texts are left without colors: they would keep the client waiting at each keystroke.
const MOST_BYTES: usize = 1024 * 1024;

/// The kinds of tokens, in the order of their numbers.
const TYPES: [SemanticTokenType; 13] = [
    SemanticTokenType::COMMENT,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::MODIFIER,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::TYPE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::DECORATOR,
];

/// The bit of the only modifier: what the language brings along.
const BUILT_IN: u32 = 1;

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: vec![SemanticTokenModifier::DEFAULT_LIBRARY] }
}

/// The kind of the part that the grammar's query calls `name`; `None` for punctuation, which keeps the editor's color.
fn kind(name: &str) -> Option<(SemanticTokenType, u32)> {
    let plain = |kind| Some((kind, 0));
    match name {
        "constant.builtin" | "boolean" => Some((SemanticTokenType::KEYWORD, 0)),
        "keyword.modifier" => plain(SemanticTokenType::MODIFIER),
        "type.builtin" => Some((SemanticTokenType::TYPE, BUILT_IN)),
        "punctuation.special" => plain(SemanticTokenType::OPERATOR),
        "variable.parameter" => plain(SemanticTokenType::PARAMETER),
        _ => plain(match name.split('.').next()? {
            "attribute" => SemanticTokenType::DECORATOR,
            "comment" => SemanticTokenType::COMMENT,
            "function" => SemanticTokenType::FUNCTION,
            "keyword" => SemanticTokenType::KEYWORD,
            "module" => SemanticTokenType::NAMESPACE,
            "number" => SemanticTokenType::NUMBER,
            "operator" => SemanticTokenType::OPERATOR,
            "property" => SemanticTokenType::PROPERTY,
            "string" => SemanticTokenType::STRING,
            "type" => SemanticTokenType::TYPE,
            "variable" => SemanticTokenType::VARIABLE,
            _ => return None,
        }),
    }
}

/// The tokens of `text`, a Bicep file; those that touch `range` where there is one. A token of several lines is one for each line, as all clients can show them.
pub(crate) fn tokens(text: &str, range: Option<Range>, encoding: Encoding) -> SemanticTokens {
    if text.len() > MOST_BYTES {
        return SemanticTokens::default();
    }
    let mut cursor = Cursor { text, encoding, at: 0, place: Position::default() };
    let (mut data, mut last) = (Vec::new(), Position::default());
    for part in highlights(text) {
        let Some((token, modifiers)) = kind(part.name) else { continue };
        let Some(number) = TYPES.iter().position(|known| *known == token).and_then(|at| u32::try_from(at).ok()) else {
            continue;
        };
        let mut start = part.range.start;
        for line in text.get(part.range).unwrap_or_default().split_inclusive('\n') {
            let shown = line.trim_end_matches(['\r', '\n']);
            let place = cursor.position(start);
            let length = encoding.length(shown);
            start += line.len();
            let outside = range.is_some_and(|range| place.line < range.start.line || place.line > range.end.line);
            if length == 0 || outside {
                continue;
            }
            let delta_line = place.line - last.line;
            let delta_start = if delta_line == 0 { place.character - last.character } else { place.character };
            data.push(SemanticToken {
                delta_line,
                delta_start,
                length,
                token_type: number,
                token_modifiers_bitset: modifiers,
            });
            last = place;
        }
    }
    SemanticTokens { result_id: None, data }
}

/// A place in a text that only moves forward.
struct Cursor<'t> {
    text: &'t str,
    encoding: Encoding,
    at: usize,
    place: Position,
}

impl Cursor<'_> {
    /// The position of the byte `to`, which is not before the one that was asked for last.
    fn position(&mut self, to: usize) -> Position {
        let between = self.text.get(self.at..to).unwrap_or_default();
        let lines = between.bytes().filter(|byte| *byte == b'\n').count();
        let rest = between.rsplit('\n').next().unwrap_or_default();
        let length = self.encoding.length(rest);
        if lines > 0 {
            self.place.line += u32::try_from(lines).unwrap_or(0);
            self.place.character = length;
        } else {
            self.place.character += length;
        }
        self.at = to;
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, column, text and kind of each token.
    fn told(text: &str, range: Option<Range>) -> Vec<(u32, u32, String, &'static str)> {
        let (mut line, mut column) = (0, 0);
        let all = tokens(text, range, Encoding::Utf16).data;
        let told = all.into_iter().map(|token| {
            line += token.delta_line;
            column = if token.delta_line > 0 { token.delta_start } else { column + token.delta_start };
            let units: Vec<u16> = text.lines().nth(line as usize).unwrap().encode_utf16().collect();
            let (from, to) = (column as usize, (column + token.length) as usize);
            let shown = String::from_utf16(&units[from..to]).unwrap();
            let kind = match TYPES[token.token_type as usize].as_str() {
                "keyword" => "keyword",
                "string" => "string",
                "comment" => "comment",
                "parameter" => "parameter",
                "type" if token.token_modifiers_bitset == BUILT_IN => "built-in type",
                _ => "other",
            };
            (line, column, shown, kind)
        });
        told.collect()
    }

    #[test]
    fn each_part_is_where_it_is_in_units_of_the_encoding() {
        let text = "/* 😀\n ä */ param location string = '😀x'\r\n";
        let expected = [
            (0, 0, "/* 😀", "comment"),
            (1, 0, " ä */", "comment"),
            (1, 6, "param", "keyword"),
            (1, 12, "location", "parameter"),
            (1, 21, "string", "built-in type"),
            (1, 28, "=", "other"),
            (1, 30, "'", "string"),
            (1, 31, "😀x", "string"),
            (1, 34, "'", "string"),
        ];
        let expected = expected.map(|(line, column, text, kind)| (line, column, text.to_owned(), kind));
        assert_eq!(told(text, None), expected);
        let second = Range { start: Position::new(1, 0), end: Position::new(1, 3) };
        assert_eq!(told(text, Some(second)), expected[1..]);
    }

    #[test]
    fn broken_and_large_texts_do_no_harm() {
        assert!(!tokens("param x string = {\nresource r '", None, Encoding::Utf8).data.is_empty());
        assert!(tokens(&"(".repeat(100_000), None, Encoding::Utf8).data.is_empty());
        assert!(tokens(&"param x int\n".repeat(100_000), None, Encoding::Utf8).data.is_empty());
    }
}
