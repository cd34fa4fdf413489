//! The language that declares a resource: how it writes an assignment, so that a message can say what to type.

use std::fmt;

use crate::path::{AsPath, PathStep};
use crate::resource::Resource;

/// How a provider calls what ARM calls otherwise.
pub trait ArgumentNames: fmt::Debug + Send + Sync {
    /// The argument that states the property at `path`, with dots between blocks: `network_acls.bypass` for `properties.networkAcls.bypass`.
    fn argument(&self, path: &str) -> Option<String>;

    /// The attribute by which other blocks read the property at `path`: `versionless_id` for `properties.keyUri`.
    fn attribute(&self, path: &str) -> Option<String>;
}

/// The language that declares a resource.
#[derive(Clone, Copy, Debug, Default)]
pub enum Dialect {
    /// ARM's JSON.
    #[default]
    Json,
    /// Bicep.
    Bicep,
    /// Terraform; without names of its own where the block's body is ARM's (azapi).
    Terraform(Option<&'static dyn ArgumentNames>),
    /// None: what stands in an inventory is no code.
    Inventory,
}

/// What a property is to be set to.
#[derive(Clone, Copy, Debug)]
pub enum Spelled<'a> {
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(u64),
    /// A text.
    Text(&'a str),
    /// A list of texts.
    Texts(&'a [&'a str]),
    /// An expression of the language (in JSON without its brackets).
    Code(&'a str),
}

impl Dialect {
    /// Whether it is Terraform.
    #[must_use]
    pub fn is_terraform(self) -> bool {
        matches!(self, Self::Terraform(_))
    }

    /// The names that lead to the property at `path`, as the language has them, the outermost first: the property itself and the objects around it.
    fn names(self, path: &str) -> Vec<String> {
        if path.is(Resource::RESOURCE_GROUP) && self.is_terraform() {
            return vec!["resource_group_name".to_owned()];
        }
        if let Self::Terraform(Some(names)) = self
            && let Some(argument) = names.argument(path)
        {
            return argument.split('.').map(str::to_owned).collect();
        }
        let members = path.steps().filter_map(|step| match step {
            PathStep::Member(name) => Some(name.to_owned()),
            _ => None,
        });
        members.collect()
    }

    /// What the property at `path` is called where it is written; one of a name that many have, with the object around it: `diskEncryptionSet.id`.
    #[must_use]
    pub fn name(self, path: &str) -> String {
        let mut names = self.names(path);
        let name = names.pop().unwrap_or_default();
        match names.pop() {
            Some(around) if ["id", "name", "type"].contains(&&*name) => format!("{around}.{name}"),
            _ => name,
        }
    }

    /// The assignment of `value` to the property at `path`, within the object around it: `sku: { name: 'premium' }`. `name` is the property's where it is not the usual one.
    #[must_use]
    pub fn assign(self, path: &str, name: Option<&str>, value: Spelled<'_>) -> String {
        let mut names = self.names(path);
        let usual = names.pop().unwrap_or_default();
        let leaf = name.unwrap_or(&usual);
        let value = self.spell(value);
        let is_argument = matches!(self, Self::Terraform(Some(names)) if names.argument(path).is_some());
        // What stands in an item of a list stands in no object of that name.
        let in_item = !is_argument && matches!(path.steps().collect::<Vec<_>>()[..], [.., PathStep::Item(_), _]);
        let around = names.pop().filter(|around| !in_item && !around.eq_ignore_ascii_case("properties"));
        match (self, around) {
            (Self::Terraform(_), None) => format!("{leaf} = {value}"),
            (Self::Terraform(_), Some(around)) if is_argument => format!("{around} {{ {leaf} = {value} }}"),
            (Self::Terraform(_), Some(around)) => format!("{around} = {{ {leaf} = {value} }}"),
            (Self::Bicep, None) => format!("{leaf}: {value}"),
            (Self::Bicep, Some(around)) => format!("{around}: {{ {leaf}: {value} }}"),
            (Self::Json | Self::Inventory, None) => format!("\"{leaf}\": {value}"),
            (Self::Json | Self::Inventory, Some(around)) => format!("\"{around}\": {{ \"{leaf}\": {value} }}"),
        }
    }

