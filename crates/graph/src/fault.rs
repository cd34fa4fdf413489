//! Faults of the program itself (panics), kept to the piece of work that they happen in: a fault while one root is looked at costs no other root its report.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(debug_assertions)]
use std::sync::OnceLock;

thread_local! {
    /// What this thread works on, innermost last: a thread that waits for others may do a part of their work.
    static WORK: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Where a test wants a fault: the stage and what is worked on there, as `stage@what`.
#[cfg(debug_assertions)]
static INJECTED: OnceLock<String> = OnceLock::new();

/// What `work` gives; `None` where a fault in it ended it. `stage` is what is done, `on` the file or root that it is done to.
pub fn guarded<T>(stage: &'static str, on: &str, work: impl FnOnce() -> T) -> Option<T> {
    WORK.with_borrow_mut(|stack| stack.push(on.to_owned()));
    let done = catch_unwind(AssertUnwindSafe(|| {
        fault_if_injected(stage, on);
        work()
    }));
    WORK.with_borrow_mut(|stack| stack.pop());
    done.ok()
}

/// What this thread works on: a file or a root.
#[must_use]
pub fn working_on() -> Option<String> {
    WORK.try_with(|stack| stack.try_borrow().ok().and_then(|stack| stack.last().cloned())).ok().flatten()
}

/// From now on, working on `place` (`stage@what`) ends in a fault. For tests; a release build has no such thing.
#[cfg(debug_assertions)]
pub fn inject(place: String) {
    let _ = INJECTED.set(place);
}

#[cfg(debug_assertions)]
fn fault_if_injected(stage: &str, on: &str) {
    if INJECTED.get().and_then(|place| place.split_once('@')) == Some((stage, on)) {
        #[expect(clippy::panic, reason = "injected by tests, in debug builds only")]
        std::panic::panic_any("a fault that a test wanted");
    }
}

#[cfg(not(debug_assertions))]
fn fault_if_injected(_: &str, _: &str) {}
