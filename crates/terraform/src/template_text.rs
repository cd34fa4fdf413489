//! The text of an ARM template that is written in Terraform: as ARM's reader reads it, and where each part of it is written.
//!
//! Each part of the text that Terraform doesn't know is a hole. ARM's reader gets a parameter in its place, and the value for it.

use std::ops::Range;
use std::sync::Arc;

use cmklint_graph::{Kind, Object, TextPart, Value};
use cmklint_source::{Sources, Span};

/// Nested values are read to this depth; ARM's reader goes no deeper than a few hundred.
const MAX_DEPTH: usize = 100;

/// A template's text.
#[derive(Clone, Debug)]
pub struct TemplateText {
    /// The text, with `parameters('…')` for the parts that aren't known.
    pub text: String,
    /// The parameters in the text for the parts that aren't known, by name, and their values.
    pub holes: Vec<(Arc<str>, Value)>,
    places: Places,
    /// The argument that holds the template.
    whole: Span,
}

/// Where the parts of the text are written.
#[derive(Clone, Debug)]
enum Places {
    /// Parts that don't overlap, in order.
    Parts(Vec<(Range<usize>, Span)>),
    /// Line by line: where each line begins in the text, and where it is written.
    Lines(Vec<(usize, Line)>),
}

/// Where a line of the text is written.
#[derive(Clone, Copy, Debug)]
struct Line {
    span: Span,
    /// Whether the line is written there unchanged, so that columns count.
    verbatim: bool,
}

impl TemplateText {
    /// The text `value`, or the JSON text of the object `value`. It is the argument at `whole`. `None` where it is neither.
    pub(crate) fn of(value: &Value, whole: Span, sources: &Sources) -> Option<Self> {
        match &value.kind {
            Kind::Object(_) => {
                let mut writer = HoleWriter::default();
                writer.value(value, 0);
                let HoleWriter { text, holes, parts, .. } = writer;
                Some(Self { text, holes, places: Places::Parts(parts), whole })
            }
            Kind::String(text) => {
                let places = lines(text, whole, sources);
                Some(Self { text: text.to_string(), holes: Vec::new(), places, whole })
            }
            Kind::Template(parts) => {
                let mut writer = HoleWriter::default();
                writer.pieces(parts);
                let HoleWriter { text, holes, .. } = writer;
                let places = lines(&text, whole, sources);
                Some(Self { text, holes, places, whole })
            }
            _ => None,
        }
    }

    /// Where the bytes `range` of the text are written: the smallest known place.
    #[must_use]
    pub fn place(&self, range: Range<usize>) -> Span {
        let found = match &self.places {
            Places::Parts(parts) => {
                let first = parts.partition_point(|(part, _)| part.end <= range.start);
                let last = parts.partition_point(|(part, _)| part.start < range.end.max(range.start + 1));
                let parts = parts.get(first..last).unwrap_or(&[]);
                // Of several places, those in the argument: others may be anywhere.
                let mut inside = parts.iter().map(|(_, span)| *span).filter(|span| self.whole.contains(*span));
                match (parts, inside.next()) {
                    ([(_, only)], _) => Some(*only),
                    (_, first) => first.map(|first| inside.fold(first, Span::cover)),
                }
            }
            Places::Lines(lines) => {
                let at = |offset: usize| {
                    let line = lines.partition_point(|(start, _)| *start <= offset).checked_sub(1)?;
                    lines.get(line).copied()
                };
                at(range.start).zip(at(range.end)).map(|((from, first), (to, last))| {
                    let inside = |line: Line, start: usize, offset: usize| {
                        let start = line.span.start as usize + (offset - start);
                        start.min(line.span.end as usize)
                    };
                    let start =
                        if first.verbatim { inside(first, from, range.start) } else { first.span.start as usize };
                    let end = if last.verbatim { inside(last, to, range.end) } else { last.span.end as usize };
                    Span::new(first.span.file, start, end)
                })
            }
        };
        found.unwrap_or(self.whole)
    }
}

