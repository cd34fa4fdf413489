use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use cmklint_graph::Budget;

use crate::syntax::ParseCache;

/// Which module calls are entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallModules {
    /// All whose files are in the tree.
    All,
    /// Those by a local path.
    #[default]
    Local,
    /// None.
    None,
}

/// Limits on the size of one deployment. Values above a limit are unknown, and a diagnostic says so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instances of one block that become nodes of their own; further ones are only counted.
    pub instances: usize,
    /// Nodes of one deployment.
    pub resources: usize,
    /// Module instances of one deployment.
    pub modules: usize,
    /// Module calls inside module calls.
    pub module_depth: usize,
    /// What evaluating one deployment may cost, at most.
    pub budget: Budget,
    /// What evaluating all deployments of a run may cost: each gets an equal share, and more for the size of its files.
    pub total: Budget,
    /// Parts of one value.
    pub value_parts: usize,
    /// Nesting of values, and of evaluations that depend on one another.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 70_000,
            resources: 200_000,
            modules: 5_000,
            module_depth: 32,
            budget: Budget { steps: 20_000_000, bytes: 360 << 20 },
            total: Budget { steps: 20_000_000, bytes: 600 << 20 },
            value_parts: 500_000,
            depth: 1_000,
        }
    }
}

impl Limits {
    /// The least share of a deployment.
    const FLOOR: Budget = Budget { steps: 10_000, bytes: 1 << 20 };

    /// The budget for evaluating one of `deployments`, where the root's own files hold `size` bytes.
    pub(crate) fn budget_of(&self, deployments: usize, size: usize) -> Budget {
        let share = self.budget.share(self.total, deployments, Self::FLOOR);
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        Budget {
            steps: share.steps.saturating_add(size.saturating_mul(20)).min(self.budget.steps),
            bytes: share.bytes.saturating_add(size.saturating_mul(100)).min(self.budget.bytes),
        }
    }
}

/// How roots are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Variables of the roots, NAME and VALUE, as given by `--var`: they take precedence over files, the last one of a name over earlier ones.
    pub variables: Vec<(String, String)>,
    /// Variables of the roots, as given by `TF_VAR_` in the environment: files and [`Options::variables`] take precedence over them.
    pub environment: Vec<(String, String)>,
    /// The name of the workspace, `terraform.workspace`; unknown where it is left out.
    pub workspace: Option<String>,
    /// Paths of variable files in the tree, in order: later ones take precedence.
    pub var_files: Vec<String>,
    /// Which module calls are entered.
    pub call_modules: CallModules,
    /// Sources of modules that are not entered, as written in the call.
    pub ignored_modules: Vec<String>,
    /// Limits.
    pub limits: Limits,
    /// The number of deployments that share [`Limits::total`]; with 0 or 1, a deployment has all of it.
    pub deployments: Arc<AtomicUsize>,
    /// Files parsed so far, of one `Sources`. Clones of the options share it.
    pub cache: Arc<ParseCache>,
}
