//! Bicep and its parameter files, read into the template representation.

use cmklint_source::{SourceFile, Sources};

pub mod syntax;

mod files;
mod lower;

pub use files::{ParameterFile, Spec, TemplateFile};
pub use lower::{KNOWN_MODULES, RESTORE_CACHE, is_remote};

/// Reads a template file. `sources` is asked for the files that it imports from, and no others.
///
/// Whatever the text, the call returns, and what could be read is lowered. Among the diagnostics are `syntax` (an error), `unknown-name` and
/// `duplicate-name`, `import` (a file that is not there), `import-cycle` and `too-many-imports`, `outside-tree` (a path that leaves the tree) and
/// `opaque-import` (a note: the content of a registry's module that is not restored is not known), and, as warnings, code that the compiler
/// refuses: `extension-value`, `only-default`, `runtime-value`, `duplicate-deployment`.
#[must_use]
pub fn parse(file: &SourceFile, sources: &Sources) -> TemplateFile {
    lower::template(file, syntax::parse(file.text()), sources)
}

/// Reads a template file as [`parse`] does, of which `document` has an earlier text: only what changed since is parsed again.
#[must_use]
pub fn parse_edited(file: &SourceFile, document: &mut syntax::Document, sources: &Sources) -> TemplateFile {
    document.set_text(file.text());
    lower::template(file, document.file(), sources)
}

/// Why the modules of registries at `addresses`, which the file at `from` names, cannot be read: for each a reason in words for people. `None` where one
/// can be, is known by its source or may be a template spec of the tree, and where the configuration that gives an alias has faults.
#[must_use]
pub fn why_away<'a>(
    addresses: impl IntoIterator<Item = &'a str>,
    from: &str,
    sources: &Sources,
) -> Option<Vec<String>> {
    lower::why_away(addresses, from, sources)
}

/// Reads a parameter file. `sources` is asked for the files that it imports from and extends, and no others.
#[must_use]
pub fn parse_parameters(file: &SourceFile, sources: &Sources) -> ParameterFile {
    lower::parameters(file, sources)
}
