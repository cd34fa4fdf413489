//! The results of custom rules as rules that the engine runs beside the built-in ones: each of them only returns what was found before.

use std::path::PathBuf;

use cmklint_graph::{Estate, Kind, NodeId, World, cases, work};
use cmklint_rules::{Before, Context, Findings, Rule, RuleMeta};
use cmklint_source::{Diagnostic, Severity};
use rustc_hash::FxHashMap;

use crate::found::{Found, PlaceOf, read};
use crate::input::{EstateState, Input};
use crate::protocol::{Event, Job, RuleFailure};
use crate::rule_set::{CustomRule, RuleSet, text};
use crate::{evaluate, process};

/// Where rules are evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Nowhere: a diagnostic says of each rule that it was not evaluated.
    #[default]
    Nowhere,
    /// In another process of this program, which calls [`serve`](crate::serve) where its one argument is [`ARGUMENT`](crate::ARGUMENT). It is stopped whatever a rule does.
    Process(PathBuf),
    /// In this process. Steps are bounded, memory is not: only for rules that are trusted.
    Here,
}

/// The rules of a run and their results.
#[derive(Debug, Default)]
pub struct Evaluated {
    rules: Vec<EvaluatedRule>,
    /// Errors of rules that could not be evaluated.
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct EvaluatedRule {
    meta: &'static RuleMeta,
    found: Vec<Found>,
}

impl Evaluated {
    /// Evaluates the rules of `set` for which `is_on` over `estate`, and over the earlier estate `before`. Making their input may take `steps` of [work](cmklint_graph::work).
    #[must_use]
    pub fn new(
        set: &RuleSet,
        is_on: &dyn Fn(&RuleMeta) -> bool,
        estate: &Estate,
        before: Option<&Before>,
        host: &Host,
        steps: u64,
    ) -> Self {
        let rules: Vec<&CustomRule> = set.rules().iter().filter(|rule| is_on(rule.meta)).collect();
        if rules.is_empty() {
            return Self::default();
        }
        let warn = |message: &str| Self {
            rules: Vec::new(),
            diagnostics: vec![Diagnostic::new(Severity::Warning, "custom-rule", message)],
        };
        let (input, metered) = work::metered(steps, || Input::new(estate, before));
        let Ok(input) = input else {
            return warn("custom rules were not evaluated: the estate is too large for them");
        };
        if metered.is_spent {
            return warn("custom rules were not evaluated: the estate has too many conditions and resources for them");
        }
        let job = Job { libraries: set.libraries(), rules: rules.iter().map(|rule| text(&rule.file)).collect() };
        let mut out = Self {
            rules: rules.iter().map(|rule| EvaluatedRule { meta: rule.meta, found: Vec::new() }).collect(),
            diagnostics: Vec::new(),
        };
        let mut at = 0;
        let mut sink = |event: Event| match event {
            Event::Begin(number) => at = number,
            Event::End => {}
            Event::Fault(fault) => out.diagnostics.extend(rules.get(at).map(|rule| diagnostic(set, rule, &fault))),
            Event::Found(json) => {
                let (Some(rule), Some(known)) = (out.rules.get_mut(at), rules.get(at)) else { return };
                match read(&json, &input) {
                    Ok(found) => rule.found.extend(found),
                    // The same fault of a rule's results is reported once.
                    Err(why) => {
                        let told = diagnostic(set, known, &RuleFailure::new(why));
                        if !out.diagnostics.contains(&told) {
                            out.diagnostics.push(told);
                        }
                    }
                }
            }
        };
        match host {
            Host::Process(program) => process::run(program, &job, &input.json, &mut sink),
            Host::Here => evaluate::run(&job, &input.json, &mut sink),
            Host::Nowhere => return warn("custom rules were not evaluated: this program has no evaluator"),
        }
        out
    }

    /// The rules, for the engine.
    #[must_use]
    pub fn rules(&self) -> Vec<&dyn Rule> {
        self.rules.iter().map(|rule| rule as &dyn Rule).collect()
    }
}

/// The input that rules get for `estate`, as JSON; `None` where it is too large.
#[must_use]
pub fn input(estate: &Estate, before: Option<&Before>, steps: u64) -> Option<String> {
    work::metered(steps, || Input::new(estate, before)).0.ok().map(|input| input.json)
}

fn diagnostic(set: &RuleSet, rule: &CustomRule, fault: &RuleFailure) -> Diagnostic {
    let message = format!("the rule {}: {}", rule.meta.id, fault.message);
    let place = fault.place.as_ref().and_then(|(path, line, column)| {
        let file = set.file(path)?;
        let start = file.lines().line_start(*line)?;
        let text = file.text().get(start as usize..)?.split('\n').next()?;
        // regorus counts characters from 1.
        let at = text.char_indices().nth(column.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| at);
        let at = start as usize + at;
        let end = (start as usize + text.trim_end().len()).max(at + 1);
        Some(file.span(at, end))
    });
    let span = place.unwrap_or_else(|| rule.file.span(0, rule.file.text().lines().next().map_or(0, str::len)));
    Diagnostic::error("custom-rule", message, span)
}

impl Rule for EvaluatedRule {
    fn meta(&self) -> &'static RuleMeta {
        self.meta
    }

