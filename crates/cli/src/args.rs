//! The command line, as clap parses it. Flags that tflint has too have the same name and meaning.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::FalseyValueParser;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use cmklint_report::{Format, MapFormat};
use cmklint_rules::{Edition, Level};
use jiff::civil::Date;

use crate::limits::DEFAULT_MAX_FILE_SIZE;
use crate::module_type::ModuleType;

/// Checks Terraform, ARM JSON and Bicep against the restrictions on customer-managed keys for Azure managed disks
#[derive(Debug, Parser)]
#[command(name = "cmklint", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; linting where it is left out
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The arguments of linting
    #[command(flatten)]
    pub lint: LintArgs,
}

/// What is done with rules of a team's own.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Runs the examples beside rules of a team's own (NAME/bad and NAME/good beside NAME.rego) and compares what is found with their marks and expected.txt
    Test {
        /// The folder of the rules; cmklint-rules where it is left out
        folder: Option<PathBuf>,
    },
    /// Prints what rules of a team's own see of the current directory, as JSON
    Input {
        /// What to look at, as in linting
        #[command(flatten)]
        lint: Box<LintArgs>,
    },
}

impl Cli {
    /// The command line, in which the lists say which formats they have.
    pub(crate) fn described() -> clap::Command {
        let takes = |command: clap::Command, formats: &str| {
            let help = format!("The list's format: {formats}");
            command.mut_arg("format", |arg| arg.help(help))
        };
        Self::command()
            .mut_subcommand("ade", |command| takes(command, "default, json or markdown"))
            .mut_subcommand("modules", |command| takes(command, "default or json"))
            .mut_subcommand("roots", |command| takes(command, "default or json"))
    }

    /// Reads the arguments of this process, and the environment's where an argument is left out.
    ///
    /// # Errors
    /// Where they are none of cmklint's, or ask for help or the version.
    pub fn read() -> Result<Self, clap::Error> {
        let matches = Self::described().try_get_matches()?;
        let mut cli = Self::from_arg_matches(&matches)?;
        cli.prefer_arguments(&matches);
        Ok(cli)
    }

    /// Of two flags that exclude each other, lets the later one take precedence, and one of the command line over the other one's variable.
    fn prefer_arguments(&mut self, matches: &ArgMatches) {
        let matches = matches.subcommand().map_or(matches, |(_, own)| own);
        let lint = match &mut self.command {
            None => &mut self.lint,
            Some(Command::Ade { lint, .. } | Command::Modules { lint } | Command::Roots { lint }) => &mut **lint,
            Some(_) => return,
        };
        // The later one of the command line; a variable is before all of that.
        let place = |id: &str| match matches.value_source(id) {
            Some(ValueSource::CommandLine) => matches.index_of(id),
            _ => None,
        };
        lint.no_color &= place("color") <= place("no_color");
        lint.color &= !lint.no_color;
        lint.no_recursive &= place("recursive") <= place("no_recursive");
    }
}

/// What to do instead of linting.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says what a rule reports, why, its source, and shows a bad and a good example in each language
    Explain {
        /// The rule, by id (CMK020) or name (same_region)
        rule: String,
        /// The page's format
        #[arg(long, value_enum, default_value_t = PageFormat::Markdown)]
        format: PageFormat,
    },
    /// Lists the rules, their levels and editions, and whether they are on
    Rules {
        /// The list's format
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        /// The configuration file
        #[arg(short, long, value_name = "FILE", env = "CMKLINT_CONFIG", hide_env_values = true)]
        config: Option<PathBuf>,
        /// What to do with rules of a team's own
        #[command(subcommand)]
        action: Option<RulesAction>,
    },
    /// Prints the Azure Resource Graph query whose rows --inventory reads
    InventoryQuery,
    /// Lists the modules and linked templates that were not looked into, where each is called, why, and how to have it looked into
    Modules {
        /// What to look at, as in linting; --format takes default or json
        #[command(flatten)]
        lint: Box<LintArgs>,
    },
    /// Lists the resources that have Azure Disk Encryption or are marked by it, what has to be done with each until it retires, and what it blocks
    Ade {
        /// What to look at, as in linting; --format takes default, json or markdown
        #[command(flatten)]
        lint: Box<LintArgs>,
        /// Write CSV, for a spreadsheet
        #[arg(long)]
        csv: bool,
    },
    /// Lists the roots with their languages, inputs and environments, and how each is joined to others
    Roots {
        /// What to look at, as in linting; --format takes default or json
        #[command(flatten)]
        lint: Box<LintArgs>,
    },
    /// Draws the estate: vaults, keys, encryption sets, disks, machines, snapshots and images, which of them uses which, and what is wrong
    Graph(GraphArgs),
    /// Writes a commented .cmklint.hcl into the current directory
    Init,
    /// Prints a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
    /// Serves an editor over standard input and output, as the Language Server Protocol has it
    Lsp,
    /// cmklint's rules inside tflint
    TflintPlugin {
        /// What to do
        #[command(subcommand)]
        action: TflintPluginAction,
    },
}

