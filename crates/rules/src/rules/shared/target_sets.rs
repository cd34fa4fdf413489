//! The encryption sets of image versions.

use cmklint_graph::{NodeId, World};

use crate::context::Context;
use crate::view::{SetRef, TargetRegion};

/// An encryption set that an image version certainly names for one of its target regions.
pub(crate) struct TargetSet {
    pub(crate) world: World,
    pub(crate) version: NodeId,
    pub(crate) region: TargetRegion,
    pub(crate) set: SetRef,
}

/// The encryption sets that declared image versions certainly name.
pub(crate) fn target_sets(cx: &Context<'_>) -> Vec<TargetSet> {
    let mut out = Vec::new();
    for version in cx.versions() {
        for world in cx.present(version, &World::any()) {
            for region in cx.target_regions(version, &world) {
                let sets = region.uses.iter().flat_map(|used| used.uses());
                for (world, set) in sets.flat_map(|used| cx.sets_by(version, &used, &region.world)) {
                    out.push(TargetSet { world, version, region: region.clone(), set });
                }
            }
        }
    }
    out
}
