//! The work of the rules in units: one rule over the resources of one deployment, or a rule over the whole estate. Each has its share of the steps that all may
//! take, so
//! that no root uses up another's; the steps that some leave go to those that were cut short. A panic in one unit loses only what that one would have found.

use cmklint_graph::fault::guarded;
use cmklint_graph::work::{Metered, metered};
use rayon::prelude::*;

/// The result of a unit.
pub(crate) struct Done<T> {
    /// The value that it returned; `None` where it panicked.
    pub(crate) value: Option<T>,
    pub(crate) metered: Metered,
}

/// The least share of a unit, in steps.
const FLOOR: u64 = 20_000;

/// What `work` gives for each of `units`, in their order, with at most about `steps` steps for all together: each gets the same part for each of its shares.
/// What they leave is then given to those that would have taken more, which begin anew. `name` is what a fault is said of: the stage, and the root.
pub(crate) fn run<U: Sync, T: Send>(
    units: &[U],
    steps: u64,
    shares: impl Fn(&U) -> usize,
    name: impl Fn(&U) -> (&'static str, String) + Sync,
    work: impl Fn(&U) -> T + Sync,
) -> Vec<Done<T>> {
    let shares: Vec<u64> = units.iter().map(|unit| shares(unit).max(1) as u64).collect();
    let part = (steps / shares.iter().sum::<u64>().max(1)).max(FLOOR);
    let one = |unit: &U, steps: u64| {
        let (stage, on) = name(unit);
        let (value, metered) = metered(steps, || guarded(stage, &on, || work(unit)));
        Done { value, metered }
    };
    let mut done: Vec<Done<T>> =
        units.par_iter().zip(&shares).map(|(unit, shares)| one(unit, part.saturating_mul(*shares))).collect();
    let left: u64 = done.iter().map(|done| done.metered.left).sum();
    let cut: u64 = done.iter().zip(&shares).filter(|(done, _)| done.metered.is_spent).map(|(_, shares)| shares).sum();
    if cut > 0 && left / cut > 0 {
        let more = part.saturating_add(left / cut);
        let again = units.par_iter().zip(&shares).zip(&mut done).filter(|(_, done)| done.metered.is_spent);
        again.for_each(|((unit, shares), done)| *done = one(unit, more.saturating_mul(*shares)));
    }
    done
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use cmklint_graph::work;

    use super::*;

    /// Takes steps one by one; returns how many it could take.
    fn take(wanted: u64) -> u64 {
        (0..wanted).take_while(|_| work::pay(1)).count() as u64
    }

    #[test]
    fn what_small_units_leave_goes_to_large_ones() {
        let wanted = [10, 50_000, 10, 1_000_000];
        let done = run(&wanted, 4 * FLOOR * 2, |_| 1, |_| ("test", String::new()), |wanted| take(*wanted));
        let taken: Vec<Option<u64>> = done.iter().map(|done| done.value).collect();
        assert_eq!(taken, [Some(10), Some(50_000), Some(10), Some(40_000 + 2 * 39_990 / 2)]);
        let spent: Vec<bool> = done.iter().map(|done| done.metered.is_spent).collect();
        assert_eq!(spent, [false, false, false, true]);
    }

    #[test]
    fn a_panic_costs_its_own_unit_only() {
        let done =
            run(&[1, 0, 2], 100, |_| 1, |_| ("test", String::new()), |n| if *n == 0 { panic!("a fault") } else { *n });
        assert_eq!(done.into_iter().map(|done| done.value).collect::<Vec<_>>(), [Some(1), None, Some(2)]);
    }
}
