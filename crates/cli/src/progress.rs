//! How far a run is, and the bar that shows it on a terminal.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// The bar is drawn anew after this time.
const TICK: Duration = Duration::from_millis(100);

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Files are read and parsed.
    Reading,
    /// Roots are evaluated.
    Evaluating,
    /// Rules run.
    Checking,
}

impl Stage {
    const ALL: [Self; 3] = [Self::Reading, Self::Evaluating, Self::Checking];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Reading => ("Reading", "files"),
            Self::Evaluating => ("Evaluating", "deployments"),
            Self::Checking => ("Checking", ""),
        }
    }
}

/// How far a run is. Any thread adds to it; nothing of the analysis reads it.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicUsize,
    done: AtomicUsize,
    all: AtomicUsize,
}

impl Progress {
    /// Begins a stage with `all` steps.
    pub fn begin(&self, stage: Stage, all: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
        self.stage.store(stage as usize, Ordering::Relaxed);
    }

    /// One more step is done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// The stage, and how many of its steps are done.
    fn seen(&self) -> (Stage, u64, u64) {
        let stage = Stage::ALL.get(self.stage.load(Ordering::Relaxed)).copied().unwrap_or(Stage::Reading);
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed) as u64;
        (stage, count(&self.done), count(&self.all))
    }
}

/// In a dev build this variable has the bar shown at once, and the run wait for its first frame: a test then depends on no time.
const AT_ONCE: &str = "CMKLINT_BAR_AT_ONCE";

/// What the run and the bar know of each other.
#[derive(Debug, Default)]
struct Seen {
    /// The run is over.
    is_over: bool,
    /// The bar was drawn.
    is_drawn: bool,
}

/// The bar of a run, on standard error. It is gone when this is dropped, so that nothing of it is between the lines of a report.
#[derive(Debug)]
pub(crate) struct Bar {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    thread: Option<JoinHandle<()>>,
    at_once: bool,
}

impl Bar {
    /// Shows `progress` once the run takes longer than half a second, where standard error is a terminal that a person watches and `quiet` doesn't ask for silence.
    pub(crate) fn start(progress: &Arc<Progress>, quiet: bool) -> Self {
        let seen = Arc::new((Mutex::default(), Condvar::new()));
        let at_once = cfg!(debug_assertions) && std::env::var_os(AT_ONCE).is_some();
        let is_wanted = is_wanted(quiet, std::io::stderr().is_terminal(), |name| std::env::var(name).ok());
        let thread = is_wanted.then(|| {
            let (progress, seen) = (Arc::clone(progress), Arc::clone(&seen));
            let patience = if at_once { Duration::ZERO } else { PATIENCE };
            // Without a thread for it there is no bar.
            std::thread::Builder::new().spawn(move || watch(&progress, &seen, patience)).ok()
        });
        Self { seen, thread: thread.flatten(), at_once }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        while self.at_once && !seen.is_drawn {
            seen = changed.wait(seen).unwrap_or_else(PoisonError::into_inner);
        }
        seen.is_over = true;
        drop(seen);
        changed.notify_all();
        let _ = thread.join();
    }
}

/// Whether a bar is shown: only on a terminal, and not where `TERM=dumb` or `CI` says that nobody watches it.
fn is_wanted(quiet: bool, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false");
    is_terminal && !quiet && !is_on("CI") && variable("TERM").is_none_or(|term| term != "dumb")
}

/// Draws the bar until the run is over, unless that is before `patience` ends.
fn watch(progress: &Progress, (seen, changed): &(Mutex<Seen>, Condvar), patience: Duration) {
    let is_over = |after: Duration| {
        let guard = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(guard, after, |seen| !seen.is_over);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    };
    if is_over(patience) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let counted = style("{prefix:>10} [{bar:30}] {pos}/{len} {msg}");
    let counting = style("{prefix:>10} {spinner} {msg}");
    loop {
        let (stage, done, all) = progress.seen();
        let (prefix, things) = stage.words();
        bar.set_style(if all > 0 { counted.clone() } else { counting.clone() });
        bar.set_length(all);
        bar.set_position(done.min(all));
        bar.set_prefix(prefix);
        bar.set_message(things);
        if bar.is_hidden() {
            // All is said before the first frame is drawn.
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.tick();
        seen.lock().unwrap_or_else(PoisonError::into_inner).is_drawn = true;
        changed.notify_all();
        if is_over(TICK) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ").tick_chars("|/-\\ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(quiet: bool, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        is_wanted(quiet, is_terminal, value)
    }

    #[test]
    fn a_bar_is_shown_on_a_terminal_that_a_person_watches() {
        assert!(wanted(false, true, &[("TERM", "xterm")]));
        assert!(wanted(false, true, &[("CI", "false")]));
        assert!(!wanted(false, false, &[("TERM", "xterm")]), "no terminal");
        assert!(!wanted(true, true, &[]), "--quiet");
        assert!(!wanted(false, true, &[("TERM", "dumb")]));
        assert!(!wanted(false, true, &[("CI", "true")]));
    }

    #[test]
    fn progress_counts_the_steps_of_the_stage_it_is_in() {
        let progress = Progress::default();
        progress.begin(Stage::Evaluating, 3);
        progress.step();
        progress.step();
        assert_eq!(progress.seen(), (Stage::Evaluating, 2, 3));
        progress.begin(Stage::Checking, 0);
        assert_eq!(progress.seen(), (Stage::Checking, 0, 0));
    }
}
