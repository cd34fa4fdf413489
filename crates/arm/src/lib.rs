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
mod template_file;

use cmklint_source::{Diagnostic, SourceFile};
use cmklint_template::TargetScope;
use jsonc_parser::ast::{Object, Value};

pub use classify::{JsonKind, classify, is_plain};
pub use exports::{Exports, exports};
pub use ignores::metadata_ignores;
pub use parameters::{ParameterFile, parse_parameters};
pub use scan::is_closed;
pub use template_file::{Spec, TemplateFile};

/// Reads a template file. Whatever the text, the call returns: what cannot be read is among the diagnostics (`syntax`, an error: the file is
/// not JSON; `expression`, a warning: a `"[…]"` that does not parse, whose value is then unknown; `template`, a warning: an element that is not what
/// the template schema says, and is left out).
#[must_use]
pub fn parse(file: &SourceFile) -> TemplateFile {
    match json::tree(file) {
        Ok(Some(Value::Object(root))) => lower::root(file, &root, lower::schema_scope(&root).unwrap_or_default()),
        Ok(_) => failed(Diagnostic::error("syntax", "the file's root is not an object", file.span(0, 0))),
        Err(diagnostic) => failed(*diagnostic),
    }
}

/// Reads a template that `file`, of another language, holds as a value: `template` has the ranges of that file. Text in it is as Azure Resource Manager reads it.
/// `scope` is what it is deployed to; `None` where its schema says so.
#[must_use]
pub fn parse_held(file: &SourceFile, template: &Object<'_>, scope: Option<TargetScope>) -> TemplateFile {
    lower::root(file, template, scope.or_else(|| lower::schema_scope(template)).unwrap_or_default())
}

/// Reads the template at `path`, names in any case, in the JSON of `file`: what a policy or the like is made of. Where no template is there, none is read.
#[must_use]
pub fn parse_within(file: &SourceFile, path: &[&str]) -> TemplateFile {
    match json::tree(file) {
        Ok(Some(tree)) => lower::within(file, &tree, path).unwrap_or_default(),
        Ok(None) => TemplateFile::default(),
        Err(diagnostic) => failed(*diagnostic),
    }
}

fn failed(diagnostic: Diagnostic) -> TemplateFile {
    TemplateFile { diagnostics: vec![diagnostic], ..TemplateFile::default() }
}
