//! The second stage of a run: the tree that contains the paths, the text of its files, and the revisions that they belong to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use cmklint_git::GitLoader;
use cmklint_source::{DiskLoader, Loader as _, Sources};

use crate::invocation::FileOptions;
use crate::kept::Before;
use crate::overlay::Overlay;
use crate::tree::Tree;
use crate::{paths, restore_cache, revision};

/// The files of a run.
#[derive(Debug)]
pub struct Codebase {
    /// The tree that contains all paths.
    pub tree: Tree,
    /// The files and directories to check, in full.
    pub paths: Vec<PathBuf>,
    /// Whether directories are checked with everything below them.
    pub is_recursive: bool,
    /// The text of the files that are checked.
    pub sources: Arc<Sources>,
    /// The revision to compare with.
    pub base: Option<Arc<GitLoader>>,
    /// The revision that is checked; `None` for the working tree.
    pub head: Option<Arc<GitLoader>>,
    /// What an earlier analysis left, where there was one.
    pub before: Option<Before>,
    /// Whether this analysis is to leave something for the next.
    pub keeps: bool,
}

impl Codebase {
    /// Opens the tree and the revisions that `options` name.
    ///
    /// # Errors
    /// Where a path or a revision isn't there.
    pub fn open(options: &FileOptions) -> anyhow::Result<Self> {
        Self::open_after(options, None)
    }

    /// As [`open`](Self::open), of a folder that was looked at before: what is kept of that is used.
    ///
    /// # Errors
    /// Where a path or a revision isn't there.
    pub fn open_after(options: &FileOptions, before: Option<Before>) -> anyhow::Result<Self> {
        let head = revision::head(options)?;
        let (tree, paths) = match &head {
            Some(head) => revision::tree_of(head, &options.cwd, &options.paths)?,
            None => match &options.root {
                Some(root) => Tree::below(root, &options.cwd, &options.paths)?,
                None => Tree::find(&options.cwd, &options.paths)?,
            },
        };
        let base = revision::base(options, &tree)?;
        let sources = Arc::new(match &head {
            Some(head) => Sources::new(restore_cache::over(Arc::clone(head), options, &tree.cwd)?),
            None => {
                let disk = DiskLoader::new(&tree.root, options.max_file_size)
                    .with_context(|| format!("{}: cannot be read", tree.root.display()))?;
                let disk = Overlay::new(disk, texts(options, &tree)?);
                let loader = restore_cache::over(disk, options, &tree.cwd)?;
                match before.as_ref().and_then(|before| Some((before, before.kept.sources.clone()?))) {
                    Some((before, sources)) => {
                        let changed = before.changed.iter().filter_map(|path| tree.relative(path)).collect();
                        Sources::after(loader, sources, before.is_disk_kept, changed)
                    }
                    None => Sources::new(loader),
                }
            }
        });
        Ok(Self { tree, paths, is_recursive: options.recursive, sources, base, head, before, keeps: false })
    }

    /// The file at `path`, an argument, below the tree's root.
    ///
    /// # Errors
    /// Where it isn't there, or is outside of the tree.
    pub fn inside(&self, path: &Path) -> anyhow::Result<String> {
        let full = self.tree.cwd.join(path);
        let found = match &self.head {
            Some(_) => paths::lexical(&full),
            None => full.canonicalize().map_err(|error| paths::not_there(path, &full, &error))?,
        };
        self.tree.relative(&found).with_context(|| format!("{}: outside of the analyzed tree", path.display()))
    }

    /// Whether everything in the folder at `path`, below the tree's root, is checked.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let folder = self.tree.root.join(path);
        let is_folder = |given: &Path| self.head.is_some() || given.is_dir();
        self.is_recursive && self.paths.iter().any(|given| folder.starts_with(given) && is_folder(given))
    }

    /// Whether the checked state of the tree has a file at the full path `path`.
    #[must_use]
    pub fn is_file(&self, path: &Path) -> bool {
        match &self.head {
            Some(head) => self.tree.relative(path).is_some_and(|path| head.is_file(&path)),
            None => path.is_file(),
        }
    }
}

/// The unsaved texts, by path below the root of `tree`.
fn texts(options: &FileOptions, tree: &Tree) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let texts = options.unsaved.iter().map(|file| {
        let path = tree
            .relative(&paths::lexical(&tree.cwd.join(&file.path)))
            .with_context(|| format!("{}: outside of the analyzed tree", file.path.display()))?;
        Ok((path, file.text.clone()))
    });
    texts.collect()
}
