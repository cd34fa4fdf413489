//! Functions of points in time. <https://developer.hashicorp.com/terraform/language/functions/formatdate>

use cmklint_graph::Value;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time as TimeOfDay};
use jiff::fmt::strtime;
use jiff::tz::Offset;

use super::text::text;
use super::{Made, Stop};

const SECOND: i128 = 1_000_000_000;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "formatdate" => formatted(args),
        "timeadd" => added(args),
        "timecmp" => compared(args),
        _ => return None,
    })
}

/// A point in time in the zone that it was written in.
struct Time {
    local: DateTime,
    offset: Offset,
    /// Whether the zone was written as `Z`.
    utc: bool,
}

const BAD: Stop = Stop::Refused("not a timestamp (RFC 3339)");

/// Reads `2006-01-02T15:04:05.5-07:00`, as strictly as Terraform does.
fn parse(text: &str) -> Result<Time, Stop> {
    let number = |from: usize, to: usize| -> Result<i16, Stop> {
        let part = text.get(from..to).filter(|p| p.bytes().all(|b| b.is_ascii_digit())).ok_or(BAD)?;
        part.parse().map_err(|_| BAD)
    };
    let short = |from: usize| i8::try_from(number(from, from + 2)?).map_err(|_| BAD);
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !text.is_ascii() || marks.iter().any(|(at, mark)| text.as_bytes().get(*at) != Some(mark)) {
        return Err(BAD);
    }
    let date = Date::new(number(0, 4)?, short(5)?, short(8)?).map_err(|_| BAD)?;
    let (hour, minute, second) = (short(11)?, short(14)?, short(17)?);
    let mut rest = text.get(19..).ok_or(BAD)?;
    let time = TimeOfDay::new(hour, minute, second, 0).map_err(|_| BAD)?;
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
        let (digits, after) = fraction.split_at(end);
        if digits.is_empty() || digits.len() > 9 {
            return Err(Stop::Unknown);
        }
        nanoseconds = format!("{digits:0<9}").parse().map_err(|_| BAD)?;
        rest = after;
    }
    let time = time.with().subsec_nanosecond(nanoseconds).build().map_err(|_| BAD)?;
    Ok(Time { local: date.to_datetime(time), offset: offset(rest)?, utc: rest == "Z" })
}

/// Reads `Z` or `-07:00`.
fn offset(text: &str) -> Result<Offset, Stop> {
    match text.as_bytes() {
        b"Z" => Ok(Offset::UTC),
        [sign @ (b'+' | b'-'), a @ b'0'..=b'9', b @ b'0'..=b'9', b':', c @ b'0'..=b'9', d @ b'0'..=b'9'] => {
            let digit = |b: &u8| i32::from(*b - b'0');
            let (hours, minutes) = (digit(a) * 10 + digit(b), digit(c) * 10 + digit(d));
            if hours > 23 || minutes > 59 {
                return Err(Stop::Unknown);
            }
            let seconds = (hours * 60 + minutes) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).map_err(|_| Stop::Unknown)
        }
        _ => Err(BAD),
    }
}

impl Time {
    /// Nanoseconds since the year 1 in UTC.
    fn instant(&self) -> i128 {
        let seconds = i128::from(self.offset.seconds());
        self.local.duration_since(Date::constant(1, 1, 1).at(0, 0, 0, 0)).as_nanos() - seconds * SECOND
    }

