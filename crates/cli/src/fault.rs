//! Panics in cmklint itself: reported on standard error with the file or root that was being processed, and kept from ending the run.

use std::panic::PanicHookInfo;

pub(crate) use cmklint_graph::fault::guarded;
use cmklint_source::{Diagnostic, Severity};

use crate::console;

/// From now on a fault is reported in one line that names what was worked on.
pub(crate) fn tell_faults() {
    std::panic::set_hook(Box::new(|fault| console::print_line(&line(fault))));
    // Tests have a fault happen where they want one. No release has this.
    #[cfg(debug_assertions)]
    if let Ok(place) = std::env::var("CMKLINT_FAULT") {
        cmklint_graph::fault::inject(place);
    }
}

/// What `work` gives, a part of the report that the rest can do without: where a fault ends it, an error says that it is missing, and there is nothing of it.
pub(crate) fn or_told<T: Default>(
    diagnostics: &mut Vec<Diagnostic>,
    stage: &'static str,
    work: impl FnOnce() -> T,
) -> T {
    guarded(stage, "all roots together", work).unwrap_or_else(|| {
        let message =
            format!("a fault in cmklint itself, in {stage}, which is missing from the report; please report it");
        diagnostics.push(Diagnostic::new(Severity::Error, "internal", message));
        T::default()
    })
}

fn line(fault: &PanicHookInfo<'_>) -> String {
    let on = cmklint_graph::fault::working_on().map(|on| format!(" while working on {on}")).unwrap_or_default();
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
        let inner = guarded("read", "infra", || guarded("read", "infra/main.tf", || -> u32 { panic!("index {}", 7) }));
        let after = guarded("read", "infra", || 1);
        std::panic::set_hook(before);
        assert_eq!((inner, after), (Some(None), Some(1)));
        let lines = lines.lock().unwrap();
        // Other tests of this process may fail at the same time.
        let said = lines.iter().find(|line| line.contains("index 7")).unwrap();
        assert!(said.contains("while working on infra/main.tf: index 7 (") && said.contains("fault.rs:"), "{said}");
    }
}
