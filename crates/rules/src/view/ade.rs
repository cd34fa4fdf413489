use cmklint_graph::{Cases, Kind, NodeId, ResourceId, Target, Value, World};

use super::estate_view::View;
use super::kind;
use super::slot::{Role, Slot};
use super::source::{Content, is_text};
use super::walk::{MAX_WORLDS, Walk};

/// Which disks of a VM Azure Disk Encryption encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Volumes {
    Os,
    Data,
    All,
    Unknown,
}

/// Where Azure Disk Encryption (ADE) is switched on, in one world.
#[derive(Clone, Debug)]
pub(crate) struct Ade {
    pub(crate) world: World,
    /// The resource that states it.
    pub(crate) node: NodeId,
    /// The property that states it.
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) volumes: Volumes,
    /// The resources through which the content comes from there, the nearest first.
    pub(crate) chain: Vec<NodeId>,
}

impl Volumes {
    /// Whether they certainly include the disk of that role.
    pub(crate) fn cover(self, os: bool) -> bool {
        match self {
            Self::All => true,
            Self::Os => os,
            Self::Data => !os,
            Self::Unknown => false,
        }
    }
}

/// Where the settings of the slot's own ADE say whether it is on.
fn own_settings(slot: &Slot) -> Option<String> {
    match slot.role {
        Role::Disk | Role::Snapshot => Some("properties.encryptionSettingsCollection.enabled".to_owned()),
        Role::MachineOs | Role::ScaleOs => Some(slot.at("encryptionSettings.enabled")),
        _ => None,
    }
}

