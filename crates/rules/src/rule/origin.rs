use cmklint_graph::{NodeId, Target, World};

use crate::engine::Context;
use crate::view::{Crypt, Role, SetRef, Slot, kind};

/// A disk that is made from an image encrypted with a customer-managed key.
pub(super) struct Origin<'a> {
    pub(super) world: World,
    pub(super) slot: &'a Slot,
    /// The property that names the image.
    pub(super) path: String,
    /// The image or image version.
    pub(super) image: NodeId,
    /// The encryption set of the image's disk.
    pub(super) set: SetRef,
}

/// The declared disks, of their own or of VMs and scale sets, made from an encrypted image or image version of the estate.
pub(super) fn image_origins<'a>(cx: &Context<'a>) -> Vec<Origin<'a>> {
    let mut out = Vec::new();
    let disks = |role| !matches!(role, Role::Snapshot | Role::ImageOs | Role::ImageData);
    for slot in cx.slots().filter(|s| disks(s.role) && cx.is_declared(s.node)) {
        let region = cx.estate.get(slot.node, "location");
        for (world, source) in cx.view.sources(slot, &slot.world).into_iter().filter(|(_, s)| s.image) {
            for (world, target, _) in cx.view.targets(slot.node, &source.path, &world) {
                let Target::Node(image) = target else { continue };
                if !cx.view.is(image, kind::IMAGE) && !cx.view.is(image, kind::VERSION) {
                    continue;
                }
                for (world, crypt) in cx.view.crypt(image, &source.content, &region, &world) {
                    if let Crypt::Set(set) = crypt {
                        out.push(Origin { world, slot, path: source.path.clone(), image, set: *set });
                    }
                }
            }
        }
    }
    out
}