/// What `cmklint tflint-plugin` does.
#[derive(Debug, Subcommand)]
pub enum TflintPluginAction {
    /// Puts the plugin where tflint looks for it: $TFLINT_PLUGIN_DIR, else ~/.tflint.d/plugins
    Install {
        /// The plugin tflint-ruleset-cmklint, instead of the one beside this program
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// The folder, instead of the one that tflint looks in
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
}

/// What `cmklint graph` draws, and how.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// Files and directories to look at; the current directory where none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The format: mermaid, dot, json or html, one page that needs no network
    #[arg(short, long, value_name = "FORMAT", default_value = "mermaid")]
    pub format: MapFormat,
    /// Show what was at this revision of git beside what is now; with --format html
    #[arg(long, value_name = "REVISION")]
    pub base: Option<String>,
    /// Switches to this directory first
    #[arg(long, value_name = "DIR", env = "CMKLINT_CHDIR", hide_env_values = true)]
    pub chdir: Option<PathBuf>,
    /// The configuration file
    #[arg(short, long, value_name = "FILE", env = "CMKLINT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// A Terraform variable
    #[arg(long, value_name = "NAME=VALUE", env = "CMKLINT_VAR", hide_env_values = true)]
    pub var: Vec<String>,
    /// A file of Terraform variables
    #[arg(long, value_name = "FILE", env = "CMKLINT_VAR_FILE", hide_env_values = true)]
    pub var_file: Vec<PathBuf>,
    /// A parameter file of a template
    #[arg(long, value_name = "FILE", env = "CMKLINT_PARAMETERS", hide_env_values = true)]
    pub parameters: Vec<PathBuf>,
}

/// How `cmklint rules` lists.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// A table for a page
    Markdown,
}

/// How `cmklint explain` shows a rule.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PageFormat {
    /// For people
    Markdown,
    /// For programs
    Json,
}

/// The arguments of linting.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // each is a flag
pub struct LintArgs {
    /// Files and directories to check; the current directory where none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The report's format: default, compact, json, sarif, github, junit, checkstyle, codequality, markdown or html
    #[arg(short, long, value_name = "FORMAT", env = "CMKLINT_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,

    /// Write a report to FILE instead of standard output, which is `-`; repeated, writes several. Without FORMAT, the
    /// format is that of --format, or goes by the file's ending: .sarif, .json, .md, .html, .xml (JUnit), .txt
    #[arg(
        short,
        long,
        value_name = "[FORMAT:]FILE",
        env = "CMKLINT_OUTPUT",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub output: Vec<Output>,

    /// The configuration file, instead of the nearest .cmklint.hcl from each path up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "CMKLINT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,

    /// Switch to DIR first
    #[arg(long, value_name = "DIR", env = "CMKLINT_CHDIR", hide_env_values = true)]
    pub chdir: Option<PathBuf>,

    /// Check directories with everything below them (the default)
    #[arg(long, env = "CMKLINT_RECURSIVE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub recursive: bool,

    /// Check only the files directly in the given directories
    #[arg(long, env = "CMKLINT_NO_RECURSIVE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_recursive: bool,

