//! An estate as a list of resources: what a person means, before it is written in a language.

use std::collections::{BTreeMap, BTreeSet};

/// A resource's number in its estate.
pub type Id = u32;

/// Where resources are deployed: a resource group of a subscription. What one cell holds is written in one root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The subscription's id.
    pub subscription: &'static str,
    /// The resource group's name.
    pub group: String,
}

/// All resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estate {
    /// The cells that resources name by their place in this list.
    pub cells: Vec<Cell>,
    /// The resources, by number.
    pub resources: BTreeMap<Id, Resource>,
}

/// One resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name, which no other has.
    pub name: String,
    /// The cell it is in.
    pub cell: usize,
    /// Its region.
    pub region: &'static str,
    /// Whether it is deployed: one that isn't is written under a condition that is false, and nothing of it counts.
    pub deployed: bool,
    /// What it is.
    pub what: What,
}

/// What a set's key URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUrl {
    /// The key's, with its version.
    Versioned,
    /// The key's, without version.
    Versionless,
    /// The id of the key's vault, which is no key.
    Vault,
    /// The URL of a secret.
    Secret,
}

/// What a snapshot says of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Nothing: it takes its source's key.
    Nothing,
    /// A set.
    Set(Id),
    /// The platform's key.
    Platform,
}

/// Which disks Azure Disk Encryption covers, in a machine's extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// The OS disk.
    Os,
    /// The data disks.
    Data,
    /// All disks.
    All,
}

/// What a resource is, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A key vault.
    Vault {
        /// Of the premium tier.
        premium: bool,
        /// With purge protection.
        purge: bool,
    },
    /// A key, in its vault's cell.
    Key {
        /// Its vault.
        vault: Id,
        /// `RSA`, `EC-HSM`, …
        kty: &'static str,
        /// Its size in bits, where it is stated.
        size: Option<u32>,
    },
    /// A disk encryption set.
    Set {
        /// Its key.
        key: Id,
        /// How it names the key.
        url: KeyUrl,
        /// For confidential VMs' disks.
        confidential: bool,
    },
    /// A managed disk.
    Disk {
        /// Its encryption set.
        set: Option<Id>,
        /// With Azure Disk Encryption by settings of its own.
        ade: bool,
        /// The disk, snapshot, image or image version that it is made from.
        source: Option<Id>,
    },
    /// A snapshot.
    Snapshot {
        /// The disk that it is of.
        source: Id,
        /// What it says of encryption.
        stated: Stated,
    },
    /// A managed image.
    Image {
        /// The disk or snapshot that it is of; else a blob.
        source: Option<Id>,
        /// Its OS disk's set.
        set: Option<Id>,
    },
    /// A gallery.
    Gallery {
        /// Shared with groups.
        shared: bool,
    },
    /// An image version in a gallery of its cell.
    Version {
        /// The gallery.
        gallery: Id,
        /// The managed image that it is of, encrypted with no set.
        source: Id,
        /// The target regions, each with its set.
        targets: Vec<(&'static str, Option<Id>)>,
    },
    /// A virtual machine or a scale set.
    Machine {
        /// Whether it is a scale set.
        scale: bool,
        /// The OS disk's set.
        set: Option<Id>,
        /// The image or image version that the OS disk is made from; else one of the marketplace.
        image: Option<Id>,
        /// The data disks that it attaches; none for a scale set.
        attached: Vec<Id>,
        /// What its extension for Azure Disk Encryption covers.
        ade: Option<Volume>,
    },
}

impl Resource {
    /// The resources that it names.
    #[must_use]
    pub fn names(&self) -> Vec<Id> {
        match &self.what {
            What::Vault { .. } | What::Gallery { .. } => Vec::new(),
            What::Key { vault, .. } => vec![*vault],
            What::Set { key, .. } => vec![*key],
            What::Disk { set, source, .. } => set.iter().chain(source).copied().collect(),
            What::Snapshot { source, stated } => match stated {
                Stated::Set(set) => vec![*source, *set],
                Stated::Nothing | Stated::Platform => vec![*source],
            },
            What::Image { source, set } => source.iter().chain(set).copied().collect(),
            What::Version { gallery, source, targets } => {
                [*gallery, *source].into_iter().chain(targets.iter().filter_map(|t| t.1)).collect()
            }
            What::Machine { set, image, attached, .. } => set.iter().chain(image).chain(attached).copied().collect(),
        }
    }

    /// ARM's type.
    #[must_use]
    pub fn arm_type(&self) -> &'static str {
        match self.what {
            What::Vault { .. } => "Microsoft.KeyVault/vaults",
            What::Key { .. } => "Microsoft.KeyVault/vaults/keys",
            What::Set { .. } => "Microsoft.Compute/diskEncryptionSets",
            What::Disk { .. } => "Microsoft.Compute/disks",
            What::Snapshot { .. } => "Microsoft.Compute/snapshots",
            What::Image { .. } => "Microsoft.Compute/images",
            What::Gallery { .. } => "Microsoft.Compute/galleries",
            What::Version { .. } => "Microsoft.Compute/galleries/images/versions",
            What::Machine { scale: false, .. } => "Microsoft.Compute/virtualMachines",
            What::Machine { scale: true, .. } => "Microsoft.Compute/virtualMachineScaleSets",
        }
    }
}

impl Estate {
    /// The resource of that number. Every number that a resource names is one.
    ///
    /// # Panics
    /// Where there is none, which is a fault of the generator.
    #[must_use]
    #[allow(clippy::expect_used)] // a test tool: a wrong number must be seen
    pub fn get(&self, id: Id) -> &Resource {
        self.resources.get(&id).expect("a resource that is named is there")
    }

    /// The names of a resource, one for each segment of its type.
    #[must_use]
    pub fn segments(&self, id: Id) -> Vec<String> {
        let resource = self.get(id);
        match &resource.what {
            What::Key { vault, .. } => vec![self.get(*vault).name.clone(), resource.name.clone()],
            What::Version { gallery, .. } => {
                vec![self.get(*gallery).name.clone(), "ubuntu".to_owned(), resource.name.clone()]
            }
            _ => vec![resource.name.clone()],
        }
    }

    /// The resource's whole id.
    #[must_use]
    pub fn whole_id(&self, id: Id) -> String {
        let resource = self.get(id);
        let cell = self.cells.get(resource.cell);
        let (subscription, group) = cell.map_or(("", ""), |c| (c.subscription, &c.group));
        let mut out = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
        let mut types = resource.arm_type().split('/');
        out = format!("{out}/{}", types.next().unwrap_or_default());
        for (kind, name) in types.zip(self.segments(id)) {
            out = format!("{out}/{kind}/{name}");
        }
        out
    }

    /// The estate without `gone`, and without what names one of them, directly or not.
    #[must_use]
    pub fn without(&self, gone: &BTreeSet<Id>) -> Self {
        let mut out = self.clone();
        let mut gone = gone.clone();
        loop {
            let before = out.resources.len();
            out.resources.retain(|id, r| !gone.contains(id) && !r.names().iter().any(|n| gone.contains(n)));
            gone.extend(self.resources.keys().filter(|id| !out.resources.contains_key(id)));
            if out.resources.len() == before {
                return out;
            }
        }
    }

    /// The resources of a cell.
    pub fn of_cell(&self, cell: usize) -> impl Iterator<Item = Id> {
        self.resources.iter().filter(move |(_, r)| r.cell == cell).map(|(id, _)| *id)
    }
}
