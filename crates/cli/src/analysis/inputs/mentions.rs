//! Variable files that pipelines, Makefiles and scripts of the tree name by `-var-file`. They are hints, read as text: a command is never run, and a variable of
//! a script may have any value.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::{FileId, Sources, Span, parent};

use crate::analysis::run::join;

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

/// The most files that are read; the largest size; the most mentions that are kept.
const MAX_FILES: usize = 500;
const MAX_BYTES: usize = 256 * 1024;
const MAX_MENTIONS: usize = 500;
/// Lines before a mention that are searched for the working directory.
const MAX_LINES: usize = 40;
/// Bytes between two mentions of one command.
const MAX_BETWEEN: usize = 1_000;

/// A variable file that a script names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// The place.
    pub(super) span: Span,
    /// The command that it is in: a number that its mentions have, and no other.
    pub(super) command: usize,
    /// The segments of the path, `*` for unknown ones; without those that lead to the working directory.
    segments: Vec<String>,
    /// How many folders the path first leads upwards; `None` where it begins with an unknown segment.
    up: Option<usize>,
    /// The working directory, as it is written; only its last segments, where it begins with an unknown one.
    directory: Option<Vec<String>>,
    /// The names of the variables that the `*` of the segments stand for, in their order.
    variables: Vec<String>,
}

/// What the variables of a path stand for, by their names.
pub(super) type Bindings = BTreeMap<String, String>;

impl Mention {
    /// Those of `roots` from which the path leads to the file at `path`.
    pub(super) fn roots<'r>(&self, path: &str, roots: &'r [String]) -> Vec<&'r String> {
        let own: Vec<&str> = path.split('/').collect();
        let Some(start) = own.len().checked_sub(self.segments.len()) else { return Vec::new() };
        let ends = own.iter().skip(start).zip(&self.segments).all(|(name, pattern)| fits(pattern, name));
        if !ends || self.segments.is_empty() {
            return Vec::new();
        }
        let base = own.get(..start).unwrap_or_default().join("/");
        let leads = |root: &&String| match self.up {
            Some(up) => {
                let depth = if root.is_empty() { 0 } else { root.split('/').count() };
                depth >= up && (0..up).fold(root.as_str(), |at, _| parent(at)) == base
            }
            None => true,
        };
        let is_there = |root: &&String| match &self.directory {
            Some(directory) => {
                let names: Vec<&str> = root.split('/').filter(|name| !name.is_empty()).collect();
                let pairs = names.iter().rev().zip(directory.iter().rev());
                names.len() >= directory.len() && pairs.into_iter().all(|(name, pattern)| fits(pattern, name))
            }
            // Without a directory, a path whose beginning is not known says nothing about the root.
            None => self.up.is_some(),
        };
        roots.iter().filter(leads).filter(is_there).collect()
    }

    /// What the variables of the path stand for where it is that of the file at `path`; `None` where one would stand for two things.
    pub(super) fn bindings(&self, path: &str) -> Option<Bindings> {
        let own: Vec<&str> = path.split('/').collect();
        let start = own.len().checked_sub(self.segments.len())?;
        let texts = own.iter().skip(start).zip(&self.segments).map(|(name, pattern)| standing_for(pattern, name));
        let texts: Vec<&str> = texts.collect::<Option<Vec<_>>>()?.concat();
        let mut out = Bindings::new();
        for (variable, text) in self.variables.iter().zip(texts) {
            if out.insert(variable.clone(), text.to_owned()).is_some_and(|before| before != text) {
                return None;
            }
        }
        Some(out)
    }
}

/// Whether `name` matches `pattern`, in which each `*` matches any text.
fn fits(pattern: &str, name: &str) -> bool {
    standing_for(pattern, name).is_some()
}

/// The texts that each `*` of `pattern` stands for where `name` is it.
fn standing_for<'n>(pattern: &str, name: &'n str) -> Option<Vec<&'n str>> {
    let mut parts = pattern.split('*');
    let mut rest = name.strip_prefix(parts.next()?)?;
    let Some(last) = parts.next_back() else { return rest.is_empty().then(Vec::new) };
    let mut out = Vec::new();
    for part in parts {
        let (text, after) = rest.split_once(part)?;
        out.push(text);
        rest = after;
    }
    out.push(rest.strip_suffix(last)?);
    Some(out)
}

/// The mentions in scripts beside `folders`, above them, and in folders for scripts there.
pub(super) fn read(folders: &BTreeSet<String>, sources: &Sources) -> Vec<Mention> {
    let mut above: BTreeSet<String> = BTreeSet::from([String::new()]);
    for folder in folders {
        let mut at = folder.as_str();
        while !at.is_empty() && above.insert(at.to_owned()) {
            at = parent(at);
        }
    }
    let places =
        above.iter().flat_map(|at| FOLDERS.iter().map(move |name| join(at, name).trim_end_matches('/').to_owned()));
    let places: BTreeSet<String> = places.collect();
    let is_script = |name: &String| NAMES.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let files = places.iter().flat_map(|place| {
        let names = sources.files_in(place).into_iter().filter(is_script);
        names.map(move |name| join(place, &name)).collect::<Vec<_>>()
    });
    let mut out = Vec::new();
    for path in files.take(MAX_FILES) {
        let Ok(head) = sources.head(&path, MAX_BYTES + 1) else { continue };
        let says = head.windows(9).any(|bytes| bytes == b"-var-file");
        if head.len() > MAX_BYTES || !says {
            continue;
        }
        let Ok(file) = sources.load(&path) else { continue };
        let next = out.last().map_or(0, |mention: &Mention| mention.command + 1);
        out.extend(mentions(file.text(), file.id(), next));
        if out.len() >= MAX_MENTIONS {
            break;
        }
    }
    out.truncate(MAX_MENTIONS);
    out
}

