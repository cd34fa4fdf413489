//! What a rule is, in data: its id, level, editions and options. Everything else of this crate may speak of it.

use std::fmt;
use std::str::FromStr;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// Probably wrong, or wrong under a policy.
    Warning,
    /// The platform refuses it.
    Error,
}

impl Level {
    /// `notice`, `warning` or `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Notice, Self::Warning, Self::Error]
            .into_iter()
            .find(|l| l.as_str() == text)
            .ok_or_else(|| format!("no such level: {text} (error, warning or notice)"))
    }
}

/// An edition of the documentation's restrictions: what the page said from its date on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The include of 2020-08-24.
    #[default]
    Y2020M08,
    /// The include of 2022-10-12: the vault may be in another subscription, a disk may change its resource group, 5000 sets.
    Y2022M10,
    /// The include of 2023-02-22: nothing of custom images, snapshots' keys for Ultra and Premium SSD v2 disks only.
    Y2023M02,
    /// The include of 2024-06-04.
    Y2024M06,
    /// The include of 2024-11-08: a disk and its incremental snapshots have one set.
    Y2024M11,
    /// The include of 2025-02-18.
    Y2025M02,
}

impl Edition {
    /// All, the oldest first.
    pub const ALL: [Self; 6] =
        [Self::Y2020M08, Self::Y2022M10, Self::Y2023M02, Self::Y2024M06, Self::Y2024M11, Self::Y2025M02];

    /// The editions that hold what the one of 2023-02 dropped.
    pub const UNTIL_2022_10: [Self; 2] = [Self::Y2020M08, Self::Y2022M10];

    /// The editions that hold what the one of 2023-02 brought.
    pub const FROM_2023_02: [Self; 4] = [Self::Y2023M02, Self::Y2024M06, Self::Y2024M11, Self::Y2025M02];

    /// The newest, which `latest` names.
    pub const LATEST: Self = Self::Y2025M02;

    /// Year and month: `2020-08`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Y2020M08 => "2020-08",
            Self::Y2022M10 => "2022-10",
            Self::Y2023M02 => "2023-02",
            Self::Y2024M06 => "2024-06",
            Self::Y2024M11 => "2024-11",
            Self::Y2025M02 => "2025-02",
        }
    }

    /// `editions`, some of [`Edition::ALL`] without a gap, in few words: `all`, `from 2023-02`, `until 2022-10`.
    #[must_use]
    pub fn in_words(editions: &[Self]) -> String {
        match (editions.first(), editions.last()) {
            (Some(Self::Y2020M08), Some(&Self::LATEST)) => "all".to_owned(),
            (Some(first), Some(&Self::LATEST)) => format!("from {first}"),
            (_, Some(last)) => format!("until {last}"),
            _ => "none".to_owned(),
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Edition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::LATEST);
        }
        if let Some(edition) = Self::ALL.into_iter().find(|e| e.as_str() == text) {
            return Ok(edition);
        }
        // The edition that was in force at such a date is what somebody may mean.
        let date = text.get(..7).unwrap_or(text);
        let meant = match date.split_once('-') {
            Some((year, month)) if year.len() == 4 && year.bytes().chain(month.bytes()).all(|b| b.is_ascii_digit()) => {
                Self::ALL.into_iter().rev().find(|e| e.as_str() <= date)
            }
            _ => None,
        };
        let meant = meant.map_or_else(String::new, |edition| format!("; did you mean {edition}?"));
        let all = Self::ALL.map(Self::as_str).join(", ");
        Err(format!("no such edition: {text}{meant} (known: {all}, latest)"))
    }
}

/// A number that a configuration may set for a rule: `limit = 20` in its block.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it sets, in one sentence.
    pub summary: &'static str,
}

/// What a rule is, declared once at the top of its file. Its words are in `rules/ID/rule.md`.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// `CMK001`.
    pub id: &'static str,
    /// `key_type`.
    pub name: &'static str,
    /// The level of its findings, unless a finding or the configuration says otherwise.
    pub level: Level,
    /// The editions that hold it.
    pub editions: &'static [Edition],
    /// Whether it runs unless it is switched on or off.
    pub default_on: bool,
    /// The statement it comes from: `S1` to `S8`, `precondition` or `policy`.
    pub statement: &'static str,
    /// The restriction's own words in short, for the report.
    pub restriction: &'static str,
    /// GitHub's `security-severity` (0.1 to 10.0), where a finding is one of security; `None` for "this deployment will fail".
    pub security_severity: Option<&'static str>,
    /// What a configuration may set for it, besides whether it runs and at what level.
    pub options: &'static [RuleOption],
    /// The text of `rules/ID/rule.md`.
    pub page: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_read_by_its_date_and_the_newest_by_name() {
        for edition in Edition::ALL {
            assert_eq!(edition.to_string().parse(), Ok(edition));
        }
        assert_eq!("latest".parse(), Ok(Edition::LATEST));
        assert!(Edition::ALL.is_sorted());
    }

    #[test]
    fn an_unknown_edition_is_told_with_the_one_of_that_time() {
        let told = |text: &str| text.parse::<Edition>().unwrap_err();
        assert!(told("2023-03").starts_with("no such edition: 2023-03; did you mean 2023-02? (known: 2020-08,"));
        assert!(told("2025-02-18").contains("did you mean 2025-02?"));
        assert!(told("2019-01").starts_with("no such edition: 2019-01 (known"));
        assert!(told("newest").starts_with("no such edition: newest (known"));
    }

    #[test]
    fn editions_are_told_in_few_words() {
        assert_eq!(Edition::in_words(&Edition::ALL), "all");
        assert_eq!(Edition::in_words(&Edition::UNTIL_2022_10), "until 2022-10");
        assert_eq!(Edition::in_words(&Edition::FROM_2023_02), "from 2023-02");
    }
}
