//! The rules of a run: the files of `cmklint-rules` folders, divided into rules and files that rules import.

use std::sync::Arc;

use cmklint_rules::{RULES, RuleMeta};
use cmklint_source::{Diagnostic, SourceFile, file_name, parent};

use crate::meta_store;
use crate::metadata::{self, Metadata};
use crate::protocol::FileText;

/// The name of the folders that contain rules. A rule applies to the files beside and below its folder.
pub const FOLDER: &str = "cmklint-rules";
/// The ending of a file of rules.
pub const ENDING: &str = ".rego";
/// The number of rule files that a folder may contain.
pub const MAX_FILES: usize = 200;
/// The largest rule file, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A file of a folder of rules.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The folder that its rules apply to, at any depth, as a path below the tree's root.
    pub area: String,
}

/// A rule of a team's own.
#[derive(Clone, Debug)]
pub struct CustomRule {
    /// Its metadata.
    pub meta: &'static RuleMeta,
    /// The file that it is written in.
    pub file: Arc<SourceFile>,
    /// The folder that it applies to, as a path below the tree's root.
    pub area: String,
}

/// The rules of a run, and the files that they import.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<CustomRule>,
    libraries: Vec<Arc<SourceFile>>,
}

impl RuleSet {
    /// The rules of `files`, in order; those with an error are left out and reported in the diagnostics.
    #[must_use]
    pub fn read(files: &[RuleFile]) -> (Self, Vec<Diagnostic>) {
        let mut set = Self::default();
        let mut diagnostics = Vec::new();
        for RuleFile { file, area } in files {
            match set.add(file, area) {
                Ok(()) => {}
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        (set, diagnostics)
    }

    fn add(&mut self, file: &Arc<SourceFile>, area: &str) -> Result<(), Box<Diagnostic>> {
        let text = file.text();
        if text.len() > MAX_BYTES {
            let message = format!("the file has {} bytes; a file of rules may have {MAX_BYTES}", text.len());
            return Err(error(file, 0, message).into());
        }
        let metadata = match metadata::read(text).map_err(|wrong| error(file, wrong.at, wrong.message))? {
            Some(metadata) => metadata,
            None => {
                if let Some(at) = metadata::defines_deny(text) {
                    let message = "a rule without an id: nothing says what to call it".to_owned();
                    let help = "write an annotation above `package`: `# METADATA`, `# title: …`, `# custom:`, `#   id: ORG001`";
                    return Err(error(file, at, message).help(help).into());
                }
                self.libraries.push(Arc::clone(file));
                return Ok(());
            }
        };
        self.refuse_taken(file, &metadata)?;
        let Some(meta) = meta_store::meta(&metadata, &stem(file).replace('-', "_")) else {
            return Err(error(
                file,
                metadata.at,
                "too many rules were read since the start; start cmklint again".to_owned(),
            )
            .into());
        };
        if self.named(meta.name).is_some() || cmklint_rules::by_id_or_name(meta.name).is_some() {
            let message = format!("another rule has the name {}", meta.name);
            return Err(error(file, metadata.at, message).help("`name:` below `custom:` gives it another one").into());
        }
        self.rules.push(CustomRule { meta, file: Arc::clone(file), area: area.to_owned() });
        Ok(())
    }

    /// An error where the id belongs to another rule, or is reserved for the built-in ones.
    fn refuse_taken(&self, file: &SourceFile, metadata: &Metadata) -> Result<(), Box<Diagnostic>> {
        if let Some(ours) = RULES.iter().map(|rule| rule.meta()).find(|meta| meta.id.eq_ignore_ascii_case(&metadata.id))
        {
            let message = format!("the id {} is that of a rule of cmklint ({})", metadata.id, ours.name);
            return Err(error(file, metadata.at, message).into());
        }
        // Ids of later built-in rules.
        if metadata.id.len() == 6 && metadata.id.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CMK")) {
            let message = format!("ids such as {} are kept for rules of cmklint", metadata.id);
            return Err(error(file, metadata.at, message).help("take a prefix of your own, such as ORG001").into());
        }
        match self.named(&metadata.id) {
            Some(other) => {
                let start = metadata::read(other.file.text()).ok().flatten().map_or(0, |metadata| metadata.at);
                let message = format!("two rules have the id {}", metadata.id);
                let there = other.file.span(start, start + "# METADATA".len());
                Err(error(file, metadata.at, message).label(there, "the other one").into())
            }
            None => Ok(()),
        }
    }

    /// The rules, in the order of their files.
    #[must_use]
    pub fn rules(&self) -> &[CustomRule] {
        &self.rules
    }

    /// The rule of that id or name, in any case.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&CustomRule> {
        let name = text.replace('-', "_");
        let is_it =
            |rule: &&CustomRule| rule.meta.id.eq_ignore_ascii_case(text) || rule.meta.name.eq_ignore_ascii_case(&name);
        self.rules.iter().find(is_it)
    }

    /// The files by name, to find the file that an error of the evaluator is in.
    pub(crate) fn file(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.rules.iter().map(|rule| &rule.file).chain(&self.libraries).find(|file| file.path() == path)
    }

    /// The texts that the rules at `folder` share.
    pub(crate) fn libraries(&self) -> Vec<FileText> {
        self.libraries.iter().map(|file| text(file)).collect()
    }
}

/// The text of `file`, for the evaluator.
pub(crate) fn text(file: &SourceFile) -> FileText {
    FileText { path: file.path().to_owned(), text: file.text().to_owned() }
}

/// The file's name without its ending.
pub(crate) fn stem(file: &SourceFile) -> &str {
    let name = file_name(file.path());
    name.strip_suffix(ENDING).unwrap_or(name)
}

impl CustomRule {
    /// The folder of its examples, below the tree's root: `cmklint-rules/NAME` for `cmklint-rules/NAME.rego`.
    #[must_use]
    pub fn examples(&self) -> String {
        match parent(self.file.path()) {
            "" => stem(&self.file).to_owned(),
            folder => format!("{folder}/{}", stem(&self.file)),
        }
    }
}

fn error(file: &SourceFile, at: usize, message: String) -> Diagnostic {
    let end = file.text().get(at..).and_then(|rest| rest.find('\n')).map_or(file.text().len(), |length| at + length);
    Diagnostic::error("custom-rule", message, file.span(at, end))
}
