//! The rows of the tables of services, read from the repository.

use std::path::Path;

use serde_json::{Value, json};

use super::language::Piece;
use super::{GROUP, put};

/// A property by which a service names an encryption set.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) kind: String,
    object: String,
    property: String,
    pub(crate) confidential: bool,
    group: String,
    pub(crate) container: String,
    pub(crate) region: bool,
    pub(crate) subscription: bool,
    pub(crate) ade: String,
    /// The list of pools, the property in each, and the type of those that are resources of their own.
    pub(crate) ephemeral: Vec<String>,
}

/// A service that takes a key and makes the set by itself.
#[derive(Clone, Debug)]
pub(crate) struct KeyRow {
    pub(crate) kind: String,
    uri: String,
    name: String,
}

/// An argument of azurerm for a service.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) terraform: String,
    arm: String,
    /// How it says what holds it: `group` or `id`, and arguments.
    pub(crate) parent: String,
    /// The block that is repeated, and the list in ARM; empty for an argument of the resource itself.
    pub(crate) block: String,
    list: String,
    /// The argument, and the property.
    pub(crate) from: String,
    to: String,
}

fn fields(path: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates").join(path);
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

pub(crate) fn rows() -> Vec<Row> {
    let of = |row: Vec<String>| {
        let [_, kind, object, property, used, place, region, subscription, ade, ephemeral, ..] = &row[..] else {
            panic!("{row:?}")
        };
        let (group, container) = match place.split_once('+') {
            _ if place == "own" => ("", ""),
            Some(both) => both,
            None => (&**place, ""),
        };
        Row {
            kind: kind.clone(),
            object: object.clone(),
            property: property.clone(),
            confidential: used == "confidential",
            group: group.to_owned(),
            container: container.to_owned(),
            region: region == "yes",
            subscription: subscription == "yes",
            ade: ade.clone(),
            ephemeral: ephemeral.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        }
    };
    fields("rules/data/services.csv").into_iter().map(of).collect()
}

pub(crate) fn key_rows() -> Vec<KeyRow> {
    let of = |row: Vec<String>| KeyRow { kind: row[1].clone(), uri: row[3].clone(), name: row[4].clone() };
    fields("rules/data/key-services.csv").into_iter().map(of).collect()
}

impl Row {
    /// For messages: the type and the object.
    pub(crate) fn object(&self) -> String {
        format!("{} {}.{}", self.kind, self.object, self.property)
    }

    /// Sets a property below the row's object.
    pub(crate) fn put(&self, body: &mut Value, property: &str, value: Value) {
        put(body, &format!("{}.{property}", self.object), value);
    }

    /// The object around the list that the row's object is an item of.
    fn holder(&self) -> &str {
        self.object.rsplit_once('.').map_or("properties", |(holder, _)| holder)
    }

    /// The service, which names the set `set` and, where its disks are made elsewhere, a group of the subscription.
    pub(crate) fn service(&self, set: &str, location: &str) -> Piece {
        let names = ["one", "two", "three", "four"];
        let mut service = Piece::new(
            "service",
            &format!("{}@2024-05-01", self.kind),
            &names[..self.kind.matches('/').count()],
            json!({}),
        );
        service.location = location.to_owned();
        self.put(&mut service.body, &self.property, json!(set));
        if !self.group.is_empty() {
            put(&mut service.body, &format!("{}.{}", self.holder(), self.group), json!(GROUP));
        }
        if !self.container.is_empty() {
            put(&mut service.body, &format!("{}.{}", self.holder(), self.container), json!("@container.id"));
        }
        service
    }

    /// The fabric and the container that tell where the disks are.
    pub(crate) fn containers(&self, region: &str) -> Vec<Piece> {
        let fabrics = "Microsoft.RecoveryServices/vaults/replicationFabrics";
        let fabric = json!({ "customDetails": { "instanceType": "Azure", "location": region } });
        vec![
            Piece::new("fabric", &format!("{fabrics}@2024-04-01"), &["rsv", "to"], fabric),
            Piece {
                depends: vec!["fabric"],
                ..Piece::new(
                    "container",
                    &format!("{fabrics}/replicationProtectionContainers@2024-04-01"),
                    &["rsv", "to", "c"],
                    json!({}),
                )
            },
        ]
    }

    /// azurerm's arguments for the service: those of the resource that states the row's property; none where azurerm has none.
    pub(crate) fn arguments(&self) -> Vec<Argument> {
        let of = |row: Vec<String>| {
            let [terraform, arm, parent, blocks, argument] = &row[..] else { panic!("{row:?}") };
            let pair = |text: &str| text.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
            let ((block, list), (from, to)) = (pair(blocks), pair(argument));
            Argument { terraform: terraform.clone(), arm: arm.clone(), parent: parent.clone(), block, list, from, to }
        };
        let all: Vec<Argument> = fields("terraform/data/services.csv").into_iter().map(of).collect();
        let own = format!("{}.{}", self.object, self.property);
        let stating = all.iter().find(|argument| argument.arm == self.kind && argument.path() == own);
        let resource = stating.map(|argument| argument.terraform.clone());
        all.into_iter().filter(|argument| Some(&argument.terraform) == resource.as_ref()).collect()
    }
}

impl Argument {
    /// The property in ARM, `[]` behind its list.
    pub(crate) fn path(&self) -> String {
        if self.list.is_empty() { self.to.clone() } else { format!("{}[].{}", self.list, self.to) }
    }
}

impl KeyRow {
    /// The service, which takes the key of the root.
    pub(crate) fn service(&self) -> Piece {
        let mut service = Piece::new("service", &format!("{}@2024-05-01", self.kind), &["one"], json!({}));
        put(&mut service.body, &self.uri, json!("@kv.uri"));
        put(&mut service.body, &self.name, json!("k"));
        service.principal = "properties.managedDiskIdentity.principalId";
        service
    }
}
