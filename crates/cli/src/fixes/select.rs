//! Which of the proposed fixes are made.

use std::collections::{BTreeMap, HashSet};

use cmklint_rules::{Finding, FindingIdentity, Safety};

use super::candidate::{Fix, Proposals, Together};
use super::verify::{Seen, Verifier};
use crate::codebase::Codebase;
use crate::invocation::Invocation;
use crate::outcome::Outcome;

/// How often the tree is analyzed at most for a report that lists fixes.
const LOOKS_OF_A_REPORT: usize = 24;

/// A fix, and the finding that it fixes, with its index.
type Proposed<'f> = (usize, &'f Finding, Fix);

/// Fixes that are made together, each with its finding's index, and the tree with them.
type Chosen = (Seen, Vec<(usize, Fix)>);

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
) -> anyhow::Result<Option<Chosen>> {
    let tree = Tree { codebase, outcome, texts };
    let mut proposed: Vec<Proposed<'_>> = Vec::new();
    let proposals = Proposals::new(&codebase.sources);
    for (at, finding) in outcome.findings.iter().enumerate() {
        let fix = likely(verifier, &tree, &proposals, finding)?.filter(|fix| fix.safety <= allowed);
        proposed.extend(fix.map(|fix| (at, finding, fix)));
    }
    proposed.retain(|(_, finding, fix)| !refused.contains(&(finding.identity.clone(), fix.title.clone())));
    let mut made = Made::default();
    made.take(verifier, &tree, &proposed, refused)?;
    Ok(made.seen.map(|seen| (seen, made.fixes)))
}

/// The fix to try for `finding`. Of several equally likely ones it is the only one that does no harm; where several do none, a person must choose.
fn likely(
    verifier: &mut Verifier<'_>,
    tree: &Tree<'_>,
    proposals: &Proposals<'_>,
    finding: &Finding,
) -> anyhow::Result<Option<Fix>> {
    let all = proposals.of_finding(finding);
    if all.iter().all(|(_, is_rival)| !is_rival) && all.len() < 2 {
        return Ok(all.into_iter().next().map(|(fix, _)| fix));
    }
    Ok(harmless(verifier, tree, all, finding)?.into_iter().next())
}

/// Those of `all`, the fixes of `finding`, that do no harm: equally likely ones are unsafe, unless one alone does none.
fn harmless(
    verifier: &mut Verifier<'_>,
    tree: &Tree<'_>,
    all: Vec<(Fix, bool)>,
    finding: &Finding,
) -> anyhow::Result<Vec<Fix>> {
    let (number, mut good) = (all.len(), Vec::new());
    for (fix, is_rival) in all {
        if verifier.better(tree.codebase, tree.outcome, tree.texts, &fix.edits, &[finding])?.is_some() {
            good.push((fix, is_rival));
        }
    }
    // Of rivals that were not all tried none is known to be the only one.
    let is_only = number > 1 && good.len() == 1 && !verifier.is_cut();
    let judged = good.into_iter().map(|(fix, is_rival)| match is_rival {
        true if !is_only => Fix { safety: Safety::Unsafe, ..fix },
        _ => fix,
    });
    Ok(judged.collect())
}

/// The fixes that are made so far.
#[derive(Default)]
struct Made<'f> {
    together: Together,
    findings: Vec<&'f Finding>,
    fixes: Vec<(usize, Fix)>,
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
        // A fix that conflicts with these is tried in the next round.
        let more: Vec<&Proposed<'f>> = proposed.iter().filter(|(_, _, fix)| together.join(&fix.edits)).collect();
        if more.is_empty() || verifier.is_cut() {
            return Ok(());
        }
        let findings: Vec<&'f Finding> = self.findings.iter().copied().chain(more.iter().map(|(_, f, _)| *f)).collect();
        if let Some(seen) = verifier.better(tree.codebase, tree.outcome, tree.texts, &together.edits(), &findings)? {
            self.fixes.extend(more.iter().map(|(at, _, fix)| (*at, fix.clone())));
            (self.together, self.findings, self.seen) = (together, findings, Some(seen));
        } else if rest.is_empty() {
            refused.insert((first.1.identity.clone(), first.2.title.clone()));
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
    let tree = Tree { codebase, outcome, texts: &BTreeMap::new() };
    let all = Proposals::new(&codebase.sources).of_finding(finding);
    harmless(&mut verifier, &tree, all, finding)
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
    Ok(chosen.map(|(_, fixes)| fixes).unwrap_or_default())
}
