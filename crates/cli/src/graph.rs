//! `cmklint graph`: the estate as a picture or as data.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use cmklint_report::{DisplayPaths, MapReport, write_map};
use cmklint_rules::EstateMap;
use cmklint_source::Severity;
use jiff::civil::Date;

use crate::args::GraphArgs;
use crate::codebase::Codebase;
use crate::invocation::{Invocation, TerraformOptions, variable};
use crate::reports::Reports;
use crate::{analyzer, run};

/// What `args` ask to draw.
fn invocation(args: &GraphArgs, today: Date) -> anyhow::Result<Invocation> {
    let here = std::env::current_dir().context("the current directory cannot be read")?;
    let cwd = match &args.chdir {
        Some(dir) => here.join(dir).canonicalize().with_context(|| format!("{}: no such directory", dir.display()))?,
        None => here,
    };
    let mut invocation = Invocation::of_folder(cwd, today);
    if !args.paths.is_empty() {
        invocation.files.paths.clone_from(&args.paths);
    }
    invocation.config.clone_from(&args.config);
    invocation.parameters.clone_from(&args.parameters);
    invocation.terraform = TerraformOptions {
        variables: args.var.iter().map(|text| variable(text)).collect::<anyhow::Result<_>>()?,
        var_files: args.var_file.clone(),
        ..TerraformOptions::default()
    };
    Ok(invocation)
}

/// Analyzes what `args` name, and writes the graph. Errors go to `err`.
///
/// # Errors
/// Where the run can't be done at all.
pub(crate) fn draw(
    args: &GraphArgs,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let invocation = invocation(args, today)?;
    let codebase = Codebase::open(&invocation.files)?;
    let outcome = analyzer::outcome(&invocation, &codebase)?;
    let errors: Vec<_> = outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
    Reports::new(&invocation.reports, &codebase).write_diagnostics(&errors, err)?;
    let report = MapReport {
        map: &EstateMap::new(&outcome.estate),
        findings: &outcome.findings,
        sources: &codebase.sources,
        paths: DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd),
    };
    write_map(args.format, &report, out)?;
    Ok(ExitCode::from(if outcome.has_failed() { run::FAILED } else { run::CLEAN }))
}
