//! The input of an analysis.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::Asked;
use cmklint_inventory::Inventory;
use cmklint_source::SourceFile;

use crate::areas::Areas;
use crate::config::{LinkConfig, RootConfig, Written};
use crate::kept::Kept;
use crate::limits::Limits;
use crate::progress::Progress;
use crate::tree::Candidate;

/// What to analyze, and how.
#[derive(Debug, Default)]
pub struct Request {
    /// The files, by path.
    pub candidates: Vec<Candidate>,
    /// The settings of each configuration: which rules run, how roots are read.
    pub areas: Areas,
    /// Plans and states of Terraform.
    pub documents: Vec<Arc<SourceFile>>,
    /// Parameter files that were named (tree-relative): they replace those found beside the templates.
    pub parameters: Vec<String>,
    /// Where template roots are deployed, by path.
    pub roots: BTreeMap<String, RootConfig>,
    /// The inventory: what is deployed already.
    pub inventory: Option<Arc<Inventory>>,
    /// Which outputs of one root are inputs of another.
    pub links: Vec<LinkConfig>,
    /// Variables and modules that are stated somewhere, to report those that match nothing.
    pub stated: Vec<Stated>,
    /// Whether all templates are parsed, also those that can lead to no finding, to report errors in their text.
    pub parses_all: bool,
    /// Whether nothing but findings is wanted: what leads to one only where another root looks it up is read only then.
    pub finds_only: bool,
    /// Whether a list of the roots is wanted, with how each is joined to others.
    pub lists_roots: bool,
    /// Whether a list of what has Azure Disk Encryption is wanted; then all rows of an inventory are read.
    pub lists_ade: bool,
    /// Whether the input of custom rules is wanted.
    pub lists_own_input: bool,
    /// The folders that are repositories of their own: files of inputs are for roots of their own repository. Empty where all is one.
    pub repositories: Vec<String>,
    /// Where to note what roots look for beyond themselves; then [what the tree shares](super::Shared) is listed.
    pub asked: Option<Asked>,
    /// How much the run may cost.
    pub limits: Limits,
    /// What an earlier analysis kept.
    pub before: Option<Arc<Kept>>,
    /// Reports progress to whoever shows it.
    pub progress: Arc<Progress>,
}

impl Request {
    /// The repository that holds `path`; empty where all is one.
    pub(super) fn repository_of(&self, path: &str) -> &str {
        let holds = |folder: &&String| {
            path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.repositories.iter().filter(holds).max_by_key(|folder| folder.len()).map_or("", String::as_str)
    }

    /// Whether faults in the inventory alone are reported.
    pub(super) fn inventory_findings(&self) -> bool {
        self.lists_ade || self.areas.settings().iter().any(|settings| settings.inventory_findings)
    }
}

/// A name that is stated.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What it is the name of.
    pub kind: StatedKind,
    /// The name, and where it is stated.
    pub written: Written,
    /// The folder whose roots it is stated for; `None` for an argument, which applies to all.
    pub folder: Option<String>,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedKind {
    /// A variable of Terraform's roots.
    Variable,
    /// The source of a module that is to be left out.
    Module,
}
