//! `format` and `formatlist`. <https://developer.hashicorp.com/terraform/language/functions/format>

use std::fmt::Write as _;

use cmklint_graph::{Form, Kind, Number, Value};
use unicode_segmentation::UnicodeSegmentation as _;

use super::text::{MAX_LENGTH, strings, text};
use super::types::Ty;
use super::{Made, Stop, convert, decimal, json};

/// The width of the widest string that is made.
const WIDEST: usize = 1024;

/// The length of all rows together of the longest list that is made.
pub(super) const LONGEST_LIST: usize = 4 * MAX_LENGTH;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "format" => text(args, 0).and_then(|pattern| Ok(Value::string(format(pattern, args.get(1..).unwrap_or(&[]))?))),
        "formatlist" => format_list(args),
        _ => return None,
    })
}

/// One verb of a pattern: `%-5.2f`.
#[derive(Debug, Default)]
struct Verb {
    plus: bool,
    minus: bool,
    space: bool,
    zero: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
    /// The index of its argument.
    at: usize,
    mode: char,
}

/// A piece of a pattern.
#[derive(Debug)]
enum FormatPiece {
    Text(String),
    Verb(Verb),
}

/// The pieces of `pattern`.
fn pieces(pattern: &str) -> Result<Vec<FormatPiece>, Stop> {
    const BAD: Stop = Stop::Refused("an unknown format verb");
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut next = 0;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            literal.push('%');
            continue;
        }
        let mut verb = Verb { at: next, ..Verb::default() };
        while let Some(flag) = chars.next_if(|c| matches!(c, '+' | '-' | ' ' | '0' | '#')) {
            match flag {
                '+' => verb.plus = true,
                '-' => verb.minus = true,
                ' ' => verb.space = true,
                '0' => verb.zero = true,
                _ => verb.sharp = true,
            }
        }
        let digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| -> Result<Option<usize>, Stop> {
            let mut text = String::new();
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                text.push(digit);
            }
            match text.parse::<usize>() {
                Ok(number) if number <= WIDEST => Ok(Some(number)),
                Ok(_) => Err(Stop::Unknown),
                Err(_) if text.is_empty() => Ok(None),
                Err(_) => Err(Stop::Unknown),
            }
        };
        verb.width = digits(&mut chars)?.unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(&mut chars)?.unwrap_or(0));
        }
        if chars.next_if_eq(&'[').is_some() {
            let number = digits(&mut chars)?.and_then(|n| n.checked_sub(1)).ok_or(BAD)?;
            chars.next_if_eq(&']').ok_or(BAD)?;
            verb.at = number;
        }
        verb.mode = chars.next().filter(|c| "vtbodxXeEfgGsq".contains(*c)).ok_or(BAD)?;
        next = verb.at + 1;
        if !literal.is_empty() {
            out.push(FormatPiece::Text(std::mem::take(&mut literal)));
        }
        out.push(FormatPiece::Verb(verb));
    }
    if !literal.is_empty() {
        out.push(FormatPiece::Text(literal));
    }
    Ok(out)
}

fn format(pattern: &str, args: &[Value]) -> Result<String, Stop> {
    let pieces = pieces(pattern)?;
    let mut out = String::new();
    let mut used = 0;
    for piece in &pieces {
        match piece {
            FormatPiece::Text(text) => out.push_str(text),
            FormatPiece::Verb(verb) => {
                used = used.max(verb.at + 1);
                let value = args.get(verb.at).ok_or(Stop::Refused("too few arguments"))?;
                out.push_str(&verb.format(value)?);
            }
        }
        if out.len() > MAX_LENGTH {
            return Err(Stop::Unknown);
        }
    }
    if args.len() > used { Err(Stop::Refused("too many arguments")) } else { Ok(out) }
}

