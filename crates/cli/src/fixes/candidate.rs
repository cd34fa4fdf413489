//! What the rules propose, as edits that are not checked yet.

use std::collections::BTreeMap;

use cmklint_arm::JsonKind;
use cmklint_fix::{Edit, Language};
use cmklint_rules::{Change, Finding, Remedy, Safety};
use cmklint_source::{SourceFile, Sources, Span};

/// A proposed fix of a finding, as edits of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The rule's id.
    pub rule: &'static str,
    /// Whether it may change what is meant.
    pub safety: Safety,
    /// What it does: `turn purge protection on`.
    pub title: String,
    /// The edits, by the file's path below the tree's root. They don't overlap.
    pub edits: BTreeMap<String, Vec<Edit>>,
}

impl Fix {
    /// Adds the edits of `other`; `false`, without a change, where the two conflict.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut edits = self.edits.clone();
        for (path, more) in &other.edits {
            let known = edits.entry(path.clone()).or_default();
            for edit in more {
                if known.contains(edit) {
                    continue;
                }
                if known.iter().any(|k| k.overlaps(edit)) {
                    return false;
                }
                known.push(edit.clone());
            }
        }
        self.edits = edits;
        true
    }
}

/// What is proposed for `finding`, each with whether it is one of several equally likely ones.
#[must_use]
pub fn of_finding(finding: &Finding, sources: &Sources) -> Vec<(Fix, bool)> {
    let fixes = finding.remedies.iter().filter_map(|remedy| {
        let fix = of_remedy(finding.rule.id, remedy, sources)?;
        Some((fix, remedy.is_rival))
    });
    fixes.collect()
}

fn of_remedy(rule: &'static str, remedy: &Remedy, sources: &Sources) -> Option<Fix> {
    let mut fix = Fix { rule, safety: remedy.safety, title: remedy.title.clone(), edits: BTreeMap::new() };
    for change in &remedy.changes {
        let file = sources.get(place(change).file).filter(|file| may_change(file))?;
        let language = Language::of(file.path())?;
        // A plan, a state or an inventory is JSON too.
        if language == Language::Json && cmklint_arm::classify(file.text()) == JsonKind::Other {
            return None;
        }
        let edits = cmklint_fix::edits(change, file.text(), language)?;
        let more = Fix { edits: BTreeMap::from([(file.path().to_owned(), edits)]), ..fix.clone() };
        if !fix.join(&more) {
            return None;
        }
    }
    Some(fix)
}

fn place(change: &Change) -> Span {
    match change {
        Change::Write { at, .. } | Change::Read { at, .. } => *at,
        Change::Add { declaration, .. } | Change::Remove { declaration, .. } | Change::Wait { declaration, .. } => {
            *declaration
        }
    }
}

/// Whether a fix may change `file`: a file of the tree as it is now, and none that is installed or comes with the program.
fn may_change(file: &SourceFile) -> bool {
    let path = file.path();
    let installed = path.split('/').any(|part| matches!(part, ".terraform" | ".terragrunt-cache" | "node_modules"));
    file.revision().is_none() && !path.is_empty() && !path.starts_with(['~', '<']) && !installed
}
