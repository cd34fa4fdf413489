//! Bicep and its parameter files, read into the template representation.

use std::sync::Arc;

use cmklint_source::{Diagnostic, SourceFile, Sources};
use cmklint_template::{Expr, Template};
use indexmap::IndexMap;

pub mod syntax;

mod lower;

pub use lower::{KNOWN_MODULES, RESTORE_CACHE, is_remote};

/// A template file, read.
#[derive(Debug)]
pub struct TemplateFile {
    /// The template, as far as it could be read; always present.
    pub template: Option<Arc<Template>>,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The normalized paths of the template files of the tree that modules name, sorted.
    pub modules: Vec<String>,
}

/// A parameter file (`.bicepparam`), read.
#[derive(Debug)]
pub struct ParameterFile {
    /// The normalized path of the template that it names (`using`), where that is a file of the tree.
    pub template: Option<String>,
    /// Its variables, functions and imports, in whose scope the assignments are evaluated.
    pub scope: Arc<Template>,
    /// The value of each parameter, in the order of the text; those of the file that it extends first.
    pub assignments: IndexMap<Arc<str>, Expr>,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a template file. `sources` is asked for the files that it imports from, and no others.
///
/// Whatever the text, the call returns, and what could be read is lowered. Among the diagnostics are `syntax` (an error), `unknown-name` and
/// `duplicate-name`, `import` (a file that is not there), `import-cycle` and `too-many-imports`, `outside-tree` (a path that leaves the tree) and
/// `opaque-import` (a note: the content of a registry's module that is not restored is not known), and, as warnings, code that the compiler
/// refuses: `extension-value`, `only-default`, `runtime-value`, `duplicate-deployment`.
#[must_use]
pub fn parse(file: &SourceFile, sources: &Sources) -> TemplateFile {
    lower::template(file, sources)
}

/// Reads a parameter file. `sources` is asked for the files that it imports from and extends, and no others.
#[must_use]
pub fn parse_parameters(file: &SourceFile, sources: &Sources) -> ParameterFile {
    lower::parameters(file, sources)
}
