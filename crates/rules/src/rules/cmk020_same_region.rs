//! CMK020: resources that a key connects are in one region.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::{REGION, VAULT_REGION};
use crate::rule::Rule;
use cmklint_graph::Fold;

use super::shared::link::{LinkKind, LinkTarget, links};

static META: RuleMeta = RuleMeta {
    id: "CMK020",
    name: "same_region",
    level: Level::Error,
    restrictions: &[&REGION, &VAULT_REGION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK020"),
};

/// The rule.
pub(crate) struct SameRegion;

impl Rule for SameRegion {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for link in links(cx) {
            // A managed HSM may serve several regions.
            let LinkTarget::Node(to) = link.to else { continue };
            let restriction = if link.kind == LinkKind::Vault { &VAULT_REGION } else { &REGION };
            let differ = cx.values_differ(&link.here.region, &cx.get(to, "location"), Fold::Region, &link.world);
            for (world, (here, there)) in differ {
                cx.finding(link.from, link.place("location"))
                    .world(&world)
                    .restriction(restriction)
                    .against(to)
                    .message(format!(
                        "{} {} {}, {} {} in {}",
                        cx.address(link.from),
                        link.place_verb(),
                        here.describe(),
                        link.kind.describe(),
                        cx.address(to),
                        there.describe()
                    ))
                    .words(if link.here.elsewhere {
                        format!("recovers to {}", here.describe())
                    } else {
                        format!("in {}", here.describe())
                    })
                    .related(to, "location", format!("{} is in {}", link.kind.short(), there.describe()))
                    .related(link.from, &link.path, format!("refers to {} here", link.kind.short()))
                    .trail("location", link.from, &here)
                    .trail("location", to, &there)
                    .help("Put both into one region: each region needs a vault, a key and an encryption set of its own")
                    .push(out);
            }
        }
    }
}
