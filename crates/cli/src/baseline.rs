//! Known findings: `--write-baseline` writes them to a file, `--baseline` leaves them out of the reports.
//!
//! An entry is a finding's identity in text that a reviewer can read. It holds no line and no file name, so edits elsewhere don't affect it. Where its root (a
//! module's folder, a template's file) is no longer in the tree, it matches the same finding of another root: the root was renamed.

mod format;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use cmklint_graph::Root;
use cmklint_rules::{Finding, FindingIdentity};
use cmklint_source::{Diagnostic, Severity, Sources};

/// At most this many entries that match nothing are named one by one.
const MAX_STALE_NAMED: usize = 20;

/// How a baseline identifies findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Version {
    /// By texts: the root is the deployment's label up to its first ` with `, and everything after the address is one text. Only read, never written.
    V1,
    /// By [`FindingIdentity`].
    #[default]
    V2,
}

/// The identity in an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct EntryKey {
    rule: String,
    root: EntryRoot,
    fault: FaultKey,
}

/// A root, as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct EntryRoot {
    path: String,
    template_spec: Option<String>,
}

/// The fault in a root: the part of an identity that is unchanged when the root is renamed. In version 1, all of it is in `address`, separated by `|`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct FaultKey {
    address: String,
    property: String,
    against: Vec<String>,
    variant: String,
}

impl EntryKey {
    fn of(finding: &Finding, version: Version) -> Self {
        let FindingIdentity { rule, root, address, property, against, variant } = &finding.identity;
        let (root, fault) = match version {
            Version::V2 => {
                let template_spec = root.holder_name().map(str::to_owned);
                let root = EntryRoot { path: root.path().to_owned(), template_spec };
                let (against, variant) = (against.clone(), variant.clone());
                (root, FaultKey { address: address.clone(), property: property.clone(), against, variant })
            }
            Version::V1 => {
                let label = finding.deployment.to_string();
                let path = label.split_once(" with ").map_or(label.as_str(), |(root, _)| root).to_owned();
                let mut text = format!("{address}|{property}");
                for part in against.iter().chain([variant]).filter(|part| !part.is_empty()) {
                    text.push('|');
                    text.push_str(part);
                }
                let address = text.trim_end_matches('|').to_owned();
                (EntryRoot { path, template_spec: None }, FaultKey { address, ..FaultKey::default() })
            }
        };
        Self { rule: (*rule).to_owned(), root, fault }
    }
}

/// The findings in a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    version: Version,
    entries: BTreeMap<EntryKey, Entry>,
}

/// Findings that nothing distinguishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    count: usize,
    message: String,
}

/// The result of applying a baseline.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that are not in it.
    pub kept: Vec<Finding>,
    /// Those that are in it.
    pub known: Vec<Finding>,
    /// Entries that match nothing any more, or that may belong to several roots.
    pub diagnostics: Vec<Diagnostic>,
}

impl Baseline {
    /// A baseline of exactly `findings`.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut baseline = Self::default();
        for finding in findings {
            let entry = baseline.entries.entry(EntryKey::of(finding, baseline.version)).or_default();
            entry.count += 1;
            // Of several messages, the first in alphabetical order: the file must not depend on the order of findings.
            if entry.count == 1 || finding.message < entry.message {
                entry.message.clone_from(&finding.message);
            }
        }
        baseline
    }

    /// The number of findings in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.values().fold(0, |sum, entry| sum.saturating_add(entry.count))
    }

    /// Whether it has no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes the findings in the baseline from `findings`. `path` is the baseline's path, for diagnostics.
    ///
    /// An entry that matches nothing is stale where `ran` says that its rule ran and `looked_at` that its root was analyzed, or where the root is no longer in
    /// the tree.
    #[must_use]
    pub fn apply(
        &self,
        findings: Vec<Finding>,
        path: &str,
        sources: &Sources,
        ran: &dyn Fn(&str) -> bool,
        looked_at: &dyn Fn(&str) -> bool,
    ) -> Applied {
        let mut matching = Matching::new(self, &findings);
        matching.by_root();
        let ambiguous = matching.by_text();
        let roots: BTreeSet<&str> = self.entries.keys().map(|key| key.root.path.as_str()).collect();
        let gone: BTreeSet<&str> = roots.into_iter().filter(|root| !exists(root, sources)).collect();
        let is_gone = |key: &EntryKey| gone.contains(key.root.path.as_str());
        matching.renamed(&is_gone);
        let Matching { left, known, .. } = matching;
        let mut applied = Applied::default();
        let stale = left
            .into_iter()
            .filter(|(key, count)| *count > 0 && ran(&key.rule) && (is_gone(key) || looked_at(&key.root.path)));
        applied.diagnostics = self.stale(stale, path);
        applied.diagnostics.extend(ambiguous.iter().map(|found| found.warning(path)));
        for (finding, known) in findings.into_iter().zip(known) {
            if known { applied.known.push(finding) } else { applied.kept.push(finding) }
        }
        applied
    }

    fn stale<'k>(&'k self, stale: impl Iterator<Item = (&'k EntryKey, usize)>, path: &str) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut further = 0;
        for (key, count) in stale {
            if out.len() == MAX_STALE_NAMED {
                further += 1;
                continue;
            }
            let mut message =
                format!("fixed, so take it out: {} of {} in {}", key.rule, key.fault.resource(), key.root.path);
            match self.entries.get(key) {
                Some(entry) if entry.count > count => {
                    let _ = write!(message, " ({count} of {})", entry.count);
                }
                _ => {}
            }
            out.push(warning(message, path));
        }
        if further > 0 {
            let message = format!("{further} further findings are fixed; `--write-baseline` takes them out");
            out.push(warning(message, path));
        }
        out
    }
}

