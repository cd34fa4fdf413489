//! The rules of a run: ours, and those of a team's own.

use crate::meta::RuleMeta;
use crate::rules::{RULES, by_id_or_name};

/// The rules that settings, ignore comments and reports may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    own: Vec<&'static RuleMeta>,
}

impl Catalog {
    /// Our rules, and `own`.
    #[must_use]
    pub fn new(own: Vec<&'static RuleMeta>) -> Self {
        Self { own }
    }

    /// All rules, ours first.
    pub fn all(&self) -> impl Iterator<Item = &'static RuleMeta> + '_ {
        RULES.iter().map(|rule| rule.meta()).chain(self.own.iter().copied())
    }

    /// The rules of a team's own.
    #[must_use]
    pub fn own(&self) -> &[&'static RuleMeta] {
        &self.own
    }

    /// The rule with that id (any case) or name (`_` and `-` alike).
    #[must_use]
    pub fn by_id_or_name(&self, text: &str) -> Option<&'static RuleMeta> {
        let name = text.replace('-', "_");
        let is_it =
            |meta: &&&'static RuleMeta| meta.id.eq_ignore_ascii_case(text) || meta.name.eq_ignore_ascii_case(&name);
        by_id_or_name(text).or_else(|| self.own.iter().find(is_it).copied())
    }

    /// The ids and names of all rules.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.all().flat_map(|meta| [meta.id, meta.name]).collect()
    }
}
