//! Runs rules over an estate and joins what they find. It is handed its rules and knows none of them.

use cmklint_graph::{Estate, NodeId, World};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::before::{Before, Then};
use crate::context::Context;
use crate::cover::cover_all;
use crate::finding::{Confidence, Finding};
use crate::findings::{Findings, Raw};
use crate::meta::Level;
use crate::rule::Rule;
use crate::settings::Settings;
use crate::view::{DeploymentResources, View};

/// At most this many related places are named in one finding.
const MAX_RELATED: usize = 24;

/// Runs those of `rules` that `settings` has on over `estate`, with what stood `before` where that is known. The result is the same whatever the number of
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
            let mut out = Findings::default();
            rule.check(&Context::new(rule.meta(), settings, &view, part, then), &mut out);
            out.raw
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
    let mut index: FxHashMap<(&str, Level, cmklint_source::Span, String), usize> = FxHashMap::default();
    let mut groups: Vec<Vec<Fault>> = Vec::new();
    for raw in raw {
        let key = (raw.finding.rule.id, raw.finding.level, raw.finding.primary.span, raw.shape.clone());
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
    worlds: Vec<World>,
    decided: bool,
}

impl Fault {
    fn new(raw: Raw) -> Self {
        Self { node: raw.node, finding: raw.finding, worlds: vec![raw.world], decided: raw.decided }
    }

    fn add(&mut self, raw: Raw) {
        self.decided &= raw.decided;
        if !self.worlds.contains(&raw.world) {
            self.worlds.push(raw.world);
        }
        for place in raw.finding.related {
            if self.finding.related.len() < MAX_RELATED && !self.finding.related.contains(&place) {
                self.finding.related.push(place);
            }
        }
        for place in raw.finding.instances.into_iter().flatten() {
            if let Some(own) = self.finding.instances.first_mut().filter(|own| !own.contains(&place)) {
                own.push(place);
            }
        }
        for resource in raw.finding.resources {
            if self.finding.resources.len() < MAX_RELATED && !self.finding.resources.contains(&resource) {
                self.finding.resources.push(resource);
            }
        }
    }

    fn finish(mut self) -> Finding {
        if self.finding.confidence == Confidence::Conditional && self.decided && cover_all(&self.worlds) {
            self.finding.confidence = Confidence::Certain;
            self.finding.world = String::new();
        }
        self.finding
    }
}

/// The first certain one of `faults`, else the first, with the number of the others.
fn one_of(faults: Vec<Fault>) -> Option<Finding> {
    let also = faults.len().saturating_sub(1);
    let mut all: Vec<Finding> = faults.into_iter().map(Fault::finish).collect();
    let at = all.iter().position(|f| f.confidence == Confidence::Certain).unwrap_or(0);
    let instances: Vec<_> = all.iter().flat_map(|f| f.instances.clone()).collect();
    let mut finding = if at < all.len() { all.swap_remove(at) } else { return None };
    finding.instances = instances;
    finding.also = also;
    Some(finding)
}
