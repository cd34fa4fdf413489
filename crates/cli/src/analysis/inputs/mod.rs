//! Which root each file of inputs is for, in the places where people keep such files. A file that may be for two roots is for none.

pub(crate) mod folders;
mod matching;
mod mentions;
mod parameter_files;
mod variable_files;

/// A file of inputs that no root takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedInput {
    /// Its path.
    pub path: String,
    /// Why no root takes it.
    pub reason: String,
}
