//! Points in time as code writes them.

use std::fmt;

use jiff::Timestamp;

use crate::value::{Kind, Value};

/// The last second of the year 9999: a larger number counts something else than seconds.
const LAST: i64 = 253_402_300_799;

/// A point in time, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// So many seconds after the start of 1970 in UTC; `None` for a number that counts something else.
    #[must_use]
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        (1..=LAST).contains(&seconds).then_some(Self(seconds))
    }

    /// What `value` says: a number of seconds since 1970, as ARM has it, or a date with time and zone (RFC 3339), as azurerm has it. `None` for what is neither,
    /// and for what is not known.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Number(number) => number.as_i64().and_then(Self::of_seconds),
            Kind::String(text) if is_written_whole(text) => {
                text.parse::<Timestamp>().ok().and_then(|time| Self::of_seconds(time.as_second()))
            }
            _ => None,
        }
    }

    /// The start of the next day, of one that is the start of a day.
    #[must_use]
    pub fn next_day(self) -> Self {
        Self(self.0.saturating_add(24 * 60 * 60))
    }
}

impl fmt::Display for Instant {
    /// `2026-01-31T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// Whether `text` has the form `2026-01-31T00:00:00Z`, perhaps with fractions of a second and another zone. jiff takes more than the provider does.
fn is_written_whole(text: &str) -> bool {
    const PATTERN: &[u8] = b"0000-00-00T00:00:00";
    let Some((time, zone)) = text.split_at_checked(PATTERN.len()) else { return false };
    let fits = |(c, pattern): (u8, &u8)| if *pattern == b'0' { c.is_ascii_digit() } else { c == *pattern };
    let after = zone.strip_prefix('.').map_or(zone, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    time.bytes().zip(PATTERN).all(fits) && (after == "Z" || after.starts_with(['+', '-']) && after.len() == 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Instant> {
        Instant::of(&Value::string(text))
    }

    #[test]
    fn dates_and_seconds_are_read() {
        assert_eq!(of("1970-01-02T00:00:00Z"), Instant::of_seconds(86_400));
        assert_eq!(of("2026-01-31T02:00:00+02:00"), of("2026-01-31T00:00:00Z"));
        assert_eq!(of("2026-01-31T00:00:00.125Z"), of("2026-01-31T00:00:00Z"));
        assert_eq!(Instant::of(&Value::int(1_769_817_600)), of("2026-01-31T00:00:00Z"));
        assert!(of("2026-01-31T00:00:00Z") < of("2027-01-01T00:00:00Z"));
        assert_eq!(of("2026-01-31T00:00:00Z").unwrap().next_day().to_string(), "2026-02-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2026-01-31",
            "2026-13-31T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-31T25:00:00Z",
            "2026-01-31T00:00:00",
            "2026-01-31t00:00:00z",
            "2026-01-31 00:00:00Z",
            "31.01.2026",
            "1767225600",
            "２026-01-31T00:00:00Z",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        // Milliseconds, and what never was a time of a key.
        for number in [0, -5, 1_767_225_600_000, i64::MAX] {
            assert_eq!(Instant::of(&Value::int(number)), None, "{number}");
        }
        assert_eq!(Instant::of(&Value::null()), None);
        assert_eq!(Instant::of(&Value::bool(true)), None);
    }
}
