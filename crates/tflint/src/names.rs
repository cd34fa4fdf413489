//! What rules are called in tflint.

use cmklint_rules::{RULES, RuleMeta};

/// What rules are called in `.tflint.hcl`: no name of another rule set may be the same.
pub(crate) const PREFIX: &str = "cmklint_";

/// The name of `rule` in tflint.
pub(crate) fn name(rule: &RuleMeta) -> String {
    format!("{PREFIX}{}", rule.name)
}

/// The names of all rules.
pub(crate) fn names() -> Vec<String> {
    RULES.iter().map(|rule| name(rule.meta())).collect()
}
