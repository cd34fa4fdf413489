//! CMK060: the encryption set of a target region is in that region.

use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};
use cmklint_graph::Fold;

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK060",
    name: "image_version_region",
    level: Level::Error,
    editions: &Edition::ALL,
    default_on: true,
    statement: "S8",
    restriction: "Encrypted image versions need an encryption set of the same subscription in each target region, stay encrypted, and can't be shared",
    security_severity: None,
    page: include_str!("../../../../rules/CMK060/rule.md"),
};

/// CMK060.
pub(crate) struct ImageVersionRegion;

impl Rule for ImageVersionRegion {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (version, region, set) in super::target_sets(cx) {
            let Some(node) = set.1.node() else { continue };
            let location = cx.estate.get(node, "location");
            for (world, here, there) in cx.values_differ(&region.name, &location, Fold::Region, &set.0) {
                cx.finding(&META, version, &set.1.path)
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
