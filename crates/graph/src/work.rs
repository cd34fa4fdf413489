//! The cost of looking at worlds, values and pairs of resources, and its limit.
//!
//! Conditions that are not known multiply: what one value says in 64 worlds and another in 64 is 4,096 questions, for each of a thousand disks. So whoever
//! starts such work gives it a number of steps ([`metered`]), and everything within it draws on them. When they are spent, what is left counts as not
//! known; whoever started the work sees it ([`Metered::is_spent`]) and reports it. The meter belongs to the thread, since the steps are taken deep inside
//! comparisons, which know nothing but their two values.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use cmklint_source::Span;

/// What is said at the place where an evaluation ends, since its steps are spent.
pub const TOO_MANY_WORLDS: &str =
    "conditions that are not known make too many worlds here; what is left counts as unknown";

/// Steps that all threads took since the process began.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// Counts `steps` that were taken, for [`taken`].
pub fn count(steps: u64) {
    TAKEN.fetch_add(steps, Relaxed);
}

/// The steps that all metered work and all evaluation took since the process began: what a run cost, whatever the machine.
#[must_use]
pub fn taken() -> u64 {
    TAKEN.load(Relaxed)
}

#[derive(Clone, Copy)]
struct Meter {
    left: u64,
    is_spent: bool,
    is_cut: bool,
    at: Option<Span>,
    /// How many values were made since the steps are spent.
    unknown: u64,
}

impl Meter {
    fn new(left: u64) -> Self {
        Self { left, is_spent: false, is_cut: false, at: None, unknown: 0 }
    }
}

thread_local! {
    /// How many pieces of metered work have ended on this thread.
    static ENDED: Cell<u64> = const { Cell::new(0) };

    /// The meter of the innermost [`metered`] work of this thread; `None` outside of such work, where nothing is counted.
    static METER: Cell<Option<Meter>> = const { Cell::new(None) };
}

/// The result of metered work, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered {
    /// Steps that it did not take.
    pub left: u64,
    /// Whether it needed more steps than it was given: after that everything counted as not known.
    pub is_spent: bool,
    /// Whether it left out worlds, since there were too many for one question.
    pub is_cut: bool,
    /// Where the first value was written of which worlds were left out.
    pub at: Option<Span>,
}

/// Runs `work`, which may take `steps`. Work that it starts on other threads is not counted. A panic in it passes through.
pub fn metered<T>(steps: u64, work: impl FnOnce() -> T) -> (T, Metered) {
    struct Restore(Option<Meter>);
    impl Drop for Restore {
        fn drop(&mut self) {
            METER.set(self.0);
            end();
        }
    }
    let restore = Restore(METER.replace(Some(Meter::new(steps))));
    let value = work();
    let Meter { left, is_spent, is_cut, at, .. } = METER.get().unwrap_or_else(|| Meter::new(steps));
    drop(restore);
    count(steps.saturating_sub(left));
    (value, Metered { left, is_spent, is_cut, at })
}

/// The meter of this thread's work, to be handed to another thread that does a part of it.
#[derive(Clone, Copy)]
pub struct Handed(Option<Meter>);

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handed").finish_non_exhaustive()
    }
}

/// What this thread's work has left, for another thread to do a part of it while this one waits.
#[must_use]
pub fn hand_over() -> Handed {
    Handed(METER.get())
}

/// Runs `work` with the meter that another thread handed over; returns the result, and the meter to be handed back.
pub fn with_handed<T>(handed: Handed, work: impl FnOnce() -> T) -> (T, Handed) {
    METER.set(handed.0);
    let value = work();
    end();
    (value, Handed(METER.replace(None)))
}

/// Takes back what was [handed over](hand_over).
pub fn take_back(handed: Handed) {
    METER.set(handed.0);
}

/// Pays for `steps` before they are taken; false where that is more than is left, and then they must not be taken. After a refusal nothing is left.
#[must_use]
pub fn pay(steps: usize) -> bool {
    let Some(mut meter) = METER.get() else { return true };
    let left = meter.left.checked_sub(u64::try_from(steps).unwrap_or(u64::MAX));
    meter.left = left.unwrap_or(0);
    meter.is_spent |= left.is_none();
    let paid = !meter.is_spent;
    METER.set(Some(meter));
    paid
}

/// Whether the steps of this thread's work are spent, so that something may be unknown for that reason alone.
#[must_use]
pub fn is_spent() -> bool {
    METER.get().is_some_and(|meter| meter.is_spent)
}

/// A number for a value that is not worked out, since the steps of this thread's work are spent; `None` where they are not. Each value has its own.
pub(crate) fn next_unknown() -> Option<u64> {
    let mut meter = METER.get().filter(|meter| meter.is_spent)?;
    meter.unknown += 1;
    METER.set(Some(meter));
    Some(meter.unknown)
}

/// Whether this thread does [`metered`] work.
pub(crate) fn is_metered() -> bool {
    METER.get().is_some()
}

fn end() {
    ENDED.set(ENDED.get().wrapping_add(1));
}

/// How many pieces of metered work have ended on this thread: what is kept for a piece of work is of no use once the number has changed.
pub(crate) fn ended() -> u64 {
    ENDED.get()
}

/// Records that worlds are left out, of a value that was written at `at`.
pub fn leave_out(at: Option<Span>) {
    if let Some(meter) = METER.get() {
        METER.set(Some(Meter { is_cut: true, at: meter.at.or(at), ..meter }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_stays_spent_and_is_reported() {
        let (paid, done) = metered(10, || [pay(4), pay(7), pay(1)]);
        assert_eq!(paid, [true, false, false]);
        assert_eq!(done, Metered { left: 0, is_spent: true, is_cut: false, at: None });
        assert!(pay(1_000_000) && !is_spent(), "nothing is counted outside");
    }

    #[test]
    fn work_within_work_has_a_meter_of_its_own() {
        let (inner, outer) = metered(10, || {
            let (_, inner) = metered(5, || {
                leave_out(None);
                pay(6)
            });
            assert!(pay(3));
            inner
        });
        assert_eq!(inner, Metered { left: 0, is_spent: true, is_cut: true, at: None });
        assert_eq!(outer, Metered { left: 7, is_spent: false, is_cut: false, at: None });
    }

    #[test]
    fn another_thread_takes_of_the_same_steps() {
        let (_, done) = metered(10, || {
            let handed = hand_over();
            let thread = std::thread::spawn(move || with_handed(handed, || pay(4)));
            let (paid, back) = thread.join().unwrap();
            take_back(back);
            assert!(paid && pay(1));
        });
        assert_eq!(done.left, 5);
    }

    #[test]
    fn a_panic_leaves_the_meter_of_the_work_around() {
        let (_, done) = metered(10, || {
            std::panic::catch_unwind(|| metered(3, || -> u32 { std::panic::resume_unwind(Box::new(())) }))
        });
        assert_eq!(done.left, 10);
    }
}
