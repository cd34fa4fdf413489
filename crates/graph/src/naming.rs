//! How messages and code speak of a resource: its name, the module that it is in, and the expression that reads it.

use crate::dialect::Dialect;
use crate::resource::Resource;

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

    /// What its language calls a module or nested deployment.
    #[must_use]
    pub fn call_noun(&self) -> &'static str {
        if matches!(self.dialect, Dialect::Json) { "deployment" } else { "module" }
    }

    /// How many modules or nested deployments deeper than `other` it is declared, along the same chain of calls: 0 where both are in the same one, so that each can name the other.
    #[must_use]
    pub fn levels_below(&self, other: &Self) -> Option<usize> {
        let is_on_the_way = self.id.deployment == other.id.deployment && self.calls.starts_with(&other.calls);
        is_on_the_way.then(|| self.calls.len() - other.calls.len())
    }

    /// The expression by which code beside it reads that attribute; `None` where no expression is certainly right.
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

/// `text`, where it can be used in an expression as it is and means a single resource.
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
