//! What an analysis came to.

use std::path::Path;

use cmklint_cli::Host;
use cmklint_cli::analyzer::{self, Analyzer};
use cmklint_cli::invocation::Invocation;
use cmklint_rules::EstateMap;
use cmklint_source::Severity;

use crate::finding::{Finding, Place};
use crate::graph::Graph;
use crate::options::Options;

/// Why an analysis is not possible: a path that isn't there, a configuration that is broken, a rule or edition that doesn't exist.
#[derive(Debug)]
pub struct Error(String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// A report's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// JSON by the schema `docs/schema/report-1.json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// A line for each finding.
    Compact,
}

/// What could not be read or understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether a file, or a part of it, was left out for it.
    pub is_error: bool,
    /// One line.
    pub message: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
}

/// What an analysis came to: the findings, and the graph that they are of.
#[derive(Debug)]
pub struct Report {
    inner: analyzer::Report,
    map: EstateMap,
}

/// Analyzes the folder or file at `path`, with everything below it.
///
/// # Errors
/// Where that is not possible at all. Files that can't be read are [problems](Report::problems) of the report.
pub fn analyze(path: impl AsRef<Path>, options: &Options) -> Result<Report, Error> {
    let error = |error: anyhow::Error| Error(format!("{error:#}"));
    let path = path.as_ref();
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let mut invocation = Invocation::of_folder(folder.to_owned(), cmklint_cli::today());
    if !path.is_dir() {
        let name = path.file_name().ok_or_else(|| Error(format!("{}: no such file", path.display())))?;
        invocation.files.paths = vec![name.into()];
    }
    invocation.rules.edition = options.edition.as_deref().map(str::parse).transpose().map_err(Error)?;
    invocation.rules.only.clone_from(&options.only);
    invocation.config.clone_from(&options.config);
    invocation.terraform.variables.clone_from(&options.variables);
    invocation.files.base.clone_from(&options.base);
    invocation.host = options.evaluator.clone().map_or(Host::Nowhere, Host::Process);
    let analyzer = Analyzer::new(options.jobs).map_err(error)?;
    let inner = analyzer.analyze(&invocation).map_err(error)?;
    let map = analyzer.map(&inner);
    Ok(Report { inner, map })
}

impl Report {
    /// The findings, by file and place.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.inner.outcome.findings.iter().map(|finding| Finding { finding, codebase: &self.inner.codebase })
    }

    /// What could not be read or understood.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let diagnostics = self.inner.outcome.diagnostics.iter();
        let problems =
            diagnostics.filter(|diagnostic| diagnostic.severity > Severity::Note).map(|diagnostic| Problem {
                is_error: diagnostic.severity == Severity::Error,
                message: diagnostic.message.clone(),
                place: diagnostic.span.map(|span| Place::of(span, &self.inner.codebase)),
            });
        problems.collect()
    }

    /// The resources around keys and encrypted disks, and what leads from one to another.
    #[must_use]
    pub fn graph(&self) -> Graph<'_> {
        Graph { map: &self.map, codebase: &self.inner.codebase }
    }

    /// The report as text, as the command `cmklint` writes it.
    ///
    /// ```
    /// use cmklint::{Format, Options, analyze};
    ///
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/mixed");
    /// let report = analyze(folder, &Options::default().edition("2025-02"))?;
    /// assert!(report.text(Format::Sarif)?.contains("\"2.1.0\""));
    /// # Ok::<(), cmklint::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the text can't be made.
    pub fn text(&self, format: Format) -> Result<String, Error> {
        let format = match format {
            Format::Json => cmklint_report::Format::Json,
            Format::Sarif => cmklint_report::Format::Sarif,
            Format::Compact => cmklint_report::Format::Compact,
        };
        self.inner.text(format, &self.inner.codebase.tree.cwd).map_err(|error| Error(format!("{error:#}")))
    }
}
