//! Revisions of the repository: the one that `--base` compares with, and the one that `--head` checks instead of the working tree.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use cmklint_bicep::RESTORE_CACHE;
use cmklint_git::GitLoader;
use cmklint_source::{Diagnostic, LoadError, Loader, Sources};
use globset::GlobSet;
use rayon::prelude::*;

use crate::analysis::{Base, Request};
use crate::invocation::FileOptions;
use crate::paths::lexical;
use crate::templates::Unchanged;
use crate::tree::{Candidate, FileKind, Tree, is_hidden};

/// Opens the revision to check, of the repository around the current directory.
///
/// # Errors
/// Where there is no repository, or no such revision.
pub fn head(options: &FileOptions) -> anyhow::Result<Option<Arc<GitLoader>>> {
    let Some(revision) = &options.head else { return Ok(None) };
    Ok(Some(Arc::new(GitLoader::open(&options.cwd, revision, options.max_file_size)?)))
}

/// The tree of the revision `head`, and the `paths` in it, relative to `cwd`. In a bare repository they are relative to the repository's root.
///
/// # Errors
/// Where the revision has no such path.
pub(crate) fn tree_of(head: &GitLoader, cwd: &Path, paths: &[PathBuf]) -> anyhow::Result<(Tree, Vec<PathBuf>)> {
    let cwd = cwd.canonicalize().with_context(|| format!("{}: cannot be read", cwd.display()))?;
    let root = match head.work_tree() {
        Some(folder) => folder.canonicalize().unwrap_or(folder),
        None => cwd.clone(),
    };
    let tree = Tree { root, cwd };
    let mut full = Vec::new();
    for path in paths {
        let found = lexical(&tree.cwd.join(path));
        match tree.relative(&found) {
            Some(inside) if is_there(head, &inside) => full.push(found),
            _ => bail!("{}: no such file or directory in revision '{}'", path.display(), head.revision()),
        }
    }
    Ok((tree, full))
}

/// Whether the revision has a file or a folder at `path`.
fn is_there(revision: &GitLoader, path: &str) -> bool {
    let below = format!("{path}/");
    path.is_empty() || revision.is_file(path) || revision.paths().any(|p| p.starts_with(&below))
}

/// Opens the revision to compare with, with paths relative to `tree`.
///
/// # Errors
/// Where the tree is not in a repository, is in a bare one without `--head`, or there is no such revision.
pub fn base(options: &FileOptions, tree: &Tree) -> anyhow::Result<Option<Arc<GitLoader>>> {
    let Some(revision) = &options.base else { return Ok(None) };
    let whole = GitLoader::open(&tree.root, revision, options.max_file_size)?;
    let prefix = match whole.work_tree() {
        None if options.head.is_some() => String::new(),
        None => bail!(
            "a bare repository has no working tree to compare with '{revision}': name a revision to check with --head"
        ),
        Some(folder) => {
            let folder = folder.canonicalize().unwrap_or(folder);
            let inside = Tree { root: folder, cwd: tree.cwd.clone() }.relative(&tree.root);
            inside.with_context(|| format!("{}: not in the working tree of its repository", tree.root.display()))?
        }
    };
    Ok(Some(Arc::new(if prefix.is_empty() { whole } else { whole.below(&prefix)? })))
}

/// The files of `revision` in `paths` that a front-end may read, as [`crate::tree::collect`] finds those of the disk: without hidden ones and those that
/// match `exclude`. Git's ignore rules are not applied: a file in a revision is not ignored.
#[must_use]
pub fn collect(
    revision: &GitLoader,
    tree: &Tree,
    paths: &[PathBuf],
    recursive: bool,
    exclude: &GlobSet,
) -> Vec<Candidate> {
    let mut found = BTreeSet::new();
    for path in paths.iter().filter_map(|path| tree.relative(path)) {
        if revision.is_file(&path) {
            found.extend(FileKind::of(&path).map(|kind| Candidate { path, kind, named: true }));
            continue;
        }
        let below = if path.is_empty() { path } else { format!("{path}/") };
        for path in revision.paths().filter(|p| p.starts_with(&below)) {
            let rest = path.get(below.len()..).unwrap_or("");
            let (folders, name) = rest.rsplit_once('/').unwrap_or(("", rest));
            let hidden = is_hidden(name, false) || folders.split('/').any(|folder| is_hidden(folder, true));
            if hidden || !recursive && rest.contains('/') || exclude.is_match(path) {
                continue;
            }
            if let Some(kind) = FileKind::of(path) {
                found.insert(Candidate { path: path.to_owned(), kind, named: false });
            }
        }
    }
    let named: BTreeSet<String> = found.iter().filter(|c| c.named).map(|c| c.path.clone()).collect();
    found.into_iter().filter(|c| c.named || !named.contains(&c.path)).collect()
}

