//! The names of rules in tflint.

use cmklint_rules::{RULES, RuleMeta};

/// The prefix of rules' names in `.tflint.hcl`: no rule of another rule set may have the same name.
pub(crate) const PREFIX: &str = "cmklint_";

/// The name of `rule` in tflint.
pub(crate) fn name(rule: &RuleMeta) -> String {
    format!("{PREFIX}{}", rule.name)
}

/// The names of all rules.
pub(crate) fn names() -> Vec<String> {
    RULES.iter().map(|rule| name(rule.meta())).collect()
}
