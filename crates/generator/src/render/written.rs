//! The files of an estate.

use std::collections::BTreeMap;

/// Files, and where templates are deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Texts by path.
    pub files: BTreeMap<String, String>,
    /// Subscription and resource group of template roots, by path.
    pub placed: BTreeMap<String, (String, String)>,
}
