//! From files to findings: finds the roots, hands each to its front-end, joins the deployments into one estate and runs the rules.
//! Nothing here prints, and the disk is only read through [`Sources`].

mod base;
mod changed;
mod closure;
mod closures;
mod coverage;
mod documents;
mod evaluate;
mod explore;
mod folder_mentions;
mod grams;
mod groups;
mod held;
mod inputs;
mod job;
mod joins;
mod left_out;
mod links;
mod pieces;
mod reach;
mod reached;
mod read;
mod relevance;
mod request;
mod result;
mod roots;
mod run;
mod segments;
mod specs;
mod stated;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use cmklint_graph::{Estate, Presence};
use cmklint_rules::{Before, Finding};
use cmklint_source::Sources;

pub use base::Base;
pub(crate) use inputs::folders;
pub(crate) use job::Evaluated;
use job::{JobGraph, Taken};
pub use request::{Request, Stated, StatedKind};
pub use result::{Analysis, DeploymentSeen, JoinedTo, RootSeen, Shared, Statistics, UnusedInput};
use run::Run;

use crate::fault::or_told;
use crate::progress::Stage;

/// Analyzes the files of `request`.
#[must_use]
pub fn analyze(request: &Request, sources: &Arc<Sources>) -> Analysis {
    analyze_against(request, sources, None)
}

/// Analyzes the files of `request`, and compares them with those of `base`.
#[must_use]
pub fn analyze_against(request: &Request, sources: &Arc<Sources>, base: Option<&Base>) -> Analysis {
    let start = Instant::now();
    let mut run = Run::new(request, sources);
    run.is_compared = base.is_some();
    run.read();
    let jobs = run.jobs();
    let mut graph = run.graph(jobs);
    run.check_stated();
    run.tell_of_cut_sets();
    run.statistics.parsing = start.elapsed();

    let start = Instant::now();
    request.progress.begin(Stage::Evaluating, graph.jobs().count());
    let mut evaluated = run.evaluate_jobs(&graph, graph.ids());
    run.add_groups(&mut graph, &mut evaluated);
    run.add_states(&graph, &mut evaluated);
    let (mut deployments, mut taken) = (Vec::new(), Taken::default());
    for done in evaluated.values_mut() {
        deployments.extend(done.deployment.take());
        taken.take(done, &mut run.diagnostics);
    }
    run.statistics.evaluating = start.elapsed();

    let start = Instant::now();
    request.progress.begin(Stage::Checking, 0);
    let estate = run.joined(deployments, &graph);
    let (estate, checked) = run.with_sought(&mut graph, &mut evaluated, &mut taken, estate);
    run.diagnostics.extend(run.store.diagnostics());
    run.count(&estate, &graph);
    let remarks = or_told(&mut run.diagnostics, "the remarks on values", || estate.remarks());
    run.diagnostics.extend(remarks);
    let joining = request.limits.join_steps(run.bytes_read());
    let by_documents = or_told(&mut run.diagnostics, "what plans and states say of before", || {
        documents::before(&mut evaluated, &estate, joining)
    });
    let moves = evaluated.into_iter().map(|(id, done)| (id, done.moves)).collect();
    let now = base::Now { graph: &graph, moves: &moves, estate: &estate };
    let mut faults = Vec::new();
    let compared = or_told(&mut faults, "the comparison with the base", || {
        base.map(|base| base::compare(base, &run, &now)).unwrap_or_default()
    });
    // A revision that was asked for goes before what a plan was made from.
    let before = compared.before.as_ref().or(by_documents.as_ref());
    let areas = &request.areas;
    let steps = request.limits.rule_steps(run.bytes_read());
    let own = areas.evaluate_own(&estate, before, steps);
    let checked = checked.filter(|_| before.is_none() && own.rules().is_empty()).unwrap_or_else(|| {
        areas.check(sources, steps, |settings| cmklint_rules::run_with(&estate, before, &own.rules(), settings))
    });
    run.diagnostics.extend(own.diagnostics.iter().cloned());
    run.diagnostics.extend(checked.diagnostics);
    let findings = checked.findings;
    let known = base.filter(|base| base.diff_only).map(|_| match &compared.before {
        Some(before) => run.findings_of_base(before, &findings, steps),
        None => findings.clone(),
    });
    let explored =
        or_told(&mut faults, "what other values of inputs come to", || explore::findings(&mut run, &graph, &findings));
    run.diagnostics.append(&mut faults);
    run.statistics.again = base.map(|_| compared.evaluated);
    run.diagnostics.extend(compared.diagnostics);
    run.statistics.checking = start.elapsed();
    let mut findings: Vec<Finding> = findings.into_iter().chain(explored).collect();
    if let Some(base) = base {
        changed::ChangedLines::new(sources, base).put_first(&mut findings);
    }
    let lists = run.lists(&graph, &estate, (before, by_documents.as_ref()), steps);
    run.finish(Analysis { known, ..lists }, findings, estate)
}

