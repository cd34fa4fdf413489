//! Functions of points in time. <https://developer.hashicorp.com/terraform/language/functions/formatdate>

use cmklint_graph::Value;

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

/// A point in time, and the zone that it was written in.
struct Time {
    /// Nanoseconds since 1970 in UTC.
    at: i128,
    /// Minutes east of Greenwich.
    zone: i64,
    /// Whether the zone was written as `Z`.
    utc: bool,
}

/// The parts of a time as its zone has them.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

const BAD: Stop = Stop::Refused("text that is no time");

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of so many days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// Reads `2006-01-02T15:04:05.5-07:00`.
fn parse(text: &str) -> Result<Time, Stop> {
    let number = |from: usize, to: usize| -> Result<i64, Stop> {
        let part = text.get(from..to).filter(|p| p.bytes().all(|b| b.is_ascii_digit())).ok_or(BAD)?;
        part.parse().map_err(|_| BAD)
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !text.is_ascii() || marks.iter().any(|(at, mark)| text.as_bytes().get(*at) != Some(mark)) {
        return Err(BAD);
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let real = (1..=12).contains(&month) && date(days(year, month, day)) == (year, month, day);
    if !real || hour > 23 || minute > 59 || second > 59 {
        return Err(BAD);
    }
    let mut rest = text.get(19..).ok_or(BAD)?;
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
    let utc = rest == "Z";
    let zone = match (utc, rest.as_bytes()) {
        (true, _) => 0,
        (_, [sign @ (b'+' | b'-'), a @ b'0'..=b'9', b @ b'0'..=b'9', b':', c @ b'0'..=b'9', d @ b'0'..=b'9']) => {
            let digit = |b: &u8| i64::from(*b - b'0');
            let (hours, minutes) = (digit(a) * 10 + digit(b), digit(c) * 10 + digit(d));
            if hours > 23 || minutes > 59 {
                return Err(Stop::Unknown);
            }
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return Err(BAD),
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone * 60;
    Ok(Time { at: i128::from(seconds) * SECOND + nanoseconds, zone, utc })
}

impl Time {
    fn parts(&self) -> Result<Parts, Stop> {
        let seconds = i64::try_from(self.at.div_euclid(SECOND)).map_err(|_| Stop::Unknown)? + self.zone * 60;
        let (day_number, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(day_number);
        if !(0..=9999).contains(&year) {
            return Err(Stop::Unknown);
        }
        let weekday = (day_number + 4).rem_euclid(7);
        Ok(Parts { year, month, day, weekday, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 })
    }

    fn offset(&self, colon: &str) -> String {
        let size = self.zone.abs();
        format!("{}{:02}{colon}{:02}", if self.zone < 0 { '-' } else { '+' }, size / 60, size % 60)
    }

    /// `Z`, or the offset. Go takes `+00:00` for UTC too.
    fn zulu(&self, colon: &str) -> String {
        if self.utc || self.zone == 0 { "Z".to_owned() } else { self.offset(colon) }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn formatted(args: &[Value]) -> Made {
    let (pattern, time) = (text(args, 0)?, parse(text(args, 1)?)?);
    let parts = time.parts()?;
    let index = |n: i64| usize::try_from(n).unwrap_or(0);
    let month = MONTHS.get(index(parts.month - 1)).copied().unwrap_or("");
    let weekday = WEEKDAYS.get(index(parts.weekday)).copied().unwrap_or("");
    let twelve = if parts.hour % 12 == 0 { 12 } else { parts.hour % 12 };
    let half = if parts.hour < 12 { "am" } else { "pm" };
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
                    None => return Err(Stop::Refused("a quotation without end")),
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
        out.push_str(&match verb.as_str() {
            "YYYY" => format!("{:04}", parts.year),
            "YY" => format!("{:02}", parts.year % 100),
            "MMMM" => month.to_owned(),
            "MMM" => month.chars().take(3).collect(),
            "MM" => format!("{:02}", parts.month),
            "M" => parts.month.to_string(),
            "DD" => format!("{:02}", parts.day),
            "D" => parts.day.to_string(),
            "EEEE" => weekday.to_owned(),
            "EEE" => weekday.chars().take(3).collect(),
            "hh" => format!("{:02}", parts.hour),
            "h" => parts.hour.to_string(),
            "HH" => format!("{twelve:02}"),
            "H" => twelve.to_string(),
            "AA" => half.to_uppercase(),
            "aa" => half.to_owned(),
            "mm" => format!("{:02}", parts.minute),
            "m" => parts.minute.to_string(),
            "ss" => format!("{:02}", parts.second),
            "s" => parts.second.to_string(),
            "Z" => time.zulu(":"),
            "ZZZ" if time.utc => "UTC".to_owned(),
            "ZZZ" | "ZZZZ" => time.offset(""),
            "ZZZZZ" => time.offset(":"),
            _ => return Err(Stop::Refused("a verb that is none")),
        });
    }
    Ok(Value::string(out))
}

/// A duration in nanoseconds, as Go's `time.ParseDuration` reads it: `1h30m`, `-1.5h`.
fn duration(text: &str) -> Result<i128, Stop> {
    const BAD: Stop = Stop::Refused("text that is no duration");
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
    let (mut time, duration) = (parse(text(args, 0)?)?, duration(text(args, 1)?)?);
    time.at += duration;
    let p = time.parts()?;
    let zone = time.zulu(":");
    let text = format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}", p.year, p.month, p.day, p.hour, p.minute, p.second);
    Ok(Value::string(text))
}

fn compared(args: &[Value]) -> Made {
    let (a, b) = (parse(text(args, 0)?)?, parse(text(args, 1)?)?);
    Ok(Value::int(a.at.cmp(&b.at) as i64))
}
