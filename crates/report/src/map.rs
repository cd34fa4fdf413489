//! The estate as a picture or as data for other programs: `cmklint graph`.

pub(crate) mod dot;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod mermaid;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use cmklint_rules::{EstateMap, Finding, MappedEdge, MappedResource, MappedTarget};
use cmklint_source::Sources;

use crate::DisplayPaths;

/// How the estate is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapFormat {
    /// A Mermaid flowchart, which GitHub, GitLab and many wikis show.
    #[default]
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// Data, by the schema `docs/schema/graph-1.json`.
    Json,
    /// One page for a browser, which needs no network.
    Html,
}

impl MapFormat {
    /// All formats, with the names that select them.
    pub const ALL: [(&str, Self); 4] =
        [("mermaid", Self::Mermaid), ("dot", Self::Dot), ("json", Self::Json), ("html", Self::Html)];
}

impl FromStr for MapFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == text);
        let names = Self::ALL.map(|(name, _)| name).join(", ");
        found.map(|(_, format)| format).ok_or_else(|| format!("no such format of a graph: {text} ({names})"))
    }
}

/// What is written: the estate's map, and the findings.
#[derive(Debug)]
pub struct MapReport<'a> {
    /// The resources and their relations.
    pub map: &'a EstateMap,
    /// The findings.
    pub findings: &'a [Finding],
    /// The files that spans refer to.
    pub sources: &'a Sources,
    /// How paths are shown.
    pub paths: DisplayPaths,
}

impl MapReport<'_> {
    /// The rules that an edge violates: those with a finding in which both of its ends take part.
    fn broken(&self, edge: &MappedEdge) -> BTreeSet<&'static str> {
        let MappedTarget::Node(to) = edge.to else { return BTreeSet::new() };
        let (Some(from), Some(to)) = (self.map.resource(edge.from), self.map.resource(to)) else {
            return BTreeSet::new();
        };
        let takes_part = |finding: &&Finding| {
            let has = |resource: &MappedResource| finding.resources.iter().any(|name| **name == *resource.address);
            finding.root() == &from.deployment.root && has(from) && has(to)
        };
        self.findings.iter().filter(takes_part).map(|finding| finding.rule.id).collect()
    }

    /// The resources by their location: subscription, then region.
    fn by_place(&self) -> BTreeMap<String, BTreeMap<String, Vec<usize>>> {
        let mut places: BTreeMap<String, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for (at, resource) in self.map.resources.iter().enumerate() {
            let subscription = shown(&resource.subscription, "subscription");
            // To Azure `West Europe` is `westeurope`.
            let region = match resource.region.text() {
                Some(text) => text.split_whitespace().collect::<String>().to_lowercase(),
                None => shown(&resource.region, "region"),
            };
            places.entry(subscription).or_default().entry(region).or_default().push(at);
        }
        places
    }

    /// The index of the resource at `node`.
    fn number(&self, node: cmklint_rules::NodeId) -> Option<usize> {
        self.map.number(node)
    }
}

/// A value for the title of a group.
fn shown(value: &cmklint_rules::MappedValue, of: &str) -> String {
    match value.text() {
        Some(text) => text.to_owned(),
        None if value.cases.is_empty() => format!("no {of}"),
        None => value.in_words(),
    }
}
