//! Files of a git revision, read from the repository's objects: no checkout, no git program, no network.
//!
//! [`GitLoader`] is a [`Loader`](cmklint_source::Loader), so everything that reads a tree on the disk can read a revision too. [`GitLoader::changed`] and
//! [`GitLoader::changed_since`] return which files differ, by blob ids: unchanged files need not be evaluated twice.
//!
//! Only the repository's own configuration is read, never the user's, the system's or the environment's.

mod change;
mod error;
mod loader;
mod made;
mod plain;
mod tree;

pub use change::Change;
pub use error::GitError;
pub use loader::{BlobId, GitLoader};
