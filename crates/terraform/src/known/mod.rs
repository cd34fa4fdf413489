//! Modules that are known by their source: what they make of their inputs is known even where their files aren't installed.
//!
//! A module is a stand-in of Terraform, `NAME.tf` beside this file: the inputs that the rules need, the resources that the module makes
//! from them, and the outputs that name these. It states what all published versions of the module do, and no more. Everything else
//! is not known: an input that it doesn't declare is skipped, an output that it doesn't have is a symbol.
//! The facts are those of the Azure Verified Modules: <https://azure.github.io/Azure-Verified-Modules/indexes/terraform/tf-resource-modules/>; and of the
//! module for virtual machines that preceded them: <https://github.com/Azure/terraform-azurerm-virtual-machine>.

use std::sync::Arc;

use cmklint_source::{FileId, Sources};

use crate::config::{self, Config};
use crate::modules::registry_module;
use crate::syntax::ParseCache;

/// One module.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its name in the registry, below the namespace `Azure` and for the provider `azurerm`.
    pub(crate) name: &'static str,
    text: &'static str,
}

macro_rules! known {
    ($($name:literal),+ $(,)?) => {
        &[$(Known { name: $name, text: include_str!(concat!($name, ".tf")) }),+]
    };
}

const MODULES: &[Known] = known![
    "avm-res-compute-disk",
    "avm-res-compute-diskencryptionset",
    "avm-res-compute-virtualmachine",
    "avm-res-compute-virtualmachinescaleset",
    "avm-res-keyvault-vault",
    "virtual-machine",
];

/// The module at `source`: `Azure/NAME/azurerm` of a registry, or the repository `Azure/terraform-azurerm-NAME` that it is published from.
pub(crate) fn known(source: &str) -> Option<&'static Known> {
    let name = match registry_module(source) {
        Some(module) => module.strip_prefix("azure/")?.strip_suffix("/azurerm")?.to_owned(),
        None => {
            let lower = source.to_ascii_lowercase();
            let (_, repository) =
                lower.split_once("github.com").and_then(|(_, rest)| rest.split_once("azure/terraform-azurerm-"))?;
            let end = repository.find(['?', '#']).unwrap_or(repository.len());
            let repository = repository.get(..end)?.trim_end_matches('/');
            repository.strip_suffix(".git").unwrap_or(repository).to_owned()
        }
    };
    MODULES.iter().find(|known| known.name == name)
}

/// The configuration of the stand-in, and its file.
pub(crate) fn load(known: &'static Known, sources: &Sources, cache: &ParseCache) -> (Arc<Config>, FileId) {
    let dir = format!("<cmklint>/{}", known.name);
    let file = sources.embed(&format!("{dir}/main.tf"), known.text);
    (config::load_files(&dir, || vec!["main.tf".to_owned()], sources, cache), file.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_source::MemoryLoader;

    #[test]
    fn a_module_is_known_by_its_source() {
        let name = |source: &str| known(source).map(|k| k.name);
        let disk = Some("avm-res-compute-disk");
        for source in [
            "Azure/avm-res-compute-disk/azurerm",
            "registry.terraform.io/azure/avm-res-compute-disk/azurerm",
            "git::https://github.com/Azure/terraform-azurerm-avm-res-compute-disk.git?ref=v0.3.2",
            "github.com/Azure/terraform-azurerm-avm-res-compute-disk",
            "git@github.com:Azure/terraform-azurerm-avm-res-compute-disk.git",
        ] {
            assert_eq!(name(source), disk, "{source}");
        }
        for source in [
            "Other/avm-res-compute-disk/azurerm",
            "Azure/avm-res-compute-disk/aws",
            "Azure/avm-res-compute-disk/azurerm//modules/x",
            "github.com/Azure/terraform-azurerm-avm-res-compute-disk//modules/x",
            "github.com/Azure/terraform-azurerm-other",
            "./Azure/avm-res-compute-disk/azurerm",
        ] {
            assert_eq!(name(source), None, "{source}");
        }
    }

    #[test]
    fn every_stand_in_can_be_read() {
        let sources = Sources::new(MemoryLoader::default());
        let cache = ParseCache::default();
        for module in MODULES {
            let (config, _) = load(module, &sources, &cache);
            assert!(config.diagnostics.is_empty(), "{}: {:?}", module.name, config.diagnostics);
            let id = if module.name == "virtual-machine" { "vm_id" } else { "resource_id" };
            assert!(config.outputs.contains_key(id), "{}", module.name);
            assert!(!config.resources.is_empty(), "{}", module.name);
        }
    }
}
