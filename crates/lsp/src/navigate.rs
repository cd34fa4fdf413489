//! Hover, definitions, references, symbols and lenses: the estate's map, for a position in a text.

use std::collections::BTreeSet;
use std::path::Path;

use cmklint_graph::{NodeId, Presence};
use cmklint_rules::{MappedEdge, MappedKind, MappedResource, MappedRole, MappedTarget, MappedValue};
use cmklint_source::Span;
use lsp_types::{
    CodeLens, Command, DocumentSymbol, Hover, HoverContents, Location, MarkupContent, MarkupKind, OneOf, Position,
    SymbolKind, WorkspaceSymbol,
};

use crate::paths::uri_of;
use crate::positions::Encoding;
use crate::snapshot::{Folder, Snapshot};

/// The most symbols of a workspace that are sent.
const MAX_SYMBOLS: usize = 1000;

/// What is at a position.
struct Here<'s> {
    folder: &'s Folder,
    /// The edges whose property is at the position.
    edges: Vec<&'s MappedEdge>,
    /// The resource whose declaration contains the position.
    resource: Option<&'s MappedResource>,
}

fn holds(span: Span, file: cmklint_source::FileId, offset: u32) -> bool {
    span.file == file && span.start <= offset && offset <= span.end
}

/// What is at `position` of the file at `path`, in the first folder that has something there.
fn here<'s>(snapshot: &'s Snapshot, path: &Path, position: Position, encoding: Encoding) -> Option<Here<'s>> {
    snapshot.folders.iter().find_map(|folder| {
        let file = folder.source(path)?;
        let offset = u32::try_from(encoding.offset(file.text(), position)).ok()?;
        let edges: Vec<_> = folder.map.edges.iter().filter(|edge| holds(edge.span, file.id(), offset)).collect();
        let declared = folder.map.resources.iter().filter(|resource| holds(resource.whole, file.id(), offset));
        let resource = declared.min_by_key(|resource| resource.whole.end - resource.whole.start);
        (resource.is_some() || !edges.is_empty()).then_some(Here { folder, edges, resource })
    })
}

fn location(folder: &Folder, span: Span, encoding: Encoding) -> Option<Location> {
    let (file, path) = folder.file(span)?;
    Some(Location { uri: uri_of(&path)?, range: encoding.range(&file, span) })
}

/// The resolved properties of a resource.
pub(crate) fn hover(snapshot: &Snapshot, path: &Path, position: Position, encoding: Encoding) -> Option<Hover> {
    let here = here(snapshot, path, position, encoding)?;
    let mut shown: Vec<&MappedResource> = Vec::new();
    for edge in &here.edges {
        if let MappedTarget::Node(node) = edge.to {
            shown.extend(here.folder.map.resource(node));
        }
    }
    if shown.is_empty() {
        shown.extend(here.resource);
    }
    shown.dedup_by_key(|resource| resource.node);
    let text: Vec<String> = shown.into_iter().map(|resource| described(here.folder, resource)).collect();
    if text.is_empty() {
        return None;
    }
    let value = text.join("\n\n---\n\n");
    Some(Hover { contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }), range: None })
}

fn described(folder: &Folder, resource: &MappedResource) -> String {
    let mut lines = vec![format!("**{}** {}", resource.kind.in_words(), code(&resource.address))];
    if resource.presence == Presence::Existing {
        lines.push("exists already: the code only names it".to_owned());
    }
    if !resource.when.is_empty() {
        lines.push(format!("when {}", code(&resource.when)));
    }
    let mut fact = |title: &str, value: &MappedValue| {
        if !value.cases.is_empty() {
            let unknown = value.cases.iter().all(|case| case.text.is_none());
            let note = if unknown { " *(known at the deployment only)*" } else { "" };
            lines.push(format!("- {title}: {}{note}{}", code(&value.in_words()), origin(folder, value)));
        }
    };
    fact("name", &resource.name);
    fact("region", &resource.region);
    fact("subscription", &resource.subscription);
    fact("resource group", &resource.resource_group);
    led_to(folder, resource.node, &mut lines, 1);
    lines.join("\n")
}

/// Where a value was written, if that is outside of the resource.
fn origin(folder: &Folder, value: &MappedValue) -> String {
    let Some(span) = value.cases.first().and_then(|case| case.steps.first()).map(|(span, _)| *span) else {
        return String::new();
    };
    let Some((file, _)) = folder.file(span) else { return String::new() };
    format!(" — {}", code(&format!("{}:{}", file.path(), file.lines().line(span.start))))
}