/// The pieces of a format whose arguments are not all known: text, and arguments that are inserted unchanged. `None` where the pieces are not known.
pub(super) fn parts<'v>(pattern: &str, args: &'v [Value]) -> Option<Vec<std::borrow::Cow<'v, Value>>> {
    use std::borrow::Cow;
    let mut out = Vec::new();
    let mut used = 0;
    for piece in pieces(pattern).ok()? {
        match piece {
            FormatPiece::Text(text) => out.push(Cow::Owned(Value::string(text))),
            FormatPiece::Verb(verb) => {
                used = used.max(verb.at + 1);
                let value = args.get(verb.at)?;
                if value.is_known() {
                    out.push(Cow::Owned(Value::string(verb.format(value).ok()?)));
                } else if matches!(verb.mode, 's' | 'v' | 'd') && verb.width == 0 && verb.is_plain() {
                    out.push(Cow::Borrowed(value));
                } else {
                    return None;
                }
            }
        }
    }
    (args.len() == used).then_some(out)
}

impl Verb {
    fn is_plain(&self) -> bool {
        !(self.plus || self.minus || self.space || self.zero || self.sharp) && self.precision.is_none()
    }

    fn format(&self, value: &Value) -> Result<String, Stop> {
        if value.is_null() {
            return if self.mode == 'v' { Err(Stop::Unknown) } else { Err(Stop::Refused("null")) };
        }
        match self.mode {
            'v' if self.sharp => Ok(self.pad(json::encode(value)?)),
            'v' => match &value.kind {
                Kind::String(text) => Ok(self.pad(text.to_string())),
                Kind::Number(number) => self.number(*number, 'g'),
                Kind::Bool(value) => Ok(self.pad(value.to_string())),
                _ => Ok(self.pad(json::encode(value)?)),
            },
            't' => Ok(convert::to(value, &Ty::Bool)?.as_bool().ok_or(Stop::Unknown)?.to_string()),
            's' | 'q' => {
                let text = convert::to(value, &Ty::String)?;
                let text = text.as_str().ok_or(Stop::Unknown)?;
                let cut = match self.precision {
                    Some(most) => text.graphemes(true).take(most).collect(),
                    None => text.to_owned(),
                };
                Ok(self.pad(if self.mode == 'q' { super::quote::quoted(&cut) } else { cut }))
            }
            mode => self.number(convert::to(value, &Ty::Number)?.as_number().ok_or(Stop::Unknown)?, mode),
        }
    }

    fn number(&self, number: Number, mode: char) -> Result<String, Stop> {
        let text = match mode {
            'd' | 'b' | 'o' | 'x' | 'X' => {
                let Number::Int(int) = number else {
                    let whole = number.as_f64().fract() == 0.0;
                    return Err(if whole { Stop::Unknown } else { Stop::Refused("a number that is not whole") });
                };
                if self.precision.is_some() || self.sharp {
                    return Err(Stop::Unknown);
                }
                let (sign, size) = (if int < 0 { "-" } else { "" }, int.unsigned_abs());
                match mode {
                    'd' => format!("{sign}{size}"),
                    'b' => format!("{sign}{size:b}"),
                    'o' => format!("{sign}{size:o}"),
                    'x' => format!("{sign}{size:x}"),
                    _ => format!("{sign}{size:X}"),
                }
            }
            'f' => decimal::fixed(number, self.precision.unwrap_or(6))?,
            'e' | 'E' => {
                let text = scientific(number, Some(self.precision.unwrap_or(6)))?;
                if mode == 'E' { text.to_uppercase() } else { text }
            }
            _ => {
                let text = general(number, self.precision)?;
                if mode == 'G' { text.to_uppercase() } else { text }
            }
        };
        let signed = match text.strip_prefix('-') {
            Some(_) => text,
            None if self.plus => format!("+{text}"),
            None if self.space => format!(" {text}"),
            None => text,
        };
        if self.zero && !self.minus && signed.len() < self.width {
            let (sign, digits) = signed.split_at(usize::from(signed.starts_with(['+', '-', ' '])));
            return Ok(format!("{sign}{digits:0>width$}", width = self.width - sign.len()));
        }
        Ok(self.pad(signed))
    }

    fn pad(&self, text: String) -> String {
        if self.width == 0 {
            return text;
        }
        let missing = self.width.saturating_sub(text.graphemes(true).take(self.width).count());
        let with = if self.zero && !self.minus { "0" } else { " " };
        if self.minus { text + &with.repeat(missing) } else { with.repeat(missing) + &text }
    }
}

