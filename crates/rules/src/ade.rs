//! Resources with Azure Disk Encryption (ADE), or marked by it, and what has to be done with them until it retires.
//! <https://learn.microsoft.com/azure/virtual-machines/disk-encryption-migrate>

use cmklint_graph::{Estate, NodeId, Value, World};
use cmklint_source::Span;
use rustc_hash::FxHashMap;

use crate::before::Before;
use crate::settings::Settings;
use crate::view::{Ade, Content, Role, Slot, View, Volumes, is_text, kind};

/// What has to be done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdeAction {
    /// Make a new machine or scale set: a Linux OS disk can't be decrypted, and a scale set's instances are replaced.
    Rebuild,
    /// Decrypt, upload the bytes to new disks, and make a machine with these disks.
    DecryptAndUpload,
    /// Rebuild or decrypt and upload, by an operating system that is not known.
    ByOperatingSystem,
    /// Nothing is encrypted by ADE any more, but the mark remains: upload the bytes to a new disk.
    Upload,
    /// It may stay as it is; what is restored from it is marked, and can't be unlocked once ADE has retired.
    MayStay,
}

impl AdeAction {
    /// All actions, the most work first.
    pub const ALL: [Self; 5] =
        [Self::Rebuild, Self::DecryptAndUpload, Self::ByOperatingSystem, Self::Upload, Self::MayStay];

    /// In a few words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rebuild => "rebuild",
            Self::DecryptAndUpload => "decrypt and upload",
            Self::ByOperatingSystem => "rebuild (Linux) or decrypt and upload (Windows)",
            Self::Upload => "upload",
            Self::MayStay => "may stay",
        }
    }
}

/// A resource that has Azure Disk Encryption or is marked by it.
#[derive(Clone, Debug)]
pub struct AdeEntry {
    /// Its address in its own language, or its id in an inventory.
    pub address: String,
    /// `virtual machine`, `scale set`, `disk`, `snapshot`, `image` or `image version`.
    pub kind: &'static str,
    /// The root and its inputs, as shown to people.
    pub root: String,
    /// Its subscription, as far as it is known.
    pub subscription: String,
    /// Its region.
    pub region: String,
    /// `Linux` or `Windows`, where that is known.
    pub operating_system: Option<&'static str>,
    /// Which volumes are encrypted: `OS`, `data`, `all`; empty where that is not known, or only the mark remains.
    pub volumes: &'static str,
    /// Why it is listed, in words.
    pub why: String,
    /// Where it is written: the property that switches encryption on, or the resource, where another one encrypts it.
    pub at: Span,
    /// The vault of the encryption keys, where it is stated.
    pub vault: String,
    /// The condition under which it is so; empty where it is certain.
    pub when: String,
    /// What has to be done with it.
    pub action: AdeAction,
    /// What is planned for it and refused as long as it has the mark: encryption sets, encryption at host.
    pub blocks: Vec<String>,
}

/// All resources that have Azure Disk Encryption or are marked by it, in the order of the deployments. Resources that the code only refers to are left out.
/// Those that a state or plan has it of, and of which the code says nothing, follow: the code keeps them, so what is planned for them is blocked.
#[must_use]
pub fn ade_entries(estate: &Estate, standing: Option<&Before>) -> Vec<AdeEntry> {
    let view = View::within(estate, Settings::default().steps, &mut |_, _| {});
    let mut list = AdeCollector::new(&view);
    list.fill();
    if let Some(before) = standing {
        let then = View::within(&before.estate, Settings::default().steps, &mut |_, _| {});
        let mut older = AdeCollector::new(&then);
        older.fill();
        list.add_standing(&older, before);
    }
    list.entries
}

struct AdeCollector<'v, 'e> {
    view: &'v View<'e>,
    entries: Vec<AdeEntry>,
    of: FxHashMap<NodeId, usize>,
}

impl<'v, 'e> AdeCollector<'v, 'e> {
    fn new(view: &'v View<'e>) -> Self {
        Self { view, entries: Vec::new(), of: FxHashMap::default() }
    }
}

impl AdeCollector<'_, '_> {
    /// Lists what the view has.
    fn fill(&mut self) {
        let view = self.view;
        if !view.has_ade() {
            return;
        }
        for part in view.parts() {
            for machine in part.machines.iter().filter(|node| view.is_known(**node)) {
                self.machine(*machine);
            }
            for slot in part.slots.iter().filter(|slot| view.is_known(slot.node)) {
                self.slot(slot);
            }
            for version in part.versions.iter().filter(|node| view.is_known(**node)) {
                self.version(*version);
            }
        }
    }

