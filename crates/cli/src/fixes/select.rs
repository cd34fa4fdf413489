//! Which of the proposed fixes are made.

use std::collections::{BTreeMap, HashSet};

use cmklint_rules::{Finding, FindingIdentity, Safety};

use super::candidate::{Fix, of_finding};
use super::verify::{Seen, Verifier};
use crate::codebase::Codebase;
use crate::invocation::Invocation;
use crate::outcome::Outcome;

/// How often the tree is analyzed at most for a report that lists fixes.
const LOOKS_OF_A_REPORT: usize = 24;

/// A fix, and the finding that it fixes.
type Proposed<'f> = (&'f Finding, Fix);

/// A tree before fixing, and the edits made in it so far.
struct Tree<'t> {
    codebase: &'t Codebase,
    outcome: &'t Outcome,
    texts: &'t BTreeMap<String, String>,
}

/// The fixes, as safe as `allowed`, that are made together, and the tree with them; `None` where there are none. Those that do harm are `refused` from then on.
pub(super) fn chosen(
    verifier: &mut Verifier<'_>,
    codebase: &Codebase,
    outcome: &Outcome,
    texts: &BTreeMap<String, String>,
    allowed: Safety,
    refused: &mut HashSet<(FindingIdentity, String)>,
) -> anyhow::Result<Option<(Seen, Vec<Fix>)>> {
    let tree = Tree { codebase, outcome, texts };
    let mut proposed: Vec<Proposed<'_>> = Vec::new();
    for finding in &outcome.findings {
        let fix = likely(verifier, &tree, finding)?.filter(|fix| fix.safety <= allowed);
        proposed.extend(fix.map(|fix| (finding, fix)));
    }
    proposed.retain(|(finding, fix)| !refused.contains(&(finding.identity.clone(), fix.title.clone())));
    let mut made = Made::default();
    made.take(verifier, &tree, &proposed, refused)?;
    Ok(made.seen.map(|seen| (seen, made.fixes)))
}

/// The fix to try for `finding`. Of several equally likely ones it is the only one that does no harm; where several do none, a person must choose.
fn likely(verifier: &mut Verifier<'_>, tree: &Tree<'_>, finding: &Finding) -> anyhow::Result<Option<Fix>> {
    let all = of_finding(finding, &tree.codebase.sources);
    if all.iter().all(|(_, is_rival)| !is_rival) && all.len() < 2 {
        return Ok(all.into_iter().next().map(|(fix, _)| fix));
    }
    let (number, mut good) = (all.len(), Vec::new());
    for (fix, is_rival) in all {
        if verifier.better(tree.codebase, tree.outcome, tree.texts, &fix, &[finding])?.is_some() {
            good.push((fix, is_rival));
        }
    }
    let is_only = number > 1 && good.len() == 1;
    Ok(good.into_iter().next().map(|(fix, is_rival)| match is_rival {
        true if !is_only => Fix { safety: Safety::Unsafe, ..fix },
        _ => fix,
    }))
}

/// The fixes that are made so far.
#[derive(Default)]
struct Made<'f> {
    together: Option<Fix>,
    findings: Vec<&'f Finding>,
    fixes: Vec<Fix>,
    seen: Option<Seen>,
}

impl<'f> Made<'f> {
    /// Makes `proposed` too: all at once where that does no harm, else each half by itself.
    fn take(
        &mut self,
        verifier: &mut Verifier<'_>,
        tree: &Tree<'_>,
        proposed: &[Proposed<'f>],
        refused: &mut HashSet<(FindingIdentity, String)>,
    ) -> anyhow::Result<()> {
        let Some((first, rest)) = proposed.split_first() else { return Ok(()) };
        let mut together = self.together.clone();
        let mut more: Vec<&Proposed<'f>> = Vec::new();
        for one in proposed {
            let is_joined = match &mut together {
                Some(all) => all.join(&one.1),
                None => {
                    together = Some(one.1.clone());
                    true
                }
            };
            // A fix that conflicts with these is tried in the next round.
            more.extend(is_joined.then_some(one));
        }
        let Some(all) = together.filter(|_| !more.is_empty()) else { return Ok(()) };
        let findings: Vec<&'f Finding> = self.findings.iter().copied().chain(more.iter().map(|(f, _)| *f)).collect();
        if let Some(seen) = verifier.better(tree.codebase, tree.outcome, tree.texts, &all, &findings)? {
            self.fixes.extend(more.iter().map(|(_, fix)| fix.clone()));
            (self.together, self.findings, self.seen) = (Some(all), findings, Some(seen));
        } else if rest.is_empty() {
            refused.insert((first.0.identity.clone(), first.1.title.clone()));
        } else {
            let (one, other) = proposed.split_at(proposed.len() / 2);
            self.take(verifier, tree, one, refused)?;
            self.take(verifier, tree, other, refused)?;
        }
        Ok(())
    }
}

/// The fixes of one finding of `outcome` that work, each tried by itself.
///
/// # Errors
/// Where the edited tree can't be analyzed.
pub fn fixes_of(
    invocation: &Invocation,
    codebase: &Codebase,
    outcome: &Outcome,
    finding: &Finding,
) -> anyhow::Result<Vec<Fix>> {
    let mut verifier = Verifier::new(invocation, LOOKS_OF_A_REPORT);
    let texts = BTreeMap::new();
    let all = of_finding(finding, &codebase.sources);
    let (number, mut good) = (all.len(), Vec::new());
    for (fix, is_rival) in all {
        if verifier.better(codebase, outcome, &texts, &fix, &[finding])?.is_some() {
            good.push((fix, is_rival));
        }
    }
    let is_only = number > 1 && good.len() == 1;
    let judged = good.into_iter().map(|(fix, is_rival)| {
        let safety = if is_rival && !is_only { Safety::Unsafe } else { fix.safety };
        Fix { safety, ..fix }
    });
    Ok(judged.collect())
}

/// The fixes, safe and unsafe ones, that a report on `outcome` can offer, each with its finding's index. They were tried together.
///
/// # Errors
/// Where the edited tree can't be analyzed.
pub fn offers(invocation: &Invocation, codebase: &Codebase, outcome: &Outcome) -> anyhow::Result<Vec<(usize, Fix)>> {
    let mut verifier = Verifier::new(invocation, LOOKS_OF_A_REPORT);
    let texts = BTreeMap::new();
    let mut refused = HashSet::new();
    let chosen = chosen(&mut verifier, codebase, outcome, &texts, Safety::Unsafe, &mut refused)?;
    let mut out = Vec::new();
    for fix in chosen.into_iter().flat_map(|(_, fixes)| fixes) {
        let is_of = |finding: &Finding| {
            let proposed = of_finding(finding, &codebase.sources);
            finding.rule.id == fix.rule && proposed.iter().any(|(p, _)| p.title == fix.title && p.edits == fix.edits)
        };
        let at = outcome.findings.iter().position(is_of);
        out.extend(at.map(|at| (at, fix)));
    }
    Ok(out)
}
