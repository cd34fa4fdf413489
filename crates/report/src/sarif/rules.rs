//! The descriptions of rules.

use std::borrow::Cow;

use cmklint_rules::page::Page;
use cmklint_rules::{Level, RuleMeta, controls};

use super::limits;
use super::model::{Configuration, Help, Rule, RuleProperties, Text, level};
use crate::Report;
use crate::finding::rule_page;

/// The rules that ran, and the rules of findings that are not among them.
pub(super) fn of(report: &Report<'_>) -> Vec<&'static RuleMeta> {
    let mut rules = report.rules.to_vec();
    let suppressed = report.suppressed.iter().map(|s| s.finding.rule);
    for rule in report.findings.iter().map(|f| f.rule).chain(suppressed) {
        if rules.iter().all(|r| r.id != rule.id) {
            rules.push(rule);
        }
    }
    rules
}

/// The subjects of a rule, and the policies and controls about them.
fn tags(meta: &'static RuleMeta) -> Vec<Cow<'static, str>> {
    let own = ["azure", "managed-disks", "customer-managed-keys", "security", meta.statement()];
    own.into_iter().map(Cow::Borrowed).chain(controls(meta.id).map(|control| Cow::Owned(control.tag()))).collect()
}

/// A rule in SARIF's terms. Code hosts show the first paragraph of its page as the alert's title.
pub(super) fn rule(meta: &'static RuleMeta) -> Rule<'static> {
    let summary = Page::parse(meta.page).summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = [summary.as_str(), meta.restriction(), meta.name].into_iter().find(|text| !text.is_empty());
    let short = short.unwrap_or(meta.id);
    let full = if meta.restriction().is_empty() {
        short.to_owned()
    } else {
        format!("{short} The restriction ({}): {}.", meta.statement(), meta.restriction().trim_end_matches('.'))
    };
    let help = if meta.page.is_empty() { short } else { meta.page };
    Rule {
        id: meta.id,
        name: meta.name,
        short_description: Text { text: clipped(short) },
        full_description: Text { text: clipped(&full) },
        help_uri: rule_page(meta),
        help: Help { text: help.to_owned(), markdown: help.to_owned() },
        default_configuration: Configuration { enabled: meta.default_on, level: level(meta.level) },
        properties: RuleProperties {
            tags: tags(meta),
            // A rule reports only what is certain in some world; what a warning reports may still be intended.
            precision: if meta.level == Level::Error { "very-high" } else { "high" },
            problem_severity: match meta.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Notice => "recommendation",
            },
            security_severity: meta.severity(),
        },
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(limits::DESCRIPTION - 1) {
        Some((end, _)) if text.chars().nth(limits::DESCRIPTION).is_some() => {
            format!("{}…", text.get(..end).unwrap_or(""))
        }
        _ => text.to_owned(),
    }
}
