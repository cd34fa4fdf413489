//! What one command gives Terraform.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_terraform::{CommandValue, Instantiation};

use super::mentions::Mention;

/// The values that one command gives a root.
#[derive(Clone, Debug)]
pub(crate) struct CommandInputs {
    /// The variable files that the command names.
    pub(super) files: Arc<[Mention]>,
    pub(super) values: Arc<Vec<CommandValue>>,
}

impl CommandInputs {
    /// Whether the command names files of `set`, and no others.
    pub(super) fn is_for(&self, root: &String, set: &Instantiation) -> bool {
        let names = |mention: &Mention| {
            set.tfvars.iter().any(|path| !mention.roots(path, std::slice::from_ref(root)).is_empty())
        };
        !self.files.is_empty() && self.files.iter().all(names)
    }

    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let said = |of: &Self| -> BTreeSet<(Arc<str>, Option<Arc<str>>)> {
            of.values.iter().map(|value| (Arc::clone(&value.name), value.text.clone())).collect()
        };
        said(self) == said(other)
    }
}
