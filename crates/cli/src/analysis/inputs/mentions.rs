//! Variable files and values that pipelines, Makefiles and scripts of the tree give by `-var-file` and `-var`.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use cmklint_source::{SourceFile, Span, parent};

use super::scripts::{self, WorkingDirectory, directory, goes_on, replace_variables, without_variables};
use super::values::{self, GivenValue};

/// The most mentions that are kept.
const MAX_MENTIONS: usize = 500;

/// The longest argument, in bytes.
const MAX_ARGUMENT: usize = 1_000;

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
    pub(super) up: Option<usize>,
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
        let names: Vec<&str> = path.split('/').collect();
        let Some(base) = self.base(&names) else { return Vec::new() };
        let leads = |root: &&String| match self.up {
            Some(up) => {
                let depth = if root.is_empty() { 0 } else { root.split('/').count() };
                depth >= up && (0..up).fold(root.as_str(), |at, _| parent(at)) == base
            }
            None => true,
        };
        roots.iter().filter(leads).filter(|root| self.is_there(root)).collect()
    }

    /// Whether the file whose path has these `names` may be the one: by its own name, where that has no variable.
    pub(super) fn may_name(&self, names: &[&str]) -> bool {
        match (self.segments.last(), names.last()) {
            (Some(pattern), Some(name)) => pattern.contains('*') || pattern == name,
            _ => false,
        }
    }

    /// The folder that the path is seen from, without the folders that it leads upwards, where it is that of the file whose path has these `names`.
    pub(super) fn base(&self, names: &[&str]) -> Option<String> {
        let (before, own) = names.split_at_checked(names.len().checked_sub(self.segments.len())?)?;
        let is_it = !own.is_empty() && own.iter().zip(&self.segments).all(|(name, pattern)| fits(pattern, name));
        is_it.then(|| before.join("/"))
    }

    /// Whether the working directory may be the root's.
    pub(super) fn is_there(&self, root: &str) -> bool {
        match &self.directory {
            Some(directory) => ends_with(root, directory),
            // Without a directory, a path whose beginning is not known says nothing about the root.
            None => self.up.is_some(),
        }
    }

    pub(super) fn has_directory(&self) -> bool {
        self.directory.is_some()
    }

    /// Whether variables stand for parts of the path.
    pub(super) fn has_variables(&self) -> bool {
        !self.variables.is_empty()
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

/// Whether the last folders of the path `root` are those of `directory`, in which each `*` matches any text.
pub(super) fn ends_with(root: &str, directory: &[String]) -> bool {
    let names: Vec<&str> = root.split('/').filter(|name| !name.is_empty()).collect();
    let pairs = names.iter().rev().zip(directory.iter().rev());
    names.len() >= directory.len() && pairs.into_iter().all(|(name, pattern)| fits(pattern, name))
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

/// What commands give Terraform.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// The variable files.
    pub(super) files: Vec<Mention>,
    /// The values of variables.
    pub(super) values: Vec<GivenValue>,
    /// The commands that name a variable file of which nothing is known.
    pub(super) with_unknown_file: BTreeSet<usize>,
    /// The paths of scripts of which not all was read, with the reason.
    pub(super) unread: Vec<(String, &'static str)>,
    /// The number of commands.
    commands: usize,
}

/// The arguments of the commands in `scripts`.
pub(super) fn read(scripts: &[Arc<SourceFile>]) -> Arguments {
    let mut out = Arguments::default();
    for file in scripts {
        arguments(file, &mut out);
        if out.is_full() {
            let why = "not all arguments in it and further scripts are read: there are more than 500";
            out.unread.push((file.path().to_owned(), why));
            break;
        }
    }
    out.files.truncate(MAX_MENTIONS);
    out.values.truncate(MAX_MENTIONS);
    out
}

impl Arguments {
    fn is_full(&self) -> bool {
        self.files.len() + self.values.len() >= MAX_MENTIONS
    }
}

/// A line of a script, and what is found out about it once, however many arguments are in it.
struct ScriptLine<'l> {
    lines: &'l [&'l str],
    number: usize,
    deploys_nothing: OnceCell<bool>,
    /// The directory of files, and that of values.
    directory: OnceCell<Option<Vec<String>>>,
    working_directory: OnceCell<WorkingDirectory>,
}

impl<'l> ScriptLine<'l> {
    fn new(lines: &'l [&'l str], number: usize) -> Self {
        let (deploys_nothing, directory) = (OnceCell::new(), OnceCell::new());
        Self { lines, number, deploys_nothing, directory, working_directory: OnceCell::new() }
    }

    fn deploys_nothing(&self) -> bool {
        *self.deploys_nothing.get_or_init(|| scripts::deploys_nothing(self.lines, self.number))
    }

    fn directory(&self) -> Option<Vec<String>> {
        let first = self.number.saturating_sub(scripts::MAX_LINES);
        let before = || self.lines.get(first..=self.number).unwrap_or_default();
        self.directory.get_or_init(|| before().iter().rev().find_map(|line| directory(line))).clone()
    }

    fn working_directory(&self) -> WorkingDirectory {
        self.working_directory.get_or_init(|| scripts::directory_of(self.lines, self.number)).clone()
    }
}

