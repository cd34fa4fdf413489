//! Dates: ISO 8601 timestamps and durations, and .NET's format strings as far as they don't depend on a culture.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-date>

use cmklint_graph::{Number, Value};

const TICKS: i64 = 10_000_000;
const DAY: i64 = 86_400;
/// .NET's dates reach from year 1 to 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match (name, args) {
        ("datetimeadd", [base, duration, rest @ ..]) if rest.len() <= 1 => {
            let (instant, style) = Instant::parse(base.as_str()?)?;
            let (seconds, ticks) = duration_of(duration.as_str()?)?;
            let sum = instant.plus(seconds, ticks)?;
            Value::string(match rest.first() {
                Some(format) => sum.format(format.as_str()?)?,
                None => sum.format(style)?,
            })
        }
        ("datetimefromepoch", [epoch]) => {
            let seconds = epoch.as_number().and_then(Number::as_i64)?;
            Value::string(Instant { seconds, ticks: 0 }.within()?.format(EXTENDED)?)
        }
        ("datetimetoepoch", [text]) => Value::int(Instant::parse(text.as_str()?)?.0.seconds),
        _ => return None,
    })
}

const EXTENDED: &str = "yyyy-MM-ddTHH:mm:ssZ";
const BASIC: &str = "yyyyMMddTHHmmssZ";

/// A moment: seconds since 1970 in UTC, and ten-millionths of a second on top.
#[derive(Clone, Copy)]
struct Instant {
    seconds: i64,
    ticks: i64,
}

impl Instant {
    /// A timestamp that says its offset from UTC, and the format that a result without a format of its own has: that of the base, where the basic form
    /// stays the basic one and everything else is written in the extended one.
    fn parse(text: &str) -> Option<(Self, &'static str)> {
        let (date, time) = text.trim().split_once(['T', 't', ' '])?;
        let basic = !date.contains('-');
        let (year, month, day) = if basic { fields(date, &[4, 2, 2])? } else { dashed(date)? };
        let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
            Some(at) => time.split_at(at),
            None => return None,
        };
        let (clock, ticks) = match clock.split_once('.') {
            Some((clock, fraction)) => (clock, fraction_of(fraction)?),
            None => (clock, 0),
        };
        let (hour, minute, second) = if clock.contains(':') { coloned(clock)? } else { fields(clock, &[2, 2, 2])? };
        let fits = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !fits {
            return None;
        }
        let seconds = days_before(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset_of(offset)?;
        Some((Self { seconds, ticks }.within()?, if basic { BASIC } else { EXTENDED }))
    }

    fn within(self) -> Option<Self> {
        (FIRST..=LAST).contains(&self.seconds).then_some(self)
    }

    fn plus(self, seconds: i64, ticks: i64) -> Option<Self> {
        let ticks = self.ticks + ticks;
        let seconds = self.seconds.checked_add(seconds)?.checked_add(ticks.div_euclid(TICKS))?;
        Self { seconds, ticks: ticks.rem_euclid(TICKS) }.within()
    }

    fn format(self, format: &str) -> Option<String> {
        let format = match format {
            // What these mean is the same in every culture; `d` is documented as month first.
            "d" => "MM/dd/yyyy",
            "o" | "O" => "yyyy-MM-ddTHH:mm:ss.fffffffZ",
            "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            "s" => "yyyy-MM-ddTHH:mm:ss",
            "u" => "yyyy-MM-dd HH:mm:ss'Z'",
            other if other.chars().count() < 2 => return None,
            custom => custom,
        };
        self.custom(format)
    }

