//! `cmklint graph`: the estate as a picture or as data.

use std::io::Write;
use std::process::ExitCode;

use cmklint_report::{DisplayPaths, MapReport, write_map};
use cmklint_rules::EstateMap;
use jiff::civil::Date;

use crate::args::GraphArgs;
use crate::invocation::{Invocation, TerraformOptions, directory, variable};
use crate::run;

/// The invocation for `args`.
fn invocation(args: &GraphArgs, today: Date) -> anyhow::Result<Invocation> {
    let mut invocation = Invocation::of_folder(directory(args.chdir.as_deref())?, today);
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

/// Analyzes the files that `args` name, and writes the graph. Errors go to `err`.
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
    run::survey(&invocation, err, |codebase, outcome| {
        let report = MapReport {
            map: &EstateMap::new(&outcome.estate),
            findings: &outcome.findings,
            sources: &codebase.sources,
            paths: DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd),
        };
        write_map(args.format, &report, out)?;
        Ok(())
    })
}
