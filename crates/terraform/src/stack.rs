//! A stack that is large enough to evaluate on.

/// Its size in bytes: recursion is bounded by [`Limits::depth`](crate::Limits), which fits in it.
const SIZE: usize = 128 << 20;

/// What `work` gives, done on a thread with a large stack; `None` where the system gives none, or `work` panicked.
pub(crate) fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("terraform".to_owned()).stack_size(SIZE);
        match thread.spawn_scoped(scope, work).map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => Some(done),
            _ => None,
        }
    })
}
