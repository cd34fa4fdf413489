//! Findings in groups, of which the default format may show a few.

use cmklint_rules::Finding;
use indexmap::IndexMap;

use crate::text::count;
use crate::untrusted::LogText;
use crate::{GroupBy, Report};

/// More findings than this are grouped, and [`SHOWN`] of each group are shown, by default.
const MANY: usize = 50;
const SHOWN: usize = 10;

/// Findings under one heading.
pub(crate) struct Group<'a> {
    pub(crate) title: Option<LogText>,
    pub(crate) shown: Vec<&'a Finding>,
    /// How many are not shown.
    pub(crate) left_out: usize,
}

/// The report's findings in the requested groups, or by rule where there are many.
pub(crate) fn groups<'a>(report: &Report<'a>) -> Vec<Group<'a>> {
    let many = report.findings.len() > MANY;
    let limit = report.style.limit.unwrap_or(if many { SHOWN } else { 0 });
    let by_default = (many && report.style.limit.is_none()).then_some(GroupBy::Rule);
    let mut found: IndexMap<Option<String>, Vec<&Finding>> = IndexMap::new();
    for finding in report.findings {
        let key = report.style.group_by.or(by_default).map(|by| match by {
            GroupBy::Root => format!("Root {}", finding.deployment),
            GroupBy::Rule => format!("{} {}", finding.rule.id, finding.rule.name),
        });
        found.entry(key).or_default().push(finding);
    }
    if report.style.group_by == Some(GroupBy::Rule) || by_default.is_some() {
        found.sort_keys();
    }
    found
        .into_iter()
        .map(|(key, mut shown)| {
            let title = key.map(|key| format!("{key}: {}", count(shown.len(), "finding")).into());
            let left_out = if limit == 0 { 0 } else { shown.len().saturating_sub(limit) };
            shown.truncate(shown.len() - left_out);
            Group { title, shown, left_out }
        })
        .collect()
}
