//! Versions of providers and modules, and constraints on them.
//! <https://developer.hashicorp.com/terraform/language/expressions/version-constraints>

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

/// One bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Exactly(Version),
    Not(Version),
    AtLeast(Version),
    Above(Version),
    AtMost(Version),
    Below(Version),
    /// `~> 3`, which has no part that may grow: a lower bound whose upper end depends on who interprets it.
    FromAbout(Version),
}

/// Which versions are allowed: those within all bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constraints(Vec<Bound>);

impl Constraints {
    /// Reads `>= 3.0, < 5.0`. `None` where that is not a constraint.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bounds = Vec::new();
        for one in text.split(',') {
            let one = one.trim();
            let split = one.find(|c: char| c.is_ascii_digit() || c == 'v')?;
            let (operator, version) = one.split_at(split);
            let (version, parts) = parse(version)?;
            match operator.trim() {
                "" | "=" => bounds.push(Bound::Exactly(version)),
                "!=" => bounds.push(Bound::Not(version)),
                ">=" => bounds.push(Bound::AtLeast(version)),
                ">" => bounds.push(Bound::Above(version)),
                "<=" => bounds.push(Bound::AtMost(version)),
                "<" => bounds.push(Bound::Below(version)),
                "~>" => match parts {
                    1 => bounds.push(Bound::FromAbout(version)),
                    2 => bounds.extend([Bound::AtLeast(version), Bound::Below((version.0.saturating_add(1), 0, 0))]),
                    _ => bounds
                        .extend([Bound::AtLeast(version), Bound::Below((version.0, version.1.saturating_add(1), 0))]),
                },
                _ => return None,
            }
        }
        Some(Self(bounds))
    }

    /// Adds the bounds of `other`.
    pub(crate) fn and(&mut self, other: &Self) {
        self.0.extend(other.0.iter().copied());
    }

    /// Whether `version` is certainly not allowed.
    pub(crate) fn refuses(&self, version: Version) -> bool {
        self.0.iter().any(|bound| match *bound {
            Bound::Exactly(is) => version != is,
            Bound::Not(is) => version == is,
            Bound::AtLeast(least) | Bound::FromAbout(least) => version < least,
            Bound::Above(least) => version <= least,
            Bound::AtMost(most) => version > most,
            Bound::Below(most) => version >= most,
        })
    }

    /// Whether all allowed versions are `version` or newer (true), or all are older (false); `None` where there are both, or that can't be known.
    pub(crate) fn since(&self, version: Version) -> Option<bool> {
        let newer = self.0.iter().any(|bound| match *bound {
            Bound::Exactly(least) | Bound::AtLeast(least) | Bound::Above(least) | Bound::FromAbout(least) => {
                least >= version
            }
            _ => false,
        });
        let older = self.0.iter().any(|bound| match *bound {
            Bound::Exactly(most) | Bound::AtMost(most) => most < version,
            Bound::Below(most) => most <= version,
            _ => false,
        });
        match (newer, older) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            // No version is allowed: nothing is deployed.
            _ => None,
        }
    }

    /// Only this version.
    pub(crate) fn exactly(version: Version) -> Self {
        Self(vec![Bound::Exactly(version)])
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
}
