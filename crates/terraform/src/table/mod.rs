//! How azurerm's resources are mapped to ARM's terms: data, not code. A new resource type is one more [`Mapping`].
//!
//! Argument and attribute names are those of the provider's documentation
//! (<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs>), of the newest version and of older ones where they
//! differ; property paths are those of ARM's reference (<https://learn.microsoft.com/azure/templates/>).

mod compute;
mod mapping;
mod names;
mod other;
mod roles;
mod services;
mod vault;
mod virtual_machine;

use cmklint_graph::{DEPLOYMENTS, Holder, Kind, Object};

pub(crate) use mapping::{Constant, Map, Mapping, Parent, Rule};
pub(crate) use names::dialect;
pub(crate) use roles::role_definition;

use crate::config::Address;
use mapping::IDENTITY_EXPORTS;

const TABLES: [&[Mapping]; 4] = [compute::TABLE, virtual_machine::TABLE, vault::TABLE, other::TABLE];

/// All mappings.
fn all() -> impl Iterator<Item = &'static Mapping> {
    TABLES.into_iter().flatten().chain(services::table())
}

/// The mapping of a resource type.
pub(crate) fn mapping(terraform: &str) -> Option<&'static Mapping> {
    all().find(|m| m.terraform == terraform)
}

/// Types whose body is ARM's own.
pub(crate) fn is_azapi(terraform: &str) -> bool {
    terraform == "azapi_resource" || names_only(terraform)
}

/// azapi's types that only refer to a resource and don't create it, data sources aside.
pub(crate) fn names_only(terraform: &str) -> bool {
    matches!(terraform, "azapi_update_resource" | "azapi_resource_action" | "azapi_resource_id")
}

/// Whether blocks of the type attach a disk to a VM, for which ARM has no resource.
pub(crate) fn is_attachment(terraform: &str) -> bool {
    matches!(
        terraform,
        "azurerm_virtual_machine_data_disk_attachment" | "azurerm_virtual_machine_implicit_data_disk_from_source"
    )
}

/// Whether an argument of blocks of the type is an ARM template, which they deploy or hold.
pub(crate) fn takes_template(terraform: &str) -> bool {
    mapping(terraform).is_some_and(|m| m.arm == DEPLOYMENTS || m.arm == Holder::ManagedApplication.kind())
}

/// Whether blocks of the type are nodes of the graph.
pub(crate) fn is_node(terraform: &str) -> bool {
    is_azapi(terraform) || is_attachment(terraform) || mapping(terraform).is_some()
}

/// Where the provider's attribute `id` is in ARM: the URL of a key, the resource id of most others.
pub(crate) fn id_export(address: &Address) -> Option<String> {
    if is_azapi(&address.kind) || is_attachment(&address.kind) {
        return Some("id".to_owned());
    }
    let exports = mapping(&address.kind)?.exports;
    Some(exports.iter().find(|(name, _)| *name == "id").map_or("id", |(_, path)| path).to_owned())
}

/// The attributes that a resource or data source exports and its block doesn't state: attribute paths and where they are in ARM.
pub(crate) fn exports(address: &Address, stated: &Object) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut put = |name: &str, path: &str| {
        if name == "id" || !is_stated(stated, name) {
            out.push((name.to_owned(), path.to_owned()));
        }
    };
    if is_azapi(&address.kind) {
        put("id", "id");
        // The output of an action is its answer, not the resource.
        if !names_only(&address.kind) || &*address.kind == "azapi_update_resource" {
            put("name", "name");
            put("output.properties", "properties");
            for (name, path) in IDENTITY_EXPORTS {
                put(name, path);
            }
            out.extend(exported_values(stated));
        }
        return out;
    }
    put("id", &id_export(address).unwrap_or_else(|| "id".to_owned()));
    let Some(mapping) = mapping(&address.kind) else { return out };
    let mut copied = Vec::new();
    copies(mapping.rules, &mut copied);
    if copied.iter().any(|(from, _)| *from == "identity.type") {
        for (name, path) in IDENTITY_EXPORTS {
            put(name, path);
        }
    }
    for (name, path) in mapping.exports {
        match name.split_once("[*]") {
            Some((block, _)) => {
                let items = stated
                    .get(block)
                    .and_then(|e| e.value.as_array())
                    .map_or(0, |list| list.items.len().min(MOST_BLOCKS));
                for index in (0..items).map(|index| format!("[{index}]")) {
                    put(&name.replace("[*]", &index), &path.replace("[*]", &index));
                }
            }
            None if *name != "id" => put(name, path),
            None => {}
        }
    }
    if address.data {
        put("location", "location");
        for (from, to) in copied {
            if !from.contains(['.', '[']) {
                put(from, to);
            }
        }
    }
    out
}

