use crate::Span;

/// How much a diagnostic matters for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, shown with `--verbose`: a module that could not be looked into, say.
    Note,
    /// Probably a mistake, though the file was read completely.
    Warning,
    /// A file, or a part of it, could not be read: the run ends with exit code 1.
    Error,
}

/// A further place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// Something that a front-end could not read or understand. Not a finding: it says nothing about the platform's restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word for the kind, in kebab case: `syntax`, `module-cycle`, `unreadable`, …
    pub code: &'static str,
    /// One line, without a full stop at its end.
    pub message: String,
    /// The place, where there is one.
    pub span: Option<Span>,
    /// The path it is about, where there is no text to point into (an unreadable file).
    pub path: Option<String>,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    #[must_use]
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), span: None, path: None, labels: Vec::new(), help: None }
    }

    /// An error at `span`.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Error, code, message).at(span)
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Warning, code, message).at(span)
    }

    /// A note at `span`.
    #[must_use]
    pub fn note(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Note, code, message).at(span)
    }

    /// The same, placed at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, about the file at `path`.
    #[must_use]
    pub fn about(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same, with a further place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// The same, with advice on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
