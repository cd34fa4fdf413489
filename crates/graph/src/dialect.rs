//! The language that declares a resource: how it writes an assignment, so that a message can say what to type.

use std::fmt;

use crate::path::{AsPath, PathStep, RESOURCE_GROUP};

/// The names that a Terraform provider gives to ARM's properties.
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
    /// None: a resource of an inventory is not declared by code.
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
        if path.is(RESOURCE_GROUP) && self.is_terraform() {
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
        // The property of a list's item is not in an object of that name.
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
}
