//! Fixes as code actions: one for each finding, and all that are safe at once.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use cmklint_cli::analyzer::Analyzer;
use cmklint_cli::fixes::Fix;
use cmklint_rules::{Finding, Safety};
use lsp_server::RequestId;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, DocumentChanges, NumberOrString,
    OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::commands;
use crate::diagnostics::SOURCE;
use crate::paths::{path_of, uri_of};
use crate::positions::Encoding;
use crate::snapshot::{Folder, Snapshot};

/// A request for code actions.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The request.
    pub(crate) id: RequestId,
    /// What it asks for.
    pub(crate) params: CodeActionParams,
    /// The actions that are known already.
    pub(crate) actions: Vec<CodeActionOrCommand>,
    /// The unit of columns.
    pub(crate) encoding: Encoding,
    /// What the client can do with an action.
    pub(crate) client: Client,
}

/// What a client can do with an action.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Client {
    /// It can open a place that it is told of.
    pub(crate) opens: bool,
    /// It takes edits of a certain version of a document, and refuses them for another one.
    pub(crate) knows_versions: bool,
}

/// How edits are written for a client.
struct How<'s> {
    encoding: Encoding,
    knows_versions: bool,
    snapshot: &'s Snapshot,
}

impl How<'_> {
    /// The edits by the file's path. Each names the version of the text that was analyzed, where the client knows versions.
    #[allow(clippy::mutable_key_type)] // the protocol's own type: a map from URIs
    fn edit(&self, changes: BTreeMap<PathBuf, Vec<TextEdit>>) -> Option<WorkspaceEdit> {
        if !self.knows_versions {
            let changes: Option<HashMap<Uri, Vec<TextEdit>>> =
                changes.into_iter().map(|(path, edits)| Some((uri_of(&path)?, edits))).collect();
            return Some(WorkspaceEdit { changes: Some(changes?), ..WorkspaceEdit::default() });
        }
        let edits = changes.into_iter().map(|(path, edits)| {
            let version = self.snapshot.versions.get(&path).copied();
            let text_document = OptionalVersionedTextDocumentIdentifier { uri: uri_of(&path)?, version };
            Some(TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() })
        });
        let edits: Option<Vec<TextDocumentEdit>> = edits.collect();
        Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(edits?)), ..WorkspaceEdit::default() })
    }
}

/// Diagnostics of one request that fixes are looked for, at most.
const MOST: usize = 8;

/// The actions of `ask`: those that it has, and fixes of the findings of `snapshot`.
pub(crate) fn actions(ask: Ask, snapshot: &Snapshot, analyzer: &Analyzer) -> Vec<CodeActionOrCommand> {
    let Ask { params, actions: known, encoding, client, .. } = ask;
    let how = How { encoding, knows_versions: client.knows_versions, snapshot };
    let (mut out, mut further) = (Vec::new(), Vec::new());
    let Some(path) = path_of(&params.text_document.uri) else { return known };
    let wants = |kind: &CodeActionKind| match &params.context.only {
        Some(only) => only.iter().any(|asked| is_within(kind, asked)),
        None => *kind == CodeActionKind::QUICKFIX,
    };
    if wants(&CodeActionKind::QUICKFIX) {
        let ours = params.context.diagnostics.iter().filter(|d| d.source.as_deref() == Some(SOURCE));
        for diagnostic in ours.take(MOST) {
            let Some((folder, finding)) = finding_of(diagnostic, &path, snapshot, encoding) else { continue };
            // A fix that can't be tried is none.
            let fixes = analyzer.fixes_of(&folder.invocation, &folder.report, finding).unwrap_or_default();
            out.extend(fixes.iter().enumerate().filter_map(|(at, fix)| action(fix, at == 0, diagnostic, folder, &how)));
            if client.opens {
                further.extend(commands::other_sides(finding, diagnostic, folder, encoding));
            }
            further.extend(commands::explanation(finding, diagnostic));
        }
        out.extend(known.into_iter().chain(further));
    }
    if params.context.only.is_some() && wants(&CodeActionKind::SOURCE_FIX_ALL) {
        out.extend(fix_all(&path, snapshot, analyzer, &how));
    }
    out
}

/// Whether actions of `kind` are among those of the kind `asked`, which may be a more general one.
fn is_within(kind: &CodeActionKind, asked: &CodeActionKind) -> bool {
    kind == asked || kind.as_str().strip_prefix(asked.as_str()).is_some_and(|rest| rest.starts_with('.'))
}

