//! What a run may cost, and how its deployments share that. The analyzed tree is untrusted, so no tree may cost more, whatever it contains.

use cmklint_graph::Budget;

/// The default for the size in bytes of the largest file that is read.
pub(crate) const DEFAULT_MAX_FILE_SIZE: u64 = 32 * 1024 * 1024;

/// The largest factor that a configuration may set: it is a file of the tree too.
pub(crate) const MAX_FACTOR: u64 = 64;

/// The largest factor of a configuration that lies in the analyzed tree, where nobody named it: whoever sends a change may have written it.
const MAX_FACTOR_OF_TREE: u64 = 4;

/// How much more than usual a run may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The factor for steps.
    pub work: u64,
    /// The factor for bytes.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { work: 1, memory: 1 }
    }
}

/// What evaluating all templates of a run may cost.
const TEMPLATES: Budget = Budget { steps: 20_000_000, bytes: 160 << 20 };
/// The least share of a template root.
const TEMPLATE_FLOOR: Budget = Budget { steps: 10_000, bytes: 1 << 20 };
/// What a byte of a template's own file adds to its share.
const BY_BYTE: Budget = Budget { steps: 20, bytes: 100 };
/// Steps for looking at worlds while all deployments of a run are evaluated.
const EVALUATION_STEPS: u64 = 16_000_000;
/// The least share of them for each deployment.
const EVALUATION_FLOOR: u64 = 20_000;
/// The budget of a run grows by its base amount for each so many bytes of files.
const BYTES_OF_A_SHARE: u64 = 1 << 20;
/// Steps for joining the resources of all deployments, at least.
const JOIN_STEPS: u64 = 20_000_000;
/// Steps that the rules may take, at least.
const RULE_STEPS: u64 = 10_000_000;
/// Steps for each byte of the files that are read, where that is more.
const RULE_STEPS_BY_BYTE: u64 = 10;

impl Limits {
    /// What of these a configuration of the analyzed tree may ask for.
    pub(crate) fn of_tree(self) -> Self {
        Self { work: self.work.min(MAX_FACTOR_OF_TREE), memory: self.memory.min(MAX_FACTOR_OF_TREE) }
    }

    /// Those of Terraform's evaluation.
    #[must_use]
    pub fn terraform(self) -> cmklint_terraform::Limits {
        let usual = cmklint_terraform::Limits::default();
        let times = |budget: Budget| budget.times(self.work, self.memory);
        cmklint_terraform::Limits { budget: times(usual.budget), total: times(usual.total), ..usual }
    }

    /// The limits for one of `deployments` that is a template whose file has `size` bytes.
    pub(crate) fn template(self, deployments: usize, size: usize) -> cmklint_template::Limits {
        let usual = cmklint_template::Limits::default();
        let (most, total) = (usual.budget.times(self.work, self.memory), TEMPLATES.times(self.work, self.memory));
        let own = BY_BYTE.times(size as u64, size as u64);
        let share = most.share(total, deployments, TEMPLATE_FLOOR);
        let budget = Budget {
            steps: share.steps.saturating_add(own.steps).min(most.steps),
            bytes: share.bytes.saturating_add(own.bytes).min(most.bytes),
        };
        cmklint_template::Limits { budget, ..usual }
    }

    /// The steps for looking at worlds that one of `deployments` may take while it is evaluated.
    pub(crate) fn evaluation_steps(self, deployments: usize) -> u64 {
        let all = EVALUATION_STEPS.saturating_mul(self.work);
        (all / (deployments as u64).max(1)).max(EVALUATION_FLOOR)
    }

    /// The steps for joining the deployments, where the files that are read have `bytes` bytes.
    pub(crate) fn join_steps(self, bytes: u64) -> u64 {
        JOIN_STEPS.max(bytes.saturating_mul(RULE_STEPS_BY_BYTE)).saturating_mul(self.work)
    }