    /// Run only this rule, by id or name; may be repeated, or a comma-separated list
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "CMKLINT_ONLY", hide_env_values = true)]
    pub only: Vec<String>,

    /// Switch a rule on, by id or name; may be repeated, or a comma-separated list
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "CMKLINT_ENABLE_RULE", hide_env_values = true)]
    pub enable_rule: Vec<String>,

    /// Switch a rule off, by id or name; may be repeated, or a comma-separated list
    #[arg(long, value_name = "RULE", value_delimiter = ',', env = "CMKLINT_DISABLE_RULE", hide_env_values = true)]
    pub disable_rule: Vec<String>,

    /// The edition of the restrictions: 2020-08, 2022-10, 2023-02, 2024-06, 2024-11, 2025-02, or latest; without one, all are checked, and what a later edition
    /// lifted is a warning
    #[arg(long, value_name = "EDITION", env = "CMKLINT_EDITION", hide_env_values = true)]
    pub edition: Option<Edition>,

    /// Set a variable of the Terraform roots; may be repeated
    #[arg(long, value_name = "NAME=VALUE", env = "CMKLINT_VAR", hide_env_values = true)]
    pub var: Vec<String>,

    /// Take variables of the Terraform roots from TF_VAR_NAME in the environment, as Terraform does
    #[arg(long, env = "CMKLINT_TF_VAR_ENV", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub tf_var_env: bool,

    /// The Terraform workspace (terraform.workspace); unknown without this flag
    #[arg(long, value_name = "NAME", env = "CMKLINT_WORKSPACE", hide_env_values = true)]
    pub workspace: Option<String>,

    /// A file of variables for the Terraform roots; may be repeated
    #[arg(long, value_name = "FILE", env = "CMKLINT_VAR_FILE", hide_env_values = true)]
    pub var_file: Vec<PathBuf>,

    /// Also evaluate each boolean and enumerated input of a root that is left at its default with its other values, one at a time
    #[arg(long, env = "CMKLINT_EXPLORE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub explore: bool,

    /// A parameter file (JSON or .bicepparam) for the templates; may be repeated
    #[arg(long, value_name = "FILE", env = "CMKLINT_PARAMETERS", hide_env_values = true)]
    pub parameters: Vec<PathBuf>,

    /// What is deployed already: rows of the query that `cmklint inventory-query` prints, as JSON or JSON lines, also .gz or .zst; may be repeated
    #[arg(long, value_name = "FILE", env = "CMKLINT_INVENTORY", hide_env_values = true)]
    pub inventory: Vec<PathBuf>,

    /// Also report faults that are in the inventory alone
    #[arg(long, env = "CMKLINT_INVENTORY_FINDINGS", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub inventory_findings: bool,

    /// A plan of Terraform as JSON (terraform show -json PLAN): checked instead of its root's configuration; may be repeated
    #[arg(long, value_name = "FILE", env = "CMKLINT_PLAN", hide_env_values = true)]
    pub plan: Vec<PathBuf>,

    /// A state of Terraform, as JSON or as a state file: what was deployed before its root's configuration; may be repeated
    #[arg(long, value_name = "FILE", env = "CMKLINT_STATE", hide_env_values = true)]
    pub state: Vec<PathBuf>,

    /// Take this day for today: for keys that expire, and ignore comments that end
    #[arg(long, value_name = "YYYY-MM-DD", env = "CMKLINT_TODAY", hide_env_values = true)]
    pub today: Option<Date>,

    /// Which module calls to follow: all, local or none
    #[arg(long, value_name = "TYPE", env = "CMKLINT_CALL_MODULE_TYPE", hide_env_values = true)]
    pub call_module_type: Option<ModuleType>,

    /// Where `bicep restore` keeps modules of registries, instead of ~/.bicep
    #[arg(long, value_name = "DIR", env = "CMKLINT_BICEP_CACHE", hide_env_values = true)]
    pub bicep_cache: Option<PathBuf>,

    /// Leave out the modules with this source; may be repeated
    #[arg(long, value_name = "SOURCE", env = "CMKLINT_IGNORE_MODULE", hide_env_values = true)]
    pub ignore_module: Vec<String>,

    /// The lowest level of a finding that makes the exit code 2: error, warning or notice
    #[arg(long, value_name = "LEVEL", env = "CMKLINT_MINIMUM_FAILURE_SEVERITY", hide_env_values = true)]
    pub minimum_failure_severity: Option<Level>,

    /// Report only findings in files that match the glob; may be repeated
    #[arg(long, value_name = "GLOB", env = "CMKLINT_FILTER", hide_env_values = true)]
    pub filter: Vec<String>,

    /// Leave out files that match the glob, as `exclude` in the configuration; may be repeated
    #[arg(long, value_name = "GLOB", env = "CMKLINT_EXCLUDE", hide_env_values = true)]
    pub exclude: Vec<String>,

    /// Report findings in spite of ignore comments
    #[arg(long, env = "CMKLINT_NO_IGNORES", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_ignores: bool,

    /// Compare with this git revision: what was moved, what lost its key
    #[arg(long, value_name = "REV", env = "CMKLINT_BASE", hide_env_values = true)]
    pub base: Option<String>,

    /// Check this git revision, not the working tree
    #[arg(long, value_name = "REV", conflicts_with = "stdin_filename", env = "CMKLINT_HEAD", hide_env_values = true)]
    pub head: Option<String>,

    /// Report only what the change introduced: leave out the findings that the base has
    #[arg(long, env = "CMKLINT_DIFF_ONLY", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub diff_only: bool,

    /// Leave out the findings listed in FILE: they don't fail the run
    #[arg(long, value_name = "FILE", env = "CMKLINT_BASELINE", hide_env_values = true)]
    pub baseline: Option<PathBuf>,

    /// Write all findings to FILE, as a baseline, and exit with 0
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// Exit with 0 even where there are findings
    #[arg(long, env = "CMKLINT_FORCE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub force: bool,

    /// Exit with 1 where a limit of cmklint left something out
    #[arg(long, env = "CMKLINT_STRICT", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub strict: bool,

    /// How the default format groups findings; by rule where there are more than 50
    #[arg(long, value_enum, value_name = "BY", env = "CMKLINT_GROUP_BY", hide_env_values = true)]
    pub group_by: Option<GroupBy>,

    /// The most findings of a group that the default format shows, 0 for all; 10 where there are more than 50
    #[arg(long, value_name = "N", env = "CMKLINT_LIMIT", hide_env_values = true)]
    pub limit: Option<usize>,

    /// Put findings that are ignored, or in the baseline, into SARIF as suppressions
    #[arg(long, env = "CMKLINT_SHOW_IGNORED", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub show_ignored: bool,

    /// Never color the output
    #[arg(long, env = "CMKLINT_NO_COLOR", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_color: bool,

    /// Always color the output
    #[arg(long, env = "CMKLINT_COLOR", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub color: bool,

    /// Print findings only
    #[arg(short, long, env = "CMKLINT_QUIET", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub quiet: bool,

    /// Print notes too: modules that could not be looked into, files that were skipped
    #[arg(short, long, env = "CMKLINT_VERBOSE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub verbose: bool,

    /// Count files, roots, resources and seconds on standard error
    #[arg(long, env = "CMKLINT_STATISTICS", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub statistics: bool,

    /// Report what is wrong with the text of templates too that can lead to no finding; else these are not parsed unless named
    #[arg(long, env = "CMKLINT_SYNTAX", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub syntax: bool,

    /// List the files that would be read, and check nothing
    #[arg(long)]
    pub show_files: bool,

    /// The number of threads; by default one for each processor
    #[arg(short, long, value_name = "N", env = "CMKLINT_JOBS", hide_env_values = true)]
    pub jobs: Option<usize>,

    /// Files larger than this many bytes are refused
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_FILE_SIZE, env = "CMKLINT_MAX_FILE_SIZE", hide_env_values = true)]
    pub max_file_size: u64,

    /// Write safe fixes into the files, and report what is left
    #[arg(long, conflicts_with_all = ["head", "stdin_filename"])]
    pub fix: bool,

    /// Write fixes that may change what is meant, too
    #[arg(long, conflicts_with_all = ["head", "stdin_filename"])]
    pub fix_unsafe: bool,

    /// With --fix or --fix-unsafe: print what would change, write nothing, and report nothing
    #[arg(long)]
    pub diff: bool,

    /// With --fix or --fix-unsafe: report what would be left, and write nothing
    #[arg(long, conflicts_with = "diff")]
    pub dry_run: bool,

    /// Read standard input as the text of PATH, which need not be on the disk; without PATHs, its directory is checked
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
}

