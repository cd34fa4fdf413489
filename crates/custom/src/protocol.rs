//! The messages to and from the evaluating process: one line of JSON each.

use serde::{Deserialize, Serialize};

/// The text of a file of rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileText {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What is to be evaluated. The input follows on a line of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Job {
    /// The files that all rules may import.
    pub(crate) libraries: Vec<FileText>,
    /// The rules, each in a file of its own.
    pub(crate) rules: Vec<FileText>,
}

/// A message of the evaluating process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// It begins to evaluate the rule with that index.
    Begin(usize),
    /// A result of the rule.
    Found(serde_json::Value),
    /// Why the rule could not be evaluated to its end.
    Fault(RuleFailure),
    /// It has evaluated all rules.
    End,
}

/// Why a rule could not be evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleFailure {
    /// The reason, on one line.
    pub(crate) message: String,
    /// The file, the line and the column, from 1, where they are known.
    pub(crate) place: Option<(String, u32, u32)>,
}

impl RuleFailure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}
