//! What changes nothing of an estate changes nothing of what is found: by all rules, those too that the oracle doesn't cover.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cmklint_generator::check::{found, found_only};
use cmklint_generator::draw::draw;
use cmklint_generator::model::Estate;
use cmklint_generator::oracle::{DEFAULT, Fault};
use cmklint_generator::render::write;
use cmklint_generator::style::{Habit, Language, Style};
use rayon::prelude::*;

/// Estates for which each law is tried, in each language.
const ESTATES: u64 = 12;

fn found_in(estate: &Estate, language: Language, seed: u64, habits: &[Habit]) -> BTreeSet<Fault> {
    let style = Style { seed, language: Some(language), habits: habits.to_vec() };
    found(&write(estate, &style), DEFAULT)
}

/// The law that writing with `habits` and `seed` changes nothing of what is found in an estate that is written plainly.
fn holds(law: &str, seed: u64, habits: &[Habit]) {
    let rules = AtomicUsize::new(0);
    (0..ESTATES).into_par_iter().for_each(|of| {
        let estate = draw(of);
        for language in Language::ALL {
            let plain = found_in(&estate, language, 1, &[]);
            rules.fetch_add(plain.len(), Relaxed);
            let changed = found_in(&estate, language, seed, habits);
            let (gone, new) = (&plain - &changed, &changed - &plain);
            assert!(
                gone.is_empty() && new.is_empty(),
                "{law}: estate {of} in {language:?}: gone {gone:?}, new {new:?}"
            );
        }
    });
    assert!(rules.into_inner() > ESTATES as usize, "there is something to find");
}

#[test]
fn declarations_in_another_order_change_nothing() {
    holds("reordering", 1, &[Habit::Shuffled]);
}

#[test]
fn other_names_of_declarations_change_nothing() {
    // The names are drawn from the seed, and nothing else is where there is no habit.
    holds("renaming", 2, &[]);
}

#[test]
fn declarations_in_several_files_change_nothing() {
    holds("splitting", 1, &[Habit::Split]);
}

#[test]
fn declarations_in_a_module_change_nothing() {
    holds("moving into a module", 1, &[Habit::Modules]);
}

#[test]
fn resources_that_have_nothing_to_do_with_disks_change_nothing() {
    holds("adding", 1, &[Habit::Unrelated]);
}

#[test]
fn to_leave_out_what_nobody_looks_up_changes_nothing() {
    let found_faults = AtomicUsize::new(0);
    (0..5 * ESTATES).into_par_iter().for_each(|of| {
        let estate = draw(of);
        for language in Language::ALL {
            let habits = vec![Habit::Modules, Habit::Unrelated];
            let written = write(&estate, &Style { seed: of, language: Some(language), habits });
            let all = found(&written, DEFAULT);
            found_faults.fetch_add(all.len(), Relaxed);
            assert_eq!(found_only(&written, DEFAULT), all, "estate {of} in {language:?}");
        }
    });
    assert!(found_faults.into_inner() > ESTATES as usize, "there is something to find");
}

#[test]
fn whitespace_and_comments_change_nothing() {
    holds("formatting", 1, &[Habit::Noise]);
}

#[test]
fn upper_and_lower_case_of_names_changes_nothing() {
    // What is found is told by the name as it is written, so names are compared folded.
    holds_folded("case", 1, &[Habit::Case]);
}

/// As [`holds`], where names may be written in other upper and lower case.
fn holds_folded(law: &str, seed: u64, habits: &[Habit]) {
    let folded = |found: BTreeSet<Fault>| -> BTreeSet<Fault> {
        found.into_iter().map(|(rule, name)| (rule, name.to_ascii_lowercase())).collect()
    };
    (0..ESTATES).into_par_iter().for_each(|of| {
        let estate = draw(of);
        for language in Language::ALL {
            let plain = folded(found_in(&estate, language, 1, &[]));
            let changed = folded(found_in(&estate, language, seed, habits));
            assert_eq!(plain, changed, "{law}: estate {of} in {language:?}");
        }
    });
}
