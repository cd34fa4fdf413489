//! What a rule does.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::RuleMeta;

/// A rule: its description as data, and how it looks for faults.
pub trait Rule: Sync {
    /// Its description.
    fn meta(&self) -> &'static RuleMeta;

    /// Adds to `out` what it finds in the resources of `cx`.
    fn check(&self, cx: &Context<'_>, out: &mut Findings);

    /// Whether it checks all deployments at once; else it is called once for each.
    fn whole_estate(&self) -> bool {
        false
    }
}
