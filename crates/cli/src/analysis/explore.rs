//! What would be found if an input that is left at its default were set to another value: `--explore`.

use std::collections::HashSet;

use cmklint_rules::Finding;

use super::job::JobGraph;
use super::run::Run;

/// The findings of the jobs of `graph` with one switch changed from its default, except those in `known`. Read errors are dropped: they were reported with the
/// defaults.
pub(super) fn findings(run: &mut Run<'_>, graph: &JobGraph, known: &[Finding]) -> Vec<Finding> {
    let areas = &run.request.areas;
    if !areas.iter().any(|(_, area)| area.explore) {
        return Vec::new();
    }
    run.explores = true;
    let mut evaluated = run.evaluate_jobs(graph, graph.ids());
    run.explores = false;
    let deployments = evaluated.values_mut().filter_map(|done| done.deployment.take()).collect();
    let estate = run.estate(deployments, graph.meetings());
    let (estate, _) = run.with_inventory(estate);
    let steps = run.request.limits.rule_steps(run.bytes_read());
    let checked = areas.check(run.sources, steps, |settings| cmklint_rules::run_switched(&estate, settings));
    run.diagnostics.extend(checked.diagnostics);
    let mut found = checked.findings;
    let known: HashSet<_> = known.iter().map(|other| (&other.identity, other.primary.span)).collect();
    found.retain(|finding| !known.contains(&(&finding.identity, finding.primary.span)));
    found
}
