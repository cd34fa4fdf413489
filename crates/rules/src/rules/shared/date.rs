//! Dates of keys.

use cmklint_graph::Value;

/// A point in time as code writes it: a number of seconds since 1970, as ARM has it, or a date in UTC, as azurerm has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Instant {
    Seconds(i64),
    Date(String),
}

impl Instant {
    /// The time `value`; `None` where it is not a time, or has a time zone other than UTC.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        if let Some(number) = value.as_number() {
            return number.as_i64().filter(|seconds| *seconds > 0).map(Self::Seconds);
        }
        let text = value.as_str()?;
        is_date(text).then(|| Self::Date(text.to_owned()))
    }

    /// Whether it is certainly before `other`: both are in one notation.
    pub(crate) fn before(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Seconds(a), Self::Seconds(b)) => a < b,
            (Self::Date(a), Self::Date(b)) => a < b,
            _ => false,
        }
    }
}

/// Whether `text` has the form `2026-01-31T00:00:00Z`: such dates sort as texts.
fn is_date(text: &str) -> bool {
    const PATTERN: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(c, pattern): (u8, &u8)| if *pattern == b'0' { c.is_ascii_digit() } else { c == *pattern };
    text.len() == PATTERN.len()
        && text.bytes().zip(PATTERN).all(fits)
        && text.get(5..7).is_some_and(|month| ("01"..="12").contains(&month))
        && text.get(8..10).is_some_and(|day| ("01"..="31").contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_where_they_are_written_in_one_way_and_others_are_none() {
        let date = |text: &str| Instant::of(&Value::string(text));
        assert!(date("2026-01-31T00:00:00Z").unwrap().before(&date("2027-01-01T00:00:00Z").unwrap()));
        for text in
            ["", "soon", "2026-01-31", "2026-13-31T00:00:00Z", "2026-01-99T00:00:00Z", "2026-01-31T00:00:00+02:00"]
        {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(Instant::of(&Value::int(0)), None);
        assert_eq!(Instant::of(&Value::int(-5)), None);
        let (early, late) = (Instant::Seconds(1), Instant::Seconds(2));
        assert!(early.before(&late) && !late.before(&early) && !late.before(&date("2026-01-31T00:00:00Z").unwrap()));
    }
}
