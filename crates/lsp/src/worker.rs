//! The thread that runs the analyses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cmklint_cli::analyzer::{Analyzer, Report};
use cmklint_cli::inputs::BrokenConfiguration;
use cmklint_cli::invocation::{Invocation, UnsavedFile};
use cmklint_rules::EstateMap;
use cmklint_source::{SourceFile, Span};
use crossbeam_channel::{Receiver, Sender};

/// What to analyze.
#[derive(Debug)]
pub(crate) struct Work {
    /// Its number; later work has a greater one.
    pub(crate) number: u64,
    /// The folders, each with the texts of the documents that are open in it.
    pub(crate) folders: Vec<(PathBuf, Vec<UnsavedFile>)>,
    /// The clients' versions of these texts, by path.
    pub(crate) versions: BTreeMap<PathBuf, i32>,
}

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

/// Runs analyses of the work that arrives, always the newest, until the channel is closed.
pub(crate) fn analyze(work: &Receiver<Work>, done: &Sender<Snapshot>) {
    let analyzer = Analyzer::new(None);
    while let Ok(next) = work.recv() {
        // Of several that wait only the last one counts: each contains all texts.
        let newest = work.try_iter().last().unwrap_or(next);
        let snapshot = match &analyzer {
            Ok(analyzer) => snapshot(analyzer, newest),
            Err(error) => Snapshot { number: newest.number, failures: vec![error.to_string()], ..Snapshot::default() },
        };
        if done.send(snapshot).is_err() {
            return;
        }
    }
}

fn snapshot(analyzer: &Analyzer, work: Work) -> Snapshot {
    let mut snapshot = Snapshot { number: work.number, versions: work.versions, ..Snapshot::default() };
    let today = cmklint_cli::today();
    for (folder, unsaved) in work.folders {
        let mut invocation = Invocation::of_folder(folder.clone(), today);
        invocation.files.unsaved = unsaved;
        invocation.files.parses_all = true;
        match analyzer.analyze(&invocation) {
            Ok(report) => {
                let map = analyzer.map(&report);
                snapshot.folders.push(Folder { report, map });
            }
            Err(error) => snapshot.failures.push(format!("{}: {}", folder.display(), why(&error))),
        }
    }
    snapshot
}

/// The error's message, with the errors in a broken configuration.
fn why(error: &anyhow::Error) -> String {
    match error.downcast_ref::<BrokenConfiguration>() {
        Some(BrokenConfiguration(diagnostics)) => {
            let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
            format!("{error}: {}", messages.join("; "))
        }
        None => format!("{error:#}"),
    }
}
