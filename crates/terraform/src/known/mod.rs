//! Modules that are known by their source: what they make of their inputs is known even where their files aren't installed.
//!
//! A module is a stand-in of Terraform, `NAME.tf` beside this file: the inputs that the rules need, the resources that the module makes
//! of them, and the outputs that name these. It states what all published versions of the module do, and no more. What it leaves out
//! is not known: an input it doesn't declare is skipped, an output it doesn't have is a symbol. `inputs.json`, which `cargo xtask stand-ins` makes
//! out of the modules' own sources, has the names of all inputs of one version: a call that gives another is one of a version that is not known, and of
//! that only what the call gives is.
//! The facts are those of the Azure Verified Modules: <https://azure.github.io/Azure-Verified-Modules/indexes/terraform/tf-resource-modules/>; and of the
//! module for virtual machines that preceded them: <https://github.com/Azure/terraform-azurerm-virtual-machine>.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

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

const INPUTS: &str = include_str!("inputs.json");

/// The inputs of one version of the module, where they were read.
fn inputs(known: &Known) -> Option<&'static BTreeSet<String>> {
    static ALL: OnceLock<rustc_hash::FxHashMap<String, BTreeSet<String>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let data: serde_json::Value = serde_json::from_str(INPUTS).unwrap_or_default();
        let modules = data.get("modules").and_then(serde_json::Value::as_object).into_iter().flatten();
        let read = |module: &serde_json::Value| {
            let names = module.get("inputs")?.as_array()?;
            Some(names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect())
        };
        modules.filter_map(|(name, module)| Some((name.clone(), read(module)?))).collect()
    });
    all.get(known.name)
}

/// The configuration of the stand-in for a call that gives the inputs `given`, and its file.
pub(crate) fn load(
    known: &'static Known,
    given: &[Arc<str>],
    sources: &Sources,
    cache: &ParseCache,
) -> (Arc<Config>, FileId) {
    let dir = format!("<cmklint>/{}", known.name);
    let file = sources.embed(&format!("{dir}/main.tf"), known.text);
    let config = config::load_files(&dir, || vec!["main.tf".to_owned()], sources, cache);
    let is_known =
        |name: &Arc<str>| config.variables.contains_key(name) || inputs(known).is_none_or(|all| all.contains(&**name));
    if given.iter().all(is_known) {
        return (config, file.id());
    }
    // The version takes other inputs: what it does without those that are not given is not known.
    (Arc::new(config.without_defaults()), file.id())
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
            let (config, _) = load(module, &[], &sources, &cache);
            assert!(config.diagnostics.is_empty(), "{}: {:?}", module.name, config.diagnostics);
            let id = if module.name == "virtual-machine" { "vm_id" } else { "resource_id" };
            assert!(config.outputs.contains_key(id), "{}", module.name);
            assert!(!config.resources.is_empty(), "{}", module.name);
        }
    }

    #[test]
    fn a_call_that_gives_what_the_version_read_has_not_leaves_nothing_at_its_default() {
        let sources = Sources::new(MemoryLoader::default());
        let cache = ParseCache::default();
        let vault = known("Azure/avm-res-keyvault-vault/azurerm").unwrap();
        let defaults = |given: &[&str]| {
            let given: Vec<Arc<str>> = given.iter().map(|name| Arc::from(*name)).collect();
            load(vault, &given, &sources, &cache).0.variables.values().filter(|v| v.default.is_some()).count()
        };
        assert!(defaults(&["name", "sku_name", "contacts"]) > 5);
        assert_eq!(defaults(&["name", "purge_protection"]), 0);
    }

    #[test]
    fn the_inputs_of_each_version_that_was_read_hold_those_of_its_stand_in_that_are_no_others() {
        for module in MODULES {
            let Some(inputs) = inputs(module) else { continue };
            assert!(inputs.contains("name") && inputs.contains("location"), "{}", module.name);
        }
        assert!(MODULES.iter().filter(|module| inputs(module).is_some()).count() >= 3);
    }
}
