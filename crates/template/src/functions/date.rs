//! Dates: ISO 8601 timestamps and durations, and .NET's format strings as far as they don't depend on a culture.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-date>

use cmklint_graph::{Number, Value};
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use jiff::fmt::strtime;
use jiff::fmt::temporal::{DateTimeParser, SpanParser};

/// Nanoseconds of a .NET tick, the smallest step of its clock.
const TICK: i32 = 100;
/// 1970-01-01, in UTC.
const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match (name, args) {
        ("datetimeadd", [base, duration, rest @ ..]) if rest.len() <= 1 => {
            let (base, style) = parse(base.as_str()?)?;
            let sum = within(base.checked_add(duration_of(duration.as_str()?)?).ok()?)?;
            Value::string(match rest.first() {
                Some(form) => format(sum, form.as_str()?)?,
                None => format(sum, style)?,
            })
        }
        ("datetimefromepoch", [epoch]) => {
            let seconds = epoch.as_number().and_then(Number::as_i64)?;
            let at = within(EPOCH.checked_add(SignedDuration::from_secs(seconds)).ok()?)?;
            Value::string(format(at, EXTENDED)?)
        }
        ("datetimetoepoch", [text]) => {
            let (at, _) = parse(text.as_str()?)?;
            // Whole seconds, rounded down also before 1970.
            let at = at.with().subsec_nanosecond(0).build().ok()?;
            Value::int(at.duration_since(EPOCH).as_secs())
        }
        _ => return None,
    })
}

const EXTENDED: &str = "yyyy-MM-ddTHH:mm:ssZ";
const BASIC: &str = "yyyyMMddTHHmmssZ";

/// A timestamp that states its offset from UTC, in UTC, and the format of a result where no format is given: the basic form stays basic, everything else is
/// written in the extended one.
fn parse(text: &str) -> Option<(DateTime, &'static str)> {
    let text = text.trim();
    let pieces = DateTimeParser::new().parse_pieces(text).ok()?;
    let (time, offset) = (pieces.time()?, pieces.to_numeric_offset()?);
    let ticks_only = time.subsec_nanosecond() % TICK == 0;
    // jiff reads second 60 as 59; .NET refuses it, as it does a time zone's name.
    let refused = text.contains('[') || is_leap_second(text);
    if !ticks_only || refused {
        return None;
    }
    let offset = SignedDuration::from_secs(offset.seconds().into());
    let utc = pieces.date().to_datetime(time).checked_sub(offset).ok()?;
    let basic = text.get(..5).is_some_and(|start| start.bytes().all(|b| b.is_ascii_digit()));
    Some((within(utc)?, if basic { BASIC } else { EXTENDED }))
}

