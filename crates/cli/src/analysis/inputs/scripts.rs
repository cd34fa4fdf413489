//! The pipelines, Makefiles and scripts of a tree. They are hints, read as text: a command is never run, and a variable of a script may have any value.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use cmklint_source::{SourceFile, Sources, file_name, join, parent};

/// Folders in which pipelines and scripts are kept, below the folders of roots and inputs and those above them.
const FOLDERS: [&str; 16] = [
    "",
    ".github/workflows",
    ".azuredevops",
    ".azuredevops/pipelines",
    ".azure-pipelines",
    ".gitlab",
    ".pipelines",
    "azure-pipelines",
    "bin",
    "build",
    "ci",
    "deploy",
    "pipeline",
    "pipelines",
    "pipelines/templates",
    "scripts",
];

/// Endings of the names of such files, or whole names.
const NAMES: [&str; 13] = [
    ".yml",
    ".yaml",
    ".sh",
    ".bash",
    ".ps1",
    ".cmd",
    ".bat",
    ".mk",
    "makefile",
    "jenkinsfile",
    "justfile",
    ".groovy",
    ".py",
];

/// The most files that are read, and the largest size.
const MAX_FILES: usize = 500;
const MAX_BYTES: usize = 256 * 1024;
/// Bytes between two arguments of one command.
const MAX_BETWEEN: usize = 1_000;
/// The longest variable of a shell or a pipeline, in bytes.
const MAX_VARIABLE: usize = 200;
/// The longest line that is read, in bytes.
pub(super) const MAX_LINE: usize = 8 * 1024;

/// Scripts of a tree, and those that would be read were they smaller or fewer.
#[derive(Default)]
pub(super) struct Scripts {
    pub(super) read: Vec<Arc<SourceFile>>,
    /// The paths of those that are not, with the reason.
    pub(super) unread: Vec<(String, &'static str)>,
}

/// The scripts beside `folders`, above them, and in folders for scripts there, whose text contains one of `words`; and those that are too large, where their beginning has one
/// of `certain` in it, in any case.
pub(super) fn files(folders: &BTreeSet<String>, words: &[&str], certain: &[&str], sources: &Sources) -> Scripts {
    let mut above: BTreeSet<String> = BTreeSet::from([String::new()]);
    for folder in folders {
        let mut at = folder.as_str();
        while !at.is_empty() && above.insert(at.to_owned()) {
            at = parent(at);
        }
    }
    let mut places: BTreeSet<String> = BTreeSet::new();
    for at in &above {
        // A folder's names are listed once, instead of asking for each of those that most folders don't have.
        let inside = sources.folders_in(at);
        let is_there = |name: &&&str| {
            name.split('/').next().is_none_or(|first| first.is_empty() || inside.iter().any(|one| one == first))
        };
        places.extend(FOLDERS.iter().filter(is_there).filter_map(|name| join(at, name)));
    }
    let is_script = |name: &String| NAMES.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let files = places.iter().flat_map(|place| {
        let names = sources.files_in(place).into_iter().filter(is_script);
        names.filter_map(move |name| join(place, &name)).collect::<Vec<_>>()
    });
    let mut out = Scripts::default();
    let certain = AhoCorasick::builder().ascii_case_insensitive(true).build(certain);
    let (Ok(search), Ok(certain)) = (AhoCorasick::new(words), certain) else { return out };
    for (at, path) in files.enumerate() {
        if at == MAX_FILES {
            out.unread.push((path, "it and further scripts are not read: there are more than 500"));
            break;
        }
        let Ok(head) = sources.head(&path, MAX_BYTES + 1) else { continue };
        if head.len() <= MAX_BYTES {
            let file = search.is_match(&head).then(|| sources.load(&path).ok());
            out.read.extend(file.flatten());
        } else if certain.is_match(&head) {
            out.unread.push((path, "it is not read for what it gives roots: it has more than 256 KiB"));
        }
    }
    out
}

/// Whether the text between two arguments leads on in one command: on one line, over lines that are continued, or in a list of arguments.
pub(super) fn goes_on(between: &str) -> bool {
    if between.len() > MAX_BETWEEN || between.contains(';') || between.contains("&&") || between.contains("terraform ")
    {
        return false;
    }
    let mut lines = between.split('\n').map(str::trim_end);
    let Some(mut line) = lines.next() else { return true };
    for next in lines {
        let argument = next.trim_start().trim_start_matches(['"', '\'', '[', '(', ',']);
        let is_continued = line.ends_with(['\\', '`', '^', ',']);
        // A folded text of YAML, or a list of one argument a line.
        if !(is_continued || argument.is_empty() || argument.starts_with('-')) {
            return false;
        }
        line = next;
    }
    true
}

/// The working directory that a line states, without unknown folders at its beginning.
pub(super) fn directory(line: &str) -> Option<Vec<String>> {
    let stated = stated_directory(line)?.replace('\\', "/");
    let known = without_variables(&stated);
    let parts = known.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<String> = parts.skip_while(|part| part.chars().all(|c| c == '*')).map(str::to_owned).collect();
    (!parts.is_empty()).then_some(parts)
}

/// The text of the working directory that a line states.
fn stated_directory(line: &str) -> Option<&str> {
    const WORDS: [&str; 6] = ["-chdir=", "working-directory:", "workingDirectory:", "cd ", "Set-Location ", "pushd "];
    let line = line.trim();
    let stated = WORDS.iter().find_map(|word| {
        let (before, rest) = line.split_once(word)?;
        let begins = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        begins.then_some(rest)
    })?;
    let stated = stated.trim_start_matches([' ', '"', '\'']);
    let mut depth = 0_usize;
    let ends = |c: char| {
        match c {
            '{' | '(' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ')' if depth > 0 => depth -= 1,
            _ => return depth == 0 && (c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | ')')),
        }
        false
    };
    stated.get(..stated.find(ends).unwrap_or(stated.len()))
}

