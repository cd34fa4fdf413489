//! The resources of one type and one name, in all deployments.

use rustc_hash::FxHashMap;

use crate::node::NodeId;
use crate::resource::Resource;
use crate::value::Value;

/// A resource that is declared more often than this is not examined.
pub(crate) const MAX_REPEATED: usize = 16;
/// The steps that it costs to see whether a resource with the same name is the one that is meant.
pub(crate) const SAME_NAME_STEPS: usize = 8;

/// The nodes of one type and one last name, in all deployments.
#[derive(Debug, Default)]
pub(crate) struct SameNamed {
    /// Those that the code makes.
    pub(crate) made: ByGroup,
    /// Those that it only names, and those of an inventory.
    pub(crate) existing: ByGroup,
}

/// Nodes, by the resource groups that they are in.
#[derive(Debug, Default)]
pub(crate) struct ByGroup {
    /// All of them, in their order.
    pub(crate) all: Vec<NodeId>,
    /// By folded name of the group, where that is plain text.
    grouped: FxHashMap<String, Vec<NodeId>>,
    /// Those whose group has to be compared.
    others: Vec<NodeId>,
}

impl SameNamed {
    pub(crate) fn add(&mut self, resource: &Resource) {
        let nodes = if resource.presence.is_made() { &mut self.made } else { &mut self.existing };
        nodes.all.push(resource.id);
        match resource.scope.resource_group.as_str() {
            Some(group) => nodes.grouped.entry(group.to_ascii_lowercase()).or_default().push(resource.id),
            None => nodes.others.push(resource.id),
        }
    }
}

impl ByGroup {
    /// The nodes that may be in `group`, references in it followed; all of them where it isn't known.
    pub(crate) fn may_be_in(&self, group: Option<&Value>) -> impl Iterator<Item = NodeId> {
        let known = group.and_then(Value::as_str);
        let (first, second) = match known {
            Some(group) => {
                (self.grouped.get(&group.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice), &self.others[..])
            }
            None => (&self.all[..], &[][..]),
        };
        first.iter().chain(second).copied()
    }
}
