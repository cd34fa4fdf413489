//! What rules found, one world and one instance at a time: what the engine joins into [`Finding`]s.

use cmklint_graph::{NodeId, World};

use crate::finding::Finding;

/// What rules found, before what is the same is joined.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) raw: Vec<Raw>,
}

/// A finding in one world, of one instance.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) finding: Finding,
    /// The resource at fault.
    pub(crate) node: NodeId,
    pub(crate) world: World,
    /// Whether all resources that take part are certainly deployed in that world.
    pub(crate) decided: bool,
    /// What tells faults at one place apart, whatever the instance.
    pub(crate) shape: String,
}

impl Findings {
    pub(crate) fn push(&mut self, raw: Raw) {
        self.raw.push(raw);
    }
}
