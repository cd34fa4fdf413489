//! Versions of providers and modules, and constraints on them.
//! <https://developer.hashicorp.com/terraform/language/expressions/version-constraints>

use std::collections::BTreeSet;
use std::sync::Arc;

/// A release: major, minor, patch. A pre-release suffix is ignored: no threshold has one.
pub(crate) type Version = (u64, u64, u64);

/// Reads `3.70.0`, `v3.70`, `4`; and how many parts are written. `None` where it is not a version.
pub(crate) fn parse(text: &str) -> Option<(Version, usize)> {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    let release = text.split(['-', '+']).next()?;
    let parts: Vec<u64> = release.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let at = |index: usize| parts.get(index).copied().unwrap_or(0);
    (!parts.is_empty() && parts.len() <= 3).then(|| ((at(0), at(1), at(2)), parts.len()))
}

/// Which versions are allowed: those within all bounds. Of the bounds of one kind, those are kept that decide, so that it is small however many are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constraints {
    /// The lowest and the highest of the versions each of which is said to be the only one.
    exactly: Option<(Version, Version)>,
    /// Versions that are left out.
    not: Vec<Arc<BTreeSet<Version>>>,
    at_least: Option<Version>,
    above: Option<Version>,
    at_most: Option<Version>,
    below: Option<Version>,
}

impl Constraints {
    /// Reads `>= 3.0, < 5.0`. `None` where that is not a constraint.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut all, mut not) = (Self::default(), BTreeSet::new());
        for one in text.split(',') {
            let one = one.trim();
            let split = one.find(|c: char| c.is_ascii_digit() || c == 'v')?;
            let (operator, version) = one.split_at(split);
            let (version, parts) = parse(version)?;
            let version = Some(version);
            let bounds = match operator.trim() {
                "" | "=" => Self { exactly: version.map(|version| (version, version)), ..Self::default() },
                "!=" => {
                    not.extend(version);
                    continue;
                }
                ">=" => Self { at_least: version, ..Self::default() },
                ">" => Self { above: version, ..Self::default() },
                "<=" => Self { at_most: version, ..Self::default() },
                "<" => Self { below: version, ..Self::default() },
                "~>" => {
                    let below = version.and_then(|version| match parts {
                        // `~> 3` has no part that may grow: its upper end depends on who interprets it.
                        1 => None,
                        2 => Some((version.0.saturating_add(1), 0, 0)),
                        _ => Some((version.0, version.1.saturating_add(1), 0)),
                    });
                    Self { at_least: version, below, ..Self::default() }
                }
                _ => return None,
            };
            all.and(&bounds);
        }
        all.not.extend((!not.is_empty()).then(|| Arc::new(not)));
        Some(all)
    }

    /// Adds the bounds of `other`.
    pub(crate) fn and(&mut self, other: &Self) {
        self.exactly = match (self.exactly, other.exactly) {
            (Some(own), Some(other)) => Some((own.0.min(other.0), own.1.max(other.1))),
            (own, other) => own.or(other),
        };
        self.not.extend(other.not.iter().cloned());
        self.at_least = self.at_least.max(other.at_least);
        self.above = self.above.max(other.above);
        self.at_most = lower(self.at_most, other.at_most);
        self.below = lower(self.below, other.below);
    }

    /// Whether `version` is certainly not allowed.
    pub(crate) fn refuses(&self, version: Version) -> bool {
        self.exactly.is_some_and(|(lowest, highest)| version != lowest || version != highest)
            || self.not.iter().any(|not| not.contains(&version))
            || self.at_least.is_some_and(|least| version < least)
            || self.above.is_some_and(|least| version <= least)
            || self.at_most.is_some_and(|most| version > most)
            || self.below.is_some_and(|most| version >= most)
    }

    /// Whether all allowed versions are `version` or newer (true), or all are older (false); `None` where there are both, or that can't be known.
    pub(crate) fn since(&self, version: Version) -> Option<bool> {
        let (lowest, highest) = self.exactly.unzip();
        let newer = [highest, self.at_least, self.above].into_iter().flatten().any(|least| least >= version);
        let older = [lowest, self.at_most].into_iter().flatten().any(|most| most < version)
            || self.below.is_some_and(|most| most <= version);
        match (newer, older) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            // No version is allowed: nothing is deployed.
            _ => None,
        }
    }

    /// Only this version.
    pub(crate) fn exactly(version: Version) -> Self {
        Self { exactly: Some((version, version)), ..Self::default() }
    }
}

/// The lower one of two upper bounds.
fn lower(a: Option<Version>, b: Option<Version>) -> Option<Version> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str, version: Version) -> Option<bool> {
        Constraints::parse(text).unwrap().since(version)
    }

    #[test]
    fn a_constraint_tells_before_and_after_as_far_as_its_bounds_go() {
        assert_eq!(since("~> 2.42", (2, 42, 0)), Some(true));
        assert_eq!(since("~> 2.0", (2, 42, 0)), None);
        assert_eq!(since("~> 2.41.0", (2, 42, 0)), Some(false));
        assert_eq!(since(">= 3.0, < 5.0", (2, 42, 0)), Some(true));
        assert_eq!(since(">= 3.0, < 5.0", (5, 0, 0)), Some(false));
        assert_eq!(since("=2.40.0", (2, 42, 0)), Some(false));
        assert_eq!(since("2.42", (2, 42, 0)), Some(true));
        assert_eq!(since("~> 3", (2, 42, 0)), Some(true));
        assert_eq!(since("~> 3", (5, 0, 0)), None);
        assert_eq!(since("!= 3.1.0", (2, 42, 0)), None);
        assert_eq!(since("<= 2.41.9", (2, 42, 0)), Some(false));
        assert_eq!(since("> 5.0, < 2.0", (3, 0, 0)), None);
    }

    #[test]
    fn what_is_no_constraint_is_none() {
        for text in ["", "latest", ">= ", "=> 3.0", "3.0.0.0", "99999999999999999999999", ">= 3.0,", "~> x"] {
            assert_eq!(Constraints::parse(text), None, "{text}");
        }
        assert_eq!(parse("v3.70.0-beta1").unwrap().0, (3, 70, 0));
    }

    #[test]
    fn a_version_outside_is_refused() {
        let constraints = Constraints::parse("~> 3.0, != 3.5.0").unwrap();
        assert!(constraints.refuses((2, 99, 0)));
        assert!(constraints.refuses((3, 5, 0)));
        assert!(constraints.refuses((4, 0, 0)));
        assert!(!constraints.refuses((3, 70, 1)));
    }

    #[test]
    fn many_bounds_are_no_more_than_those_that_decide() {
        let many: Vec<String> = (0..500).map(|i| format!(">= 3.{i}, != 3.{i}.1, < {}.0", 900 - i)).collect();
        let mut constraints = Constraints::parse(&many.join(", ")).unwrap();
        let few = Constraints::parse(">= 3.499, < 401.0").unwrap();
        for version in [(3, 498, 0), (3, 499, 0), (400, 9, 9), (401, 0, 0)] {
            assert_eq!(constraints.refuses(version), few.refuses(version), "{version:?}");
            assert_eq!(constraints.since(version), few.since(version), "{version:?}");
        }
        assert!(constraints.refuses((3, 499, 1)) && !few.refuses((3, 499, 1)));
        let before = std::mem::size_of_val(&*constraints.not);
        constraints.and(&few);
        assert_eq!(std::mem::size_of_val(&*constraints.not), before);
        assert!(Constraints::parse("= 3.0, = 4.0").unwrap().refuses((3, 0, 0)), "there can't be two");
    }
}
