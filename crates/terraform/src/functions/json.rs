//! JSON as Terraform writes and reads it.

use std::fmt::Write as _;
use std::sync::Arc;

use cmklint_graph::{Form, Kind, Object, Value};
use cmklint_source::{FileId, Span};

use super::list::tuple;
use super::{Made, ParsedNumber, Stop, parse_number};
use crate::values::{MAX_NESTING, sorted};

/// Places are kept of the first values only.
pub(super) const MAX_PLACES: usize = 20_000;

/// The JSON text of `value`, which is known.
pub(super) fn encode(value: &Value) -> Result<String, Stop> {
    let mut out = String::new();
    write(value, &mut out, 0)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String, depth: usize) -> Result<(), Stop> {
    if depth > MAX_NESTING || out.len() > super::text::MAX_LENGTH {
        return Err(Stop::Unknown);
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => write_text(text, out),
        Kind::Array(array) => {
            out.push('[');
            for (at, item) in array.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out, depth + 1)?;
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            for (at, (name, entry)) in sorted(object).into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(&entry.value, out, depth + 1)?;
            }
            out.push('}');
        }
        _ => return Err(Stop::Unknown),
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The value of the JSON `text`. Each value is written where it is in `file`, where that is given, whose text it is; of a file of very many values, the first.
pub(super) fn decode_in(text: &str, file: Option<FileId>) -> Made {
    let mut reader = JsonReader { rest: text, length: text.len(), file, places: MAX_PLACES };
    let value = reader.value(0)?;
    reader.skip_whitespace();
    if reader.rest.is_empty() { Ok(value) } else { Err(BAD) }
}

const BAD: Stop = Stop::Refused("not JSON");

struct JsonReader<'t> {
    rest: &'t str,
    length: usize,
    file: Option<FileId>,
    /// So many more values are given their place.
    places: usize,
}

impl JsonReader<'_> {
    fn skip_whitespace(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Made {
        if depth > MAX_NESTING {
            return Err(Stop::Unknown);
        }
        self.skip_whitespace();
        let start = self.at();
        let value = self.value_here(depth)?;
        Ok(match self.file.filter(|_| self.places > 0) {
            Some(file) => {
                self.places -= 1;
                value.written_at(Span::new(file, start, self.at()))
            }
            None => value,
        })
    }

    /// Where in the text it is.
    fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    fn value_here(&mut self, depth: usize) -> Made {
        match self.rest.chars().next() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.text().map(|t| Value::string(super::composed_text(&t))),
            Some('t') if self.take("true") => Ok(Value::bool(true)),
            Some('f') if self.take("false") => Ok(Value::bool(false)),
            Some('n') if self.take("null") => Ok(Value::null()),
            Some('-' | '0'..='9') => self.number(),
            _ => Err(BAD),
        }
    }

    fn number(&mut self) -> Made {
        let end = self.rest.find(|c| !matches!(c, '0'..='9' | '.' | '+' | '-' | 'e' | 'E')).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = digits.split(['.', 'e', 'E']).next().unwrap_or("");
        let sound = !whole.is_empty()
            && (whole == "0" || !whole.starts_with('0'))
            && !digits.contains(".e")
            && !digits.ends_with(['.', 'e', 'E', '+', '-']);
        match parse_number(text) {
            ParsedNumber::Known(number) if sound => Ok(Value::new(Kind::Number(number))),
            ParsedNumber::Unknown if sound => Err(Stop::Unknown),
            _ => Err(BAD),
        }
    }

    fn array(&mut self, depth: usize) -> Made {
        let mut items = Vec::new();
        self.take("[");
        self.skip_whitespace();
        if self.take("]") {
            return Ok(tuple(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_whitespace();
            if self.take("]") {
                return Ok(tuple(items));
            }
            if !self.take(",") {
                return Err(BAD);
            }
        }
    }

    fn object(&mut self, depth: usize) -> Made {
        let mut out = Object { form: Form::Structure, ..Object::default() };
        self.take("{");
        self.skip_whitespace();
        if self.take("}") {
            return Ok(Value::object(out));
        }
        loop {
            self.skip_whitespace();
            let name: Arc<str> = super::composed_text(&self.text()?).into();
            self.skip_whitespace();
            if !self.take(":") {
                return Err(BAD);
            }
            let value = self.value(depth + 1)?;
            // For two members of one name Terraform looks at the types of both.
            if out.entries.contains_key(&name) {
                return Err(Stop::Unknown);
            }
            out.insert(name, None, value);
            self.skip_whitespace();
            if self.take("}") {
                return Ok(Value::object(out));
            }
            if !self.take(",") {
                return Err(BAD);
            }
        }
    }

    fn text(&mut self) -> Result<String, Stop> {
        if !self.take("\"") {
            return Err(BAD);
        }
        let mut out = String::new();
        let mut chars = self.rest.chars();
        loop {
            match chars.next().ok_or(BAD)? {
                '"' => break,
                '\\' => match chars.next().ok_or(BAD)? {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    c @ ('"' | '\\' | '/') => out.push(c),
                    'u' => {
                        let mut unit = || -> Result<u32, Stop> {
                            let digits: String = chars.by_ref().take(4).collect();
                            u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4).ok_or(BAD)
                        };
                        let first = unit()?;
                        let code = if (0xd800..0xdc00).contains(&first) {
                            if (chars.next(), chars.next()) != (Some('\\'), Some('u')) {
                                return Err(Stop::Unknown);
                            }
                            let digits: String = chars.by_ref().take(4).collect();
                            let second = u32::from_str_radix(&digits, 16).map_err(|_| BAD)?;
                            if !(0xdc00..0xe000).contains(&second) {
                                return Err(Stop::Unknown);
                            }
                            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                        } else {
                            first
                        };
                        out.push(char::from_u32(code).ok_or(Stop::Unknown)?);
                    }
                    _ => return Err(BAD),
                },
                c if u32::from(c) < 0x20 => return Err(BAD),
                c => out.push(c),
            }
        }
        self.rest = chars.as_str();
        Ok(out)
    }
}