/// Where a command runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WorkingDirectory {
    /// Where the script runs: nothing else is said.
    OfScript,
    /// A folder, as it is written; only its last segments, where it begins with an unknown one. No segments for the top of the repository.
    Stated(Vec<String>),
    Unknown,
}

/// Variables of pipelines that stand for the top of the repository.
pub(super) const TOPS: [&str; 6] = [
    "System.DefaultWorkingDirectory",
    "Build.SourcesDirectory",
    "Build.Repository.LocalPath",
    "github.workspace",
    "GITHUB_WORKSPACE",
    "CI_PROJECT_DIR",
];

/// The working directory that a line states.
pub(super) fn working_directory(line: &str) -> Option<WorkingDirectory> {
    let stated = stated_directory(line)?;
    if let Some(parts) = directory(line) {
        return Some(match parts.iter().any(|part| part.contains('*')) {
            true => WorkingDirectory::Unknown,
            false => WorkingDirectory::Stated(parts),
        });
    }
    let name = stated.trim_matches(['$', '(', ')', '{', '}', ' ', '/']).trim_start_matches("env.");
    let is_top = TOPS.contains(&name) || stated.trim_matches(['.', '/']).is_empty() && !stated.contains("..");
    Some(if is_top { WorkingDirectory::Stated(Vec::new()) } else { WorkingDirectory::Unknown })
}

/// `text` with `*` for each variable of a shell, of make, or of a pipeline.
pub(super) fn without_variables(text: &str) -> String {
    replace_variables(text, &mut |_| {})
}

/// As [`without_variables`], and tells `found` of each.
pub(super) fn replace_variables(text: &str, found: &mut dyn FnMut(&str)) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at..).unwrap_or_default();
        let closed = [("${{", "}}"), ("${", "}"), ("$(", ")"), ("%", "%")].into_iter().find_map(|(open, close)| {
            let inside = after.strip_prefix(open)?;
            let near = inside.get(..inside.floor_char_boundary(MAX_VARIABLE)).unwrap_or_default();
            Some(open.len() + near.find(close)? + close.len())
        });
        let name =
            || 1 + after.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':')).count();
        out.push('*');
        let (variable, behind) = after.split_at_checked(closed.unwrap_or_else(name)).unwrap_or((after, ""));
        found(variable);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Lines before an argument that are searched for the working directory.
pub(super) const MAX_LINES: usize = 40;

