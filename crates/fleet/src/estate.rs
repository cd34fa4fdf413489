//! The resources around keys and encrypted disks, and what leads from one to another, as rows.

use std::path::Path;

use cmklint_cli::analyzer::Report;
use cmklint_rules::{EstateMap, MappedTarget};

use crate::rows::Seen;

/// A resource around keys and encrypted disks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its number among the resources, which edges refer to.
    pub number: u64,
    /// `vault`, `key`, `encryptionSet`, `disk`, …
    pub kind: &'static str,
    /// Its ARM type.
    pub resource_type: String,
    /// Its address in its own language.
    pub address: String,
    /// Its root, and the root's inputs.
    pub root: String,
    /// Its own name; empty where it is not known, or not always the same. So are the next three.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its subscription's id.
    pub subscription: String,
    /// Its resource group's name.
    pub resource_group: String,
    /// The condition under which it is deployed; empty where it always is.
    pub when: String,
    /// Whether the code creates it.
    pub is_declared: bool,
    /// The file that has it.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
}

/// What leads from one resource to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The number of the resource where it starts.
    pub from: u64,
    /// The number of the one that it leads to; `None` where the code only names that.
    pub to: Option<u64>,
    /// What the code names; empty where it leads to a resource.
    pub named: String,
    /// `encryptedWith`, `takesKey`, `inVault`, `madeFrom`, `attaches`.
    pub role: &'static str,
    /// The condition under which it does; empty where it always does.
    pub when: String,
}

/// The resources of `map`, of the estate of `report`, with paths seen from the folder `from`.
#[must_use]
pub fn resources(report: &Report, map: &EstateMap, from: &Path) -> Vec<Resource> {
    let seen = Seen::from(report, from);
    let rows = (0..).zip(&map.resources).map(|(number, resource)| {
        let (path, line, _) = seen.at(resource.span);
        let text = |value: &cmklint_rules::MappedValue| value.text().unwrap_or_default().to_owned();
        Resource {
            number,
            kind: resource.kind.as_str(),
            resource_type: resource.resource_type.to_string(),
            address: resource.address.to_string(),
            root: resource.deployment.to_string(),
            name: text(&resource.name),
            region: text(&resource.region),
            subscription: text(&resource.subscription),
            resource_group: text(&resource.resource_group),
            when: resource.when.clone(),
            is_declared: resource.presence.is_made(),
            path,
            line,
        }
    });
    rows.collect()
}

/// The edges of `map`.
#[must_use]
pub fn edges(map: &EstateMap) -> Vec<Edge> {
    let number = |node| map.number(node).and_then(|number| u64::try_from(number).ok());
    let rows = map.edges.iter().filter_map(|edge| {
        let (to, named) = match &edge.to {
            MappedTarget::Node(node) => (number(*node), String::new()),
            MappedTarget::Id(id) => (None, id.clone()),
        };
        Some(Edge { from: number(edge.from)?, to, named, role: edge.role.as_str(), when: edge.when.clone() })
    });
    rows.collect()
}
