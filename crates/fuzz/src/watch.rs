//! Guards on one process: how long an input may take, in processor time, and how much memory it may add. A second thread looks, from the outside, at what
//! Linux tells of the process.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What one input may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Seconds of the processor.
    pub seconds: f64,
    /// Megabytes of memory beyond what the process held before.
    pub megabytes: f64,
}

/// Ends the process by an abort, with a word on standard error, as soon as the input whose number `current` holds is beyond `bounds`.
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
                // Whoever started this process sees the abort in any case.
                let _ = writeln!(err, "beyond the bounds: {seconds:.1} s, {megabytes:.0} MB more");
                std::process::abort();
            }
        }
    });
}

/// What the process has used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Seconds of the processor, of all threads.
    pub seconds: f64,
    /// Megabytes that are resident.
    pub megabytes: f64,
}

impl Usage {
    /// That of this process; zero where the system doesn't tell.
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
