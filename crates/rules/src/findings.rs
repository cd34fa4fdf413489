//! What rules found, one world and one instance at a time, joined by fault while it is collected; the engine makes [`Finding`]s of it.

use cmklint_graph::{NodeId, World, work};
use cmklint_source::Span;
use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHashMap;

use crate::cover::cover_all;
use crate::finding::{Confidence, Finding, Place};
use crate::remedy;

/// At most this many related places are shown for one finding.
const MAX_RELATED: usize = 24;
/// At most this many worlds are kept for one fault. It is then certain only if these cover all.
const MAX_WORLDS: usize = 128;
/// At most this many assumptions are kept, in all of a fault's worlds together.
const MAX_ASSUMPTIONS: usize = 4_096;
/// The cost of keeping a new fault, in steps.
const FAULT_STEPS: usize = 1_000;
/// The cost of keeping another world of it, in steps.
const WORLD_STEPS: usize = 200;
/// The cost of keeping an assumption of a world, in steps.
const ASSUMPTION_STEPS: usize = 16;

/// What rules found, before equal faults are joined.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) raw: Vec<Raw>,
    /// The number of worlds, and of the assumptions in them, that were kept for each fault.
    kept: FxHashMap<(NodeId, Span, String), (usize, usize)>,
}

/// A finding in one world, of one instance.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) finding: Finding,
    /// The resource at fault.
    pub(crate) node: NodeId,
    pub(crate) world: World,
    /// What it assumes besides the world, in words.
    pub(crate) beyond: String,
    /// Whether all resources that take part are certainly deployed in that world.
    pub(crate) decided: bool,
    /// The names of the defaults that it depends on.
    pub(crate) defaults: Vec<String>,
    /// What distinguishes faults at one place, whatever the instance.
    pub(crate) shape: String,
    /// The identity of the fault across editions, where place and shape do not identify it.
    pub(crate) fault: Option<String>,
    /// Where what is at fault was given to the root from outside: in a parameter file, a variable file.
    pub(crate) given_at: Option<Span>,
}

impl Raw {
    /// The same in `world`, a part of its own world.
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

/// Two conditions joined in words; either may be empty.
pub(crate) fn joined(one: &str, other: &str) -> String {
    let and = if one.is_empty() || other.is_empty() { "" } else { " and " };
    format!("{one}{and}{other}")
}

impl Findings {
    /// Adds what was found, unless the [work](work) is spent: then what it depends on may be wrong. No more worlds are kept for one fault
    /// than are looked at.
    pub(crate) fn push(&mut self, raw: Raw) {
        let key = (raw.node, raw.finding.primary.span, raw.shape.clone());
        let (worlds, assumptions) = self.kept.entry(key).or_default();
        let more = raw.world.facts().count();
        if *worlds >= MAX_WORLDS || *worlds > 0 && *assumptions + more > MAX_ASSUMPTIONS {
            return;
        }
        let steps = if *worlds == 0 { FAULT_STEPS } else { WORLD_STEPS };
        if work::pay(steps + ASSUMPTION_STEPS * more) {
            *worlds += 1;
            *assumptions += more;
            self.raw.push(raw);
        }
    }
}

/// One instance's fault, in all worlds where it was found.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) node: NodeId,
    pub(crate) shape: String,
    pub(crate) finding: Finding,
    partners: Partners,
    /// Each world, and the defaults that it depends on there, whatever the related resource.
    worlds: IndexMap<World, Vec<String>>,
    decided: bool,
    /// Where what is at fault was given from outside, in all worlds.
    given_at: Option<Span>,
}

impl Fault {
    pub(crate) fn new(raw: Raw) -> Self {
        let mut partners = Partners::default();
        partners.add(&raw.finding);
        Self {
            node: raw.node,
            shape: raw.shape,
            finding: raw.finding,
            partners,
            worlds: IndexMap::from([(raw.world, raw.defaults)]),
            decided: raw.decided,
            given_at: raw.given_at,
        }
    }

    /// Adds another world of the same instance's fault.
    pub(crate) fn add(&mut self, raw: Raw) {
        remedy::join(&mut self.finding.remedies, raw.finding.remedies.clone());
        self.partners.add(&raw.finding);
        for place in raw.finding.instances.into_iter().flatten() {
            if let Some(own) = self.finding.instances.first_mut().filter(|own| !own.contains(&place)) {
                own.push(place);
            }
        }
        self.decided &= raw.decided;
        self.given_at = self.given_at.filter(|span| raw.given_at == Some(*span));
        self.add_world(raw.world, raw.defaults);
    }

    fn add_world(&mut self, world: World, defaults: Vec<String>) {
        match self.worlds.entry(world) {
            Entry::Occupied(mut known) => known.get_mut().retain(|name| defaults.contains(name)),
            Entry::Vacant(entry) => {
                entry.insert(defaults);
            }
        }
    }

    /// Joins another run's result for the same instance's fault.
    pub(crate) fn join(&mut self, other: Self) {
        remedy::join(&mut self.finding.remedies, other.finding.remedies);
        self.partners.join(other.partners);
        for place in other.finding.instances.into_iter().flatten() {
            if let Some(own) = self.finding.instances.first_mut().filter(|own| !own.contains(&place)) {
                own.push(place);
            }
        }
        self.decided &= other.decided;
        self.given_at = self.given_at.filter(|span| other.given_at == Some(*span));
        for (world, defaults) in other.worlds {
            self.add_world(world, defaults);
        }
    }

    /// Where what is at fault was given from outside.
    pub(crate) fn given_at(&self) -> Option<Span> {
        self.given_at
    }

    /// Whether it is found only in worlds that change a switch.
    pub(crate) fn is_switched(&self) -> bool {
        self.worlds.keys().all(|world| world.turned().is_some())
    }

    /// The finding, certain where its worlds cover all, and what takes part in it.
    pub(crate) fn finish(mut self) -> (Finding, Partners) {
        let defaults: IndexSet<&String> = self.worlds.values().flatten().collect();
        if self.decided && cover_all(self.worlds.keys()) {
            self.finding.world = String::new();
            self.finding.confidence = if defaults.is_empty() { Confidence::Certain } else { Confidence::Conditional };
        }
        self.finding.notes.extend(defaults.iter().map(|name| format!("this rests on the default of {name}")));
        (self.finding, self.partners)
    }
}

/// The places and resources that take part in one fault, each once, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Partners {
    places: IndexSet<Place>,
    resources: IndexSet<String>,
}

impl Partners {
    fn add(&mut self, finding: &Finding) {
        self.places.extend(finding.related.iter().cloned());
        self.resources.extend(finding.resources.iter().cloned());
    }

    /// Adds those of another instance.
    pub(crate) fn join(&mut self, other: Self) {
        self.places.extend(other.places);
        self.resources.extend(other.resources);
    }

    /// Puts them into `finding`. What exceeds the limit is counted in a note.
    pub(crate) fn tell(self, finding: &mut Finding) {
        let primary = finding.primary.span;
        let places: Vec<Place> = self.places.into_iter().filter(|place| place.span != primary).collect();
        let left_out = places.len().saturating_sub(MAX_RELATED);
        if left_out > 0 {
            finding.notes.push(format!("{left_out} more places take part, beyond the {MAX_RELATED} that are listed"));
        }
        finding.related = places.into_iter().take(MAX_RELATED).collect();
        finding.resources = self.resources.into_iter().take(MAX_RELATED).collect();
    }
}
