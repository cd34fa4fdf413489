//! `mutate-words`: replaces the words of the rules by others and lists those that no expected report shows.
//!
//! The reports of examples are those of the tests `rules`, `machine_reports` and `services`; what the data says of restrictions is in the tables of `docs/editions.md`
//! too, which the test `readme` compares. Every literal gets a word of its own, `QQQ17Q`, so that one build covers all of them: a word that is in the report of an example would make that
//! example's test fail if it were the only one replaced. `--each` does replace one at a time, which takes a build for each.

mod data;
mod literals;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::repository::{entries, repository};
use literals::{Kind, Literal};

/// Files there whose texts are not words of findings: they are in the list of Azure Disk Encryption, the table of editions, the map of the estate, and in
/// errors about options, limits and faults of cmklint itself.
const OTHER_OUTPUTS: [&str; 7] =
    ["ade.rs", "edition.rs", "editions_table.rs", "engine.rs", "estate_map.rs", "meta.rs", "view/build.rs"];

/// Where tests keep the reports that they compare whole.
const COMPARED: [&str; 2] = ["rules", "crates/cli/tests/snapshots"];

/// What is copied to where the mutants are built.
const COPIED: [&str; 10] =
    [".cargo", "Cargo.lock", "Cargo.toml", "README.md", "crates", "docs", "rules", "src", "testdata", "xtask"];

/// Where the texts of findings are: the rules, and the files of the graph that name resources and conditions.
const SOURCES: [&str; 3] = ["crates/rules/src", "crates/graph/src/naming.rs", "crates/graph/src/value/atom.rs"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Replace the words of this rule's file only, and check its examples only
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Replace one literal at a time and run the test for each
    #[arg(long)]
    each: bool,
    /// With --each, take only so many literals, spread evenly
    #[arg(long, value_name = "N", requires = "each")]
    sample: Option<usize>,
}

/// A literal of a file, and the word that takes its place.
struct Mutation {
    /// The file, below the repository's root.
    file: PathBuf,
    literal: Literal,
    word: String,
}

impl Mutation {
    fn describe(&self) -> String {
        format!("{}:{}: {:?}", self.file.display(), self.literal.line, self.literal.text)
    }
}

