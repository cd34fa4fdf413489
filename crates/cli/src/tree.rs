//! The analyzed tree: its root, and the files in it that a front-end may read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cmklint_source::{Diagnostic, name_of_disk};
use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

use crate::paths::near_name;

/// The tree that contains all given paths, and how its paths are shown.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The folder that tree-relative paths are relative to: the repository that contains the paths, else the current directory, else the folder that contains
    /// them all.
    pub root: PathBuf,
    /// The current directory, canonical.
    pub cwd: PathBuf,
}

impl Tree {
    /// Finds the tree for `paths`, relative to `cwd`.
    ///
    /// # Errors
    /// Where a path isn't there.
    pub fn find(cwd: &Path, paths: &[PathBuf]) -> anyhow::Result<(Self, Vec<PathBuf>)> {
        let (cwd, full) = there(cwd, paths)?;
        let folder =
            |path: &PathBuf| if path.is_dir() { path.clone() } else { path.parent().unwrap_or(path).to_owned() };
        let mut repositories: Vec<Option<PathBuf>> = full.iter().map(|p| repository(&folder(p))).collect();
        repositories.dedup();
        let root = match &repositories[..] {
            [Some(one)] => one.clone(),
            _ if full.iter().all(|p| p.starts_with(&cwd)) => cwd.clone(),
            _ => full.iter().map(folder).reduce(|a, b| common(&a, &b)).unwrap_or_else(|| cwd.clone()),
        };
        Ok((Self { root, cwd }, full))
    }

    /// The tree at `root`, with `paths`, relative to `cwd`, in it.
    ///
    /// # Errors
    /// Where a path isn't there, or is outside of the tree.
    pub fn below(root: &Path, cwd: &Path, paths: &[PathBuf]) -> anyhow::Result<(Self, Vec<PathBuf>)> {
        let root = root.canonicalize().with_context(|| format!("{}: cannot be read", root.display()))?;
        let (cwd, full) = there(cwd, paths)?;
        match full.iter().find(|path| !path.starts_with(&root)) {
            Some(path) => bail!("{}: outside of {}", path.display(), root.display()),
            None => Ok((Self { root, cwd }, full)),
        }
    }

    /// `path` relative to the root, with `/` between its segments; `None` where it is outside.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<String>> = inside.components().map(|c| name_of_disk(c.as_os_str())).collect();
        Some(parts?.join("/"))
    }
}

/// The current directory `cwd` and `paths` in it, canonical.
fn there(cwd: &Path, paths: &[PathBuf]) -> anyhow::Result<(PathBuf, Vec<PathBuf>)> {
    let cwd = cwd.canonicalize().with_context(|| format!("{}: cannot be read", cwd.display()))?;
    let mut full = Vec::new();
    for path in paths {
        let found = cwd.join(path).canonicalize();
        match found {
            Ok(found) => full.push(found),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let whole = cwd.join(path);
                let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                match whole.parent().and_then(|folder| near_name(folder, &name)) {
                    Some(near) => bail!(
                        "{}: no such file or directory; did you mean {}?",
                        path.display(),
                        path.with_file_name(near).display()
                    ),
                    None => bail!("{}: no such file or directory", path.display()),
                }
            }
            Err(error) => bail!("{}: {error}", path.display()),
        }
    }
    Ok((cwd, full))
}

/// The nearest folder from `folder` upward that holds a `.git`.
fn repository(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|f| f.join(".git").exists()).map(Path::to_owned)
}

fn common(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
}

/// How a path may be read, by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `.tf`, `.tf.json`, OpenTofu's `.tofu`, `.tofu.json`
    Terraform,
    /// `.tfvars`, `.tfvars.json`
    TerraformVariables,
    /// `terragrunt.hcl`
    Terragrunt,
    /// A Terraform state file; only where it is named
    TerraformState,
    /// Tests and stacks of Terraform: reported, and not read
    Skipped,
    /// `.bicep`
    Bicep,
    /// `.bicepparam`
    BicepParameters,
    /// `.json`, `.jsonc`: a template, a parameter file or neither, by its content
    Json,
}

