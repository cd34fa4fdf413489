//! CMK060: the encryption set of a target region is in that region.

use super::shared::target_sets::{TargetSet, target_sets};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VERSION_REGIONS;
use crate::rule::Rule;
use cmklint_graph::Fold;

static META: RuleMeta = RuleMeta {
    id: "CMK060",
    name: "image_version_region",
    level: Level::Error,
    restrictions: &[&VERSION_REGIONS],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK060"),
};

/// The rule.
pub(crate) struct ImageVersionRegion;

impl Rule for ImageVersionRegion {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for TargetSet { world, version, region, set } in target_sets(cx) {
            let Some(node) = set.node() else { continue };
            let location = cx.get(node, "location");
            for (world, (here, there)) in cx.values_differ(&region.name, &location, Fold::Region, &world) {
                cx.finding(version, &set.path)
                    .world(&world)
                    .against(node)
                    .message(format!(
                        "image version {} has the target region {} with encryption set {} of {}",
                        cx.address(version),
                        here.describe(),
                        cx.address(node),
                        there.describe()
                    ))
                    .words(format!("a set of {} in the target region {}", there.describe(), here.describe()))
                    .related(node, "location", format!("the set is in {}", there.describe()))
                    .related(
                        version,
                        &format!("{}.name", region.path),
                        format!("the target region is {}", here.describe()),
                    )
                    .trail("target region", version, &here)
                    .trail("location", node, &there)
                    .help("Name an encryption set of the target region, with a vault there")
                    .push(out);
            }
        }
    }
}
