//! Modules that are known by their source: what a module makes of its inputs is known even where it isn't restored.
//!
//! `data/modules.json`, which `cargo xtask stand-ins` generates from the modules' own sources, has one version of each, and earlier ones whose inputs were
//! others. A version between those may have other defaults and other inputs: what a call gives is used as it is, and a default that decides something is
//! not known. Where a call gives an input that this version doesn't have, nothing is known but the call's arguments.

use std::sync::OnceLock;

use indexmap::IndexMap;
use serde_json::{Map, Value};

const DATA: &str = include_str!("../../../data/modules.json");

/// The path by which its text is shown: it is not a file of a tree.
pub const KNOWN_MODULES: &str = "<cmklint>";

/// What is known of the versions of a module that take the same inputs.
#[derive(Debug)]
pub(crate) struct KnownModule {
    /// Its path in Microsoft's registry: `avm/res/compute/disk`.
    name: String,
    /// The first version that has other inputs, without its patch number; `None` for the newest inputs.
    before: Option<String>,
    /// The version that was read, without its patch number; empty where that is not known.
    version: String,
    /// The inputs on which no known part of the module depends.
    other_inputs: Vec<String>,
    template: Value,
}

/// A module as a call names it.
#[derive(Debug)]
pub(crate) struct Called {
    module: &'static KnownModule,
    version: String,
}

/// What is known of a module's inputs that a call leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeftOut {
    /// Its default.
    Default,
    /// Only defaults that have no effect in the version that was read.
    Nothing,
    /// Nothing: the called version has other inputs.
    Unknown,
}

/// The module `address` (`REGISTRY/REPOSITORY:TAG` or `…@DIGEST`), where it is known: of Microsoft's registry, or of another that mirrors it under its path,
/// which may begin with something else.
pub(super) fn find(address: &str) -> Option<Called> {
    let (_, rest) = address.split_once('/')?;
    let name = rest.get(rest.rfind("avm/res/")?..)?;
    if !matches!(rest.strip_suffix(name), Some("")) && !rest.strip_suffix(name)?.ends_with('/') {
        return None;
    }
    let (name, version) = match name.split_once('@') {
        Some((name, _)) => (name, ""),
        None => name.rsplit_once(':')?,
    };
    let version = version.trim_start_matches('v');
    let all = modules().get(name)?;
    let module = all.iter().find(|module| module.takes(version))?;
    Some(Called { module, version: version.to_owned() })
}

impl KnownModule {
    /// Whether these are the inputs of `version`, where earlier ones than these are not. A version that is no number is taken as a new one.
    fn takes(&self, version: &str) -> bool {
        let Some(before) = &self.before else { return true };
        matches!((order(version), order(before)), (Some(version), Some(before)) if version < before)
    }
}

/// `0.6.1` and `0.6` as numbers that can be compared.
fn order(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    Some((numbers.next()??, numbers.next()??))
}

impl Called {
    /// The stand-in's template, and the path by which it is shown; `given` are the names of the arguments, as far as they are written out.
    pub(crate) fn template(&self, given: &[&str]) -> (String, String) {
        let left_out = self.left_out(given);
        let module = self.module;
        let mark = match left_out {
            LeftOut::Default => module.version.as_str(),
            LeftOut::Nothing => "another-version",
            LeftOut::Unknown => "other-inputs",
        };
        let folder = match &module.before {
            Some(before) => format!("{}/before-{before}", module.name),
            None => module.name.clone(),
        };
        let mut template = module.template.clone();
        if let Some(parameters) = template.get_mut("parameters").and_then(Value::as_object_mut) {
            parameters.values_mut().filter_map(Value::as_object_mut).for_each(|parameter| known(parameter, left_out));
        }
        let text = serde_json::to_string_pretty(&template).unwrap_or_default();
        (format!("{KNOWN_MODULES}/{folder}/{mark}/main.json"), text)
    }

    fn left_out(&self, given: &[&str]) -> LeftOut {
        let module = self.module;
        let declares = |name: &str| {
            module.template.get("parameters").is_some_and(|all| all.get(name).is_some())
                || module.other_inputs.iter().any(|other| other == name)
        };
        let same = self.version.strip_prefix(module.version.as_str()).is_some_and(|patch| patch.starts_with('.'));
        match given.iter().all(|name| declares(name)) {
            _ if same => LeftOut::Default,
            true => LeftOut::Nothing,
            false => LeftOut::Unknown,
        }
    }
}

/// Keeps of a parameter's declaration only what is true where a call leaves it out.
fn known(parameter: &mut Map<String, Value>, left_out: LeftOut) {
    let decides = match left_out {
        LeftOut::Default => return,
        LeftOut::Nothing => parameter.get("defaultValue").is_some_and(|default| !does_nothing(default)),
        LeftOut::Unknown => true,
    };
    // Another version may allow more.
    parameter.shift_remove("allowedValues");
    if decides {
        // Without a type: null is a value, too.
        parameter.clear();
    }
}

