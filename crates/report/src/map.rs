//! The estate as a picture or as data for other programs: `cmklint graph`.

pub(crate) mod dot;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod mermaid;

use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// Which edges violate which rules.
    fn broken(&self) -> Broken<'_> {
        let mut by_address: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, finding) in self.findings.iter().enumerate() {
            for address in &finding.resources {
                let found = by_address.entry(address).or_default();
                // A finding may name a resource twice.
                if found.last() != Some(&at) {
                    found.push(at);
                }
            }
        }
        Broken { report: self, by_address }
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

/// Which edges violate which rules: those with a finding in which both of the edge's ends take part.
struct Broken<'r> {
    report: &'r MapReport<'r>,
    /// The findings, by their places, in which a resource of that address takes part.
    by_address: HashMap<&'r str, Vec<usize>>,
}

impl Broken<'_> {
    /// The rules that `edge` violates.
    fn rules(&self, edge: &MappedEdge) -> BTreeSet<&'static str> {
        let map = self.report.map;
        let MappedTarget::Node(to) = edge.to else { return BTreeSet::new() };
        let (Some(from), Some(to)) = (map.resource(edge.from), map.resource(to)) else { return BTreeSet::new() };
        let of = |resource: &MappedResource| self.by_address.get(&*resource.address).map_or(&[][..], Vec::as_slice);
        let (mut few, mut many) = (of(from), of(to));
        if few.len() > many.len() {
            std::mem::swap(&mut few, &mut many);
        }
        let both = few.iter().filter(|at| many.binary_search(at).is_ok());
        let findings = both.filter_map(|at| self.report.findings.get(*at));
        findings.filter(|finding| finding.root() == &from.deployment.root).map(|finding| finding.rule.id).collect()
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
