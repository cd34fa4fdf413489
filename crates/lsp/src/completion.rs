//! Completion: the sets, keys and vaults of the workspace, at properties that name one.

use std::path::{Path, PathBuf};

use cmklint_graph::{Kind, Presence, Read, Resource};
use cmklint_rules::{MappedKind, MappedResource};
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use lsp_server::RequestId;
use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, Position, Range, TextEdit};

use crate::positions::Encoding;
use crate::snapshot::{Folder, Snapshot};
use crate::typed::{self, Language, Typed, Wanted};

/// The most items of an answer.
const MOST: usize = 200;

/// A request for completion.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The request.
    pub(crate) id: RequestId,
    /// The document.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
    /// Where it is completed.
    pub(crate) position: Position,
    /// The unit of columns.
    pub(crate) encoding: Encoding,
    /// What is being typed there.
    pub(crate) typed: Typed,
}

impl Ask {
    /// The request `id` at `position` of the document at `path`; `None` where nothing of ours can stand there.
    pub(crate) fn new(
        id: RequestId,
        path: PathBuf,
        text: &str,
        position: Position,
        encoding: Encoding,
    ) -> Option<Self> {
        let typed = typed::at(text, encoding.offset(text, position), Language::of(&path)?)?;
        Some(Self { id, path, text: text.to_owned(), position, encoding, typed })
    }

    /// The text with a value that says nothing in place of the one that is being typed, so that the rest can be read.
    pub(crate) fn readable(&self) -> String {
        let nothing = if Language::of(&self.path) == Some(Language::Json) { "\"\"" } else { "null" };
        let mut text = self.text.clone();
        text.replace_range(self.typed.range.clone(), nothing);
        text
    }
}

/// What can stand where `ask` is, by what `snapshot` has.
pub(crate) fn items(snapshot: &Snapshot, ask: &Ask) -> Vec<CompletionItem> {
    let Ask { path, text, typed, encoding, position, .. } = ask;
    let Some(language) = Language::of(path) else { return Vec::new() };
    let line = text[..typed.range.start].rfind('\n').map_or(0, |end| end + 1);
    let column = |at: usize| Position { line: position.line, character: encoding.length(&text[line..at]) };
    let range = Range { start: column(typed.range.start), end: column(typed.range.end) };
    let mut items: Vec<CompletionItem> = Vec::new();
    for folder in &snapshot.folders {
        let here = Here { folder, path, language, around: around(folder, path, *position, *encoding) };
        for resource in folder.map.resources.iter().filter(|resource| typed.wanted.is(resource.kind)) {
            for spelling in here.spellings(resource, typed.wanted) {
                if items.len() < MOST && !items.iter().any(|item| item.label == spelling.code) {
                    items.push(here.item(resource, spelling, typed, range));
                }
            }
        }
    }
    items
}

/// The resource of the estate whose declaration is at `position`, as the text was when it was analyzed.
fn around<'s>(folder: &'s Folder, path: &Path, position: Position, encoding: Encoding) -> Option<&'s Resource> {
    let file = folder.source(path)?;
    let at = u32::try_from(encoding.offset(file.text(), position)).ok()?;
    let is_here =
        |found: &&MappedResource| found.whole.file == file.id() && found.whole.start <= at && at <= found.whole.end;
    let inner = folder.map.resources.iter().filter(is_here).min_by_key(|found| found.whole.end - found.whole.start)?;
    folder.report.outcome.estate.resource(inner.node)
}

/// A way to name a resource.
struct Spelling {
    /// As it is shown.
    code: String,
    /// As it is written where no quote is open.
    text: String,
    /// Whether it is a reference, and not a text that says the same.
    refers: bool,
}

/// The document that is completed, in a folder.
struct Here<'s> {
    folder: &'s Folder,
    path: &'s Path,
    language: Language,
    around: Option<&'s Resource>,
}

