//! The terminal's colors and width.

use std::io::IsTerminal as _;

use cmklint_report::{DisplayPaths, Style};
use supports_hyperlinks::Stream;

use crate::invocation::ReportOptions;

/// The styles of text for standard output and for standard error.
pub(super) fn styles(options: &ReportOptions, paths: DisplayPaths) -> (Style, Style) {
    let style = |is_terminal: bool, stream: Stream| {
        let color = has_color(options.color, is_terminal, |name| std::env::var(name).ok());
        Style {
            paths: paths.clone(),
            color,
            links: color && is_terminal && supports_hyperlinks::on(stream),
            width: width(),
            group_by: options.group_by,
            limit: options.limit,
        }
    };
    (style(std::io::stdout().is_terminal(), Stream::Stdout), style(std::io::stderr().is_terminal(), Stream::Stderr))
}

/// Whether to use color: as `chosen`, else by `NO_COLOR` (no-color.org), `FORCE_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR` (bixense.com/clicolors), else
/// on a terminal other than `TERM=dumb`.
fn has_color(chosen: Option<bool>, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    if let Some(chosen) = chosen {
        return chosen;
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

/// The terminal's width in columns; without a terminal, `COLUMNS`, else 100.
fn width() -> usize {
    if let Some((columns, _)) = terminal_size::terminal_size() {
        return usize::from(columns.0).max(40);
    }
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(chosen: Option<bool>, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        has_color(chosen, is_terminal, value)
    }

    #[test]
    fn color_goes_by_the_terminal_unless_a_variable_says_otherwise() {
        assert!(colored(None, true, &[("TERM", "xterm")]));
        assert!(!colored(None, false, &[]));
        assert!(!colored(None, true, &[("TERM", "dumb")]));
        assert!(!colored(None, true, &[("CLICOLOR", "0")]));
        assert!(!colored(None, true, &[("NO_COLOR", "1")]));
        assert!(colored(None, true, &[("NO_COLOR", "")]));
        assert!(colored(None, false, &[("FORCE_COLOR", "1"), ("TERM", "dumb")]));
        assert!(colored(None, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colored(None, false, &[("CLICOLOR_FORCE", "0"), ("FORCE_COLOR", "0")]));
        assert!(!colored(None, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
    }

    #[test]
    fn a_flag_goes_before_all_variables() {
        assert!(colored(Some(true), false, &[("NO_COLOR", "1")]));
        assert!(!colored(Some(false), true, &[("FORCE_COLOR", "1")]));
    }
}
