//! Template files of a run: parsed once each, handed to the evaluator, and linked to their parameter files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cmklint_arm::{JsonKind, Spec};
use cmklint_bicep::syntax::Document;
use cmklint_graph::{Holder, Value};
use cmklint_source::reads::{self, Reads};
use cmklint_source::{Diagnostic, FileId, LoadError, Severity, SourceFile, Sources, file_name, parent};
use cmklint_template::{Addresses, Assignments, Library, Template, TemplateRef, Tree};
use indexmap::IndexMap;

/// A template file, parsed.
#[derive(Debug)]
pub struct ParsedTemplate {
    /// The template; `None` where nothing of it could be read.
    pub template: Option<Arc<Template>>,
    /// Errors in it.
    pub diagnostics: Vec<Diagnostic>,
    /// The template files that it names, by path.
    pub links: Vec<String>,
    /// Whether a Bicep compiler wrote it.
    pub compiled: bool,
    /// The templates in it that resources hold: roots of their own.
    pub specs: Vec<Spec>,
    /// The versions of template specs in it whose template is another file, which is a root itself: the path by their names.
    pub spec_files: Vec<(String, String)>,
}

/// The kind of the file at a path.
#[derive(Debug)]
enum StoredFile {
    Template(ParsedTemplate),
    Other,
    Failed(LoadError),
}

/// All template files of a run by path, parsed at their first use, from any thread.
pub struct TemplateStore {
    sources: Arc<Sources>,
    slots: Mutex<Slots>,
    newer: Option<(Arc<Self>, Unchanged)>,
    /// What an earlier look at the same tree had.
    before: Slots,
    /// The Bicep files that someone edits, by path, as they were last parsed.
    edited: Mutex<BTreeMap<String, Document>>,
}

/// At most this many edited files are kept with the parser's nodes, which take some 40 bytes for each of the text.
const MAX_EDITED: usize = 8;

/// Files by path, each with what was read for it.
type Slots = BTreeMap<String, Arc<OnceLock<(StoredFile, Reads)>>>;

impl std::fmt::Debug for TemplateStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TemplateStore").finish_non_exhaustive()
    }
}

