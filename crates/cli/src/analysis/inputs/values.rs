//! Values that pipelines and scripts give on the command line or by the environment: `-var name=value`, `TF_VAR_name`, `--parameters name=value`.

use std::ops::Range;
use std::sync::Arc;

use cmklint_source::Span;

use super::scripts::WorkingDirectory;

/// The value of a variable in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GivenValue {
    /// The command that it is in.
    pub(super) command: usize,
    pub(super) name: Arc<str>,
    /// The text; `None` where only a run of the command knows it.
    pub(super) text: Option<Arc<str>>,
    /// Where it is written.
    pub(super) span: Span,
    /// Where the command runs.
    pub(super) directory: WorkingDirectory,
}

/// `name=value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment<'t> {
    pub(super) name: &'t str,
    /// The value; `None` where only a run of the command knows it.
    pub(super) text: Option<&'t str>,
}

/// The assignment after the flag of `length` bytes at `at` in `line`, and the range of its value after the flag.
pub(super) fn assignment(line: &str, at: usize, length: usize) -> Option<(Assignment<'_>, Range<usize>)> {
    let before = line.get(..at)?.trim_end_matches('-');
    if before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/')) {
        return None;
    }
    let rest = line.get(at + length..)?;
    if !rest.starts_with(['=', ' ', '\t', '"', '\'']) {
        return None;
    }
    // `"-var", "name=value"`, `-var='name=value'`, `"-var=name=value"`.
    let bare = rest.trim_start_matches(['=', ' ', '\t', '"', '\'', ',', '\\']);
    let skipped = rest.len() - bare.len();
    let is_quote = |c: &char| matches!(c, '"' | '\'');
    // A quote may also be opened before the flag, and then further arguments may be inside it.
    let outer = || line.get(..at)?.trim_end_matches('-').chars().next_back().filter(is_quote);
    let around = rest.get(..skipped)?.chars().rev().find(is_quote).or_else(|| {
        let outer = outer()?;
        let inside = bare.split(outer).next()?;
        (!inside.contains(" -")).then_some(outer)
    });
    let (assignment, range) = pair(bare, around)?;
    Some((assignment, skipped + range.start..skipped + range.end))
}

/// The assignment at the beginning of `text`, in quotes that `around` opens; and the range of its value.
pub(super) fn pair(text: &str, around: Option<char>) -> Option<(Assignment<'_>, Range<usize>)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))?;
    let name = text.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
    let rest = text.get(end..)?.strip_prefix('=')?;
    let (range, value) = value(rest, around)?;
    let text = (!is_open(value)).then_some(value);
    Some((Assignment { name, text }, end + 1 + range.start..end + 1 + range.end))
}

/// The value at the beginning of `rest`: in quotes of its own, up to the quote that `around` opens, or up to a separator.
fn value(rest: &str, around: Option<char>) -> Option<(Range<usize>, &str)> {
    let unescaped = rest.strip_prefix('\\').unwrap_or(rest);
    let skipped = rest.len() - unescaped.len();
    let quote = unescaped.chars().next().filter(|c| matches!(c, '"' | '\'') && Some(*c) != around);
    let (start, end) = match (quote, around) {
        (Some(quote), _) => (skipped + 1, rest.get(skipped + 1..)?.find(quote)? + skipped + 1),
        (None, Some(around)) => (0, rest.find(around)?),
        (None, None) => {
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | '|' | '&' | ')' | ',' | ']');
            (0, rest.find(ends).unwrap_or(rest.len()))
        }
    };
    let value = rest.get(start..end)?.trim_end_matches('\\');
    Some((start..start + value.len(), value))
}

/// Whether a text has parts that only a run of the command knows.
pub(super) fn is_open(text: &str) -> bool {
    text.contains(['$', '%', '`', '\\']) || text.contains("{{") || text.contains("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_read_in_each_way_of_quoting() {
        for (line, name, text) in [
            ("terraform plan -var location=westeurope -out x", "location", Some("westeurope")),
            ("terraform plan -var=location=westeurope", "location", Some("westeurope")),
            ("terraform plan -var 'location=west europe'", "location", Some("west europe")),
            ("terraform plan -var \"location=westeurope\"", "location", Some("westeurope")),
            ("terraform plan -var=\"location=westeurope\" \\", "location", Some("westeurope")),
            ("terraform plan -var location=\"westeurope\"", "location", Some("westeurope")),
            ("terraform plan --var location='westeurope'", "location", Some("westeurope")),
            ("args = [\"-var=location=westeurope\",", "location", Some("westeurope")),
            ("args = [\"-var\", \"location=westeurope\"]", "location", Some("westeurope")),
            ("commandOptions: '-var location=westeurope'", "location", Some("westeurope")),
            ("commandOptions: '-var location=westeurope -var env=prod'", "location", Some("westeurope")),
            ("args = ['-var=location=west europe', '-lock=false']", "location", Some("west europe")),
            ("  -var zones='[\"1\",\"2\"]'", "zones", Some("[\"1\",\"2\"]")),
            ("terraform plan -var location=$LOCATION", "location", None),
            ("terraform plan -var \"location=${{ inputs.location }}\"", "location", None),
            ("terraform plan -var=location=$(location)", "location", None),
            ("terraform plan -var location=%LOCATION%", "location", None),
            ("terraform plan -var location=__location__", "location", None),
        ] {
            let at = line.find("-var").unwrap();
            let (found, range) = assignment(line, at, 4).unwrap();
            assert_eq!((found.name, found.text), (name, text), "{line}");
            if let Some(text) = text {
                assert_eq!(line.get(at + 4 + range.start..at + 4 + range.end), Some(text), "{line}");
            }
        }
        for line in ["my-var location=x", "-variable x=y", "-var", "-var =x", "-var 1=x", "-var x", "a/-var x=y"] {
            let at = line.find("-var").unwrap();
            assert_eq!(assignment(line, at, 4), None, "{line}");
        }
    }
}