/// The resources that `node` refers to, and those that these refer to.
fn led_to(folder: &Folder, node: NodeId, lines: &mut Vec<String>, depth: usize) {
    for edge in folder.map.from(node) {
        let indent = "  ".repeat(depth - 1);
        let when = if edge.when.is_empty() { String::new() } else { format!(" when {}", code(&edge.when)) };
        match &edge.to {
            MappedTarget::Id(id) => lines.push(format!("{indent}- {} {}{when}", edge.role.in_words(), code(id))),
            MappedTarget::Node(to) => {
                let Some(target) = folder.map.resource(*to) else { continue };
                let region = target.region.text().map(|text| format!(" in {}", code(text))).unwrap_or_default();
                lines.push(format!("{indent}- {} {}{region}{when}", edge.role.in_words(), code(&target.address)));
                if depth < 4 && edge.role != MappedRole::Attaches {
                    led_to(folder, *to, lines, depth + 1);
                }
            }
        }
    }
}

/// `text` of the analyzed tree as Markdown code.
fn code(text: &str) -> String {
    format!("`{}`", cmklint_report::log_line(text).replace('`', "'"))
}

/// The target of the property at a position; else the targets of the resource there.
pub(crate) fn definition(snapshot: &Snapshot, path: &Path, position: Position, encoding: Encoding) -> Vec<Location> {
    let Some(here) = here(snapshot, path, position, encoding) else { return Vec::new() };
    let map = &here.folder.map;
    let edges: Vec<&MappedEdge> = match here.resource {
        Some(resource) if here.edges.is_empty() => map.from(resource.node).collect(),
        _ => here.edges,
    };
    let mut spans = BTreeSet::new();
    for edge in edges {
        if let MappedTarget::Node(node) = edge.to {
            spans.extend(map.resource(node).map(|target| target.span));
        }
    }
    spans.into_iter().filter_map(|span| location(here.folder, span, encoding)).collect()
}

/// The properties that refer to the resource at a position, or to the target of the property there.
pub(crate) fn references(snapshot: &Snapshot, path: &Path, position: Position, encoding: Encoding) -> Vec<Location> {
    let Some(here) = here(snapshot, path, position, encoding) else { return Vec::new() };
    let mut nodes: Vec<NodeId> = here.edges.iter().filter_map(|edge| node(&edge.to)).collect();
    if nodes.is_empty() {
        nodes.extend(here.resource.map(|resource| resource.node));
    }
    let spans: BTreeSet<Span> = nodes.iter().flat_map(|node| here.folder.map.to(*node)).map(|edge| edge.span).collect();
    spans.into_iter().filter_map(|span| location(here.folder, span, encoding)).collect()
}

fn node(target: &MappedTarget) -> Option<NodeId> {
    if let MappedTarget::Node(node) = target { Some(*node) } else { None }
}

/// How many disks use each set that the file at `path` declares.
pub(crate) fn lenses(snapshot: &Snapshot, path: &Path, encoding: Encoding) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for folder in &snapshot.folders {
        let Some(file) = folder.source(path) else { continue };
        let sets = folder.map.resources.iter().filter(|resource| {
            resource.kind == MappedKind::EncryptionSet && resource.span.file == file.id() && resource.presence.is_made()
        });
        for set in sets {
            let users: BTreeSet<NodeId> = folder
                .map
                .to(set.node)
                .filter(|edge| edge.role == MappedRole::EncryptedWith)
                .map(|edge| edge.from)
                .collect();
            let users: Vec<&MappedResource> = users.iter().filter_map(|node| folder.map.resource(*node)).collect();
            let regions: BTreeSet<String> = users.iter().map(|user| user.region.in_words().to_lowercase()).collect();
            let title = match users.len() {
                0 => "nothing here is encrypted with this set".to_owned(),
                count => format!("{count} encrypted with this set, in {}", regions_in_words(&regions)),
            };
            lenses.push(CodeLens {
                range: encoding.range(&file, set.span),
                command: Some(Command { title, command: String::new(), arguments: None }),
                data: None,
            });
        }
    }
    lenses
}

fn regions_in_words(regions: &BTreeSet<String>) -> String {
    match regions.len() {
        1 => regions.first().map(|region| cmklint_report::log_line(region)).unwrap_or_default(),
        count => format!("{count} regions"),
    }
}

