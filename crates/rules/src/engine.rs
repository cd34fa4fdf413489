//! Runs rules over an estate and joins their findings. It is given the rules and knows none of them.

use std::collections::BTreeMap;

use cmklint_graph::fault::guarded;
use cmklint_graph::work::{self, Metered};
use cmklint_graph::{DeploymentKey, Estate, NodeId};
use cmklint_source::{Diagnostic, Severity, Span};
use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxHashSet;

use crate::before::{Before, Then};
use crate::context::Context;
use crate::editions::{merged, to_check};
use crate::finding::{Confidence, Finding, Place};
use crate::findings::{Fault, Findings, Partners, Raw};
use crate::meta::Level;
use crate::remedy;
use crate::restriction::Lift;
use crate::rule::Rule;
use crate::settings::Settings;
use crate::units;
use crate::view::{DeploymentResources, View};

/// What the rules found, and what they could not check.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What was cut short, and faults of rules.
    pub diagnostics: Vec<Diagnostic>,
}

/// The name, in diagnostics, of the work that all rules are based on.
const VIEW: &str = "the look at all resources";

/// Joining what was found may take this part of the steps that the rules may.
const JOIN_PART: u64 = 4;

/// A rule, and the resources that it checks: those of one deployment, or all.
type Unit<'a> = (&'a dyn Rule, Option<&'a DeploymentResources>);

/// Runs those of `rules` that are on in `settings` over `estate`, and compares with `before` where that is known. The result is the same whatever the number of
/// threads and the order of deployments: by root, rule and identity, never by file id.
pub(crate) fn run(
    rules: &[&dyn Rule],
    estate: &Estate,
    before: Option<&Before>,
    settings: &Settings,
    worlds: Worlds,
) -> Checked {
    let rules: Vec<&dyn Rule> = rules.iter().copied().filter(|rule| settings.is_on(rule.meta())).collect();
    let mut limits = Told::default();
    let view = View::within(estate, settings.steps, &mut |key, cost| match cost {
        Some(metered) => limits.note(key, VIEW, metered),
        None => limits.fault(key, VIEW),
    });
    let view_then = before.map(|before| View::within(&before.estate, settings.steps, &mut |_, _| {}));
    let then = before.zip(view_then.as_ref()).map(|(before, view)| Then::new(before, view));
    let mut work: Vec<Unit<'_>> = Vec::new();
    for rule in rules {
        if rule.whole_estate() {
            work.push((rule, None));
        } else {
            work.extend(view.parts().iter().map(|part| (rule, Some(part))));
        }
    }
    let shares = |unit: &Unit<'_>| if unit.1.is_none() { view.parts().len() } else { 1 };
    let key_of = |part: Option<&DeploymentResources>| {
        let deployment = part.and_then(|part| part.deployment).and_then(|id| estate.deployment(id));
        deployment.map(|deployment| &deployment.key)
    };
    let name = |(rule, part): &Unit<'_>| {
        let on = key_of(*part).map_or_else(|| "all roots together".to_owned(), ToString::to_string);
        (rule.meta().id, on)
    };
    let done = units::run(&work, settings.steps, shares, name, |(rule, part)| {
        let of_edition = |edition| {
            let mut out = Findings::default();
            rule.check(&Context::new(rule.meta(), settings, edition, &view, *part, then), &mut out);
            (edition, out.raw)
        };
        faults(merged(to_check(rule.meta(), settings).into_iter().map(of_edition).collect(), settings))
    });
    let mut found: Vec<Fault> = Vec::new();
    for ((rule, part), done) in work.iter().zip(done) {
        let key = key_of(*part);
        match done.value {
            Some(faults) => found.extend(faults),
            None => limits.fault(key, &format!("the rule {}", rule.meta().id)),
        }
        limits.note(key, rule.meta().id, done.metered);
    }
    if worlds == Worlds::Switched {
        only_switched(&mut found);
    }
    let (findings, _) = work::metered(settings.steps / JOIN_PART, || join(found, &mut limits));
    Checked { findings, diagnostics: limits.into_diagnostics() }
}

