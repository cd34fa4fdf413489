//! A cell in Terraform, by azurerm and azapi.

use super::body::{extension_name, extension_settings};
use super::expr::{Expr, Tree, hcl, terraform, text};
use super::scope::{Block, Scope};
use super::template::versioned;
use crate::model::{Id, KeyUrl, Stated, What};
use crate::style::Habit;

/// A block: arguments, then blocks inside.
#[derive(Default)]
struct Words {
    arguments: Vec<(String, String)>,
    inner: Vec<(String, Self)>,
}

impl Words {
    fn set(&mut self, name: &str, value: &Expr) {
        self.arguments.push((name.to_owned(), terraform(value)));
    }

    fn raw(&mut self, name: &str, value: impl Into<String>) {
        self.arguments.push((name.to_owned(), value.into()));
    }

    fn inside(&mut self, name: &str) -> &mut Self {
        self.inner.push((name.to_owned(), Self::default()));
        let last = self.inner.len() - 1;
        &mut self.inner[last].1
    }

    fn write(&self, head: &str, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        out.push_str(&format!("{pad}{head} {{\n"));
        for (name, value) in &self.arguments {
            out.push_str(&format!("{pad}  {name} = {value}\n"));
        }
        for (name, words) in &self.inner {
            words.write(name, depth + 1, out);
        }
        out.push_str(&format!("{pad}}}\n"));
    }
}

