//! Writing the reports and the statistics of a run; the terminal's colours and width.

use std::io::{IsTerminal as _, Write};

use anyhow::Context as _;
use cmklint_report::{Format, Report, Style};

use crate::analysis::Statistics;
use crate::args::LintArgs;
use crate::tree::Tree;

pub(super) fn write_reports(
    args: &LintArgs,
    configured: Option<Format>,
    report: &Report<'_>,
    tree: &Tree,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let format = args.format.or(configured).unwrap_or(Format::Default);
    let mut warnings = Vec::new();
    if args.output.is_empty() {
        warnings.extend(cmklint_report::write(format, report, out)?);
    }
    for output in &args.output {
        let (format, path) =
            match output.split_once(':').and_then(|(name, path)| name.parse().ok().map(|f: Format| (f, path))) {
                Some(named) => named,
                None => (format, output.as_str()),
            };
        let full = tree.cwd.join(path);
        let mut file = std::io::BufWriter::new(
            std::fs::File::create(&full).with_context(|| format!("{path}: cannot be written"))?,
        );
        let plain = Report {
            style: Style { color: false, ..report.style.clone() },
            repository_paths: report.repository_paths.clone(),
            ..*report
        };
        warnings.extend(cmklint_report::write(format, &plain, &mut file)?);
        file.flush().with_context(|| format!("{path}: cannot be written"))?;
    }
    for warning in warnings {
        writeln!(err, "warning: {warning}")?;
    }
    Ok(())
}

pub(super) fn write_statistics(s: &Statistics, err: &mut dyn Write) -> std::io::Result<()> {
    let seconds = |d: std::time::Duration| format!("{:.3}", d.as_secs_f64());
    writeln!(
        err,
        "files        {} looked at, {} to read, {} parsed without error, {} bytes",
        s.files, s.sources, s.parsed, s.bytes
    )?;
    writeln!(
        err,
        "roots        {} ({} passed over: nothing in them can reach a compute or key vault resource)",
        s.roots, s.passed_over
    )?;
    writeln!(err, "deployments  {}", s.deployments)?;
    if let Some(again) = s.again {
        writeln!(err, "again        {again} of {} evaluated as they were before", s.deployments)?;
    }
    writeln!(err, "resources    {}", s.resources)?;
    writeln!(
        err,
        "seconds      {} to read and parse, {} to evaluate, {} to check",
        seconds(s.parsing),
        seconds(s.evaluating),
        seconds(s.checking)
    )
}

pub(super) fn color(args: &LintArgs) -> bool {
    args.color
        || (!args.no_color
            && args.output.is_empty()
            && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::io::stdout().is_terminal())
}

pub(super) fn err_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stderr().is_terminal()
}

/// The terminal's width in columns; where there is none, what `COLUMNS` says, else 100.
pub(super) fn width() -> usize {
    if let Some((columns, _)) = terminal_size::terminal_size() {
        return usize::from(columns.0).max(40);
    }
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(100)
}
