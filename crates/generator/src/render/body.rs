//! Resources in ARM's terms: for ARM JSON, Bicep and azapi.

use super::expr::{Expr, Tree, object, text};
use super::scope::Scope;
use crate::model::{Id, KeyUrl, Stated, Volume, What};

/// A resource in ARM's shape.
pub(super) struct Body {
    /// ARM's type.
    pub(super) kind: &'static str,
    /// Its names, one for each segment of the type.
    pub(super) names: Vec<Expr>,
    /// Its region; none for a key.
    pub(super) location: Option<Expr>,
    /// `sku`, `identity`, `properties`, as they are written.
    pub(super) rest: Vec<(String, Tree)>,
}

fn confidential(is: bool) -> Expr {
    text(if is { "ConfidentialVmEncryptedWithCustomerKey" } else { "EncryptionAtRestWithCustomerKey" })
}

/// The name of a machine's extension for Azure Disk Encryption.
pub(super) fn extension_name(machine: &str) -> String {
    format!("{machine}-ade")
}

/// The settings of such an extension.
pub(super) fn extension_settings(volume: Volume) -> Tree {
    let covers = match volume {
        Volume::Os => "OS",
        Volume::Data => "Data",
        Volume::All => "All",
    };
    object([("EncryptionOperation", text("EnableEncryption").into()), ("VolumeType", text(covers).into())])
}

