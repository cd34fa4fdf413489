use cmklint_graph::{NodeId, ResourceId, Value, World};

use crate::context::Context;
use crate::view::{KEY_URL, Role, SOURCE_VAULT, SetTarget, Slot, VaultRef, Whereabouts, is_text, kind};

/// A reference between two resources that one key connects.
pub(crate) struct Link {
    pub(crate) world: World,
    /// The resource with the reference.
    pub(crate) from: NodeId,
    /// The property that holds the reference.
    pub(crate) path: String,
    pub(crate) to: LinkTarget,
    pub(crate) kind: LinkKind,
    /// The region and subscription of the disks that it is about.
    pub(crate) here: Whereabouts,
}

impl Link {
    /// The property that says where `from` is: `own`, or the reference where its disks are elsewhere.
    pub(crate) fn place<'l>(&'l self, own: &'l str) -> &'l str {
        if self.here.elsewhere { &self.path } else { own }
    }
}

pub(crate) enum LinkTarget {
    Node(NodeId),
    /// A resource that the estate doesn't hold.
    Id(ResourceId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkKind {
    Vault,
    Set,
    Source,
    Attached,
}

impl LinkKind {
    /// What `title`, as a person calls it, is to what refers to it.
    pub(crate) fn describe(self, title: &str) -> String {
        match self {
            Self::Vault => format!("the vault of its key, {},", title.strip_prefix("vault ").unwrap_or(title)),
            Self::Set => format!("its {title}"),
            Self::Source => format!("its encrypted source, {title},"),
            Self::Attached => format!("the encrypted {title} that it attaches"),
        }
    }

    /// The noun for the referenced resource, for labels, which have little room.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Vault => "the vault",
            Self::Set => "the set",
            Self::Source => "the source",
            Self::Attached => "the disk",
        }
    }
}

/// The references of declared resources, and of resources of the inventory to declared ones; managed HSMs and image versions left out: set to vault, disk (or
/// VM, scale set, image, snapshot) to set, snapshot
/// and image to their encrypted source, also to a VM with an encrypted disk, VM to the encrypted disk that it attaches.
pub(crate) fn links(cx: &Context<'_>) -> Vec<Link> {
    let mut out = Vec::new();
    for (set, key) in cx.keys().filter(|(set, key)| cx.is_known(*set) && key.managed_hsm != Some(true)) {
        let to = match &key.vault {
            VaultRef::Node(node) => LinkTarget::Node(*node),
            VaultRef::Id(id) => LinkTarget::Id(id.clone()),
            VaultRef::Unknown => continue,
        };
        let path = if key.vault_by_id { SOURCE_VAULT } else { KEY_URL };
        let (world, here, path) = (key.world.clone(), own_place(cx, set), path.to_owned());
        out.push(Link { world, from: set, path, to, kind: LinkKind::Vault, here });
    }
    for slot in cx.users().filter(|s| cx.is_known(s.node)) {
        to_sets(cx, slot, &mut out);
        if let Some(path) = slot.attached_path() {
            to_disks(cx, slot, &path, &slot.world, LinkKind::Attached, &mut out);
        }
        // The source of a resource of the inventory may have changed since it was made.
        if cx.is_declared(slot.node)
            && matches!(slot.role, Role::Snapshot | Role::ImageOs | Role::ImageData)
            && !copies_over_regions(cx, slot)
        {
            for (world, source) in cx.sources(slot, &slot.world) {
                to_disks(cx, slot, &source.path, &world, LinkKind::Source, &mut out);
            }
        }
    }
    let machines = cx.parts().flat_map(|part| &part.machines).copied();
    for image in machines.filter(|node| cx.is(*node, kind::IMAGE) && cx.is_declared(*node)) {
        to_machine(cx, image, &mut out);
    }
    out.retain(|link| match link.to {
        LinkTarget::Node(to) => cx.is_checked(link.from) || cx.is_declared(to),
        LinkTarget::Id(_) => cx.is_checked(link.from),
    });
    out
}

/// The references of `slot` to its encryption sets.
fn to_sets(cx: &Context<'_>, slot: &Slot, out: &mut Vec<Link>) {
    for (world, set) in cx.sets_of(slot, &slot.world) {
        for (world, here) in cx.whereabouts(slot, &world) {
            let to = match &set.target {
                SetTarget::Node(node) => LinkTarget::Node(*node),
                SetTarget::Id(id) => LinkTarget::Id(id.clone()),
                SetTarget::Some => continue,
            };
            out.push(Link { world, from: slot.node, path: set.path.clone(), to, kind: LinkKind::Set, here });
        }
    }
}

fn own_place(cx: &Context<'_>, node: NodeId) -> Whereabouts {
    let subscription = cx.resource(node).map_or_else(Value::null, |resource| resource.scope.subscription.clone());
    Whereabouts { region: cx.get(node, "location"), subscription, elsewhere: false }
}

/// The references by `path` to disks and snapshots that name an encryption set.
fn to_disks(cx: &Context<'_>, slot: &Slot, path: &str, world: &World, kind: LinkKind, out: &mut Vec<Link>) {
    for (world, disk) in cx.nodes(slot.node, path, world) {
        for disk in cx.slots_of(disk).iter().filter(|s| matches!(s.role, Role::Disk | Role::Snapshot)) {
            let Some(world) = world.and(&disk.world) else { continue };
            for (world, _) in cx.sets_of(disk, &world) {
                let (from, to) = (slot.node, LinkTarget::Node(disk.node));
                let here = own_place(cx, from);
                out.push(Link { world, from, path: path.to_owned(), to, kind, here });
            }
        }
    }
}

/// The reference of `image` to the virtual machine that it is made of, where a disk of that names an encryption set.
fn to_machine(cx: &Context<'_>, image: NodeId, out: &mut Vec<Link>) {
    let path = "properties.sourceVirtualMachine.id";
    for world in cx.present(image, &World::any()) {
        for (world, machine) in cx.nodes(image, path, &world) {
            for disk in cx.slots_of(machine) {
                let Some(world) = world.and(&disk.world) else { continue };
                for (world, _) in cx.sets_of(disk, &world) {
                    let (kind, to, here) = (LinkKind::Source, LinkTarget::Node(machine), own_place(cx, image));
                    out.push(Link { world, from: image, path: path.to_owned(), to, kind, here });
                }
            }
        }
    }
}

/// A snapshot that is started as a copy into another region.
fn copies_over_regions(cx: &Context<'_>, slot: &Slot) -> bool {
    let options = cx.values(slot.node, "properties.creationData.createOption", &slot.world);
    options.values().any(|option| is_text(option, "CopyStart"))
}
