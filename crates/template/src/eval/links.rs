//! Which template a deployment names, and which parameter file.

use std::sync::Arc;

use cmklint_graph::{AsPath, Kind, Ref, Symbol, TextPart, Value, concat};
use cmklint_source::{Diagnostic, Span};
use indexmap::IndexMap;

use super::Evaluator;
use super::frame::{Env, FrameId};
use super::scope::TEMPLATE_LINK;
use crate::address::Tree;
use crate::api::Library;
use crate::ir::{DeploymentDecl, ParametersLink, ResourceDecl, Template, TemplateRef};

/// Represents the folder of a template's own link, in a text that the functions `uri` and `concat` make.
const TEMPLATE_FOLDER: &str = "deployment().properties.templateLink.folder";

/// How the names of templates end.
pub(super) const TEMPLATE_ENDINGS: [&str; 3] = [".json", ".jsonc", ".bicep"];

/// The text before the name in the id of a template spec, in lower case.
const SPECS: &str = "/templatespecs/";

impl Evaluator<'_> {
    /// The template that a deployment names, and the file it is in.
    pub(super) fn template_of(
        &mut self,
        frame: FrameId,
        env: &Env,
        decl: &ResourceDecl,
        deployment: &DeploymentDecl,
    ) -> Option<(Arc<Template>, Arc<str>)> {
        let (path, span) = match &deployment.template {
            TemplateRef::Inline(template) => {
                let file = Arc::clone(&self.frame(frame)?.file);
                return Some((Arc::clone(template), file));
            }
            TemplateRef::File { path, span } => (path.clone(), *span),
            TemplateRef::Link { uri, folder, address } => {
                let value = self.eval(env, uri);
                let Some(path) = self.linked_path(&value, address.as_deref(), folder, &TEMPLATE_ENDINGS) else {
                    let message = format!("the template at {} is not looked into", value.describe());
                    self.tell(Diagnostic::note("opaque-module", message, uri.span));
                    return None;
                };
                (path, uri.span)
            }
            TemplateRef::Spec { id, reason } => {
                let value = self.eval(env, id);
                let found = self.spec_of(&value);
                if found.is_none() {
                    self.tell(Diagnostic::note("opaque-module", reason.clone(), id.span));
                }
                let (template, path) = found?;
                let mut chain = self.around(frame).into_iter().filter_map(|id| self.frame(id));
                if chain.any(|around| Arc::ptr_eq(&around.template, &template)) {
                    return self.deploys_itself("the template spec", id.span, decl);
                }
                return Some((template, path.into()));
            }
            TemplateRef::Opaque { reason, span } => {
                self.tell(Diagnostic::note("opaque-module", reason.clone(), *span));
                return None;
            }
        };
        let mut chain = self.around(frame).into_iter().filter_map(|id| self.frame(id));
        if chain.any(|around| *around.file == *path) {
            return self.deploys_itself(&path, span, decl);
        }
        let linked = matches!(deployment.template, TemplateRef::Link { .. });
        match self.library.template(&path) {
            Ok(template) => Some((template, path.into())),
            Err(reason) => {
                let message = format!("{path}: {reason}");
                self.tell(if linked {
                    Diagnostic::note("opaque-module", message, span)
                } else {
                    Diagnostic::warning("module", message, span)
                });
                None
            }
        }
    }

    fn deploys_itself<T>(&mut self, what: &str, span: Span, decl: &ResourceDecl) -> Option<T> {
        let message = format!("{what} deploys itself");
        self.tell(Diagnostic::error("module-cycle", message, span).label(decl.span, "the deployment"));
        None
    }

    /// The template of the version that `id` names, where a template spec of the tree holds it.
    fn spec_of(&mut self, id: &Value) -> Option<(Arc<Template>, String)> {
        if let Kind::Ref(Ref { node, path }) = &id.kind {
            let head = self.head(*node).filter(|_| path.is("id"))?;
            let [name, version] = head.names.as_slice() else { return None };
            return self.library.spec(name.as_str()?, version.as_str()?);
        }
        let text = match &id.kind {
            Kind::String(text) => text,
            Kind::Template(parts) => match parts.last()? {
                TextPart::Text(text) => text,
                TextPart::Value(_) => return None,
            },
            _ => return None,
        };
        let at = text.to_ascii_lowercase().rfind(SPECS)?;
        let mut segments = text.get(at + SPECS.len()..)?.split('/');
        let (name, between, version) = (segments.next()?, segments.next()?, segments.next()?);
        if !between.eq_ignore_ascii_case("versions") || segments.next().is_some() {
            return None;
        }
        self.library.spec(name, version)
    }

    /// The values in the parameter file that `link` names, by folded name; `None` where it can't be read.
    pub(super) fn linked_parameters(&mut self, env: &Env, link: &ParametersLink) -> Option<IndexMap<String, Value>> {
        let uri = self.eval(env, &link.uri);
        let path = self.linked_path(&uri, link.address.as_deref(), &link.folder, &[".json", ".jsonc"])?;
        let given = self.library.parameters(&path)?;
        Some(given.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect())
    }

    /// The tree-relative path of a link: the whole `address` of a file in the tree where that is known, else `value`, relative to `folder`, or to the
    /// template's own link, or a whole URL. `None` for one that leads elsewhere, isn't known, or has none of the `endings`.
    pub(super) fn linked_path(
        &self,
        value: &Value,
        address: Option<&str>,
        folder: &str,
        endings: &[&str],
    ) -> Option<String> {
        if let Some(path) = address.and_then(|address| self.file_at(address, folder)) {
            return Some(path);
        }
        let text = match &value.kind {
            Kind::String(text) => text.to_string(),
            Kind::Template(parts) => known_end(parts, endings)?,
            _ => return None,
        };
        let path = text.split(['?', '#']).next().unwrap_or("");
        if !endings.iter().any(|end| path.to_ascii_lowercase().ends_with(end)) {
            return None;
        }
        if path.contains("://") {
            return self.file_at(path, folder);
        }
        cmklint_source::join(folder, path)
    }

    /// The file of the tree that a whole address means.
    fn file_at(&self, address: &str, folder: &str) -> Option<String> {
        self.addresses.file(address, folder, &InLibrary(self.library))
    }
}

