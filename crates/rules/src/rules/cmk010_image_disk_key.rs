//! CMK010: a disk from an encrypted image is encrypted with the image's key.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::IMAGE_DISK_KEY;
use crate::rule::Rule;
use crate::view::{KEY_URL, Stated};

use super::shared::origin::{Origin, image_origins};

static META: RuleMeta = RuleMeta {
    id: "CMK010",
    name: "image_disk_key",
    level: Level::Error,
    restrictions: &[&IMAGE_DISK_KEY],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK010"),
};

/// The rule.
pub(crate) struct ImageDiskKey;

impl Rule for ImageDiskKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for origin in image_origins(cx) {
            let image = cx.title(origin.image);
            let help = help(cx, &origin);
            let disk = cx.describe(origin.slot);
            for (world, stated) in cx.stated(origin.slot, &origin.world) {
                match stated {
                    Stated::Nothing => {
                        cx.finding(origin.slot.node, &origin.path)
                            .world(&world)
                            .level(Level::Warning)
                            .variant("none")
                            .against(origin.image)
                            .message(format!("{disk} is made from {image}, which is encrypted with a customer-managed key, and names no encryption set"))
                            .words("the image is encrypted with a customer-managed key")
                            .related(origin.set.by, &origin.set.path, "the image's encryption set")
                            .help(help.clone())
                            .push(out);
                    }
                    Stated::Set(own) => {
                        for world in cx.same_key(&own, &origin.set, &world).differ() {
                            let mut finding = cx
                                .finding(own.by, &own.path)
                                .world(&world)
                                .against(origin.image)
                                .message(format!(
                                    "{disk} is made from {image} and encrypted with another key than the image"
                                ))
                                .words("another key than the image's")
                                .related(origin.set.by, &origin.set.path, "the image's encryption set")
                                .related(origin.slot.node, &origin.path, "made from this image")
                                .trail("encryption set", own.by, &own.value)
                                .trail("encryption set", origin.set.by, &origin.set.value)
                                .help(help.clone());
                            for set in [own.node(), origin.set.node()].into_iter().flatten() {
                                finding = finding.related(set, KEY_URL, format!("the key of {}", cx.title(set)));
                            }
                            finding.push(out);
                        }
                    }
                    Stated::Unknown => {}
                }
            }
        }
    }
}

/// What to write for the disk: the image's own set, where code can name it there.
fn help(cx: &Context<'_>, origin: &Origin<'_>) -> String {
    let path = origin.slot.uses().into_iter().next().map_or_else(String::new, |used| used.path);
    let line = origin.set.node().and_then(|set| cx.set_to_id(origin.slot.node, &path, set));
    match line {
        Some(line) => format!("Name the image's encryption set: {line}"),
        None => format!(
            "Name the image's encryption set in {}, or a set with the same key",
            cx.property(origin.slot.node, &path)
        ),
    }
}
