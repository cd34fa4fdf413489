//! `cmklint rules test`: runs the examples that lie beside rules of a team's own, and compares what is found with what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cmklint_custom::{CustomRule, FOLDER};
use cmklint_git::GitLoader;
use cmklint_report::{DisplayPaths, Format, Style, log_line};
use cmklint_source::{DiskLoader, Severity, Sources};
use jiff::civil::Date;

use crate::analyzer::Report as Analyzed;
use crate::codebase::Codebase;
use crate::invocation::Invocation;
use crate::outcome::Outcome;
use crate::own_rules::{self, OwnRules};
use crate::tree::Tree;

/// What is reported of a bad example, as a person reads it.
const REPORT: &str = "expected.txt";
/// The folders of an example of a change: the tree before it, and the one after it.
const BEFORE: &str = "before";
const AFTER: &str = "after";
/// `1` writes the expected reports instead of comparing them.
const BLESS: &str = "CMKLINT_BLESS";
/// The width of the expected reports, in columns.
const WIDTH: usize = 100;
/// No larger file is looked at for markers, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// Runs the examples of the rules in `folder`, or in the folder of rules here, and writes what came of each to `out`. Whether all are as expected.
///
/// # Errors
/// Where there are no rules, or they can't be read.
pub(crate) fn run(folder: Option<&Path>, today: Date, out: &mut dyn Write) -> anyhow::Result<bool> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None if Path::new(FOLDER).is_dir() => PathBuf::from(FOLDER),
        None => PathBuf::from("."),
    };
    let here = std::env::current_dir()?;
    let (tree, full) = Tree::find(&here, std::slice::from_ref(&folder))?;
    let path = full.first().and_then(|full| tree.relative(full)).context("the folder is outside of its own tree")?;
    let sources = Sources::new(DiskLoader::new(&tree.root, LARGEST_FILE)?);
    let (own, diagnostics) = own_rules::in_folder(&folder, &sources, &path)?;
    if !diagnostics.is_empty() {
        let style = style(DisplayPaths::new(&tree.root, &tree.cwd));
        cmklint_report::write_diagnostics(&diagnostics, &sources, &style, 0, out)?;
        return Ok(false);
    }
    let mut tests = Tests { folder: full.first().cloned().unwrap_or(folder), own: &own, today, out, failed: 0, run: 0 };
    for rule in own.rules() {
        tests.rule(rule, &tree)?;
    }
    let (run, failed) = (tests.run, tests.failed);
    if run == 0 {
        bail!(
            "no example: those of NAME.rego are in NAME/bad and NAME/good, each in a folder of its own (NAME/bad/tf/main.tf)"
        );
    }
    writeln!(out, "{run} examples, {failed} not as expected")?;
    Ok(failed == 0)
}

struct Tests<'a> {
    /// The folder of the rules.
    folder: PathBuf,
    own: &'a OwnRules,
    today: Date,
    out: &'a mut dyn Write,
    failed: usize,
    run: usize,
}

impl Tests<'_> {
    fn rule(&mut self, rule: &CustomRule, tree: &Tree) -> anyhow::Result<()> {
        writeln!(self.out, "{} {}", rule.meta.id, rule.meta.name)?;
        let examples = tree.root.join(rule.examples());
        for kind in ["bad", "good"] {
            let all = sorted(&examples.join(kind));
            if all.is_empty() {
                self.failed += 1;
                self.run += 1;
                writeln!(self.out, "  {kind}: no example")?;
            }
            for example in all {
                let name = example.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let wrong = self.example(&example, kind == "bad")?;
                self.run += 1;
                let outcome = if wrong.is_empty() { "as expected" } else { "NOT AS EXPECTED" };
                writeln!(self.out, "  {}: {outcome}", log_line(&format!("{kind}/{name}")))?;
                for line in &wrong {
                    writeln!(self.out, "    {}", log_line(line))?;
                }
                self.failed += usize::from(!wrong.is_empty());
            }
        }
        Ok(())
    }

    /// What is not as the example at `folder` says.
    fn example(&self, folder: &Path, is_bad: bool) -> anyhow::Result<Vec<String>> {
        // An example of a change has two trees; the one after it is checked.
        let (before, after) = (folder.join(BEFORE), folder.join(AFTER));
        let is_change = before.is_dir() && after.is_dir();
        let checked = if is_change { after.as_path() } else { folder };
        let mut invocation = Invocation::of_folder(checked.to_owned(), self.today);
        invocation.own_rules = Some(self.folder.clone());
        invocation.rules.only = self.own.rules().iter().map(|rule| rule.meta.id.to_owned()).collect();
        let mut codebase = Codebase::open(&invocation.files)?;
        let repository = tempfile::tempdir()?;
        if is_change {
            let at = codebase.tree.relative(checked).context("the example is outside of its own tree")?;
            let older = GitLoader::of_files(repository.path(), BEFORE, &files(&before, &at)?, LARGEST_FILE)?;
            codebase.base = Some(Arc::new(older));
        }
        let outcome = Outcome::read(&invocation, &codebase)?;
        let analyzed = Analyzed { codebase, outcome };
        let mut wrong: Vec<String> = Vec::new();
        let errors = analyzed.outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        wrong.extend(errors.map(|diagnostic| format!("error: {}", diagnostic.message)));
        let (marked, found) = (marked(checked), found(&analyzed, checked));
        wrong.extend(marked.difference(&found).map(|place| format!("not found: {place}")));
        wrong.extend(found.difference(&marked).map(|place| format!("not expected: {place}")));
        if is_bad {
            if marked.is_empty() {
                wrong.push("no line is marked with what is expected (`# expect: ORG001`)".to_owned());
            }
            wrong.extend(compared(&folder.join(REPORT), &analyzed.text(Format::Default, checked)?)?);
        }
        Ok(wrong)
    }
}