    /// A value as the language writes it.
    #[must_use]
    pub fn spell(self, value: Spelled<'_>) -> String {
        let quote = if matches!(self, Self::Bicep) { '\'' } else { '"' };
        let text = |text: &str| format!("{quote}{text}{quote}");
        match value {
            Spelled::Bool(value) => value.to_string(),
            Spelled::Number(value) => value.to_string(),
            Spelled::Text(value) => text(value),
            Spelled::Texts(values) => {
                let values: Vec<String> = values.iter().map(|value| text(value)).collect();
                format!("[{}]", values.join(", "))
            }
            Spelled::Code(code) if matches!(self, Self::Json | Self::Inventory) => format!("\"[{code}]\""),
            Spelled::Code(code) => code.to_owned(),
        }
    }
}

/// What is read of another resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// Its resource id.
    Id,
    /// The URL of a key without a version.
    KeyUrl,
    /// The URL of a key's current version.
    VersionedKeyUrl,
    /// The id of its identity.
    Principal,
}

impl Read {
    fn path(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::KeyUrl => "properties.keyUri",
            Self::VersionedKeyUrl => "properties.keyUriWithVersion",
            Self::Principal => "identity.principalId",
        }
    }
}

/// How people and code speak of a resource.
impl Resource {
    /// Its address within its module, nested deployment or template.
    #[must_use]
    pub fn local_address(&self) -> &str {
        let address = &*self.address;
        if self.dialect.is_terraform() {
            return without_modules(address);
        }
        let mut rest = address;
        for (_, call) in &self.calls {
            rest = rest.strip_prefix(&**call).and_then(|rest| rest.strip_prefix(['.', '/'])).unwrap_or(rest);
        }
        rest
    }

    /// Its name, as its code writes it: the label of a block, a symbolic name, else the name in Azure.
    #[must_use]
    pub fn short_name(&self) -> &str {
        let local = self.local_address();
        match self.dialect {
            Dialect::Terraform(_) => {
                let local = local.strip_prefix("data.").unwrap_or(local);
                local.split_once('.').map_or(local, |(_, name)| name)
            }
            Dialect::Inventory => local.rsplit('/').next().unwrap_or(local),
            Dialect::Bicep | Dialect::Json => {
                let kind = self.kind.as_str();
                let own = local.strip_prefix(kind).and_then(|rest| rest.strip_prefix(' '));
                own.unwrap_or(local)
            }
        }
    }

    /// The modules or nested deployments that lead to it, in words: `module 'storage'`; empty in the root.
    #[must_use]
    pub fn place_in_words(&self) -> String {
        if matches!(self.dialect, Dialect::Inventory) {
            return "in the inventory".to_owned();
        }
        let names: Vec<&str> = self.calls.iter().map(|(_, name)| &**name).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return String::new();
        }
        format!("{} '{}'", self.call_noun(), names.join("."))
    }

    /// What its language calls what leads to it.
    #[must_use]
    pub fn call_noun(&self) -> &'static str {
        if matches!(self.dialect, Dialect::Json) { "deployment" } else { "module" }
    }

    /// How many modules or nested deployments deeper than `other` it is declared, on the same way: 0 where both are in the same one, so that one may name the other.
    #[must_use]
    pub fn levels_below(&self, other: &Self) -> Option<usize> {
        let is_on_the_way = self.id.deployment == other.id.deployment && self.calls.starts_with(&other.calls);
        is_on_the_way.then(|| self.calls.len() - other.calls.len())
    }

    /// The expression by which code beside it reads that of it; `None` where there is none that is certainly right.
    #[must_use]
    pub fn expression(&self, read: Read) -> Option<String> {
        let local = self.local_address();
        let path = read.path();
        match self.dialect {
            Dialect::Inventory => None,
            Dialect::Bicep => Some(format!("{}.{path}", plain(local)?)),
            Dialect::Terraform(Some(names)) => Some(format!("{}.{}", plain(local)?, names.attribute(path)?)),
            Dialect::Terraform(None) if read == Read::Id => Some(format!("{}.id", plain(local)?)),
            Dialect::Terraform(None) => Some(format!("{}.output.{path}", plain(local)?)),
            Dialect::Json => {
                let names: Option<Vec<String>> =
                    self.names.iter().map(|name| plain(name.as_str()?).map(|name| format!("'{name}'"))).collect();
                let names = names.filter(|names| !names.is_empty())?.join(", ");
                let id = format!("resourceId('{}', {names})", self.kind);
                match read {
                    Read::Id => Some(id),
                    Read::KeyUrl => Some(format!("reference({id}).keyUri")),
                    Read::VersionedKeyUrl => Some(format!("reference({id}).keyUriWithVersion")),
                    Read::Principal => None,
                }
            }
        }
    }
}