    fn offset(&self, colon: &str) -> String {
        let seconds = self.offset.seconds();
        let minutes = seconds.abs() / 60;
        format!("{}{:02}{colon}{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }

    /// `Z`, or the offset. Go treats `+00:00` as UTC too.
    fn zulu(&self, colon: &str) -> String {
        if self.utc || self.offset == Offset::UTC { "Z".to_owned() } else { self.offset(colon) }
    }
}

fn formatted(args: &[Value]) -> Made {
    let (pattern, time) = (text(args, 0)?, parse(text(args, 1)?)?);
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' && chars.next_if_eq(&'\'').is_some() {
            out.push('\'');
            continue;
        }
        if c == '\'' {
            loop {
                match chars.next() {
                    None => return Err(Stop::Refused("an unclosed quotation")),
                    Some('\'') if chars.next_if_eq(&'\'').is_some() => out.push('\''),
                    Some('\'') => break,
                    Some(c) => out.push(c),
                }
            }
            continue;
        }
        if !c.is_ascii_alphabetic() {
            out.push(c);
            continue;
        }
        let mut verb = String::from(c);
        while let Some(next) = chars.next_if_eq(&c) {
            verb.push(next);
        }
        out.push_str(&time.verb(&verb)?);
    }
    Ok(Value::string(out))
}

impl Time {
    /// The text for a verb of `formatdate`.
    fn verb(&self, verb: &str) -> Result<String, Stop> {
        let directive = match verb {
            "YYYY" => "%Y",
            "YY" => return Ok(format!("{:02}", self.local.year() % 100)),
            "MMMM" => "%B",
            "MMM" => "%b",
            "MM" => "%m",
            "M" => "%-m",
            "DD" => "%d",
            "D" => "%-d",
            "EEEE" => "%A",
            "EEE" => "%a",
            "hh" => "%H",
            "h" => "%-H",
            "HH" => "%I",
            "H" => "%-I",
            "AA" => "%p",
            "aa" => "%P",
            "mm" => "%M",
            "m" => "%-M",
            "ss" => "%S",
            "s" => "%-S",
            "Z" => return Ok(self.zulu(":")),
            "ZZZ" if self.utc => return Ok("UTC".to_owned()),
            "ZZZ" | "ZZZZ" => return Ok(self.offset("")),
            "ZZZZZ" => return Ok(self.offset(":")),
            _ => return Err(Stop::Refused("an unknown format verb")),
        };
        strtime::format(directive, self.local).map_err(|_| Stop::Unknown)
    }
}

/// A duration in nanoseconds, as Go's `time.ParseDuration` reads it: `1h30m`, `-1.5h`.
fn duration(text: &str) -> Result<i128, Stop> {
    const BAD: Stop = Stop::Refused("not a duration");
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    let mut total: i128 = 0;
    if rest.is_empty() {
        return Err(BAD);
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or(BAD)?;
        let (number, after) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.len() + fraction.len() == 0 || fraction.contains('.') {
            return Err(BAD);
        }
        if whole.len() > 12 || fraction.len() > 9 {
            return Err(Stop::Unknown);
        }
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => SECOND,
            "m" => 60 * SECOND,
            "h" => 3600 * SECOND,
            _ => return Err(BAD),
        };
        let parse = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<i128>().map_err(|_| BAD) };
        let scale = 10_i128.pow(u32::try_from(fraction.len()).map_err(|_| BAD)?);
        total += parse(whole)? * unit + parse(fraction)? * unit / scale;
        rest = after;
    }
    if total > i128::from(i64::MAX) {
        return Err(Stop::Unknown);
    }
    Ok(if negative { -total } else { total })
}

fn added(args: &[Value]) -> Made {
    let (time, duration) = (parse(text(args, 0)?)?, duration(text(args, 1)?)?);
    let duration = SignedDuration::try_from_nanos_i128(duration).ok_or(Stop::Unknown)?;
    let local = time.local.checked_add(duration).map_err(|_| Stop::Unknown)?;
    if local.year() < 0 {
        return Err(Stop::Unknown);
    }
    let text = strtime::format("%Y-%m-%dT%H:%M:%S", local).map_err(|_| Stop::Unknown)?;
    Ok(Value::string(text + &time.zulu(":")))
}

fn compared(args: &[Value]) -> Made {
    let (a, b) = (parse(text(args, 0)?)?, parse(text(args, 1)?)?);
    Ok(Value::int(a.instant().cmp(&b.instant()) as i64))
}
