//! Known findings: `--write-baseline` notes them in a file, `--baseline` takes them out of the reports.
//!
//! An entry is a finding's identity in words that a review can read. It holds no line and no file name, so it outlives edits elsewhere. Where its root (a
//! module's folder, a template's file) is gone from the tree, it goes with the same finding of another root: the root was renamed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cmklint_rules::Finding;
use cmklint_source::{Diagnostic, Severity, Sources};
use serde_json::{Map, Value};

/// The version of the format that is written, and the newest that is read.
const VERSION: u64 = 1;
/// Entries that match nothing are named one by one up to this many.
const MOST_STALE: usize = 20;

/// A known finding, or several that nothing tells apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: String,
    root: String,
    /// Address and property, as [`Finding::identity_in_root`] has them.
    identity: String,
}

/// The findings that a baseline knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Key, Known>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Known {
    count: usize,
    message: String,
}

/// What a baseline took away.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that it doesn't know.
    pub kept: Vec<Finding>,
    /// Those that it does.
    pub known: Vec<Finding>,
    /// Entries that match nothing any more.
    pub diagnostics: Vec<Diagnostic>,
}

impl Baseline {
    /// The baseline that knows exactly `findings`.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut entries: BTreeMap<Key, Known> = BTreeMap::new();
        for finding in findings {
            let known = entries.entry(key(finding)).or_default();
            known.count += 1;
            // Of several, the first in the order of text: the file must not hang on the order of findings.
            if known.count == 1 || finding.message < known.message {
                known.message.clone_from(&finding.message);
            }
        }
        Self { entries }
    }

    /// How many findings it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.values().fold(0, |sum, known| sum.saturating_add(known.count))
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reads what [`Baseline::to_json`] wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words: no JSON, no baseline, of a version that this program doesn't know.
    pub fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))?;
        let object = json.as_object().ok_or("not a baseline: an object is expected")?;
        match object.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => {
                return Err(format!("a baseline of version {other}; this cmklint reads version {VERSION}"));
            }
            None => return Err("not a baseline: it says no version".to_owned()),
        }
        let findings = object.get("findings").and_then(Value::as_array).ok_or("not a baseline: it has no findings")?;
        let mut entries: BTreeMap<Key, Known> = BTreeMap::new();
        for (at, entry) in findings.iter().enumerate() {
            let text = |name: &str| {
                let text = entry.get(name).and_then(Value::as_str);
                text.map(str::to_owned).ok_or_else(|| format!("findings[{at}]: {name} is not a text"))
            };
            let identity = match text("property")? {
                rest if rest.is_empty() => text("address")?,
                rest => format!("{}|{rest}", text("address")?),
            };
            let count = match entry.get("count") {
                None => 1,
                Some(count) => count
                    .as_u64()
                    .filter(|count| *count > 0)
                    .and_then(|count| usize::try_from(count).ok())
                    .ok_or_else(|| format!("findings[{at}]: count is not a positive number"))?,
            };
            let known = entries.entry(Key { rule: text("rule")?, root: text("root")?, identity }).or_default();
            known.count = known.count.saturating_add(count);
            known.message = text("message")?;
        }
        Ok(Self { entries })
    }

    /// The file's text: sorted, an entry a block, so that a review sees what came and went.
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings = self.entries.iter().map(|(key, known)| {
            let (address, property) = key.identity.split_once('|').unwrap_or((&key.identity, ""));
            let mut entry = Map::new();
            entry.insert("rule".to_owned(), key.rule.clone().into());
            entry.insert("root".to_owned(), key.root.clone().into());
            entry.insert("address".to_owned(), address.into());
            entry.insert("property".to_owned(), property.into());
            entry.insert("message".to_owned(), known.message.clone().into());
            if known.count > 1 {
                entry.insert("count".to_owned(), known.count.into());
            }
            Value::Object(entry)
        });
        let mut all = Map::new();
        all.insert("version".to_owned(), VERSION.into());
        all.insert("findings".to_owned(), findings.collect());
        format!("{:#}\n", Value::Object(all))
    }

    /// Takes the findings that it knows out of `findings`. `path` is the baseline's, for what is said of it.
    ///
    /// An entry that matches nothing is stale where `ran` says that its rule ran and `looked_at` that its root was looked at, or where the root is gone.
    #[must_use]
    pub fn apply(
        &self,
        findings: Vec<Finding>,
        path: &str,
        sources: &Sources,
        ran: &dyn Fn(&str) -> bool,
        looked_at: &dyn Fn(&str) -> bool,
    ) -> Applied {
        let mut left: BTreeMap<&Key, usize> = self.entries.iter().map(|(key, known)| (key, known.count)).collect();
        let mut known = vec![false; findings.len()];
        for (finding, known) in findings.iter().zip(&mut known) {
            if let Some(count) = left.get_mut(&key(finding)).filter(|count| **count > 0) {
                *count -= 1;
                *known = true;
            }
        }
        let gone: BTreeMap<&str, bool> =
            self.entries.keys().map(|k| (k.root.as_str(), !exists(&k.root, sources))).collect();
        let is_gone = |key: &Key| gone.get(key.root.as_str()) == Some(&true);
        let mut renamed: BTreeMap<(&str, &str), Vec<&Key>> = BTreeMap::new();
        for (key, _) in left.iter().filter(|(key, count)| **count > 0 && is_gone(key)) {
            renamed.entry((&key.rule, &key.identity)).or_default().push(key);
        }
        for (finding, known) in findings.iter().zip(&mut known).filter(|(_, known)| !**known) {
            let candidates = renamed.get(&(finding.rule.id, finding.identity_in_root()));
            for key in candidates.into_iter().flatten() {
                if let Some(count) = left.get_mut(key).filter(|count| **count > 0) {
                    *count -= 1;
                    *known = true;
                    break;
                }
            }
        }
        let mut applied = Applied::default();
        for (finding, known) in findings.into_iter().zip(known) {
            if known { applied.known.push(finding) } else { applied.kept.push(finding) }
        }
        let stale = left
            .into_iter()
            .filter(|(key, count)| *count > 0 && ran(&key.rule) && (is_gone(key) || looked_at(&key.root)));
        applied.diagnostics = self.stale(stale, path);
        applied
    }

    fn stale<'k>(&'k self, stale: impl Iterator<Item = (&'k Key, usize)>, path: &str) -> Vec<Diagnostic> {
        let warning = |message: String| Diagnostic::new(Severity::Warning, "baseline", message).about(path);
        let mut out = Vec::new();
        let mut further = 0;
        for (key, count) in stale {
            if out.len() == MOST_STALE {
                further += 1;
                continue;
            }
            let address = key.identity.split('|').next().unwrap_or_default();
            let mut message = format!("fixed, so take it out: {} of {address} in {}", key.rule, key.root);
            match self.entries.get(key) {
                Some(known) if known.count > count => {
                    let _ = write!(message, " ({count} of {})", known.count);
                }
                _ => {}
            }
            out.push(warning(message));
        }
        if further > 0 {
            out.push(warning(format!("{further} further findings are fixed; `--write-baseline` takes them out")));
        }
        out
    }
}

