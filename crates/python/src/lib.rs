//! The module `cmklint._native`: what Python sees of the analysis. The package `cmklint` around it has the documentation and types.

mod convert;
mod fleet;
mod report;
mod table;

use pyo3::prelude::*;

/// The native part of the package `cmklint`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::fleet::{Scan, join, live, plan, scan, together};
    #[pymodule_export]
    use super::report::{Report, check};
    #[pymodule_export]
    use super::table::Table;
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
