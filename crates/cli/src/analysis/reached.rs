//! What is asked of folders of Terraform files, and what is known of them so far.

use std::collections::HashMap;
use std::sync::Mutex;

use cmklint_source::{SourceFile, Sources};

use super::closure::Closure;
use super::grams::Grams;
use super::reach::Reach;
use super::segments::Segments;
use crate::template_scan::file_may_declare_group;

/// Something that the text of a file may mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mention {
    /// What a rule reads.
    Relevant,
    /// The state of another root.
    State,
    /// A resource group that is declared.
    Group,
    /// A role that is given to somebody.
    Grant,
}

impl Mention {
    /// Whether the text of `file`, which is one of `sources`, mentions it.
    pub(super) fn is_in(self, file: &SourceFile, sources: &Sources) -> bool {
        match self {
            Self::Relevant => cmklint_terraform::may_matter(file.text()),
            Self::State => file.text().contains(cmklint_terraform::DATA_SOURCE),
            Self::Grant => file.text().contains("azurerm_role_assignment"),
            Self::Group => file_may_declare_group(file, sources) || cmklint_terraform::declares_group(file.text()),
        }
    }
}

/// What is known of folders so far.
#[derive(Default)]
pub(super) struct Reached {
    pub(super) relevant: Reach<bool>,
    pub(super) state: Reach<bool>,
    pub(super) group: Reach<bool>,
    pub(super) grant: Reach<bool>,
    pub(super) grams: Reach<Grams>,
    /// What stands in templates and in all that they deploy.
    pub(super) template_grams: Reach<Grams>,
    /// The segments of strings in templates and in all that they deploy.
    pub(super) segments: Reach<Segments>,
    pub(super) closures: Reach<Closure>,
    /// Whether a root mentions something, itself or by its modules, those that were installed for it among them.
    pub(super) roots: Mutex<HashMap<(Mention, String), bool>>,
}
