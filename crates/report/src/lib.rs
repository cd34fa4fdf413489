//! The reports: findings and diagnostics as text.
//!
//! One module a format. A format reads a [`Report`] and writes; it knows no graph and no language, and changes nothing.
//! The types that are serialized are twins of the core's, made here: their shape is a promise to whoever parses them.

mod compact;
mod excerpt;
mod frame;
mod github;
mod json;
mod paths;
mod place;
mod report;
mod sarif;
mod terminal;
mod text;

pub use paths::DisplayPaths;
pub use report::{Format, Report, Style, Suppressed, SuppressionKind, fingerprint, write, write_diagnostic};
