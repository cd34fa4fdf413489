//! Messages on standard error. They may hold names of files and text of configurations, that is of the analyzed tree.

use std::io::{Stderr, Write as _};

use cmklint_report::{LogLines, log_line};

/// Standard error, by whole lines of which none is a command to the CI job that logs them.
#[must_use]
pub fn standard_error() -> LogLines<Stderr> {
    LogLines::new(std::io::stderr())
}

/// Says why a run failed.
pub fn print_error(error: &anyhow::Error) {
    print_line(&format!("error: {error:#}"));
}

/// Says `text` in one line. That it can't be said changes nothing.
pub fn print_line(text: &str) {
    let mut err = standard_error();
    let _ = writeln!(err, "{}", log_line(text)).and_then(|()| err.flush());
}

/// Says what is wrong with the arguments, or shows the help or the version.
pub fn print_usage(error: &clap::Error) {
    let text = error.render().to_string();
    let clean: Vec<String> = text.lines().map(log_line).collect();
    // clap's own printing has colors, but passes an argument on as it is; with the names of files, arguments may be of the tree.
    let harmless =
        text.lines().zip(&clean).all(|(line, clean)| line.trim_end() == clean && !line.trim().starts_with("::"));
    if harmless || !error.use_stderr() {
        let _ = error.print();
    } else {
        let mut err = standard_error();
        let _ = writeln!(err, "{}", clean.join("\n")).and_then(|()| err.flush());
    }
}
