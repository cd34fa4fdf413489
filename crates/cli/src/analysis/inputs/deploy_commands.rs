//! Commands and tasks of pipelines that deploy a template: which template, with which parameter files and values.

use std::sync::Arc;

use cmklint_source::{SourceFile, Span, join, parent};

use super::scripts::{self, TOPS, WorkingDirectory, begins_step, directory_of, indent, member_indent};
use super::values::is_open;
use super::words::{MAX_WORDS, Word, words};

/// What commands that deploy a template begin with.
const COMMANDS: [&str; 14] = [
    "deployment group create",
    "deployment sub create",
    "deployment mg create",
    "deployment tenant create",
    "group deployment create",
    "stack group create",
    "stack sub create",
    "stack mg create",
    "New-AzResourceGroupDeployment",
    "New-AzSubscriptionDeployment",
    "New-AzDeployment",
    "New-AzManagementGroupDeployment",
    "New-AzTenantDeployment",
    "New-AzResourceGroupDeploymentStack",
];

/// What commands of PowerShell begin with that deploy to a resource group.
const GROUP: &str = "New-AzResourceGroup";

/// Actions and tasks that deploy a template.
const TASKS: [&str; 4] = [
    "azure/arm-deploy@",
    "azure/bicep-deploy@",
    "AzureResourceManagerTemplateDeployment@",
    "AzureResourceGroupDeployment@",
];

/// Texts of which a script with such a command contains one.
pub(super) const MARKS: [&str; 8] = [
    "deployment ",
    "stack ",
    "New-Az",
    "azure/arm-deploy@",
    "azure/bicep-deploy@",
    "Azure/arm-deploy@",
    "Azure/bicep-deploy@",
    "AzureResource",
];

/// The most commands that are read.
const MAX_COMMANDS: usize = 500;

/// What a command or a task that deploys a template begins with.
pub(super) fn beginnings() -> Vec<&'static str> {
    COMMANDS.into_iter().chain(TASKS).collect()
}

/// A command that deploys a template.
#[derive(Debug)]
pub(super) struct DeployCommand {
    /// The script that it is in.
    pub(super) script: Arc<SourceFile>,
    /// Where it is in the script.
    pub(super) span: Span,
    pub(super) template: Option<String>,
    pub(super) parameters: Vec<GivenParameter>,
    directory: WorkingDirectory,
    /// Whether it has more words than are read.
    is_cut: bool,
}

/// What a command gives the parameters of its template, in its order.
#[derive(Debug)]
pub(super) enum GivenParameter {
    /// A file, as it is written.
    File(String),
    Value {
        name: String,
        /// `None` where only a run of the command knows it.
        text: Option<String>,
        span: Span,
    },
    /// Something that is not known.
    Unknown,
}

