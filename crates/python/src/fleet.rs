//! The three steps of a fleet, as an engine calls them: `scan`, `plan`, `join`.

use std::path::{Path, PathBuf};

use cmklint_fleet::{Fact, FactKind, Options, Partial, RepositoryReport};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::table::Table;

/// What comes of one repository, or of a group: the reports of its members.
#[pyclass(frozen, module = "cmklint")]
pub(crate) struct Scan {
    reports: Vec<RepositoryReport>,
    facts: Vec<Fact>,
    bundle: Vec<u8>,
    bytes: u64,
    resources: usize,
}

#[pymethods]
impl Scan {
    /// The findings.
    #[getter]
    fn findings(&self) -> PyResult<Table> {
        convert::findings(&self.reports)
    }

    /// What could not be read or understood.
    #[getter]
    fn problems(&self) -> PyResult<Table> {
        convert::problems(&self.reports)
    }

    /// What may join it with other repositories.
    #[getter]
    fn facts(&self) -> PyResult<Table> {
        convert::facts(&self.facts)
    }

    /// The sources of a repository; empty for a group.
    #[getter]
    fn bundle<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bundle)
    }

    /// The SARIF log of each repository, where these were wanted.
    #[getter]
    fn sarif(&self) -> Vec<(&str, Option<&str>)> {
        self.reports.iter().map(|report| (report.repository.as_str(), report.sarif.as_deref())).collect()
    }

    /// The bytes of the files that were read.
    #[getter]
    fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// How many resources there are.
    #[getter]
    fn resource_count(&self) -> usize {
        self.resources
    }
}

/// The options that all steps have.
fn options(
    edition: Option<String>,
    only: Vec<String>,
    today: Option<&str>,
    evaluator: Option<PathBuf>,
    jobs: usize,
    sarif: bool,
    inventory: Vec<PathBuf>,
) -> PyResult<Options> {
    let today = match today {
        Some(text) => text.parse().map_err(|_| PyValueError::new_err(format!("{text}: not a date")))?,
        None => cmklint_cli::today(),
    };
    Ok(Options { edition, only, today, evaluator, jobs: jobs.max(1), sarif, inventory })
}

fn failure(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{error:#}"))
}

/// Analyzes one repository.
#[pyfunction]
#[pyo3(signature = (root, repository, *, edition=None, only=Vec::new(), today=None, evaluator=None, jobs=1, sarif=false, inventory=Vec::new()))]
#[allow(clippy::too_many_arguments)] // they are Python's keyword arguments
pub(crate) fn scan(
    py: Python<'_>,
    root: PathBuf,
    repository: &str,
    edition: Option<String>,
    only: Vec<String>,
    today: Option<&str>,
    evaluator: Option<PathBuf>,
    jobs: usize,
    sarif: bool,
    inventory: Vec<PathBuf>,
) -> PyResult<Scan> {
    let options = options(edition, only, today, evaluator, jobs, sarif, inventory)?;
    let done = py.detach(|| cmklint_fleet::scan(&root, repository, &options)).map_err(failure)?;
    Ok(Scan {
        reports: vec![done.report],
        facts: done.facts,
        bundle: done.bundle,
        bytes: done.bytes,
        resources: done.resources,
    })
}

/// Analyzes repositories as one estate: `(name, bundle, whether it is reported on)` each.
#[pyfunction]
#[pyo3(signature = (partials, *, edition=None, only=Vec::new(), today=None, evaluator=None, jobs=1, sarif=false, inventory=Vec::new()))]
#[allow(clippy::too_many_arguments)] // they are Python's keyword arguments
pub(crate) fn join(
    py: Python<'_>,
    partials: Vec<(String, Vec<u8>, bool)>,
    edition: Option<String>,
    only: Vec<String>,
    today: Option<&str>,
    evaluator: Option<PathBuf>,
    jobs: usize,
    sarif: bool,
    inventory: Vec<PathBuf>,
) -> PyResult<Scan> {
    let options = options(edition, only, today, evaluator, jobs, sarif, inventory)?;
    let partial = |(repository, bundle, is_member)| Partial { repository, bundle, is_member };
    let partials: Vec<Partial> = partials.into_iter().map(partial).collect();
    let done = py.detach(|| cmklint_fleet::join(&partials, &options)).map_err(failure)?;
    Ok(Scan { reports: done.reports, facts: done.facts, bundle: Vec::new(), bytes: 0, resources: 0 })
}

/// Analyzes the folders `repositories` below `root` as one estate, where they are.
#[pyfunction]
#[pyo3(signature = (root, repositories, *, edition=None, only=Vec::new(), today=None, evaluator=None, jobs=1, sarif=false, inventory=Vec::new()))]
#[allow(clippy::too_many_arguments)] // they are Python's keyword arguments
pub(crate) fn together(
    py: Python<'_>,
    root: PathBuf,
    repositories: Vec<String>,
    edition: Option<String>,
    only: Vec<String>,
    today: Option<&str>,
    evaluator: Option<PathBuf>,
    jobs: usize,
    sarif: bool,
    inventory: Vec<PathBuf>,
) -> PyResult<Scan> {
    let options = options(edition, only, today, evaluator, jobs, sarif, inventory)?;
    let names: Vec<&str> = repositories.iter().map(String::as_str).collect();
    let reports = py.detach(|| cmklint_fleet::together(Path::new(&root), &names, &options)).map_err(failure)?;
    Ok(Scan { reports, facts: Vec::new(), bundle: Vec::new(), bytes: 0, resources: 0 })
}

/// A fact as a row: repository, kind, key, count, limit.
type Row = (String, String, String, u64, u64);

fn facts_of(rows: Vec<Row>) -> PyResult<Vec<Fact>> {
    let fact = |(repository, kind, key, count, limit): Row| {
        let kind = FactKind::of(&kind).ok_or_else(|| PyValueError::new_err(format!("{kind}: no kind of fact")))?;
        Ok(Fact { repository, kind, key, count, limit })
    };
    rows.into_iter().map(fact).collect()
}

/// Those of the facts that meet facts of other repositories; all facts of a key must be among them.
#[pyfunction]
pub(crate) fn live(py: Python<'_>, facts: Vec<Row>) -> PyResult<Vec<Row>> {
    let facts = facts_of(facts)?;
    let row = |fact: Fact| (fact.repository, fact.kind.as_str().to_owned(), fact.key, fact.count, fact.limit);
    Ok(py.detach(|| cmklint_fleet::live(facts)).into_iter().map(row).collect())
}

/// The groups that facts make: the members of each, and those that are only there for them.
#[pyfunction]
pub(crate) fn plan(py: Python<'_>, facts: Vec<Row>) -> PyResult<Vec<(Vec<String>, Vec<String>)>> {
    let facts = facts_of(facts)?;
    Ok(py.detach(|| cmklint_fleet::plan(&facts)).into_iter().map(|group| (group.members, group.context)).collect())
}