/// How findings are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// Those of one root together
    Root,
    /// Those of one rule together
    Rule,
}

impl From<GroupBy> for cmklint_report::GroupBy {
    fn from(by: GroupBy) -> Self {
        match by {
            GroupBy::Root => Self::Root,
            GroupBy::Rule => Self::Rule,
        }
    }
}

/// The destination of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format, where it is named.
    pub format: Option<Format>,
    /// The file; `-` is standard output.
    pub file: String,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once(':') {
            // A drive (`C:\\reports`), or a path.
            Some((before, _)) if before.len() < 2 || before.contains(['/', '\\', '.', ' ']) => (None, text),
            Some((name, file)) => {
                (Some(name.parse().map_err(|why| format!("{why} (a file of that name: ./{text})"))?), file)
            }
            None => (None, text),
        };
        if file.is_empty() {
            return Err(format!("{text}: the file's name is missing"));
        }
        Ok(Self { format, file: file.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flags that are about one run, not about how a person or a pipeline wants all of them.
    const OF_ONE_RUN: [&str; 9] =
        ["help", "version", "write_baseline", "show_files", "fix", "fix_unsafe", "diff", "dry_run", "stdin_filename"];

    #[test]
    fn each_flag_of_linting_has_a_variable_of_its_name() {
        let command = Cli::command();
        for argument in command.get_arguments().filter(|a| !a.is_positional()) {
            let id = argument.get_id().as_str();
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            let expected = (!OF_ONE_RUN.contains(&id)).then(|| format!("CMKLINT_{}", id.to_ascii_uppercase()));
            assert_eq!(variable, expected, "--{id}");
        }
    }
}
