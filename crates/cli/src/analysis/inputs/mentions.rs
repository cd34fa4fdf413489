//! Variable files and values that pipelines, Makefiles and scripts of the tree give by `-var-file` and `-var`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use cmklint_source::{FileId, SourceFile, Span, parent};

use super::scripts::{self, directory, goes_on, replace_variables, without_variables};
use super::values::{self, GivenValue};

/// The most mentions that are kept.
const MAX_MENTIONS: usize = 500;

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
            Some(directory) => ends_with(root, directory),
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
    /// The number of commands.
    commands: usize,
}

/// The arguments of the commands in `scripts`.
pub(super) fn read(scripts: &[Arc<SourceFile>]) -> Arguments {
    let mut out = Arguments::default();
    for file in scripts {
        if out.files.len() + out.values.len() >= MAX_MENTIONS {
            break;
        }
        arguments(file.text(), file.id(), &mut out);
    }
    out.files.truncate(MAX_MENTIONS);
    out.values.truncate(MAX_MENTIONS);
    out
}

/// Adds the arguments in the text of one script.
fn arguments(text: &str, file: FileId, out: &mut Arguments) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut line_start = 0;
    let mut end_before = None;
    for (number, line) in lines.iter().enumerate() {
        if out.files.len() + out.values.len() >= MAX_MENTIONS {
            return;
        }
        for (at, word) in line.match_indices("-var") {
            let rest = line.get(at + word.len()..).unwrap_or_default();
            let found = match rest.strip_prefix("-file") {
                Some(rest) => variable_file(rest).map(|found| (at + word.len() + "-file".len(), found)),
                None if scripts::deploys_nothing(&lines, number) => None,
                None => variable(line, at).map(|found| (at + word.len(), found)),
            };
            let Some((from, found)) = found else { continue };
            let (start, end) = (line_start + from + found.range.start, line_start + from + found.range.end);
            let goes_on = end_before.and_then(|before| text.get(before..line_start + at)).is_some_and(goes_on);
            out.commands += usize::from(!goes_on);
            end_before = Some(end);
            let command = out.commands;
            let span = Span { file, start: offset(start), end: offset(end) };
            match found.argument {
                Argument::File(written) => {
                    let Some((segments, up)) = path(written) else { continue };
                    let variables = variables(written, &segments);
                    let before = lines.get(number.saturating_sub(scripts::MAX_LINES)..=number).unwrap_or_default();
                    let directory = before.iter().rev().find_map(|line| directory(line));
                    out.files.push(Mention { span, command, segments, up, directory, variables });
                }
                Argument::UnknownFile => {
                    out.with_unknown_file.insert(command);
                }
                Argument::Value { name, text } => {
                    let directory = scripts::directory_of(&lines, number);
                    let (name, text) = (Arc::from(name), text.map(Arc::from));
                    out.values.push(GivenValue { command, name, text, span, directory });
                }
            }
        }
        line_start += line.len();
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
    let end = bare.find(|c: char| {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '|' | '&' | ']'))
    });
    let written = bare.get(..end.unwrap_or(bare.len()))?.trim_end_matches('\\');
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
        arguments(file.text(), file.id(), &mut out);
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