/// `1.5e+03`, with `places` digits after the decimal point, or with as many as the number has.
fn scientific(number: Number, places: Option<usize>) -> Result<String, Stop> {
    let (negative, digits, place) = decimal::digits(number);
    let keep = places.map_or(digits.len(), |p| p + 1).max(1);
    let mut exponent = if digits.is_empty() { 0 } else { place - 1 };
    let mut rounded = decimal::rounded(number, &digits, i64::try_from(keep).map_err(|_| Stop::Unknown)?)?;
    if rounded.len() > keep {
        exponent += 1;
        rounded.truncate(keep);
    }
    let (first, rest) = rounded.split_at(1.min(rounded.len()));
    let mut out = String::from(if negative { "-" } else { "" });
    out.push_str(if first.is_empty() { "0" } else { first });
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    let _ = write!(out, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    Ok(out)
}

/// As `%g`: the shorter of the two notations.
fn general(number: Number, precision: Option<usize>) -> Result<String, Stop> {
    let (negative, digits, place) = decimal::digits(number);
    let (digits, place) = match precision {
        Some(0) | None => (digits, place),
        Some(most) => {
            let rounded = decimal::rounded(number, &digits, i64::try_from(most).map_err(|_| Stop::Unknown)?)?;
            let carried = i64::from(rounded.len() > most);
            (rounded.trim_end_matches('0').to_owned(), place + carried)
        }
    };
    if precision == Some(0) {
        return Err(Stop::Unknown);
    }
    let count = i64::try_from(digits.len()).map_err(|_| Stop::Unknown)?;
    let threshold = match precision {
        None => 6,
        Some(most) => {
            let most = i64::try_from(most).map_err(|_| Stop::Unknown)?;
            if most > count && count >= place { count } else { most }
        }
    };
    let exponent = if digits.is_empty() { 0 } else { place - 1 };
    let sign = if negative { "-" } else { "" };
    if exponent < -4 || exponent >= threshold && !digits.is_empty() {
        let (first, rest) = digits.split_at(1.min(digits.len()));
        let point = if rest.is_empty() { "" } else { "." };
        let side = if exponent < 0 { '-' } else { '+' };
        return Ok(format!("{sign}{first}{point}{rest}e{side}{:02}", exponent.abs()));
    }
    let plain = match usize::try_from(place) {
        Ok(whole) if whole >= digits.len() => format!("{digits:0<whole$}"),
        Ok(0) => format!("0.{digits}"),
        Ok(whole) => {
            let (a, b) = digits.split_at(whole);
            format!("{a}.{b}")
        }
        Err(_) => format!("0.{}{digits}", "0".repeat(usize::try_from(-place).map_err(|_| Stop::Unknown)?)),
    };
    Ok(format!("{sign}{}", if plain.is_empty() { "0" } else { &plain }))
}

fn format_list(args: &[Value]) -> Made {
    let pattern = text(args, 0)?;
    let args = args.get(1..).unwrap_or(&[]);
    if args.iter().any(Value::is_null) {
        return Err(Stop::Unknown);
    }
    let lists = || args.iter().filter_map(|arg| arg.as_array());
    if lists().any(|array| array.form == Form::Unsaid) || args.iter().any(|a| a.as_object().is_some()) {
        return Err(Stop::Unknown);
    }
    let Some(length) = lists().map(|array| array.items.len()).next() else {
        return Ok(strings([format(pattern, args)?]));
    };
    if lists().any(|array| array.items.len() != length) {
        return Err(Stop::Refused("lists of different lengths"));
    }
    let row = |at: usize| {
        let args = args.iter().map(|arg| match &arg.kind {
            Kind::Array(array) => array.items.get(at).cloned().unwrap_or_else(Value::null),
            _ => arg.clone(),
        });
        format(pattern, &args.collect::<Vec<_>>())
    };
    let mut left = LONGEST_LIST;
    let mut rows = Vec::new();
    for at in 0..length {
        let row = row(at)?;
        left = left.checked_sub(row.len()).ok_or(Stop::Unknown)?;
        rows.push(row);
    }
    Ok(strings(rows))
}
