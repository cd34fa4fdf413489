//! `compare-reports`: runs two builds over the same folders and compares what they print, in each format, and how they exit; or, with `--findings`,
//! only which findings they report.

mod findings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;
use tempfile::TempDir;

use crate::repository::{entries, repository};
use findings::Surplus;

/// The formats that both builds know.
const FORMATS: [&str; 5] = ["default", "json", "sarif", "compact", "github"];

/// How many different reports are shown with their first different line; the others are only named.
const SHOWN: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The build to compare with
    old: PathBuf,
    /// The build that is compared
    new: PathBuf,
    /// Compare only these formats
    #[arg(long = "format", value_name = "FORMAT", default_values = FORMATS)]
    formats: Vec<String>,
    /// Compare only which findings there are: rule, file, line, level and confidence, whatever they say
    #[arg(long, conflicts_with = "formats")]
    findings: bool,
}

/// A folder to run in, and whether it is compared with the commit that it holds.
struct ComparedFolder {
    /// The folder as the report names it.
    name: String,
    folder: PathBuf,
    with_base: bool,
    /// Removed with this value, where the folder was made for the comparison.
    _made: Option<TempDir>,
}

/// How many findings two builds report in a folder, and those that only one of them reports.
struct FolderFindings {
    name: String,
    old: usize,
    new: usize,
    surplus: Vec<Surplus>,
}

/// Two reports that differ.
struct Difference {
    name: String,
    old: Output,
    new: Output,
}

