//! A stack that is large enough for the evaluation.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cmklint_graph::work;
use cmklint_source::reads;

/// The stack in bytes that evaluation needs: recursion is bounded by [`Limits::depth`](crate::Limits), which fits in it.
pub const STACK_SIZE: usize = 128 << 20;

thread_local! {
    /// Whether the current thread has [`STACK_SIZE`] left, and nothing is evaluated on it.
    static HAS_STACK: Cell<bool> = const { Cell::new(false) };
}

/// Says that the current thread has [`STACK_SIZE`] bytes of stack for evaluation, beside what its own work needs: roots are then evaluated on it,
/// else each on a new thread, which costs more.
pub fn evaluate_on_this_thread() {
    HAS_STACK.set(true);
}

/// Runs `task` with a large stack; `None` where the system has none, or `task` panicked.
pub(crate) fn with_stack<T: Send>(task: impl FnOnce() -> T + Send) -> Option<T> {
    if HAS_STACK.replace(false) {
        let done = catch_unwind(AssertUnwindSafe(task));
        HAS_STACK.set(true);
        if done.is_err() {
            reads::rests_on_more();
        }
        return done.ok();
    }
    on_new_thread(task)
}

fn on_new_thread<T: Send>(task: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("terraform".to_owned()).stack_size(STACK_SIZE);
        let handed = work::hand_over();
        match thread
            .spawn_scoped(scope, move || work::with_handed(handed, || reads::recorded(task)))
            .map(std::thread::ScopedJoinHandle::join)
        {
            Ok(Ok(((done, read), left))) => {
                work::take_back(left);
                // What that thread read was read for the work of this one.
                reads::repeat(&read);
                Some(done)
            }
            _ => {
                reads::rests_on_more();
                None
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::thread::current;

    use super::*;

    #[test]
    fn a_thread_with_the_stack_evaluates_and_one_within_gets_its_own() {
        let here = current().id();
        assert_ne!(with_stack(|| current().id()), Some(here));
        evaluate_on_this_thread();
        let (outer, inner) = with_stack(|| (current().id(), with_stack(|| current().id()))).unwrap();
        assert_eq!(outer, here);
        assert_ne!(inner, Some(here));
        assert_eq!(with_stack(|| -> u8 { panic!("a fault that the test wants") }), None);
        assert_eq!(with_stack(|| current().id()), Some(here));
        HAS_STACK.set(false);
    }
}