/// The resources around keys and encrypted disks that the file at `path` declares.
#[allow(deprecated)] // the protocol's type has a field of its former version
pub(crate) fn document_symbols(snapshot: &Snapshot, path: &Path, encoding: Encoding) -> Vec<DocumentSymbol> {
    let mut symbols = Vec::new();
    for folder in &snapshot.folders {
        let Some(file) = folder.source(path) else { continue };
        for resource in folder.map.resources.iter().filter(|resource| resource.whole.file == file.id()) {
            let range = encoding.range(&file, resource.whole);
            let inside = resource.span.file == file.id()
                && resource.whole.start <= resource.span.start
                && resource.span.end <= resource.whole.end;
            symbols.push(DocumentSymbol {
                name: cmklint_report::log_line(&resource.address),
                detail: Some(resource.kind.in_words().to_owned()),
                kind: symbol_kind(resource.kind),
                tags: None,
                deprecated: None,
                range,
                selection_range: if inside { encoding.range(&file, resource.span) } else { range },
                children: None,
            });
        }
    }
    symbols.sort_by_key(|symbol| (symbol.range.start.line, symbol.range.start.character));
    symbols.dedup_by(|a, b| a.name == b.name && a.range == b.range);
    symbols
}

/// The resources of the workspace whose address contains `query`.
pub(crate) fn workspace_symbols(snapshot: &Snapshot, query: &str, encoding: Encoding) -> Vec<WorkspaceSymbol> {
    let query = query.to_lowercase();
    let resources = snapshot.folders.iter().flat_map(|folder| {
        folder.map.resources.iter().filter(|r| r.presence != Presence::ByMachine).map(move |r| (folder, r))
    });
    let found = resources.filter(|(_, resource)| resource.address.to_lowercase().contains(&query));
    let symbols = found.filter_map(|(folder, resource)| {
        Some(WorkspaceSymbol {
            name: cmklint_report::log_line(&resource.address),
            kind: symbol_kind(resource.kind),
            tags: None,
            container_name: Some(cmklint_report::log_line(resource.deployment.root.path())),
            location: OneOf::Left(location(folder, resource.span, encoding)?),
            data: None,
        })
    });
    symbols.take(MAX_SYMBOLS).collect()
}

fn symbol_kind(kind: MappedKind) -> SymbolKind {
    match kind {
        MappedKind::Key => SymbolKind::KEY,
        MappedKind::Vault | MappedKind::ManagedHsm => SymbolKind::NAMESPACE,
        MappedKind::EncryptionSet => SymbolKind::CLASS,
        _ => SymbolKind::OBJECT,
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    const PIECES: &[&str] = &[
        "`",
        "``",
        "\n",
        "\n\n",
        "\r",
        "\t",
        "    ",
        "# ",
        "- ",
        "1. ",
        "> ",
        "---",
        "***",
        "| a | b |",
        "<img src=x onerror=y>",
        "<!--",
        "-->",
        "&lt;",
        "&",
        "[a](command:x)",
        "![a](https://e.example)",
        "[^1]",
        "https://e.example",
        "www.e.example",
        "a@b.example",
        "*",
        "_",
        "~~",
        "$x$",
        "\\",
        "\u{202e}",
        "\u{200b}",
        "\u{1b}[31m",
        "\u{0}",
        "ä",
        "disk",
        " ",
    ];

    #[test]
    fn text_of_the_tree_is_no_markup_in_a_hover() {
        let mut rng = fastrand::Rng::with_seed(7);
        for _ in 0..5_000 {
            let text: String = (0..rng.usize(0..8)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect();
            let markdown = format!("**disk** {}\nwhen {}\n- name: {}", code(&text), code(&text), code(&text));
            let (mut strong, mut items) = (0, 0);
            for event in Parser::new_ext(&markdown, Options::all()) {
                match event {
                    Event::Start(Tag::Strong) => strong += 1,
                    Event::Start(Tag::Item) => items += 1,
                    Event::Start(Tag::Paragraph | Tag::List(None))
                    | Event::End(TagEnd::Paragraph | TagEnd::List(false) | TagEnd::Strong | TagEnd::Item)
                    | Event::SoftBreak => {}
                    Event::Text(words) | Event::Code(words) => {
                        let unseen = |c: char| c.is_control() || matches!(c, '\u{200b}' | '\u{202e}');
                        assert!(!words.contains(unseen), "{words:?} of {text:?}");
                    }
                    other => panic!("{other:?} in {markdown:?}"),
                }
            }
            assert_eq!((strong, items), (1, 1), "{markdown:?}");
        }
    }
}