fn key(finding: &Finding) -> Key {
    Key {
        rule: finding.rule.id.to_owned(),
        root: finding.root().to_owned(),
        identity: finding.identity_in_root().trim_end_matches('|').to_owned(),
    }
}

/// Whether the tree still has the root: a template's file, or a folder of Terraform files.
fn exists(root: &str, sources: &Sources) -> bool {
    let folder = if root == "." { "" } else { root };
    sources.is_file(root) || sources.files_in(folder).iter().any(|name| cmklint_terraform::is_configuration(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"rule": "CMK001", "root": ".", "address": "a.b", "property": "p", "message": "m"}"#;

    #[test]
    fn what_is_written_is_read_again_and_equal_entries_are_summed() {
        let text = format!(r#"{{"version": 1, "findings": [{ONE}, {ONE}]}}"#);
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!(baseline.len(), 2);
        assert!(baseline.to_json().contains("\"count\": 2"), "{}", baseline.to_json());
        assert_eq!(Baseline::parse(&baseline.to_json()).unwrap(), baseline);
    }

    #[test]
    fn a_broken_baseline_says_what_is_wrong_with_it() {
        let error = |text: &str| Baseline::parse(text).unwrap_err();
        assert!(error("{").starts_with("not valid JSON: "), "{}", error("{"));
        assert_eq!(error("[]"), "not a baseline: an object is expected");
        assert_eq!(error("{}"), "not a baseline: it says no version");
        assert_eq!(error(r#"{"version": 2}"#), "a baseline of version 2; this cmklint reads version 1");
        assert_eq!(error(r#"{"version": 1}"#), "not a baseline: it has no findings");
        let entry = |entry: &str| error(&format!(r#"{{"version": 1, "findings": [{entry}]}}"#));
        assert_eq!(entry("7"), "findings[0]: property is not a text");
        assert_eq!(entry(&ONE.replace("\"m\"", "1")), "findings[0]: message is not a text");
        let zero = ONE.replace("\"message\"", "\"count\": 0, \"message\"");
        assert_eq!(entry(&zero), "findings[0]: count is not a positive number");
    }
}
