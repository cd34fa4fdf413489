//! The interface for other programs: an [`Invocation`] in, a [`Report`] out. The command line, the language server and the plugin for tflint all use it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cmklint_report::{DisplayPaths, Format, Style};
use cmklint_rules::{EstateMap, Finding, Level, Safety};
use cmklint_source::Diagnostic;

use crate::codebase::Codebase;
use crate::fault;
use crate::fixes::{self, Fix, Fixed};
use crate::invocation::Invocation;
use crate::kept::{Before, Kept};
use crate::outcome::Outcome;

/// The stack of each thread in bytes: what Terraform's evaluation needs, and as much as reading, templates and rules need below it. Nesting is bounded, but
/// deep enough to need more than the default. The system gives memory only for what is used.
const STACK: usize = cmklint_terraform::STACK_SIZE + (64 << 20);

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

impl Report {
    /// The report in `format` as text, without colors, for paths seen from `folder`.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn text(&self, format: Format, folder: &Path) -> anyhow::Result<String> {
        let paths = DisplayPaths::new(&self.codebase.tree.root, folder);
        self.text_of(format, &self.outcome.findings, &self.outcome.diagnostics, &paths)
    }

    /// As [`text`](Self::text), with only these of its findings and diagnostics, and paths shown as `paths` says.
    ///
    /// # Errors
    /// As there.
    pub fn text_of(
        &self,
        format: Format,
        findings: &[Finding],
        diagnostics: &[Diagnostic],
        paths: &DisplayPaths,
    ) -> anyhow::Result<String> {
        /// The width of what is drawn, in columns.
        const WIDTH: usize = 100;
        let Self { codebase, outcome } = self;
        let style =
            Style { paths: paths.clone(), color: false, links: false, width: WIDTH, group_by: None, limit: None };
        let report = cmklint_report::Report {
            findings,
            diagnostics,
            rules: &outcome.areas.rules(),
            sources: &codebase.sources,
            suppressed: &[],
            version: env!("CARGO_PKG_VERSION"),
            style,
            repository_paths: paths.clone(),
            minimum_failure: Level::Notice,
            ignored: outcome.ignored.len(),
            known: outcome.known.len(),
            coverage: None,
            fixes: &[],
            map: None,
        };
        let mut out = Vec::new();
        cmklint_report::write(format, &report, &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

impl Analyzer {
    /// An analyzer with `jobs` threads; one for each processor where it is `None`.
    ///
    /// # Errors
    /// Where threads can't be started.
    pub fn new(jobs: Option<usize>) -> anyhow::Result<Self> {
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs.unwrap_or(0))
            .stack_size(STACK)
            .start_handler(|_| cmklint_terraform::evaluate_on_this_thread())
            .build()?;
        Ok(Self { threads })
    }

    /// Runs the analysis that `invocation` describes. Nothing is printed, and no file is written.
    ///
    /// # Errors
    /// Where the run can't be done at all: a path that isn't there, a broken configuration.
    pub fn analyze(&self, invocation: &Invocation) -> anyhow::Result<Report> {
        let report = self.run("the whole run", || {
            let codebase = Codebase::open(&invocation.files)?;
            let outcome = Outcome::read(invocation, &codebase)?;
            Ok(Report { codebase, outcome })
        });
        report.context("the analysis failed; this is a fault of cmklint")?
    }

    /// As [`analyze`](Self::analyze), of a folder that was analyzed `before`, where it was: what is the same is not worked out again. The second part is for the next time.
    ///
    /// # Errors
    /// As there.
    pub fn analyze_after(
        &self,
        invocation: &Invocation,
        before: Option<Before>,
    ) -> anyhow::Result<(Report, Arc<Kept>)> {
        let report = self.run("the whole run", || {
            // Jobs are kept only where there is somewhere to keep them.
            let before =
                before.unwrap_or_else(|| Before { kept: Arc::default(), is_disk_kept: false, changed: HashSet::new() });
            let mut codebase = Codebase::open_after(&invocation.files, Some(before))?;
            codebase.keeps = true;
            let mut outcome = Outcome::read(invocation, &codebase)?;
            codebase.sources.settle();
            codebase.before = None;
            let kept = outcome.kept.take().unwrap_or_default();
            Ok((Report { codebase, outcome }, Arc::new(kept)))
        });
        report.context("the analysis failed; this is a fault of cmklint")?
    }

    /// Fixes what can be fixed in what `report` is of, with fixes as safe as `allowed`. No file is written.
    ///
    /// # Errors
    /// Where the edited files can't be analyzed.
    pub fn fix(&self, invocation: &Invocation, report: Report, allowed: Safety) -> anyhow::Result<Fixed> {
        let fixed = self.run("fixes", || fixes::fix(invocation, report.codebase, report.outcome, allowed));
        fixed.context("fixing failed; this is a fault of cmklint")?
    }

    /// The fixes of `finding`, which is one of `report`'s, that do what they should.
    ///
    /// # Errors
    /// Where the edited files can't be analyzed.
    pub fn fixes_of(&self, invocation: &Invocation, report: &Report, finding: &Finding) -> anyhow::Result<Vec<Fix>> {
        let fixes = self.run("fixes", || fixes::fixes_of(invocation, &report.codebase, &report.outcome, finding));
        fixes.context("fixing failed; this is a fault of cmklint")?
    }

    /// The map of the estate of `report`. Empty where a panic ended it; the panic has been reported then.
    #[must_use]
    pub fn map(&self, report: &Report) -> EstateMap {
        self.run("the estate's map", || EstateMap::new(&report.outcome.estate)).unwrap_or_default()
    }

    /// Runs `work` on the threads, for their stack. `None` where it panics; the panic has then been reported as one of `what`.
    pub(crate) fn run<T: Send>(&self, what: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
        self.threads.install(|| fault::guarded("run", what, work))
    }
}
