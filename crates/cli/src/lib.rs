//! The command line and the library behind it: files in, findings out.

pub mod ade;
pub mod analysis;
pub mod analyzer;
pub mod areas;
pub mod args;
pub mod baseline;
pub mod codebase;
pub mod config;
pub mod console;
pub mod documents;
pub mod environments;
pub mod explain;
mod fault;
pub mod fixes;
mod graph;
pub mod ignores;
pub mod inputs;
pub mod inventory;
pub mod invocation;
pub mod kept;
pub mod limits;
pub mod listing;
pub mod module_type;
pub mod named_file;
mod nested;
pub mod outcome;
pub mod overlay;
pub mod own_rules;
mod paths;
pub mod progress;
pub mod report_file;
pub mod reports;
mod restore_cache;
pub mod revision;
mod rules_test;
pub mod run;
pub mod settings;
mod stand_ins;
mod template_offers;
mod template_scan;
pub mod templates;
mod tflint_plugin;
pub mod tree;

use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
/// Where rules of a team's own are evaluated.
pub use cmklint_custom::Host;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::analyzer::Analyzer;
use crate::args::{Cli, Command, LintArgs, ListFormat, RulesAction, TflintPluginAction};
use crate::invocation::RuleOptions;
use crate::listing::Listed;

/// Runs the command line of this process. `serve` is the language server, which is built on this crate.
#[must_use]
pub fn main(serve: fn() -> anyhow::Result<()>) -> ExitCode {
    if std::env::args_os().skip(1).eq([cmklint_custom::ARGUMENT]) {
        return cmklint_custom::serve();
    }
    own_rules::evaluate_in_this_program();
    fault::tell_faults();
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version arrive here too.
            console::print_usage(&error);
            return if error.use_stderr() { ExitCode::from(run::FAILED) } else { ExitCode::SUCCESS };
        }
    };
    match dispatch(&cli, serve) {
        Ok(code) => code,
        // A closed pipe (`cmklint | head`) is not a failure.
        Err(error)
            if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            console::print_error(&error);
            ExitCode::from(run::FAILED)
        }
    }
}

/// Today's date in UTC, by which ignore comments expire.
#[must_use]
pub fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn dispatch(cli: &Cli, serve: fn() -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let code = match &cli.command {
        None => {
            misspelt_command(&cli.lint)?;
            on_threads(cli.lint.jobs, &mut out, |out, err| run::lint(&cli.lint, today(), out, err))?
        }
        Some(Command::Ade { lint, csv }) => {
            on_threads(lint.jobs, &mut out, |out, err| ade::list(lint, *csv, today(), out, err))?
        }
        Some(Command::Modules { lint }) => {
            on_threads(lint.jobs, &mut out, |out, err| listing::list(Listed::Modules, lint, today(), out, err))?
        }
        Some(Command::Roots { lint }) => {
            on_threads(lint.jobs, &mut out, |out, err| listing::list(Listed::Roots, lint, today(), out, err))?
        }
        Some(Command::Graph(args)) => on_threads(None, &mut out, |out, err| graph::draw(args, today(), out, err))?,
        Some(Command::Explain { rule, format }) => {
            let text = explain::page(rule, *format)?;
            out.write_all(text.as_bytes())?;
            ExitCode::SUCCESS
        }
        Some(Command::Rules { action: Some(RulesAction::Test { folder }), .. }) => {
            on_threads(None, &mut out, |out, _| {
                let is_fine = rules_test::run(folder.as_deref(), today(), out)?;
                Ok(ExitCode::from(if is_fine { run::CLEAN } else { run::FAILED }))
            })?
        }
        Some(Command::Rules { action: Some(RulesAction::Input { lint }), .. }) => {
            on_threads(lint.jobs, &mut out, |out, err| listing::own_rules_input(lint, today(), out, err))?
        }
        Some(Command::Rules { format, config, action: None }) => {
            let here = run::configured(config.as_deref(), &RuleOptions::new(&cli.lint))?;
            let (settings, catalog) = (&here.settings, here.own.catalog());
            let text = match format {
                ListFormat::Table => explain::table(settings, catalog),
                ListFormat::Json => explain::json(settings, catalog),
                ListFormat::Markdown => explain::markdown(settings, catalog),
            };
            out.write_all(text.as_bytes())?;
            ExitCode::SUCCESS
        }
        Some(Command::InventoryQuery) => {
            out.write_all(cmklint_inventory::query().as_bytes())?;
            ExitCode::SUCCESS
        }
        Some(Command::Init) => {
            write_configuration(&mut out)?;
            ExitCode::SUCCESS
        }
        Some(Command::Completions { shell }) => {
            clap_complete::generate(*shell, &mut Cli::described(), "cmklint", &mut out);
            ExitCode::SUCCESS
        }
        Some(Command::Man) => {
            clap_mangen::Man::new(Cli::described()).render(&mut out)?;
            ExitCode::SUCCESS
        }
        Some(Command::Lsp) => {
            serve()?;
            ExitCode::SUCCESS
        }
        Some(Command::TflintPlugin { action: TflintPluginAction::Install { from, to } }) => {
            let path = tflint_plugin::install(from.as_deref(), to.as_deref())?;
            writeln!(out, "wrote {}\n\n.tflint.hcl needs:\n\n{}", path.display(), tflint_plugin::BLOCK)?;
            ExitCode::SUCCESS
        }
    };
    out.flush()?;
    Ok(code)
}

/// Writes a commented configuration into the current directory, and says so on `out`.
fn write_configuration(out: &mut dyn std::io::Write) -> anyhow::Result<()> {
    let mut file = match std::fs::OpenOptions::new().write(true).create_new(true).open(config::FILE_NAME) {
        Ok(file) => file,
        Err(error) => anyhow::bail!("{}: {error}", config::FILE_NAME),
    };
    file.write_all(config::COMMENTED.as_bytes())?;
    let latest = cmklint_rules::Edition::LATEST;
    writeln!(
        out,
        "wrote {}: it asks for the newest edition of the restrictions, {latest}; without an edition all are checked, and what a later one lifted is a warning",
        config::FILE_NAME
    )?;
    Ok(())
}

/// Runs `work` on the threads that `args` ask for, and writes its output to `out` once it has ended.
fn on_threads(
    jobs: Option<usize>,
    out: &mut dyn std::io::Write,
    work: impl FnOnce(&mut Vec<u8>, &mut (dyn std::io::Write + Send)) -> anyhow::Result<ExitCode> + Send,
) -> anyhow::Result<ExitCode> {
    let analyzer = Analyzer::new(jobs)?;
    let mut err = console::standard_error();
    let mut written = Vec::new();
    let code = analyzer.run("the whole run", || work(&mut written, &mut err));
    err.flush()?;
    // A panic has been reported already.
    let Some(code) = code else { return Ok(ExitCode::from(run::FAILED)) };
    let code = code?;
    out.write_all(&written)?;
    Ok(code)
}

/// A word that is not a path and nearly a command's name was probably meant as the command.
fn misspelt_command(args: &LintArgs) -> anyhow::Result<()> {
    let [path] = &args.paths[..] else { return Ok(()) };
    let here = args.chdir.clone().unwrap_or_default();
    let Some(word) = path.to_str().filter(|word| !word.contains(['.', '/', '\\']) && !here.join(word).exists()) else {
        return Ok(());
    };
    let command = Cli::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    match names.map(|name| (strsim::damerau_levenshtein(name, word), name)).min() {
        Some((distance, near)) if distance <= 2 => {
            anyhow::bail!("{word}: no such file, directory or command; did you mean `cmklint {near}`?")
        }
        _ => Ok(()),
    }
}