    /// Adds what `older` lists of resources that are still there, and that are not listed yet.
    fn add_standing(&mut self, older: &AdeCollector<'_, '_>, before: &Before) {
        let view = self.view;
        let mut pairs = before.pairs.all();
        pairs.sort_by_key(|(then, _)| older.of.get(then).copied());
        for (then, now) in pairs {
            let Some(entry) = older.of.get(&then).and_then(|index| older.entries.get(*index)) else { continue };
            let Some(resource) = view.resource(now).filter(|_| !self.of.contains_key(&now)) else { continue };
            let root = view.deployment(now.deployment).map_or_else(String::new, |d| d.key.to_string());
            let why = format!("{}, {}", entry.why, before.source);
            let (address, at, blocks) = (resource.address.to_string(), resource.span, self.at_host(now));
            self.of.insert(now, self.entries.len());
            self.entries.push(AdeEntry { address, root, why, at, blocks, ..entry.clone() });
            let index = self.entries.len() - 1;
            view.slots_of(now).iter().for_each(|slot| self.blocked(index, slot));
        }
    }

    /// A virtual machine or scale set that has ADE by an extension or its own settings.
    fn machine(&mut self, node: NodeId) {
        let view = self.view;
        let mut all = view.extension_ade(node, &World::any());
        for slot in view.slots_of(node) {
            all.extend(view.own_ade(slot, &slot.world));
            let Some(path) = slot.attached_path() else { continue };
            for (world, disk) in view.nodes(node, &path, &slot.world) {
                let disks = view.slots_of(disk).iter().filter_map(|disk| Some((disk, world.and(&disk.world)?)));
                all.extend(disks.flat_map(|(disk, world)| view.own_ade(disk, &world)));
            }
        }
        if let Some(ade) = all.first() {
            let system = operating_system(view, node, ade);
            let action = match (view.is(node, kind::SCALE_SET), system, ade.volumes) {
                (true, ..) => AdeAction::Rebuild,
                (_, Some("Linux"), Volumes::Data) | (_, Some("Windows"), _) => AdeAction::DecryptAndUpload,
                (_, Some(_), _) => AdeAction::Rebuild,
                (_, None, _) => AdeAction::ByOperatingSystem,
            };
            let why = format!("Azure Disk Encryption is switched on{}", by(view, ade, node));
            self.add(node, ade, action, why, system);
        }
    }

    /// A disk, snapshot or image, or a disk of a machine.
    fn slot(&mut self, slot: &Slot) {
        let view = self.view;
        if matches!(slot.role, Role::Disk | Role::Snapshot)
            && let Some(ade) = view.ade_on(slot, &slot.world).first()
        {
            let system = self.system_of_disk(slot.node);
            let action = match (slot.role, system) {
                (Role::Snapshot, _) => AdeAction::MayStay,
                (_, Some(Some("Linux"))) => AdeAction::Rebuild,
                (_, Some(None)) => AdeAction::ByOperatingSystem,
                _ => AdeAction::DecryptAndUpload,
            };
            let why = format!("it is encrypted{}", by(view, ade, slot.node));
            self.add(slot.node, ade, action, why, system.flatten());
        }
        for (world, source) in view.sources(slot, &slot.world) {
            for (world, from) in view.nodes(slot.node, &source.path, &world) {
                self.marked(slot.node, from, &source.content, &world);
            }
        }
        if let Some(index) = self.of.get(&slot.node).copied() {
            self.blocked(index, slot);
        }
    }