impl DeployCommand {
    /// The one file of the tree that `written` names, of which `is_there` is true; `top` is the folder of the repository.
    pub(super) fn path(&self, written: &str, top: &str, is_there: &dyn Fn(&str) -> bool) -> Option<String> {
        let text = written.replace('\\', "/");
        let of_script = parent(self.script.path());
        let tops = [top, around_folder_of_pipelines(of_script)];
        let (bases, text): (Vec<String>, &str) = match begins_with_variable(&text) {
            Some(("PSScriptRoot", rest)) => (vec![of_script.to_owned()], rest.trim_start_matches('/')),
            Some((name, rest)) if TOPS.contains(&name) => {
                (tops.map(str::to_owned).to_vec(), rest.trim_start_matches('/'))
            }
            _ => (self.bases(of_script, tops), &text),
        };
        if is_open(text) || text.starts_with(['/', '~']) {
            return None;
        }
        let mut found: Vec<String> =
            bases.iter().filter_map(|base| join(base, text)).filter(|path| is_there(path)).collect();
        found.sort();
        found.dedup();
        match found.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The folders in which the command may run.
    fn bases(&self, of_script: &str, tops: [&str; 2]) -> Vec<String> {
        match &self.directory {
            WorkingDirectory::Unknown => Vec::new(),
            WorkingDirectory::OfScript => tops.iter().chain([&of_script]).map(|&at| at.to_owned()).collect(),
            WorkingDirectory::Stated(folders) => {
                let folders = folders.join("/");
                tops.iter().chain([&of_script]).filter_map(|base| join(base, &folders)).collect()
            }
        }
    }
}

/// The folder that holds the folder for pipelines in which a script lies (`.github/workflows`); the script's own where that is none.
fn around_folder_of_pipelines(of_script: &str) -> &str {
    let hidden = of_script
        .match_indices('.')
        .map(|(at, _)| at)
        .find(|at| *at == 0 || of_script.get(..*at).is_some_and(|b| b.ends_with('/')));
    hidden.map_or(of_script, |at| of_script.get(..at).unwrap_or_default().trim_end_matches('/'))
}

/// The variable that `text` begins with, and the rest.
fn begins_with_variable(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('$')?;
    for (open, close) in [("{{", "}}"), ("{", "}"), ("(", ")")] {
        if let Some((name, rest)) = rest.strip_prefix(open).and_then(|inside| inside.split_once(close)) {
            return Some((name.trim(), rest));
        }
    }
    rest.split_once('/')
}

/// The commands in `scripts`; and the paths of scripts of which not all was read, with the reason.
pub(super) fn read(scripts: &[Arc<SourceFile>]) -> (Vec<DeployCommand>, Vec<(String, &'static str)>) {
    let (mut out, mut unread, mut tried) = (Vec::new(), Vec::new(), 0);
    for script in scripts {
        let mut is_cut = false;
        let lines: Vec<&str> = script.text().split_inclusive('\n').collect();
        let mut start = 0;
        for (number, line) in lines.iter().enumerate() {
            let begun = if scripts::is_remark(line) { None } else { begun(line) };
            tried += usize::from(begun.is_some());
            if tried > MAX_COMMANDS {
                let why = "not all commands in it and further scripts are read: there are more than 500";
                unread.push((script.path().to_owned(), why));
                return (out, unread);
            }
            let found = match begun {
                Some(Begun::Command(at)) => command(script, &lines, number, start + at),
                Some(Begun::Task) => task(script, &lines, number, start),
                None => None,
            };
            is_cut |= found.as_ref().is_some_and(|found: &DeployCommand| found.is_cut);
            out.extend(found);
            start += line.len();
        }
        if is_cut {
            unread.push((script.path().to_owned(), "a command of 200 words or more in it is not read to its end"));
        }
    }
    (out, unread)
}

/// What begins in a line.
enum Begun {
    /// A command, at this byte.
    Command(usize),
    Task,
}

fn begun(line: &str) -> Option<Begun> {
    let begin = |text: &&str| find_ignoring_case(line, text);
    match COMMANDS.iter().find_map(begin) {
        Some(at) => Some(Begun::Command(at)),
        None => TASKS.iter().find_map(begin).map(|_| Begun::Task),
    }
}

fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    text.windows(part.len()).position(|window| window.eq_ignore_ascii_case(part))
}

/// The indentation of the line with this number, where a folded text of YAML begins with it.
fn folded(lines: &[&str], number: usize) -> Option<usize> {
    let before = lines.get(number.checked_sub(1)?)?.trim_end();
    let line = lines.get(number)?;
    (before.ends_with('>') || before.ends_with(">-")).then(|| indent(line))
}

/// The command that begins at `start` of the script, in the line with this `number`.
fn command(script: &Arc<SourceFile>, lines: &[&str], number: usize, start: usize) -> Option<DeployCommand> {
    let words = words(script.text().get(start..)?, folded(lines, number));
    let mut out = DeployCommand {
        script: Arc::clone(script),
        span: script.span(start, start),
        template: None,
        parameters: Vec::new(),
        directory: directory_of(lines, number),
        is_cut: words.len() >= MAX_WORDS,
    };
    let is_powershell = words.first()?.text.to_ascii_lowercase().starts_with("new-az");
    let mut option = String::new();
    for word in words.iter().skip(1) {
        if word.text.starts_with('@') && is_powershell {
            // Arguments in a variable.
            return None;
        }
        if word.text.starts_with('-') && word.text.len() > 1 {
            let (name, value) = word.text.split_once('=').map_or((word.text.as_str(), None), |(n, v)| (n, Some(v)));
            option = name.trim_start_matches('-').to_ascii_lowercase();
            let Some(value) = value else { continue };
            out.take(&option, &Word { text: value.to_owned(), range: word.range.clone() }, start, is_powershell);
            continue;
        }
        out.take(&option, word, start, is_powershell);
    }
    (out.template.is_some() || !out.parameters.is_empty()).then_some(out)
}

impl DeployCommand {
    /// Takes `word` as the argument of `option`; the command begins at `start` of the script.
    fn take(&mut self, option: &str, word: &Word, start: usize, is_powershell: bool) {
        const PLAIN: [&str; 22] = [
            "",
            "name",
            "resourcegroupname",
            "location",
            "mode",
            "deploymentdebugloglevel",
            "whatif",
            "confirm",
            "force",
            "verbose",
            "asjob",
            "managementgroupid",
            "queryparameters",
            "templatespecid",
            "templateversion",
            "tag",
            "description",
            "actiononunmanage",
            "denysettingsmode",
            "skiptemplateparameterprompt",
            "defaultprofile",
            "erroraction",
        ];
        match option {
            "template-file" | "f" | "templatefile" => self.template = Some(word.text.clone()),
            "templateparameterfile" => self.parameters.push(GivenParameter::File(word.text.clone())),
            "templateparameterobject" | "templateparameteruri" => self.parameters.push(GivenParameter::Unknown),
            "parameters" | "p" if !is_powershell => self.parameter(word, start),
            // Where something is deployed to a group, that has a region already.
            name if is_powershell && (!PLAIN.contains(&name) || name == "location" && self.is_to_group()) => {
                let text = (!is_open(&word.text) && !word.text.starts_with('(')).then(|| word.text.clone());
                let span = self.span_of(word, start, 0);
                self.parameters.push(GivenParameter::Value { name: name.to_owned(), text, span });
            }
            _ => {}
        }
    }

