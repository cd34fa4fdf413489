//! Every seed of every target runs, and so do a few mutants: what fuzzing found before stays found.

use cmklint_fuzz::corpus::seeds;
use cmklint_fuzz::target::ALL;
use cmklint_fuzz::work::input;

/// Mutants of each target in this test; `scripts/fuzz.sh` runs more.
const MUTANTS: u64 = 12;

#[test]
fn seeds_and_some_mutants_run() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(64 << 20).build().unwrap();
    for target in ALL {
        let seeds = seeds(target, None).unwrap();
        let first = seeds.len() as u64;
        // Of many seeds, some: the rules' own tests run them all.
        let numbers = (0..first).step_by(seeds.len().div_ceil(12)).chain(first..first + MUTANTS);
        pool.install(|| numbers.for_each(|number| (target.run)(&input(&seeds, 3, number))));
    }
}