/// Compares `text` with what is in the file at `path`, or writes it there where that is asked for. What differs.
fn compared(path: &Path, text: &str) -> anyhow::Result<Option<String>> {
    let there = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if there == text {
        return Ok(None);
    }
    if std::env::var_os(BLESS).is_some_and(|value| value == "1") {
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
        return Ok(None);
    }
    let same = there.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    Ok(Some(format!(
        "{REPORT} differs in line {} ({BLESS}=1 rewrites it): expected {:?}, is now {:?}",
        same + 1,
        line(&there),
        line(text)
    )))
}

/// The findings, as `main.tf:3 ORG001`.
fn found(analyzed: &Analyzed, folder: &Path) -> BTreeSet<String> {
    let sources = &analyzed.codebase.sources;
    let paths = DisplayPaths::new(&analyzed.codebase.tree.root, folder);
    let place = |finding: &cmklint_rules::Finding| {
        let span = finding.primary.span;
        let file = sources.get(span.file)?;
        Some(format!("{}:{} {}", paths.show(file.path()), file.lines().line(span.start), finding.rule.id))
    };
    analyzed.outcome.findings.iter().filter_map(place).collect()
}

/// The files below `folder` that are not too large: the path below it, and where they are. Those that git ignores are left out.
fn walk(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let walk = ignore::WalkBuilder::new(folder).hidden(false).follow_links(false).max_depth(Some(16)).build();
    walk.flatten().filter_map(move |entry| {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_small = entry.metadata().is_ok_and(|meta| meta.len() <= LARGEST_FILE);
        let name = entry.path().strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
        (is_file && is_small).then(|| (name, entry.into_path()))
    })
}

/// The files below `folder`, as if they were at `at` of the tree.
fn files(folder: &Path, at: &str) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let read = |(name, path): (String, PathBuf)| {
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        Ok((if at.is_empty() { name } else { format!("{at}/{name}") }, bytes))
    };
    walk(folder).map(read).collect()
}

/// The findings that the files below `folder` are marked with.
fn marked(folder: &Path) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (name, path) in walk(folder).filter(|(name, _)| name != REPORT) {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let Some((_, rules)) = line.split_once("expect: ") else { continue };
            for rule in rules.split(',').filter_map(|rule| rule.split_whitespace().next()) {
                out.insert(format!("{name}:{} {rule}", number + 1));
            }
        }
    }
    out
}

fn style(paths: DisplayPaths) -> Style {
    Style { paths, color: false, links: false, width: WIDTH, group_by: None, limit: None }
}

/// The folders in `folder`, by name.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The plain examples of `rule` below the tree's root, as `explain` shows them: the path below the rule's folder, and the text.
pub(crate) fn plain_examples(rule: &CustomRule, sources: &Sources) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for kind in ["bad", "good"] {
        for language in ["tf", "arm", "bicep"] {
            // An example of a change has two trees.
            for state in ["", "/before", "/after"] {
                let folder = format!("{kind}/{language}{state}");
                for name in sources.files_in(&format!("{}/{folder}", rule.examples())) {
                    let file = sources.load(&format!("{}/{folder}/{name}", rule.examples())).ok();
                    out.extend(file.map(|file| (format!("{folder}/{name}"), file.text().to_owned())));
                }
            }
        }
    }
    out
}