/// The finding that `diagnostic`, of the file at `path`, is of.
fn finding_of<'s>(
    diagnostic: &Diagnostic,
    path: &std::path::Path,
    snapshot: &'s Snapshot,
    encoding: Encoding,
) -> Option<(&'s Folder, &'s Finding)> {
    let Some(NumberOrString::String(rule)) = &diagnostic.code else { return None };
    snapshot.folders.iter().find_map(|folder| {
        let file = folder.source(path)?;
        let is_it = |finding: &&Finding| {
            let span = finding.primary.span;
            finding.rule.id == rule && span.file == file.id() && encoding.range(&file, span) == diagnostic.range
        };
        folder.report.outcome.findings.iter().find(is_it).map(|finding| (folder, finding))
    })
}

fn action(
    fix: &Fix,
    is_first: bool,
    diagnostic: &Diagnostic,
    folder: &Folder,
    how: &How<'_>,
) -> Option<CodeActionOrCommand> {
    let mut title = cmklint_report::log_line(&fix.title);
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    if fix.safety == Safety::Unsafe {
        title.push_str(" (unsafe: it may not be what is meant)");
    }
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        is_preferred: Some(is_first && fix.safety == Safety::Safe),
        edit: Some(edit(fix, folder, how)?),
        ..CodeAction::default()
    }))
}

fn edit(fix: &Fix, folder: &Folder, how: &How<'_>) -> Option<WorkspaceEdit> {
    let codebase = &folder.report.codebase;
    let mut changes: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for (path, edits) in &fix.edits {
        let file = codebase.sources.loaded(path)?;
        let edits = edits.iter().map(|edit| TextEdit {
            range: how.encoding.range(&file, file.span(edit.start, edit.end)),
            new_text: edit.text.clone(),
        });
        changes.insert(codebase.tree.root.join(cmklint_source::path_of_disk(path)), edits.collect());
    }
    how.edit(changes)
}

/// All safe fixes of the folder that `path` is in.
fn fix_all(
    path: &std::path::Path,
    snapshot: &Snapshot,
    analyzer: &Analyzer,
    how: &How<'_>,
) -> Option<CodeActionOrCommand> {
    let folder = snapshot.folders.iter().find(|folder| folder.source(path).is_some())?;
    let (report, _) = analyzer.analyze_after(&folder.invocation, None).ok()?;
    let fixed = analyzer.fix(&folder.invocation, report, Safety::Safe).ok()?;
    let root: &PathBuf = &folder.report.codebase.tree.root;
    let mut changes: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for (path, text) in &fixed.files {
        let file = folder.report.codebase.sources.loaded(path)?;
        let (start, end, new_text) = difference(&text.before, &text.after);
        let range = how.encoding.range(&file, file.span(start, end));
        let path = root.join(cmklint_source::path_of_disk(path));
        changes.insert(path, vec![TextEdit { range, new_text: new_text.to_owned() }]);
    }
    if changes.is_empty() {
        return None;
    }
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: "Fix all that is safe".to_owned(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(how.edit(changes)?),
        ..CodeAction::default()
    }))
}

/// The part of `before` that `after` has another text for, and that text.
fn difference<'a>(before: &str, after: &'a str) -> (usize, usize, &'a str) {
    let same = |pair: &((usize, char), char)| pair.0.1 == pair.1;
    let start: usize = before.char_indices().zip(after.chars()).take_while(same).map(|((_, c), _)| c.len_utf8()).sum();
    let (old, new) = (before.get(start..).unwrap_or(""), after.get(start..).unwrap_or(""));
    let end: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    (start, before.len() - end, new.get(..new.len() - end).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_what_lies_between_equal_ends() {
        assert_eq!(difference("a=1\nb=2\n", "a=1\nb=20\n"), (7, 7, "0"));
        assert_eq!(difference("äö", "äx"), (2, 4, "x"));
        assert_eq!(difference("aa", "aaa"), (2, 2, "a"));
        assert_eq!(difference("x", "x"), (1, 1, ""));
    }

    #[test]
    fn a_kind_is_within_the_more_general_ones() {
        assert!(is_within(&CodeActionKind::SOURCE_FIX_ALL, &CodeActionKind::SOURCE));
        assert!(is_within(&CodeActionKind::QUICKFIX, &CodeActionKind::QUICKFIX));
        assert!(!is_within(&CodeActionKind::QUICKFIX, &CodeActionKind::SOURCE));
    }
}
