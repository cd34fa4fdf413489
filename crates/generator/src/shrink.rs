//! Makes a disagreement smaller: parts of the estate and habits of the style are removed as long as the same kind of disagreement remains.

use std::collections::BTreeSet;

use crate::check::{Disagreement, check};
use crate::model::{Estate, What};
use crate::oracle::Edition;
use crate::style::{Habit, Style};

/// The smallest estate and the plainest style found that still disagree like `wrong`.
#[must_use]
pub fn shrink(estate: &Estate, style: &Style, edition: Edition, wrong: &Disagreement) -> (Estate, Style) {
    let (mut estate, mut style) = (estate.clone(), style.clone());
    let still = |e: &Estate, s: &Style| check(e, s, edition).is_like(wrong);
    loop {
        let before = (estate.clone(), style.clone());
        for id in before.0.resources.keys() {
            let smaller = estate.without(&BTreeSet::from([*id]));
            if smaller != estate && still(&smaller, &style) {
                estate = smaller;
            }
        }
        for id in before.0.resources.keys() {
            for part in 0..3 {
                if let Some(smaller) = saying_less(&estate, *id, part)
                    && still(&smaller, &style)
                {
                    estate = smaller;
                }
            }
        }
        for habit in Habit::ALL {
            let habits = style.habits.iter().copied().filter(|h| *h != habit).collect();
            let plainer = Style { habits, ..style.clone() };
            if plainer != style && still(&estate, &plainer) {
                style = plainer;
            }
        }
        if before == (estate.clone(), style.clone()) {
            return (estate, style);
        }
    }
}

/// The estate without one property of the resource of that number.
fn saying_less(estate: &Estate, id: u32, part: usize) -> Option<Estate> {
    let mut out = estate.clone();
    match (&mut out.resources.get_mut(&id)?.what, part) {
        (What::Disk { set, .. } | What::Image { set, .. } | What::Machine { set, .. }, 0) => *set = None,
        (What::Disk { source, .. } | What::Image { source, .. }, 1) => *source = None,
        (What::Machine { image, .. }, 1) => *image = None,
        (What::Disk { ade, .. }, 2) => *ade = false,
        (What::Machine { attached, .. }, 2) => attached.clear(),
        (What::Version { targets, .. }, 0) => targets.truncate(1),
        _ => return None,
    }
    (out != *estate).then_some(out)
}
