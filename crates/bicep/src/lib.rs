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
    lower::template(file, sources)
}

/// Why the module of a registry at `address`, which the file at `from` names, cannot be read, in words for people; `None` where it can be, where it is
/// known by its source or may be a template spec of the tree, or where the configuration that gives its alias has faults.
#[must_use]
pub fn why_away(address: &str, from: &str, sources: &Sources) -> Option<String> {
    lower::why_away(address, from, sources)
}

/// Reads a parameter file. `sources` is asked for the files that it imports from and extends, and no others.
#[must_use]
pub fn parse_parameters(file: &SourceFile, sources: &Sources) -> ParameterFile {
    lower::parameters(file, sources)
}
