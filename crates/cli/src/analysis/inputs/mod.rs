//! Which root each file of inputs is for, in the places where people keep such files. A file that may be for two roots is for none.

mod commands;
mod environment;
pub(crate) mod folders;
mod given;
mod matching;
mod mentions;
mod parameter_files;
mod scripts;
mod values;
mod variable_files;

pub(super) use given::CommandInputs;
