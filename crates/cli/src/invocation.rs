//! The first stage of a run: what the command line and the environment ask for. Nothing is read yet, except for standard input. The
//! later stages depend on neither clap nor the environment.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cmklint_custom::Host;
use cmklint_graph::Instant;
use cmklint_report::{Format, GroupBy};
use cmklint_rules::{Edition, Level, RuleSettings, Safety};
use jiff::civil::Date;

use crate::args::{LintArgs, Output};
use crate::limits::DEFAULT_MAX_FILE_SIZE;
use crate::module_type::ModuleType;
use crate::own_rules;
use crate::progress::Progress;
use crate::tree::FileKind;

/// The parameters of a run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Which files to check.
    pub files: FileOptions,
    /// The configuration file, instead of the nearest to each path.
    pub config: Option<PathBuf>,
    /// Which rules to run.
    pub rules: RuleOptions,
    /// The inputs of the Terraform roots.
    pub terraform: TerraformOptions,
    /// Parameter files for the templates.
    pub parameters: Vec<PathBuf>,
    /// Files with rows of what is deployed already.
    pub inventory: Vec<PathBuf>,
    /// Plans and states of Terraform.
    pub documents: Vec<PathBuf>,
    /// Which findings not to report.
    pub findings: FindingOptions,
    /// How to report.
    pub reports: ReportOptions,
    /// A folder of custom rules, instead of those beside what is checked.
    pub own_rules: Option<PathBuf>,
    /// Where custom rules are evaluated.
    pub host: Host,
    /// What to fix; `None` where nothing is.
    pub fix: Option<FixOptions>,
    /// Whether roots are also evaluated with other values than the defaults.
    pub explore: bool,
    /// Whether nothing but findings is wanted: what leads to one only where another root looks it up is read only then.
    pub finds_only: bool,
    /// Whether a list of the roots is wanted, with how each is joined to others.
    pub lists_roots: bool,
    /// Whether a list of what has Azure Disk Encryption is wanted.
    pub lists_ade: bool,
    /// Whether what rules of a team's own see is wanted.
    pub lists_own_input: bool,
    /// Whether it is wanted what the roots look for beyond the tree, and give to roots of others.
    pub lists_shared: bool,
    /// The date in UTC, by which ignore comments expire.
    pub today: Date,
    /// How far the run is, for whoever shows it.
    pub progress: Arc<Progress>,
}

/// Which files to check, and of which revision. Paths are relative to `cwd`.
#[derive(Clone, Debug)]
pub struct FileOptions {
    /// The current directory, or the one to switch to.
    pub cwd: PathBuf,
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// Whether directories are checked with everything below them.
    pub recursive: bool,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// The revision to compare with.
    pub base: Option<String>,
    /// The revision to check, instead of the working tree.
    pub head: Option<String>,
    /// Texts that are not saved yet.
    pub unsaved: Vec<UnsavedFile>,
    /// Whether all templates are parsed, also those that can lead to no finding, to report errors in their text.
    pub parses_all: bool,
    /// The size in bytes of the largest file that is read.
    pub max_file_size: u64,
    /// Where `bicep restore` keeps modules of registries, instead of `~/.bicep`.
    pub bicep_cache: Option<PathBuf>,
    /// The folder that paths of the tree are relative to; `None` for the repository that contains all paths, or the folder of them all.
    pub root: Option<PathBuf>,
    /// The folders, below the root, that are repositories of their own: files of inputs are for roots of their own repository. Empty where all is one.
    pub repositories: Vec<String>,
}

/// The unsaved text of a file, which replaces the text on the disk.
#[derive(Clone, Debug)]
pub struct UnsavedFile {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Vec<u8>,
}

/// Which rules to run; rules are named by id or name.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// The only ones to run, where there are any.
    pub only: Vec<String>,
    /// Those to switch on.
    pub enable_rule: Vec<String>,
    /// Those to switch off.
    pub disable_rule: Vec<String>,
    /// The edition of the restrictions.
    pub edition: Option<Edition>,
    /// Whether faults in the inventory alone are reported.
    pub inventory_findings: bool,
    /// Levels and options of single rules, by id; they take precedence over those of a configuration file. Whether a rule runs is not decided here.
    pub settings: BTreeMap<&'static str, RuleSettings>,
}

impl RuleOptions {
    /// Those that the arguments state.
    #[must_use]
    pub fn new(args: &LintArgs) -> Self {
        Self {
            only: args.only.clone(),
            enable_rule: args.enable_rule.clone(),
            disable_rule: args.disable_rule.clone(),
            edition: args.edition,
            inventory_findings: args.inventory_findings,
            settings: BTreeMap::new(),
        }
    }
}

