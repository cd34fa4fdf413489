//! What the evaluating process is handed, and what it says: one line of JSON each.

use serde::{Deserialize, Serialize};

/// The text of a file of rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileText {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What is to be evaluated, apart from the input, which follows on a line of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Job {
    /// What all rules may use.
    pub(crate) libraries: Vec<FileText>,
    /// The rules, each in a file of its own.
    pub(crate) rules: Vec<FileText>,
}

/// What the evaluating process says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// It begins with the rule of that number.
    Begin(usize),
    /// What the rule handed back.
    Found(serde_json::Value),
    /// Why the rule could not be evaluated to its end.
    Fault(Fault),
    /// It is done with all rules.
    End,
}

/// Why a rule could not be evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// One line.
    pub(crate) message: String,
    /// The file, the line and the column, from 1, where they are known.
    pub(crate) place: Option<(String, u32, u32)>,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}