/// Whether the seconds of a timestamp are 60.
fn is_leap_second(text: &str) -> bool {
    let Some((_, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let clock = time.split(['Z', 'z', '+', '-', '.', ',']).next().unwrap_or_default();
    clock.ends_with("60") && clock.bytes().filter(u8::is_ascii_digit).count() == 6
}

/// `at`, where it is in the range of .NET's dates: from year 1 to 9999.
fn within(at: DateTime) -> Option<DateTime> {
    (at.year() >= 1).then_some(at)
}

/// `at` by one of .NET's standard or custom format strings.
fn format(at: DateTime, format: &str) -> Option<String> {
    let format = match format {
        // The meaning of these is the same in every culture; `d` is documented as month first.
        "d" => "MM/dd/yyyy",
        "o" | "O" => "yyyy-MM-ddTHH:mm:ss.fffffffZ",
        "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "s" => "yyyy-MM-ddTHH:mm:ss",
        "u" => "yyyy-MM-dd HH:mm:ss'Z'",
        other if other.chars().count() < 2 => return None,
        custom => custom,
    };
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(letter) = chars.next() {
        let mut count = 1;
        if letter.is_ascii_alphabetic() {
            while chars.next_if_eq(&letter).is_some() {
                count += 1;
            }
        }
        match letter {
            '\'' | '"' => loop {
                match chars.next()? {
                    end if end == letter => break,
                    '\\' => out.push(chars.next()?),
                    inner => out.push(inner),
                }
            },
            '\\' => out.push(chars.next()?),
            '-' | ':' | '/' | '.' | ',' | ' ' | '_' => out.push(letter),
            'T' | 'Z' => out.extend(std::iter::repeat_n(letter, count)),
            'K' if count == 1 => out.push('Z'),
            'y' if (3..=8).contains(&count) => out.push_str(&format!("{:0count$}", at.year())),
            'f' if count <= 7 => out.push_str(format!("{:07}", at.subsec_nanosecond() / TICK).get(..count)?),
            'y' if count == 1 => out.push_str(&(at.year() % 100).to_string()),
            'y' if count == 2 => out.push_str(&format!("{:02}", at.year() % 100)),
            _ => out.push_str(&strtime::format(directive(letter, count)?, at).ok()?),
        }
    }
    Some(out)
}

/// What C's `strftime` writes for `count` times `letter` in a custom format of .NET's.
fn directive(letter: char, count: usize) -> Option<&'static str> {
    Some(match (letter, count) {
        ('M', 1) => "%-m",
        ('M', 2) => "%m",
        ('M', 3) => "%b",
        ('M', 4) => "%B",
        ('d', 1) => "%-d",
        ('d', 2) => "%d",
        ('d', 3) => "%a",
        ('d', 4) => "%A",
        ('H', 1) => "%-H",
        ('H', 2) => "%H",
        ('h', 1) => "%-I",
        ('h', 2) => "%I",
        ('m', 1) => "%-M",
        ('m', 2) => "%M",
        ('s', 1) => "%-S",
        ('s', 2) => "%S",
        ('t', 2) => "%p",
        _ => return None,
    })
}

/// The length of `P1Y2M3DT4H5M6.7S`. A year is 365 days and a month 30, as .NET's time spans have them; the documented sums agree.
fn duration_of(text: &str) -> Option<SignedDuration> {
    // jiff also reads small letters, weeks, and fractions of each unit; .NET fractions of a second only.
    let strict =
        text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'P' | b'Y' | b'M' | b'D' | b'T' | b'H' | b'S'));
    let fraction = text.split_once('.').map(|(_, fraction)| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    if !strict || fraction.is_some_and(|unit| unit != "S") {
        return None;
    }
    let span = SpanParser::new().parse_span(text).ok()?;
    let days = i64::from(span.get_years()) * 365 + i64::from(span.get_months()) * 30 + i64::from(span.get_days());
    let minutes = (days * 24 + i64::from(span.get_hours())) * 60 + span.get_minutes();
    let nanoseconds = (span.get_milliseconds() * 1_000 + span.get_microseconds()) * 1_000 + span.get_nanoseconds();
    (nanoseconds % i64::from(TICK) == 0).then_some(())?;
    SignedDuration::from_secs(minutes * 60 + span.get_seconds()).checked_add(SignedDuration::from_nanos(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(args: &[&str]) -> Option<String> {
        let args: Vec<Value> = args.iter().map(|text| Value::string(*text)).collect();
        call("datetimeadd", &args)?.as_str().map(str::to_owned)
    }

    #[test]
    fn a_format_is_dot_nets() {
        let formatted = |format: &str| add(&["1066-10-04T05:06:07.0800000Z", "PT0S", format]);
        for (format, wanted) in [
            ("y/M/d", "66/10/4"),
            ("yy.MM.dd", "66.10.04"),
            ("yyyyy", "01066"),
            ("ddd, MMM", "Thu, Oct"),
            ("dddd MMMM", "Thursday October"),
            ("h:m:s tt", "5:6:7 AM"),
            ("HH_hh", "05_05"),
            ("ffK", "08Z"),
            ("'year' yyyy", "year 1066"),
            ("o", "1066-10-04T05:06:07.0800000Z"),
            ("R", "Thu, 04 Oct 1066 05:06:07 GMT"),
        ] {
            assert_eq!(formatted(format).as_deref(), Some(wanted), "{format}");
        }
        for culture in ["D", "gg", "ttt", "zzz", "'open", "%"] {
            assert_eq!(formatted(culture), None, "{culture}");
        }
    }

    #[test]
    fn a_duration_has_whole_units_but_for_seconds() {
        for (duration, wanted) in [
            ("P1Y2M3DT4H5M6S", "2021-03-04T04:05:06Z"),
            ("-PT1S", "2019-12-31T23:59:59Z"),
            ("PT0.5S", "2020-01-01T00:00:00Z"),
        ] {
            assert_eq!(add(&["2020-01-01T00:00:00Z", duration]).as_deref(), Some(wanted), "{duration}");
        }
        for wrong in ["P1W", "PT1.5H", "p1d", "P", "PT", "P1S", "1 day", "PT0.123456789S", "P99999999999Y"] {
            assert_eq!(add(&["2020-01-01T00:00:00Z", wrong]), None, "{wrong}");
        }
    }

    #[test]
    fn a_timestamp_states_its_offset_and_lies_between_the_years_1_and_9999() {
        for wrong in ["2020-01-01", "2020-01-01T00:00:60Z", "2020-01-01T00:00:00Z[UTC]", "0000-12-31T00:00:00Z"] {
            assert_eq!(add(&[wrong, "PT0S"]), None, "{wrong}");
        }
        assert_eq!(add(&["9999-12-31T23:59:58Z", "PT1S"]).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(add(&["20200101T020000+0200", "PT0S"]).as_deref(), Some("20200101T000000Z"));
        let epoch = |text: &str| call("datetimetoepoch", &[Value::string(text)]).and_then(|v| v.as_number()?.as_i64());
        assert_eq!(epoch("1969-12-31T23:59:59.5Z"), Some(-1));
    }
}
