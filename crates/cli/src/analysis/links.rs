//! What roots give one another: states that one writes and another reads, and links that the configuration states. Who gives is evaluated before who takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{Environment, Environments, Estate, Handed, Meeting, StepKind, Value, take_over};
use cmklint_source::{Diagnostic, Severity, Span};
use cmklint_terraform::{StateKey, StateRead, Workspace};
use rayon::prelude::*;

use super::{Evaluated, Job, Run, deployment_id};
use crate::config::{LinkConfig, nearest};

/// What a deployment needs of another.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// The job that gives it.
    pub(super) from: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    State(StateRead),
    /// The link's place in the configuration.
    Link(usize),
}

/// What a job gets of others.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) terraform: cmklint_terraform::FromOtherRoots,
    handed: Handed,
}

/// What a job gives to others.
struct Gift {
    outputs: BTreeMap<Arc<str>, Value>,
    handed: Handed,
}

impl Run<'_> {
    /// What each of `jobs` needs of the others. Roots that were passed over are added where one of them gives something.
    pub(super) fn needs(&mut self, jobs: &mut Vec<Job>) -> Vec<Vec<Need>> {
        self.check_links();
        let mut reads: Vec<Vec<StateRead>> = Vec::new();
        let mut written: BTreeMap<StateKey, Vec<String>> = BTreeMap::new();
        let mut looked_for_states = false;
        loop {
            let new: Vec<Vec<StateRead>> = jobs[reads.len()..].par_iter().map(|job| self.reads(job)).collect();
            reads.extend(new);
            if !looked_for_states && reads.iter().any(|reads| !reads.is_empty()) {
                looked_for_states = true;
                written = self.written();
            }
            let wanted: BTreeSet<&String> = reads
                .iter()
                .flatten()
                .filter_map(|read| written.get(&read.key))
                .flatten()
                .chain(self.request.links.iter().filter(|l| jobs.iter().any(|j| j.root() == l.root)).map(|l| &l.from))
                .collect();
            let add: Vec<String> = self.passed.iter().filter(|root| wanted.contains(root)).cloned().collect();
            if add.is_empty() {
                break;
            }
            for root in add {
                self.passed.remove(&root);
                self.statistics.passed_over -= 1;
                jobs.extend(self.jobs_of(&root));
            }
        }
        let all = jobs.iter().enumerate().map(|(i, job)| (deployment_id(i), job.environment().clone()));
        let environments = Environments::new(all);
        let mut of_root: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, job) in jobs.iter().enumerate() {
            of_root.entry(job.root()).or_default().push(i);
        }
        let giver = |taker: usize, roots: &[String], workspace: Option<&str>| {
            let candidates = roots.iter().filter_map(|root| of_root.get(root.as_str())).flatten().copied();
            choose(taker, candidates.collect(), workspace, &environments)
        };
        let mut needs: Vec<Vec<Need>> = vec![Vec::new(); jobs.len()];
        for (taker, reads) in reads.into_iter().enumerate() {
            for read in reads {
                let Some(roots) = written.get(&read.key) else { continue };
                let workspace = if let Workspace::Named(name) = &read.workspace { Some(name.as_str()) } else { None };
                if let (Some(from), Some(needs)) = (giver(taker, roots, workspace), needs.get_mut(taker)) {
                    needs.push(Need { from, what: What::State(read.clone()) });
                }
            }
        }
        for (at, link) in self.request.links.iter().enumerate() {
            for taker in of_root.get(link.root.as_str()).into_iter().flatten() {
                let from = giver(*taker, std::slice::from_ref(&link.from), None);
                if let (Some(from), Some(needs)) = (from, needs.get_mut(*taker)) {
                    needs.push(Need { from, what: What::Link(at) });
                }
            }
        }
        needs
    }

    /// The states that the job's root reads.
    fn reads(&self, job: &Job) -> Vec<StateRead> {
        let Job::Terraform { dir, tfvars, .. } = job else { return Vec::new() };
        if !self.folder_mentions(dir, &|text| text.contains(cmklint_terraform::DATA_SOURCE)) {
            return Vec::new();
        }
        cmklint_terraform::Root::new(dir, self.sources, &self.request.terraform).with_tfvars(tfvars).states_read()
    }

    /// The Terraform roots by the state that each writes.
    fn written(&self) -> BTreeMap<StateKey, Vec<String>> {
        let dirs: Vec<&String> = self.roots.iter().filter(|root| !self.templates.contains(*root)).collect();
        let keys: Vec<Option<StateKey>> = dirs
            .par_iter()
            .map(|root| {
                let dir = if *root == "." { "" } else { root.as_str() };
                cmklint_terraform::Root::new(dir, self.sources, &self.request.terraform).state_written()
            })
            .collect();
        let mut out: BTreeMap<StateKey, Vec<String>> = BTreeMap::new();
        for (dir, key) in dirs.into_iter().zip(keys) {
            if let Some(key) = key {
                out.entry(key).or_default().push(dir.clone());
            }
        }
        out
    }

    /// Evaluates `jobs`, each as the deployment of its place.
    pub(super) fn evaluate_all(&self, jobs: &[Job], needs: &[Vec<Need>]) -> Vec<Evaluated> {
        self.evaluate_as(jobs, needs, (0..jobs.len()).collect(), &|i| i).into_values().collect()
    }

    /// Evaluates the jobs at `wanted` and those that they need something of, each after these and as the deployment whose place `place` says. Where they need one
    /// another in a circle, they get nothing.
    pub(super) fn evaluate_as(
        &self,
        jobs: &[Job],
        needs: &[Vec<Need>],
        wanted: Vec<usize>,
        place: &(dyn Fn(usize) -> usize + Sync),
    ) -> BTreeMap<usize, Evaluated> {
        let givers: BTreeSet<usize> = needs.iter().flatten().map(|need| need.from).collect();
        let mut gifts: BTreeMap<usize, Gift> = BTreeMap::new();
        let mut done: BTreeMap<usize, Evaluated> = BTreeMap::new();
        let none = Vec::new();
        let mut all: BTreeSet<usize> = BTreeSet::new();
        let mut open = wanted;
        while let Some(job) = open.pop() {
            if all.insert(job) {
                open.extend(needs.get(job).unwrap_or(&none).iter().map(|need| need.from));
            }
        }
        let mut open: Vec<usize> = all.into_iter().collect();
        while !open.is_empty() {
            let needs = |i: usize| needs.get(i).unwrap_or(&none);
            let (mut ready, mut later): (Vec<usize>, Vec<usize>) =
                open.into_iter().partition(|i| needs(*i).iter().all(|need| done.contains_key(&need.from)));
            if ready.is_empty() {
                std::mem::swap(&mut ready, &mut later);
            }
            let made: Vec<(usize, Evaluated, Handed)> = ready
                .par_iter()
                .filter_map(|i| {
                    let mut received = self.received(needs(*i), &gifts, jobs);
                    received.terraform.outputs_wanted = givers.contains(i);
                    let mut evaluated = self.evaluate(jobs.get(*i)?, place(*i), &received);
                    if let Some(deployment) = &mut evaluated.deployment {
                        take_over(deployment, &received.handed);
                    }
                    Some((*i, evaluated, received.handed))
                })
                .collect();
            for (i, evaluated, handed) in made {
                if givers.contains(&i) {
                    gifts.insert(i, gift(&evaluated, handed));
                }
                done.insert(i, evaluated);
            }
            open = later;
        }
        done
    }

    fn received(&self, needs: &[Need], gifts: &BTreeMap<usize, Gift>, jobs: &[Job]) -> Received {
        let mut received = Received::default();
        for need in needs {
            let Some(gift) = gifts.get(&need.from) else { continue };
            received.handed.extend(gift.handed.iter().map(|(key, r)| (key.clone(), r.clone())));
            match &need.what {
                What::State(read) => {
                    let label = jobs.get(need.from).map_or_else(String::new, |job| job.key().to_string());
                    received.terraform.states.insert(read.clone(), (label, gift.outputs.clone()));
                }
                What::Link(at) => {
                    let Some(link) = self.request.links.get(*at) else { continue };
                    for input in &link.inputs {
                        let output = gift.outputs.iter().find(|(name, _)| same(link, name, &input.output, true));
                        let Some((_, value)) = output else { continue };
                        let value = match input.output_span {
                            Some(span) => value.clone().via(span, StepKind::Input, input.name.as_str()),
                            None => value.clone(),
                        };
                        received.terraform.variables.insert(input.name.clone(), value);
                    }
                }
            }
        }
        received
    }

    /// Says what is wrong with the links of the configuration: roots, inputs and outputs that don't exist.
    fn check_links(&mut self) {
        let mut wrong = Vec::new();
        for link in &self.request.links {
            let mut whole = true;
            for (root, span) in [(&link.root, link.root_span), (&link.from, link.from_span)] {
                if self.roots.contains(root) {
                    continue;
                }
                whole = false;
                // A root that these paths don't hold is no fault of the configuration.
                let folder = if root == "." { "" } else { root };
                let is_there = self.sources.is_file(root) || !self.sources.files_in(folder).is_empty();
                let known: Vec<&str> = self.roots.iter().map(String::as_str).collect();
                wrong.push(match is_there {
                    true => complaint(Severity::Note, span, format!("{root} is no root of this run"), ""),
                    false => complaint(Severity::Error, span, format!("no such root: {root}"), &nearest(root, &known)),
                });
            }
            if !whole {
                continue;
            }
            let (inputs, outputs) = (self.inputs_of(&link.root), self.outputs_of(&link.from));
            for input in &link.inputs {
                let sides = [
                    (&inputs, &input.name, input.name_span, "input", &link.root, false),
                    (&outputs, &input.output, input.output_span, "output", &link.from, true),
                ];
                for (known, name, span, what, root, output) in sides {
                    if !known.iter().any(|k| same(link, k, name, output)) {
                        let known: Vec<&str> = known.iter().map(|k| &**k).collect();
                        let message = format!("{root} has no {what} {name}");
                        wrong.push(complaint(Severity::Error, span, message, &nearest(name, &known)));
                    }
                }
            }
        }
        self.diagnostics.extend(wrong);
    }

    fn inputs_of(&self, root: &str) -> Vec<Arc<str>> {
        if self.templates.contains(root) {
            let names =
                |p: &crate::templates::Parsed| p.template.as_ref().map(|t| t.parameters.keys().cloned().collect());
            return self.store.with(root, names).flatten().unwrap_or_default();
        }
        let dir = if root == "." { "" } else { root };
        cmklint_terraform::variables_of(dir, self.sources, &self.request.terraform.cache)
    }

    fn outputs_of(&self, root: &str) -> Vec<Arc<str>> {
        if self.templates.contains(root) {
            let names = |p: &crate::templates::Parsed| p.template.as_ref().map(|t| t.outputs.keys().cloned().collect());
            return self.store.with(root, names).flatten().unwrap_or_default();
        }
        let dir = if root == "." { "" } else { root };
        cmklint_terraform::outputs_of(dir, self.sources, &self.request.terraform.cache)
    }
}

