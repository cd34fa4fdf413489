//! A restriction of Azure's documentation, and what each edition says about it. The table of them is in `restrictions`.

use crate::edition::Edition;

/// What one edition says about a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// Nothing, not yet or no longer.
    Absent,
    /// It holds.
    InForce,
    /// The text of that time could not be read; nothing is reported.
    Unread,
    /// It held in the edition before; it was removed.
    Lifted,
    /// It held in the edition before; it holds in fewer cases now: these.
    Relaxed(&'static str),
    /// It held in the edition before; it was replaced by another one: this.
    Changed(&'static str),
}

/// A restriction, and what each edition says about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Its name in the table and in machine-readable reports: `vault_subscription`.
    pub id: &'static str,
    /// The statement of the documentation that it is part of: `S1` to `S8`, `precondition` or `policy`.
    pub statement: &'static str,
    /// The restriction in our words, one sentence without a full stop.
    pub says: &'static str,
    /// What each of [`Edition::ALL`] says about it.
    pub stances: [Stance; Edition::ALL.len()],
    /// Where that was read, besides the editions' own texts ([`Edition::source`]); empty where those contain it.
    pub source: &'static str,
}

/// The end or change of a restriction in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lift {
    /// The first edition without it.
    pub edition: Edition,
    /// `lifted`, `relaxed` or `changed`.
    pub how: &'static str,
    /// What holds since; empty where nothing replaces it.
    pub since: &'static str,
}

impl Lift {
    /// `lifted in the edition of 2022-10`, and what holds since.
    #[must_use]
    pub fn describe(&self) -> String {
        let since = if self.since.is_empty() { String::new() } else { format!(": {}", self.since) };
        format!("{} in the edition of {}{since}", self.how, self.edition)
    }
}

impl Restriction {
    /// What `edition` says about it.
    #[must_use]
    pub fn stance(&self, edition: Edition) -> Stance {
        let at = Edition::ALL.iter().position(|e| *e == edition);
        at.and_then(|at| self.stances.get(at)).copied().unwrap_or(Stance::Absent)
    }

    /// Whether `edition` contains it.
    #[must_use]
    pub fn in_force(&self, edition: Edition) -> bool {
        self.stance(edition) == Stance::InForce
    }

    /// The first edition after `edition` that lifted, relaxed or changed it; `None` where it still holds.
    #[must_use]
    pub fn lifted_after(&self, edition: Edition) -> Option<Lift> {
        Edition::ALL.into_iter().filter(|later| *later > edition).find_map(|later| {
            let (how, since) = match self.stance(later) {
                Stance::Lifted => ("lifted", ""),
                Stance::Relaxed(to) => ("relaxed", to),
                Stance::Changed(to) => ("changed", to),
                Stance::InForce | Stance::Unread | Stance::Absent => return None,
            };
            Some(Lift { edition: later, how, since })
        })
    }
}