/// The mentions in the text of one script, whose commands are counted from `command` on.
fn mentions(text: &str, file: FileId, mut command: usize) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut line_start = 0;
    let mut end_before = 0;
    for (number, line) in lines.iter().enumerate() {
        for (at, word) in line.match_indices("-var-file") {
            let rest = line.get(at + word.len()..).unwrap_or_default();
            let Some((skipped, written)) = argument(rest) else { continue };
            let (Ok(start), Ok(length)) =
                (u32::try_from(line_start + at + word.len() + skipped), u32::try_from(written.len()))
            else {
                continue;
            };
            let Some((segments, up)) = path(written) else { continue };
            if !text.get(end_before..line_start + at).is_some_and(goes_on) {
                command += 1;
            }
            end_before = line_start + at + word.len() + skipped + written.len();
            let variables = variables(written, &segments);
            let before = lines.get(number.saturating_sub(MAX_LINES)..=number).unwrap_or_default();
            let directory = before.iter().rev().find_map(|line| directory(line));
            let span = Span { file, start, end: start + length };
            out.push(Mention { span, command, segments, up, directory, variables });
        }
        line_start += line.len();
    }
    out
}

/// Whether the text between two mentions leads on in one command: on one line, over lines that are continued, or in a list of arguments.
fn goes_on(between: &str) -> bool {
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

/// The argument at the beginning of `rest`, after `=`, whitespace and a quote, and how many bytes are before it.
fn argument(rest: &str) -> Option<(usize, &str)> {
    let bare = rest.trim_start_matches(['=', ' ', '\t', '"', '\'', '\\']);
    let skipped = rest.len() - bare.len();
    let mut depth = 0_usize;
    let end = bare.find(|c: char| {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '|' | '&' | ']'))
    });
    let written = bare.get(..end.unwrap_or(bare.len()))?.trim_end_matches('\\');
    (skipped > 0 && written.contains(".tfvars")).then_some((skipped, written))
}

/// The names of the variables in `segments`, which are the last ones of the path `written`: as many of the last ones as there are `*`.
fn variables(written: &str, segments: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    replace_variables(written, &mut |name| {
        names.push(name.trim_matches(['$', '{', '}', '(', ')', '%', ' ']).to_owned())
    });
    let stars = segments.iter().map(|segment| segment.matches('*').count()).sum();
    names.split_off(names.len().saturating_sub(stars))
}

/// A path's segments after the leading `..`, with the number of these.
fn path(written: &str) -> Option<(Vec<String>, Option<usize>)> {
    let text = without_variables(&written.replace('\\', "/"));
    let mut up = Some(0_usize);
    let mut segments: Vec<String> = Vec::new();
    for (at, part) in text.split('/').enumerate() {
        match part {
            "" if at == 0 => up = None,
            "" | "." => {}
            ".." if segments.is_empty() => up = up.map(|up| up + 1),
            ".." => {
                segments.pop()?;
            }
            // A variable at the beginning of a path may be any folder.
            part if at == 0 && part.chars().all(|c| c == '*') => up = None,
            part => segments.push(part.to_owned()),
        }
    }
    (!segments.is_empty()).then_some((segments, up))
}

/// The working directory that a line states.
fn directory(line: &str) -> Option<Vec<String>> {
    const WORDS: [&str; 6] = ["-chdir=", "working-directory:", "workingDirectory:", "cd ", "Set-Location ", "pushd "];
    let line = line.trim();
    let stated = WORDS.iter().find_map(|word| {
        let (before, rest) = line.split_once(word)?;
        let begins = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        begins.then_some(rest)
    })?;
    let stated = without_variables(&stated.trim_start_matches([' ', '"', '\'']).replace('\\', "/"));
    let end =
        stated.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | ')')).unwrap_or(stated.len());
    let parts = stated.get(..end)?.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<String> = parts.skip_while(|part| part.chars().all(|c| c == '*')).map(str::to_owned).collect();
    (!parts.is_empty()).then_some(parts)
}

/// `text` with `*` for each variable of a shell, of make, or of a pipeline.
fn without_variables(text: &str) -> String {
    replace_variables(text, &mut |_| {})
}