/// The lines of `text`, where they are those of a heredoc at `whole`.
fn lines(text: &str, whole: Span, sources: &Sources) -> Places {
    let none = Places::Lines(Vec::new());
    let Some(file) = sources.get(whole.file) else { return none };
    let slice = file.slice(whole);
    if !slice.trim_start().starts_with("<<") {
        return none;
    }
    let mut start = 0usize;
    let mut at = whole.start as usize + slice.find('\n').map_or(slice.len(), |i| i + 1);
    let mut written = slice.split('\n').skip(1);
    let mut out = Vec::new();
    for line in text.trim_end_matches('\n').split('\n') {
        let Some(source) = written.next() else { return none };
        let bare = source.trim_end_matches('\r');
        let (from, verbatim) = match bare.strip_suffix(line.trim_end_matches('\r')) {
            Some(before) => (before.len(), true),
            None => (bare.len() - bare.trim_start().len(), false),
        };
        out.push((start, Line { span: Span::new(whole.file, at + from, at + bare.len()), verbatim }));
        start += line.len() + 1;
        at += source.len() + 1;
    }
    // Only the end marker may follow: else lines were added, and it can't be known which.
    if written.next().is_none_or(|mark| mark.contains(['{', '}', '"']))
        || written.next().is_some_and(|l| !l.trim().is_empty())
    {
        return none;
    }
    Places::Lines(out)
}

#[derive(Default)]
struct HoleWriter {
    text: String,
    holes: Vec<(Arc<str>, Value)>,
    parts: Vec<(Range<usize>, Span)>,
}