impl Here<'_> {
    /// How the code here can name `mapped`.
    fn spellings(&self, mapped: &MappedResource, wanted: Wanted) -> Vec<Spelling> {
        let estate = &self.folder.report.outcome.estate;
        let Some(resource) = estate.resource(mapped.node) else { return Vec::new() };
        if mapped.presence == Presence::ByMachine {
            return Vec::new();
        }
        if self.is_beside(mapped, resource) {
            let reads: &[Read] =
                if wanted == Wanted::Key { &[Read::VersionedKeyUrl, Read::KeyUrl] } else { &[Read::Id] };
            return reads.iter().filter_map(|read| self.reference(resource, *read)).collect();
        }
        let text = match wanted {
            Wanted::Key => key_url(mapped, resource),
            _ => estate.id_of(mapped.node).as_str().map(str::to_owned),
        };
        // What can't be told from code stays out of texts: a quote, an interpolation.
        let fits = |text: &String| !text.chars().any(|c| c.is_control() || "'\"\\$%{}[]".contains(c));
        let quote = if self.language == Language::Bicep { '\'' } else { '"' };
        let spelled = text.filter(fits).map(|text| format!("{quote}{text}{quote}"));
        spelled.map(|code| Spelling { text: code.clone(), code, refers: false }).into_iter().collect()
    }

    /// Whether the code here and `mapped` are in one module or template.
    fn is_beside(&self, mapped: &MappedResource, resource: &Resource) -> bool {
        let Some((_, path)) = self.folder.file(mapped.span) else { return false };
        let is_in_scope = match self.around {
            Some(around) => resource.levels_below(around) == Some(0),
            // The text around is broken, or new: a nested deployment's resources can't be told from the template's.
            None => self.language != Language::Json || resource.calls.is_empty(),
        };
        let is_near = match self.language {
            Language::Terraform => path.parent() == self.path.parent(),
            Language::Bicep | Language::Json => path == self.path,
        };
        is_near && is_in_scope && Language::of(&path) == Some(self.language)
    }

    fn reference(&self, resource: &Resource, read: Read) -> Option<Spelling> {
        if self.language != Language::Json {
            let code = resource.expression(read)?;
            return Some(Spelling { text: code.clone(), code, refers: true });
        }
        let (file, _) = self.folder.file(resource.whole)?;
        let declaration = file.text().get(resource.whole.start as usize..resource.whole.end as usize)?;
        let names = names_in_json(declaration, resource.names.len())?;
        let id = format!("resourceId('{}', {names})", resource.kind);
        let code = match read {
            Read::Id => format!("[{id}]"),
            Read::KeyUrl => format!("[reference({id}).keyUri]"),
            Read::VersionedKeyUrl => format!("[reference({id}).keyUriWithVersion]"),
            Read::Principal => return None,
        };
        Some(Spelling { text: format!("\"{}\"", code.replace('\\', "\\\\").replace('"', "\\\"")), code, refers: true })
    }

    fn item(&self, mapped: &MappedResource, spelling: Spelling, typed: &Typed, range: Range) -> CompletionItem {
        let region = mapped.region.text().map(|region| format!(" in {region}")).unwrap_or_default();
        let place = self.folder.file(mapped.span).map(|(file, _)| file.path().to_owned()).unwrap_or_default();
        let detail = cmklint_report::log_line(&format!("{}{region}, {place}", mapped.kind.in_words()));
        let same_region = |around: &Resource| match &around.location.kind {
            Kind::String(text) => mapped.region.text().is_some_and(|region| region.eq_ignore_ascii_case(text)),
            _ => false,
        };
        let is_near = self.around.is_some_and(same_region);
        let rank = u8::from(!spelling.refers) * 2 + u8::from(!is_near);
        // What the client filters by begins with what is there already: a quote, or nothing.
        let filter = match typed.quote {
            Some(quote) if !spelling.text.starts_with(quote) => format!("{quote}{}", spelling.text),
            _ => spelling.text.clone(),
        };
        CompletionItem {
            sort_text: Some(format!("{rank}{}", spelling.code)),
            label: spelling.code,
            kind: Some(CompletionItemKind::REFERENCE),
            detail: Some(detail),
            filter_text: Some(filter),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: spelling.text })),
            ..CompletionItem::default()
        }
    }
}

/// The names of the resource that the JSON text `declaration` declares, as arguments of `resourceId`: as they are written there, since a parameter may have another value than its default. `None` where they aren't `number`.
fn names_in_json(declaration: &str, number: usize) -> Option<String> {
    // The parser of trees bounds nesting.
    let tree = parse_to_ast(declaration, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    let Some(ast::Value::Object(object)) = &tree.value else { return None };
    let name = &object.get_string("name")?.value;
    let expression =
        name.strip_prefix('[').filter(|rest| !rest.starts_with('[')).and_then(|rest| rest.strip_suffix(']'));
    match expression {
        // One expression is one name; copies and names of several parts are left out.
        Some(code) => (number == 1 && !code.contains("copyIndex")).then(|| code.trim().to_owned()),
        None => {
            let names: Vec<String> = name.split('/').map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
            (names.len() == number).then(|| names.join(", "))
        }
    }
}

/// The URL of a key of a vault in the public cloud, without a version.
fn key_url(mapped: &MappedResource, resource: &Resource) -> Option<String> {
    let [vault, key] = resource.names.as_slice() else { return None };
    let region = mapped.region.text().unwrap_or_default().to_lowercase();
    let is_public = !["china", "usgov", "usdod"].iter().any(|cloud| region.starts_with(cloud));
    let of_vault = mapped.kind == MappedKind::Key && resource.kind.folded().starts_with("microsoft.keyvault/vaults/");
    (is_public && of_vault).then_some(())?;
    Some(format!("https://{}.vault.azure.net/keys/{}", vault.as_str()?, key.as_str()?))
}
