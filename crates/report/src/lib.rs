//! The reports: findings and diagnostics as text.
//!
//! One module per format. A format reads a [`Report`] and writes; it knows no graph and no language, and changes nothing.
//! The types that are serialized are copies of the core's, defined here: their shape is a stable interface.

mod block;
mod checkstyle;
mod codequality;
mod compact;
mod coverage;
mod drawing;
mod excerpt;
mod finding;
mod github;
mod groups;
mod json;
mod json_text;
mod junit;
mod log_lines;
mod map;
mod mark;
mod markdown;
mod narrow;
mod paths;
mod place;
mod report;
mod sarif;
mod terminal;
mod text;
mod untrusted;
mod write;
mod xml;

pub use coverage::{Coverage, Unseen, UnseenKind};
pub use finding::{one_line, paragraphs, rule_page};
pub use json_text::write_line as write_json;
pub use log_lines::LogLines;
pub use map::{MapFormat, MapReport};
pub use paths::DisplayPaths;
pub use report::{FixOffer, Format, GroupBy, Report, Style, Suppressed, SuppressionKind, fingerprint};
pub use untrusted::log_line;
pub use write::{write, write_change, write_diagnostics, write_map};