/// A piece of text inside quotes.
enum QuotedPiece<'a> {
    Text(&'a str),
    Hole(&'a Value),
}

impl HoleWriter {
    /// `parameters('…')` for `value`.
    fn hole(&mut self, value: &Value) -> String {
        let name: Arc<str> = format!("terraform:{}", self.holes.len()).into();
        self.holes.push((Arc::clone(&name), value.clone()));
        format!("parameters('{name}')")
    }

    fn whole_hole(&mut self, value: &Value) {
        let call = self.hole(value);
        self.text.push_str(&format!("\"[{call}]\""));
    }

    fn value(&mut self, value: &Value, depth: usize) {
        let start = self.text.len();
        match &value.kind {
            _ if depth > MAX_DEPTH => self.whole_hole(value),
            Kind::Null => self.text.push_str("null"),
            Kind::Bool(flag) => self.text.push_str(&flag.to_string()),
            Kind::Number(number) => self.text.push_str(&number.to_string()),
            Kind::String(text) => self.quoted(text),
            Kind::Template(parts) => {
                let escaped: Vec<(Option<String>, &Value)> =
                    parts.iter().map(|part| escape_part(part, value)).collect();
                let pieces: Vec<QuotedPiece<'_>> = escaped
                    .iter()
                    .map(|(text, value)| text.as_deref().map_or(QuotedPiece::Hole(value), QuotedPiece::Text))
                    .collect();
                self.inside_quotes(&pieces);
            }
            // Only the resources in the list that are known.
            Kind::Array(array) if array.rest.is_none() || depth == 1 => {
                self.text.push('[');
                for (i, item) in array.items.iter().enumerate() {
                    self.comma(i);
                    self.value(item, depth + 1);
                }
                self.text.push(']');
                return;
            }
            Kind::Object(object) if object.rest.is_none() => {
                self.object(object, depth);
                return;
            }
            _ => self.whole_hole(value),
        }
        if let Some(span) = value.span() {
            self.parts.push((start..self.text.len(), span));
        }
    }

    fn object(&mut self, object: &Object, depth: usize) {
        self.text.push('{');
        for (i, (name, entry)) in object.entries.iter().enumerate() {
            self.comma(i);
            let start = self.text.len();
            self.quoted(name);
            if let Some(span) = entry.key_span {
                self.parts.push((start..self.text.len(), span));
            }
            self.text.push(':');
            self.value(&entry.value, depth + 1);
        }
        self.text.push('}');
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.text.push(',');
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.text.push_str(&escaped(text));
        self.text.push('"');
    }

    /// Text that is JSON with holes in it.
    fn pieces(&mut self, parts: &[TextPart]) {
        let mut inside: Option<Vec<QuotedPiece<'_>>> = None;
        for part in parts {
            let text = match (part, &mut inside) {
                (TextPart::Text(text), _) => text,
                (TextPart::Value(value), Some(pieces)) => {
                    pieces.push(QuotedPiece::Hole(value));
                    continue;
                }
                (TextPart::Value(value), None) => {
                    self.whole_hole(value);
                    continue;
                }
            };
            let mut from = 0;
            let mut escapes = false;
            for (at, byte) in text.bytes().enumerate() {
                match byte {
                    _ if escapes => escapes = false,
                    b'\\' if inside.is_some() => escapes = true,
                    b'"' => {
                        let before = text.get(from..at).unwrap_or("");
                        from = at + 1;
                        match inside.take() {
                            Some(mut pieces) => {
                                pieces.push(QuotedPiece::Text(before));
                                self.inside_quotes(&pieces);
                            }
                            None => {
                                self.text.push_str(before);
                                inside = Some(Vec::new());
                            }
                        }
                    }
                    _ => {}
                }
            }
            let rest = text.get(from..).unwrap_or("");
            match &mut inside {
                Some(pieces) => pieces.push(QuotedPiece::Text(rest)),
                None => self.text.push_str(rest),
            }
        }
        if inside.is_some() {
            // A quote that is not closed, which is not JSON: ARM's reader reports it.
            self.text.push('"');
        }
    }

    /// A JSON string of `pieces`, whose strings are already escaped.
    fn inside_quotes(&mut self, pieces: &[QuotedPiece<'_>]) {
        self.text.push('"');
        let is_hole = |piece: &QuotedPiece<'_>| matches!(piece, QuotedPiece::Hole(_));
        if !pieces.iter().any(is_hole) {
            for piece in pieces {
                if let QuotedPiece::Text(text) = piece {
                    self.text.push_str(text);
                }
            }
        } else if is_expression(pieces) {
            self.expression(pieces);
        } else {
            let mut args = Vec::new();
            for (at, piece) in pieces.iter().enumerate() {
                match piece {
                    QuotedPiece::Text("") => {}
                    // A second bracket means that the first is text; inside an expression it needs none.
                    QuotedPiece::Text(text) if at == 0 && text.starts_with("[[") => {
                        args.push(format!("'{}'", text.get(1..).unwrap_or("").replace('\'', "''")));
                    }
                    QuotedPiece::Text(text) => args.push(format!("'{}'", text.replace('\'', "''"))),
                    QuotedPiece::Hole(value) => args.push(self.hole(value)),
                }
            }
            match &args[..] {
                [only] => self.text.push_str(&format!("[{only}]")),
                _ => self.text.push_str(&format!("[concat({})]", args.join(", "))),
            }
        }
        self.text.push('"');
    }

    /// An expression of ARM: holes inside its quotes become parts of the text there, others values.
    fn expression(&mut self, pieces: &[QuotedPiece<'_>]) {
        let mut literal: Option<Vec<String>> = None;
        let mut text_of_literal = String::new();
        for piece in pieces {
            match (piece, &mut literal) {
                (QuotedPiece::Hole(value), None) => {
                    let call = self.hole(value);
                    self.text.push_str(&call);
                }
                (QuotedPiece::Hole(value), Some(args)) => {
                    if !text_of_literal.is_empty() {
                        args.push(format!("'{text_of_literal}'"));
                        text_of_literal.clear();
                    }
                    let name: Arc<str> = format!("terraform:{}", self.holes.len()).into();
                    self.holes.push((Arc::clone(&name), (*value).clone()));
                    args.push(format!("parameters('{name}')"));
                }
                (QuotedPiece::Text(text), _) => {
                    for c in text.chars() {
                        match (c, literal.take()) {
                            ('\'', None) => literal = Some(Vec::new()),
                            ('\'', Some(mut args)) => {
                                if !text_of_literal.is_empty() || args.is_empty() {
                                    args.push(format!("'{text_of_literal}'"));
                                    text_of_literal.clear();
                                }
                                match &args[..] {
                                    [only] => self.text.push_str(only),
                                    _ => self.text.push_str(&format!("concat({})", args.join(", "))),
                                }
                            }
                            (c, None) => self.text.push(c),
                            (c, Some(args)) => {
                                text_of_literal.push(c);
                                literal = Some(args);
                            }
                        }
                    }
                }
            }
        }
        if literal.is_some() {
            // A literal that is not closed: not an expression, so its value is not known.
            self.text.push_str(&format!("'{text_of_literal}"));
        }
    }
}

/// Whether the string is an expression of ARM: in brackets, the first of which isn't doubled.
fn is_expression(pieces: &[QuotedPiece<'_>]) -> bool {
    let first = pieces.iter().find(|p| !matches!(p, QuotedPiece::Text("")));
    let last = pieces.iter().rev().find(|p| !matches!(p, QuotedPiece::Text("")));
    match (first, last) {
        (Some(QuotedPiece::Text(first)), Some(QuotedPiece::Text(last))) => {
            first.starts_with('[') && !first.starts_with("[[") && last.ends_with(']')
        }
        _ => false,
    }
}

fn escape_part<'a>(part: &'a TextPart, whole: &'a Value) -> (Option<String>, &'a Value) {
    match part {
        TextPart::Text(text) => (Some(escaped(text)), whole),
        TextPart::Value(value) => (None, value),
    }
}

/// `text` escaped for a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_graph::Symbol;
    use cmklint_source::MemoryLoader;

    fn hole(name: &str) -> TextPart {
        TextPart::Value(Value::symbol(Symbol::new(name, name)))
    }

    fn text(parts: Vec<TextPart>) -> String {
        let sources = Sources::new(MemoryLoader::new([("a", "x")]));
        let whole = sources.load("a").unwrap().span(0, 1);
        let made = TemplateText::of(&Value::new(Kind::Template(parts.into())), whole, &sources).unwrap();
        made.text
    }

    fn t(text: &str) -> TextPart {
        TextPart::Text(text.into())
    }

    #[test]
    fn a_hole_becomes_a_parameter_by_where_it_stands() {
        for (parts, expected) in [
            (vec![t(r#"{"a": ""#), hole("x"), t(r#""}"#)], r#"{"a": "[parameters('terraform:0')]"}"#),
            (vec![t(r#"{"a": "#), hole("x"), t("}")], r#"{"a": "[parameters('terraform:0')]"}"#),
            (
                vec![t(r#"{"a": "it's "#), hole("x"), t("-"), hole("y"), t(r#""}"#)],
                r#"{"a": "[concat('it''s ', parameters('terraform:0'), '-', parameters('terraform:1'))]"}"#,
            ),
            (
                vec![t(r#"{"a": "[resourceId('T', ' "#), hole("x"), t(r#"', 'b')]"}"#)],
                r#"{"a": "[resourceId('T', concat(' ', parameters('terraform:0')), 'b')]"}"#,
            ),
            (vec![t(r#"{"a": "[add(1, "#), hole("x"), t(r#")]"}"#)], r#"{"a": "[add(1, parameters('terraform:0'))]"}"#),
            (vec![t(r#"{"a": "[[x"#), hole("x"), t(r#""}"#)], r#"{"a": "[concat('[x', parameters('terraform:0'))]"}"#),
            (
                vec![t(r#"{"a\"b": "c\\", "d": ""#), hole("x"), t(r#""}"#)],
                r#"{"a\"b": "c\\", "d": "[parameters('terraform:0')]"}"#,
            ),
        ] {
            assert_eq!(text(parts), expected);
        }
    }

    #[test]
    fn text_that_is_no_json_ends_where_its_quotes_do() {
        // ARM's reader reports the error in it.
        assert_eq!(text(vec![t("{\"a"), hole("x")]), "{\"");
        let two = "\"[parameters('terraform:0')]\"\"[parameters('terraform:1')]\"";
        assert_eq!(text(vec![hole("x"), hole("y")]), two);
        let open = "{\"a\": \"['x]\"}";
        assert_eq!(text(vec![t("{\"a\": \"['"), hole("x"), t("x]\"}")]), open);
    }

    #[test]
    fn a_place_in_a_heredoc_is_found_line_by_line() {
        let source = r#"content = <<-T
  {
    "a": "${x}",
    "b": 1
  }
T
"#;
        let sources = Sources::new(MemoryLoader::new([("a", source)]));
        let file = sources.load("a").unwrap();
        let whole = file.span(10, source.len() - 1);
        let parts = vec![
            t(r#"{
  "a": ""#),
            hole("x"),
            t("\",\n  \"b\": 1\n}\n"),
        ];
        let made = TemplateText::of(&Value::new(Kind::Template(parts.into())), whole, &sources).unwrap();
        let place = |part: &str| {
            let at = made.text.find(part).unwrap();
            file.slice(made.place(at..at + part.len()))
        };
        assert_eq!(place("\"b\""), "\"b\"");
        assert_eq!(place("1"), "1");
        assert_eq!(place("parameters"), "\"a\": \"${x}\",");
        assert_eq!(
            file.slice(made.place(0..made.text.len())),
            r#"{
    "a": "${x}",
    "b": 1
  }"#
        );
    }
}
