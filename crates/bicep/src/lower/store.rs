//! The files that a file imports from, each read once.

use std::rc::Rc;
use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};
use cmklint_template::Template;
use rustc_hash::FxHashMap;

use super::Lower;
use super::unit::{Source, Unit};

/// Imports of imports are followed this far.
const MOST_NESTED: usize = 32;
/// A file imports from this many others, those that they import from included.
const MOST_FILES: usize = 256;

/// The files that a file imports from.
pub(crate) struct Store<'s> {
    sources: &'s Sources,
    units: FxHashMap<String, Option<Rc<Unit>>>,
    /// The variables and functions of each, as templates.
    homes: FxHashMap<String, Arc<Template>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'s> Store<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self { sources, units: FxHashMap::default(), homes: FxHashMap::default(), diagnostics: Vec::new() }
    }

    /// The file at `path`, where something imports from it and it could be read.
    pub(crate) fn unit(&self, path: &str) -> Option<&Unit> {
        self.units.get(path)?.as_deref()
    }

    /// The variables and functions of the file at `path`. `None` where it could not be read, or is not read yet: it imports from itself.
    pub(crate) fn home(&self, path: &str) -> Option<Arc<Template>> {
        self.homes.get(path).cloned()
    }

    /// Loads the file at `path`; an error is told at `span` and weighs what `severity` says.
    pub(crate) fn load(&mut self, path: &str, span: Span, severity: Severity) -> Option<Arc<SourceFile>> {
        match self.sources.load(path) {
            Ok(file) => Some(file),
            Err(error) => {
                self.diagnostics.push(Diagnostic::new(severity, "import", format!("{path}: {error}")).at(span));
                None
            }
        }
    }

    /// Reads all files that `unit` imports from, and says what is wrong with its imports.
    pub(crate) fn read_imports(&mut self, unit: &Unit) {
        for (source, span) in unit.imports() {
            match source {
                Source::File(_) | Source::Broken => {}
                Source::Json => self.diagnostics.push(Diagnostic::note(
                    "opaque-import",
                    "what is imported from a JSON template is not looked into",
                    span,
                )),
                Source::Remote => self.diagnostics.push(Diagnostic::note(
                    "opaque-import",
                    "what is imported from a registry is not in the tree",
                    span,
                )),
                Source::Outside => {
                    self.diagnostics.push(Diagnostic::warning(
                        "outside-tree",
                        "the import leads out of the tree",
                        span,
                    ));
                }
            }
        }
        self.visit(unit, &mut vec![unit.path.clone()]);
    }

    /// Reads what `unit` imports from, the files' own imports first. `chain` are the files on the way, this one last.
    fn visit(&mut self, unit: &Unit, chain: &mut Vec<String>) {
        for (source, span) in unit.imports() {
            let Source::File(path) = source else { continue };
            if chain.contains(&path) {
                let message = format!("{path} imports from itself");
                self.diagnostics.push(Diagnostic::error("import-cycle", message, span));
                continue;
            }
            if self.units.contains_key(&path) {
                continue;
            }
            if chain.len() > MOST_NESTED || self.units.len() >= MOST_FILES {
                let message = "there are too many imports of imports; those beyond are not known";
                self.diagnostics.push(Diagnostic::warning("too-many-imports", message, span));
                continue;
            }
            let Some(file) = self.load(&path, span, Severity::Warning) else {
                self.units.insert(path, None);
                continue;
            };
            let imported = Rc::new(Unit::read(file.id(), file.path(), file.text()));
            self.diagnostics.extend(imported.syntax_errors());
            self.units.insert(path.clone(), Some(Rc::clone(&imported)));
            chain.push(path.clone());
            self.visit(&imported, chain);
            chain.pop();
            let home = Lower::new(&imported, file.text(), self).library();
            self.homes.insert(path, Arc::new(home));
        }
    }
}
