//! All sources of a disk's content.

use cmklint_graph::{NodeId, Target, World};

use super::estate_view::View;
use super::kind;
use super::slot::Slot;
use super::source::Content;
use super::walk::{MAX_WORLDS, Walk};

/// A resource that a disk's content comes from.
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
    /// The resource of `slot` and all sources of its content, in any number of steps, in the worlds within `world`.
    pub(crate) fn content_of(&self, slot: &Slot, world: &World) -> Vec<Step> {
        let mut search = ContentSearch { walk: Walk::new(), chain: Vec::new(), out: Vec::new() };
        let own = if slot.is_os() || slot.attached_path().is_none() && slot.profile() == "properties" {
            Content::Os
        } else {
            Content::Data(self.get(slot.node, &slot.at("lun")))
        };
        search.out.push(Step { world: world.clone(), node: slot.node, content: own, chain: Vec::new() });
        for (world, source) in self.sources(slot, world) {
            self.follow(slot.node, &source.path, &source.content, &world, &mut search);
        }
        search.out
    }

    /// Adds the resource that the property `path` of `node` names, and the sources of its content.
    fn follow(&self, node: NodeId, path: &str, content: &Content, world: &World, search: &mut ContentSearch) {
        for (world, target) in self.targets(node, path, world) {
            let Target::Node(from) = target else { continue };
            if !self.holds_content(from) || search.out.len() >= MAX_WORLDS || !search.walk.enter() {
                continue;
            }
            search.chain.push(from);
            let chain = search.chain.clone();
            search.out.push(Step { world: world.clone(), node: from, content: content.clone(), chain });
            if self.is(from, kind::VERSION) {
                for (world, source) in self.version_sources(from, content, &world) {
                    self.follow(from, &source.path, &source.content, &world, search);
                }
            }
            for (world, slot) in self.slot_for(from, content, &world) {
                if let Some(path) = slot.attached_path() {
                    self.follow(from, &path, &Content::Os, &world, search);
                }
                for (world, source) in self.sources(&slot, &world) {
                    self.follow(from, &source.path, &source.content, &world, search);
                }
            }
            if self.is(from, kind::IMAGE) && self.slots_of(from).is_empty() {
                self.follow(from, "properties.sourceVirtualMachine.id", content, &world, search);
            }
            search.chain.pop();
            search.walk.leave();
        }
    }
}

/// The state of one walk along the sources of a disk's content.
struct ContentSearch {
    walk: Walk,
    /// The resources between the disk and the current one.
    chain: Vec<NodeId>,
    out: Vec<Step>,
}
