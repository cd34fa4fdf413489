//! Services that create disks of their own: the rows of `data/services.csv` as mappings.

use std::sync::LazyLock;

use super::mapping::{Mapping, Parent, Rule, copy};

const DATA: &str = include_str!("../../data/services.csv");

/// The exported attributes of a service that its block doesn't state.
const EXPORTS: [(&str, &[(&str, &str)]); 1] = [(
    "azurerm_databricks_workspace",
    &[
        ("managed_disk_identity[0].principal_id", "properties.managedDiskIdentity.principalId"),
        ("managed_disk_identity[0].tenant_id", "properties.managedDiskIdentity.tenantId"),
    ],
)];

static TABLE: LazyLock<Vec<Mapping>> = LazyLock::new(read);

/// The mappings of all services, made once.
pub(super) fn table() -> &'static [Mapping] {
    &TABLE
}

/// The fields of each row, those of one resource type next to each other.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split(',').collect())
}

fn read() -> Vec<Mapping> {
    let mut types: Vec<Service> = Vec::new();
    for row in rows() {
        let [terraform, arm, parent, blocks, argument] = row[..] else { continue };
        let Some((from, to)) = argument.split_once(' ') else { continue };
        if types.last().is_none_or(|last| last.terraform != terraform) {
            types.push(Service { terraform, arm, parent, own: Vec::new(), blocks: Vec::new() });
        }
        let Some(service) = types.last_mut() else { continue };
        match blocks.split_once(' ') {
            None => service.own.push(copy(from, to)),
            Some(list) => match service.blocks.iter_mut().find(|(own, _)| *own == list) {
                Some((_, rules)) => rules.push(copy(from, to)),
                None => service.blocks.push((list, vec![copy(from, to)])),
            },
        }
    }
    types.into_iter().map(Service::mapping).collect()
}

/// The rows of one resource type.
struct Service {
    terraform: &'static str,
    arm: &'static str,
    parent: &'static str,
    own: Vec<Rule>,
    /// The repeated blocks and ARM's lists for them, each with its arguments.
    blocks: Vec<((&'static str, &'static str), Vec<Rule>)>,
}

impl Service {
    /// A mapping that lives as long as the program, as those do that are written in code.
    fn mapping(self) -> Mapping {
        let mut rules = self.own;
        for ((from, to), of_each) in self.blocks {
            rules.push(Rule::Each(from, to, Vec::leak(of_each)));
        }
        let parent = match self.parent.split_once(' ') {
            Some(("id", argument)) => Parent::Id(argument),
            Some((_, arguments)) => Parent::Group(Vec::leak(arguments.split(' ').collect())),
            None => Parent::Group(&[]),
        };
        let exports = EXPORTS.iter().find(|(name, _)| *name == self.terraform).map_or(&[][..], |(_, exports)| exports);
        Mapping { terraform: self.terraform, arm: self.arm, parent, rules: Vec::leak(rules), exports }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_an_argument_of_its_resource_type() {
        for row in rows() {
            let [terraform, _, parent, _, argument] = row[..] else { panic!("{row:?} has not five fields") };
            assert!(table().iter().any(|mapping| mapping.terraform == terraform));
            assert!(parent == "group" || parent.starts_with("group ") || parent.starts_with("id "), "{row:?}");
            assert_eq!(argument.split(' ').count(), 2, "{row:?}");
        }
        let arguments = |rules: &[Rule]| -> usize {
            rules.iter().map(|rule| if let Rule::Each(_, _, inner) = rule { inner.len() } else { 1 }).sum()
        };
        assert_eq!(table().iter().map(|mapping| arguments(mapping.rules)).sum::<usize>(), rows().count());
    }
}