/// Tells for a path whether the file there is the same in an older and a newer state of the tree.
pub type Unchanged = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl TemplateStore {
    /// A store of the templates in `sources`.
    #[must_use]
    pub fn new(sources: Arc<Sources>) -> Self {
        Self { sources, slots: Mutex::default(), newer: None, before: Slots::new(), edited: Mutex::default() }
    }

    /// A store of the templates in `sources`, another look at the tree that `before` is of: what is made of files that are the same is not made again.
    #[must_use]
    pub fn after(sources: Arc<Sources>, before: &Self) -> Self {
        let edited = std::mem::take(&mut *before.edited.lock().unwrap_or_else(PoisonError::into_inner));
        let before = before.slots.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { before, edited: Mutex::new(edited), ..Self::new(sources) }
    }

    /// A store of the templates in `sources`, an older state of those of `newer`: files that are `unchanged` are not parsed again, unless they import from files of
    /// the tree.
    #[must_use]
    pub fn older(sources: Arc<Sources>, newer: Arc<Self>, unchanged: Unchanged) -> Self {
        Self { newer: Some((newer, unchanged)), ..Self::new(sources) }
    }

    /// The newer store, where the file at `path` is the same there.
    fn shared(&self, path: &str) -> Option<&Self> {
        let (newer, unchanged) = self.newer.as_ref()?;
        let whole = |file: &Arc<SourceFile>| imports(path, file.text()).is_empty();
        (unchanged(path) && self.sources.load(path).as_ref().is_ok_and(whole)).then_some(newer)
    }

    /// What there is of the file at `path`: what was made of it before, where that still holds.
    fn slot(&self, path: &str) -> Arc<OnceLock<(StoredFile, Reads)>> {
        let known = |slots: &Slots| slots.get(path).map(Arc::clone);
        if let Some(slot) = known(&self.slots.lock().unwrap_or_else(PoisonError::into_inner)) {
            return slot;
        }
        let holds = |slot: &Arc<OnceLock<(StoredFile, Reads)>>| {
            slot.get().is_some_and(|(_, reads)| self.sources.still_has(reads))
        };
        let before = known(&self.before).filter(holds);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(path.to_owned()).or_insert_with(|| before.unwrap_or_default()))
    }

    fn read(&self, path: &str) -> Arc<OnceLock<(StoredFile, Reads)>> {
        if let Some(newer) = self.shared(path) {
            return newer.read(path);
        }
        let slot = self.slot(path);
        let make = || match self.sources.load(path) {
            Ok(file) => self.parse(&file).map_or(StoredFile::Other, StoredFile::Template),
            Err(error) => StoredFile::Failed(error),
        };
        let (_, reads) = slot.get_or_init(|| reads::recorded(make));
        reads::repeat(reads);
        slot
    }

    fn parse(&self, file: &SourceFile) -> Option<ParsedTemplate> {
        // What was parsed before and is another file now, someone edits.
        if !is_bicep(file.path()) || !self.before.contains_key(file.path()) {
            return parse(file, &self.sources);
        }
        let edited = || self.edited.lock().unwrap_or_else(PoisonError::into_inner);
        let known = edited().remove(file.path());
        let mut document = known.unwrap_or_else(|| Document::new(file.text()));
        let parsed = of_bicep(cmklint_bicep::parse_edited(file, &mut document, &self.sources));
        let mut edited = edited();
        if edited.len() >= MAX_EDITED {
            edited.pop_first();
        }
        edited.insert(file.path().to_owned(), document);
        Some(parsed)
    }

    /// Applies `f` to the template file at `path`; `None` where it is not a template, or can't be read.
    pub fn with<R>(&self, path: &str, f: impl FnOnce(&ParsedTemplate) -> R) -> Option<R> {
        match self.read(path).get() {
            Some((StoredFile::Template(parsed), _)) => Some(f(parsed)),
            _ => None,
        }
    }

    /// The diagnostics of all files parsed so far, by path.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        for slot in slots.values() {
            if let Some((StoredFile::Template(parsed), _)) = slot.get() {
                out.extend(parsed.diagnostics.iter().cloned());
            }
        }
        out
    }

    /// The templates of the version of a template spec that is called `label`, with the paths of their files; without the template where it is the whole file.
    fn specs_of(&self, label: &str) -> Vec<(Option<Arc<Template>>, String)> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for (path, slot) in slots.iter() {
            let Some((StoredFile::Template(parsed), _)) = slot.get() else { continue };
            let written = parsed
                .specs
                .iter()
                .filter(|spec| spec.holder == Holder::TemplateSpec && spec.label.eq_ignore_ascii_case(label));
            found.extend(written.map(|spec| (Some(Arc::clone(&spec.template)), path.clone())));
            let files = parsed.spec_files.iter().filter(|(name, _)| name.eq_ignore_ascii_case(label));
            found.extend(files.map(|(_, path)| (None, path.clone())));
        }
        found
    }
}

impl Library for TemplateStore {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        match self.read(path).get() {
            Some((StoredFile::Template(ParsedTemplate { template: Some(template), .. }), _)) => {
                Ok(Arc::clone(template))
            }
            Some((StoredFile::Template(_), _)) => Err("it could not be parsed".to_owned()),
            Some((StoredFile::Failed(error), _)) => Err(error.to_string()),
            Some((StoredFile::Other, _)) | None => Err("it is not a template".to_owned()),
        }
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.sources.load(path).map(|file| file.text().to_owned())
    }

    fn file(&self, path: &str) -> Option<FileId> {
        self.sources.load(path).ok().map(|file| file.id())
    }

    fn has(&self, path: &str) -> bool {
        self.sources.is_file(path)
    }

    fn may_be_folder(&self, path: &str) -> bool {
        self.sources.is_folder(path)
    }

    fn parameters(&self, path: &str) -> Option<IndexMap<Arc<str>, Value>> {
        let file = self.sources.load(path).ok()?;
        if matches!(cmklint_arm::classify(file.text()), JsonKind::Template) {
            return None;
        }
        let read = cmklint_arm::parse_parameters(&file);
        let is_whole = read.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
        is_whole.then_some(read.values)
    }

    fn spec(&self, name: &str, version: &str) -> Option<(Arc<Template>, String)> {
        // Any file may hold it.
        reads::rests_on_more();
        let label = format!("{name}/{version}");
        let mut found = self.specs_of(&label);
        let (template, path) = found.pop()?;
        if !found.is_empty() {
            return None; // … it is not known which one is meant
        }
        match template {
            Some(template) => Some((template, path)),
            None => Some((self.template(&path).ok()?, path)),
        }
    }

    fn files_in(&self, path: &str) -> Option<Vec<String>> {
        Some(self.sources.files_in(path)).filter(|names| !names.is_empty())
    }
}

