//! Parsed files: the tree of one and the names that it declares.

use cmklint_source::{Diagnostic, FileId, Span, parent};
use rustc_hash::FxHashMap;

use super::registry::{Located, Registry, is_remote};
use crate::syntax::{self, ByteRange, DeclarationKind, File, Imports, Keyword, Name, StringLiteral, SyntaxError};

/// Why nothing can be imported from a stand-in.
const KNOWN: &str = "a module of a registry that is not in the local restore cache";

/// One file and the names it declares.
pub(crate) struct Unit {
    pub(crate) id: FileId,
    pub(crate) path: String,
    pub(crate) tree: File,
    pub(crate) errors: Vec<SyntaxError>,
    names: FxHashMap<String, Declared>,
    /// Where names are declared that another declaration has already.
    pub(crate) doubles: Vec<Name>,
    /// The sources of imports, by where their paths are written.
    imported: FxHashMap<u32, Source>,
}

/// The meaning of a name.
#[derive(Clone, Debug)]
pub(crate) enum Declared {
    /// The declaration with this index in the file.
    Here(usize),
    /// The symbol `name` of the file at `path`.
    Imported { path: String, name: String },
    /// All that the file at `path` exports.
    Namespace { path: String },
    /// Something that can't be read: an extension, an import from a registry, a declaration that could not be parsed.
    Opaque,
}

/// Where an import comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A Bicep file of the tree, by its normalized path.
    File(String),
    /// A template in JSON, of the tree or of the restore cache, by its normalized path.
    Json(String),
    /// A registry's module or a template spec that is not restored; why.
    Remote(String),
    /// A path that leads out of the tree.
    Outside,
    /// The path could not be read.
    Broken,
}

impl Unit {
    /// Parses the file `id` at `path`; `registry` finds the modules that it imports from.
    pub(crate) fn read(id: FileId, path: &str, text: &str, registry: &Registry<'_>) -> Self {
        Self::of(id, path, syntax::parse(text), registry)
    }

    /// The file `id` at `path`, parsed already; `registry` finds the modules that it imports from.
    pub(crate) fn of(id: FileId, path: &str, parsed: (File, Vec<SyntaxError>), registry: &Registry<'_>) -> Self {
        let (tree, errors) = parsed;
        let mut unit = Self {
            id,
            path: path.to_owned(),
            tree: File::default(),
            errors,
            names: FxHashMap::default(),
            doubles: Vec::new(),
            imported: FxHashMap::default(),
        };
        for (at, declaration) in tree.declarations.iter().enumerate() {
            match &declaration.kind {
                DeclarationKind::Import { imports, path } => unit.import(imports, path, registry),
                DeclarationKind::Extension { specification, alias, .. } => match alias {
                    Some(alias) => unit.declare(alias, Declared::Opaque),
                    None => unit.extension(specification),
                },
                // Outputs and the like are in a namespace of their own, and nothing can refer to them.
                DeclarationKind::Metadata { .. }
                | DeclarationKind::Output { .. }
                | DeclarationKind::Assert { .. }
                | DeclarationKind::Test { .. }
                | DeclarationKind::ExtensionConfig { .. }
                | DeclarationKind::Broken { keyword: Keyword::Output | Keyword::Metadata, .. } => {}
                _ => {
                    if let Some(name) = declaration.name() {
                        unit.declare(name, Declared::Here(at));
                    }
                }
            }
        }
        unit.tree = tree;
        unit
    }

    fn declare(&mut self, name: &Name, declared: Declared) {
        if name.text.is_empty() {
            return;
        }
        match self.names.entry(name.text.clone()) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(declared);
            }
            std::collections::hash_map::Entry::Occupied(_) => self.doubles.push(name.clone()),
        }
    }

    /// An extension without an alias is known by its own name.
    fn extension(&mut self, specification: &StringLiteral) {
        let Some(text) = specification.plain() else { return };
        let name = text.split('@').next().unwrap_or("");
        if !matches!(name, "az" | "sys") && !name.contains(':') {
            let name = Name { text: name.to_owned(), range: specification.range.clone() };
            self.declare(&name, Declared::Opaque);
        }
    }

    fn import(&mut self, imports: &Imports, path: &StringLiteral, registry: &Registry<'_>) {
        let source = self.locate(path, registry);
        self.imported.insert(path.range.start, source.clone());
        match imports {
            Imports::Symbols(symbols) => {
                for symbol in symbols {
                    let declared = match &source {
                        Source::File(path) | Source::Json(path) => {
                            Declared::Imported { path: path.clone(), name: symbol.name.text.clone() }
                        }
                        _ => Declared::Opaque,
                    };
                    self.declare(symbol.alias.as_ref().unwrap_or(&symbol.name), declared);
                }
            }
            Imports::All(name) => {
                let declared = match source {
                    Source::File(path) | Source::Json(path) => Declared::Namespace { path },
                    _ => Declared::Opaque,
                };
                self.declare(name, declared);
            }
            Imports::Error => {}
        }
    }

    /// The source of an import's path.
    pub(crate) fn source(&self, path: &StringLiteral) -> Source {
        self.imported.get(&path.range.start).cloned().unwrap_or(Source::Broken)
    }

    fn locate(&self, path: &StringLiteral, registry: &Registry<'_>) -> Source {
        let Some(text) = path.plain() else { return Source::Broken };
        let path = if is_remote(text) {
            match registry.locate(text, &self.path) {
                Located::File(path) => Some(path),
                Located::Away(reason) => return Source::Remote(reason),
                Located::Spec { reason, .. } => return Source::Remote(reason),
                Located::Known(_) => return Source::Remote(KNOWN.to_owned()),
            }
        } else {
            cmklint_source::join(parent(&self.path), text)
        };
        match path {
            Some(path) if path.to_ascii_lowercase().ends_with(".bicep") => Source::File(path),
            Some(path) => Source::Json(path),
            None => Source::Outside,
        }
    }

    /// The meaning of `name` at the top of this file.
    pub(crate) fn find(&self, name: &str) -> Option<&Declared> {
        self.names.get(name)
    }

    /// The declaration of `name` in this file.
    pub(crate) fn declaration(&self, name: &str) -> Option<&DeclarationKind> {
        match self.names.get(name)? {
            Declared::Here(at) => self.tree.declarations.get(*at).map(|declaration| &declaration.kind),
            _ => None,
        }
    }

    /// The files that this one imports from, and where it names them.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (Source, Span)> {
        self.tree.declarations.iter().filter_map(|declaration| match &declaration.kind {
            DeclarationKind::Import { path, .. } => Some((self.source(path), self.span(&path.range))),
            _ => None,
        })
    }

    pub(crate) fn span(&self, range: &ByteRange) -> Span {
        Span::new(self.id, range.start as usize, range.end as usize)
    }

    /// The syntax errors as diagnostics.
    pub(crate) fn syntax_errors(&self) -> impl Iterator<Item = Diagnostic> {
        self.errors.iter().map(|error| Diagnostic::error("syntax", error.message.clone(), self.span(&error.range)))
    }
}
