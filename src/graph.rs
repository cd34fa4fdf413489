//! The graph of resources, as other programs walk it.

use cmklint_cli::codebase::Codebase;
use cmklint_rules::{EstateMap, MappedEdge, MappedResource, MappedRole, MappedTarget};

use crate::finding::Place;

/// The resources around keys and encrypted disks of all that was analyzed, and what leads from one to another.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'r> {
    pub(crate) map: &'r EstateMap,
    pub(crate) codebase: &'r Codebase,
}

/// A resource.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'r> {
    resource: &'r MappedResource,
    graph: Graph<'r>,
}

/// What leads from one resource to another.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'r> {
    edge: &'r MappedEdge,
    graph: Graph<'r>,
}

/// Why one resource leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A disk, machine, snapshot or image version is encrypted with a set.
    EncryptedWith,
    /// A set takes a key.
    TakesKey,
    /// A key is of a vault or managed HSM.
    InVault,
    /// A disk, snapshot or image is made from another.
    MadeFrom,
    /// A machine attaches a disk.
    Attaches,
}

impl<'r> Graph<'r> {
    /// The resources, by root, in the order of the code.
    pub fn resources(self) -> impl Iterator<Item = Resource<'r>> {
        self.map.resources.iter().map(move |resource| Resource { resource, graph: self })
    }
}

impl<'r> Resource<'r> {
    /// What it is: `vault`, `managedHsm`, `key`, `encryptionSet`, `disk`, `snapshot`, `image`, `imageVersion`, `machine` or `scaleSet`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.resource.kind.as_str()
    }

    /// Its type, as ARM has it: `Microsoft.Compute/disks`.
    #[must_use]
    pub fn resource_type(&self) -> &'r str {
        &self.resource.resource_type
    }

    /// Its address in its own language.
    #[must_use]
    pub fn address(&self) -> &'r str {
        &self.resource.address
    }

    /// Its own name, where it is known and always the same.
    #[must_use]
    pub fn name(&self) -> Option<&'r str> {
        self.resource.name.text()
    }

    /// Its region, where it is known and always the same.
    #[must_use]
    pub fn region(&self) -> Option<&'r str> {
        self.resource.region.text()
    }

    /// Where it is declared.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::of(self.resource.span, self.graph.codebase)
    }

    /// What leads from it to others.
    pub fn leads_to(&self) -> impl Iterator<Item = Edge<'r>> {
        let graph = self.graph;
        graph.map.from(self.resource.node).map(move |edge| Edge { edge, graph })
    }

    /// What leads to it from others.
    pub fn reached_from(&self) -> impl Iterator<Item = Edge<'r>> {
        let graph = self.graph;
        graph.map.to(self.resource.node).map(move |edge| Edge { edge, graph })
    }
}

impl<'r> Edge<'r> {
    /// Why.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.edge.role {
            MappedRole::EncryptedWith => Role::EncryptedWith,
            MappedRole::TakesKey => Role::TakesKey,
            MappedRole::InVault => Role::InVault,
            MappedRole::MadeFrom => Role::MadeFrom,
            MappedRole::Attaches => Role::Attaches,
        }
    }

    /// Where it starts.
    #[must_use]
    pub fn source(&self) -> Option<Resource<'r>> {
        self.graph.map.resource(self.edge.from).map(|resource| Resource { resource, graph: self.graph })
    }

    /// Where it leads; `None` where the code only names that resource.
    #[must_use]
    pub fn target(&self) -> Option<Resource<'r>> {
        let MappedTarget::Node(node) = self.edge.to else { return None };
        self.graph.map.resource(node).map(|resource| Resource { resource, graph: self.graph })
    }

    /// When it is so, in words; `None` where it always is.
    #[must_use]
    pub fn when(&self) -> Option<&'r str> {
        Some(self.edge.when.as_str()).filter(|words| !words.is_empty())
    }

    /// The property that says so.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::of(self.edge.span, self.graph.codebase)
    }
}