/// Whether a default has no effect: empty, a switch that is off, the region of the resource group.
fn does_nothing(default: &Value) -> bool {
    match default {
        Value::Null => true,
        Value::String(text) => text.is_empty() || text == "[resourceGroup().location]",
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(|value| *value == Value::Bool(false) || does_nothing(value)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Of each module what is known of its versions, the earliest first.
fn modules() -> &'static IndexMap<String, Vec<KnownModule>> {
    static MODULES: OnceLock<IndexMap<String, Vec<KnownModule>>> = OnceLock::new();
    MODULES.get_or_init(|| {
        let data: Value = serde_json::from_str(DATA).unwrap_or_default();
        let all = data.get("modules").and_then(Value::as_object).into_iter().flatten();
        all.filter_map(|(name, module)| Some((name.clone(), read(name, module)?))).collect()
    })
}

fn read(name: &str, module: &Value) -> Option<Vec<KnownModule>> {
    let newest_template = module.get("template")?;
    let earlier = module.get("earlier").and_then(Value::as_array).into_iter().flatten();
    earlier.chain([module]).map(|versions| read_versions(name, versions, newest_template)).collect()
}

/// Versions that have no template of their own are known by the newest one.
fn read_versions(name: &str, versions: &Value, newest_template: &Value) -> Option<KnownModule> {
    let text = |member: &str| versions.get(member).and_then(Value::as_str).map(str::to_owned);
    let other_inputs = versions.get("otherInputs")?.as_array()?;
    Some(KnownModule {
        name: name.to_owned(),
        before: text("before"),
        version: text("version").unwrap_or_default(),
        other_inputs: other_inputs.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
        template: versions.get("template").unwrap_or(newest_template).clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(address: &str, given: &[&str]) -> (String, String) {
        find(address).map(|called| called.template(given)).unwrap_or_default()
    }

    #[test]
    fn a_module_is_known_by_where_the_registry_has_it() {
        for address in [
            "mcr.microsoft.com/bicep/avm/res/compute/disk:0.6.1",
            "mirror.example.com/bicep/avm/res/compute/disk:0.3.0",
            "mcr.microsoft.com/bicep/avm/res/compute/disk@sha256:0f",
            "mirror.example.com/public/bicep/avm/res/compute/disk:0.3.0",
            "mirror.example.com/avm/res/compute/disk:0.3.0",
        ] {
            assert!(find(address).is_some(), "{address}");
        }
        for address in [
            "mcr.microsoft.com/bicep/avm/res/compute/disks:1.0",
            "r.io/myavm/res/compute/disk:1.0",
            "avm/res/compute/disk:1.0",
            "r.io",
            "",
        ] {
            assert!(find(address).is_none(), "{address}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_version_that_was_read() {
        let vault = "mcr.microsoft.com/bicep/avm/res/key-vault/vault";
        let module = find(&format!("{vault}:1.0.0")).unwrap().module;
        let (path, same) = text(&format!("{vault}:{}.9", module.version), &["name"]);
        assert!(same.contains(r#""defaultValue": true"#), "{path}");
        let (_, other) = text(&format!("{vault}:99.0.0"), &["name"]);
        assert!(!other.contains(r#""defaultValue": true"#));
        assert!(other.contains("resourceGroup().location"), "the region of the group is no choice of a version");
        let (_, digest) = text(&format!("{vault}@sha256:0f"), &["name"]);
        assert_eq!(digest, other);
    }

    #[test]
    fn where_a_call_gives_what_the_version_read_has_not_nothing_else_is_known() {
        let (path, changed) =
            text("mcr.microsoft.com/bicep/avm/res/compute/disk:99.0.0", &["name", "encryptionSettings"]);
        assert!(path.contains("other-inputs") && !changed.contains("nullable") && !changed.contains("defaultValue"));
    }

    #[test]
    fn a_version_has_the_inputs_of_its_time() {
        let set = "mcr.microsoft.com/bicep/avm/res/compute/disk-encryption-set";
        let is_earlier = |version: &str| {
            let (path, text) = text(&format!("{set}:{version}"), &["name"]);
            (path.contains("/before-0.6/"), text.contains("customerManagedKey"))
        };
        for version in ["0.1.5", "0.3.0", "0.5.1", "v0.5.1"] {
            assert_eq!(is_earlier(version), (true, false), "{version}");
        }
        for version in ["0.6.0", "0.6.1", "0.10.0", "1.0.0", "latest", ""] {
            assert_eq!(is_earlier(version), (false, true), "{version}");
        }
    }

    #[test]
    fn the_inputs_of_earlier_versions_are_in_order() {
        for (name, all) in modules() {
            let (newest, earlier) = all.split_last().unwrap();
            let ends: Vec<_> = earlier.iter().map(|module| order(module.before.as_deref().unwrap()).unwrap()).collect();
            assert!(newest.before.is_none() && ends.is_sorted(), "{name}: {ends:?}");
        }
    }

    #[test]
    fn every_module_can_be_read_as_a_template() {
        assert!(modules().len() >= 7);
        let sources = cmklint_source::Sources::new(cmklint_source::MemoryLoader::default());
        for (name, module) in modules().iter().flat_map(|(name, all)| all.iter().map(move |module| (name, module))) {
            let called = Called { module, version: String::new() };
            for given in [&["name"][..], &["name", "no-such-input"]] {
                let (path, text) = called.template(given);
                let parsed = cmklint_arm::parse(&sources.embed(&path, &text));
                assert!(parsed.diagnostics.is_empty(), "{name}: {:?}", parsed.diagnostics);
                let template = parsed.template.expect("a template");
                assert!(!template.resources.is_empty() && template.outputs.contains_key("resourceId"), "{name}");
            }
        }
    }
}
