//! The names of rules in tflint.

use cmklint_cli::run;
use cmklint_rules::{Catalog, RuleMeta};

/// The prefix of rules' names in `.tflint.hcl`: no rule of another rule set may have the same name.
pub(crate) const PREFIX: &str = "cmklint_";

/// The name of `rule` in tflint.
pub(crate) fn name(rule: &RuleMeta) -> String {
    format!("{PREFIX}{}", rule.name)
}

/// The rules of the current directory, which is that of the module: ours, and those of a team's own.
pub(crate) fn catalog() -> Catalog {
    run::catalog_here()
}

/// The names of all rules.
pub(crate) fn names() -> Vec<String> {
    catalog().all().map(name).collect()
}
