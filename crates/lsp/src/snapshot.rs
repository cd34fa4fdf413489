//! What the newest analysis came to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cmklint_cli::analyzer::Report;
use cmklint_cli::invocation::Invocation;
use cmklint_rules::EstateMap;
use cmklint_source::{SourceFile, Span};

/// The result of an analysis.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The number of the work.
    pub(crate) number: u64,
    pub(crate) folders: Vec<Folder>,
    /// Why folders could not be analyzed.
    pub(crate) failures: Vec<String>,
    /// The versions of the documents that were analyzed, by path.
    pub(crate) versions: BTreeMap<PathBuf, i32>,
}

/// The result of the analysis of one folder.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Its path.
    pub(crate) path: PathBuf,
    /// What was analyzed.
    pub(crate) invocation: Invocation,
    pub(crate) report: Report,
    pub(crate) map: EstateMap,
}

impl Folder {
    /// The file of `span`, and its path on the disk. `None` for a file that is not in the tree, or of another revision.
    pub(crate) fn file(&self, span: Span) -> Option<(Arc<SourceFile>, PathBuf)> {
        let file = self.report.codebase.sources.get(span.file)?;
        let is_in_tree = file.revision().is_none() && !file.path().starts_with('~') && !file.path().is_empty();
        let path = cmklint_source::path_of_disk(file.path());
        is_in_tree.then(|| (Arc::clone(&file), self.report.codebase.tree.root.join(path)))
    }

    /// The file at `path` on the disk.
    pub(crate) fn source(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let path = self.report.codebase.tree.relative(path)?;
        self.report.codebase.sources.loaded(&path)
    }
}