    fn is_to_group(&self) -> bool {
        let text = self.script.text().get(self.span.start as usize..).unwrap_or_default();
        find_ignoring_case(text.get(..GROUP.len()).unwrap_or_default(), GROUP).is_some()
    }

    /// An argument of `--parameters`: a file, `name=value`, or something else.
    fn parameter(&mut self, word: &Word, start: usize) {
        let is_file = |text: &str| [".json", ".jsonc", ".bicepparam"].iter().any(|end| text.ends_with(end));
        let given = match word.text.strip_prefix('@') {
            Some(file) => GivenParameter::File(file.to_owned()),
            None if is_file(&word.text) && !word.text.contains('=') => GivenParameter::File(word.text.clone()),
            None => match word.text.split_once('=') {
                Some((name, value)) if is_name(name) => {
                    // The content of a file is not looked into.
                    let text = (!is_open(value) && !value.starts_with('@')).then(|| value.to_owned());
                    let span = self.span_of(word, start, name.len() + 1);
                    GivenParameter::Value { name: name.to_owned(), text, span }
                }
                _ => GivenParameter::Unknown,
            },
        };
        self.parameters.push(given);
    }

    /// The place of `word` without its first `skipped` bytes and its quotes.
    fn span_of(&self, word: &Word, start: usize, skipped: usize) -> Span {
        let range = start + word.range.start..start + word.range.end;
        let raw = self.script.text().get(range.clone()).unwrap_or_default();
        let begin = match skipped {
            0 => 0,
            _ => raw.find('=').map_or(0, |at| at + 1),
        };
        let inner = raw.get(begin..).unwrap_or_default();
        let bare = inner.trim_start_matches(['"', '\'']);
        let begin = range.start + begin + (inner.len() - bare.len());
        self.script.span(begin, begin + bare.trim_end_matches(['"', '\'']).len())
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The task or action of the step around the line with this `number`, which begins at `start`.
fn task(script: &Arc<SourceFile>, lines: &[&str], number: usize, start: usize) -> Option<DeployCommand> {
    let own = member_indent(lines.get(number)?);
    let mut out = DeployCommand {
        script: Arc::clone(script),
        span: script.span(start, start),
        template: None,
        parameters: Vec::new(),
        // Tasks and actions run at the top.
        directory: WorkingDirectory::Stated(Vec::new()),
        is_cut: false,
    };
    let mut at = start + lines.get(number)?.len();
    for (next, line) in lines.iter().enumerate().skip(number + 1) {
        let names_other = || TASKS.iter().any(|text| find_ignoring_case(line, text).is_some());
        let begins_other = member_indent(line) <= own && (begins_step(line) || names_other());
        if begins_other || (!line.trim().is_empty() && member_indent(line) < own) {
            break;
        }
        if let Some((key, value)) = line.trim_start().split_once(':') {
            let offset = at + line.len() - line.trim_start().len() + key.len() + 1;
            let text = value.trim().trim_matches(['"', '\'']);
            match key.to_ascii_lowercase().as_str() {
                "template" | "template-file" | "csmfile" => out.template = Some(text.to_owned()),
                "csmparametersfile" | "parameters-file" if !text.is_empty() => {
                    out.parameters.push(GivenParameter::File(text.to_owned()));
                }
                "parameters" => out.parameters_of_task(block(lines, next, offset, value), false),
                "overrideparameters" => out.parameters_of_task(block(lines, next, offset, value), true),
                _ => {}
            }
        }
        at += line.len();
    }
    out.template.is_some().then_some(out)
}

/// The text of a value in YAML that begins at `offset` of the script, in the line with this `number`, and where it begins: that of the line, or the lines below.
fn block<'t>(lines: &[&'t str], number: usize, offset: usize, value: &'t str) -> Vec<(&'t str, usize)> {
    if !value.trim().is_empty() && !value.trim_start().starts_with(['>', '|']) {
        return vec![(value.trim_end(), offset)];
    }
    let Some(first) = lines.get(number) else { return Vec::new() };
    let (own, mut at) = (indent(first), offset + value.len());
    let mut out = Vec::new();
    for line in lines.iter().skip(number + 1) {
        if !line.trim().is_empty() && indent(line) <= own {
            break;
        }
        out.push((line.trim_end(), at));
        at += line.len();
    }
    out
}

impl DeployCommand {
    /// Takes the parameters in `lines` of a task: `file name=value`, or `-name value`.
    fn parameters_of_task(&mut self, lines: Vec<(&str, usize)>, by_options: bool) {
        let mut name: Option<String> = None;
        for (line, start) in lines {
            let bare = line.trim_start().trim_start_matches(['"', '\'']);
            let start = start + (line.len() - bare.len());
            // The quotes around the whole text.
            let is_quoted = line.trim_start().len() > bare.len();
            let bare = if is_quoted { bare.trim_end_matches(['"', '\'']) } else { bare };
            let words = words(bare, None);
            self.is_cut |= words.len() >= MAX_WORDS;
            for word in words {
                if !by_options {
                    self.parameter(&word, start);
                } else if let Some(option) = word.text.strip_prefix('-').filter(|option| is_name(option)) {
                    name = Some(option.to_owned());
                } else if let Some(name) = name.take() {
                    let text = (!is_open(&word.text)).then(|| word.text.clone());
                    let span = self.span_of(&word, start, 0);
                    self.parameters.push(GivenParameter::Value { name, text, span });
                } else {
                    self.parameters.push(GivenParameter::Unknown);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_source::{MemoryLoader, Sources};

    fn read_text(text: &str) -> (Vec<DeployCommand>, Vec<(String, &'static str)>) {
        let sources = Sources::new(MemoryLoader::new([("ci.yml", text.as_bytes().to_vec())]));
        read(&[sources.load("ci.yml").unwrap()])
    }

    #[test]
    fn a_task_ends_where_the_next_one_begins() {
        let text = "steps:\n  - uses: azure/arm-deploy@v1\n    with:\n      template: a.bicep\n\n  - uses: Azure/arm-deploy@v1\n    with:\n      template: b.bicep\n";
        let templates = |text: &str| read_text(text).0.into_iter().filter_map(|one| one.template).collect::<Vec<_>>();
        assert_eq!(templates(text), ["a.bicep", "b.bicep"]);
        let keys = "x: azure/arm-deploy@\nx: azure/arm-deploy@\ntemplate: a.bicep\n";
        assert_eq!(templates(keys), ["a.bicep"], "the first one ends at the second");
    }

    #[test]
    fn a_command_with_more_words_than_are_read_is_told() {
        let of = |count: usize| {
            let given: String = (0..count).map(|i| format!(" x{i}=1")).collect();
            read_text(&format!("az deployment group create -f a.bicep -p{given}\n"))
        };
        let (whole, cut) = (of(100), of(300));
        assert!(whole.1.is_empty() && whole.0.iter().map(|one| one.parameters.len()).eq([100]));
        assert!(matches!(cut.1.as_slice(), [(path, why)] if path == "ci.yml" && why.contains("200 words")));
    }

    #[test]
    fn commands_of_which_nothing_is_known_count_too() {
        let text = "az deployment group create\n".repeat(MAX_COMMANDS);
        assert!(read_text(&text).1.is_empty());
        let (_, unread) = read_text(&format!("{text}az deployment group create -f a.bicep -p x=1\n"));
        assert!(matches!(unread.as_slice(), [(path, why)] if path == "ci.yml" && why.contains("more than 500")));
    }
}