/// The worlds in which findings are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worlds {
    All,
    /// Those that change a switch.
    Switched,
}

/// Keeps the faults that are found in a world with a changed switch, and in none with the defaults.
fn only_switched(found: &mut Vec<Fault>) {
    type Id = (&'static str, NodeId, Span, String);
    let id =
        |fault: &Fault| -> Id { (fault.finding.rule.id, fault.node, fault.finding.primary.span, fault.shape.clone()) };
    let usual: FxHashSet<Id> = found.iter().filter(|fault| !fault.is_switched()).map(id).collect();
    found.retain(|fault| !usual.contains(&id(fault)));
}

/// The faults of an instance: what was found of one fault in several worlds is joined.
fn faults(raw: Vec<Raw>) -> Vec<Fault> {
    let mut faults: IndexMap<(NodeId, Kind), Fault> = IndexMap::new();
    for raw in raw {
        match faults.entry((raw.node, kind(&raw.finding, &raw.shape))) {
            Entry::Occupied(mut fault) => fault.get_mut().add(raw),
            Entry::Vacant(entry) => {
                entry.insert(Fault::new(raw));
            }
        }
    }
    faults.into_values().collect()
}

/// What distinguishes a fault from others, whatever the instance.
type Kind = (&'static str, Level, Option<Lift>, Span, String);

fn kind(finding: &Finding, shape: &str) -> Kind {
    (finding.rule.id, finding.level, finding.lifted, finding.primary.span, shape.to_owned())
}

/// Makes one finding of all that is the same fault: in several worlds, of several instances, in several deployments.
fn join(mut found: Vec<Fault>, told: &mut Told) -> Vec<Finding> {
    // Within a rule and a root, what was found first stays first.
    found.sort_by_cached_key(|fault| order(&fault.finding));
    let mut groups: IndexMap<Kind, Vec<Fault>> = IndexMap::new();
    for fault in found {
        groups.entry(kind(&fault.finding, &fault.shape)).or_default().push(fault);
    }
    let mut out: Vec<Finding> = Vec::new();
    for faults in groups.into_values() {
        let Some(key) = faults.first().map(|fault| fault.finding.deployment.clone()) else { continue };
        match guarded("findings", &key.to_string(), || one_of(of_instances(faults))) {
            Some(finding) => out.extend(finding),
            None => told.fault(Some(&key), "the joining of findings"),
        }
    }
    out.sort_by_cached_key(|finding| (order(finding), finding.identity.clone()));
    out
}

/// One fault of each instance, of all that were found of it.
fn of_instances(found: Vec<Fault>) -> Vec<Fault> {
    let mut faults: IndexMap<NodeId, Fault> = IndexMap::new();
    for fault in found {
        match faults.entry(fault.node) {
            Entry::Occupied(mut known) => known.get_mut().join(fault),
            Entry::Vacant(entry) => {
                entry.insert(fault);
            }
        }
    }
    faults.into_values().collect()
}

/// By what a person calls the deployment, and by rule.
fn order(finding: &Finding) -> (String, &'static str) {
    (finding.deployment.to_string(), finding.rule.id)
}

/// The first certain one of `faults`, else the first, with everything that takes part in any of them and the others by name.
fn one_of(faults: Vec<Fault>) -> Option<Finding> {
    let given_at = faults.first()?.given_at().filter(|span| faults.iter().all(|fault| fault.given_at() == Some(*span)));
    let mut all: Vec<(Finding, Partners)> = faults.into_iter().map(Fault::finish).collect();
    let at = all.iter().position(|(f, _)| f.confidence == Confidence::Certain).unwrap_or(0);
    if at >= all.len() {
        return None;
    }
    let instances: Vec<_> = all.iter().flat_map(|(f, _)| f.instances.clone()).collect();
    let (mut finding, mut partners) = all.remove(at);
    let mut also = Vec::new();
    for (other, its) in all {
        also.push(instance_of(&other, &finding));
        remedy::join(&mut finding.remedies, other.remedies);
        partners.join(its);
    }
    partners.tell(&mut finding);
    finding.instances = instances;
    finding.also = also;
    if let Some(span) = given_at {
        place_at(&mut finding, span);
    }
    Some(finding)
}

/// The instance that `finding` is about, beside `first`, in words: its address, and its deployment where that is another.
fn instance_of(finding: &Finding, first: &Finding) -> String {
    let address = finding.resources.first().map_or("", String::as_str);
    match finding.deployment == first.deployment {
        true => format!("'{address}'"),
        false => format!("'{address}' ({})", finding.deployment),
    }
}

/// Shows `finding` at `span`, where alone it is decided: what is declared is right for other inputs.
fn place_at(finding: &mut Finding, span: Span) {
    finding.related.retain(|place| place.span != span);
    let own = Place::new(finding.primary.span, Place::OWN_PROPERTY);
    finding.related.insert(0, own);
    finding.primary.span = span;
}

/// Who was cut, and where the first value was written of which worlds were left out.
#[derive(Default)]
struct Cut {
    who: Vec<&'static str>,
    at: Option<Span>,
}

/// What rules could not check, by root.
#[derive(Default)]
struct Told {
    /// The rules that were cut short, and those that left worlds out.
    ended: BTreeMap<String, [Cut; 2]>,
    faults: Vec<Diagnostic>,
}

impl Told {
    /// Records what `who`, a rule or the work that all rules are based on, cost in the deployment `key`, or in the whole estate.
    fn note(&mut self, key: Option<&DeploymentKey>, who: &'static str, metered: Metered) {
        if metered.is_spent || metered.is_cut {
            let [ended, cut] = self.ended.entry(key.map_or_else(String::new, ToString::to_string)).or_default();
            let of = if metered.is_spent { ended } else { cut };
            if !of.who.contains(&who) {
                of.who.push(who);
            }
            of.at = of.at.or(metered.at);
        }
    }

    /// Notes a fault of `who` itself: a rule, or what all rules go by.
    fn fault(&mut self, key: Option<&DeploymentKey>, who: &str) {
        let at = key.map_or_else(String::new, |key| format!(" while it looked at {key}"));
        let message = format!("a fault in cmklint itself, in {who}{at}; please report it");
        let diagnostic = about(Diagnostic::new(Severity::Error, "internal", message), key);
        if !self.faults.contains(&diagnostic) {
            self.faults.push(diagnostic);
        }
    }

    fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut out = self.faults;
        for (root, [ended, cut]) in self.ended {
            let of = if root.is_empty() { String::new() } else { format!(" of {root}") };
            let mut tell = |cut: &Cut, message: String, help: &str| {
                if !cut.who.is_empty() {
                    let diagnostic = Diagnostic::new(Severity::Warning, "too-many-worlds", message).help(help);
                    out.push(match cut.at {
                        Some(span) => diagnostic.at(span),
                        None if root.is_empty() => diagnostic,
                        None => diagnostic.about(root.clone()),
                    });
                }
            };
            let message = format!(
                "the conditions and resources{of} are too many to look at all of them: {} ended early, so faults may be missing",
                ended.who.join(", ")
            );
            tell(&ended, message, "`limits` in .cmklint.hcl lets more be looked at");
            let message = format!(
                "the conditions{of} make too many worlds: {} looked at the first of them, so faults in others may be missing",
                cut.who.join(", ")
            );
            tell(&cut, message, "fewer conditions on one value, or inputs that decide them, make fewer worlds");
        }
        out
    }
}

fn about(diagnostic: Diagnostic, key: Option<&DeploymentKey>) -> Diagnostic {
    match key {
        Some(key) => diagnostic.about(key.to_string()),
        None => diagnostic,
    }
}
