//! Which findings two reports have, whatever they say of them.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// What a finding is, without its words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FindingKey {
    pub(super) rule: String,
    file: String,
    line: u64,
    level: String,
    confidence: String,
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}:{}, {}, {}", self.rule, self.file, self.line, self.level, self.confidence)
    }
}

/// A finding of one report that the other doesn't have, or not as often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Surplus {
    pub(super) finding: FindingKey,
    /// Whether the newer build reports it.
    pub(super) is_new: bool,
    pub(super) times: usize,
}

/// How often each finding is in a report as JSON.
pub(super) fn of(report: &[u8]) -> Result<BTreeMap<FindingKey, usize>> {
    let report: Value = serde_json::from_slice(report).context("the report is not JSON")?;
    let issues = report["issues"].as_array().context("a report without issues")?;
    let mut out = BTreeMap::new();
    for issue in issues {
        let text = |value: &Value| value.as_str().map(str::to_owned).context("an issue of another shape");
        let range = &issue["range"];
        let key = FindingKey {
            rule: text(&issue["id"])?,
            file: text(&range["filename"])?,
            line: range["start"]["line"].as_u64().context("an issue without a line")?,
            level: text(&issue["level"])?,
            confidence: text(&issue["confidence"])?,
        };
        *out.entry(key).or_default() += 1;
    }
    Ok(out)
}

/// The findings that are in one of two reports only.
pub(super) fn differences(old: &BTreeMap<FindingKey, usize>, new: &BTreeMap<FindingKey, usize>) -> Vec<Surplus> {
    let mut out = Vec::new();
    for (one, other, is_new) in [(old, new, false), (new, old, true)] {
        for (finding, times) in one {
            let times = times.saturating_sub(other.get(finding).copied().unwrap_or(0));
            if times > 0 {
                out.push(Surplus { finding: finding.clone(), is_new, times });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(issues: &[(&str, u64, &str)]) -> Vec<u8> {
        let issues: Vec<Value> = issues
            .iter()
            .map(|(rule, line, message)| {
                let range = serde_json::json!({ "filename": "main.tf", "start": { "line": line } });
                serde_json::json!({ "id": rule, "range": range, "level": "error", "confidence": "certain", "message": message })
            })
            .collect();
        serde_json::to_vec(&serde_json::json!({ "issues": issues })).unwrap()
    }

    #[test]
    fn words_do_not_count_and_rule_line_and_number_do() {
        let old =
            of(&report(&[("CMK001", 1, "a"), ("CMK001", 2, "b"), ("CMK002", 3, "c"), ("CMK002", 3, "d")])).unwrap();
        let new = of(&report(&[("CMK001", 1, "z"), ("CMK001", 4, "b"), ("CMK002", 3, "c")])).unwrap();
        let shown: Vec<String> = differences(&old, &new)
            .iter()
            .map(|surplus| format!("{} {} {}", if surplus.is_new { "+" } else { "-" }, surplus.times, surplus.finding))
            .collect();
        assert_eq!(
            shown,
            [
                "- 1 CMK001 at main.tf:2, error, certain",
                "- 1 CMK002 at main.tf:3, error, certain",
                "+ 1 CMK001 at main.tf:4, error, certain"
            ]
        );
        assert!(differences(&old, &old).is_empty());
        assert!(of(b"{}").is_err());
    }
}