/// As [`without_variables`], and tells `found` of each.
fn replace_variables(text: &str, found: &mut dyn FnMut(&str)) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at..).unwrap_or_default();
        let closed = [("${{", "}}"), ("${", "}"), ("$(", ")"), ("%", "%")].into_iter().find_map(|(open, close)| {
            let inside = after.strip_prefix(open)?;
            Some(open.len() + inside.find(close)? + close.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The roots that one line of a script says `path` is for.
    fn roots(text: &str, path: &str, all: &[&str]) -> Vec<String> {
        let all: Vec<String> = all.iter().map(|root| (*root).to_owned()).collect();
        let sources = Sources::new(cmklint_source::MemoryLoader::new([("ci.sh", text.as_bytes().to_vec())]));
        let file = sources.load("ci.sh").unwrap();
        mentions(file.text(), file.id(), 0).iter().flat_map(|mention| mention.roots(path, &all)).cloned().collect()
    }

    #[test]
    fn a_path_is_seen_from_the_working_directory() {
        let all = ["", "infra", "infra/net", "app"];
        for (text, path) in [
            ("terraform plan -var-file=../settings/prod.tfvars", "settings/prod.tfvars"),
            ("terraform plan -var-file \"../settings/prod.tfvars\"", "settings/prod.tfvars"),
            ("cd infra && terraform plan -var-file=../settings/$ENV.tfvars", "settings/prod.tfvars"),
            (
                "      workingDirectory: $(Build.SourcesDirectory)/infra\n      commandOptions: '-var-file=../settings/${{ variables.env }}.tfvars'",
                "settings/prod.tfvars",
            ),
            ("terraform -chdir=infra apply -var-file=$(pwd)/settings/prod.tfvars", "settings/prod.tfvars"),
            ("terraform -chdir=$(ROOT)/infra plan -var-file=../settings/$(ENV)/app.tfvars", "settings/prod/app.tfvars"),
        ] {
            let found = roots(text, path, &all);
            assert!(
                found.contains(&"infra".to_owned()) && !found.contains(&"infra/net".to_owned()),
                "{text}: {found:?}"
            );
        }
        assert_eq!(roots("cd infra; tf -var-file=../settings/a.tfvars", "settings/a.tfvars", &all), ["infra"]);
    }

    #[test]
    fn what_is_not_said_names_nothing() {
        let all = ["infra"];
        for text in [
            "terraform plan -var-file=../settings/$ENV.json",
            "-var-file=$FILE",
            "terraform plan -var-files ../settings/prod.tfvars",
            "terraform plan -var-file=../../settings/prod.tfvars",
            "cd app && terraform plan -var-file=../settings/prod.tfvars",
            "terraform plan -var-file=$ROOT/settings/prod.tfvars",
            "-var-file=",
        ] {
            assert_eq!(roots(text, "settings/prod.tfvars", &all), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn files_of_one_command_are_told_from_those_of_the_next() {
        let commands = |text: &str| -> Vec<usize> {
            let sources = Sources::new(cmklint_source::MemoryLoader::new([("ci.sh", text.as_bytes().to_vec())]));
            let file = sources.load("ci.sh").unwrap();
            mentions(file.text(), file.id(), 0).iter().map(|mention| mention.command).collect()
        };
        for text in [
            "terraform plan -var-file=a.tfvars -var-file=b.tfvars",
            "terraform plan \\\n  -var-file=a.tfvars \\\n  -lock=false \\\n  -var-file b.tfvars",
            "terraform plan `\n  -var-file=\"a.tfvars\" `\n  -var-file=\"b.tfvars\"",
            "run: >\n  terraform plan\n  -var-file=a.tfvars\n  -var-file=b.tfvars",
            "args = [\n  \"-var-file=a.tfvars\",\n  \"-var-file=b.tfvars\",\n]",
        ] {
            let found = commands(text);
            assert!(found.len() == 2 && found.windows(2).all(|pair| pair.first() == pair.last()), "{text}: {found:?}");
        }
        for text in [
            "terraform plan -var-file=a.tfvars\nterraform apply -var-file=b.tfvars",
            "terraform plan -var-file=a.tfvars && terraform plan -var-file=b.tfvars",
            "cd a; tf plan -var-file=a.tfvars; cd b; tf plan -var-file=b.tfvars",
            "- run: tf plan -var-file=a.tfvars\n- name: next\n  run: tf plan -var-file=b.tfvars",
        ] {
            let found = commands(text);
            assert!(found.len() == 2 && found.first() != found.last(), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_variable_stands_for_one_thing() {
        let sources = Sources::new(cmklint_source::MemoryLoader::new([(
            "ci.sh",
            "tf plan -var-file=$ROOT/env/${ENV}/$ENV-$(REGION).tfvars".as_bytes().to_vec(),
        )]));
        let file = sources.load("ci.sh").unwrap();
        let all = mentions(file.text(), file.id(), 0);
        let of = |path: &str| all.first().unwrap().bindings(path).map(|found| found.into_iter().collect::<Vec<_>>());
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(of("x/env/prod/prod-weu.tfvars"), Some(vec![pair("ENV", "prod"), pair("REGION", "weu")]));
        assert_eq!(of("x/env/prod/dev-weu.tfvars"), None);
    }
}