/// The exports of more blocks than this are not known; a machine has at most 64 data disks.
const MOST_BLOCKS: usize = 64;

/// Whether the attribute at the path `name` is among those that the block states.
fn is_stated(stated: &Object, name: &str) -> bool {
    let Some((block, rest)) = name.split_once(['.', '[']) else { return stated.entries.contains_key(name) };
    let inner = stated.entries.get(block).map(|entry| entry.value.get(name.strip_prefix(block).unwrap_or(rest)));
    inner.is_some_and(|value| !matches!(value.kind, Kind::Null | Kind::Symbol(_)))
}

/// The arguments of the resource type `terraform` that are the property at `path` of ARM, the newest name first.
#[must_use]
pub fn arguments(terraform: &str, path: &str) -> Vec<&'static str> {
    let mut copied = Vec::new();
    if let Some(mapping) = mapping(terraform) {
        copies(mapping.rules, &mut copied);
    }
    copied.into_iter().filter(|(_, to)| *to == path).map(|(from, _)| from).collect()
}

/// The attribute of the resource type `terraform` that reads the property at `path` of ARM.
#[must_use]
pub fn attribute(terraform: &str, path: &str) -> Option<&'static str> {
    mapping(terraform)?.exports.iter().find(|(_, to)| *to == path).map(|(name, _)| *name)
}

/// The parts of the answer that azapi's `response_export_values` exports under names of their own, where these are plain paths.
fn exported_values(stated: &Object) -> Vec<(String, String)> {
    let Some(values) = stated.entries.get("response_export_values").and_then(|e| e.value.as_object()) else {
        return Vec::new();
    };
    let plain = |path: &&str| {
        path.starts_with("properties.") && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
    };
    let path = |value: &cmklint_graph::Value| value.as_str().filter(plain).map(str::to_owned);
    let named = values.entries.iter().filter_map(|(name, entry)| Some((name, path(&entry.value)?)));
    named.map(|(name, path)| (format!("output.{name}"), path)).collect()
}

/// The arguments that are copied to properties unchanged, and where to.
fn copies(rules: &[Rule], out: &mut Vec<(&'static str, &'static str)>) {
    for rule in rules {
        match rule {
            Rule::Copy(from, to, Map::Same | Map::Number | Map::Bool | Map::IdentityType) => out.push((from, to)),
            Rule::All(rules) => copies(rules, out),
            Rule::Since(_, newer, older) => {
                copies(newer, out);
                copies(older, out);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mapping::ArgumentVersion;
    use super::*;

    #[test]
    fn each_argument_that_changed_has_its_version() {
        fn all(rules: &[Rule], out: &mut Vec<ArgumentVersion>) {
            for rule in rules {
                match rule {
                    Rule::Since(argument, newer, older) => {
                        out.push(*argument);
                        all(newer, out);
                        all(older, out);
                    }
                    Rule::All(rules) | Rule::Each(_, _, rules) => all(rules, out),
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        super::all().for_each(|mapping| all(mapping.rules, &mut found));
        assert!(!found.is_empty());
        for argument in found {
            assert!(argument.version().is_some(), "{argument:?}");
        }
        assert_eq!(ArgumentVersion("azurerm_key_vault", "name").version(), None);
    }

    #[test]
    fn no_type_is_in_the_table_twice() {
        let mut names: Vec<&str> = all().map(|m| m.terraform).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }

    #[test]
    fn a_type_in_arm_is_as_deep_as_its_parents_say() {
        for mapping in all() {
            let depth = mapping.arm.matches('/').count();
            match mapping.parent {
                Parent::Group(parents) => assert_eq!(parents.len() + 1, depth, "{}", mapping.terraform),
                Parent::Id(_) => assert!(depth >= 2, "{}", mapping.terraform),
                Parent::Subscription | Parent::Extends(_) | Parent::Above => {
                    assert_eq!(depth, 1, "{}", mapping.terraform)
                }
            }
        }
    }
}
