use crate::engine::{Context, Findings};
use crate::rule::RuleMeta;

/// A rule: what it is, and its logic.
pub trait Rule: Sync {
    /// What it is.
    fn meta(&self) -> &'static RuleMeta;

    /// Adds to `out` what it finds among the resources of `cx`.
    fn check(&self, cx: &Context<'_>, out: &mut Findings);

    /// Whether it looks at all deployments at once; else it is called once for each.
    fn whole_estate(&self) -> bool {
        false
    }
}

/// The rules, by id.
pub static RULES: &[&dyn Rule] = crate::rule::ALL;

/// The rules, by id.
#[must_use]
pub fn all() -> &'static [&'static dyn Rule] {
    RULES
}

/// The rule with that id (any case) or name (`_` and `-` alike).
#[must_use]
pub fn by_id_or_name(text: &str) -> Option<&'static RuleMeta> {
    let name = text.replace('-', "_");
    RULES
        .iter()
        .map(|rule| rule.meta())
        .find(|meta| meta.id.eq_ignore_ascii_case(text) || meta.name.eq_ignore_ascii_case(&name))
}
