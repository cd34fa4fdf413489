//! Panics in cmklint itself: reported on standard error with the file or root that was being processed, and kept from ending the run.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

use crate::console;

thread_local! {
    /// What this thread is processing, innermost last: a thread that waits for others may do a part of their work.
    static WORK: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work`; `None` where it panics. `on` is the file or root that it processes.
pub(crate) fn guarded<T>(on: &str, work: impl FnOnce() -> T) -> Option<T> {
    WORK.with_borrow_mut(|stack| stack.push(on.to_owned()));
    let done = catch_unwind(AssertUnwindSafe(work));
    WORK.with_borrow_mut(|stack| stack.pop());
    done.ok()
}

/// After this call a panic is reported in one line that names what was being processed.
pub(crate) fn tell_faults() {
    std::panic::set_hook(Box::new(|fault| console::print_line(&line(fault))));
}

fn line(fault: &PanicHookInfo<'_>) -> String {
    let on = WORK.try_with(|stack| stack.try_borrow().ok().and_then(|stack| stack.last().cloned())).ok().flatten();
    let on = on.map(|on| format!(" while working on {on}")).unwrap_or_default();
    let at = fault.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
    let payload = fault.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("error: a fault in cmklint itself{on}: {}{at}; please report it", text.unwrap_or("no message"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_fault_names_what_was_worked_on_and_ends_nothing_else() {
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let keep = Arc::clone(&lines);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |fault| keep.lock().unwrap().push(line(fault))));
        let inner = guarded("infra", || guarded("infra/main.tf", || -> u32 { panic!("index {}", 7) }));
        let after = guarded("infra", || 1);
        std::panic::set_hook(before);
        assert_eq!((inner, after), (Some(None), Some(1)));
        let lines = lines.lock().unwrap();
        // Other tests of this process may fail at the same time.
        let said = lines.iter().find(|line| line.contains("index 7")).unwrap();
        assert!(said.contains("while working on infra/main.tf: index 7 (") && said.contains("fault.rs:"), "{said}");
    }
}
