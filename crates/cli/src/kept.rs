//! What an analysis of a folder keeps for the next one: texts, parsed files, and the results of jobs. Each is used again only where everything that it was made from is the same.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use cmklint_source::reads::{self, Reads};
use cmklint_source::{Diagnostic, SourceFile, Sources};
use cmklint_terraform::ParseCache;

use crate::analysis::Evaluated;
use crate::templates::TemplateStore;
use crate::tree::Candidate;

/// What an analysis leaves for the next one of the same folder.
#[derive(Debug, Default)]
pub struct Kept {
    /// The files.
    pub(crate) sources: Option<Arc<Sources>>,
    /// The files that the folder holds, as the disk has them, and what could not be listed.
    pub(crate) candidates: (Vec<Candidate>, Vec<Diagnostic>),
    /// Terraform's files, parsed.
    pub(crate) trees: Arc<ParseCache>,
    /// Templates, parsed.
    pub(crate) templates: Option<Arc<TemplateStore>>,
    /// The results of jobs.
    pub(crate) jobs: KeptJobs,
}

/// What an earlier analysis kept, and which files may have changed since.
#[derive(Clone, Debug)]
pub struct Before {
    /// What it left.
    pub kept: Arc<Kept>,
    /// Whether no file on disk has changed, as far as is known.
    pub is_disk_kept: bool,
    /// The full paths of the texts that have changed.
    pub changed: HashSet<std::path::PathBuf>,
}

/// The results of jobs, by job key.
#[derive(Debug, Default)]
pub(crate) struct KeptJobs {
    /// The configuration that they were evaluated with.
    configuration: Configuration,
    jobs: Mutex<HashMap<String, Arc<KeptJob>>>,
}

/// The files that say how roots are read.
type Configuration = Vec<(String, Option<Arc<SourceFile>>)>;

/// The result of a job, and what it read.
#[derive(Debug)]
pub(crate) struct KeptJob {
    pub(crate) evaluated: Evaluated,
    reads: Reads,
}

impl KeptJobs {
    /// None yet, to be evaluated with the configuration that `sources` has.
    pub(crate) fn new(sources: &Sources) -> Self {
        Self { configuration: configuration(sources), jobs: Mutex::default() }
    }

    /// The result of the job `key`, where everything that it was made from is the same in `sources`; it is kept in `next` too.
    pub(crate) fn same(&self, key: &str, sources: &Sources, next: &Self) -> Option<Arc<KeptJob>> {
        let job = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()?;
        let is_same = self.is_as_configured(next) && sources.still_has(&job.reads);
        is_same.then(|| {
            next.keep(key, Arc::clone(&job));
            job
        })
    }

    fn is_as_configured(&self, other: &Self) -> bool {
        let file = |file: &Option<Arc<SourceFile>>| file.as_ref().map(Arc::as_ptr);
        self.configuration.len() == other.configuration.len()
            && self.configuration.iter().zip(&other.configuration).all(|(a, b)| a.0 == b.0 && file(&a.1) == file(&b.1))
    }

    /// Keeps the result of `job`, unless it was cut short or depends on something that is not tracked.
    pub(crate) fn keep(&self, key: &str, job: Arc<KeptJob>) {
        if job.evaluated.left > 0.0 {
            self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), job);
        }
    }
}

impl KeptJob {
    /// The result of `evaluate`, and what it read.
    pub(crate) fn made(evaluate: impl FnOnce() -> Evaluated) -> Self {
        let (evaluated, reads) = reads::recorded(evaluate);
        Self { evaluated, reads }
    }
}

/// The configuration files among what was asked for so far.
fn configuration(sources: &Sources) -> Configuration {
    let asked = sources.asked_for().into_iter().filter(|path| path.ends_with(crate::config::FILE_NAME));
    asked.map(|path| (path.clone(), sources.loaded(&path))).collect()
}
