use cmklint_graph::{Cases, Comparison, Fold, NodeId, Presence, Target, Value, World};

use super::estate_view::View;
use super::kind;
use super::slot::{Role, SetRef, Slot, Stated};
use super::source::{Content, Source, is_text};
use super::walk::{MAX_WORLDS, Walk};

/// The kind of key that a disk's, snapshot's or image's content is encrypted with.
#[derive(Clone, Debug)]
pub(crate) enum Crypt {
    /// With the key of an encryption set.
    Set(Box<SetRef>),
    /// With the platform's key.
    Platform,
    Unknown,
}

impl Crypt {
    /// The set whose key encrypts, if that is certain.
    pub(crate) fn set(self) -> Option<SetRef> {
        if let Self::Set(set) = self { Some(*set) } else { None }
    }
}

impl View<'_> {
    /// The key of the disk `content` of the resource at `node`, in each world within `world`; for an image version, that of its copy in `region`.
    pub(crate) fn crypt(&self, node: NodeId, content: &Content, region: &Value, world: &World) -> Cases<Crypt> {
        self.crypt_in(node, content, region, world, &mut Walk::new())
    }

    fn crypt_in(
        &self,
        node: NodeId,
        content: &Content,
        region: &Value,
        world: &World,
        walk: &mut Walk,
    ) -> Cases<Crypt> {
        if !walk.enter() {
            return Cases::one(world.clone(), Crypt::Unknown);
        }
        let out = self.crypt_here(node, content, region, world, walk);
        walk.leave();
        out
    }

    fn crypt_here(
        &self,
        node: NodeId,
        content: &Content,
        region: &Value,
        world: &World,
        walk: &mut Walk,
    ) -> Cases<Crypt> {
        let Some(resource) = self.resource(node) else { return Cases::none() };
        if resource.kind.is(kind::VERSION) {
            return self.version_crypt(node, content, region, world);
        }
        let slots = self.slot_for(node, content, world);
        if slots.is_empty() {
            return self.image_of_machine(node, content, region, world, walk);
        }
        let mut out = Cases::none();
        for (world, slot) in slots {
            out.extend(self.slot_crypt_in(&slot, region, &world, walk));
            if out.len() > MAX_WORLDS {
                break;
            }
        }
        out
    }

    /// The key of `slot`, by the set that it names or inherits from its source, in each world within `world`.
    pub(crate) fn slot_crypt(&self, slot: &Slot, world: &World) -> Cases<Crypt> {
        self.slot_crypt_in(slot, &self.get(slot.node, "location"), world, &mut Walk::new())
    }

    fn slot_crypt_in(&self, slot: &Slot, region: &Value, world: &World, walk: &mut Walk) -> Cases<Crypt> {
        let existing = self.resource(slot.node).is_none_or(|r| r.presence == Presence::Existing);
        let mut out = Cases::none();
        for (world, stated) in self.stated(slot, world) {
            match stated {
                Stated::Set(set) => out.push(world, Crypt::Set(set)),
                Stated::Unknown => out.push(world, Crypt::Unknown),
                Stated::Nothing if existing => out.push(world, Crypt::Unknown),
                Stated::Nothing => out.extend(self.inherited(slot, region, &world, walk)),
            }
        }
        out
    }

    /// The key of a slot that names no set: it is inherited from its source.
    fn inherited(&self, slot: &Slot, region: &Value, world: &World, walk: &mut Walk) -> Cases<Crypt> {
        if slot.role == Role::Disk && self.estate.maker(slot.node).is_none() {
            return Cases::one(world.clone(), Crypt::Platform);
        }
        if slot.role == Role::Snapshot {
            let mut out = Cases::none();
            for (world, kind) in self.values(slot.node, "properties.encryption.type", world) {
                if is_text(&kind, "EncryptionAtRestWithPlatformKey") {
                    out.push(world, Crypt::Platform);
                } else {
                    out.extend(self.first_source(slot, region, &world, walk));
                }
            }
            return out;
        }
        self.first_source(slot, region, world, walk)
    }

    /// The key of the one source that `slot` names; the platform's where it names none.
    fn first_source(&self, slot: &Slot, region: &Value, world: &World, walk: &mut Walk) -> Cases<Crypt> {
        let mut sources: Vec<Source> = Vec::new();
        if let Some(path) = slot.attached_path() {
            sources.push(Source { path, content: Content::Os, image: false });
        }
        let mut open: Vec<World> = vec![world.clone()];
        let mut out = Cases::none();
        sources.extend(self.sources(slot, world).into_iter().map(|(_, source)| source));
        for source in sources {
            let mut next = Vec::new();
            for world in open {
                for (world, target) in self.targets(slot.node, &source.path, &world) {
                    match target {
                        Target::Nothing => next.push(world),
                        // A VM's disk from an image without a stated set gets the image's key or the platform's: not known.
                        Target::Node(node) if !source.image && self.holds_content(node) && node != slot.node => {
                            out.extend(self.crypt_in(node, &source.content, region, &world, walk));
                        }
                        _ => out.push(world, Crypt::Unknown),
                    }
                }
            }
            open = next;
            open.truncate(MAX_WORLDS);
        }
        out.extend(open.into_iter().map(|world| (world, Crypt::Platform)));
        out
    }

    /// An image without a disk of its own, made from a VM.
    fn image_of_machine(
        &self,
        node: NodeId,
        content: &Content,
        region: &Value,
        world: &World,
        walk: &mut Walk,
    ) -> Cases<Crypt> {
        if !self.is(node, kind::IMAGE) {
            return Cases::one(world.clone(), Crypt::Unknown);
        }
        let mut out = Cases::none();
        for (world, target) in self.targets(node, "properties.sourceVirtualMachine.id", world) {
            match target {
                Target::Node(machine) if self.is(machine, kind::VM) => {
                    out.extend(self.crypt_in(machine, content, region, &world, walk));
                }
                _ => out.push(world, Crypt::Unknown),
            }
        }
        out
    }

    /// The copy in `region` of the image version at `node`.
    fn version_crypt(&self, node: NodeId, content: &Content, region: &Value, world: &World) -> Cases<Crypt> {
        let mut out = Cases::none();
        for target in self.target_regions(node, world) {
            for (world, compared) in self.compare_cases(&target.name, region, Fold::Region, &target.world) {
                if compared != Comparison::Equal {
                    continue;
                }
                let Some(used) = target.uses.iter().find(|u| u.is_for(content)) else {
                    out.push(world, Crypt::Unknown);
                    continue;
                };
                for (world, stated) in self.stated_by(node, &used.uses(), &world) {
                    let crypt = match stated {
                        Stated::Set(set) => Crypt::Set(set),
                        Stated::Nothing => Crypt::Platform,
                        Stated::Unknown => Crypt::Unknown,
                    };
                    out.push(world, crypt);
                }
            }
        }
        out
    }
}