    /// The operating system on the disk at `node`, where it is known; the outer `None` for a disk that no machine has as its OS disk.
    fn system_of_disk(&self, node: NodeId) -> Option<Option<&'static str>> {
        let machine = self.view.attached_to(node).iter().find(|(_, role)| *role == Role::MachineOs);
        let own = system_at(self.view, node, "properties.osType");
        let (machine, _) = machine?;
        Some(own.or_else(|| system_at(self.view, *machine, "properties.storageProfile.osDisk.osType")))
    }

    fn version(&mut self, node: NodeId) {
        let view = self.view;
        for (world, source) in view.version_sources(node, &Content::Os, &World::any()) {
            for (world, from) in view.nodes(node, &source.path, &world) {
                self.marked(node, from, &source.content, &world);
            }
        }
    }

    /// Lists the resource at `node` where its content, which comes from the one at `from`, comes from a disk with ADE.
    fn marked(&mut self, node: NodeId, from: NodeId, content: &Content, world: &World) {
        let view = self.view;
        if !view.holds_content(from) || from == node {
            return;
        }
        if let Some(ade) = view.ade_of_content(from, content, world).first() {
            let copy = [kind::SNAPSHOT, kind::IMAGE, kind::VERSION].iter().any(|k| view.is(node, k));
            let action = if copy { AdeAction::MayStay } else { AdeAction::Upload };
            let why = match ade.node == from {
                true => format!("its content comes from {}, which is encrypted", view.address(from)),
                false => {
                    format!("its content comes from {}, which {} encrypts", view.address(from), view.address(ade.node))
                }
            };
            self.add(node, ade, action, why, None);
        }
    }

    fn add(&mut self, node: NodeId, ade: &Ade, action: AdeAction, why: String, system: Option<&'static str>) {
        let view = self.view;
        let Some(resource) = view.resource(node).filter(|_| !self.of.contains_key(&node)) else { return };
        let deployment = view.deployment(node.deployment);
        let marked = matches!(action, AdeAction::Upload | AdeAction::MayStay);
        let vault = view.get(ade.node, "properties.settings.KeyVaultURL");
        self.of.insert(node, self.entries.len());
        self.entries.push(AdeEntry {
            address: resource.address.to_string(),
            kind: noun(resource.kind.folded()),
            root: deployment.map_or_else(String::new, |d| d.key.to_string()),
            subscription: text(view, &resource.scope.subscription),
            region: text(view, &resource.location),
            operating_system: system,
            volumes: match ade.volumes {
                _ if marked => "",
                Volumes::All => "all",
                Volumes::Os => "OS",
                Volumes::Data => "data",
                Volumes::Unknown => "",
            },
            why,
            at: if ade.node == node { resource.span_in(&ade.path, &ade.world) } else { resource.span },
            vault: vault.as_str().unwrap_or_default().to_owned(),
            when: ade.world.describe(),
            action,
            blocks: self.at_host(node),
        });
    }

    /// The name of encryption at host, where the machine at `node` asks for it.
    fn at_host(&self, node: NodeId) -> Vec<String> {
        let on = |path: &str| {
            let values = self.view.values(node, path, &World::any());
            values.values().any(|value| value.as_bool() == Some(true) || is_text(value, "true"))
        };
        let paths = ["properties.securityProfile", "properties.virtualMachineProfile.securityProfile"];
        let asked = paths.iter().any(|path| on(&format!("{path}.encryptionAtHost")));
        if asked { vec!["encryption at host".to_owned()] } else { Vec::new() }
    }

    /// Adds the sets that `slot` names to what is blocked for its resource.
    fn blocked(&mut self, index: usize, slot: &Slot) {
        for (_, set) in self.view.sets_of(slot, &slot.world) {
            let name = match set.node() {
                Some(node) => self.view.address(node).to_string(),
                None => set.value.describe(),
            };
            let words = format!("encryption set {name}");
            if let Some(entry) = self.entries.get_mut(index).filter(|entry| !entry.blocks.contains(&words)) {
                entry.blocks.push(words);
            }
        }
    }
}

/// What encrypts the resource at `node`, where it is not itself.
fn by(view: &View<'_>, ade: &Ade, node: NodeId) -> String {
    if ade.node == node { String::new() } else { format!(" by {}", view.address(ade.node)) }
}

fn noun(folded: &str) -> &'static str {
    match folded {
        kind::folded::VM => "virtual machine",
        kind::folded::SCALE_SET => "scale set",
        kind::folded::SNAPSHOT => "snapshot",
        kind::folded::IMAGE => "image",
        kind::folded::VERSION => "image version",
        _ => "disk",
    }
}

/// The text, or a description where it is not known.
fn text(view: &View<'_>, value: &Value) -> String {
    let value = view.deref(value);
    value.as_str().map_or_else(|| value.describe(), str::to_owned)
}

/// The operating system that the property at `path` names.
fn system_at(view: &View<'_>, node: NodeId, path: &str) -> Option<&'static str> {
    let stated = view.get(node, path);
    ["Linux", "Windows"].into_iter().find(|system| is_text(&stated, system))
}

/// The operating system, by the settings of the machine or its extension.
fn operating_system(view: &View<'_>, machine: NodeId, ade: &Ade) -> Option<&'static str> {
    for profile in ["properties.storageProfile", "properties.virtualMachineProfile.storageProfile"] {
        let stated = system_at(view, machine, &format!("{profile}.osDisk.osType"));
        if stated.is_some() {
            return stated;
        }
    }
    match ade.value.as_str() {
        Some(extension) if extension.eq_ignore_ascii_case("AzureDiskEncryptionForLinux") => Some("Linux"),
        Some(extension) if extension.eq_ignore_ascii_case("AzureDiskEncryption") => Some("Windows"),
        _ => None,
    }
}
