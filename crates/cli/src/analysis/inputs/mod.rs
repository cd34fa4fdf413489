//! Which root each file of inputs is for, in the places where people keep such files. A file that may be for two roots is for none.

mod commands;
pub(crate) mod folders;
mod matching;
mod mentions;
mod parameter_files;
mod variable_files;