impl Run<'_> {
    /// What was found in the estate of the base, `before`, by the rules that have findings now, `found`: others have nothing to be compared with.
    fn findings_of_base(&self, before: &Before, found: &[Finding], steps: u64) -> Vec<Finding> {
        if found.is_empty() {
            return Vec::new();
        }
        let rules: BTreeSet<&str> = found.iter().map(|finding| finding.rule.id).collect();
        let areas = &self.request.areas;
        let own = areas.evaluate_own(&before.estate, None, steps);
        let check = |settings: &_| cmklint_rules::run_some(&rules, &before.estate, &own.rules(), settings);
        areas.check(self.sources, steps, check).findings
    }

    /// The lists that the request asks for, and what was not looked at; nothing else of an analysis. Of the two older estates the second is that of plans and states.
    fn lists(
        &mut self,
        graph: &JobGraph,
        estate: &Estate,
        (before, standing): (Option<&Before>, Option<&Before>),
        steps: u64,
    ) -> Analysis {
        let (request, mut faults) = (self.request, Vec::new());
        let ade = or_told(&mut faults, "the list of Azure Disk Encryption", || match request.lists_ade {
            true => cmklint_rules::ade_entries(estate, standing),
            false => Vec::new(),
        });
        let own_input = or_told(&mut faults, "what rules of your own see", || match request.lists_own_input {
            true => cmklint_custom::input(estate, before, steps),
            false => None,
        });
        let listed_roots = or_told(&mut faults, "the list of roots", || match request.lists_roots {
            true => self.roots_seen(graph, estate),
            false => Vec::new(),
        });
        self.diagnostics.append(&mut faults);
        self.tell_of_modules_away();
        self.sort_diagnostics();
        let coverage = or_told(&mut faults, "the list of what was not looked at", || {
            self.coverage(graph, self.statistics.resources, &self.diagnostics)
        });
        self.diagnostics.append(&mut faults);
        let shared = self.shared(graph);
        Analysis { coverage, listed_roots, ade, own_input, shared, ..Analysis::default() }
    }
}

impl Run<'_> {
    /// Counts the deployments and resources of the code in `estate`; the disks that machines make are no one's code.
    fn count(&mut self, estate: &Estate, graph: &JobGraph) {
        let of_code = || estate.deployments().iter().filter(|deployment| graph.job(deployment.id).is_some());
        let resources = of_code().flat_map(|deployment| &deployment.resources);
        self.statistics.deployments = of_code().count();
        self.statistics.resources = resources.filter(|resource| resource.presence != Presence::ByMachine).count();
    }
}

/// Only reads and parses the files of `request`: what the time of a whole analysis is compared with.
#[must_use]
pub fn read_only(request: &Request, sources: &Arc<Sources>) -> Statistics {
    let start = Instant::now();
    let mut run = Run::new(request, sources);
    run.read();
    run.statistics.parsing = start.elapsed();
    run.finish(Analysis::default(), Vec::new(), Estate::default()).statistics
}