/// The tree whose files a library has.
struct InLibrary<'l>(&'l dyn Library);

impl Tree for InLibrary<'_> {
    fn may_be_folder(&self, path: &str) -> bool {
        self.0.may_be_folder(path)
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.has(path)
    }
}

/// The end of a link that begins with something that only the deployment knows: it is assumed to be the folder of the file that links, as it is where templates that
/// link to each other are published from one folder.
fn known_end(parts: &[TextPart], endings: &[&str]) -> Option<String> {
    let ends = |text: &str| {
        let path = text.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
        endings.iter().any(|end| path.ends_with(end))
    };
    let at = parts.iter().position(|part| matches!(part, TextPart::Text(text) if ends(text)))?;
    let Some(TextPart::Text(text)) = parts.get(at) else { return None };
    if at == 0 {
        return Some(text.to_string());
    }
    let before = parts.get(..at)?;
    match before {
        // The text must not be the rest of a name.
        [TextPart::Value(base)] if is_folder(base) || text.contains('/') => {
            Some(text.trim_start_matches('/').to_owned())
        }
        // … but may be, where folders follow: those are the end of an address.
        [TextPart::Text(host), ..] if host.contains("://") => address_of(text),
        [TextPart::Value(_), _, ..] if text.starts_with('/') => address_of(text),
        _ => None,
    }
}

/// An address that ends as `text` does behind its first slash. Of its host nothing is known.
fn address_of(text: &str) -> Option<String> {
    text.split_once('/').map(|(_, folders)| format!("https://host/{folders}"))
}

/// Whether the unknown beginning is the folder of the template's own link.
fn is_folder(base: &Value) -> bool {
    matches!(&base.kind, Kind::Symbol(symbol) if symbol.key().ends_with(TEMPLATE_FOLDER))
}

/// `uri(base, relative)` where `base` is the template's own link, or else something that only the deployment knows: `relative` to its folder.
pub(super) fn beside_template(base: &Value, relative: &Value) -> Option<Value> {
    let Kind::Symbol(symbol) = &base.kind else { return None };
    let folder = match symbol.key().strip_suffix(TEMPLATE_LINK) {
        Some(prefix) => Symbol::new(format!("{prefix}{TEMPLATE_FOLDER}"), "folder of the template"),
        None if starts_below(relative) => {
            let label = format!("folder of {}", symbol.label());
            Symbol::new(format!("{}:{TEMPLATE_FOLDER}", symbol.key()), label)
        }
        None => return None,
    };
    Some(concat(&[Value::symbol(folder), relative.clone()]))
}

/// Whether a relative link is known to begin with a name, and so to stay below the folder that it is relative to.
fn starts_below(relative: &Value) -> bool {
    let start = match &relative.kind {
        Kind::String(text) => text,
        Kind::Template(parts) => match parts.first() {
            Some(TextPart::Text(text)) => text,
            _ => return false,
        },
        _ => return false,
    };
    !start.starts_with(['/', '?', '#', '.']) && !start.contains(':')
}
