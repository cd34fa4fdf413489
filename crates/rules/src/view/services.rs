//! The services that make disks of their own and name an encryption set for them, and those that use a key for them: data, not code. A further one is a row of
//! `data/services.csv` or `data/key-services.csv`.

use cmklint_graph::{Cases, Kind, NodeId, PropertyPath, ResourceId, Target, Value, World, concat};

use super::estate_view::View;
use super::service_table::{KeyService, ROWS, key_service_of, service_at};
use super::set_key::SetKey;
use super::slot::{Role, Slot};
use super::walk::MAX_WORLDS;

const FABRIC: &str = "Microsoft.RecoveryServices/vaults/replicationFabrics";

/// The region and subscription of the disks that a set encrypts: null where that need not be checked, or is not known.
#[derive(Clone, Debug)]
pub(crate) struct Whereabouts {
    pub(crate) region: Value,
    pub(crate) subscription: Value,
    /// Whether they are elsewhere than the resource itself.
    pub(crate) elsewhere: bool,
}

impl View<'_> {
    /// The properties by which the service at `node` may name an encryption set, in the worlds where it is deployed.
    pub(super) fn service_slots(&self, node: NodeId) -> Vec<Slot> {
        let Some(resource) = self.resource(node) else { return Vec::new() };
        let rows = ROWS.iter().zip(0u16..).filter(|(row, _)| row.kind == resource.kind.folded());
        let mut slots = Vec::new();
        for (row, index) in rows {
            for world in self.present(node, &World::any()) {
                for (world, object) in self.objects(node, row.object, &world) {
                    slots.push(Slot { node, world, role: Role::Service(index), object });
                }
            }
        }
        slots.truncate(MAX_WORLDS);
        slots
    }

    /// The paths for `path`, a list's indices in place of `[]`.
    fn objects(&self, node: NodeId, path: &str, world: &World) -> Cases<String> {
        match path.split_once("[]") {
            Some((list, rest)) => self.items(node, list, world).map(|(item, _)| format!("{item}{rest}")),
            None => Cases::one(world.clone(), path.to_owned()),
        }
    }

    /// The region and subscription of the disks of `slot`, in each world within `world`.
    pub(crate) fn whereabouts(&self, slot: &Slot, world: &World) -> Cases<Whereabouts> {
        let own = |path: &str| self.get(slot.node, path);
        let row = match slot.role {
            Role::Service(index) => service_at(index),
            _ => None,
        };
        let subscription =
            self.resource(slot.node).map_or_else(Value::null, |resource| resource.scope.subscription.clone());
        let Some(row) = row else {
            let here = Whereabouts { region: own("location"), subscription, elsewhere: false };
            return Cases::one(world.clone(), here);
        };
        let asked = |asked: bool, value: Value| if asked { value } else { Value::null() };
        let Some(group) = row.group else {
            let here = Whereabouts {
                region: asked(row.region, own("location")),
                subscription: asked(row.subscription, subscription),
                elsewhere: false,
            };
            return Cases::one(world.clone(), here);
        };
        self.group_subscription(slot, group, world).and_then(|world, subscription| {
            let regions = match row.container {
                Some(container) => self.fabric_region(slot, container, &world),
                None => Cases::one(world, Value::null()),
            };
            regions.map(|region| Whereabouts {
                region: asked(row.region, region),
                subscription: asked(row.subscription, subscription.clone()),
                elsewhere: true,
            })
        })
    }

    /// The subscription of the resource group that `property` names: at the slot's object, or at the one around it.
    fn group_subscription(&self, slot: &Slot, property: &str, world: &World) -> Cases<Value> {
        let nearest = slot.at(property);
        let path = if self.get(slot.node, &nearest).is_null() { around(slot, property) } else { nearest };
        self.targets(slot.node, &path, world).map(|target| match target {
            Target::Node(group) => self.resource(group).map_or_else(Value::null, |r| r.scope.subscription.clone()),
            Target::Id(id) => id.subscription.unwrap_or_else(Value::null),
            Target::Nothing | Target::Unknown => Value::null(),
        })
    }

    /// The region of the fabric that holds the protection container which `property` names.
    fn fabric_region(&self, slot: &Slot, property: &str, world: &World) -> Cases<Value> {
        self.targets(slot.node, &around(slot, property), world).and_then(|world, target| {
            let (names, scope) = match target {
                Target::Node(container) => match self.resource(container) {
                    Some(resource) => (resource.names.clone(), Some(resource.scope.clone())),
                    None => (Vec::new(), None),
                },
                Target::Id(id) => (id.names, None),
                Target::Nothing | Target::Unknown => (Vec::new(), None),
            };
            let (Some(names), Some(own)) = (names.get(..2), self.resource(slot.node)) else {
                return Cases::one(world, Value::null());
            };
            let scope = scope.unwrap_or_else(|| own.scope.clone());
            let fabric = ResourceId::in_scope(&scope, FABRIC, names.to_vec());
            self.find(&fabric, &world, slot.node.deployment).map(|target| match target {
                Target::Node(fabric) => self.get(fabric, "properties.customDetails.location"),
                _ => Value::null(),
            })
        })
    }

    /// The keys that the service at `node` uses for its managed disks.
    pub(super) fn keys_of_service(&self, node: NodeId) -> Vec<SetKey> {
        let row = self.resource(node).and_then(|resource| key_service_of(resource.kind.folded()));
        let Some(row) = row else { return Vec::new() };
        let mut out = Vec::new();
        for world in self.present(node, &World::any()) {
            for (world, url) in self.service_url(node, row, &world) {
                out.extend(self.read_url(node, &url, &world));
                if out.len() > MAX_WORLDS {
                    return out;
                }
            }
        }
        out
    }

    fn service_url(&self, node: NodeId, row: &KeyService, world: &World) -> Cases<Value> {
        self.values(node, row.url, world).and_then(|world, whole| {
            if !whole.is_null() {
                return Cases::one(world, whole);
            }
            let parts = self.values(node, row.uri, &world).and_then(|world, uri| {
                self.values(node, row.name, &world).and_then(|world, name| {
                    self.values(node, row.version, &world).map(|version| (uri.clone(), name.clone(), version))
                })
            });
            parts.filter(|(uri, name, _)| !uri.is_null() && !name.is_null()).map(|(uri, name, version)| {
                let slash = uri.as_str().is_some_and(|uri| !uri.ends_with('/'));
                let between = if slash { "/keys/" } else { "keys/" };
                let mut url = vec![uri, Value::string(between), name];
                if !version.is_null() {
                    url.extend([Value::string("/"), version]);
                }
                concat(&url)
            })
        })
    }

    /// The property in which the set or service at `node` states its key.
    pub(crate) fn key_property(&self, node: NodeId) -> &'static str {
        let row = self.resource(node).and_then(|resource| key_service_of(resource.kind.folded()));
        match row {
            Some(row) if self.get(node, row.url).is_null() => row.name,
            Some(row) => row.url,
            None => super::set_key::KEY_URL,
        }
    }

    /// The noun for the set or service at `node`.
    pub(crate) fn key_user_noun(&self, node: NodeId) -> &'static str {
        let row = self.resource(node).and_then(|resource| key_service_of(resource.kind.folded()));
        row.map_or("encryption set", |row| row.what)
    }

    /// The same with its address.
    pub(crate) fn key_user(&self, node: NodeId) -> String {
        format!("{} {}", self.key_user_noun(node), self.name_with(node, ""))
    }

    /// The Azure Disk Encryption that a service states for the disk of `slot`: the property, and its value.
    pub(super) fn service_ade(&self, slot: &Slot, world: &World) -> Cases<(String, Value)> {
        let Role::Service(index) = slot.role else { return Cases::none() };
        let Some(property) = service_at(index).and_then(|row| row.ade) else { return Cases::none() };
        let path = slot.at(property);
        let is_stated = |value: &Value| match &value.kind {
            Kind::String(text) => !text.is_empty(),
            Kind::Template(_) | Kind::Ref(_) => true,
            _ => false, // … an unknown value may be empty
        };
        self.values(slot.node, &path, world).filter(is_stated).map(|value| (path.clone(), value))
    }
}

/// The path of `property` in the object around the list that contains the slot's object, or in the one that contains the slot's object.
fn around(slot: &Slot, property: &str) -> String {
    let mut list = PropertyPath::from(&*slot.object);
    while let (None, Some(before)) = (list.last_name(), list.parent()) {
        list = before;
    }
    let holder = list.parent().filter(|holder| !holder.is_empty());
    holder.map_or_else(|| format!("properties.{property}"), |holder| format!("{holder}.{property}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_around_an_item_or_an_object_is_its_holder() {
        let slot = |object: &str| Slot {
            node: NodeId { deployment: cmklint_graph::DeploymentId(0), index: 0 },
            world: World::any(),
            role: Role::Service(0),
            object: object.to_owned(),
        };
        assert_eq!(around(&slot("properties.a.disks[3]"), "group"), "properties.a.group");
        assert_eq!(around(&slot("properties.a.defaults"), "group"), "properties.a.group");
    }
}
