//! Which files are Terraform's, by their names, and whether their text can declare anything relevant.

use cmklint_source::{Diagnostic, Sources};

use crate::config;
use crate::syntax::ParseCache;

/// Whether Terraform or OpenTofu reads a file of this name as configuration: `.tf`, `.tofu` and their JSON forms, except hidden and backup files.
#[must_use]
pub fn is_configuration(file_name: &str) -> bool {
    config::is_configuration(file_name)
}

/// The kind of a skipped file, where it is Terraform's, OpenTofu's or Terragrunt's: it deploys nothing by itself, or nothing that
/// can be distinguished from it.
#[must_use]
pub fn skipped(file_name: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 6] = [
        (".tftest", "a test of Terraform"),
        (".tofutest", "a test of OpenTofu"),
        (".tfmock", "what a test of Terraform makes up"),
        (".tfstack", "a stack of Terraform"),
        (".tfcomponent", "a stack of Terraform"),
        (".tfdeploy", "the deployments of a stack of Terraform"),
    ];
    if file_name == "terragrunt.stack.hcl" {
        return Some("a stack of Terragrunt");
    }
    let stem = file_name.strip_suffix(".hcl").or_else(|| file_name.strip_suffix(".json"))?;
    KINDS.iter().find(|(ending, _)| stem.ends_with(ending)).map(|(_, what)| *what)
}

/// The path of OpenTofu's own file that is read instead of the file at `path`: `main.tofu` where it is beside `main.tf`.
#[must_use]
pub fn shadowed_by(path: &str, sources: &Sources) -> Option<String> {
    let name = config::preferred(cmklint_source::file_name(path))?;
    let dir = cmklint_source::parent(path);
    let other = if dir.is_empty() { name } else { format!("{dir}/{name}") };
    sources.is_file(&other).then_some(other)
}

/// The syntax errors of the configuration or variable file at `path` (diagnostics with the code `syntax`); the file is parsed into `cache`.
#[must_use]
pub fn check_syntax(path: &str, sources: &Sources, cache: &ParseCache) -> Vec<Diagnostic> {
    cache.parse(path, sources).diagnostics.clone()
}

/// Whether a file with this text may declare anything that a rule reads. Where no file of a root and of the modules it
/// calls may, the root need not be evaluated.
#[must_use]
pub fn may_matter(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "key_vault",
        "disk_encryption_set",
        "azurerm_managed_disk",
        "azurerm_snapshot",
        "azurerm_image",
        "azurerm_shared_image",
        "virtual_machine",
        "azapi_resource",
        "azapi_update_resource",
        "template_deployment",
        "resource_deployment_script",
        "azurerm_policy_definition",
        "azurerm_managed_application_definition",
        "avm-res-compute-",
        "avm-res-keyvault-",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether a file with this text may declare a resource group: by a block, unless the word before its type tells without parsing that it is another, or by a
/// module that is known by its source.
#[must_use]
pub fn declares_group(text: &str) -> bool {
    let is_declared = |(at, _): (usize, &str)| {
        let before = text.get(..at).unwrap_or_default().trim_end_matches(['"', ' ', '\t']);
        // After a comment, and in the JSON form: `"data": { "azurerm_resource_group": …`.
        before.ends_with("resource") || before.ends_with(['/', '{', ',', '\n', '\r'])
    };
    text.match_indices("azurerm_resource_group").any(is_declared) || text.contains("avm-res-resources-resourcegroup")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_a_resource_group_is_told_from_a_reference_to_one() {
        for text in [
            "resource \"azurerm_resource_group\" \"rg\" {}",
            "resource azurerm_resource_group rg {}",
            "resource /* the group */ \"azurerm_resource_group\" \"rg\" {}",
            "{ \"resource\": { \"azurerm_resource_group\": { \"rg\": {} } } }",
        ] {
            assert!(declares_group(text), "{text}");
        }
        assert!(!declares_group("data \"azurerm_resource_group\" \"rg\" {}"));
        assert!(!declares_group("location = azurerm_resource_group.rg.location"));
    }
}
