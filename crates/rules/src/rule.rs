//! What a rule does.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::RuleMeta;

/// A rule: what it is, and how it looks for faults.
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