/// The base for `--base`, for one group of paths: `request` is that of the working tree, `sources` its files.
#[must_use]
pub fn against(
    revision: &Arc<GitLoader>,
    head: Option<&Arc<GitLoader>>,
    sources: &Arc<Sources>,
    request: &Request,
    candidates: Vec<Candidate>,
    diff_only: bool,
) -> Base {
    let own: BTreeSet<String> = request.candidates.iter().map(|c| c.path.clone()).collect();
    let variables = request.areas.iter().flat_map(|(_, area)| &area.terraform.var_files);
    let given = variables.chain(&request.parameters).cloned().collect();
    let files = Arc::new(Files {
        revision: Arc::clone(revision),
        head: head.cloned(),
        now: Arc::clone(sources),
        candidates: own,
        given,
        same: Mutex::default(),
    });
    // A file on the disk that was not collected is ignored by git, or excluded: so the base keeps it.
    let left_out = |c: &Candidate| head.is_none() && !files.candidates.contains(&c.path) && sources.is_file(&c.path);
    let candidates: Vec<Candidate> = candidates.into_iter().filter(|c| !left_out(c)).collect();
    candidates.par_iter().for_each(|c| {
        files.is_unchanged(&c.path);
    });
    let asked = Arc::clone(&files);
    let unchanged: Unchanged = Arc::new(move |path| asked.is_unchanged(path));
    let is_same = Arc::clone(&unchanged);
    let older = Sources::of_revision(files, revision.revision(), Arc::clone(sources), move |path| is_same(path));
    Base {
        request: Request {
            before: None,
            candidates,
            areas: request.areas.of_base(),
            // Plans belong to the checked state, not to the base.
            documents: Vec::new(),
            parameters: request.parameters.clone(),
            roots: request.roots.clone(),
            links: request.links.clone(),
            stated: Vec::new(),
            parses_all: request.parses_all,
            finds_only: false,
            lists_roots: false,
            lists_ade: false,
            lists_own_input: false,
            repositories: request.repositories.clone(),
            asked: None,
            limits: request.limits,
            inventory: request.inventory.clone(),
            // The bar is about the checked state.
            progress: Arc::default(),
        },
        sources: Arc::new(older),
        unchanged,
        words: format!("in revision {}", revision.revision()),
        diff_only,
    }
}

/// Notes on parts of the revisions that are not read.
#[must_use]
pub fn notes(revisions: &[Option<&Arc<GitLoader>>]) -> Vec<Diagnostic> {
    revisions.iter().flatten().flat_map(|revision| revision.notes().iter().cloned()).collect()
}

/// The files of the base, and those of the working tree that git does not keep: ignored ones (variables, installed modules), and inputs that were named.
struct Files {
    revision: Arc<GitLoader>,
    head: Option<Arc<GitLoader>>,
    now: Arc<Sources>,
    candidates: BTreeSet<String>,
    given: BTreeSet<String>,
    same: Mutex<HashMap<String, bool>>,
}

impl Files {
    /// Whether git knows nothing about the file at `path`, so that it is assumed to be unchanged.
    fn is_kept(&self, path: &str) -> bool {
        if path.starts_with(RESTORE_CACHE) {
            return self.now.is_file(path); // … outside of a repository
        }
        if self.revision.is_file(path) || !self.now.is_file(path) {
            return false;
        }
        let ignored = self.head.is_none() && !self.candidates.contains(path) && FileKind::of(path).is_some();
        ignored || self.given.contains(path)
    }

    fn is_unchanged(&self, path: &str) -> bool {
        if let Some(known) = self.same.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return *known;
        }
        let same = self.is_kept(path) || self.compare(path);
        self.same.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), same);
        same
    }

    fn compare(&self, path: &str) -> bool {
        if let Some(head) = &self.head {
            return self.revision.change_at(head, path).is_none();
        }
        match (self.revision.read(path), self.now.load(path)) {
            (Ok(before), Ok(now)) => is_text(&before, now.text()),
            // Neither can be read, for the same reason: the same file is broken, or is not there.
            (Err(before), Err(now)) => before == now,
            // A pointer of Git LFS, which is not read from a revision, may be in the working tree too.
            (Err(_), Ok(now)) => {
                let id = self.revision.blob_id(path);
                id.is_some() && id == self.revision.hash(now.text().as_bytes()).ok()
            }
            (Ok(_), Err(_)) => false,
        }
    }
}

/// Whether `bytes` are `text`, except for a byte order mark and for line ends, which git may convert in a working tree.
fn is_text(bytes: &[u8], text: &str) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes == text.as_bytes() {
        return true;
    }
    let plain = |bytes: &'_ [u8]| bytes.iter().copied().filter(|b| *b != b'\r').collect::<Vec<u8>>();
    bytes.len() != text.len() && text.contains('\r') && plain(bytes) == plain(text.as_bytes())
}

impl Loader for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        if self.is_kept(path) {
            return self.now.load(path).map(|file| file.text().as_bytes().to_vec());
        }
        self.revision.read(path)
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        if self.is_kept(path) { self.now.head(path, most) } else { self.revision.head(path, most) }
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        if self.is_kept(path) {
            return self.now.load(path).map(|file| file.text().len() as u64);
        }
        self.revision.size(path)
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        let full = |name: &String| if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let mut names = self.revision.files_in(path);
        names.extend(self.now.files_in(path).into_iter().filter(|name| self.is_kept(&full(name))));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        // A folder that is there now only may hold files that are kept.
        let mut names = self.revision.folders_in(path);
        names.extend(self.now.folders_in(path));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn is_file(&self, path: &str) -> bool {
        self.revision.is_file(path) || self.is_kept(path)
    }
}
