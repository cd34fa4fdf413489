//! A stack that is large enough for the evaluation.

use cmklint_graph::work;
use cmklint_source::reads;

/// Its size in bytes: recursion is bounded by [`Limits::depth`](crate::Limits), which fits in it.
const SIZE: usize = 128 << 20;

/// Runs `task` on a thread with a large stack; `None` where the system has none, or `task` panicked.
pub(crate) fn with_stack<T: Send>(task: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("terraform".to_owned()).stack_size(SIZE);
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
