//! Marked places in the terminal's output, and their colors.

use cmklint_source::Span;

use crate::DisplayPaths;
use crate::place::Places;
use crate::untrusted::LogText;

/// The colors of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Error,
    Warning,
    Notice,
    /// A place that takes part.
    Other,
    /// Words before a remark.
    Key,
    Bold,
    /// Lines of the frame.
    Frame,
}

impl Tone {
    /// `text` in this tone where the style has colors.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        let code = match self {
            _ if !color => return text.to_owned(),
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Notice => "1;38;5;147",
            Self::Other => "36",
            Self::Key => "38;5;115",
            Self::Bold => "1",
            Self::Frame => "38;5;246",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// A place to show, with its label.
pub(crate) struct Mark {
    pub(crate) span: Span,
    pub(crate) message: LogText,
    pub(crate) tone: Tone,
}

/// `path:line:column` as the reader would write it, with the revision where it is not the analyzed one.
pub(crate) fn shown_place(places: &mut Places<'_>, paths: &DisplayPaths, span: Span) -> LogText {
    places.region(span).map_or_else(LogText::default, |region| {
        let place = format!("{}:{}:{}", paths.show(region.file.path()), region.start.line, region.start.column);
        match region.file.revision() {
            Some(revision) => format!("{place} in revision {revision}").into(),
            None => place.into(),
        }
    })
}
