//! The result of reading a template file.

use std::sync::Arc;

use cmklint_source::{Diagnostic, Span};
use cmklint_template::Template;

/// A template file, read.
#[derive(Debug)]
pub struct TemplateFile {
    /// The template; `None` where the file could not be read as one.
    pub template: Option<Arc<Template>>,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The normalized paths of the template files that the file links to, sorted: by a relative path, or by a link whose end is known and whose base is
    /// assumed to be the file's own folder. The latter need not exist.
    pub links: Vec<String>,
    /// The whole URLs that the file links to, sorted: one may be that of a file of the tree ([`cmklint_template::addressed`]).
    pub addresses: Vec<String>,
    /// Whether the file is of `languageVersion` 2.0, where resources have symbolic names.
    pub language_version_2: bool,
    /// The templates that the file holds as content of template specs, in the order of the text. Each is a root of its own: its parameters and its target
    /// are given by whoever deploys the spec, not by whoever deploys this file.
    pub specs: Vec<Spec>,
}

/// A template that a `Microsoft.Resources/templateSpecs/versions` resource holds.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-specs>
#[derive(Clone, Debug)]
pub struct Spec {
    /// The version's name where it is written out (`web/1.0`), else its type.
    pub label: String,
    /// Where the template is written.
    pub span: Span,
    /// The template.
    pub template: Arc<Template>,
}
