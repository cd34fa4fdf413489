//! What a rule is, as data: its id, level, editions and options. All other modules of this crate may use it.

use std::fmt;
use std::str::FromStr;

use crate::edition::Edition;
use crate::restriction::Restriction;

/// How serious a finding is.
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

/// A number that a configuration may set for a rule: `limit = 20` in its block.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it sets, as one sentence.
    pub summary: &'static str,
}

/// What a rule is, declared once at the top of its file. Its documentation is in `rules/ID/rule.md`.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// `CMK001`.
    pub id: &'static str,
    /// `key_type`.
    pub name: &'static str,
    /// The level of its findings, unless a finding or the configuration says otherwise.
    pub level: Level,
    /// The restrictions that it checks: it runs for each edition that contains one of them. A finding violates the first one in force, unless it names another.
    pub restrictions: &'static [&'static Restriction],
    /// Whether it runs unless it is switched on or off.
    pub default_on: bool,
    /// GitHub's `security-severity` (0.1 to 10.0), by the scale in `docs/use/findings.md`; `None` for that of its level.
    pub security_severity: Option<&'static str>,
    /// What a configuration may set for it, besides whether it runs and its level.
    pub options: &'static [RuleOption],
    /// The text of `rules/ID/rule.md`.
    pub page: &'static str,
}

impl RuleMeta {
    /// The [statement](Self::statement) of a rule that is a team's own.
    pub const CUSTOM: &'static str = "custom";

    /// Whether it is a team's own rule, and none of ours.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.statement() == Self::CUSTOM
    }

    /// The statement of the documentation that it is based on: `S1` to `S8`, `precondition` or `policy`; `custom` for a custom rule.
    #[must_use]
    pub fn statement(&self) -> &'static str {
        self.restrictions.first().map_or("", |restriction| restriction.statement)
    }

    /// The main restriction that it checks, in our words.
    #[must_use]
    pub fn restriction(&self) -> &'static str {
        self.restrictions.first().map_or("", |restriction| restriction.says)
    }

    /// The editions that contain one of its restrictions, the oldest first.
    #[must_use]
    pub fn editions(&self) -> Vec<Edition> {
        Edition::ALL.into_iter().filter(|edition| self.is_in(*edition)).collect()
    }

    /// GitHub's `security-severity`: above 9.0 critical, from 7.0 high, from 4.0 medium, else low. A rule that states none is about deployments that the platform
    /// refuses, or that leave a disk without the encryption meant for it: medium for an error, low for less.
    #[must_use]
    pub fn severity(&self) -> &'static str {
        self.security_severity.unwrap_or(match self.level {
            Level::Error => "5.0",
            Level::Warning => "3.0",
            Level::Notice => "1.0",
        })
    }

    /// Whether `edition` contains one of its restrictions.
    #[must_use]
    pub fn is_in(&self, edition: Edition) -> bool {
        self.restrictions.iter().any(|restriction| restriction.in_force(edition))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documented_scale_of_severities_is_that_of_the_rules() {
        let page = include_str!("../../../docs/use/findings.md");
        let rows: Vec<(&str, &str)> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
            .filter(|(severity, _)| severity.parse::<f64>().is_ok())
            .collect();
        for rule in crate::RULES {
            let meta = rule.meta();
            let listed: Vec<&str> =
                rows.iter().filter(|(_, row)| row.contains(meta.id)).map(|(severity, _)| *severity).collect();
            assert_eq!(listed, meta.security_severity.into_iter().collect::<Vec<_>>(), "{}", meta.id);
        }
    }
}