/// The inputs of the Terraform roots.
#[derive(Clone, Debug, Default)]
pub struct TerraformOptions {
    /// Variables, by name.
    pub variables: Vec<(String, String)>,
    /// Variables from the environment, by name.
    pub environment: Vec<(String, String)>,
    /// Files of variables.
    pub var_files: Vec<PathBuf>,
    /// The workspace.
    pub workspace: Option<String>,
    /// Which module calls to follow.
    pub call_module_type: Option<ModuleType>,
    /// Sources of modules to leave out.
    pub ignored_modules: Vec<String>,
}

/// What to fix, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixOptions {
    /// How safe fixes must be.
    pub allowed: Safety,
    /// What becomes of them.
    pub target: FixTarget,
}

/// What becomes of fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixTarget {
    /// They are written into the files.
    Files,
    /// They are printed as a diff, and nothing is reported.
    Diff,
    /// It is reported what they would leave.
    Nothing,
}

impl FixOptions {
    /// What `args` ask for.
    fn new(args: &LintArgs) -> anyhow::Result<Option<Self>> {
        let allowed = match (args.fix_unsafe, args.fix) {
            (true, _) => Safety::Unsafe,
            (false, true) => Safety::Safe,
            (false, false) if args.diff || args.dry_run => bail!("--diff and --dry-run go with --fix or --fix-unsafe"),
            (false, false) => return Ok(None),
        };
        let target = match (args.diff, args.dry_run) {
            (true, _) => FixTarget::Diff,
            (false, true) => FixTarget::Nothing,
            (false, false) => FixTarget::Files,
        };
        Ok(Some(Self { allowed, target }))
    }
}

/// Which findings not to report.
#[derive(Clone, Debug, Default)]
pub struct FindingOptions {
    /// Globs: only findings in files that match one are reported.
    pub filter: Vec<String>,
    /// Whether findings are reported in spite of ignore comments.
    pub no_ignores: bool,
    /// Whether the findings of the base are left out.
    pub diff_only: bool,
    /// A file of known findings.
    pub baseline: Option<PathBuf>,
    /// The file to write all findings to, as known ones.
    pub write_baseline: Option<PathBuf>,
}

/// How to report.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a flag
pub struct ReportOptions {
    /// The format.
    pub format: Option<Format>,
    /// Where to write reports; to standard output where it is empty.
    pub outputs: Vec<Output>,
    /// How findings are grouped.
    pub group_by: Option<GroupBy>,
    /// The most findings of a group that are shown.
    pub limit: Option<usize>,
    /// Whether to color; by the terminal where it is left out.
    pub color: Option<bool>,
    /// Whether to print findings only.
    pub quiet: bool,
    /// Whether to print notes too.
    pub verbose: bool,
    /// Whether to print counts.
    pub statistics: bool,
    /// Whether SARIF has the findings that are left out, as suppressed.
    pub show_ignored: bool,
    /// The lowest level of a finding that makes the exit code 2.
    pub minimum_failure_severity: Option<Level>,
    /// Whether findings leave the exit code 0.
    pub force: bool,
    /// Whether a limit that left something out makes the exit code 1.
    pub strict: bool,
}

impl ReportOptions {
    /// Whether a report in `format` is asked for; `configured` is the format that the configuration has.
    pub(crate) fn write(&self, format: Format, configured: Option<Format>) -> bool {
        let of_run = self.format.or(configured).unwrap_or_default();
        let mut named = self.outputs.iter().map(|output| {
            let by_name = || Format::of_file(&output.file);
            output.format.or(self.format).or_else(by_name).unwrap_or(of_run)
        });
        if self.outputs.is_empty() { of_run == format } else { named.any(|named| named == format) }
    }
}

impl Invocation {
    /// All files below the folder `cwd`, as the command line checks them without arguments. `today` is the date in UTC.
    #[must_use]
    pub fn of_folder(cwd: PathBuf, today: Date) -> Self {
        Self {
            files: FileOptions::of_folder(cwd),
            config: None,
            rules: RuleOptions::default(),
            terraform: TerraformOptions::default(),
            parameters: Vec::new(),
            inventory: Vec::new(),
            documents: Vec::new(),
            findings: FindingOptions::default(),
            reports: ReportOptions::default(),
            own_rules: None,
            host: own_rules::host(),
            fix: None,
            explore: false,
            finds_only: false,
            lists_roots: false,
            lists_ade: false,
            lists_own_input: false,
            lists_shared: false,
            today,
            progress: Arc::default(),
        }
    }

    /// The start of the day of the run.
    pub(crate) fn day(&self) -> Option<Instant> {
        let since = self.today.duration_since(Date::constant(1970, 1, 1));
        Instant::of_seconds(since.as_secs())
    }