/// `text`, where it can stand in an expression as it is, and is one resource and not several.
fn plain(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_alphanumeric() || "_-.[]\"/".contains(c);
    (!text.is_empty() && text.chars().all(fits) && !text.contains("[*]")).then_some(text)
}

/// A Terraform address without the modules before it.
fn without_modules(address: &str) -> &str {
    let mut rest = address;
    while let Some(call) = rest.strip_prefix("module.") {
        let mut quoted = false;
        let mut depth = 0_usize;
        let end = call.char_indices().find(|(_, c)| {
            match c {
                '"' => quoted = !quoted,
                '[' if !quoted => depth += 1,
                ']' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            *c == '.' && !quoted && depth == 0
        });
        match end.and_then(|(at, _)| call.get(at + 1..)) {
            Some(after) => rest = after,
            None => break,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Vault;

    impl ArgumentNames for Vault {
        fn argument(&self, path: &str) -> Option<String> {
            match path {
                "properties.enablePurgeProtection" => Some("purge_protection_enabled".to_owned()),
                "properties.networkAcls.bypass" => Some("network_acls.bypass".to_owned()),
                _ => None,
            }
        }

        fn attribute(&self, path: &str) -> Option<String> {
            (path == "id").then(|| "id".to_owned())
        }
    }

    fn all(path: &str, value: Spelled<'_>) -> [String; 4] {
        [Dialect::Terraform(Some(&Vault)), Dialect::Terraform(None), Dialect::Bicep, Dialect::Json]
            .map(|dialect| dialect.assign(path, None, value))
    }

    #[test]
    fn each_language_writes_an_assignment_in_its_own_way() {
        assert_eq!(
            all("properties.enablePurgeProtection", Spelled::Bool(true)),
            [
                "purge_protection_enabled = true",
                "enablePurgeProtection = true",
                "enablePurgeProtection: true",
                "\"enablePurgeProtection\": true"
            ]
        );
        assert_eq!(
            all("properties.networkAcls.bypass", Spelled::Text("AzureServices")),
            [
                "network_acls { bypass = \"AzureServices\" }",
                "networkAcls = { bypass = \"AzureServices\" }",
                "networkAcls: { bypass: 'AzureServices' }",
                "\"networkAcls\": { \"bypass\": \"AzureServices\" }"
            ]
        );
        assert_eq!(
            all("properties.keyOps", Spelled::Texts(&["wrapKey", "unwrapKey"]))[2],
            "keyOps: ['wrapKey', 'unwrapKey']"
        );
        assert_eq!(
            all("location", Spelled::Code("resourceGroup().location"))[3],
            "\"location\": \"[resourceGroup().location]\""
        );
    }

    #[test]
    fn the_modules_of_a_terraform_address_are_told_from_the_block() {
        assert_eq!(without_modules("azurerm_managed_disk.data"), "azurerm_managed_disk.data");
        assert_eq!(without_modules("module.a.module.b[0].azurerm_managed_disk.data"), "azurerm_managed_disk.data");
        assert_eq!(
            without_modules("module.a[\"x.y\"].azurerm_managed_disk.d[\"p.q\"]"),
            "azurerm_managed_disk.d[\"p.q\"]"
        );
    }

    #[test]
    fn only_names_that_code_can_hold_become_expressions() {
        assert_eq!(plain("azurerm_managed_disk.d[\"a\"]"), Some("azurerm_managed_disk.d[\"a\"]"));
        assert_eq!(plain("d[*]"), None);
        assert_eq!(plain("a'b"), None);
        assert_eq!(plain(""), None);
    }
}
