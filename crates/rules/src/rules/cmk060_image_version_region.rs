//! CMK060: the encryption set of a target region is in that region.

use super::shared::target_sets::{TargetSet, target_sets};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VERSION_REGIONS;
use crate::rule::Rule;
use crate::view::plain;
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
            let (location, set_path) = (cx.get(node, "location"), set.path.clone());
            for (world, (here, there)) in cx.values_differ(&region.name, &location, Fold::Region, &world) {
                cx.finding(version, &set.path)
                    .world(&world)
                    .against(node)
                    .message(format!(
                        "{} names {} for its target region {}",
                        cx.title(version),
                        cx.title_with(node, &plain(&there)),
                        plain(&here)
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
                    .help(match cx.only_set_in(version, &here).and_then(|set| cx.set_to_id(version, &set_path, set)) {
                        Some(line) => format!("Name the encryption set of {}: {line}", plain(&here)),
                        None => format!(
                            "Name an encryption set of {} in {}, with a vault and a key there",
                            plain(&here),
                            cx.property(version, &set_path)
                        ),
                    })
                    .push(out);
            }
        }
    }
}
