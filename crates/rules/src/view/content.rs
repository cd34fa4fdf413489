//! All that a disk's content comes from.

use cmklint_graph::{NodeId, Target, World};

use super::estate_view::View;
use super::kind;
use super::slot::Slot;
use super::source::Content;
use super::walk::{MAX_WORLDS, Walk};

/// A resource on the way of a disk's content.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) world: World,
    pub(crate) node: NodeId,
    /// Which of its disks.
    pub(crate) content: Content,
    /// The resources through which the content comes from there, the nearest first; the resource itself last.
    pub(crate) chain: Vec<NodeId>,
}

impl View<'_> {
    /// The resource of `slot` and those that its content comes from, in any number of steps, in the worlds within `world`.
    pub(crate) fn content_of(&self, slot: &Slot, world: &World) -> Vec<Step> {
        let mut out = Vec::new();
        let mut walk = Walk::new();
        let own = if slot.is_os() || slot.attached_path().is_none() && slot.profile() == "properties" {
            Content::Os
        } else {
            Content::Data(self.get(slot.node, &slot.at("lun")))
        };
        out.push(Step { world: world.clone(), node: slot.node, content: own, chain: Vec::new() });
        for (world, source) in self.sources(slot, world) {
            self.follow(slot.node, &source.path, &source.content, &world, &mut Vec::new(), &mut walk, &mut out);
        }
        out
    }

    #[allow(clippy::too_many_arguments)] // the state of one walk
    fn follow(
        &self,
        node: NodeId,
        path: &str,
        content: &Content,
        world: &World,
        chain: &mut Vec<NodeId>,
        walk: &mut Walk,
        out: &mut Vec<Step>,
    ) {
        for (world, target) in self.targets(node, path, world) {
            let Target::Node(from) = target else { continue };
            if !self.holds_content(from) || out.len() >= MAX_WORLDS || !walk.enter() {
                continue;
            }
            chain.push(from);
            out.push(Step { world: world.clone(), node: from, content: content.clone(), chain: chain.clone() });
            if self.is(from, kind::VERSION) {
                for (world, source) in self.version_sources(from, content, &world) {
                    self.follow(from, &source.path, &source.content, &world, chain, walk, out);
                }
            }
            for (world, slot) in self.slot_for(from, content, &world) {
                if let Some(path) = slot.attached_path() {
                    self.follow(from, &path, &Content::Os, &world, chain, walk, out);
                }
                for (world, source) in self.sources(&slot, &world) {
                    self.follow(from, &source.path, &source.content, &world, chain, walk, out);
                }
            }
            if self.is(from, kind::IMAGE) && self.slots_of(from).is_empty() {
                self.follow(from, "properties.sourceVirtualMachine.id", content, &world, chain, walk, out);
            }
            chain.pop();
            walk.leave();
        }
    }
}