/// Exits with 1 where a report differs.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let old = args.old.canonicalize().with_context(|| format!("{} is no file", args.old.display()))?;
    let new = args.new.canonicalize().with_context(|| format!("{} is no file", args.new.display()))?;
    let folders = folders(repository()?)?;
    if args.findings {
        return compare_findings(&folders, &old, &new);
    }
    let compared: Vec<Vec<Difference>> = folders
        .par_iter()
        .map(|folder| {
            let place = ComparedFolder::prepare(folder)?;
            args.formats.iter().filter_map(|format| place.compare(&old, &new, format).transpose()).collect()
        })
        .collect::<Result<_>>()?;
    let reports = folders.len() * args.formats.len();
    let differences: Vec<Difference> = compared.into_iter().flatten().collect();
    for (at, difference) in differences.iter().enumerate() {
        println!("differs: {}, exit {} and {}", difference.name, code(&difference.old), code(&difference.new));
        if at < SHOWN {
            difference.show();
        }
    }
    println!("{reports} reports compared, {} differ", differences.len());
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the findings that only one build reports, folder by folder and then how many of each rule.
fn compare_findings(folders: &[PathBuf], old: &Path, new: &Path) -> Result<ExitCode> {
    let compared: Vec<FolderFindings> =
        folders.par_iter().map(|folder| ComparedFolder::prepare(folder)?.findings(old, new)).collect::<Result<_>>()?;
    let mut rules: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for folder in &compared {
        for surplus in &folder.surplus {
            let (sign, times) = (if surplus.is_new { '+' } else { '-' }, surplus.times);
            let times = if times > 1 { format!(", {times} times") } else { String::new() };
            println!("{sign} {}: {}{times}", folder.name, surplus.finding);
            *rules.entry((surplus.finding.rule.clone(), surplus.is_new)).or_default() += surplus.times;
        }
    }
    for ((rule, is_new), times) in &rules {
        println!("{rule}: {times} only in the {} build", if *is_new { "new" } else { "old" });
    }
    let (old, new) = compared.iter().fold((0, 0), |sum, folder| (sum.0 + folder.old, sum.1 + folder.new));
    let different = compared.iter().filter(|folder| !folder.surplus.is_empty()).count();
    println!(
        "{} folders compared, {different} differ; {old} findings of the old build, {new} of the new one",
        folders.len()
    );
    Ok(if different == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each example of a rule, all of them as one tree, the test data that is a tree, and each tree of the corpus where it is unpacked.
fn folders(repository: &Path) -> Result<Vec<PathBuf>> {
    let rules = repository.join("rules");
    let mut out = Vec::new();
    for rule in entries(&rules)? {
        for kind in ["good", "bad"].map(|kind| rule.join(kind)).iter().filter(|kind| kind.is_dir()) {
            out.extend(entries(kind)?);
        }
    }
    out.push(rules);
    for kept in [repository.join("testdata"), repository.join("target/corpus")].iter().filter(|kept| kept.is_dir()) {
        out.extend(entries(kept)?);
    }
    out.retain(|path| path.is_dir());
    Ok(out)
}

impl ComparedFolder {
    /// A folder with `before` and `after` becomes a repository: the one is committed, the other lies in the working tree.
    fn prepare(folder: &Path) -> Result<Self> {
        let name = folder.strip_prefix(repository()?).unwrap_or(folder).display().to_string();
        if !folder.join("before").is_dir() {
            return Ok(Self { name, folder: folder.to_owned(), with_base: false, _made: None });
        }
        let made = TempDir::new()?;
        let to = made.path();
        copy(&folder.join("before"), to)?;
        git(to, &["init", "--quiet"])?;
        git(to, &["add", "--all", "--force"])?;
        git(to, &["commit", "--quiet", "--allow-empty", "--message", "before"])?;
        git(to, &["rm", "-r", "--quiet", "--force", "--ignore-unmatch", "."])?;
        copy(&folder.join("after"), to)?;
        Ok(Self { name, folder: to.to_owned(), with_base: true, _made: Some(made) })
    }

    fn compare(&self, old: &Path, new: &Path, format: &str) -> Result<Option<Difference>> {
        let (old, new) = (self.report(old, format)?, self.report(new, format)?);
        let same = old == new;
        Ok((!same).then(|| Difference { name: format!("{} as {format}", self.name), old, new }))
    }

    fn findings(&self, old: &Path, new: &Path) -> Result<FolderFindings> {
        let of = |binary: &Path| {
            let report = self.report(binary, "json")?;
            findings::of(&report.stdout).with_context(|| {
                let errors = String::from_utf8_lossy(&report.stderr);
                format!("{} in {} ({}): {errors}", binary.display(), self.name, report.status)
            })
        };
        let (old, new) = (of(old)?, of(new)?);
        let surplus = findings::differences(&old, &new);
        Ok(FolderFindings { name: self.name.clone(), old: old.values().sum(), new: new.values().sum(), surplus })
    }

    fn report(&self, binary: &Path, format: &str) -> Result<Output> {
        let mut command = Command::new(binary);
        command.args(["--format", format]);
        if self.with_base {
            command.args(["--base", "HEAD"]);
        }
        command.arg(".").current_dir(&self.folder).env_remove("COLUMNS");
        command.output().with_context(|| format!("cannot run {}", binary.display()))
    }
}

impl Difference {
    /// Prints the first line that differs, of the standard output or else of the errors.
    fn show(&self) {
        for (old, new) in [(&self.old.stdout, &self.new.stdout), (&self.old.stderr, &self.new.stderr)] {
            let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
            if let Some((line, old, new)) = first_difference(&old, &new) {
                println!("  line {line}\n  - {old}\n  + {new}");
                return;
            }
        }
    }
}

/// The number of the first line that differs, and that line of both texts.
fn first_difference<'t>(old: &'t str, new: &'t str) -> Option<(usize, &'t str, &'t str)> {
    let (mut old, mut new) = (old.lines(), new.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (old.next(), new.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => return Some((line, a.unwrap_or("(the end)"), b.unwrap_or("(the end)"))),
        }
    }
}

fn code(output: &Output) -> String {
    output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in entries(from)? {
        let target = to.join(entry.strip_prefix(from)?);
        if entry.is_dir() {
            copy(&entry, &target)?;
        } else {
            std::fs::copy(&entry, &target).with_context(|| format!("cannot copy {}", entry.display()))?;
        }
    }
    Ok(())
}

/// Git in a folder, without the configuration of whoever runs it.
fn git(folder: &Path, args: &[&str]) -> Result<()> {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "xtask").env(format!("GIT_{who}_EMAIL"), "xtask@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.args(args).output().context("cannot run git")?;
    if !output.status.success() {
        bail!("git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    ensure!(output.stderr.is_empty(), "git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some((2, "(the end)", "b")));
        assert_eq!(first_difference("a\nb", "a\nb"), None);
    }

    #[test]
    fn an_example_with_two_states_is_a_repository_with_the_older_one_committed() {
        let example = repository().unwrap().join("rules/CMK030/bad/tf");
        let place = ComparedFolder::prepare(&example).unwrap();
        assert!(place.with_base);
        assert_eq!(place.name, "rules/CMK030/bad/tf");
        let after = std::fs::read(example.join("after/main.tf")).unwrap();
        assert_eq!(std::fs::read(place.folder.join("main.tf")).unwrap(), after);
        let committed = Command::new("git").args(["show", "HEAD:main.tf"]).current_dir(&place.folder).output().unwrap();
        assert_eq!(committed.stdout, std::fs::read(example.join("before/main.tf")).unwrap());
    }
}