impl FaultKey {
    /// The address of the resource at fault.
    fn resource(&self) -> &str {
        self.address.split('|').next().unwrap_or_default()
    }
}

fn warning(message: String, path: &str) -> Diagnostic {
    Diagnostic::new(Severity::Warning, "baseline", message).about(path)
}

/// An entry of version 1 that may belong to any of several roots, since their paths are the same up to a ` with `.
struct Ambiguous<'k> {
    key: &'k EntryKey,
    roots: BTreeSet<String>,
}

impl Ambiguous<'_> {
    fn warning(&self, path: &str) -> Diagnostic {
        let roots: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        let (rule, resource) = (&self.key.rule, self.key.fault.resource());
        let message = format!(
            "an entry of version 1 does not tell which root has {rule} of {resource}: {}; the findings are reported",
            roots.join(" or ")
        );
        warning(message, path).help("`--write-baseline` writes a baseline of version 2, which does")
    }
}

/// The matching of findings with entries.
struct Matching<'k, 'f> {
    findings: &'f [Finding],
    /// The key of the entry for each finding.
    keys: Vec<EntryKey>,
    /// Which findings are matched.
    known: Vec<bool>,
    /// How many findings each entry may still match.
    left: BTreeMap<&'k EntryKey, usize>,
}

impl<'k, 'f> Matching<'k, 'f> {
    fn new(baseline: &'k Baseline, findings: &'f [Finding]) -> Self {
        Self {
            findings,
            keys: findings.iter().map(|finding| EntryKey::of(finding, baseline.version)).collect(),
            known: vec![false; findings.len()],
            left: baseline.entries.iter().map(|(key, entry)| (key, entry.count)).collect(),
        }
    }

    /// Whether the entry certainly belongs to the finding's own root.
    fn is_of_root(key: &EntryKey, root: &Root) -> bool {
        key.root.path == root.path() && key.root.template_spec.as_deref() == root.holder_name()
    }

    /// Matches entries with findings of exactly their root.
    fn by_root(&mut self) {
        for ((finding, key), known) in self.findings.iter().zip(&self.keys).zip(&mut self.known) {
            if Self::is_of_root(key, finding.root())
                && let Some(count) = self.left.get_mut(key).filter(|count| **count > 0)
            {
                *count -= 1;
                *known = true;
            }
        }
    }

    /// Matches the entries of version 1 with findings whose root they name in part only. An entry that may belong to several roots, and has fewer findings than
    /// these, matches none.
    fn by_text(&mut self) -> Vec<Ambiguous<'k>> {
        let mut candidates: BTreeMap<&EntryKey, Vec<usize>> = BTreeMap::new();
        for (at, key) in self.keys.iter().enumerate() {
            if self.known.get(at) == Some(&false) && self.left.get(key).is_some_and(|count| *count > 0) {
                candidates.entry(key).or_default().push(at);
            }
        }
        let mut ambiguous = Vec::new();
        for (key, at) in candidates {
            let Some((key, count)) = self.left.get_key_value(key).map(|(key, count)| (*key, *count)) else { continue };
            let of = at.iter().filter_map(|at| self.findings.get(*at));
            let roots: BTreeSet<String> = of.map(|finding| finding.root().to_string()).collect();
            let taken = if at.len() > count && roots.len() > 1 { 0 } else { count.min(at.len()) };
            for known in at.iter().take(taken) {
                self.known[*known] = true;
            }
            if taken == 0 {
                ambiguous.push(Ambiguous { key, roots });
                self.left.insert(key, 0);
            } else {
                self.left.insert(key, count - taken);
            }
        }
        ambiguous
    }

    /// Matches the entries whose root is no longer in the tree with the same faults of other roots.
    fn renamed(&mut self, is_gone: &dyn Fn(&EntryKey) -> bool) {
        let mut renamed: BTreeMap<(&str, &FaultKey), Vec<&'k EntryKey>> = BTreeMap::new();
        for (key, _) in self.left.iter().filter(|(key, count)| **count > 0 && is_gone(key)) {
            renamed.entry((&key.rule, &key.fault)).or_default().push(key);
        }
        for (own, known) in self.keys.iter().zip(&mut self.known).filter(|(_, known)| !**known) {
            for key in renamed.get(&(own.rule.as_str(), &own.fault)).into_iter().flatten() {
                if let Some(count) = self.left.get_mut(key).filter(|count| **count > 0) {
                    *count -= 1;
                    *known = true;
                    break;
                }
            }
        }
    }
}

/// Whether the root is still in the tree: a template's file, or a folder of Terraform files.
fn exists(root: &str, sources: &Sources) -> bool {
    let folder = if root == "." { "" } else { root };
    sources.is_file(root) || sources.files_in(folder).iter().any(|name| cmklint_terraform::is_configuration(name))
}