    /// The steps that the rules may take where the files that are read have `bytes` bytes.
    pub(crate) fn rule_steps(self, bytes: u64) -> u64 {
        RULE_STEPS.max(bytes.saturating_mul(RULE_STEPS_BY_BYTE)).saturating_mul(self.work)
    }
}

/// The number of shares of the budget, where `deployments` are evaluated from files that have `bytes` bytes: the more there is to read, the more the run may cost.
pub(crate) fn sharers(deployments: usize, bytes: u64) -> usize {
    let times = 1 + usize::try_from(bytes / BYTES_OF_A_SHARE).unwrap_or(usize::MAX - 1);
    deployments.div_ceil(times)
}

/// The number of shares for a second attempt, where `left` is the fraction of its share that each of the `deployments` left (0 where it was cut short), so that
/// those
/// that were cut short get what the others left; `None` where that is not more than the first time.
pub(crate) fn shared_again(deployments: usize, left: impl IntoIterator<Item = f64>) -> Option<usize> {
    let (mut cut, mut rest) = (0.0, 0.0);
    for left in left {
        if left > 0.0 { rest += left.min(1.0) } else { cut += 1.0 }
    }
    if cut == 0.0 || rest == 0.0 {
        return None;
    }
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts of roots
    let again = (deployments as f64 * cut / (cut + rest)).ceil() as usize;
    (again.max(1) < deployments).then_some(again.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_roots_have_together_about_what_one_may_have() {
        let limits = Limits::default();
        let one = limits.template(1, 2_000).budget;
        let many = limits.template(100, 2_000).budget;
        assert_eq!(one, cmklint_template::Limits::default().budget);
        assert!(many.steps * 100 <= one.steps * 2, "{many:?}");
        assert!(limits.evaluation_steps(100) * 100 <= limits.evaluation_steps(1));
        assert!(Limits { work: 3, memory: 1 }.template(1, 0).budget.steps == one.steps * 3);
    }

    #[test]
    fn each_limit_grows_by_the_factor_that_is_asked_for_and_no_other_does() {
        let (usual, work, memory) = (Limits::default(), Limits { work: 3, memory: 1 }, Limits { work: 1, memory: 5 });
        let terraform = |limits: Limits| (limits.terraform().budget, limits.terraform().total);
        let template = |limits: Limits| limits.template(1, 0).budget;
        let steps = |limits: Limits| [limits.evaluation_steps(1), limits.join_steps(9), limits.rule_steps(9)];
        assert_eq!(terraform(work), (terraform(usual).0.times(3, 1), terraform(usual).1.times(3, 1)));
        assert_eq!(terraform(memory), (terraform(usual).0.times(1, 5), terraform(usual).1.times(1, 5)));
        assert_eq!(template(work), template(usual).times(3, 1));
        assert_eq!(template(memory), template(usual).times(1, 5));
        assert_eq!(steps(work), steps(usual).map(|steps| steps * 3));
        assert_eq!(steps(memory), steps(usual));
    }

    #[test]
    fn the_tree_itself_may_ask_for_little_more() {
        assert_eq!(Limits { work: 64, memory: 2 }.of_tree(), Limits { work: 4, memory: 2 });
    }

    #[test]
    fn what_small_roots_leave_goes_to_those_that_were_cut() {
        assert_eq!(shared_again(4, [1.0, 1.0, 0.0, 1.0]), Some(1));
        assert_eq!(shared_again(4, [0.5, 0.5, 0.0, 0.0]), Some(3));
        assert_eq!(shared_again(4, [1.0; 4]), None, "none was cut");
        assert_eq!(shared_again(4, [0.0; 4]), None, "nothing is left");
        assert_eq!(shared_again(1, [0.0]), None);
    }

    #[test]
    fn where_much_is_read_much_may_be_done() {
        assert_eq!(sharers(100, 500_000), 100);
        assert_eq!(sharers(100, 3 << 20), 25);
        assert_eq!(sharers(1, 0), 1);
    }
}