/// The files of the tree from which the Bicep text of `path` may import declarations: the paths in quotes after `from`, `extends` or `using`. Rather too many
/// than too few. Modules of registries are left out: they are of no revision.
#[must_use]
pub fn imports(path: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in ["from", "extends", "using"] {
        for (at, _) in text.match_indices(word) {
            let rest = text.get(at + word.len()..).unwrap_or("").trim_start();
            let named = rest.strip_prefix('\'').and_then(|rest| rest.split_once('\'')).map(|(named, _)| named);
            let named = named.filter(|named| !cmklint_bicep::is_remote(named));
            out.extend(named.and_then(|named| cmklint_source::join(parent(path), named)));
        }
    }
    out
}

/// Whether JSON that begins with `head` says that the Bicep compiler wrote it: its name is in `metadata`, at the top.
pub(crate) fn is_compiled(head: &str) -> bool {
    head.contains("\"_generator\"") && head.contains("\"bicep\"")
}

fn of_bicep(parsed: cmklint_bicep::TemplateFile) -> ParsedTemplate {
    let cmklint_bicep::TemplateFile { template, diagnostics, modules, specs: held } = parsed;
    let (mut specs, mut spec_files) = (Vec::new(), Vec::new());
    for spec in held {
        match spec.template {
            TemplateRef::Inline(template) => {
                specs.push(Spec { holder: spec.holder, label: spec.label, span: template.span, template })
            }
            TemplateRef::File { path, .. } => {
                spec_files.extend((spec.holder == Holder::TemplateSpec).then_some((spec.label, path)))
            }
            _ => {}
        }
    }
    ParsedTemplate { template, diagnostics, links: modules, compiled: false, specs, spec_files }
}

/// The tree that sources come from.
struct InSources<'s>(&'s Sources);

impl Tree for InSources<'_> {
    fn may_be_folder(&self, path: &str) -> bool {
        self.0.is_folder(path)
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.is_file(path)
    }
}

fn parse(file: &SourceFile, sources: &Sources) -> Option<ParsedTemplate> {
    if is_bicepparam(file.path()) {
        let read = cmklint_bicep::parse_parameters(file, sources);
        let diagnostics = read.diagnostics;
        return read.root.map(|root| ParsedTemplate { diagnostics, ..of_bicep(root) });
    }
    if is_bicep(file.path()) {
        return Some(of_bicep(cmklint_bicep::parse(file, sources)));
    }
    match cmklint_arm::classify(file.text()) {
        JsonKind::Template => {
            let parsed = cmklint_arm::parse(file);
            let head: String = file.text().chars().take(2000).collect();
            let compiled = is_compiled(&head);
            let addresses = Addresses::default();
            let find = |at: &String| addresses.file(at, parent(file.path()), &InSources(sources));
            let of_tree = parsed.addresses.iter().filter_map(find);
            let links = parsed.links.into_iter().chain(of_tree).collect();
            Some(ParsedTemplate {
                template: parsed.template,
                diagnostics: parsed.diagnostics,
                links,
                compiled,
                specs: parsed.specs,
                spec_files: Vec::new(),
            })
        }
        JsonKind::Parameters | JsonKind::Other => None,
    }
}

/// The inputs in a parameter file.
#[derive(Debug)]
pub enum ParameterInputs {
    /// Values of a JSON parameter file.
    Values(IndexMap<Arc<str>, Value>),
    /// Expressions of a `.bicepparam`, to be evaluated in the scope given.
    Expressions(Arc<Template>, Assignments),
}

