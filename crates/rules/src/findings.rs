//! What rules found, one world and one instance at a time: what the engine joins into [`Finding`]s.

use cmklint_graph::{NodeId, World};

use crate::finding::{Confidence, Finding};

/// What rules found, before what is the same is joined.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) raw: Vec<Raw>,
}

/// A finding in one world, of one instance.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) finding: Finding,
    /// The resource at fault.
    pub(crate) node: NodeId,
    pub(crate) world: World,
    /// What it rests on beyond the world, in words.
    pub(crate) beyond: String,
    /// Whether all resources that take part are certainly deployed in that world.
    pub(crate) decided: bool,
    /// The names of the defaults that it rests on.
    pub(crate) defaults: Vec<String>,
    /// What tells faults at one place apart, whatever the instance.
    pub(crate) shape: String,
    /// What the fault is in any edition, where it is not told by place and shape.
    pub(crate) fault: Option<String>,
}

impl Raw {
    /// The same in `world`, which is a part of its own.
    pub(crate) fn in_world(&self, world: World) -> Self {
        let mut raw = self.clone();
        if world != raw.world {
            raw.finding.confidence = Confidence::Conditional;
            raw.finding.world = joined(&world.describe(), &raw.beyond);
            raw.world = world;
        }
        raw
    }
}

/// Two conditions in words, either of which may be none.
pub(crate) fn joined(one: &str, other: &str) -> String {
    let and = if one.is_empty() || other.is_empty() { "" } else { " and " };
    format!("{one}{and}{other}")
}

impl Findings {
    pub(crate) fn push(&mut self, raw: Raw) {
        self.raw.push(raw);
    }
}
