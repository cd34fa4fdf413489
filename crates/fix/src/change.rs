//! The edits of each kind of change.

use std::ops::Range;

use cmklint_graph::Literal;
use cmklint_rules::Change;
use cmklint_source::Span;

use crate::Edit;
use crate::language::Language;
use crate::literal::rewritten;
use crate::node::{Holds, SyntaxNode};
use crate::place::{EditedText, Nested};
use crate::tree::TextFacts;

/// The edits of `text`, a file of `language`, that make `change`, whose places are in it. `None` where that is not possible in this text. `facts` are those of this text and
/// no other.
#[must_use]
pub fn edits(change: &Change, text: &str, language: Language, facts: &TextFacts) -> Option<Vec<Edit>> {
    let source = EditedText { text, language, facts };
    let root = || facts.root(language, text);
    let edit = match change {
        Change::Write { at, from, to } => write(&source, &bytes(*at), from, to)?,
        Change::Read { at, from, to } => reread(&source, &bytes(*at), from, to)?,
        Change::Add { declaration, kind, path, to } => {
            let way = root()?.way_to(&bytes(*declaration));
            add(&source, &way, kind, path, to)?
        }
        Change::Remove { declaration, at } => remove(&source, root()?, *declaration, at)?,
        Change::Wait { declaration, line } => wait(&source, &root()?.way_to(&bytes(*declaration)), line)?,
    };
    Some(vec![edit])
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

fn write(source: &EditedText<'_>, at: &Range<usize>, from: &Literal, to: &Literal) -> Option<Edit> {
    let new = rewritten(source.at(at.clone()), source.language, from, to)?;
    Some(Edit::new(at.clone(), new))
}

/// The last name of the expression at `at`, where it is that of the attribute.
fn reread(source: &EditedText<'_>, at: &Range<usize>, from: &str, to: &str) -> Option<Edit> {
    let written = source.at(at.clone());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let (old, new) = if source.language.is_terraform() {
        let kind = written.split(|c: char| !is_name(c)).find(|word| word.starts_with("azurerm_"))?;
        (cmklint_terraform::attribute(kind, from)?, cmklint_terraform::attribute(kind, to)?)
    } else {
        (from.rsplit('.').next()?, to.rsplit('.').next()?)
    };
    let old_read = format!(".{old}");
    let mut places = written
        .match_indices(&old_read)
        .filter(|(place, found)| !written.get(place + found.len()..).is_some_and(|rest| rest.starts_with(is_name)));
    let (place, _) = places.next()?;
    if places.next().is_some() {
        return None;
    }
    let start = at.start + place + 1;
    Some(Edit::new(start..start + old.len(), new))
}

/// Adds the property at `path` to the innermost declaration of `way`, a resource of the type `kind`.
fn add(source: &EditedText<'_>, way: &[&SyntaxNode], kind: &str, path: &str, to: &Literal) -> Option<Edit> {
    let (mut holder, path, has_blocks) = holder(source.language, way, kind, path)?;
    let names: Vec<&str> = path.split('.').collect();
    let mut rest = names.as_slice();
    while let [name, deeper @ ..] = rest
        && let Some(inner) = holder.child(name)
    {
        if deeper.is_empty() || inner.holds != Holds::Object {
            return None; // it is there already, in another form
        }
        (holder, rest) = (inner, deeper);
    }
    if has_blocks && rest.len() > 1 {
        return None;
    }
    source.put(holder, &Nested { names: rest, value: source.language.literal(to) })
}

/// The node that contains the properties of the innermost declaration of `way`, the names there that ARM's `path` has, and whether it consists of blocks instead of objects.
fn holder<'n>(
    language: Language,
    way: &[&'n SyntaxNode],
    kind: &str,
    path: &str,
) -> Option<(&'n SyntaxNode, String, bool)> {
    let at = way.iter().rposition(|node| node.holds == Holds::Object && node.is_declaration)?;
    let node = *way.get(at)?;
    let terraform = match language {
        Language::Hcl => node.labels.first().filter(|_| node.name == "resource")?,
        Language::HclJson => &way.get(at.checked_sub(1)?)?.name,
        Language::Json => return Some((node, path.to_owned(), false)),
        Language::Bicep => {
            // A nested resource states only the last part of its type; a module is no resource.
            let own = node.labels.first()?.split('@').next()?;
            let is_it = kind.to_ascii_lowercase().ends_with(&own.to_ascii_lowercase());
            return is_it.then(|| (node, path.to_owned(), false));
        }
    };
    if terraform.starts_with("azapi_") {
        return Some((node.child("body")?, path.to_owned(), false));
    }
    let argument = *cmklint_terraform::arguments(terraform, path).first()?;
    Some((node, argument.to_owned(), true))
}

fn remove(source: &EditedText<'_>, root: &SyntaxNode, declaration: Span, at: &[Span]) -> Option<Edit> {
    let whole = bytes(declaration);
    for place in at.iter().map(|span| bytes(*span)) {
        let way = root.way_to(&place);
        let is_it = |node: &&&SyntaxNode| [&node.name_range, &node.value, &node.range].contains(&&place);
        let Some(node) = way.iter().skip(1).find(is_it) else { continue };
        if node.range == whole || node.is_declaration && node.name_range == place && source.language == Language::Hcl {
            let named = names_of(source.language, node);
            let outside = [source.at(0..node.range.start), source.at(node.range.end..source.text.len())];
            if named.is_empty() || outside.iter().any(|text| mentions(text, &named)) {
                return None;
            }
        }
        return Some(source.take(node.range.clone()));
    }
    None
}

/// The name by which other code refers to the declaration `node`.
fn names_of(language: Language, node: &SyntaxNode) -> String {
    match language {
        Language::Hcl if node.labels.len() >= 2 => node.labels.join("."),
        // A block within a declaration has no name.
        Language::Hcl => "\0".to_owned(),
        Language::Bicep => node.name.clone(),
        Language::HclJson | Language::Json => "\0".to_owned(),
    }
}

/// Whether `text` has `name` as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// Adds the item of `line`, which is `name = [item]` in the language's own way, to the innermost declaration of `way`.
fn wait(source: &EditedText<'_>, way: &[&SyntaxNode], line: &str) -> Option<Edit> {
    let node = way.iter().rfind(|node| node.holds == Holds::Object && node.is_declaration)?;
    let (name, item) = line.split_once('[')?;
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let item = item.strip_suffix(']')?;
    match node.child(name) {
        Some(list) if list.holds == Holds::Array => source.put(list, &Nested { names: &[], value: item.to_owned() }),
        Some(_) => None,
        None => source.put(node, &Nested { names: &[name], value: format!("[{item}]") }),
    }
}
