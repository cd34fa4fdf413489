//! Requests that the newest analysis and the open documents answer at once.

use std::path::PathBuf;

use lsp_server::{ErrorCode, Request, RequestId, Response};
use lsp_types::request::{
    CodeLensRequest, DocumentSymbolRequest, GotoDefinition, HoverRequest, References, Request as _,
    SemanticTokensFullRequest, SemanticTokensRangeRequest, WorkspaceSymbolRequest,
};
use lsp_types::{
    CodeLensParams, DocumentSymbolParams, GotoDefinitionParams, GotoDefinitionResponse, HoverParams, Position, Range,
    ReferenceParams, SemanticTokens, SemanticTokensParams, SemanticTokensRangeParams, TextDocumentPositionParams, Uri,
    WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::documents::Documents;
use crate::paths::path_of;
use crate::positions::Encoding;
use crate::snapshot::Snapshot;
use crate::{navigate, tokens};

/// What answers are made of.
pub(crate) struct Known<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) documents: &'s Documents,
    pub(crate) encoding: Encoding,
}

/// The answer to `request`; an error where there is no such request, or its parameters are broken.
pub(crate) fn answer(known: &Known<'_>, request: Request) -> Response {
    let Request { id, method, params } = request;
    let (snapshot, encoding) = (known.snapshot, known.encoding);
    match method.as_str() {
        HoverRequest::METHOD => with(id, params, |params: HoverParams| {
            let (path, position) = place(&params.text_document_position_params);
            path.and_then(|path| navigate::hover(snapshot, &path, position, encoding))
        }),
        GotoDefinition::METHOD => with(id, params, |params: GotoDefinitionParams| {
            let (path, position) = place(&params.text_document_position_params);
            let found = path.map(|path| navigate::definition(snapshot, &path, position, encoding));
            GotoDefinitionResponse::Array(found.unwrap_or_default())
        }),
        References::METHOD => with(id, params, |params: ReferenceParams| {
            let (path, position) = place(&params.text_document_position);
            path.map(|path| navigate::references(snapshot, &path, position, encoding)).unwrap_or_default()
        }),
        CodeLensRequest::METHOD => with(id, params, |params: CodeLensParams| {
            let path = path_of(&params.text_document.uri);
            path.map(|path| navigate::lenses(snapshot, &path, encoding)).unwrap_or_default()
        }),
        DocumentSymbolRequest::METHOD => with(id, params, |params: DocumentSymbolParams| {
            let path = path_of(&params.text_document.uri);
            path.map(|path| navigate::document_symbols(snapshot, &path, encoding)).unwrap_or_default()
        }),
        WorkspaceSymbolRequest::METHOD => with(id, params, |params: WorkspaceSymbolParams| {
            navigate::workspace_symbols(snapshot, &params.query, encoding)
        }),
        SemanticTokensFullRequest::METHOD => {
            with(id, params, |params: SemanticTokensParams| colors(known, &params.text_document.uri, None))
        }
        SemanticTokensRangeRequest::METHOD => with(id, params, |params: SemanticTokensRangeParams| {
            colors(known, &params.text_document.uri, Some(params.range))
        }),
        _ => Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("no such request: {method}")),
    }
}

fn place(params: &TextDocumentPositionParams) -> (Option<PathBuf>, Position) {
    (path_of(&params.text_document.uri), params.position)
}

/// The tokens of an open Bicep document.
fn colors(known: &Known<'_>, uri: &Uri, range: Option<Range>) -> Option<SemanticTokens> {
    let path = path_of(uri)?;
    let is_bicep = path.extension().is_some_and(|end| end == "bicep" || end == "bicepparam");
    let document = known.documents.get(&path).filter(|_| is_bicep)?;
    Some(tokens::tokens(&document.text, range, known.encoding))
}

/// The response to the request `id`: what `answer` makes of its parameters.
fn with<P: DeserializeOwned, R: Serialize>(id: RequestId, params: Value, answer: impl FnOnce(P) -> R) -> Response {
    match serde_json::from_value(params) {
        Ok(params) => Response::new_ok(id, answer(params)),
        Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}
