//! Whether an edited tree is better than it was.

use std::collections::{BTreeMap, HashSet};

use cmklint_fix::Edit;
use cmklint_rules::{Finding, FindingIdentity};
use cmklint_source::{Severity, Sources, path_of_disk};

use crate::codebase::Codebase;
use crate::invocation::{Invocation, UnsavedFile};
use crate::outcome::Outcome;

/// What all looks at a small tree may cost together: about two seconds. The first look is always taken.
const STEPS: u64 = 150_000_000;
/// What has more bytes of files is no small tree: there the number of looks alone is limited.
const SMALL: u64 = 1 << 20;
/// How much more a step costs than what else is counted.
const TIMES_A_STEP: u64 = 4;
/// What a byte of the files adds to the cost of a look, and what a resource does, beside the steps that are counted.
const STEPS_OF_BYTE: u64 = 20;
const STEPS_OF_RESOURCE: u64 = 5_000;

/// Analyzes edited trees, up to a number of times and, where the tree is small, up to a cost: an analysis that is dear by itself must not be made a hundred times.
#[derive(Debug)]
pub struct Verifier<'a> {
    invocation: &'a Invocation,
    purse: Purse,
    is_cut: bool,
}

/// What is left for further looks.
#[derive(Debug)]
struct Purse {
    looks: usize,
    steps: u64,
    /// What the dearest look so far cost.
    dearest: u64,
}

impl Purse {
    fn new(looks: usize) -> Self {
        Self { looks, steps: STEPS, dearest: 0 }
    }

    /// Whether there is enough for one more look at a tree with so many bytes.
    fn has_enough(&self, bytes: u64) -> bool {
        self.looks > 0 && (bytes >= SMALL || self.dearest <= self.steps)
    }

    /// Pays for a look that cost so much.
    fn pay(&mut self, cost: u64) {
        self.looks = self.looks.saturating_sub(1);
        self.dearest = self.dearest.max(cost);
        self.steps = self.steps.saturating_sub(cost);
    }
}

/// What a look cost that took so many `steps`.
fn cost(steps: u64, outcome: &Outcome) -> u64 {
    let statistics = &outcome.statistics;
    let of_bytes = statistics.bytes.saturating_mul(STEPS_OF_BYTE);
    let of_resources = (statistics.resources as u64).saturating_mul(STEPS_OF_RESOURCE);
    steps.saturating_mul(TIMES_A_STEP).saturating_add(of_bytes).saturating_add(of_resources)
}

/// An edited tree, and the findings in it.
#[derive(Debug)]
pub struct Seen {
    /// The texts of all files that differ from those on disk.
    pub texts: BTreeMap<String, String>,
    /// The files.
    pub codebase: Codebase,
    /// The findings.
    pub outcome: Outcome,
}

impl<'a> Verifier<'a> {
    /// One that analyzes the tree that `invocation` names, `looks` times at most.
    #[must_use]
    pub fn new(invocation: &'a Invocation, looks: usize) -> Self {
        Self { invocation, purse: Purse::new(looks), is_cut: false }
    }

    /// Whether a look was refused: what was not tried then may be a good fix.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The tree of `codebase` with `edits` made, where the files in `texts` have other texts than on disk; `None` where one of `findings` is still there, a new one is as bad, a file
    /// can't be read any more, or the number of analyses is used up.
    ///
    /// # Errors
    /// Where the tree can't be analyzed at all.
    pub fn better(
        &mut self,
        codebase: &Codebase,
        before: &Outcome,
        texts: &BTreeMap<String, String>,
        edits: &BTreeMap<String, Vec<Edit>>,
        findings: &[&Finding],
    ) -> anyhow::Result<Option<Seen>> {
        self.is_cut |= !self.purse.has_enough(before.statistics.bytes);
        if self.is_cut {
            return Ok(None);
        }
        let Some(texts) = edited(&codebase.sources, texts, edits) else { return Ok(None) };
        let taken = cmklint_graph::work::taken();
        let seen = self.look(codebase, texts)?;
        self.purse.pay(cost(cmklint_graph::work::taken().saturating_sub(taken), &seen.outcome));
        Ok(is_better(before, &seen.outcome, findings).then_some(seen))
    }

    fn look(&self, codebase: &Codebase, texts: BTreeMap<String, String>) -> anyhow::Result<Seen> {
        let mut invocation = self.invocation.clone();
        let unsaved = &mut invocation.files.unsaved;
        for (path, text) in &texts {
            let path = codebase.tree.root.join(path_of_disk(path));
            unsaved.retain(|file| codebase.tree.cwd.join(&file.path) != path);
            unsaved.push(UnsavedFile { path, text: text.clone().into_bytes() });
        }
        let codebase = Codebase::open(&invocation.files)?;
        let outcome = Outcome::read(&invocation, &codebase)?;
        Ok(Seen { texts, codebase, outcome })
    }
}

/// `texts` with `edits` made.
fn edited(
    sources: &Sources,
    texts: &BTreeMap<String, String>,
    edits: &BTreeMap<String, Vec<Edit>>,
) -> Option<BTreeMap<String, String>> {
    let mut out = texts.clone();
    for (path, edits) in edits {
        let file = sources.loaded(path)?;
        out.insert(path.clone(), cmklint_fix::edited(file.text(), edits)?);
    }
    Some(out)
}

fn is_better(before: &Outcome, after: &Outcome, fixed: &[&Finding]) -> bool {
    let gone: HashSet<&FindingIdentity> = fixed.iter().map(|finding| &finding.identity).collect();
    let known: HashSet<&FindingIdentity> = before.findings.iter().map(|finding| &finding.identity).collect();
    let Some(least) = fixed.iter().map(|finding| finding.level).min() else { return false };
    let is_fine = |finding: &Finding| {
        let identity = &finding.identity;
        !gone.contains(identity) && (known.contains(identity) || finding.level < least)
    };
    let errors = |outcome: &Outcome| outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    after.findings.iter().all(is_fine) && errors(after) <= errors(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many looks of this cost are taken at a tree of so many bytes.
    fn looks(cost: u64, bytes: u64) -> usize {
        let mut purse = Purse::new(24);
        (0..).take_while(|_| purse.has_enough(bytes).then(|| purse.pay(cost)).is_some()).count()
    }

    #[test]
    fn the_dearer_a_look_at_a_small_tree_is_the_fewer_are_taken() {
        assert_eq!(looks(1_000, 40_000), 24);
        assert_eq!(looks(STEPS / 10, 40_000), 10);
        assert_eq!(looks(STEPS * 2, 40_000), 1, "the first is always taken");
        assert_eq!(looks(STEPS * 2, SMALL), 24, "of a large tree nobody expects that it takes seconds");
    }
}