/// Whether the line runs nothing: a remark, or text that is printed.
pub(super) fn is_remark(line: &str) -> bool {
    const BEGINNINGS: [&str; 8] = ["#", "//", "REM ", "::", "@echo ", "echo ", "Write-Host ", "printf "];
    let line = line.trim_start_matches([' ', '\t', '-', '>', '|']);
    let line = line.strip_prefix("run:").map_or(line, str::trim_start);
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

/// Whether the command in the line with this `number` deploys nothing: it runs a program other than Terraform that has such flags, or a command of Terraform that may be given
/// less than one that deploys.
pub(super) fn deploys_nothing(lines: &[&str], number: usize) -> bool {
    const OTHERS: [&str; 6] = ["packer", "nomad", "levant", "waypoint", "ansible", "helm"];
    const COMMANDS: [&str; 8] = ["destroy", "import", "console", "refresh", "output", "state", "test", "validate"];
    const MOST_LINES: usize = 20;
    let is_other = |word: &str| OTHERS.contains(&word) || COMMANDS.contains(&word) || word == "-destroy";
    let of_command = |line: &str| line.split_whitespace().any(is_other);
    let is_continued = |line: &&str| line.trim_end().ends_with(['\\', '`', '^']);
    let before = lines.get(..number).unwrap_or_default().iter().rev().take(MOST_LINES).take_while(|l| is_continued(l));
    if lines.get(number).into_iter().chain(before).any(|line| of_command(line)) {
        return true;
    }
    // A task names the command in a line of its own.
    let of_task = |line: &&&str| {
        line.trim().strip_prefix("command:").is_some_and(|name| is_other(name.trim_matches([' ', '"', '\''])))
    };
    let step = lines.get(..number).unwrap_or_default().iter().rev().take(MOST_LINES);
    let after = lines.iter().skip(number + 1).take(MOST_LINES).take_while(|line| !begins_step(line));
    let mut is_before = true;
    let before = step.take_while(move |line| {
        let is_own = is_before;
        is_before &= !begins_step(line);
        is_own
    });
    before.chain(after).any(|line| of_task(&line))
}

/// The working directory of the command in the line with this `number`. In YAML it is that of the command's own step or task, or of all steps of the file.
pub(super) fn directory_of(lines: &[&str], number: usize) -> WorkingDirectory {
    let Some(own) = lines.get(number).map(|line| indent(line)) else { return WorkingDirectory::Unknown };
    let first = number.saturating_sub(MAX_LINES);
    let begins = |at: &usize| lines.get(*at).is_some_and(|line| begins_step(line) && indent(line) <= own);
    let last_of = |lines: &[&str]| lines.iter().rev().find_map(|line| working_directory(line));
    let Some(step) = (first..=number).rev().find(begins) else {
        return last_of(lines.get(first..=number).unwrap_or_default()).unwrap_or(WorkingDirectory::OfScript);
    };
    let outer = lines.get(step).map_or(0, |line| indent(line));
    let rest = lines.iter().skip(number + 1).take(MAX_LINES);
    let rest = rest.take_while(|line| line.trim().is_empty() || indent(line) > outer);
    let mut after = rest.filter(|line| indent(line) <= own);
    let stated = last_of(lines.get(step..=number).unwrap_or_default());
    let stated = stated.or_else(|| after.find_map(|line| working_directory(line)));
    stated.unwrap_or_else(|| default_directory(lines))
}

/// Whether the line is an item of a list in YAML.
pub(super) fn begins_step(line: &str) -> bool {
    line.trim_start().starts_with("- ")
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The indentation of the name of a member in YAML, after the dash of an item that begins with it.
pub(super) fn member_indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// The name of the script at `path`, without its ending.
pub(super) fn name_of(path: &str) -> String {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
}

/// The working directory that the `defaults` of a workflow state.
fn default_directory(lines: &[&str]) -> WorkingDirectory {
    let mut found: Vec<WorkingDirectory> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "defaults:") {
        let below = lines.iter().skip(at + 1).take(3).filter(|line| line.contains("working-directory:"));
        found.extend(below.filter_map(|line| working_directory(line)));
    }
    found.sort();
    found.dedup();
    match found.as_slice() {
        [] => WorkingDirectory::OfScript,
        [only] => only.clone(),
        _ => WorkingDirectory::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_closed_is_not_searched_for_to_the_end() {
        assert_eq!(without_variables("a-${{ x }}-$(y)-%z%-$w.tfvars"), "a-*-*-*-*.tfvars");
        let far = format!("${{{{ {} }}}}.tfvars", "x".repeat(MAX_VARIABLE));
        assert_eq!(without_variables(&far), format!("*{}", &far[1..]));
    }
}