    fn whole_estate(&self) -> bool {
        true
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let mut places = Places::default();
        for found in &self.found {
            if !work::pay(16) {
                return;
            }
            let variant = places.variant(found);
            for world in worlds(cx, found) {
                report(cx, found, &world).variant(variant.clone()).push(out);
            }
        }
    }
}

/// What was found at each place so far. Two faults of one place that can occur together are two findings, distinguished by a number; two that exclude each
/// other are one fault whose message differs by world.
#[derive(Default)]
struct Places(FxHashMap<(NodeId, String, String), Vec<OneFault>>);

/// A fault: its messages, and the worlds that it was found in.
type OneFault = Vec<(String, World)>;

impl Places {
    /// How many faults of one place are distinguished.
    const MOST: usize = 32;

    fn variant(&mut self, found: &Found) -> String {
        let place = (found.at.node, found.at.path.clone(), found.variant.clone());
        let faults = self.0.entry(place).or_default();
        let is_same = |fault: &OneFault| {
            fault.iter().all(|(message, world)| *message == found.message || world.and(&found.world).is_none())
        };
        let known = faults.iter().position(is_same).unwrap_or(faults.len()).min(Self::MOST);
        match faults.get_mut(known) {
            Some(fault) if fault.len() < Self::MOST => fault.push((found.message.clone(), found.world.clone())),
            Some(_) => {}
            None => faults.push(vec![(found.message.clone(), found.world.clone())]),
        }
        if known == 0 { found.variant.clone() } else { format!("{}#{}", found.variant, known + 1) }
    }
}

/// The worlds that `found` holds in: those of its values in which its resources are deployed.
fn worlds(cx: &Context<'_>, found: &Found) -> Vec<World> {
    /// At most this many worlds: further ones would only lengthen `When`.
    const MOST: usize = 32;
    let mut worlds = vec![found.world.clone()];
    let places = std::iter::once(&found.at).chain(&found.values).chain(found.related.iter().map(|(place, _)| place));
    for place in places.filter(|place| place.state == EstateState::Now) {
        worlds = worlds.iter().flat_map(|world| cx.present(place.node, world)).take(MOST).collect();
    }
    worlds
}

fn report<'a>(cx: &'a Context<'a>, found: &Found, world: &World) -> cmklint_rules::FindingBuilder<'a> {
    let mut finding = cx.finding(found.at.node, &found.at.path).world(world).message(&found.message);
    let help = if found.help.is_empty() {
        cmklint_rules::page::Page::parse(cx.rule().page).section("How to put it right")
    } else {
        &found.help
    };
    finding = finding.help(help);
    finding = finding.words(words(cx, &found.at, world).unwrap_or_else(|| "here".to_owned()));
    for place in std::iter::once(&found.at).chain(&found.values) {
        finding = trail(cx, finding, place, world);
    }
    for place in found.values.iter().filter(|place| **place != found.at) {
        // A property that is left out has no place in the code.
        if let Some(words) = words(cx, place, world) {
            finding = beside(finding, found, place, world, &words);
        }
    }
    for (place, words) in &found.related {
        finding = beside(finding, found, place, world, words);
    }
    finding
}

/// Another place of a finding.
fn beside<'a>(
    finding: cmklint_rules::FindingBuilder<'a>,
    found: &Found,
    place: &PlaceOf,
    world: &World,
    words: &str,
) -> cmklint_rules::FindingBuilder<'a> {
    match place.state {
        EstateState::Before => finding.before(place.node, &place.path, world, words),
        EstateState::Now if place.node == found.at.node => finding.related(place.node, &place.path, words),
        EstateState::Now => finding.related(place.node, &place.path, words).against(place.node),
    }
}

/// A compared value in words; `None` where the property is left out.
fn words(cx: &Context<'_>, place: &PlaceOf, world: &World) -> Option<String> {
    if place.path.is_empty() {
        return Some("this resource".to_owned());
    }
    let value = match place.state {
        EstateState::Now => cx.values(place.node, &place.path, world).values().next()?.clone(),
        EstateState::Before => cx.value_before(place.node, &place.path),
    };
    let last = place.path.rsplit('.').next().unwrap_or_default();
    let was = if place.state == EstateState::Before { "was" } else { "is" };
    match &value.kind {
        Kind::Null => None,
        Kind::Array(_) | Kind::Object(_) | Kind::Ref(_) => Some(format!("{last} {was} stated here")),
        _ => Some(format!("{last} {was} {}", value.describe())),
    }
}

/// The trail of a compared value.
fn trail<'a>(
    cx: &Context<'_>,
    finding: cmklint_rules::FindingBuilder<'a>,
    place: &PlaceOf,
    world: &World,
) -> cmklint_rules::FindingBuilder<'a> {
    if place.path.is_empty() {
        return finding;
    }
    match place.state {
        EstateState::Now => match cx.values(place.node, &place.path, world).values().next() {
            Some(value) if !value.is_null() => finding.trail(&place.path, place.node, value),
            _ => finding,
        },
        EstateState::Before => {
            let value = cx.value_before(place.node, &place.path);
            match cases(&value, &World::any()).values().next() {
                Some(value) if !value.is_null() => finding.trail_before(&place.path, place.node, value),
                _ => finding,
            }
        }
    }
}
