//! `cmklint.check`: one analysis of files and folders.

use std::path::PathBuf;

use cmklint_cli::Host;
use cmklint_cli::analyzer::{self, Analyzer};
use cmklint_cli::invocation::Invocation;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::convert;
use crate::table::Table;

/// The result of an analysis.
#[pyclass(frozen, module = "cmklint")]
pub(crate) struct Report {
    inner: analyzer::Report,
    map: cmklint_fleet::EstateMap,
    folder: PathBuf,
}

#[pymethods]
impl Report {
    /// The findings, by file and place.
    #[getter]
    fn findings(&self) -> PyResult<Table> {
        convert::findings(&[cmklint_fleet::whole(&self.inner, &self.folder)])
    }

    /// What could not be read or understood.
    #[getter]
    fn problems(&self) -> PyResult<Table> {
        convert::problems(&[cmklint_fleet::whole(&self.inner, &self.folder)])
    }

    /// The resources around keys and encrypted disks.
    #[getter]
    fn resources(&self) -> PyResult<Table> {
        convert::resources(&cmklint_fleet::resources(&self.inner, &self.map, &self.folder))
    }

    /// What leads from one resource to another.
    #[getter]
    fn edges(&self) -> PyResult<Table> {
        convert::edges(&cmklint_fleet::edges(&self.map))
    }

    /// What may join it with other trees.
    #[getter]
    fn facts(&self) -> PyResult<Table> {
        convert::facts(&cmklint_fleet::facts(&self.inner, &[""]))
    }

    /// The report as the command writes it in `format`: `json`, `sarif`, `compact`, …
    fn text(&self, py: Python<'_>, format: &str) -> PyResult<String> {
        let format = format.parse().map_err(|_| PyValueError::new_err(format!("{format}: no format")))?;
        py.detach(|| self.inner.text(format, &self.folder)).map_err(failure)
    }
}

/// Analyzes `paths`, relative to the current directory, as one estate.
#[pyfunction]
#[pyo3(signature = (paths, *, edition=None, only=Vec::new(), config=None, variables=Vec::new(), base=None, inventory=Vec::new(), evaluator=None, jobs=None))]
#[allow(clippy::too_many_arguments)] // they are Python's keyword arguments
pub(crate) fn check(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    edition: Option<&str>,
    only: Vec<String>,
    config: Option<PathBuf>,
    variables: Vec<(String, String)>,
    base: Option<String>,
    inventory: Vec<PathBuf>,
    evaluator: Option<PathBuf>,
    jobs: Option<usize>,
) -> PyResult<Report> {
    let folder = std::env::current_dir().and_then(|folder| folder.canonicalize())?;
    let mut invocation = Invocation::of_folder(folder.clone(), cmklint_cli::today());
    if !paths.is_empty() {
        invocation.files.paths = paths;
    }
    invocation.rules.edition = edition.map(str::parse).transpose().map_err(PyValueError::new_err::<String>)?;
    invocation.rules.only = only;
    invocation.config = config;
    invocation.terraform.variables = variables;
    invocation.files.base = base;
    invocation.inventory = inventory;
    invocation.lists_shared = true;
    invocation.host = evaluator.map_or(Host::Nowhere, Host::Process);
    py.detach(|| {
        let analyzer = Analyzer::new(jobs).map_err(failure)?;
        let inner = analyzer.analyze(&invocation).map_err(failure)?;
        let map = analyzer.map(&inner);
        Ok(Report { inner, map, folder })
    })
}

/// Why something can't be done, as an exception.
pub(crate) fn failure(error: impl std::fmt::Debug) -> PyErr {
    PyValueError::new_err(format!("{error:?}"))
}
