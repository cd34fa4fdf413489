use cmklint_graph::{NodeId, World};

use crate::context::Context;
use crate::view::{Crypt, SetRef, Slot, kind};

/// A disk that is made from an image encrypted with a customer-managed key.
pub(crate) struct Origin<'a> {
    pub(crate) world: World,
    pub(crate) slot: &'a Slot,
    /// The property that names the image.
    pub(crate) path: String,
    /// The image or image version.
    pub(crate) image: NodeId,
    /// The encryption set of the image's disk.
    pub(crate) set: SetRef,
}

/// The declared disks, of their own or of VMs and scale sets, made from an encrypted image or image version of the estate.
pub(crate) fn image_origins<'a>(cx: &Context<'a>) -> Vec<Origin<'a>> {
    let mut out = Vec::new();
    for slot in cx.disks().filter(|s| s.role.is_disk() && cx.is_declared(s.node)) {
        let region = cx.get(slot.node, "location");
        for (world, source) in cx.sources(slot, &slot.world).filter(|source| source.image) {
            let is_image = |node: &NodeId| cx.is(*node, kind::IMAGE) || cx.is(*node, kind::VERSION);
            for (world, image) in cx.nodes(slot.node, &source.path, &world).filter(is_image) {
                let sets = cx.crypt(image, &source.content, &region, &world).filter_map(Crypt::set);
                for (world, set) in sets {
                    out.push(Origin { world, slot, path: source.path.clone(), image, set });
                }
            }
        }
    }
    out
}
