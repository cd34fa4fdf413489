//! `cmklint graph`: the estate as a picture or as data.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use cmklint_report::{DisplayPaths, MapFormat, MapReport, write_change, write_map};
use cmklint_rules::EstateMap;
use jiff::civil::Date;

use crate::args::GraphArgs;
use crate::codebase::Codebase;
use crate::invocation::{Invocation, TerraformOptions, directory, variable};
use crate::outcome::Outcome;
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
    if args.base.is_some() && args.format != MapFormat::Html {
        bail!("--base shows what was before beside what is now: that needs --format html");
    }
    let invocation = invocation(args, today)?;
    let report = |codebase: &Codebase,
                  outcome: &Outcome,
                  map: &EstateMap,
                  show: &mut dyn FnMut(&MapReport<'_>) -> anyhow::Result<()>| {
        let paths = DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd);
        show(&MapReport { map, findings: &outcome.findings, sources: &codebase.sources, paths })
    };
    run::survey(&invocation, err, |codebase, outcome| {
        let map = EstateMap::new(&outcome.estate);
        let Some(base) = &args.base else {
            return report(codebase, outcome, &map, &mut |now| Ok(write_map(args.format, now, out)?));
        };
        let mut older = invocation.clone();
        older.files.head = Some(base.clone());
        let older_codebase = Codebase::open(&older.files)?;
        let older_outcome = Outcome::read(&older, &older_codebase)?;
        let older_map = EstateMap::new(&older_outcome.estate);
        report(&older_codebase, &older_outcome, &older_map, &mut |before| {
            report(codebase, outcome, &map, &mut |now| Ok(write_change((base.as_str(), before), ("now", now), out)?))
        })
    })
}
