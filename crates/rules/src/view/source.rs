use cmklint_graph::{Cases, NodeId, Value, World};

use super::estate_view::View;
use super::kind;
use super::slot::{Role, Slot};

/// Which disk of an image, VM or image version is meant.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Os,
    /// The data disk with that logical unit number.
    Data(Value),
}

/// A property that names the source of a disk's content.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) content: Content,
    /// Whether it names an image or image version, rather than a disk or snapshot.
    pub(crate) image: bool,
}

impl View<'_> {
    /// The properties of the slot's resource that may name the source of its content, in each world within `world`.
    /// A disk that a VM attaches has its own sources.
    pub(crate) fn sources(&self, slot: &Slot, world: &World) -> Cases<Source> {
        let mut out = Cases::none();
        let mut add = |world: &World, path: String, content: Content, image: bool| {
            out.push(world.clone(), Source { path, content, image });
        };
        match slot.role {
            Role::Disk | Role::Snapshot => {
                // An uploaded disk consists of its bytes only: it has no source, and no mark from one.
                let option = self.get(slot.node, "properties.creationData.createOption");
                if ["Upload", "UploadPreparedSecure"].iter().any(|upload| is_text(&option, upload)) {
                    return out;
                }
                for name in ["sourceResourceId", "sourceUri"] {
                    add(world, format!("properties.creationData.{name}"), Content::Os, false);
                }
                for name in ["imageReference", "galleryImageReference"] {
                    let object = format!("properties.creationData.{name}");
                    for (world, lun) in self.values(slot.node, &format!("{object}.lun"), world) {
                        let content = if lun.is_null() { Content::Os } else { Content::Data(lun) };
                        add(&world, format!("{object}.id"), content, true);
                    }
                }
            }
            Role::MachineOs | Role::ScaleOs => {
                for (world, option) in self.values(slot.node, &slot.at("createOption"), world) {
                    if !is_text(&option, "Attach") {
                        add(&world, format!("{}.storageProfile.imageReference.id", slot.profile()), Content::Os, true);
                    }
                }
            }
            Role::MachineData | Role::ScaleData => {
                for (world, option) in self.values(slot.node, &slot.at("createOption"), world) {
                    if is_text(&option, "FromImage") {
                        for (world, lun) in self.values(slot.node, &slot.at("lun"), &world) {
                            let path = format!("{}.storageProfile.imageReference.id", slot.profile());
                            add(&world, path, Content::Data(lun), true);
                        }
                    } else if is_text(&option, "Copy") || is_text(&option, "Restore") {
                        add(&world, slot.at("sourceResource.id"), Content::Os, false);
                    }
                }
            }
            Role::ImageOs | Role::ImageData => {
                for name in ["managedDisk.id", "snapshot.id"] {
                    add(world, slot.at(name), Content::Os, false);
                }
                for (world, lun) in self.values(slot.node, &slot.at("lun"), world) {
                    let content = if slot.is_os() { Content::Os } else { Content::Data(lun) };
                    add(&world, "properties.sourceVirtualMachine.id".to_owned(), content, false);
                }
            }
            Role::Service(_) => {}
        }
        out
    }

    /// The slot of the image, VM or scale set at `node` that `content` means, in each world within `world`. A data disk's only where its
    /// number is certainly the same.
    pub(crate) fn slot_for(&self, node: NodeId, content: &Content, world: &World) -> Cases<Slot> {
        let mut out = Cases::none();
        for slot in self.slots_of(node) {
            let Some(world) = world.and(&slot.world) else { continue };
            match content {
                Content::Os if slot.is_os() || matches!(slot.role, Role::Disk | Role::Snapshot) => {
                    out.push(world, slot.clone());
                }
                Content::Data(lun) if !slot.is_os() => {
                    for (world, own) in self.values(node, &slot.at("lun"), &world) {
                        if let (Some(a), Some(b)) = (number(&own), number(lun))
                            && a == b
                        {
                            out.push(world, slot.clone());
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// The properties of the image version at `node` that may name the source of `content`.
    pub(crate) fn version_sources(&self, node: NodeId, content: &Content, world: &World) -> Cases<Source> {
        let mut out = Cases::none();
        let mut add = |world: &World, path: String, content: Content| {
            out.push(world.clone(), Source { path, content, image: false });
        };
        for name in ["source.id", "source.virtualMachineId"] {
            add(world, format!("properties.storageProfile.{name}"), content.clone());
        }
        match content {
            Content::Os => add(world, "properties.storageProfile.osDiskImage.source.id".to_owned(), Content::Os),
            Content::Data(lun) => {
                for (world, (path, item)) in self.items(node, "properties.storageProfile.dataDiskImages", world) {
                    if let (Some(a), Some(b)) = (number(&item.get("lun")), number(lun))
                        && a == b
                    {
                        add(&world, format!("{path}.source.id"), Content::Os);
                    }
                }
            }
        }
        out
    }

    /// Whether the resource at `node` is one whose content can be copied.
    pub(crate) fn holds_content(&self, node: NodeId) -> bool {
        [kind::DISK, kind::SNAPSHOT, kind::IMAGE, kind::VERSION, kind::VM].iter().any(|k| self.is(node, k))
    }
}

/// Whether `value` is the text `text`, in any case.
pub(crate) fn is_text(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(text))
}

/// A whole number, also one that is written as text.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value.as_number() {
        Some(number) => number.as_i64(),
        None => value.as_str().and_then(|text| text.trim().parse().ok()),
    }
}
