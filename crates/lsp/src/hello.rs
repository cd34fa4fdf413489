//! What client and server can, as they tell each other at the start.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeParams, OneOf, SemanticTokensFullOptions,
    SemanticTokensOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::paths::path_of;
use crate::positions::Encoding;
use crate::{commands, tokens};

/// After these characters a client asks for completion by itself: where a value begins, and inside a reference.
const TRIGGERS: [&str; 6] = ["=", ":", " ", "'", "\"", "."];

pub(crate) fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL]),
            ..CodeActionOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: tokens::legend(),
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::ALL.map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

/// The folders that the client has open.
#[allow(deprecated)] // older clients have one root, and no list of folders
pub(crate) fn folders(params: &InitializeParams) -> BTreeSet<PathBuf> {
    let listed = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut folders: BTreeSet<PathBuf> = listed.filter_map(path_of).collect();
    if folders.is_empty() {
        folders.extend(params.root_uri.as_ref().and_then(path_of));
    }
    folders
}

/// Whether the client can tell of changes on disk.
pub(crate) fn watches(params: &InitializeParams) -> bool {
    let workspace = params.capabilities.workspace.as_ref();
    let watching = workspace.and_then(|workspace| workspace.did_change_watched_files);
    watching.and_then(|watching| watching.dynamic_registration) == Some(true)
}

/// Whether the client shows progress.
pub(crate) fn shows_progress(params: &InitializeParams) -> bool {
    params.capabilities.window.as_ref().and_then(|window| window.work_done_progress) == Some(true)
}

/// Whether the client can show a document that the server names.
pub(crate) fn shows_documents(params: &InitializeParams) -> bool {
    let window = params.capabilities.window.as_ref();
    window.and_then(|window| window.show_document.as_ref()).is_some_and(|shows| shows.support)
}

/// Whether the client takes edits of certain versions of documents.
pub(crate) fn knows_versions(params: &InitializeParams) -> bool {
    let workspace = params.capabilities.workspace.as_ref();
    let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
    edits.and_then(|edits| edits.document_changes) == Some(true)
}