impl View<'_> {
    /// The resources that the one at `node` is a child of: of an extension, the VM or scale set.
    pub(super) fn parents_of(&self, node: NodeId) -> Vec<NodeId> {
        let Some(resource) = self.resource(node) else { return Vec::new() };
        let targets = match resource.names.split_last() {
            Some((_, names)) if names.len() == 1 => {
                let kind = resource.kind.as_str().rsplit_once('/').map_or("", |(parent, _)| parent);
                let id = ResourceId::in_scope(&resource.scope, kind, names.to_vec());
                self.find(&id, &World::any(), node.deployment)
            }
            _ => Cases::none(),
        };
        targets.values().filter_map(Target::node).collect()
    }

    /// Whether there is a world in which the slot's own settings may switch ADE on, one in which an unknown does so among them.
    pub(super) fn may_have_own_ade(&self, slot: &Slot) -> bool {
        let may_be_on = |value: &Value| value.as_bool() == Some(true) || matches!(value.kind, Kind::Symbol(_));
        let own =
            own_settings(slot).is_some_and(|path| self.values(slot.node, &path, &slot.world).values().any(may_be_on));
        own || !self.own_ade(slot, &slot.world).is_empty()
    }

    /// The ADE that the slot's own settings turn on.
    pub(crate) fn own_ade(&self, slot: &Slot, world: &World) -> Vec<Ade> {
        if let Role::Service(_) = slot.role {
            let stated = self.service_ade(slot, world).into_iter();
            let volumes = Volumes::All;
            let ade = |(world, (path, value))| Ade { world, node: slot.node, path, value, volumes, chain: Vec::new() };
            return stated.map(ade).collect();
        }
        let Some(path) = own_settings(slot) else { return Vec::new() };
        let on = self.values(slot.node, &path, world).into_iter().filter(|(_, value)| value.as_bool() == Some(true));
        on.map(|(world, value)| Ade {
            world,
            node: slot.node,
            path: path.clone(),
            value,
            volumes: Volumes::All,
            chain: Vec::new(),
        })
        .collect()
    }

    /// The ADE that `slot` has: its own, its machine's, or that of a machine which attaches it.
    pub(crate) fn ade_on(&self, slot: &Slot, world: &World) -> Vec<Ade> {
        let mut out = self.own_ade(slot, world);
        match slot.role {
            Role::MachineOs | Role::MachineData | Role::ScaleOs | Role::ScaleData => {
                let all = self.extension_ade(slot.node, world).into_iter();
                out.extend(all.filter(|ade| ade.volumes.cover(slot.is_os())));
            }
            Role::Disk => {
                for (machine, role) in self.attached_to(slot.node) {
                    for world in self.present(*machine, world) {
                        let all = self.extension_ade(*machine, &world).into_iter();
                        out.extend(all.filter(|ade| ade.volumes.cover(*role == Role::MachineOs)));
                    }
                }
            }
            Role::Snapshot | Role::ImageOs | Role::ImageData | Role::Service(_) => {}
        }
        out
    }

    /// The ADE that extensions of the VM or scale set at `node` turn on: extensions as resources of their own, and those in a scale set's profile.
    pub(crate) fn extension_ade(&self, node: NodeId, world: &World) -> Vec<Ade> {
        let mut out = Vec::new();
        for extension in self.extensions_of(node) {
            for world in self.present(*extension, world) {
                out.extend(self.read_extension(*extension, "properties", &world));
            }
        }
        let list = "properties.virtualMachineProfile.extensionProfile.extensions";
        if self.is(node, kind::SCALE_SET) {
            for (world, (path, _)) in self.items(node, list, world) {
                out.extend(self.read_extension(node, &format!("{path}.properties"), &world));
            }
        }
        out.truncate(MAX_WORLDS);
        out
    }

    fn read_extension(&self, node: NodeId, object: &str, world: &World) -> Vec<Ade> {
        let mut out = Vec::new();
        let path = format!("{object}.type");
        for (world, publisher) in self.values(node, &format!("{object}.publisher"), world) {
            if !is_text(&publisher, "Microsoft.Azure.Security") {
                continue;
            }
            for (world, value) in self.values(node, &path, &world) {
                if !is_text(&value, "AzureDiskEncryption") && !is_text(&value, "AzureDiskEncryptionForLinux") {
                    continue;
                }
                for (world, operation) in self.values(node, &format!("{object}.settings.EncryptionOperation"), &world) {
                    if !["EnableEncryption", "EnableEncryptionFormat", "EnableEncryptionFormatAll"]
                        .iter()
                        .any(|o| is_text(&operation, o))
                    {
                        continue; // … it decrypts, or only asks about encryption, or what it does is not known
                    }
                    for (world, volumes) in self.values(node, &format!("{object}.settings.VolumeType"), &world) {
                        let volumes = match volumes.as_str().map(str::to_ascii_lowercase).as_deref() {
                            Some("os") => Volumes::Os,
                            Some("data") => Volumes::Data,
                            Some("all") => Volumes::All,
                            _ => Volumes::Unknown,
                        };
                        out.push(Ade {
                            world,
                            node,
                            path: path.clone(),
                            value: value.clone(),
                            volumes,
                            chain: Vec::new(),
                        });
                    }
                }
            }
        }
        out
    }

    /// The ADE that the disk `content` of the resource at `node`, or its source, has, in the worlds within `world`.
    pub(crate) fn ade_of_content(&self, node: NodeId, content: &Content, world: &World) -> Vec<Ade> {
        let mut search = AdeSearch { walk: Walk::new(), chain: Vec::new(), out: Vec::new() };
        self.ade_in(node, content, world, &mut search);
        search.out
    }

    fn ade_in(&self, node: NodeId, content: &Content, world: &World, search: &mut AdeSearch) {
        if search.out.len() >= MAX_WORLDS || !search.walk.enter() {
            return;
        }
        search.chain.push(node);
        if self.is(node, kind::VERSION) {
            for (world, source) in self.version_sources(node, content, world) {
                self.ade_at(node, &source.path, &source.content, &world, search);
            }
        }
        for (world, slot) in self.slot_for(node, content, world) {
            search.add(self.ade_on(&slot, &world).into_iter());
            if let Some(path) = slot.attached_path() {
                self.ade_at(node, &path, &Content::Os, &world, search);
            }
            for (world, source) in self.sources(&slot, &world) {
                self.ade_at(node, &source.path, &source.content, &world, search);
            }
        }
        if self.is(node, kind::IMAGE) && self.slots_of(node).is_empty() {
            self.ade_at(node, "properties.sourceVirtualMachine.id", content, world, search);
        }
        search.chain.pop();
        search.walk.leave();
    }

    fn ade_at(&self, node: NodeId, path: &str, content: &Content, world: &World, search: &mut AdeSearch) {
        for (world, target) in self.targets(node, path, world) {
            if let Target::Node(source) = target
                && self.holds_content(source)
            {
                self.ade_in(source, content, &world, search);
            }
        }
    }
}

struct AdeSearch {
    walk: Walk,
    chain: Vec<NodeId>,
    out: Vec<Ade>,
}

impl AdeSearch {
    fn add(&mut self, found: impl Iterator<Item = Ade>) {
        self.out.extend(found.map(|ade| Ade { chain: self.chain.clone(), ..ade }));
    }
}
