//! CMK064: an image version is not made from an encrypted image version.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::ENCRYPTED_VERSION_SOURCE;
use crate::rule::Rule;
use crate::view::{Content, kind};
use cmklint_graph::World;

static META: RuleMeta = RuleMeta {
    id: "CMK064",
    name: "image_version_source",
    level: Level::Error,
    restrictions: &[&ENCRYPTED_VERSION_SOURCE],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK064"),
};

/// The rule.
pub(crate) struct ImageVersionSource;

impl Rule for ImageVersionSource {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for version in cx.versions() {
            for world in cx.present(version, &World::any()) {
                for (world, source) in cx.version_sources(version, &Content::Os, &world) {
                    for (world, from) in cx.nodes(version, &source.path, &world) {
                        if from == version || !cx.is(from, kind::VERSION) {
                            continue;
                        }
                        for region in cx.target_regions(from, &world) {
                            let uses = region.uses.iter().flat_map(|used| used.uses());
                            for (world, set) in uses.flat_map(|used| cx.sets_by(from, &used, &region.world)) {
                                cx.finding(version, &source.path)
                                    .world(&world)
                                    .against(from)
                                    .message(format!(
                                        "{} is made from {}, which is encrypted with a customer-managed key",
                                        cx.title(version),
                                        cx.title(from)
                                    ))
                                    .words("an encrypted image version")
                                    .related(from, &set.path, "it is encrypted with this set")
                                    .trail("encryption set", from, &set.value)
                                    .help("Make the version from the managed image, the virtual machine or the disk that the other one was made from")
                                    .push(out);
                            }
                        }
                    }
                }
            }
        }
    }
}
