//! Fuzzing of everything that cmklint reads: one target for each kind of input, seeds for each, a mutator that works on tokens and brackets, and a
//! driver that runs the mutants with guards on time and memory. [`target`] is used by the driver and by the targets of cargo-fuzz in `fuzz/`.

pub mod corpus;
pub mod mutate;
pub mod target;
pub mod token;
pub mod watch;
pub mod work;
