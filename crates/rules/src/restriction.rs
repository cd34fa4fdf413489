//! A restriction of Azure's documentation, and what each edition says of it. The table of them is in `restrictions`.

use crate::edition::Edition;

/// What one edition says of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It says nothing of it, or no more.
    Absent,
    /// It holds.
    InForce,
    /// What was said at that time could not be read; nothing is reported.
    Unread,
    /// It held until then, and nothing takes its place.
    Lifted,
    /// It held until then, and holds in fewer cases now: which.
    Relaxed(&'static str),
    /// It held until then, and another one takes its place: which.
    Changed(&'static str),
}

/// A restriction, and what each edition says of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Restriction {
    /// What it is called in the table and in reports that machines read: `vault_subscription`.
    pub id: &'static str,
    /// The statement of the documentation that it is of: `S1` to `S8`, `precondition` or `policy`.
    pub statement: &'static str,
    /// The restriction in our words, one sentence without a full stop.
    pub says: &'static str,
    /// What each of [`Edition::ALL`] says of it.
    pub stances: [Stance; Edition::ALL.len()],
    /// Where that was read, beyond the editions' own texts ([`Edition::source`]); empty where those say it.
    pub source: &'static str,
}

/// That an edition does not hold any more what the one before held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lift {
    /// The first edition without it.
    pub edition: Edition,
    /// `lifted`, `relaxed` or `changed`.
    pub how: &'static str,
    /// What holds since; empty where nothing does.
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
    /// What `edition` says of it.
    #[must_use]
    pub fn stance(&self, edition: Edition) -> Stance {
        let at = Edition::ALL.iter().position(|e| *e == edition);
        at.and_then(|at| self.stances.get(at)).copied().unwrap_or(Stance::Absent)
    }

    /// Whether `edition` holds it.
    #[must_use]
    pub fn in_force(&self, edition: Edition) -> bool {
        self.stance(edition) == Stance::InForce
    }

    /// Which edition after `edition` was the first to lift, relax or change it; `None` where it holds to this day.
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
