//! Variables, modules and roots that arguments and configurations state and that match nothing: a mistake that would go unnoticed.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, Span};

use super::request::StatedKind;
use super::run::Run;
use crate::config::Suggestions;

/// What is known of a kind in one folder.
type Known<'f> = (StatedKind, Option<&'f str>, BTreeSet<Arc<str>>);

impl Run<'_> {
    /// Reports stated names that match nothing.
    pub(super) fn check_stated(&mut self) {
        let mut found = Vec::new();
        let mut suggestions = Suggestions::default();
        // What is known in one folder: names that are stated for it follow one another.
        let mut last: Option<Known<'_>> = None;
        for stated in &self.request.stated {
            let name = stated.written.text.as_str();
            let folder = stated.folder.as_deref();
            let (_, _, known) = match last.take() {
                Some(same) if same.0 == stated.kind && same.1 == folder => last.insert(same),
                _ => last.insert((stated.kind, folder, self.known(stated.kind, folder))),
            };
            if known.contains(name) {
                continue;
            }
            let message = match stated.kind {
                StatedKind::Variable => format!("no root module declares the variable '{name}'"),
                StatedKind::Module => format!("no module has the source '{name}'"),
            };
            found.push(warning(message, stated.written.span, &suggestion(name, known, &mut suggestions)));
        }
        let of_templates = self.roots.iter().filter(|root| self.templates.contains(*root));
        let known: BTreeSet<Arc<str>> = of_templates.map(|root| root.as_str().into()).collect();
        for (path, root) in self.request.roots.iter().filter(|(path, _)| !known.contains(path.as_str())) {
            let folder = if path == "." { "" } else { path };
            let is_there = || self.sources.is_file(path) || !self.sources.files_in(folder).is_empty();
            let (message, name) = if self.roots.contains(path) {
                (format!("{path} is no template: a root block says where a template is deployed"), "")
            } else if self.templates.contains(path) {
                (format!("{path} is no root: another template deploys it"), "")
            } else if is_there() {
                // The checked paths may be another part of the tree.
                continue;
            } else {
                (format!("no such root: {path}"), path.as_str())
            };
            found.push(warning(message, root.span, &suggestion(name, &known, &mut suggestions)));
        }
        self.diagnostics.extend(found);
    }

    /// The names of this kind in `folder`; in all of the tree without one.
    fn known(&self, kind: StatedKind, folder: Option<&str>) -> BTreeSet<Arc<str>> {
        match kind {
            StatedKind::Variable => self.declared_variables(folder),
            StatedKind::Module => self.module_sources(folder),
        }
    }

    /// The variables of the root modules, and of the modules of units, in `folder`; of all without one.
    fn declared_variables(&self, folder: Option<&str>) -> BTreeSet<Arc<str>> {
        let of_units = self.units.iter().filter_map(|unit| self.called.get(unit)).flatten();
        let dirs = self.root_modules.iter().chain(of_units).filter(|dir| is_in(dir, folder));
        dirs.flat_map(|dir| cmklint_terraform::variables_of(dir, self.sources, self.cache())).collect()
    }

    /// The sources of all module calls in `folder`; of all without one.
    fn module_sources(&self, folder: Option<&str>) -> BTreeSet<Arc<str>> {
        let own = self.folders.iter().filter(|dir| is_in(dir, folder));
        let installed = own.clone().flat_map(|dir| cmklint_terraform::installed(dir, self.sources));
        let dirs: BTreeSet<String> = own.cloned().chain(installed).collect();
        dirs.iter().flat_map(|dir| cmklint_terraform::sources_of(dir, self.sources, self.cache())).collect()
    }
}

fn is_in(dir: &str, folder: Option<&str>) -> bool {
    let rest = folder
        .filter(|folder| !folder.is_empty())
        .map_or(Some("/"), |folder| dir.strip_prefix(folder).map(|rest| if rest.is_empty() { "/" } else { rest }));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

fn suggestion(name: &str, known: &BTreeSet<Arc<str>>, suggestions: &mut Suggestions) -> String {
    if name.is_empty() { String::new() } else { suggestions.nearest(name, known.iter().map(|k| &**k)) }
}

fn warning(message: String, span: Option<Span>, help: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Severity::Warning, "matches-nothing", message);
    diagnostic.span = span;
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}
