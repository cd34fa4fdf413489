//! What is deployed in Azure already, from the rows of a Resource Graph query.
//!
//! [`Inventory::add`] reads files of any size: rows are found in the stream, parsed in parallel, and of those of a type that rules look at only what rules look at is kept, as
//! text. [`Inventory::join`] makes resources of the graph of the rows that the code can reach, and joins them with the code's estate. No I/O here: the caller opens files.

mod error;
mod input;
mod json;
mod keep;
mod kinds;
mod names;
mod query;
mod read;
mod resource;
mod row;
mod scan;
mod select;

pub use error::InventoryError;
pub use query::query;
pub use read::{Counts, Inventory};
pub use scan::Limits;
