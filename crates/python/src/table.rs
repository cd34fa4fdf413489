//! Tables that any library of Arrow takes without a copy.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray, UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyString};

/// A table of rows. `pyarrow.table(…)`, `polars.from_arrow(…)`, `duckdb` and others take it by Arrow's PyCapsule interface.
#[pyclass(frozen, module = "cmklint")]
pub(crate) struct Table {
    batch: RecordBatch,
}

#[pymethods]
impl Table {
    /// The rows as a stream of Arrow's C data interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer answer with its own schema.
        drop(requested_schema);
        let schema = self.batch.schema();
        let reader = RecordBatchIterator::new([Ok(self.batch.clone())], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The names of the columns.
    #[getter]
    fn column_names<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.batch.schema().fields().iter().map(|field| PyString::new(py, field.name())).collect()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        let schema = self.batch.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        format!("<cmklint.Table of {} rows: {}>", self.batch.num_rows(), names.join(", "))
    }
}

/// A column of a table.
pub(crate) struct Column {
    field: Field,
    values: ArrayRef,
}

impl Column {
    pub(crate) fn text<T: AsRef<str>>(name: &str, values: impl IntoIterator<Item = T>) -> Self {
        Self::of(name, Arc::new(StringArray::from_iter_values(values)), false)
    }

    pub(crate) fn number(name: &str, values: impl IntoIterator<Item = u64>) -> Self {
        Self::of(name, Arc::new(UInt64Array::from_iter_values(values)), false)
    }

    pub(crate) fn maybe_number(name: &str, values: impl IntoIterator<Item = Option<u64>>) -> Self {
        Self::of(name, Arc::new(values.into_iter().collect::<UInt64Array>()), true)
    }

    pub(crate) fn line(name: &str, values: impl IntoIterator<Item = u32>) -> Self {
        Self::of(name, Arc::new(UInt32Array::from_iter_values(values)), false)
    }

    pub(crate) fn flag(name: &str, values: impl IntoIterator<Item = bool>) -> Self {
        Self::of(name, Arc::new(BooleanArray::from(values.into_iter().collect::<Vec<_>>())), false)
    }

    pub(crate) fn texts<'a>(name: &str, values: impl IntoIterator<Item = &'a Vec<String>>) -> Self {
        let item = Field::new("item", DataType::Utf8, false);
        let mut lists = ListBuilder::new(StringBuilder::new()).with_field(item);
        for list in values {
            list.iter().for_each(|text| lists.values().append_value(text));
            lists.append(true);
        }
        Self::of(name, Arc::new(lists.finish()), false)
    }

    fn of(name: &str, values: ArrayRef, nullable: bool) -> Self {
        Self { field: Field::new(name, values.data_type().clone(), nullable), values }
    }
}

impl Table {
    pub(crate) fn new(columns: Vec<Column>) -> PyResult<Self> {
        let (fields, values): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().map(|c| (c.field, c.values)).unzip();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), values);
        Ok(Self { batch: batch.map_err(|error| PyRuntimeError::new_err(error.to_string()))? })
    }
}
