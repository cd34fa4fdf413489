//! The interface for other programs: an [`Invocation`] in, a [`Report`] out. The command line, the language server and the plugin for tflint all use it.

use anyhow::Context as _;
use cmklint_rules::EstateMap;

use crate::codebase::Codebase;
use crate::fault;
use crate::inputs::Inputs;
use crate::invocation::Invocation;
use crate::outcome::Outcome;
use crate::revision;

/// The stack of each thread in bytes: nesting is bounded, but deep enough to need more than the default.
const STACK: usize = 64 * 1024 * 1024;

/// The threads that analyses run on. One serves any number of analyses.
#[derive(Debug)]
pub struct Analyzer {
    threads: rayon::ThreadPool,
}

/// The result of an analysis, with the texts of its files.
#[derive(Debug)]
pub struct Report {
    /// The files.
    pub codebase: Codebase,
    /// Findings and diagnostics.
    pub outcome: Outcome,
}

impl Analyzer {
    /// An analyzer with `jobs` threads; one for each processor where it is `None`.
    ///
    /// # Errors
    /// Where threads can't be started.
    pub fn new(jobs: Option<usize>) -> anyhow::Result<Self> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).stack_size(STACK).build()?;
        Ok(Self { threads })
    }

    /// Runs the analysis that `invocation` describes. Nothing is printed, and no file is written.
    ///
    /// # Errors
    /// Where the run can't be done at all: a path that isn't there, a broken configuration.
    pub fn analyze(&self, invocation: &Invocation) -> anyhow::Result<Report> {
        let report = self.run("the whole run", || {
            let codebase = Codebase::open(&invocation.files)?;
            let outcome = outcome(invocation, &codebase)?;
            Ok(Report { codebase, outcome })
        });
        report.context("the analysis failed; this is a fault of cmklint")?
    }

    /// The map of the estate of `report`. Empty where a panic ended it; the panic has been reported then.
    #[must_use]
    pub fn map(&self, report: &Report) -> EstateMap {
        self.run("the estate's map", || EstateMap::new(&report.outcome.estate)).unwrap_or_default()
    }

    /// Runs `work` on the threads, for their stack. `None` where it panics; the panic has then been reported as one of `what`.
    pub(crate) fn run<T: Send>(&self, what: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
        self.threads.install(|| fault::guarded(what, work))
    }
}

/// The findings and diagnostics of `invocation` in `codebase`; a baseline that an argument names is not applied yet.
///
/// # Errors
/// Where a file that is named isn't there, or a configuration is broken.
pub(crate) fn outcome(invocation: &Invocation, codebase: &Codebase) -> anyhow::Result<Outcome> {
    let inputs = Inputs::read(invocation, codebase)?;
    let mut outcome = Outcome::of(inputs, invocation, codebase);
    outcome.apply_own_baselines(codebase)?;
    outcome.diagnostics.extend(revision::notes(&[codebase.base.as_ref(), codebase.head.as_ref()]));
    Ok(outcome)
}
