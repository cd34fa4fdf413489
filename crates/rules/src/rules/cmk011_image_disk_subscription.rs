//! CMK011: a disk from an encrypted image is in the image's subscription.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::IMAGE_DISK_SUBSCRIPTION;
use crate::rule::Rule;
use crate::view::plain;

use super::shared::origin::image_origins;

static META: RuleMeta = RuleMeta {
    id: "CMK011",
    name: "image_disk_subscription",
    level: Level::Error,
    restrictions: &[&IMAGE_DISK_SUBSCRIPTION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK011"),
};

/// The rule.
pub(crate) struct ImageDiskSubscription;

impl Rule for ImageDiskSubscription {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for origin in image_origins(cx) {
            let (disk, image) = (origin.slot.node, origin.image);
            for (world, (here, there)) in cx.subscriptions_differ(disk, image, &origin.world) {
                cx.finding(disk, &origin.path)
                    .world(&world)
                    .against(image)
                    .message(format!(
                        "{} and the encrypted {} that it is made from are in different subscriptions",
                        cx.describe_with(origin.slot, &format!("subscription {}", plain(&here))),
                        cx.title_with(image, &format!("subscription {}", plain(&there)))
                    ))
                    .words("an encrypted image of another subscription")
                    .related(image, "", format!("the image, in subscription {}", there.describe()))
                    .related(origin.set.by, &origin.set.path, "the image's encryption set")
                    .trail("subscription", disk, &here)
                    .trail("subscription", image, &there)
                    .help(format!(
                        "Copy the image into the disk's subscription, with a key there, and make the disk from the copy; or {}",
                        cx.deploy_elsewhere(disk)
                    ))
                    .push(out);
            }
        }
    }
}