/// Exits with 1 where a text can be replaced without a failing test.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let root = repository()?;
    let copy = Copy { root, folder: root.join("target/mutate-words"), rule: args.rule.clone() };
    let mut mutations = mutations(root, args.rule.as_deref())?;
    ensure!(!mutations.is_empty(), "no file of crates/rules/src is of that rule");
    if let Some(sample) = args.sample {
        let step = mutations.len().div_ceil(sample.max(1));
        mutations = mutations.into_iter().step_by(step).collect();
    }
    let survivors = if args.each { copy.one_by_one(&mutations)? } else { copy.all_at_once(&mutations)? };
    for survivor in &survivors {
        println!("not shown: {}", survivor.describe());
    }
    println!("{} texts replaced, {} survive", mutations.len(), survivors.len());
    Ok(if survivors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The words in the sources and in the rules' data, or in the file of one rule.
fn mutations(root: &Path, rule: Option<&str>) -> Result<Vec<Mutation>> {
    let mut files = Vec::new();
    for source in SOURCES.map(|source| root.join(source)) {
        if source.is_dir() { below(&source, &mut files)? } else { files.push(source) }
    }
    files.retain(|path| !OTHER_OUTPUTS.iter().any(|other| path == &root.join(SOURCES[0]).join(other)));
    files.extend(data::FILES.map(|file| root.join(file.path)));
    let mut out = Vec::new();
    for path in files {
        let file = path.strip_prefix(root)?.to_owned();
        if rule.is_some_and(|rule| !file.to_string_lossy().contains(&rule.to_lowercase())) {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let literals = match data::FILES.iter().find(|data| file == Path::new(data.path)) {
            Some(data) => data.literals(&text)?,
            None => literals::of(&text)?,
        };
        for literal in literals {
            let word = format!("QQQ{}Q", out.len());
            out.push(Mutation { file: file.clone(), literal, word });
        }
    }
    Ok(out)
}

/// A copy of the repository, in which the mutants are built.
struct Copy<'a> {
    root: &'a Path,
    folder: PathBuf,
    rule: Option<String>,
}

impl Copy<'_> {
    /// The mutations whose word no example's report shows.
    fn all_at_once<'m>(&self, mutations: &'m [Mutation]) -> Result<Vec<&'m Mutation>> {
        self.fill()?;
        self.mutate(mutations)?;
        self.build()?;
        // It fails where an example's report has changed; the reports are written all the same.
        self.test().arg("--no-fail-fast").env("CMKLINT_BLESS", "1").env("INSTA_UPDATE", "always").output()?;
        let mut files = Vec::new();
        for folder in COMPARED {
            below(&self.folder.join(folder), &mut files)?;
        }
        let mut shown = String::new();
        for path in files {
            if path.ends_with("expected.txt") || path.extension().is_some_and(|ending| ending == "snap") {
                shown.push_str(&std::fs::read_to_string(path)?);
            }
        }
        let tables = std::fs::read_to_string(self.root.join(data::TABLES))?;
        let is_shown = |mutation: &&Mutation| {
            // The test `readme` compares the tables with the data.
            shown.contains(&mutation.word)
                || mutation.literal.kind == Kind::Field { in_table: true } && tables.contains(&mutation.literal.text)
        };
        Ok(mutations.iter().filter(|mutation| !is_shown(mutation)).collect())
    }

    /// The mutations with which the test passes.
    fn one_by_one<'m>(&self, mutations: &'m [Mutation]) -> Result<Vec<&'m Mutation>> {
        let mut survivors = Vec::new();
        for mutation in mutations {
            self.fill()?;
            self.mutate(std::slice::from_ref(mutation))?;
            self.build()?;
            let passes = self.test().output()?.status.success();
            println!("{}: {}", if passes { "survives" } else { "fails" }, mutation.describe());
            survivors.extend(passes.then_some(mutation));
        }
        Ok(survivors)
    }

    /// Makes the copy equal to the repository. Unchanged files are not written, so that little is built again.
    fn fill(&self) -> Result<()> {
        for name in COPIED {
            let from = self.root.join(name);
            let mut files = Vec::new();
            if from.is_dir() {
                below(&from, &mut files)?
            } else {
                files.push(from)
            }
            let mut there = Vec::new();
            if self.folder.join(name).is_dir() {
                below(&self.folder.join(name), &mut there)?;
            }
            for file in there {
                if !self.root.join(file.strip_prefix(&self.folder)?).exists() {
                    std::fs::remove_file(file)?;
                }
            }
            for file in files {
                let to = self.folder.join(file.strip_prefix(self.root)?);
                let bytes = std::fs::read(&file)?;
                if std::fs::read(&to).is_ok_and(|there| there == bytes) {
                    continue;
                }
                std::fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
                std::fs::write(&to, bytes)?;
            }
        }
        Ok(())
    }

    fn mutate(&self, mutations: &[Mutation]) -> Result<()> {
        // From the end, so that the offsets of the others remain valid.
        for mutation in mutations.iter().rev() {
            let path = self.folder.join(&mutation.file);
            let mut source = std::fs::read_to_string(&path)?;
            let (start, end) = (mutation.literal.start, mutation.literal.end);
            source.replace_range(start..end, &mutation.literal.replaced(&mutation.word));
            std::fs::write(&path, source)?;
        }
        Ok(())
    }

    fn build(&self) -> Result<()> {
        let built = self.cargo().args(["--no-run", "--quiet"]).stdout(Stdio::null()).status()?;
        ensure!(built.success(), "the mutant does not compile");
        Ok(())
    }

    fn test(&self) -> Command {
        let mut command = self.cargo();
        if let Some(rule) = &self.rule {
            command.env("CMKLINT_RULE", rule);
        }
        command
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // With the features of the whole workspace, as they are built otherwise.
        command.current_dir(&self.folder).args(["test", "--workspace", "--target-dir", "target"]);
        command.args(["--test", "rules", "--test", "machine_reports", "--test", "services"]);
        command
    }
}

/// All files below a folder.
fn below(folder: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() { below(&path, out)? } else { out.push(path) }
    }
    Ok(())
}
