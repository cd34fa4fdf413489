//! ARM JSON and its parameter files, read into the template representation.
//!
//! JSON as Azure Resource Manager accepts it: comments, trailing commas, line breaks inside strings, and text after the root object.
//! The language of the files: <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax>.

mod classify;
mod exports;
mod expression;
mod ignores;
mod json;
mod lower;
mod names;
mod parameters;

mod scan;
mod string_offsets;

use std::sync::Arc;

use cmklint_source::{Diagnostic, SourceFile, Span};
use cmklint_template::Template;
use jsonc_parser::ast::Value;

pub use classify::{JsonKind, classify, is_plain};
pub use exports::{ExportedType, Exports, exports};
pub use ignores::metadata_ignores;
pub use parameters::{ParameterFile, parse_parameters};
pub use scan::is_closed;

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

/// Reads a template file. Whatever the text, the call returns: what cannot be read is among the diagnostics (`syntax`, an error: the file is
/// not JSON; `expression`, a warning: a `"[…]"` that does not parse, whose value is then unknown; `template`, a warning: an element that is not what
/// the template schema says, and is left out).
#[must_use]
pub fn parse(file: &SourceFile) -> TemplateFile {
    match json::tree(file) {
        Ok(Some(Value::Object(root))) => lower::root(file, &root),
        Ok(_) => failed(Diagnostic::error("syntax", "the file's root is not an object", file.span(0, 0))),
        Err(diagnostic) => failed(*diagnostic),
    }
}

fn failed(diagnostic: Diagnostic) -> TemplateFile {
    TemplateFile {
        template: None,
        diagnostics: vec![diagnostic],
        links: Vec::new(),
        addresses: Vec::new(),
        language_version_2: false,
        specs: Vec::new(),
    }
}
