//! Which root each file of inputs is for, in the places where people keep such files. A file that may be for two roots is for none.

mod command_inputs;
mod commands;
mod deploy_commands;
mod environment;
pub(crate) mod folders;
mod given;
mod given_parameters;
mod lookup;
mod matching;
mod mentions;
mod parameter_files;
mod scripts;
mod unread;
mod values;
mod variable_files;
mod words;

pub(super) use command_inputs::CommandInputs;
