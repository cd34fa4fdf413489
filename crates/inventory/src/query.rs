use crate::kinds::kinds;

/// The resource groups' type in Resource Graph.
const GROUPS: &str = "microsoft.resources/subscriptions/resourcegroups";
/// Types that Resource Graph doesn't have.
const ABSENT: [&str; 2] = ["microsoft.keyvault/vaults/keys", "microsoft.keyvault/managedhsms/keys"];

/// The Kusto text of a Resource Graph query whose rows [`Inventory::add`](crate::Inventory::add) accepts: the types and columns that rules use, ordered by id,
/// so that
/// pages neither overlap nor leave gaps. One page holds at most 1000 rows, so `az graph query` needs `--first 1000` and `--skip-token`.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>,
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>
#[must_use]
pub fn query() -> String {
    let mut types: Vec<String> = kinds()
        .iter()
        .filter(|k| !k.folded.starts_with("microsoft.resources/") && !ABSENT.contains(&k.folded.as_str()))
        .map(|k| format!("    '{}'", k.folded))
        .collect();
    types.sort();
    let types = types.join(",\n");
    format!(
        "resources\n\
         | where type in (\n{types})\n\
         | union (resourcecontainers | where type == '{GROUPS}')\n\
         | project id, type, location, managedBy, sku, identity, properties\n\
         | order by id asc\n"
    )
}

#[cfg(test)]
mod tests {
    use cmklint_graph::RESOURCE_GROUPS;

    use super::*;

    #[test]
    fn the_query_names_each_type_that_resource_graph_has_and_each_column_that_is_read() {
        let query = query();
        for kind in kinds().iter().filter(|k| !ABSENT.contains(&k.folded.as_str())) {
            let name = if kind.name == RESOURCE_GROUPS { GROUPS } else { &kind.folded };
            assert_eq!(query.matches(&format!("'{name}'")).count(), 1, "{name}");
            for member in &kind.members {
                assert!(query.contains(&*member.name), "{}", member.name);
            }
        }
        assert!(ABSENT.iter().all(|name| !query.contains(name)));
        assert!(query.starts_with("resources\n| where type in (\n    'microsoft."));
        assert!(query.ends_with("| order by id asc\n"));
    }
}
