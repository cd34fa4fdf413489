//! The thread that runs the analyses.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cmklint_cli::analyzer::Analyzer;
use cmklint_cli::inputs::BrokenConfiguration;
use cmklint_cli::invocation::{Invocation, UnsavedFile};
use cmklint_cli::kept::{Before, Kept};
use cmklint_source::Severity;
use crossbeam_channel::{Receiver, Sender};
use lsp_server::RequestId;
use lsp_types::{CodeActionOrCommand, CompletionItem};

use crate::completion;
use crate::fixes::{self, Ask};
use crate::snapshot::{Folder, Snapshot};

/// What the analyzing thread is asked for.
#[derive(Debug)]
pub(crate) enum Task {
    /// An analysis.
    Analyze(Work),
    /// Code actions that take an analysis to find.
    Act(Box<Ask>),
    /// Completion, which may take one.
    Complete(Box<completion::Ask>),
}

/// What it answers.
#[derive(Debug)]
pub(crate) enum Done {
    /// An analysis.
    Analyzed(Arc<Snapshot>),
    /// The code actions of a request.
    Actions(RequestId, Vec<CodeActionOrCommand>),
    /// What completes a text.
    Items(RequestId, Vec<CompletionItem>),
}

/// What to analyze.
#[derive(Debug)]
pub(crate) struct Work {
    /// Its number; later work has a greater one.
    pub(crate) number: u64,
    /// The folders, each with the texts of the documents that are open in it.
    pub(crate) folders: Vec<(PathBuf, Vec<UnsavedFile>)>,
    /// The clients' versions of these texts, by path.
    pub(crate) versions: BTreeMap<PathBuf, i32>,
    /// Whether no file of the disk is another than at the work before, as far as the client told.
    pub(crate) is_disk_kept: bool,
}

/// Does the tasks that arrive, of analyses always the newest, until the channel is closed.
pub(crate) fn work(tasks: &Receiver<Task>, done: &Sender<Done>) {
    let mut worker = Worker { analyzer: Analyzer::new(None), folders: HashMap::new(), newest: Arc::default() };
    while let Ok(next) = tasks.recv() {
        let mut work: Option<Work> = None;
        let (mut asks, mut completions) = (Vec::new(), Vec::new());
        for task in std::iter::once(next).chain(tasks.try_iter()) {
            match task {
                // Of several that wait only the last counts: each contains all texts.
                Task::Analyze(newer) => {
                    let is_disk_kept = newer.is_disk_kept && work.as_ref().is_none_or(|older| older.is_disk_kept);
                    work = Some(Work { is_disk_kept, ..newer });
                }
                Task::Act(ask) => asks.push(ask),
                Task::Complete(ask) => completions.push(ask),
            }
        }
        if let Some(work) = work {
            worker.newest = Arc::new(worker.snapshot(work));
            if done.send(Done::Analyzed(Arc::clone(&worker.newest))).is_err() {
                return;
            }
        }
        for ask in completions {
            let items = worker.complete(&ask);
            if done.send(Done::Items(ask.id, items)).is_err() {
                return;
            }
        }
        for ask in asks {
            let id = ask.id.clone();
            let actions = match &worker.analyzer {
                Ok(analyzer) => fixes::actions(*ask, &worker.newest, analyzer),
                Err(_) => ask.actions,
            };
            if done.send(Done::Actions(id, actions)).is_err() {
                return;
            }
        }
    }
}

struct Worker {
    analyzer: anyhow::Result<Analyzer>,
    /// What the last analysis of each folder left.
    folders: HashMap<PathBuf, Last>,
    newest: Arc<Snapshot>,
}

/// What the last analysis of a folder left, and the unsaved texts that it was of.
struct Last {
    kept: Arc<Kept>,
    unsaved: Vec<UnsavedFile>,
}

impl Worker {
    fn snapshot(&mut self, work: Work) -> Snapshot {
        let mut snapshot = Snapshot { number: work.number, versions: work.versions, ..Snapshot::default() };
        let analyzer = match &self.analyzer {
            Ok(analyzer) => analyzer,
            Err(error) => {
                snapshot.failures.push(error.to_string());
                return snapshot;
            }
        };
        let today = cmklint_cli::today();
        let mut last = std::mem::take(&mut self.folders);
        for (folder, unsaved) in work.folders {
            let mut invocation = Invocation::of_folder(folder.clone(), today);
            invocation.files.unsaved.clone_from(&unsaved);
            invocation.files.parses_all = true;
            let before = last.remove(&folder).map(|last| Before {
                kept: last.kept,
                is_disk_kept: work.is_disk_kept,
                changed: changed(&last.unsaved, &unsaved),
            });
            match analyzer.analyze_after(&invocation, before) {
                Ok((report, kept)) => {
                    let map = analyzer.map(&report);
                    snapshot.folders.push(Folder { path: folder.clone(), invocation, report, map });
                    self.folders.insert(folder, Last { kept, unsaved });
                }
                Err(error) => snapshot.failures.push(format!("{}: {}", folder.display(), why(&error))),
            }
        }
        snapshot
    }
}

impl Worker {
    fn complete(&self, ask: &completion::Ask) -> Vec<CompletionItem> {
        match self.readable(ask) {
            Some(snapshot) => completion::items(&snapshot, ask),
            None => completion::items(&self.newest, ask),
        }
    }

    /// The folder of `ask` with its text made readable; `None` where it can be read as it is.
    fn readable(&self, ask: &completion::Ask) -> Option<Snapshot> {
        let folder = self.newest.folders.iter().find(|folder| folder.source(&ask.path).is_some())?;
        let file = folder.source(&ask.path)?.id();
        let is_broken = folder.report.outcome.diagnostics.iter().any(|diagnostic| {
            diagnostic.severity == Severity::Error && diagnostic.span.is_some_and(|span| span.file == file)
        });
        let analyzer = self.analyzer.as_ref().ok().filter(|_| is_broken)?;
        let mut invocation = folder.invocation.clone();
        invocation.files.unsaved.retain(|file| file.path != ask.path);
        invocation.files.unsaved.push(UnsavedFile { path: ask.path.clone(), text: ask.readable().into_bytes() });
        let kept = Arc::clone(&self.folders.get(&folder.path)?.kept);
        let changed = HashSet::from([ask.path.clone()]);
        let before = Before { kept, is_disk_kept: true, changed };
        let (report, _) = analyzer.analyze_after(&invocation, Some(before)).ok()?;
        let map = analyzer.map(&report);
        let path = folder.path.clone();
        Some(Snapshot { folders: vec![Folder { path, invocation, report, map }], ..Snapshot::default() })
    }
}

/// The files whose unsaved texts differ, or that have one only before or now.
fn changed(before: &[UnsavedFile], now: &[UnsavedFile]) -> HashSet<PathBuf> {
    let before: HashMap<&Path, &[u8]> = before.iter().map(|file| (&*file.path, &*file.text)).collect();
    let after: HashMap<&Path, &[u8]> = now.iter().map(|file| (&*file.path, &*file.text)).collect();
    let differs = |path: &&&Path| before.get(**path) != after.get(**path);
    before.keys().chain(after.keys()).filter(differs).map(|path| path.to_path_buf()).collect()
}

/// The error's message, with the errors in a broken configuration.
fn why(error: &anyhow::Error) -> String {
    error.downcast_ref().map_or_else(|| format!("{error:#}"), BrokenConfiguration::in_one_line)
}