/// A parameter file.
#[derive(Debug)]
pub struct ParameterFile {
    /// Its path.
    pub path: String,
    /// The template that the file names, by path.
    pub template: Option<String>,
    /// The parameter files that it extends, by path.
    pub extends: Vec<String>,
    /// Its inputs.
    pub inputs: ParameterInputs,
    /// Whether its content says that it is one; else it is one only where its name and a template say so.
    pub stated: bool,
    /// Whether it has the shape of one: an object of `value` or `reference` for each parameter.
    pub shaped: bool,
    /// What was wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read for it.
    pub reads: Reads,
    /// What makes inputs of it.
    pub by: StatedBy,
}

/// What makes inputs of a parameter file.
#[derive(Debug)]
pub enum StatedBy {
    /// The file alone.
    Itself,
    /// A command of a script, with further files and values, or with values alone.
    Command {
        /// The environment's name, where that is known by another thing than the file's path.
        environment: Option<String>,
        /// The paths of the script and of the files that the command names.
        files: Vec<String>,
    },
}

impl ParameterFile {
    /// The paths of the files that the inputs are in.
    pub(crate) fn files(&self) -> &[String] {
        match &self.by {
            StatedBy::Itself => std::slice::from_ref(&self.path),
            StatedBy::Command { files, .. } => files,
        }
    }
}

fn is_bicep(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".bicep")
}

fn is_bicepparam(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".bicepparam")
}

/// Reads the parameter file at `path`; `None` where it is none.
#[must_use]
pub(crate) fn read_parameters(path: &str, sources: &Sources) -> Option<ParameterFile> {
    let (file, reads) = reads::recorded(|| parameters_at(path, sources));
    file.map(|file| ParameterFile { reads, ..file })
}

fn parameters_at(path: &str, sources: &Sources) -> Option<ParameterFile> {
    let file = match sources.load(path) {
        Ok(file) => file,
        Err(error) => {
            let diagnostic = Diagnostic::new(Severity::Error, "unreadable", error.to_string()).about(path);
            let inputs = ParameterInputs::Values(IndexMap::new());
            let (path, diagnostics) = (path.to_owned(), vec![diagnostic]);
            let reads = Reads::default();
            return Some(ParameterFile {
                path,
                template: None,
                extends: Vec::new(),
                inputs,
                stated: true,
                shaped: true,
                diagnostics,
                reads,
                by: StatedBy::Itself,
            });
        }
    };
    if is_bicepparam(path) {
        let read = cmklint_bicep::parse_parameters(&file, sources);
        let inputs = ParameterInputs::Expressions(read.scope, read.assignments);
        return Some(ParameterFile {
            path: path.to_owned(),
            template: read.template,
            extends: read.extends,
            inputs,
            stated: true,
            shaped: true,
            diagnostics: read.diagnostics,
            reads: Reads::default(),
            by: StatedBy::Itself,
        });
    }
    let text = file.text();
    let shaped = match cmklint_arm::classify(text) {
        JsonKind::Parameters => true,
        JsonKind::Other if file_name(path).to_ascii_lowercase().contains("param") && cmklint_arm::is_plain(text) => {
            false
        }
        JsonKind::Other | JsonKind::Template => return None,
    };
    let read = cmklint_arm::parse_parameters(&file);
    let stated = text.contains("$schema") || text.contains("contentVersion");
    if !stated && !read.diagnostics.is_empty() {
        return None;
    }
    Some(ParameterFile {
        path: path.to_owned(),
        template: read.template,
        extends: Vec::new(),
        inputs: ParameterInputs::Values(read.values),
        stated,
        shaped,
        diagnostics: read.diagnostics,
        reads: Reads::default(),
        by: StatedBy::Itself,
    })
}

#[cfg(test)]
mod tests {
    use super::imports;

    #[test]
    fn a_path_with_a_colon_is_of_the_tree_unless_it_begins_as_one_of_a_registry() {
        let text = "import { a } from './types:v1.bicep'\nimport { b } from 'br/public:avm/utl/types:0.5.1'\nextends '../ts:shared.bicepparam'\nusing 'ts:00000000/rg/spec:1'";
        assert_eq!(imports("apps/main.bicep", text), ["apps/types:v1.bicep", "ts:shared.bicepparam"]);
    }
}
