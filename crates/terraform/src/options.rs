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

/// Bounds on the size of one deployment. Values beyond a bound are unknown, and a diagnostic says so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instances of one block that become nodes of their own; the others are counted.
    pub instances: usize,
    /// Nodes of one deployment.
    pub resources: usize,
    /// Module instances of one deployment.
    pub modules: usize,
    /// Module calls inside module calls.
    pub module_depth: usize,
    /// Expressions evaluated in one deployment.
    pub steps: u64,
    /// Parts of one value.
    pub value_parts: usize,
    /// Nesting of values, and of evaluations that depend on one another.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 256,
            resources: 20_000,
            modules: 5_000,
            module_depth: 32,
            steps: 2_000_000,
            value_parts: 50_000,
            depth: 1_000,
        }
    }
}

/// How roots are read.
#[derive(Debug, Default)]
pub struct Options {
    /// Variables of the roots, NAME and VALUE, as `--var` gives them: they win over files, the last one of a name wins.
    pub variables: Vec<(String, String)>,
    /// Variables of the roots as `TF_VAR_` in the environment gives them: files and [`Options::variables`] win over them.
    pub environment: Vec<(String, String)>,
    /// The name of the workspace, `terraform.workspace`; not known where it is left out.
    pub workspace: Option<String>,
    /// Paths of variable files in the tree, in order: the later one wins.
    pub var_files: Vec<String>,
    /// Which module calls are entered.
    pub call_modules: CallModules,
    /// Sources of modules that are not entered, as written in the call.
    pub ignored_modules: Vec<String>,
    /// Bounds.
    pub limits: Limits,
    /// Files parsed so far; of one `Sources`.
    pub cache: ParseCache,
}
