//! What is planted is found, and nothing else, in every language and every way of writing.

#![allow(clippy::panic)] // helpers of tests are tests

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cmklint_generator::change::{self, before};
use cmklint_generator::check::{check, check_change, compare};
use cmklint_generator::draw::draw;
use cmklint_generator::model::Estate;
use cmklint_generator::oracle::{DEFAULT, Edition, faults};
use cmklint_generator::render::write;
use cmklint_generator::shrink::shrink;
use cmklint_generator::style::{Habit, Language, Style};
use rayon::prelude::*;

/// Estates that are checked here, a quarter in each language; the binary checks as many as one likes.
const ESTATES: u64 = 2000;
/// Estates of each edition that are tried.
const ESTATES_OF_EDITION: u64 = 200;
/// Changes that are tried.
const CHANGES: u64 = 400;
/// Estates that are written in every habit alone.
const REWRITTEN: u64 = 12;

fn agrees(estate: &Estate, style: &Style, edition: Edition) {
    let wrong = check(estate, style, edition);
    if wrong.is_none() {
        return;
    }
    let (estate, style) = shrink(estate, style, edition, &wrong);
    let files: Vec<String> =
        write(&estate, &style).files.iter().map(|(path, text)| format!("== {path}\n{text}")).collect();
    panic!(
        r"{:#?}
{style:?}
{estate:?}
{}",
        check(&estate, &style, edition),
        files.join("\n")
    );
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    (0..ESTATES).into_par_iter().for_each(|seed| {
        let language = usize::try_from(seed).ok().and_then(|s| Language::ALL.get(s % 5)).copied();
        agrees(&draw(seed), &Style::draw(seed + 7, language), DEFAULT);
    });
}

#[test]
fn what_is_planted_is_found_and_nothing_else_in_each_later_edition() {
    let editions = ["2022-10", "2023-02", "2024-06", "2024-11", "2025-02", "latest"];
    for (at, edition) in (0_u64..).zip(editions) {
        (0..ESTATES_OF_EDITION).into_par_iter().for_each(|seed| {
            let language = usize::try_from(seed).ok().and_then(|s| Language::ALL.get(s % 5)).copied();
            let seed = 1_000_000 * (at + 1) + seed;
            agrees(&draw(seed), &Style::draw(seed + 7, language), Edition(edition));
        });
    }
}

#[test]
fn every_rule_that_the_oracle_knows_is_planted() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fault in (0..ESTATES).flat_map(|seed| faults(&draw(seed), DEFAULT)) {
        *counts.entry(fault.0).or_default() += 1;
    }
    let rules = [
        "CMK001", "CMK002", "CMK003", "CMK004", "CMK010", "CMK011", "CMK012", "CMK020", "CMK021", "CMK040", "CMK041",
        "CMK060", "CMK061", "CMK062", "CMK063", "CMK070", "CMK072", "CMK080",
    ];
    for rule in rules {
        assert!(counts.get(rule).is_some_and(|n| *n >= 5), "{rule}: {counts:?}");
    }
}

#[test]
fn each_way_of_writing_alone_changes_nothing() {
    // Estates that have faults, else there is little to change.
    let estates: Vec<Estate> =
        (0..).map(draw).filter(|e| faults(e, DEFAULT).len() > 2).take(REWRITTEN as usize).collect();
    estates.par_iter().for_each(|estate| {
        for language in Language::ALL {
            for habits in std::iter::once(Vec::new()).chain(Habit::ALL.map(|h| vec![h])) {
                agrees(estate, &Style { seed: 5, language: Some(language), habits }, DEFAULT);
            }
        }
    });
}

#[test]
fn a_fault_that_is_not_planted_and_one_that_is_not_found_are_reported() {
    let wanted = |e: &Estate| !faults(e, DEFAULT).is_empty();
    let with = (0..).map(draw).find(wanted).unwrap();
    let style = Style { seed: 1, language: Some(Language::Bicep), habits: Vec::new() };
    let nothing = Estate { resources: BTreeMap::new(), ..with.clone() };
    assert!(!compare(&nothing, &write(&with, &style), DEFAULT).false_alarms.is_empty());
    let all: BTreeSet<_> = faults(&with, DEFAULT);
    assert_eq!(compare(&with, &write(&nothing, &style), DEFAULT).missed, all);
}

#[test]
fn what_a_change_breaks_is_found_and_nothing_else() {
    let (mut tried, mut broken) = (0, 0);
    for seed in 0..CHANGES {
        let now = draw(seed);
        let Some(then) = before(&now, seed) else { continue };
        let language = usize::try_from(seed).ok().and_then(|s| Language::ALL.get(s % 4)).copied();
        let mut style = Style::draw(seed + 3, language);
        // Where a template alone is deployed, no file says.
        style.habits.retain(|h| *h != Habit::Joined);
        style.habits.push(Habit::Joined);
        tried += 1;
        broken += change::faults(&then, &now, DEFAULT).len();
        let mut wrong = check_change(&then, &now, &style, DEFAULT);
        // What one place moves is one finding, which names one of the resources.
        let planted = change::faults(&then, &now, DEFAULT);
        let missed = wrong.missed.clone();
        let named = |rule: &str| planted.iter().any(|f| f.0 == rule && !missed.contains(f));
        wrong.missed.retain(|f| !(["CMK030", "CMK031"].contains(&f.0) && named(f.0)));
        assert!(
            wrong.is_none(),
            r"seed {seed}: {wrong:#?}
{style:?}
before {then:?}
now {now:?}"
        );
    }
    assert!(tried > CHANGES / 2 && broken > 100, "{tried} {broken}");
}