    /// By a custom format string.
    fn custom(self, format: &str) -> Option<String> {
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
        const WEEK: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
        let days = self.seconds.div_euclid(DAY);
        let clock = self.seconds.rem_euclid(DAY);
        let (year, month, day) = date_of(days);
        let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
        let name = |names: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at).copied());
        let mut out = String::new();
        let mut chars = format.chars().peekable();
        while let Some(letter) = chars.next() {
            let mut count = 1;
            if letter.is_ascii_alphabetic() {
                while chars.next_if_eq(&letter).is_some() {
                    count += 1;
                }
            }
            let padded = |number: i64| if count > 1 { format!("{number:02}") } else { number.to_string() };
            match letter {
                'y' if count == 1 => out.push_str(&(year % 100).to_string()),
                'y' if count == 2 => out.push_str(&format!("{:02}", year % 100)),
                'y' if count <= 8 => out.push_str(&format!("{year:0count$}")),
                'M' if count <= 2 => out.push_str(&padded(month)),
                'M' if count == 3 => out.push_str(name(&MONTHS, month - 1)?.get(..3)?),
                'M' if count == 4 => out.push_str(name(&MONTHS, month - 1)?),
                'd' if count <= 2 => out.push_str(&padded(day)),
                'd' if count == 3 => out.push_str(name(&WEEK, days.rem_euclid(7))?.get(..3)?),
                'd' if count == 4 => out.push_str(name(&WEEK, days.rem_euclid(7))?),
                'H' if count <= 2 => out.push_str(&padded(hour)),
                'h' if count <= 2 => out.push_str(&padded((hour + 11) % 12 + 1)),
                'm' if count <= 2 => out.push_str(&padded(minute)),
                's' if count <= 2 => out.push_str(&padded(second)),
                't' if count == 2 => out.push_str(if hour < 12 { "AM" } else { "PM" }),
                'f' if count <= 7 => out.push_str(format!("{:07}", self.ticks).get(..count)?),
                'K' if count == 1 => out.push('Z'),
                'T' | 'Z' => out.extend(std::iter::repeat_n(letter, count)),
                '\'' | '"' => loop {
                    match chars.next()? {
                        end if end == letter => break,
                        '\\' => out.push(chars.next()?),
                        inner => out.push(inner),
                    }
                },
                '\\' => out.push(chars.next()?),
                '-' | ':' | '/' | '.' | ',' | ' ' | '_' => out.push(letter),
                _ => return None,
            }
        }
        Some(out)
    }
}

/// Digits cut by `widths`.
fn fields(text: &str, widths: &[usize; 3]) -> Option<(i64, i64, i64)> {
    let mut at = 0;
    let mut next = |width: usize| {
        let part = number(text.get(at..at + width)?);
        at += width;
        part
    };
    let [a, b, c] = widths;
    let all = (next(*a)?, next(*b)?, next(*c)?);
    (at == text.len()).then_some(all)
}

fn parts(text: &str, separator: char) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || b.len() != 2 || c.len() != 2 {
        return None;
    }
    Some((number(a)?, number(b)?, number(c)?))
}

fn dashed(text: &str) -> Option<(i64, i64, i64)> {
    (text.len() == 10).then(|| parts(text, '-'))?
}

fn coloned(text: &str) -> Option<(i64, i64, i64)> {
    (text.len() == 8).then(|| parts(text, ':'))?
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

fn fraction_of(text: &str) -> Option<i64> {
    (text.len() <= 7).then(|| number(&format!("{text:0<7}")))?
}

/// Seconds east of UTC.
fn offset_of(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = (number(digits.get(..2)?)?, number(digits.get(2..)?)?);
    (digits.len() == 4 && hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Seconds and ticks of `P1Y2M3DT4H5M6.7S`. A year is 365 days and a month 30, as .NET's time spans have them; the documented sums agree.
fn duration_of(text: &str) -> Option<(i64, i64)> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let (mut months, mut seconds, mut ticks) = (0_i64, 0_i64, 0_i64);
    let mut take = |text: &str, units: &[char]| -> Option<()> {
        let mut units = units.iter();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (count, tail) = rest.split_at(end);
            let unit = tail.chars().next()?;
            units.find(|u| **u == unit)?;
            let whole = match count.split_once('.') {
                Some((whole, fraction)) if unit == 'S' => {
                    ticks = fraction_of(fraction)?;
                    whole
                }
                _ => count,
            };
            let count = number(whole).filter(|n| *n <= 10_000_000_000)?;
            match unit {
                'Y' => months += count.checked_mul(12)?,
                'M' if units.as_slice().contains(&'S') => seconds += count * 60,
                'M' => months += count,
                'D' => seconds += count * DAY,
                'H' => seconds += count * 3_600,
                _ => seconds += count,
            }
            rest = tail.get(1..)?;
        }
        Some(())
    };
    take(date, &['Y', 'M', 'D'])?;
    take(time, &['H', 'M', 'S'])?;
    let days = (months / 12).checked_mul(365)?.checked_add(months % 12 * 30)?;
    let seconds = seconds.checked_add(days.checked_mul(DAY)?)?;
    Some((sign * seconds, sign * ticks))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the date of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that is `days` after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