impl Scope<'_> {
    /// Whether the resource is an azapi resource: some must be, since azurerm can't express them.
    fn azapi(&self, id: Id) -> bool {
        let must = match &self.estate.get(id).what {
            What::Snapshot { stated, .. } => *stated != Stated::Nothing,
            What::Image { source: Some(source), .. } => matches!(self.estate.get(*source).what, What::Snapshot { .. }),
            What::Key { .. } | What::Gallery { .. } | What::Version { .. } => return false,
            _ => false,
        };
        must || self.looped(id).is_none() && self.style.does(Habit::Azapi, &format!("azapi {id}"))
    }

    fn terraform_type(&self, id: Id) -> &'static str {
        match &self.estate.get(id).what {
            _ if self.azapi(id) => "azapi_resource",
            What::Vault { .. } => "azurerm_key_vault",
            What::Key { .. } => "azurerm_key_vault_key",
            What::Set { .. } => "azurerm_disk_encryption_set",
            What::Disk { .. } => "azurerm_managed_disk",
            What::Snapshot { .. } => "azurerm_snapshot",
            What::Image { .. } => "azurerm_image",
            What::Gallery { .. } => "azurerm_shared_image_gallery",
            What::Version { .. } => "azurerm_shared_image_version",
            What::Machine { scale: false, .. } => "azurerm_linux_virtual_machine",
            What::Machine { scale: true, .. } => "azurerm_linux_virtual_machine_scale_set",
        }
    }

    fn address(&self, id: Id) -> String {
        let plain = format!("{}.{}", self.terraform_type(id), self.symbol(id));
        match self.looped(id) {
            Some((_, at)) if self.counted(id) => format!("{plain}[{at}]"),
            Some(_) => format!("{plain}[\"{}\"]", self.estate.get(id).name),
            None if self.conditional(id) => format!("{plain}[0]"),
            None => plain,
        }
    }

    /// Whether a loop uses `count` instead of `for_each`.
    fn counted(&self, id: Id) -> bool {
        self.style.rng(&self.loop_name(id)).bool()
    }

    /// The id of a resource, in Terraform.
    fn id_in_terraform(&mut self, of: &str, id: Id) -> Expr {
        let resource = self.estate.get(id);
        if resource.cell == self.cell {
            return Expr::Raw(format!("{}.id", self.address(id)));
        }
        let subscription = |cell: usize| self.estate.cells.get(cell).map(|c| c.subscription);
        // A data source of another subscription needs a provider of its own.
        if self.looks_up(id)
            && subscription(resource.cell) == subscription(self.cell)
            && !matches!(resource.what, What::Key { .. })
        {
            self.looked_up.insert(id);
            return Expr::Raw(format!("data.{}.existing{id}.id", self.looked_up_type(id)));
        }
        self.whole_id(of, id)
    }

    fn looked_up_type(&self, id: Id) -> &'static str {
        match &self.estate.get(id).what {
            What::Vault { .. } => "azurerm_key_vault",
            What::Set { .. } => "azurerm_disk_encryption_set",
            What::Disk { .. } => "azurerm_managed_disk",
            What::Snapshot { .. } => "azurerm_snapshot",
            What::Image { .. } => "azurerm_image",
            _ => "azurerm_shared_image_version",
        }
    }

    /// The id of a resource, in whatever language.
    pub(super) fn id_of(&mut self, of: &str, id: Id) -> Expr {
        match self.language {
            crate::style::Language::Terraform => self.id_in_terraform(of, id),
            _ => self.id_in_template(of, id),
        }
    }

    /// Writes the cell's resources.
    pub(super) fn write_terraform(&mut self) {
        for id in self.estate.of_cell(self.cell).collect::<Vec<_>>() {
            if self.looped(id).is_some_and(|(_, at)| at > 0) {
                continue;
            }
            let mut words = Words::default();
            let repeated = self.repeat(id);
            words.arguments.extend(repeated.clone());
            if self.azapi(id) {
                self.azapi_words(id, &mut words)
            } else {
                self.azurerm_words(id, &mut words)
            }
            self.block("resource", self.terraform_type(id), &self.symbol(id), &words);
            self.companions(id, repeated.as_ref());
        }
        for id in self.looked_up.clone() {
            let mut words = Words::default();
            let segments: Vec<Expr> = self.estate.segments(id).into_iter().map(text).collect();
            let names: &[&str] = if segments.len() == 3 { &["gallery_name", "image_name", "name"] } else { &["name"] };
            for (name, value) in names.iter().zip(&segments) {
                words.set(name, value);
            }
            words.set("resource_group_name", &text(self.group_of(id)));
            self.block("data", self.looked_up_type(id), &format!("existing{id}"), &words);
        }
        if self.style.has(Habit::Unrelated) {
            self.blocks.push(Block::Text(UNRELATED.to_owned()));
        }
    }

    fn block(&mut self, kind: &str, of: &str, symbol: &str, words: &Words) {
        let mut out = String::new();
        words.write(&format!("{kind} \"{of}\" \"{symbol}\""), 0, &mut out);
        self.blocks.push(Block::Text(out));
    }

    fn group_of(&self, id: Id) -> String {
        self.estate.cells.get(self.estate.get(id).cell).map_or_else(String::new, |c| c.group.clone())
    }

    /// `count` or `for_each` of a loop or a condition.
    fn repeat(&mut self, id: Id) -> Option<(String, String)> {
        let members: Option<Vec<Id>> = self.looped(id).map(|(l, _)| l.to_vec());
        if let Some(members) = members {
            let name = self.loop_name(id);
            let of = |id: &Id| (text(self.estate.get(*id).name.clone()), text(self.estate.get(*id).region));
            let (tree, repeated) = if self.counted(id) {
                let items = members.iter().map(of).map(|(name, region)| {
                    Tree::Object(vec![("name".to_owned(), name.into()), ("region".to_owned(), region.into())])
                });
                (Tree::List(items.collect()), ("count".to_owned(), format!("length(local.{name})")))
            } else {
                let entries = members.iter().map(of).map(|(name, region)| (terraform(&name), region.into()));
                (Tree::Object(entries.collect()), ("for_each".to_owned(), format!("local.{name}")))
            };
            self.locals.push((name, tree));
            return Some(repeated);
        }
        if self.conditional(id) {
            let condition = self.condition(id);
            return Some(("count".to_owned(), format!("{} ? 1 : 0", terraform(&condition))));
        }
        None
    }

    /// Name, region and group, in the form that almost all resources of azurerm have.
    fn head(&mut self, id: Id, words: &mut Words) {
        let resource = self.estate.get(id).clone();
        if self.looped(id).is_some() {
            let list = self.loop_name(id);
            let counted = self.counted(id);
            let item = |property: &str, each: &str| {
                if counted { format!("local.{list}[count.index].{property}") } else { format!("each.{each}") }
            };
            words.raw("name", item("name", "key"));
            words.raw("location", item("region", "value"));
        } else {
            words.set("name", &self.value(&format!("name_{id}"), &resource.name));
            words.set("location", &self.region(&resource.name, resource.region));
        }
        words.set("resource_group_name", &text(self.group_of(id)));
    }

    fn azapi_words(&mut self, id: Id, words: &mut Words) {
        let cell = self.estate.cells.get(self.cell).cloned();
        let (subscription, group) = cell.map_or(("", String::new()), |c| (c.subscription, c.group));
        let body = self.body(id);
        words.set("type", &text(versioned(body.kind)));
        words.set("parent_id", &text(format!("/subscriptions/{subscription}/resourceGroups/{group}")));
        if let Some(name) = body.names.first() {
            words.set("name", name);
        }
        if let Some(location) = &body.location {
            words.set("location", location);
        }
        let rest = body.rest.into_iter().filter(|(key, _)| key != "identity").collect();
        words.raw("body", hcl(&Tree::Object(rest), 1));
        if let What::Set { .. } = self.estate.get(id).what {
            words.inside("identity").set("type", &text("SystemAssigned"));
        }
    }

    fn azurerm_words(&mut self, id: Id, words: &mut Words) {
        let resource = self.estate.get(id).clone();
        let name = resource.name.clone();
        if !matches!(resource.what, What::Key { .. } | What::Version { .. }) {
            self.head(id, words);
        }
        match &resource.what {
            What::Vault { premium, purge } => {
                words.set("tenant_id", &text("00000000-0000-0000-0000-00000000000a"));
                words.set("sku_name", &self.value(&format!("sku_{id}"), if *premium { "premium" } else { "standard" }));
                if *purge || self.style.rng(&format!("states purge {id}")).bool() {
                    words.set("purge_protection_enabled", &self.flag(&format!("purge_{id}"), *purge));
                }
            }
            What::Key { vault, kty, size } => {
                words.set("name", &self.value(&format!("name_{id}"), &name));
                words.set("key_vault_id", &self.id_of(&name, *vault));
                words.set("key_type", &self.value(&format!("kty_{id}"), kty));
                if let Some(size) = size {
                    words.set("key_size", &self.number(&format!("size_{id}"), *size));
                }
                words.raw("key_opts", "[\"wrapKey\", \"unwrapKey\"]");
            }
            What::Set { key, url, confidential } => {
                words.set("key_vault_key_id", &self.key_in_terraform(id, *key, *url));
                if *confidential || self.style.rng(&format!("states its type {id}")).bool() {
                    let kind = if *confidential {
                        "ConfidentialVmEncryptedWithCustomerKey"
                    } else {
                        "EncryptionAtRestWithCustomerKey"
                    };
                    words.set("encryption_type", &text(kind));
                }
                words.inside("identity").set("type", &text("SystemAssigned"));
            }
            What::Disk { set, ade, source } => self.disk(&name, *set, *ade, *source, words),
            What::Snapshot { source, .. } => {
                words.set("create_option", &text("Copy"));
                let by = if self.style.rng(&name).bool() { "source_uri" } else { "source_resource_id" };
                words.set(by, &self.id_of(&name, *source));
            }
            What::Image { source, set } => {
                let from = source.map(|s| self.id_of(&name, s));
                let set = set.map(|s| self.id_of(&name, s));
                let disk = words.inside("os_disk");
                disk.set("os_type", &text("Linux"));
                disk.set("os_state", &text("Generalized"));
                disk.set("storage_type", &text("Premium_LRS"));
                match from {
                    Some(from) => disk.set("managed_disk_id", &from),
                    None => disk.set("blob_uri", &text("https://st.blob.core.windows.net/vhds/a.vhd")),
                }
                if let Some(set) = set {
                    disk.set("disk_encryption_set_id", &set);
                }
            }
            What::Gallery { shared } => {
                let permission = self.value(&format!("sharing_{id}"), if *shared { "Groups" } else { "Private" });
                words.inside("sharing").set("permission", &permission);
            }
            What::Version { gallery, source, targets } => self.image_version(id, *gallery, *source, targets, words),
            What::Machine { scale, set, image, .. } => self.machine_words(&name, *scale, *set, *image, words),
        }
    }

    fn key_in_terraform(&mut self, set: Id, key: Id, url: KeyUrl) -> Expr {
        let own = self.estate.get(key).cell == self.cell && self.style.rng(&format!("literal key {set}")).u8(..3) > 0;
        let vault = self.estate.get(key).names().first().copied().unwrap_or_default();
        let name = self.estate.get(set).name.clone();
        match url {
            KeyUrl::Vault => self.id_of(&name, vault),
            KeyUrl::Secret => text(self.key_url(key, "secrets", true)),
            KeyUrl::Versioned if own => Expr::Raw(format!("{}.id", self.address(key))),
            KeyUrl::Versionless if own => Expr::Raw(format!("{}.versionless_id", self.address(key))),
            KeyUrl::Versioned => text(self.key_url(key, "keys", true)),
            KeyUrl::Versionless => text(self.key_url(key, "keys", false)),
        }
    }

    fn disk(&mut self, name: &str, set: Option<Id>, ade: bool, source: Option<Id>, words: &mut Words) {
        words.set("storage_account_type", &text("Premium_LRS"));
        let (option, argument) = match source.map(|s| &self.estate.get(s).what) {
            None => ("Empty", ""),
            Some(What::Image { .. }) => ("FromImage", "image_reference_id"),
            Some(What::Version { .. }) => ("FromImage", "gallery_image_reference_id"),
            Some(_) => ("Copy", "source_resource_id"),
        };
        words.set("create_option", &text(option));
        if let Some(source) = source {
            words.set(argument, &self.id_of(name, source));
        }
        words.set("disk_size_gb", &Expr::Number(64));
        if let Some(set) = set {
            words.set("disk_encryption_set_id", &self.id_of(name, set));
        }
        if ade {
            let key = words.inside("encryption_settings").inside("disk_encryption_key");
            key.set("secret_url", &text("https://kv-ade.vault.azure.net/secrets/a/0123456789abcdef0123456789abcdef"));
            key.set("source_vault_id", &text("/subscriptions/00000000-0000-0000-0000-0000000000cd/resourceGroups/rg-ade/providers/Microsoft.KeyVault/vaults/kv-ade"));
        }
    }

    fn image_version(
        &mut self,
        id: Id,
        gallery: Id,
        source: Id,
        targets: &[(&'static str, Option<Id>)],
        words: &mut Words,
    ) {
        let resource = self.estate.get(id).clone();
        let name = resource.name.clone();
        words.set("name", &self.value(&format!("name_{id}"), &name));
        let by_name = self.style.rng(&format!("gallery {id}")).bool();
        let gallery_name = if by_name {
            text(self.estate.get(gallery).name.clone())
        } else {
            Expr::Raw(format!("{}.name", self.address(gallery)))
        };
        words.set("gallery_name", &gallery_name);
        words.set("image_name", &text("ubuntu"));
        words.set("resource_group_name", &text(self.group_of(id)));
        words.set("location", &self.region(&name, resource.region));
        words.set("managed_image_id", &self.id_of(&name, source));
        for (region, set) in targets {
            let region = self.region(&format!("{name}_{region}"), region);
            let set = set.map(|s| self.id_of(&name, s));
            let target = words.inside("target_region");
            target.set("name", &region);
            target.set("regional_replica_count", &Expr::Number(1));
            if let Some(set) = set {
                target.set("disk_encryption_set_id", &set);
            }
        }
    }

    fn machine_words(&mut self, name: &str, scale: bool, set: Option<Id>, image: Option<Id>, words: &mut Words) {
        words.set(if scale { "sku" } else { "size" }, &text("Standard_D2s_v5"));
        words.set("admin_username", &text("azureuser"));
        if let Some(image) = image {
            words.set("source_image_id", &self.id_of(name, image));
        } else {
            let reference = words.inside("source_image_reference");
            for (key, value) in
                [("publisher", "Canonical"), ("offer", "ubuntu-24_04-lts"), ("sku", "server"), ("version", "latest")]
            {
                reference.set(key, &text(value));
            }
        }
        let set = set.map(|s| self.id_of(name, s));
        let disk = words.inside("os_disk");
        disk.set("caching", &text("ReadWrite"));
        disk.set("storage_account_type", &text("Premium_LRS"));
        if let Some(set) = set {
            disk.set("disk_encryption_set_id", &set);
        }
    }

    /// Resources that only Terraform has: attachments, extensions, image definitions.
    fn companions(&mut self, id: Id, repeated: Option<&(String, String)>) {
        let resource = self.estate.get(id).clone();
        let (symbol, address) = (self.symbol(id), self.address(id));
        match &resource.what {
            What::Gallery { .. } => {
                let mut words = Words::default();
                words.set("name", &text("ubuntu"));
                words.raw("gallery_name", format!("{address}.name"));
                words.set("resource_group_name", &text(self.group_of(id)));
                words.set("location", &text(resource.region));
                words.set("os_type", &text("Linux"));
                self.block("resource", "azurerm_shared_image", &symbol, &words);
            }
            What::Machine { scale, attached, ade, .. } => {
                // azapi's machine attaches its disks itself.
                for (lun, disk) in attached.iter().enumerate().filter(|_| !self.azapi(id)).collect::<Vec<_>>() {
                    let mut words = Words::default();
                    words.arguments.extend(repeated.cloned());
                    words.set("managed_disk_id", &self.id_of(&resource.name, *disk));
                    words.raw("virtual_machine_id", format!("{address}.id"));
                    words.raw("lun", lun.to_string());
                    words.set("caching", &text("ReadOnly"));
                    self.block(
                        "resource",
                        "azurerm_virtual_machine_data_disk_attachment",
                        &format!("{symbol}lun{lun}"),
                        &words,
                    );
                }
                let Some(volume) = ade else { return };
                let (kind, of) = if *scale {
                    ("azurerm_virtual_machine_scale_set_extension", "virtual_machine_scale_set_id")
                } else {
                    ("azurerm_virtual_machine_extension", "virtual_machine_id")
                };
                let linux = self.style.rng(&format!("linux {id}")).bool();
                let mut words = Words::default();
                words.arguments.extend(repeated.cloned());
                words.set("name", &text(extension_name(&resource.name)));
                words.raw(of, format!("{address}.id"));
                words.set("publisher", &text("Microsoft.Azure.Security"));
                let name = if linux { "AzureDiskEncryptionForLinux" } else { "AzureDiskEncryption" };
                words.set("type", &self.value(&format!("extension_{id}"), name));
                words.set("type_handler_version", &text("2.2"));
                words.raw("settings", format!("jsonencode({})", hcl(&extension_settings(*volume), 1)));
                self.block("resource", kind, &format!("{symbol}ade"), &words);
            }
            _ => {}
        }
    }
}

const UNRELATED: &str = r#"resource "azurerm_virtual_network" "network" {
  name                = "vnet"
  location            = "japaneast"
  resource_group_name = "rg-network"
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_managed_disk" "plain" {
  name                 = "plain"
  location             = "japaneast"
  resource_group_name  = "rg-network"
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
  disk_size_gb         = 4
}
"#;
