//! Messages on standard error. They may contain file names and text of configurations, that is, text of the analyzed tree.

use std::io::{Stderr, Write};

use cmklint_report::{LogLines, log_line};

/// Standard error by whole lines, none of which is a command for a CI job that logs them.
#[must_use]
pub(crate) fn standard_error() -> LogLines<Stderr> {
    LogLines::new(std::io::stderr())
}

/// Prints why a run failed.
pub(crate) fn print_error(error: &anyhow::Error) {
    print_line(&format!("error: {error:#}"));
}

/// Prints `text` in one line. Errors in printing are ignored.
pub(crate) fn print_line(text: &str) {
    let mut err = standard_error();
    let _ = writeln!(err, "{}", log_line(text)).and_then(|()| err.flush());
}

/// Writes `text`, of which names and values may be of the analyzed tree: no line of it is a command to the CI job that logs it, and nothing of it to a terminal.
///
/// # Errors
/// What `out` says.
pub(crate) fn write_lines(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut lines = LogLines::new(out);
    text.lines().try_for_each(|line| writeln!(lines, "{}", log_line(line)))?;
    lines.flush()
}

/// Says what is wrong with the arguments, or shows the help or the version.
pub(crate) fn print_usage(error: &clap::Error) {
    let text = error.render().to_string();
    let clean: Vec<String> = text.lines().map(log_line).collect();
    // clap prints in color, but passes arguments through unchanged; arguments that are file names may come from the tree.
    let harmless =
        text.lines().zip(&clean).all(|(line, clean)| line.trim_end() == clean && !line.trim().starts_with("::"));
    if harmless || !error.use_stderr() {
        let _ = error.print();
    } else {
        let mut err = standard_error();
        let _ = writeln!(err, "{}", clean.join("\n")).and_then(|()| err.flush());
    }
}
