/// Why nothing of an inventory could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InventoryError {
    /// The file could not be read.
    #[error("{name}: {reason}")]
    Io {
        /// The file's name, as given.
        name: String,
        /// The operating system's error.
        reason: String,
    },
    /// The file is something else.
    #[error("{name}: {reason}")]
    NotAnInventory {
        /// The file's name, as given.
        name: String,
        /// What it is instead.
        reason: String,
    },
}

impl InventoryError {
    /// What an inventory is, for error messages.
    pub const EXPECTED: &'static str = "expected are rows of a Resource Graph query as JSON, such as the output of `az graph query -o json`; `cmklint inventory-query` prints the query";
}
