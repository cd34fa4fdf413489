//! What the rules propose, as edits that are not checked yet.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use cmklint_arm::JsonKind;
use cmklint_fix::{Edit, Language, TextFacts};
use cmklint_rules::{Change, Finding, Remedy, Safety};
use cmklint_source::{FileId, SourceFile, Sources, Span};

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

/// The edits of several fixes that are made together.
#[derive(Clone, Debug, Default)]
pub(super) struct Together {
    by_file: BTreeMap<String, BTreeSet<Edit>>,
}

impl Together {
    /// Adds `edits`; `false`, without a change, where they conflict with those that are there.
    pub(super) fn join(&mut self, edits: &BTreeMap<String, Vec<Edit>>) -> bool {
        let mut added: Vec<(&String, &Edit)> = Vec::new();
        for (path, more) in edits {
            let known = self.by_file.entry(path.clone()).or_default();
            for edit in more.iter() {
                if known.contains(edit) {
                    continue;
                }
                if conflicts(known, edit) {
                    for (path, edit) in added {
                        self.by_file.get_mut(path).into_iter().for_each(|known| _ = known.remove(edit));
                    }
                    return false;
                }
                known.insert(edit.clone());
                added.push((path, edit));
            }
        }
        true
    }

    fn has(&self, path: &str, edit: &Edit) -> bool {
        self.by_file.get(path).is_some_and(|known| known.contains(edit))
    }

    /// The edits by file, in their order.
    pub(super) fn edits(&self) -> BTreeMap<String, Vec<Edit>> {
        let list = |(path, edits): (&String, &BTreeSet<Edit>)| (path.clone(), edits.iter().cloned().collect());
        self.by_file.iter().map(list).collect()
    }
}

/// Whether `edit` overlaps one of `known`, which don't overlap one another, so that only its neighbours have to be looked at.
fn conflicts(known: &BTreeSet<Edit>, edit: &Edit) -> bool {
    let behind = Edit { start: edit.start.saturating_add(1), end: 0, text: String::new() };
    let before = known.range(..&behind).next_back();
    let after = known.range(&behind..).next();
    before.into_iter().chain(after).any(|other| other.overlaps(edit))
}

/// What the rules propose in one tree. Each file is read once, however many findings are in it.
pub(super) struct Proposals<'s> {
    sources: &'s Sources,
    files: RefCell<HashMap<FileId, Rc<FileFacts>>>,
}

#[derive(Default)]
struct FileFacts {
    text: TextFacts,
    is_template: OnceCell<bool>,
}

impl<'s> Proposals<'s> {
    /// Those in the files of `sources`.
    #[must_use]
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, files: RefCell::default() }
    }

    /// What is proposed for `finding`, each with whether it is one of several equally likely ones.
    #[must_use]
    pub(super) fn of_finding(&self, finding: &Finding) -> Vec<(Fix, bool)> {
        let fixes = finding.remedies.iter().filter_map(|remedy| {
            let fix = self.of_remedy(finding.rule.id, remedy)?;
            Some((fix, remedy.is_rival))
        });
        fixes.collect()
    }

    fn of_remedy(&self, rule: &'static str, remedy: &Remedy) -> Option<Fix> {
        let mut fix = Fix { rule, safety: remedy.safety, title: remedy.title.clone(), edits: BTreeMap::new() };
        let mut together = Together::default();
        for change in &remedy.changes {
            let file = self.sources.get(place(change).file).filter(|file| may_change(file))?;
            let language = Language::of(file.path())?;
            let facts = Rc::clone(self.files.borrow_mut().entry(file.id()).or_default());
            // A plan, a state or an inventory is JSON too.
            let is_template = || cmklint_arm::classify(file.text()) != JsonKind::Other;
            if language == Language::Json && !*facts.is_template.get_or_init(is_template) {
                return None;
            }
            for edit in cmklint_fix::edits(change, file.text(), language, &facts.text)? {
                if together.has(file.path(), &edit) {
                    continue;
                }
                if !together.join(&BTreeMap::from([(file.path().to_owned(), vec![edit.clone()])])) {
                    return None;
                }
                fix.edits.entry(file.path().to_owned()).or_default().push(edit);
            }
        }
        Some(fix)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// All edits of few bytes, added one by one, are taken or refused as by comparing each with each.
    #[test]
    fn what_conflicts_is_found_among_the_neighbours() {
        let edit = |start: usize, end: usize, text: &str| Edit { start, end, text: text.to_owned() };
        let all: Vec<Edit> = (0..6).flat_map(|s| (s..6).flat_map(move |e| [edit(s, e, ""), edit(s, e, "x")])).collect();
        let (mut taken, mut refused) = (0, 0);
        for first in 0..all.len() {
            for step in [1, 5, 7, 11, 13] {
                let order: Vec<&Edit> =
                    (0..all.len()).filter_map(|at| all.get((first + at * step) % all.len())).collect();
                let (mut together, mut plain) = (Together::default(), Vec::<Edit>::new());
                for edit in order {
                    let fits = plain.contains(edit) || !plain.iter().any(|known| known.overlaps(edit));
                    let joined = together.join(&BTreeMap::from([("a".to_owned(), vec![edit.clone()])]));
                    assert_eq!(joined, fits, "{edit:?} among {plain:?}");
                    if fits && !plain.contains(edit) {
                        plain.push(edit.clone());
                    }
                    *(if fits { &mut taken } else { &mut refused }) += 1;
                }
                plain.sort();
                assert_eq!(together.edits().get("a"), Some(&plain));
            }
        }
        assert!(taken > 100 && refused > 100, "{taken} {refused}");
    }

    #[test]
    fn of_edits_that_conflict_none_is_kept() {
        let edit = |start: usize, end: usize| Edit { start, end, text: "x".to_owned() };
        let of = |path: &str, edits: Vec<Edit>| (path.to_owned(), edits);
        let mut together = Together::default();
        assert!(together.join(&BTreeMap::from([of("b", vec![edit(4, 6)])])));
        assert!(!together.join(&BTreeMap::from([of("a", vec![edit(0, 1)]), of("b", vec![edit(0, 2), edit(5, 7)])])));
        assert!(together.join(&BTreeMap::from([of("b", vec![edit(0, 3), edit(4, 6)])])));
        assert_eq!(together.edits().get("b"), Some(&vec![edit(0, 3), edit(4, 6)]));
    }
}