impl Scope<'_> {
    /// The names of a resource: its own may pass through inputs, those of its parents are literals.
    fn names_of(&mut self, id: Id) -> Vec<Expr> {
        let mut names: Vec<Expr> = self.estate.segments(id).into_iter().map(text).collect();
        if let (Some(Expr::Text(own)), None) = (names.pop(), self.looped(id)) {
            let value = self.value(&format!("name_{id}"), &own);
            names.push(value);
        } else {
            names.push(self.of_item(id, "name"));
        }
        names
    }

    /// The resource's body; its extension and the like are bodies of their own.
    pub(super) fn body(&mut self, id: Id) -> Body {
        let resource = self.estate.get(id).clone();
        let name = resource.name.clone();
        let mut rest = Vec::new();
        let mut add = |key: &str, tree: Tree| rest.push((key.to_owned(), tree));
        let names = self.names_of(id);
        let location = match (&resource.what, self.looped(id).is_some()) {
            (What::Key { .. }, _) => None,
            (_, true) => Some(self.of_item(id, "region")),
            _ => Some(self.region(&name, resource.region)),
        };
        match &resource.what {
            What::Vault { premium, purge } => add("properties", self.vault_properties(id, *premium, *purge)),
            What::Key { kty, size, .. } => {
                let mut properties = vec![("kty".to_owned(), self.value(&format!("kty_{id}"), kty).into())];
                if let Some(size) = size {
                    properties.push(("keySize".to_owned(), self.number(&format!("size_{id}"), *size).into()));
                }
                add("properties", Tree::Object(properties));
            }
            What::Set { key, url, confidential: is } => {
                add("identity", object([("type", text("SystemAssigned").into())]));
                add("properties", self.set_properties(id, *key, *url, *is));
            }
            What::Disk { set, ade, source } => {
                add("sku", object([("name", text("Premium_LRS").into())]));
                add("properties", self.disk_properties(id, *set, *ade, *source));
            }
            What::Snapshot { source, stated } => add("properties", self.snapshot_properties(&name, *source, stated)),
            What::Image { source, set } => add("properties", self.image(&name, *source, *set)),
            What::Gallery { shared } => {
                let permissions = self.value(&format!("sharing_{id}"), if *shared { "Groups" } else { "Private" });
                add("properties", object([("sharingProfile", object([("permissions", permissions.into())]))]));
            }
            What::Version { source, targets, .. } => add("properties", self.version(&name, *source, targets)),
            What::Machine { scale, set, image, attached, .. } => {
                add("properties", self.machine(id, *scale, *set, *image, attached));
            }
        }
        Body { kind: resource.arm_type(), names, location, rest }
    }

    fn vault_properties(&mut self, id: Id, premium: bool, purge: bool) -> Tree {
        let sku = self.value(&format!("sku_{id}"), if premium { "premium" } else { "standard" });
        let mut properties = vec![
            ("tenantId".to_owned(), text("00000000-0000-0000-0000-00000000000a").into()),
            ("sku".to_owned(), object([("family", text("A").into()), ("name", sku.into())])),
            ("enableRbacAuthorization".to_owned(), Expr::Bool(true).into()),
        ];
        if purge {
            properties.push(("enablePurgeProtection".to_owned(), self.flag(&format!("purge_{id}"), true).into()));
        }
        Tree::Object(properties)
    }

    fn set_properties(&mut self, id: Id, key: Id, url: KeyUrl, is: bool) -> Tree {
        let name = self.estate.get(id).name.clone();
        let vault = self.estate.get(key).names().first().copied().unwrap_or_default();
        let mut active = Vec::new();
        let url_value = match url {
            KeyUrl::Vault => self.id_of(&name, vault),
            KeyUrl::Secret => text(self.key_url(key, "secrets", true)),
            KeyUrl::Versioned | KeyUrl::Versionless => {
                if self.style.rng(&format!("source vault {id}")).bool() {
                    active.push(("sourceVault".to_owned(), object([("id", self.id_of(&name, vault).into())])));
                }
                self.key_in_template(id, key, url == KeyUrl::Versioned)
            }
        };
        active.push(("keyUrl".to_owned(), url_value.into()));
        let mut properties = vec![("activeKey".to_owned(), Tree::Object(active))];
        if is || self.style.rng(&format!("states its type {id}")).bool() {
            properties.push(("encryptionType".to_owned(), confidential(is).into()));
        }
        Tree::Object(properties)
    }

    fn disk_properties(&mut self, id: Id, set: Option<Id>, ade: bool, source: Option<Id>) -> Tree {
        let name = self.estate.get(id).name.clone();
        let mut properties = vec![("creationData".to_owned(), self.creation(&name, source)), size()];
        properties.extend(set.map(|set| self.encryption(&name, set)));
        if ade {
            let on = self.flag(&format!("ade_{id}"), true);
            let settings = object([("enabled", on.into()), ("encryptionSettings", Tree::List(Vec::new()))]);
            properties.push(("encryptionSettingsCollection".to_owned(), settings));
        }
        Tree::Object(properties)
    }

    fn snapshot_properties(&mut self, name: &str, source: Id, stated: &Stated) -> Tree {
        let mut properties = vec![("creationData".to_owned(), self.creation(name, Some(source)))];
        match stated {
            Stated::Nothing => {}
            Stated::Set(set) => properties.push(self.encryption(name, *set)),
            Stated::Platform => {
                let kind = text("EncryptionAtRestWithPlatformKey");
                properties.push(("encryption".to_owned(), object([("type", kind.into())])));
            }
        }
        Tree::Object(properties)
    }

    fn creation(&mut self, of: &str, source: Option<Id>) -> Tree {
        let Some(source) = source else { return object([("createOption", text("Empty").into())]) };
        let id = Tree::from(self.id_of(of, source));
        let from_image =
            |name| object([("createOption", text("FromImage").into()), (name, object([("id", id.clone())]))]);
        match self.estate.get(source).what {
            What::Image { .. } => from_image("imageReference"),
            What::Version { .. } => from_image("galleryImageReference"),
            _ => object([("createOption", text("Copy").into()), ("sourceResourceId", id)]),
        }
    }

    fn encryption(&mut self, of: &str, set: Id) -> (String, Tree) {
        let id = self.id_of(of, set);
        let kind = text("EncryptionAtRestWithCustomerKey");
        ("encryption".to_owned(), object([("type", kind.into()), ("diskEncryptionSetId", id.into())]))
    }

    fn image(&mut self, of: &str, source: Option<Id>, set: Option<Id>) -> Tree {
        let mut disk =
            vec![("osType".to_owned(), text("Linux").into()), ("osState".to_owned(), text("Generalized").into())];
        match source {
            None => disk.push(("blobUri".to_owned(), text("https://st.blob.core.windows.net/vhds/a.vhd").into())),
            Some(source) => {
                let snapshot = matches!(self.estate.get(source).what, What::Snapshot { .. });
                let key = if snapshot { "snapshot" } else { "managedDisk" };
                disk.push((key.to_owned(), object([("id", self.id_of(of, source).into())])));
            }
        }
        if let Some(set) = set {
            disk.push(("diskEncryptionSet".to_owned(), object([("id", self.id_of(of, set).into())])));
        }
        object([("storageProfile", object([("osDisk", Tree::Object(disk))]))])
    }

    fn version(&mut self, of: &str, source: Id, targets: &[(&'static str, Option<Id>)]) -> Tree {
        let mut regions = Vec::new();
        for (region, set) in targets {
            let mut entry = vec![("name".to_owned(), self.region(&format!("{of}_{region}"), region).into())];
            if let Some(set) = set {
                let set = object([("diskEncryptionSetId", self.id_of(of, *set).into())]);
                entry.push(("encryption".to_owned(), object([("osDiskImage", set)])));
            }
            regions.push(Tree::Object(entry));
        }
        let source = object([("source", object([("id", self.id_of(of, source).into())]))]);
        object([("storageProfile", source), ("publishingProfile", object([("targetRegions", Tree::List(regions))]))])
    }

    fn machine(&mut self, id: Id, scale: bool, set: Option<Id>, image: Option<Id>, attached: &[Id]) -> Tree {
        let name = self.estate.get(id).name.clone();
        let reference = match image {
            Some(image) => object([("id", self.id_of(&name, image).into())]),
            None => object([
                ("publisher", text("Canonical").into()),
                ("offer", text("ubuntu-24_04-lts").into()),
                ("sku", text("server").into()),
                ("version", text("latest").into()),
            ]),
        };
        let mut managed = vec![("storageAccountType".to_owned(), text("Premium_LRS").into())];
        if let Some(set) = set {
            managed.push(("diskEncryptionSet".to_owned(), object([("id", self.id_of(&name, set).into())])));
        }
        let os = object([("createOption", text("FromImage").into()), ("managedDisk", Tree::Object(managed))]);
        let mut profile = vec![("imageReference".to_owned(), reference), ("osDisk".to_owned(), os)];
        if !attached.is_empty() {
            let mut disks = Vec::new();
            for (lun, disk) in attached.iter().enumerate() {
                disks.push(object([
                    ("lun", Expr::Number(lun as u32).into()),
                    ("createOption", text("Attach").into()),
                    ("managedDisk", object([("id", self.id_of(&name, *disk).into())])),
                ]));
            }
            profile.push(("dataDisks".to_owned(), Tree::List(disks)));
        }
        let profile = object([("storageProfile", Tree::Object(profile))]);
        if scale { object([("virtualMachineProfile", profile)]) } else { profile }
    }

    /// A machine's extension for Azure Disk Encryption, where it has one.
    pub(super) fn extension(&mut self, id: Id) -> Option<Body> {
        let resource = self.estate.get(id).clone();
        let What::Machine { scale, ade: Some(volume), .. } = resource.what else { return None };
        let linux = self.style.rng(&format!("linux {id}")).bool();
        let kind = if linux { "AzureDiskEncryptionForLinux" } else { "AzureDiskEncryption" };
        let properties = object([
            ("publisher", text("Microsoft.Azure.Security").into()),
            ("type", self.value(&format!("extension_{id}"), kind).into()),
            ("typeHandlerVersion", text("2.2").into()),
            ("settings", extension_settings(volume)),
        ]);
        Some(Body {
            kind: if scale {
                "Microsoft.Compute/virtualMachineScaleSets/extensions"
            } else {
                "Microsoft.Compute/virtualMachines/extensions"
            },
            names: vec![text(resource.name.clone()), text(extension_name(&resource.name))],
            location: (!scale).then(|| text(resource.region)),
            rest: vec![("properties".to_owned(), properties)],
        })
    }
}

fn size() -> (String, Tree) {
    ("diskSizeGB".to_owned(), Expr::Number(64).into())
}
