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

/// An edition of the documentation's restrictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The include of 2020-08-24.
    #[default]
    Y2020M08,
    /// The include of 2023-02.
    Y2023M02,
}

impl Edition {
    /// Both, the older first.
    pub const ALL: [Self; 2] = [Self::Y2020M08, Self::Y2023M02];

    /// `2020-08` or `2023-02`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Y2020M08 => "2020-08",
            Self::Y2023M02 => "2023-02",
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
        Self::ALL
            .into_iter()
            .find(|e| e.as_str() == text)
            .ok_or_else(|| format!("no such edition: {text} (2020-08 or 2023-02)"))
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
