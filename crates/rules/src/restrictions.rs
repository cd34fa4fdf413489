//! The restrictions, edition by edition: one table for the rules, the reports and `docs/editions.md`. It is made of `data/restrictions.psv` when this crate is built;
//! the file says what its fields are. [`Edition::source`](crate::Edition::source) has the date of each edition's text and where it was read.

use crate::restriction::Restriction;
use crate::restriction::Stance::{Absent, Changed, InForce, Lifted, Relaxed, Unread};

include!(concat!(env!("OUT_DIR"), "/restrictions.rs"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::edition::Edition;
    use crate::restriction::Stance;

    #[test]
    fn each_restriction_has_a_name_of_its_own_and_words_and_holds_in_some_edition() {
        let ids: BTreeSet<&str> = RESTRICTIONS.iter().map(|r| r.id).collect();
        assert_eq!(ids.len(), RESTRICTIONS.len());
        for restriction in RESTRICTIONS {
            assert!(!restriction.says.is_empty() && !restriction.says.ends_with('.'), "{}", restriction.id);
            assert!(Edition::ALL.iter().any(|e| restriction.in_force(*e)), "{}", restriction.id);
        }
    }

    #[test]
    fn what_held_and_holds_no_more_says_when_it_was_lifted_and_what_holds_was_not() {
        for restriction in RESTRICTIONS {
            for pair in Edition::ALL.windows(2) {
                let [before, then] = pair else { continue };
                let ends = restriction.in_force(*before)
                    && !matches!(restriction.stance(*then), Stance::InForce | Stance::Unread);
                let is_lifted = restriction.lifted_after(*before).is_some_and(|lift| lift.edition == *then);
                // Nothing is known about an edition that was not read, so no restriction ends with it.
                let is_lifted = is_lifted && restriction.in_force(*before) && !restriction.in_force(*then);
                assert_eq!(ends, is_lifted, "{} {then}", restriction.id);
            }
            let latest = restriction.in_force(Edition::LATEST);
            let lifted = Edition::ALL
                .iter()
                .filter(|e| restriction.in_force(**e))
                .all(|e| restriction.lifted_after(*e).is_some());
            assert_ne!(latest, lifted, "{}", restriction.id);
        }
    }

    #[test]
    fn a_lift_is_described_with_its_edition() {
        let lift = VAULT_SUBSCRIPTION.lifted_after(Edition::Y2020M08).unwrap();
        assert_eq!(lift.describe(), "lifted in the edition of 2022-10");
        // What was not read is skipped.
        let lift = KEY_STAYS.lifted_after(Edition::Y2020M08).unwrap();
        assert!(lift.describe().starts_with("relaxed in the edition of 2023-02: the key can't be taken away"));
        assert_eq!(SUBSCRIPTION.lifted_after(Edition::Y2020M08), None);
    }
}
