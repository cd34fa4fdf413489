//! Runs mutants: a worker runs them one after another, and its parent makes an input again by its number if the worker dies.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::mutate::mutant;
use crate::target::Target;
use crate::watch::{self, Bounds};

/// The stack of the thread that runs the inputs, in bytes: the same as for cmklint's own threads.
const STACK: usize = 64 * 1024 * 1024;

/// The input of that number: the same for the same seeds and the same `seed`.
#[must_use]
pub fn input(seeds: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    // The first inputs are the seeds as they are.
    if let Some(whole) = usize::try_from(number).ok().and_then(|n| seeds.get(n)) {
        return whole.clone();
    }
    let mut rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number));
    mutant(seeds, &mut rng)
}

/// Which inputs a worker runs.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// The seed of the mutants.
    pub seed: u64,
    /// The number of the first one.
    pub from: u64,
    /// The number after the last one.
    pub to: u64,
    /// No input is begun after this time.
    pub time: Duration,
}

/// Runs `stretch` of the inputs of `target`, each within `bounds`, and keeps the number of the current one in the file `progress`. A panic or a broken bound
/// ends the process.
///
/// # Errors
/// Where the file can't be written, or no thread can be started.
pub fn work(
    target: &Target,
    seeds: &[Vec<u8>],
    stretch: Stretch,
    bounds: Bounds,
    progress: &Path,
) -> anyhow::Result<u64> {
    abort_on_panic();
    let start = Instant::now();
    let current = Arc::new(AtomicU64::new(stretch.from));
    watch::start(Arc::clone(&current), bounds);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build()?;
    let mut file = std::fs::File::create(progress)?;
    let mut done = 0;
    for number in stretch.from..stretch.to {
        if start.elapsed() >= stretch.time {
            break;
        }
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&number.to_le_bytes())?;
        current.store(number, Ordering::SeqCst);
        let data = input(seeds, stretch.seed, number);
        pool.install(|| (target.run)(&data));
        done += 1;
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&(stretch.from + done).to_le_bytes())?;
    Ok(done)
}

/// Runs one input within `bounds`.
///
/// # Errors
/// Where no thread can be started.
pub fn once(target: &Target, data: &[u8], bounds: Bounds) -> anyhow::Result<()> {
    abort_on_panic();
    watch::start(Arc::new(AtomicU64::new(0)), bounds);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build()?;
    pool.install(|| (target.run)(data));
    Ok(())
}

/// Makes a panic end the process, also one that cmklint itself would catch: it is a bug all the same.
fn abort_on_panic() {
    let default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        default_hook(info);
        std::process::abort();
    }));
}
