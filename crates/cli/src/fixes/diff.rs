//! What fixes change, as a unified diff.

use std::time::Duration;

use cmklint_report::log_line;
use similar::{Algorithm, TextDiff};

use super::Rewritten;

/// The time that a diff may take; what is left then is shown as replaced as a whole.
const TIME: Duration = Duration::from_secs(1);
/// A text of more lines is compared by the lines that occur once in it, which takes no more time for many changes than for few.
const MANY_LINES: usize = 20_000;

/// The change of the file shown as `path`, as `git apply` and `patch` read it. Control characters are replaced.
#[must_use]
pub fn unified(path: &str, file: &Rewritten) -> String {
    let path = log_line(path);
    let is_long = file.before.lines().nth(MANY_LINES).is_some();
    let algorithm = if is_long { Algorithm::Patience } else { Algorithm::Myers };
    let diff = TextDiff::configure().algorithm(algorithm).timeout(TIME).diff_lines(&file.before, &file.after);
    let text = diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    text.split_inclusive('\n').map(shown).collect()
}

/// A line of the diff, with its whitespace and a carriage return at its end.
fn shown(line: &str) -> String {
    let body = line.trim_end_matches(['\r', '\n']);
    let plain = body.split(['\t', ' ']).collect::<Vec<_>>().concat();
    if log_line(&plain) == plain {
        return line.to_owned();
    }
    format!("{}{}", log_line(body), line.get(body.len()..).unwrap_or("\n"))
}
