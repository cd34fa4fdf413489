//! The code actions for a diagnostic: an ignore comment with a reason.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, NumberOrString, Position, Range,
    TextEdit, WorkspaceEdit,
};

use crate::diagnostics::SOURCE;

/// The actions for the diagnostics that the client asks about, in a document of text `text`. `is_rule` tells a rule's id.
#[allow(clippy::mutable_key_type)] // the protocol's own type: a map from URIs
pub(crate) fn actions(
    params: &CodeActionParams,
    text: &str,
    is_rule: &dyn Fn(&str) -> bool,
) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let marker = comment_marker(uri.as_str());
    let ours = params.context.diagnostics.iter().filter(|d| d.source.as_deref() == Some(SOURCE));
    let ignore = |diagnostic: &Diagnostic| {
        let NumberOrString::String(rule) = diagnostic.code.as_ref()? else { return None };
        // A syntax error can't be ignored.
        if !is_rule(rule) {
            return None;
        }
        let line = diagnostic.range.start.line;
        let code = text.lines().nth(line as usize)?;
        let indent: String = code.chars().take_while(|c| c.is_whitespace()).collect();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let at = Position { line, character: 0 };
        let new_text = format!("{indent}{marker} cmklint-ignore: {rule} # why it does not matter here{end}");
        let edit = TextEdit { range: Range { start: at, end: at }, new_text };
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: format!("Ignore {rule} here, with a reason"),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(WorkspaceEdit {
                changes: Some(HashMap::from([(uri.clone(), vec![edit])])),
                ..WorkspaceEdit::default()
            }),
            ..CodeAction::default()
        }))
    };
    ours.filter_map(ignore).collect()
}

/// The beginning of a comment in the language of the file at `uri`.
fn comment_marker(uri: &str) -> &'static str {
    let is_hcl = [".tf", ".tfvars", ".hcl", ".tofu"].iter().any(|ending| uri.ends_with(ending));
    if is_hcl { "#" } else { "//" }
}
