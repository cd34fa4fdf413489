//! What is deployed in Azure already, from the rows of a Resource Graph query.
//!
//! [`Inventory::add`] reads files of any size: rows are found in the stream and parsed in parallel; of rows whose type the rules use, the properties that the
//! rules use are kept, as
//! text. [`Inventory::join`] makes resources of those rows that the code can refer to, and adds them to the code's estate. No I/O here: the caller opens files.

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
