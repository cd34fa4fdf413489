//! Writing the reports and the statistics of a run; the terminal's colors and width.

use std::io::{IsTerminal as _, Write};
use std::path::Path;

use cmklint_report::{DisplayPaths, Format, Report, Style};
use supports_hyperlinks::Stream;

use crate::analysis::Statistics;
use crate::args::LintArgs;
use crate::report_file;
use crate::tree::Tree;

/// Where a file's name says nothing of its format, `configured` holds.
pub(super) fn write_reports(
    args: &LintArgs,
    configured: Option<Format>,
    report: &Report<'_>,
    tree: &Tree,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut warnings = Vec::new();
    if args.output.is_empty() {
        warnings.extend(cmklint_report::write(args.format.or(configured).unwrap_or_default(), report, out)?);
    }
    for output in &args.output {
        let by_name = || Format::of_file(&output.file);
        let format = output.format.or(args.format).or_else(by_name).or(configured).unwrap_or_default();
        if output.file == "-" {
            warnings.extend(cmklint_report::write(format, report, out)?);
            continue;
        }
        let plain = Report {
            style: Style { color: args.color, links: false, ..report.style.clone() },
            repository_paths: report.repository_paths.clone(),
            ..*report
        };
        let mut content = Vec::new();
        warnings.extend(cmklint_report::write(format, &plain, &mut content)?);
        report_file::write(Path::new(&output.file), &content, tree)?;
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

/// How text for standard output and for standard error looks.
pub(super) fn styles(args: &LintArgs, paths: DisplayPaths) -> (Style, Style) {
    let style = |is_terminal: bool, stream: Stream| {
        let color = has_color(args, is_terminal, |name| std::env::var(name).ok());
        Style {
            paths: paths.clone(),
            color,
            links: color && is_terminal && supports_hyperlinks::on(stream),
            width: width(),
            group_by: args.group_by.map(Into::into),
            limit: args.limit,
        }
    };
    (style(std::io::stdout().is_terminal(), Stream::Stdout), style(std::io::stderr().is_terminal(), Stream::Stderr))
}

/// Whether to color: by the flags, else by `NO_COLOR` (no-color.org), `FORCE_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR` (bixense.com/clicolors), else
/// on a terminal that is none of `TERM=dumb`.
fn has_color(args: &LintArgs, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    if args.color || args.no_color {
        return args.color;
    }
    if is_set("NO_COLOR") {
        return false;
    }
    if is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE") {
        return true;
    }
    let off = variable("TERM").as_deref() == Some("dumb") || variable("CLICOLOR").as_deref() == Some("0");
    is_terminal && !off
}

/// The terminal's width in columns; where there is none, what `COLUMNS` says, else 100.
fn width() -> usize {
    if let Some((columns, _)) = terminal_size::terminal_size() {
        return usize::from(columns.0).max(40);
    }
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::no_args;

    fn colored(args: &LintArgs, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        has_color(args, is_terminal, value)
    }

    #[test]
    fn color_goes_by_the_terminal_unless_a_variable_says_otherwise() {
        let none = no_args();
        assert!(colored(&none, true, &[("TERM", "xterm")]));
        assert!(!colored(&none, false, &[]));
        assert!(!colored(&none, true, &[("TERM", "dumb")]));
        assert!(!colored(&none, true, &[("CLICOLOR", "0")]));
        assert!(!colored(&none, true, &[("NO_COLOR", "1")]));
        assert!(colored(&none, true, &[("NO_COLOR", "")]));
        assert!(colored(&none, false, &[("FORCE_COLOR", "1"), ("TERM", "dumb")]));
        assert!(colored(&none, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colored(&none, false, &[("CLICOLOR_FORCE", "0"), ("FORCE_COLOR", "0")]));
        assert!(!colored(&none, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
    }

    #[test]
    fn a_flag_goes_before_all_variables() {
        let color = LintArgs { color: true, ..no_args() };
        let no_color = LintArgs { no_color: true, ..no_args() };
        assert!(colored(&color, false, &[("NO_COLOR", "1")]));
        assert!(!colored(&no_color, true, &[("FORCE_COLOR", "1")]));
    }
}