/// Adds the arguments in the text of one script.
fn arguments(script: &SourceFile, out: &mut Arguments) {
    let (text, file) = (script.text(), script.id());
    // Lines that are too long to be looked at stay, without their text, so that others keep their numbers.
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let is_long = |line: &str| line.len() > scripts::MAX_LINE;
    let lines: Vec<&str> = all.iter().map(|line| if is_long(line) { "" } else { line }).collect();
    if all.iter().any(|line| is_long(line) && line.contains("-var")) {
        out.unread.push((script.path().to_owned(), "a line of more than 8 KiB in it is not read"));
    }
    let mut line_start = 0;
    let mut end_before = None;
    for (number, (line, whole)) in lines.iter().zip(&all).enumerate() {
        if out.is_full() {
            return;
        }
        let here = ScriptLine::new(&lines, number);
        for (at, word) in line.match_indices("-var") {
            let rest = line.get(at + word.len()..).unwrap_or_default();
            let found = match rest.strip_prefix("-file") {
                Some(rest) => variable_file(rest).map(|found| (at + word.len() + "-file".len(), found)),
                None if here.deploys_nothing() => None,
                None => variable(line, at).map(|found| (at + word.len(), found)),
            };
            let Some((from, found)) = found else { continue };
            let (start, end) = (line_start + from + found.range.start, line_start + from + found.range.end);
            let goes_on = end_before.and_then(|before| text.get(before..line_start + at)).is_some_and(goes_on);
            out.commands += usize::from(!goes_on);
            end_before = Some(end);
            out.add(found.argument, Span { file, start: offset(start), end: offset(end) }, &here);
        }
        line_start += whole.len();
    }
}

impl Arguments {
    /// Adds an argument at `span`, in the line `here`, to the last command.
    fn add(&mut self, argument: Argument<'_>, span: Span, here: &ScriptLine<'_>) {
        let command = self.commands;
        match argument {
            Argument::File(written) => {
                let Some((segments, up)) = path(written) else { return };
                let variables = variables(written, &segments);
                self.files.push(Mention { span, command, segments, up, directory: here.directory(), variables });
            }
            Argument::UnknownFile => {
                self.with_unknown_file.insert(command);
            }
            Argument::Value { name, text } => {
                let (name, text) = (Arc::from(name), text.map(Arc::from));
                self.values.push(GivenValue { command, name, text, span, directory: here.working_directory() });
            }
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// An argument of a command, and where it is in the text after its flag.
struct FoundArgument<'t> {
    range: Range<usize>,
    argument: Argument<'t>,
}

enum Argument<'t> {
    File(&'t str),
    UnknownFile,
    Value { name: &'t str, text: Option<&'t str> },
}

/// The argument of `-var-file`, after which `rest` stands.
fn variable_file(rest: &str) -> Option<FoundArgument<'_>> {
    let (skipped, written) = argument(rest)?;
    let argument = match written.contains(".tfvars") {
        true => Argument::File(written),
        false if without_variables(written) != written => Argument::UnknownFile,
        false => return None,
    };
    Some(FoundArgument { range: skipped..skipped + written.len(), argument })
}

/// The argument of `-var` at `at` in `line`.
fn variable(line: &str, at: usize) -> Option<FoundArgument<'_>> {
    if scripts::is_remark(line) {
        return None;
    }
    let (assignment, range) = values::assignment(line, at, "-var".len())?;
    Some(FoundArgument { range, argument: Argument::Value { name: assignment.name, text: assignment.text } })
}

/// The argument at the beginning of `rest`, after `=`, whitespace and a quote, and how many bytes are before it.
fn argument(rest: &str) -> Option<(usize, &str)> {
    let bare = rest.trim_start_matches(['=', ' ', '\t', '"', '\'', '\\']);
    let skipped = rest.len() - bare.len();
    let mut depth = 0_usize;
    let near = bare.get(..bare.floor_char_boundary(MAX_ARGUMENT)).unwrap_or_default();
    let end = near.find(|c: char| {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '|' | '&' | ']'))
    });
    let end = end.or((near.len() == bare.len()).then_some(bare.len()))?;
    let written = bare.get(..end)?.trim_end_matches('\\');
    (skipped > 0).then_some((skipped, written))
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

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_source::Sources;

    fn mentions(file: &SourceFile) -> Vec<Mention> {
        let mut out = Arguments::default();
        arguments(file, &mut out);
        out.files
    }

    /// The roots that one line of a script says `path` is for.
    fn roots(text: &str, path: &str, all: &[&str]) -> Vec<String> {
        let all: Vec<String> = all.iter().map(|root| (*root).to_owned()).collect();
        let sources = Sources::new(cmklint_source::MemoryLoader::new([("ci.sh", text.as_bytes().to_vec())]));
        let file = sources.load("ci.sh").unwrap();
        mentions(&file).iter().flat_map(|mention| mention.roots(path, &all)).cloned().collect()
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
            mentions(&file).iter().map(|mention| mention.command).collect()
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
        let all = mentions(&file);
        let of = |path: &str| all.first().unwrap().bindings(path).map(|found| found.into_iter().collect::<Vec<_>>());
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(of("x/env/prod/prod-weu.tfvars"), Some(vec![pair("ENV", "prod"), pair("REGION", "weu")]));
        assert_eq!(of("x/env/prod/dev-weu.tfvars"), None);
    }
}
