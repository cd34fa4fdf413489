//! The files that a file imports from, each read once.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use cmklint_arm::Exports;
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};
use cmklint_template::Template;
use rustc_hash::FxHashMap;

use super::Lower;
use super::registry::{Called, Registry};
use super::unit::{Source, Unit};
use crate::syntax::{DeclarationKind, TypeKind};

/// The deepest chain of imports.
const MAX_NESTED: usize = 32;
/// The most files that a file imports from, directly or not.
const MAX_FILES: usize = 256;

/// The files that a file imports from have so many bytes together, and [as many times its own](IMPORTED_FOR_ONE): many small files could each import a large one.
const MOST_IMPORTED: usize = 128 << 10;
/// What a byte of a file lets it import.
const IMPORTED_FOR_ONE: usize = 32;

/// The parameters of a file, each with whether it must be given.
pub(crate) type DeclaredParameters = Rc<Vec<(String, bool)>>;

/// The files that a file imports from.
pub(crate) struct Store<'s> {
    sources: &'s Sources,
    /// Finds the modules of registries.
    pub(crate) registry: Registry<'s>,
    units: FxHashMap<String, Option<Arc<Unit>>>,
    /// The bytes that files may still have which are imported from.
    left: usize,
    /// What files in JSON define, each as their path says it: `None` where it could not be read.
    exports: FxHashMap<String, Option<Exports>>,
    /// The variables and functions of each, as templates.
    homes: FxHashMap<String, Arc<Template>>,
    /// The templates of stand-ins, by the paths by which they are shown.
    stand_ins: BTreeMap<String, Option<Arc<Template>>>,
    /// The parameters of modules that a file of the tree may be, by path.
    own_parameters: FxHashMap<String, Option<DeclaredParameters>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'s> Store<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            registry: Registry::new(sources),
            units: FxHashMap::default(),
            left: MOST_IMPORTED,
            exports: FxHashMap::default(),
            homes: FxHashMap::default(),
            stand_ins: BTreeMap::new(),
            own_parameters: FxHashMap::default(),
            diagnostics: Vec::new(),
        }
    }

    /// The file at `path`, where a file imports from it and it could be read.
    pub(crate) fn unit(&self, path: &str) -> Option<&Unit> {
        self.units.get(path)?.as_deref()
    }

    /// The file at `path`, where it was read already.
    pub(crate) fn source(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.sources.loaded(path)
    }

    /// The variables and functions of the file at `path`. `None` where it could not be read, or is being read: it imports from itself.
    pub(crate) fn home(&self, path: &str) -> Option<Arc<Template>> {
        self.homes.get(path).cloned()
    }

    /// What the JSON file at `path` defines, where a file imports from it and it could be read.
    pub(crate) fn exports(&self, path: &str) -> Option<&Exports> {
        self.exports.get(path)?.as_ref()
    }

    /// The template of the stand-in for the module `called`, with arguments of the names `given`.
    pub(crate) fn stand_in(&mut self, called: &Called, given: &[&str]) -> Option<Arc<Template>> {
        let (path, text) = called.template(given);
        if let Some(read) = self.stand_ins.get(&path) {
            return read.clone();
        }
        let template = cmklint_arm::parse(&self.sources.embed(&path, &text)).template;
        self.stand_ins.insert(path, template.clone());
        template
    }

    /// The paths of the stand-ins' templates.
    pub(crate) fn stand_in_paths(&self) -> impl Iterator<Item = &String> {
        self.stand_ins.keys()
    }

    /// The parameters that the small file at `path` declares, each with whether it must be given; `None` where it can't be read.
    pub(crate) fn parameters_of(&mut self, path: &str) -> Option<DeclaredParameters> {
        const MOST_BYTES: usize = 64 << 10;
        if let Some(known) = self.own_parameters.get(path) {
            return known.clone();
        }
        let file = self.sources.load(path).ok().filter(|file| file.text().len() <= MOST_BYTES);
        let read = file.map(|file| {
            let (tree, _) = crate::syntax::parse(file.text());
            let declared = tree.declarations.iter().filter_map(|declaration| match &declaration.kind {
                DeclarationKind::Parameter { name, ty, default } => {
                    Some((name.text.clone(), default.is_none() && !matches!(ty.kind, TypeKind::Nullable(_))))
                }
                _ => None,
            });
            Rc::new(declared.collect())
        });
        self.own_parameters.insert(path.to_owned(), read.clone());
        read
    }

    /// Loads the file at `path`; an error is reported at `span` with the given severity.
    pub(crate) fn load(&mut self, path: &str, span: Span, severity: Severity) -> Option<Arc<SourceFile>> {
        match self.sources.load(path) {
            Ok(file) => Some(file),
            Err(error) => {
                self.diagnostics.push(Diagnostic::new(severity, "import", format!("{path}: {error}")).at(span));
                None
            }
        }
    }

    /// Reads all files that `unit` imports from, and reports errors in its imports.
    pub(crate) fn read_imports(&mut self, unit: &Unit) {
        for (source, span) in unit.imports() {
            match source {
                Source::File(_) | Source::Json(_) | Source::Broken => {}
                Source::Remote(reason) => {
                    self.diagnostics.push(Diagnostic::note(
                        "opaque-import",
                        format!("the import is of {reason}"),
                        span,
                    ));
                }
                Source::Outside => {
                    self.diagnostics.push(Diagnostic::warning(
                        "outside-tree",
                        "the import leads out of the tree",
                        span,
                    ));
                }
            }
        }
        let own = self.sources.loaded(&unit.path).map_or(0, |file| file.text().len());
        self.left = MOST_IMPORTED.saturating_add(own.saturating_mul(IMPORTED_FOR_ONE));
        self.visit(unit, &mut vec![unit.path.clone()]);
    }

    /// Reads the JSON file at `path`, which an import at `span` names.
    fn read_json(&mut self, path: &str, span: Span) {
        if self.exports.contains_key(path) {
            return;
        }
        let exports = self.load(path, span, Severity::Warning).and_then(|file| {
            // Errors in the file itself are reported where it is read for its own sake.
            let exports = cmklint_arm::exports(&file);
            if exports.is_none() {
                let message = format!("{path} is not a template");
                self.diagnostics.push(Diagnostic::warning("import", message, span));
            }
            exports
        });
        if let Some(exports) = &exports {
            self.homes.insert(path.to_owned(), Arc::clone(&exports.template));
        }
        self.exports.insert(path.to_owned(), exports);
    }

    /// Reads what `unit` imports from, the files' own imports first. `chain` are the files that lead here, this one last.
    fn visit(&mut self, unit: &Unit, chain: &mut Vec<String>) {
        for (source, span) in unit.imports() {
            let path = match source {
                Source::File(path) => path,
                Source::Json(path) => {
                    self.read_json(&path, span);
                    continue;
                }
                Source::Remote(_) | Source::Outside | Source::Broken => continue,
            };
            if chain.contains(&path) {
                let message = format!("{path} imports from itself");
                self.diagnostics.push(Diagnostic::error("import-cycle", message, span));
                continue;
            }
            if self.units.contains_key(&path) {
                continue;
            }
            if chain.len() > MAX_NESTED || self.units.len() >= MAX_FILES {
                let message = "there are too many imports of imports; those beyond are not known";
                self.diagnostics.push(Diagnostic::warning("too-many-imports", message, span));
                continue;
            }
            let Some(file) = self.load(&path, span, Severity::Warning) else {
                self.units.insert(path, None);
                continue;
            };
            let Some(left) = self.left.checked_sub(file.text().len()) else {
                let message =
                    "the files that are imported from are too large for the one that imports; they are not known";
                self.diagnostics.push(Diagnostic::warning("too-many-imports", message, span));
                self.units.insert(path, None);
                continue;
            };
            self.left = left;
            let read = || Unit::read(file.id(), file.path(), file.text(), &self.registry);
            let imported = self.sources.made_of(file.id(), read);
            self.diagnostics.extend(imported.syntax_errors());
            self.units.insert(path.clone(), Some(Arc::clone(&imported)));
            chain.push(path.clone());
            self.visit(&imported, chain);
            chain.pop();
            let home = Lower::new(&imported, file.text(), self).library();
            self.homes.insert(path, Arc::new(home));
        }
    }
}