impl FileKind {
    /// By the file's name.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = cmklint_source::file_name(path).to_ascii_lowercase();
        let ends = |suffix: &str| name.ends_with(suffix);
        Some(if cmklint_terraform::skipped(&name).is_some() {
            Self::Skipped
        } else if cmklint_terraform::terragrunt::is_terragrunt(&name) {
            Self::Terragrunt
        } else if ends(".tfstate") {
            Self::TerraformState
        } else if cmklint_terraform::is_configuration(&name) {
            Self::Terraform
        } else if ends(".tfvars") || ends(".tfvars.json") {
            Self::TerraformVariables
        } else if ends(".bicep") {
            Self::Bicep
        } else if ends(".bicepparam") {
            Self::BicepParameters
        } else if ends(".json") || ends(".jsonc") {
            Self::Json
        } else {
            return None;
        })
    }
}

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its path below the tree's root.
    pub path: String,
    /// What it may be read as.
    pub kind: FileKind,
    /// Whether it was named on the command line, not found in a directory.
    pub named: bool,
}

/// Folders that tools keep for themselves: their content is a copy, or generated.
const OF_TOOLS: [&str; 15] = [
    ".bicep",
    ".cache",
    ".git",
    ".hg",
    ".idea",
    ".mypy_cache",
    ".nox",
    ".pulumi",
    ".svn",
    ".terraform",
    ".terragrunt-cache",
    ".tox",
    ".venv",
    ".vs",
    ".vscode",
];

/// Whether a folder or file of that name is left out unless it is named: a tool's own folder, and, as in Terraform, a file whose name begins with a dot.
/// Other folders are read: people keep code in `.infra`, `.azure` and `.azuredevops`. The folders beside custom rules are examples.
#[must_use]
pub(crate) fn is_hidden(name: &str, is_folder: bool) -> bool {
    is_folder && name == cmklint_custom::FOLDER
        || name.starts_with('.') && (!is_folder || OF_TOOLS.contains(&name) || name.ends_with("-cache"))
}

/// Collects the files of `paths` (canonical): those named, and those in the directories, below them too if `recursive`. Files that git ignores, hidden ones
/// (tools' own folders and files whose names begin with a dot) and those that match `exclude` are left out unless named. Sorted by path.
#[must_use]
pub fn collect(
    tree: &Tree,
    paths: &[PathBuf],
    recursive: bool,
    exclude: &GlobSet,
) -> (Vec<Candidate>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        if path.is_file() {
            match tree.relative(path).and_then(|p| FileKind::of(&p).map(|kind| (p, kind))) {
                Some((path, kind)) => found.push(Candidate { path, kind, named: true }),
                None => diagnostics.push(Diagnostic::new(
                    cmklint_source::Severity::Warning,
                    "not-read",
                    format!(
                        "{}: not a file that cmklint reads (.tf, .tf.json, .tofu, .tfvars, terragrunt.hcl, .bicep, .bicepparam, .json, .tfstate)",
                        path.display()
                    ),
                )),
            }
            continue;
        }
        let mut walk = WalkBuilder::new(path);
        walk.max_depth((!recursive).then_some(1)).follow_links(false).hidden(false);
        walk.filter_entry(|entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy(), is_folder)
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    let Some(path) = tree.relative(entry.path()) else { continue };
                    let Some(kind) = FileKind::of(&path) else { continue };
                    if kind != FileKind::TerraformState && !exclude.is_match(&path) {
                        found.push(Candidate { path, kind, named: false });
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    diagnostics.push(Diagnostic::new(cmklint_source::Severity::Error, "unreadable", error.to_string()))
                }
            }
        }
    }
    found.sort();
    // A file that was both named and found counts as named.
    found.reverse();
    found.dedup_by(|later, first| later.path == first.path);
    found.reverse();
    (found, diagnostics)
}

/// Globs of tree-relative paths, each also tried below `folder` (the folder of the configuration file that holds them).
///
/// # Errors
/// Where a glob is malformed.
pub fn globs(patterns: &[impl AsRef<str>], folder: &str) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns.iter().map(AsRef::as_ref) {
        let below = || format!("{}/{pattern}", globset::escape(folder));
        let full = if folder.is_empty() { pattern.to_owned() } else { below() };
        set.add(Glob::new(&full).with_context(|| format!("{pattern}: not a glob"))?);
    }
    Ok(set.build()?)
}

/// Adds the file at `path`, which need not be on the disk, to `candidates`, where it is one of `paths` or below one.
pub fn add(path: &Path, tree: &Tree, paths: &[PathBuf], candidates: &mut Vec<Candidate>) {
    let Some(relative) = tree.relative(path).filter(|_| paths.iter().any(|p| path.starts_with(p))) else { return };
    let Some(kind) = FileKind::of(&relative) else { return };
    candidates.retain(|c| c.path != relative);
    candidates.push(Candidate { path: relative, kind, named: true });
    candidates.sort();
}
