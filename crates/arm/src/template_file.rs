//! The result of reading a template file.

use std::sync::Arc;

use cmklint_graph::Holder;
use cmklint_source::{Diagnostic, Span};
use cmklint_template::Template;

/// A template file, read.
#[derive(Debug, Default)]
pub struct TemplateFile {
    /// The template; `None` where the file could not be read as one.
    pub template: Option<Arc<Template>>,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The normalized paths of the template files that the file links to, sorted: by a relative path, or by a link whose end is known and whose base is
    /// assumed to be the file's own folder. The latter need not exist.
    pub links: Vec<String>,
    /// The whole URLs that the file links to, sorted: one may be that of a file of the tree ([`cmklint_template::Addresses`]).
    pub addresses: Vec<String>,
    /// Whether the file is of `languageVersion` 2.0, where resources have symbolic names.
    pub language_version_2: bool,
    /// The templates that the file holds as content of resources, in the order of the text. Each is a root of its own: its parameters and its target
    /// are given by whoever deploys it, not by whoever deploys this file.
    pub specs: Vec<Spec>,
}

/// A template that a resource holds.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What the resource is.
    pub holder: Holder,
    /// The resource's name where it is written out (`web/1.0`), else its type.
    pub label: String,
    /// Where the template is written.
    pub span: Span,
    /// The template.
    pub template: Arc<Template>,
}
