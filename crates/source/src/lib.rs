//! The lowest layer: files, byte spans, line and column positions, diagnostics and the loader.
//!
//! Nothing here depends on a language, a resource or a rule. Paths are relative to the root of the analyzed tree,
//! with `/` between their segments, whatever the platform.

mod decode;
mod diagnostic;
mod file;
mod loader;
mod mount;
mod name;
mod path;
mod position;
pub mod reads;
mod sources;
mod span;

pub use decode::decode;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use file::SourceFile;
pub use loader::{DiskLoader, LoadError, Loader, MemoryLoader};
pub use mount::Mounted;
pub use name::{bytes_of_path, name_of_bytes, name_of_disk, path_of_disk, visible_path};
pub use path::{RESTORE_CACHE, ancestors, ends, file_name, join, normalize, parent};
pub use position::{LineIndex, Position, TextLength};
pub use sources::Sources;
pub use span::{FileId, Span};
