//! Whether an edited tree is better than it was.

use std::collections::{BTreeMap, HashSet};

use cmklint_rules::{Finding, FindingIdentity};
use cmklint_source::{Severity, Sources, path_of_disk};

use super::candidate::Fix;
use crate::codebase::Codebase;
use crate::invocation::{Invocation, UnsavedFile};
use crate::outcome::Outcome;

/// Analyzes edited trees, up to a number of times.
#[derive(Debug)]
pub struct Verifier<'a> {
    invocation: &'a Invocation,
    left: usize,
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
        Self { invocation, left: looks }
    }

    /// The tree of `codebase` with `fix` made, where the files in `texts` have other texts than on disk; `None` where one of `findings` is still there, a new one is as bad, a file
    /// can't be read any more, or the number of analyses is used up.
    ///
    /// # Errors
    /// Where the tree can't be analyzed at all.
    pub fn better(
        &mut self,
        codebase: &Codebase,
        before: &Outcome,
        texts: &BTreeMap<String, String>,
        fix: &Fix,
        findings: &[&Finding],
    ) -> anyhow::Result<Option<Seen>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let Some(texts) = edited(&codebase.sources, texts, fix) else { return Ok(None) };
        let seen = self.look(codebase, texts)?;
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

/// `texts` with the edits of `fix` made.
fn edited(sources: &Sources, texts: &BTreeMap<String, String>, fix: &Fix) -> Option<BTreeMap<String, String>> {
    let mut out = texts.clone();
    for (path, edits) in &fix.edits {
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
