//! The table read backwards: what azurerm calls what ARM calls otherwise.

use cmklint_graph::{ArgumentNames, Dialect};

use super::{IDENTITY_EXPORTS, Mapping, Rule, mapping};

/// How blocks of the type are written.
pub(crate) fn dialect(terraform: &str) -> Dialect {
    Dialect::Terraform(mapping(terraform).map(|mapping| mapping as &'static dyn ArgumentNames))
}

impl ArgumentNames for Mapping {
    fn argument(&self, path: &str) -> Option<String> {
        argument(self.rules, &without_places(path))
    }

    fn attribute(&self, path: &str) -> Option<String> {
        let own = self.exports.iter().chain(&IDENTITY_EXPORTS).find(|(_, at)| *at == path);
        let id = (path == "id").then_some("id");
        own.map(|(name, _)| *name).or(id).map(str::to_owned)
    }
}

/// The argument that states the property at `path`, by the newest of the rules.
fn argument(rules: &[Rule], path: &str) -> Option<String> {
    rules.iter().find_map(|rule| match rule {
        Rule::Copy(from, to, _) => to.eq_ignore_ascii_case(path).then(|| (*from).to_owned()),
        Rule::Each(from, to, inner) => {
            let rest = path.get(to.len()..)?.strip_prefix('.')?;
            let is_here = path.get(..to.len())?.eq_ignore_ascii_case(to);
            let argument = argument(inner, rest).filter(|_| is_here)?;
            Some(if from.is_empty() { argument } else { format!("{from}.{argument}") })
        }
        Rule::Enabled(block, name, to) => to.eq_ignore_ascii_case(path).then(|| format!("{block}.{name}")),
        Rule::Since(_, newer, older) => argument(newer, path).or_else(|| argument(older, path)),
        Rule::All(rules) => argument(rules, path),
        Rule::Unless(..) | Rule::When(..) => None,
    })
}

/// `path` without the places in lists.
fn without_places(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(terraform: &str, path: &str) -> Option<String> {
        mapping(terraform)?.argument(path)
    }

    #[test]
    fn a_property_has_the_name_of_the_argument_that_states_it() {
        let is = |terraform, path, argument: &str| assert_eq!(names(terraform, path).as_deref(), Some(argument));
        is("azurerm_key_vault", "properties.enablePurgeProtection", "purge_protection_enabled");
        is("azurerm_key_vault", "properties.networkAcls.bypass", "network_acls.bypass");
        is("azurerm_key_vault", "properties.enableSoftDelete", "soft_delete_enabled");
        is("azurerm_disk_encryption_set", "properties.activeKey.keyUrl", "key_vault_key_id");
        is("azurerm_disk_encryption_set", "identity.type", "identity.type");
        is(
            "azurerm_shared_image_version",
            "properties.publishingProfile.targetRegions[2].encryption.osDiskImage.diskEncryptionSetId",
            "target_region.disk_encryption_set_id",
        );
        assert_eq!(names("azurerm_key_vault", "properties.unheardOf"), None);
    }

    #[test]
    fn an_attribute_is_the_one_that_the_provider_exports() {
        let of = |path| mapping("azurerm_key_vault_key").unwrap().attribute(path);
        assert_eq!(of("properties.keyUri").as_deref(), Some("versionless_id"));
        assert_eq!(of("properties.keyUriWithVersion").as_deref(), Some("id"));
        assert_eq!(of("id").as_deref(), Some("resource_id"));
        let set = mapping("azurerm_disk_encryption_set").unwrap();
        assert_eq!(set.attribute("id").as_deref(), Some("id"));
        assert_eq!(set.attribute("identity.principalId").as_deref(), Some("identity[0].principal_id"));
    }
}
