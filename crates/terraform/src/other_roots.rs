//! Values that a root gets from other roots of the run, and the states that they are in.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::Value;

/// Identifies a state: the backend's type, and the settings that distinguish its states.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateKey {
    pub(crate) backend: &'static str,
    pub(crate) parts: Vec<String>,
}

impl std::fmt::Display for StateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.backend, self.parts)
    }
}

/// A workspace of a state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Workspace {
    /// `default`, or none.
    Default,
    /// The one of this name.
    Named(String),
    /// The reader's own (`terraform.workspace`).
    Own,
}

/// A state that a root reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateRead {
    /// The state.
    pub key: StateKey,
    /// Its workspace.
    pub workspace: Workspace,
}

/// The outputs of a root by name.
pub type Outputs = BTreeMap<Arc<str>, Value>;

/// Values that a root gets from other roots of the run.
#[derive(Debug, Default)]
pub struct FromOtherRoots {
    /// Values of variables: they take precedence over files, and `--var` over them.
    pub variables: BTreeMap<String, Value>,
    /// The outputs of the states that it reads, each with the name of the root that writes it, for messages.
    pub states: BTreeMap<StateRead, (String, Arc<Outputs>)>,
    /// The outputs of the Terragrunt units that it depends on, by the units' folders.
    pub units: BTreeMap<String, Arc<Outputs>>,
    /// Whether the root's own outputs are needed.
    pub outputs_wanted: bool,
}