/// Whether two names of an input or output are one: a template's have no case.
fn same(link: &LinkConfig, a: &str, b: &str, output: bool) -> bool {
    let root = if output { &link.from } else { &link.root };
    let template = root.ends_with(".bicep") || root.ends_with(".json") || root.ends_with(".jsonc");
    if template { a.eq_ignore_ascii_case(b) } else { a == b }
}

fn complaint(severity: Severity, span: Option<Span>, message: String, help: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(severity, "config", message);
    diagnostic.span = span;
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

/// The one of `candidates` that gives `taker` something: of those that it may meet the one in the workspace named, or in its own environment.
fn choose(taker: usize, candidates: Vec<usize>, workspace: Option<&str>, environments: &Environments) -> Option<usize> {
    let of = |i: usize| environments.of(deployment_id(i));
    let meets = |i: &usize| environments.meet(deployment_id(taker), deployment_id(*i)) > Meeting::Never;
    let candidates: Vec<usize> = candidates.into_iter().filter(|i| *i != taker && meets(i)).collect();
    let named = |name: &str| -> Vec<usize> {
        candidates.iter().copied().filter(|i| of(*i).is_some_and(|e| e.name() == name)).collect()
    };
    let own = of(taker).map_or("", Environment::name);
    let folded = workspace.map(|name| Environment::new("", name).name().to_owned());
    for name in [folded.as_deref().unwrap_or(own), own] {
        if let [only] = named(name)[..] {
            return Some(only);
        }
    }
    if let [only] = candidates[..] { Some(only) } else { None }
}

fn gift(evaluated: &Evaluated, received: Handed) -> Gift {
    let mut handed = received;
    let estate = Estate::new(evaluated.deployment.clone().into_iter().collect());
    let over = |(name, value): (&Arc<str>, &Value)| (Arc::clone(name), estate.hand_over(value, &mut handed));
    let outputs = evaluated.outputs.iter().map(over).collect();
    Gift { outputs, handed }
}
