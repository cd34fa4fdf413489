//! CMK011: a disk from an encrypted image is in the image's subscription.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::IMAGE_DISK_SUBSCRIPTION;
use crate::rule::Rule;

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
                        "{} is in subscription {}, the encrypted image {} in {}",
                        cx.describe(origin.slot),
                        here.describe(),
                        cx.address(image),
                        there.describe()
                    ))
                    .words("an encrypted image of another subscription")
                    .related(image, "", format!("the image, in subscription {}", there.describe()))
                    .related(origin.set.by, &origin.set.path, "the image's encryption set")
                    .trail("subscription", disk, &here)
                    .trail("subscription", image, &there)
                    .help("Deploy the disk into the image's subscription, or copy the image into the disk's subscription with a key there")
                    .push(out);
            }
        }
    }
}
