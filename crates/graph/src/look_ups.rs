//! The keys under which deployments look for resources of one another.

use std::collections::BTreeSet;

use crate::asked::shared_text;
use crate::choice::cases;
use crate::estate::Estate;
use crate::resource::Resource;
use crate::value::Value;
use crate::world::World;

/// The types whose names are unique worldwide, folded: those of vaults and managed HSMs are parts of host names. Another deployment's is found by its name alone.
pub(crate) const UNIQUE: [&str; 2] = ["microsoft.keyvault/vaults", "microsoft.keyvault/managedhsms"];

impl Estate {
    /// Notes, where that is wanted, that a resource of the type `folded` with that name (both folded) was looked for among those of other deployments, in `group` where its name is not unique
    /// worldwide.
    pub(crate) fn note(&self, folded: &str, name: &str, group: Option<&Value>) {
        if let Some(asked) = self.environments().asked() {
            asked.add(self.keys(folded, name, group));
        }
    }

    /// The keys under which other deployments may look for `resource`. None where they can't.
    #[must_use]
    pub fn keys_of(&self, resource: &Resource) -> BTreeSet<String> {
        let name = resource.names.last().and_then(Value::as_str).map(str::to_ascii_lowercase);
        match name.filter(|_| resource.presence.is_made()) {
            Some(name) => self.keys(resource.kind.folded(), &name, Some(&resource.scope.resource_group)),
            None => BTreeSet::new(),
        }
    }

    /// The keys of a resource: by type and name, and by the resource group in each of its cases.
    fn keys(&self, folded: &str, name: &str, group: Option<&Value>) -> BTreeSet<String> {
        if UNIQUE.contains(&folded) {
            return BTreeSet::from([format!("{folded}/{name}")]);
        }
        let group = group.map_or_else(Value::null, |group| self.deref(group));
        let groups = cases(&group, &World::any());
        groups.values().filter_map(shared_text).map(|group| format!("{folded}/{name} in {group}")).collect()
    }
}
