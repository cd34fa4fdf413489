//! Limits for one process: how much processor time an input may take, and how much memory it may add. A second thread checks what
//! Linux reports about the process.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The limits for one input.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Processor time in seconds.
    pub seconds: f64,
    /// Megabytes of memory in addition to what the process had before.
    pub megabytes: f64,
}

/// Aborts the process, with a message on standard error, as soon as the input whose number is in `current` exceeds `bounds`.
pub fn start(current: Arc<AtomicU64>, bounds: Bounds) {
    std::thread::spawn(move || {
        let mut at = u64::MAX;
        let mut before = Usage::now();
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let now = Usage::now();
            let input = current.load(Ordering::SeqCst);
            if input != at {
                (at, before) = (input, now);
                continue;
            }
            let (seconds, megabytes) = (now.seconds - before.seconds, now.megabytes - before.megabytes);
            if seconds > bounds.seconds || megabytes > bounds.megabytes {
                let mut err = std::io::stderr();
                // The parent process sees the abort in any case.
                let _ = writeln!(err, "beyond the bounds: {seconds:.1} s, {megabytes:.0} MB more");
                std::process::abort();
            }
        }
    });
}

/// The resources that the process has used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Processor time in seconds, of all threads.
    pub seconds: f64,
    /// Resident memory in megabytes.
    pub megabytes: f64,
}

impl Usage {
    /// The usage of this process; zero where the system doesn't report it.
    #[must_use]
    pub fn now() -> Self {
        /// Ticks of a second and kilobytes of a page on Linux, on the machines that this runs on.
        const TICKS: f64 = 100.0;
        const PAGE: f64 = 4.0;
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let stat = read("/proc/self/stat");
        // The name in brackets may hold whitespace.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().filter_map(|i| fields.get(*i)?.parse::<f64>().ok()).sum();
        let statm = read("/proc/self/statm");
        let pages: f64 = statm.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
        Self { seconds: ticks / TICKS, megabytes: pages * PAGE / 1024.0 }
    }
}
