use super::ByteRange;

/// A place where the text is not Bicep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The wrong bytes; empty where something is missing.
    pub range: ByteRange,
    /// The error, one phrase without a full stop.
    pub message: String,
}

impl SyntaxError {
    pub(super) fn new(range: ByteRange, message: impl Into<String>) -> Self {
        Self { range, message: message.into() }
    }
}
