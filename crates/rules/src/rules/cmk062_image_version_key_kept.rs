//! CMK062: an image version is encrypted in all of its target regions or in none.

mod before;

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::VERSION_KEY_STAYS;
use crate::rule::Rule;
use crate::view::{SetRef, Stated, plain};
use cmklint_graph::{Cases, World};

static META: RuleMeta = RuleMeta {
    id: "CMK062",
    name: "image_version_key_kept",
    level: Level::Error,
    restrictions: &[&VERSION_KEY_STAYS],
    default_on: true,
    security_severity: Some("4.0"),
    options: &[],
    page: page!("CMK062"),
};

/// The rule.
pub(crate) struct ImageVersionKeyKept;

impl Rule for ImageVersionKeyKept {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let taken_away = before::check(cx, out);
        for version in cx.versions() {
            for world in cx.present(version, &World::any()) {
                let regions = cx.target_regions(version, &world);
                let stated: Vec<Cases<Stated>> =
                    regions.iter().map(|r| cx.target_stated(version, r, &r.world)).collect();
                let named: Vec<(&World, &SetRef)> = stated
                    .iter()
                    .flatten()
                    .filter_map(|(world, s)| if let Stated::Set(set) = s { Some((world, &**set)) } else { None })
                    .collect();
                for (region, stated) in regions.iter().zip(&stated) {
                    if taken_away.contains(&(version, region.path.clone())) {
                        continue; // … the more serious fault of the two
                    }
                    for (world, _) in stated.iter().filter(|(_, stated)| stated.is_nothing()) {
                        let Some((world, set)) = named.iter().find_map(|(w, set)| Some((world.and(w)?, set))) else {
                            continue;
                        };
                        cx.finding(version, &format!("{}.name", region.path))
                            .world(&world)
                            .level(Level::Warning)
                            .message(format!(
                                "{} is encrypted with a customer-managed key in some target regions and not in {}",
                                cx.title(version),
                                plain(&region.name)
                            ))
                            .words("no encryption set for this target region")
                            .related(version, &set.path, "another target region has one")
                            .trail("target region", version, &region.name)
                            .help(format!(
                                "Name an encryption set of {} in {}, or take this target region out",
                                plain(&region.name),
                                cx.property(version, &set.path)
                            ))
                            .push(out);
                    }
                }
            }
        }
    }
}
