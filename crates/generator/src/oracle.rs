//! The faults of an estate: the rules' pages, implemented once more over the list of resources. Nothing here uses the analyzer.

use std::collections::BTreeSet;

use crate::model::{Estate, Id, KeyUrl, Resource, Stated, Volume, What};

/// An edition of the restrictions, as `--edition` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition(pub &'static str);

/// The edition that estates are checked against by default: the one with the longest list.
pub const DEFAULT: Edition = Edition("2020-08");

/// A rule, and the name of the resource that it reports. A machine's extension has the machine's name and `-ade`.
pub type Fault = (&'static str, String);

/// The faults of `estate` in `edition`.
#[must_use]
pub fn faults(estate: &Estate, edition: Edition) -> BTreeSet<Fault> {
    let oracle = Oracle::new(estate, edition);
    let mut out = BTreeSet::new();
    for (id, resource) in &estate.resources {
        if oracle.is_deployed(*id) {
            oracle.resource(*id, resource, &mut |rule, at| {
                out.insert((rule, at));
            });
        }
    }
    out
}

/// The kind of key that a disk is known to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    /// None, or the platform's.
    Platform,
    /// By this set.
    By(Id),
}

pub(crate) struct Oracle<'e> {
    estate: &'e Estate,
    /// Whether a vault may be in another subscription: from 2022-10 on.
    any_vault: bool,
    /// Whether the edition says nothing about custom images, and about snapshots' keys only for disks that no estate has: from 2023-02 on.
    later: bool,
}

impl<'e> Oracle<'e> {
    pub(crate) fn new(estate: &'e Estate, edition: Edition) -> Self {
        Self { estate, any_vault: edition.0 >= "2022-10", later: edition.0 >= "2023-02" }
    }

    /// Whether an image, disk or snapshot is encrypted with a customer-managed key.
    pub(crate) fn is_encrypted(&self, id: Id, region: &str) -> bool {
        matches!(self.encryption(id, region), Encryption::By(_))
    }

    /// Whether a resource is deployed.
    fn is_deployed(&self, id: Id) -> bool {
        self.estate.get(id).deployed
    }