    /// The parameters that `args` state in this process. Standard input is read where they ask for it.
    ///
    /// # Errors
    /// Where the current directory, or standard input, can't be read, or a variable has no value.
    pub fn new(args: &LintArgs, today: Date) -> anyhow::Result<Self> {
        if args.inventory.is_empty() && args.inventory_findings {
            bail!("--inventory-findings needs an --inventory");
        }
        if args.diff_only && args.base.is_none() {
            bail!("--diff-only needs a --base");
        }
        if args.diff_only && args.explore {
            bail!("--explore and --diff-only exclude each other");
        }
        Ok(Self {
            files: FileOptions::new(args)?,
            config: args.config.clone(),
            rules: RuleOptions::new(args),
            terraform: TerraformOptions {
                variables: args.var.iter().map(|text| variable(text)).collect::<anyhow::Result<_>>()?,
                environment: if args.tf_var_env { environment() } else { Vec::new() },
                var_files: args.var_file.clone(),
                workspace: args.workspace.clone(),
                call_module_type: args.call_module_type,
                ignored_modules: args.ignore_module.clone(),
            },
            own_rules: None,
            host: own_rules::host(),
            fix: FixOptions::new(args)?,
            explore: args.explore,
            finds_only: false,
            lists_roots: false,
            lists_ade: false,
            lists_own_input: false,
            lists_shared: false,
            parameters: args.parameters.clone(),
            inventory: args.inventory.clone(),
            documents: args.plan.iter().chain(&args.state).cloned().collect(),
            findings: FindingOptions {
                filter: args.filter.clone(),
                no_ignores: args.no_ignores,
                diff_only: args.diff_only,
                baseline: args.baseline.clone(),
                write_baseline: args.write_baseline.clone(),
            },
            reports: ReportOptions {
                format: args.format,
                outputs: args.output.clone(),
                group_by: args.group_by.map(Into::into),
                limit: args.limit,
                color: (args.color || args.no_color).then_some(!args.no_color),
                quiet: args.quiet,
                verbose: args.verbose,
                statistics: args.statistics,
                show_ignored: args.show_ignored,
                minimum_failure_severity: args.minimum_failure_severity,
                force: args.force,
                strict: args.strict,
            },
            today: args.today.unwrap_or(today),
            progress: Arc::default(),
        })
    }
}

impl FileOptions {
    /// All files below the folder `cwd`.
    #[must_use]
    pub fn of_folder(cwd: PathBuf) -> Self {
        Self {
            cwd,
            paths: vec![PathBuf::from(".")],
            recursive: true,
            exclude: Vec::new(),
            base: None,
            head: None,
            unsaved: Vec::new(),
            parses_all: false,
            max_file_size: DEFAULT_MAX_FILE_SIZE,
            bicep_cache: None,
            root: None,
            repositories: Vec::new(),
        }
    }

    fn new(args: &LintArgs) -> anyhow::Result<Self> {
        let cwd = directory(args.chdir.as_deref())?;
        let mut paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
        let mut unsaved = Vec::new();
        if let Some(path) = &args.stdin_filename {
            if FileKind::of(&path.to_string_lossy()).is_none() {
                bail!("{}: not a file that cmklint reads, by its ending", path.display());
            }
            if args.paths.is_empty() {
                paths = vec![path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()];
            }
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text).context("standard input cannot be read")?;
            unsaved.push(UnsavedFile { path: path.clone(), text });
        }
        Ok(Self {
            cwd,
            paths,
            recursive: !args.no_recursive,
            exclude: args.exclude.clone(),
            base: args.base.clone(),
            head: args.head.clone(),
            unsaved,
            parses_all: args.syntax,
            max_file_size: args.max_file_size,
            bicep_cache: args.bicep_cache.clone(),
            root: None,
            repositories: Vec::new(),
        })
    }
}

/// The current directory, or the one that `chdir` names.
///
/// # Errors
/// Where it isn't there.
pub(crate) fn directory(chdir: Option<&Path>) -> anyhow::Result<PathBuf> {
    let cwd = std::env::current_dir().context("the current directory cannot be read")?;
    match chdir {
        Some(dir) => cwd.join(dir).canonicalize().with_context(|| format!("{}: no such directory", dir.display())),
        None => Ok(cwd),
    }
}

/// A variable's name and value, of `NAME=VALUE`.
///
/// # Errors
/// Where there is no `=`.
pub fn variable(text: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => bail!("{text}: a variable is given as NAME=VALUE"),
    }
}

/// The variables from `TF_VAR_` in the environment, sorted by name.
fn environment() -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| {
            Some((name.to_str()?.strip_prefix("TF_VAR_")?.to_owned(), value.into_string().ok()?))
        })
        .collect();
    out.sort();
    out
}
