//! Runs rules over an estate and joins what they find. It is handed its rules and knows none of them.

use cmklint_graph::{Estate, NodeId, World};
use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::before::{Before, Then};
use crate::context::Context;
use crate::cover::cover_all;
use crate::editions::{merged, to_check};
use crate::finding::{Confidence, Finding, Place};
use crate::findings::{Findings, Raw};
use crate::meta::Level;
use crate::restriction::Lift;
use crate::rule::Rule;
use crate::settings::Settings;
use crate::view::{DeploymentResources, View};

/// At most this many related places are named in one finding.
const MAX_RELATED: usize = 24;

/// Runs those of `rules` that `settings` has on over `estate`, with what was deployed `before` where that is known. The result is the same whatever the number of
/// threads and the order of deployments: by root, rule and identity, never by file id.
pub(crate) fn run(
    rules: &[&dyn Rule],
    estate: &Estate,
    before: Option<&Before>,
    settings: &Settings,
    worlds: Worlds,
) -> Vec<Finding> {
    let rules: Vec<&dyn Rule> = rules.iter().copied().filter(|rule| settings.is_on(rule.meta())).collect();
    let view = View::new(estate);
    let view_then = before.map(|before| View::new(&before.estate));
    let then = before.zip(view_then.as_ref()).map(|(before, view)| Then::new(before, view));
    let mut work: Vec<(&dyn Rule, Option<&DeploymentResources>)> = Vec::new();
    for rule in rules {
        if rule.whole_estate() {
            work.push((rule, None));
        } else {
            work.extend(view.parts().iter().map(|part| (rule, Some(part))));
        }
    }
    let found: Vec<Vec<Raw>> = work
        .into_par_iter()
        .map(|(rule, part)| {
            let of_edition = |edition| {
                let mut out = Findings::default();
                rule.check(&Context::new(rule.meta(), settings, edition, &view, part, then), &mut out);
                (edition, out.raw)
            };
            merged(to_check(rule.meta(), settings).into_iter().map(of_edition).collect(), settings)
        })
        .collect();
    let mut found: Vec<Raw> = found.into_iter().flatten().collect();
    if worlds == Worlds::Switched {
        only_switched(&mut found);
    }
    join(found)
}

/// Which worlds findings are wanted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worlds {
    All,
    /// Those that turn a switch.
    Switched,
}

/// Leaves what is found in a world that turns a switch, and in none with the defaults.
fn only_switched(found: &mut Vec<Raw>) {
    type Fault = (&'static str, NodeId, cmklint_source::Span, String);
    let fault = |raw: &Raw| -> Fault { (raw.finding.rule.id, raw.node, raw.finding.primary.span, raw.shape.clone()) };
    let usual: FxHashSet<Fault> = found.iter().filter(|raw| raw.world.turned().is_none()).map(fault).collect();
    found.retain(|raw| raw.world.turned().is_some() && !usual.contains(&fault(raw)));
}

/// Makes one finding of all that is the same fault: in several worlds, of several instances, in several deployments.
fn join(mut raw: Vec<Raw>) -> Vec<Finding> {
    // Within a rule and a root, what was found first stays first.
    raw.sort_by_cached_key(|raw| order(&raw.finding));
    let mut index: FxHashMap<(&str, Level, Option<Lift>, cmklint_source::Span, String), usize> = FxHashMap::default();
    let mut groups: Vec<Vec<Fault>> = Vec::new();
    for raw in raw {
        let key =
            (raw.finding.rule.id, raw.finding.level, raw.finding.lifted, raw.finding.primary.span, raw.shape.clone());
        let at = *index.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        let Some(faults) = groups.get_mut(at) else { continue };
        match faults.iter_mut().find(|f| f.node == raw.node) {
            Some(fault) => fault.add(raw),
            None => faults.push(Fault::new(raw)),
        }
    }
    let mut out: Vec<Finding> = groups.into_iter().filter_map(one_of).collect();
    out.sort_by_cached_key(|finding| (order(finding), finding.identity.clone()));
    out
}

/// By what a person calls the deployment, and by rule.
fn order(finding: &Finding) -> (String, &'static str) {
    (finding.deployment.to_string(), finding.rule.id)
}

/// One instance's fault, in all worlds where it was found.
struct Fault {
    node: NodeId,
    finding: Finding,
    partners: Partners,
    /// Each world, and the defaults that it rests on there, whichever partner is looked at.
    worlds: Vec<(World, Vec<String>)>,
    decided: bool,
}

impl Fault {
    fn new(raw: Raw) -> Self {
        let mut partners = Partners::default();
        partners.add(&raw.finding);
        let worlds = vec![(raw.world, raw.defaults)];
        Self { node: raw.node, finding: raw.finding, partners, worlds, decided: raw.decided }
    }

    fn add(&mut self, raw: Raw) {
        self.decided &= raw.decided;
        self.partners.add(&raw.finding);
        match self.worlds.iter_mut().find(|(world, _)| *world == raw.world) {
            Some((_, defaults)) => defaults.retain(|name| raw.defaults.contains(name)),
            None => self.worlds.push((raw.world, raw.defaults)),
        }
        for place in raw.finding.instances.into_iter().flatten() {
            if let Some(own) = self.finding.instances.first_mut().filter(|own| !own.contains(&place)) {
                own.push(place);
            }
        }
    }

    fn finish(mut self) -> (Finding, Partners) {
        let (worlds, defaults): (Vec<World>, Vec<Vec<String>>) = self.worlds.into_iter().unzip();
        let defaults: IndexSet<String> = defaults.into_iter().flatten().collect();
        if cover_all(&worlds) && self.decided {
            self.finding.world = String::new();
            self.finding.confidence = if defaults.is_empty() { Confidence::Certain } else { Confidence::Conditional };
        }
        self.finding.notes.extend(defaults.iter().map(|name| format!("this rests on the default of {name}")));
        (self.finding, self.partners)
    }
}

/// The places and resources that take part in one fault, each once, in the order in which they were found.
#[derive(Default)]
struct Partners {
    places: IndexSet<Place>,
    resources: IndexSet<String>,
}

impl Partners {
    fn add(&mut self, finding: &Finding) {
        self.places.extend(finding.related.iter().cloned());
        self.resources.extend(finding.resources.iter().cloned());
    }

    /// Puts them into `finding`. What is left out beyond the limit is counted in a note.
    fn tell(self, finding: &mut Finding) {
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

/// The first certain one of `faults`, else the first, with what takes part in any of them and the number of the others.
fn one_of(faults: Vec<Fault>) -> Option<Finding> {
    let also = faults.len().saturating_sub(1);
    let mut all: Vec<(Finding, Partners)> = faults.into_iter().map(Fault::finish).collect();
    let at = all.iter().position(|(f, _)| f.confidence == Confidence::Certain).unwrap_or(0);
    if at >= all.len() {
        return None;
    }
    let instances: Vec<_> = all.iter().flat_map(|(f, _)| f.instances.clone()).collect();
    let (mut finding, mut partners) = all.remove(at);
    for (_, its) in all {
        partners.places.extend(its.places);
        partners.resources.extend(its.resources);
    }
    partners.tell(&mut finding);
    finding.instances = instances;
    finding.also = also;
    Some(finding)
}