    fn resource(&self, id: Id, resource: &Resource, fault: &mut dyn FnMut(&'static str, String)) {
        let name = || resource.name.clone();
        match &resource.what {
            What::Set { key, url, .. } => self.set(id, *key, *url, fault),
            What::Disk { set, ade, source } => {
                self.placed(id, *set, fault);
                if *ade && set.is_some() {
                    fault("CMK040", name());
                }
                if let Some(source) = source {
                    self.made_from(id, *set, *source, fault);
                }
            }
            What::Snapshot { source, stated } => self.snapshot(id, *source, *stated, fault),
            What::Image { source, set } => {
                self.placed(id, *set, fault);
                if let Some(source) = source {
                    self.pair_with_source(id, *source, fault);
                }
            }
            What::Version { gallery, targets, .. } => self.version(id, *gallery, targets, fault),
            What::Machine { set, image, attached, ade, .. } => {
                self.placed(id, *set, fault);
                for disk in attached {
                    if let What::Disk { set: Some(_), .. } = self.estate.get(*disk).what {
                        self.apart(id, *disk, fault);
                    }
                }
                if let Some(image) = image {
                    self.made_from(id, *set, *image, fault);
                }
                let data = attached.iter().any(|d| matches!(self.estate.get(*d).what, What::Disk { set: Some(_), .. }));
                let covered = match ade {
                    Some(Volume::Os) => set.is_some(),
                    Some(Volume::Data) => data,
                    Some(Volume::All) => set.is_some() || data,
                    None => false,
                };
                if covered {
                    fault("CMK040", format!("{}-ade", resource.name));
                }
            }
            What::Vault { .. } | What::Key { .. } | What::Gallery { .. } => {}
        }
    }

    /// A set, its key and its vault.
    fn set(&self, id: Id, key: Id, url: KeyUrl, fault: &mut dyn FnMut(&'static str, String)) {
        let What::Key { vault, kty, size } = self.estate.get(key).what else { return };
        let name = self.estate.get(id).name.clone();
        let (key, vault_name) = (self.estate.get(key).name.clone(), self.estate.get(vault).name.clone());
        let What::Vault { premium, purge } = self.estate.get(vault).what else { return };
        match url {
            KeyUrl::Versioned => {}
            KeyUrl::Versionless => fault("CMK072", name.clone()),
            KeyUrl::Vault | KeyUrl::Secret => fault("CMK004", name.clone()),
        }
        let has_key = matches!(url, KeyUrl::Versioned | KeyUrl::Versionless);
        if has_key {
            match kty {
                "RSA" | "RSA-HSM" if !matches!(size, None | Some(2048 | 3072 | 4096)) => fault("CMK002", key.clone()),
                "RSA" | "RSA-HSM" => {}
                _ => fault("CMK001", key.clone()),
            }
            if kty == "RSA-HSM" && !premium {
                fault("CMK003", key);
            }
            if !purge {
                fault("CMK070", vault_name);
            }
            let (set, vault) = (self.estate.get(id), self.estate.get(vault));
            if set.region != vault.region {
                fault("CMK020", name.clone());
            }
            if self.subscription(set) != self.subscription(vault) && !self.any_vault {
                fault("CMK021", name);
            }
        }
    }

    fn subscription(&self, resource: &Resource) -> &'static str {
        self.estate.cells.get(resource.cell).map_or("", |c| c.subscription)
    }

    /// The resource that names a set is in its region and subscription, and the set is of the right kind.
    fn placed(&self, id: Id, set: Option<Id>, fault: &mut dyn FnMut(&'static str, String)) {
        let Some(set) = set else { return };
        self.apart(id, set, fault);
        if let What::Set { confidential: true, .. } = self.estate.get(set).what {
            fault("CMK080", self.estate.get(id).name.clone());
        }
    }

    /// Two resources that one key connects; the fault is at the first.
    fn apart(&self, id: Id, other: Id, fault: &mut dyn FnMut(&'static str, String)) {
        let (this, other) = (self.estate.get(id), self.estate.get(other));
        if this.region != other.region {
            fault("CMK020", this.name.clone());
        }
        if self.subscription(this) != self.subscription(other) {
            fault("CMK021", this.name.clone());
        }
    }

    /// A snapshot or image, and the disk or snapshot it is made of, which itself names a set.
    fn pair_with_source(&self, id: Id, source: Id, fault: &mut dyn FnMut(&'static str, String)) {
        let named = match self.estate.get(source).what {
            What::Disk { set, .. } => set.is_some(),
            What::Snapshot { stated, .. } => matches!(stated, Stated::Set(_)),
            _ => false,
        };
        if named {
            self.apart(id, source, fault);
        }
    }

    fn snapshot(&self, id: Id, source: Id, stated: Stated, fault: &mut dyn FnMut(&'static str, String)) {
        let name = || self.estate.get(id).name.clone();
        if let Stated::Set(set) = stated {
            self.placed(id, Some(set), fault);
        }
        self.pair_with_source(id, source, fault);
        let What::Disk { set: Some(of_disk), .. } = self.estate.get(source).what else { return };
        let differs = match stated {
            Stated::Nothing => false,
            Stated::Platform => true,
            Stated::Set(set) => self.other_key(set, of_disk),
        };
        // The later edition contains it for Ultra and Premium SSD v2 disks only, which no estate has.
        if differs && !self.later {
            fault("CMK012", name());
        }
    }

    /// Whether two sets are known to have different keys.
    fn other_key(&self, a: Id, b: Id) -> bool {
        match (self.key(a), self.key(b)) {
            _ if a == b => false,
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    }

    fn key(&self, set: Id) -> Option<Id> {
        match self.estate.get(set).what {
            What::Set { key, url: KeyUrl::Versioned | KeyUrl::Versionless, .. } => Some(key),
            _ => None,
        }
    }

    fn version(
        &self,
        id: Id,
        gallery: Id,
        targets: &[(&'static str, Option<Id>)],
        fault: &mut dyn FnMut(&'static str, String),
    ) {
        let version = self.estate.get(id);
        for (region, set) in targets {
            let Some(set) = set else { continue };
            let set = self.estate.get(*set);
            if set.region != *region {
                fault("CMK060", version.name.clone());
            }
            if self.subscription(set) != self.subscription(version) {
                fault("CMK061", version.name.clone());
            }
        }
        let encrypted = targets.iter().any(|t| t.1.is_some());
        if encrypted && targets.iter().any(|t| t.1.is_none()) {
            fault("CMK062", version.name.clone());
        }
        if let (true, What::Gallery { shared: true }) = (encrypted, &self.estate.get(gallery).what) {
            fault("CMK063", self.estate.get(gallery).name.clone());
        }
    }

    /// A disk, or a machine's OS disk, that is made from another resource.
    fn made_from(&self, id: Id, set: Option<Id>, source: Id, fault: &mut dyn FnMut(&'static str, String)) {
        let this = self.estate.get(id);
        let from = self.estate.get(source);
        if set.is_some() && self.had_ade(source) {
            fault("CMK041", this.name.clone());
        }
        if !matches!(from.what, What::Image { .. } | What::Version { .. }) || self.later {
            return;
        }
        let Encryption::By(of_image) = self.encryption(source, this.region) else { return };
        match set {
            None => fault("CMK010", this.name.clone()),
            Some(set) if self.other_key(set, of_image) => fault("CMK010", this.name.clone()),
            Some(_) => {}
        }
        if self.subscription(this) != self.subscription(from) {
            fault("CMK011", this.name.clone());
        }
    }

    /// The encryption of an image, disk, snapshot or version in `region`.
    fn encryption(&self, id: Id, region: &str) -> Encryption {
        let by = |set: Option<Id>| set.map(Encryption::By);
        let own = match &self.estate.get(id).what {
            // A disk that names no set has the platform's key, whatever it is made from.
            What::Disk { set, .. } => by(*set),
            What::Snapshot { source, stated } => match stated {
                Stated::Set(set) => Some(Encryption::By(*set)),
                Stated::Platform => None,
                Stated::Nothing => Some(self.encryption(*source, region)),
            },
            What::Image { set, source } => by(*set).or_else(|| source.map(|s| self.encryption(s, region))),
            What::Version { targets, .. } => targets.iter().find(|t| t.0 == region).and_then(|t| by(t.1)),
            _ => None,
        };
        own.unwrap_or(Encryption::Platform)
    }

    /// Whether a disk had Azure Disk Encryption, or its content comes from one that had it.
    pub(crate) fn had_ade(&self, id: Id) -> bool {
        let covered = |machine: &Resource| match &machine.what {
            What::Machine { attached, ade: Some(Volume::Data | Volume::All), .. } => {
                machine.deployed && attached.contains(&id)
            }
            _ => false,
        };
        match &self.estate.get(id).what {
            What::Disk { ade, source, .. } => {
                *ade || self.estate.resources.values().any(covered) || source.is_some_and(|s| self.had_ade(s))
            }
            What::Snapshot { source, .. } | What::Version { source, .. } => self.had_ade(*source),
            What::Image { source, .. } => source.is_some_and(|s| self.had_ade(s)),
            _ => false,
        }
    }
}
