//! The conversation with the client.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, select, unbounded};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, LogMessage, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, CodeLensRequest, DocumentSymbolRequest, GotoDefinition, HoverRequest, References,
    RegisterCapability, Request as _, WorkspaceSymbolRequest,
};
use lsp_types::{
    CancelParams, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeLensOptions,
    CodeLensParams, DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentSymbolParams,
    FileSystemWatcher, GlobPattern, GotoDefinitionParams, GotoDefinitionResponse, HoverParams, HoverProviderCapability,
    InitializeParams, LogMessageParams, MessageType, NumberOrString, OneOf, PublishDiagnosticsParams, ReferenceParams,
    Registration, RegistrationParams, ServerCapabilities, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities, WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::documents::Documents;
use crate::fixes::Ask;
use crate::paths::{path_of, uri_of};
use crate::positions::Encoding;
use crate::worker::{self, Done, Snapshot, Task, Work};
use crate::{actions, diagnostics, navigate};

/// The files whose changes on disk the client is asked to report.
const WATCHED: &str = "**/*.{tf,tofu,tfvars,tftpl,hcl,json,jsonc,bicep,bicepparam,tfstate,yaml,yml,sh,ps1,gitignore}";

/// A request of our own: it is answered once everything that was sent before it is analyzed and the client has the diagnostics. For scripts and tests.
const SETTLED: &str = "cmklint/settled";

/// Serves the client of `connection` until it asks for the end.
///
/// # Errors
/// Where the client breaks the protocol or disconnects.
pub fn run(connection: &Connection) -> anyhow::Result<()> {
    let (id, params) = connection.initialize_start().context("the client did not say hello")?;
    let params: InitializeParams = serde_json::from_value(params).context("the client's first request is broken")?;
    let general = params.capabilities.general.as_ref();
    let encoding = Encoding::negotiated(general.and_then(|general| general.position_encodings.as_deref()));
    let result = serde_json::json!({
        "capabilities": capabilities(encoding),
        "serverInfo": { "name": "cmklint", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, result)?;
    let (work, todo) = unbounded();
    let (done, results) = unbounded();
    thread::Builder::new().name("analysis".to_owned()).spawn(move || worker::work(&todo, &done))?;
    let mut server = Server {
        connection,
        encoding,
        folders: folders(&params),
        documents: Documents::default(),
        snapshot: Arc::default(),
        published: BTreeMap::new(),
        failures: Vec::new(),
        work,
        sent: 0,
        waiting: Vec::new(),
        asking: BTreeSet::new(),
        is_told: watches(&params),
        is_disk_kept: false,
    };
    server.watch()?;
    server.analyze();
    server.serve(&results)
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
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
fn folders(params: &InitializeParams) -> BTreeSet<PathBuf> {
    let listed = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut folders: BTreeSet<PathBuf> = listed.filter_map(path_of).collect();
    if folders.is_empty() {
        folders.extend(params.root_uri.as_ref().and_then(path_of));
    }
    folders
}

/// Whether the client can tell of changes on disk.
fn watches(params: &InitializeParams) -> bool {
    let workspace = params.capabilities.workspace.as_ref();
    let watching = workspace.and_then(|workspace| workspace.did_change_watched_files);
    watching.and_then(|watching| watching.dynamic_registration) == Some(true)
}

struct Server<'c> {
    connection: &'c Connection,
    encoding: Encoding,
    /// The folders that are open in the client.
    folders: BTreeSet<PathBuf>,
    documents: Documents,
    /// The newest analysis.
    snapshot: Arc<Snapshot>,
    /// The files whose diagnostics the client has been sent, with these.
    published: BTreeMap<PathBuf, Vec<lsp_types::Diagnostic>>,
    /// The failures of the newest analysis, so that each is reported once.
    failures: Vec<String>,
    work: Sender<Task>,
    /// The number of the work that was sent last.
    sent: u64,
    /// The requests [`SETTLED`] that wait for the end of that work.
    waiting: Vec<RequestId>,
    /// The requests for code actions that are not answered yet.
    asking: BTreeSet<RequestId>,
    /// Whether the client tells of changes on disk.
    is_told: bool,
    /// Whether the files on disk are as they were at the last analysis.
    is_disk_kept: bool,
}

impl Server<'_> {
    fn serve(&mut self, results: &Receiver<Done>) -> anyhow::Result<()> {
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(());
                        }
                        self.request(request)?;
                    }
                    Ok(Message::Notification(notification)) => self.notification(notification),
                    // The answers to our only requests change nothing.
                    Ok(Message::Response(_)) => {}
                    Err(_) => anyhow::bail!("the client went away without a word"),
                },
                recv(results) -> done => match done.context("the analysis ended")? {
                    Done::Analyzed(snapshot) => self.publish(snapshot)?,
                    Done::Actions(id, actions) => {
                        // A request that was cancelled is answered already.
                        if self.asking.remove(&id) {
                            self.send(Response::new_ok(id, actions))?;
                        }
                    }
                },
            }
        }
    }

    /// Starts the analysis of all folders with the current texts.
    fn analyze(&mut self) {
        let mut folders = self.folders.clone();
        // A document outside of all folders is analyzed with the folder that contains it.
        for path in self.documents.paths() {
            if !self.folders.iter().any(|folder| path.starts_with(folder)) {
                folders.extend(path.parent().map(PathBuf::from));
            }
        }
        let folders: Vec<_> = folders
            .into_iter()
            .filter(|folder| folder.is_dir())
            .map(|folder| {
                let unsaved = self.documents.unsaved(&folder);
                (folder, unsaved)
            })
            .collect();
        let version = |path: &PathBuf| Some((path.clone(), self.documents.get(path)?.version));
        let versions = self.documents.paths().filter_map(version).collect();
        self.sent += 1;
        // The worker lives as long as the server.
        let is_disk_kept = self.is_told && std::mem::replace(&mut self.is_disk_kept, true);
        let _ = self.work.send(Task::Analyze(Work { number: self.sent, folders, versions, is_disk_kept }));
    }

    /// Stores `snapshot`, and sends what is new in it.
    fn publish(&mut self, snapshot: Arc<Snapshot>) -> anyhow::Result<()> {
        let mut found = diagnostics::by_file(&snapshot, self.encoding);
        for path in self.published.keys() {
            found.entry(path.clone()).or_default();
        }
        for (path, diagnostics) in found {
            let before = self.published.get(&path);
            if before.map_or(diagnostics.is_empty(), |before| *before == diagnostics) {
                continue;
            }
            let document = self.documents.get(&path);
            let Some(uri) = document.map(|d| d.uri.clone()).or_else(|| uri_of(&path)) else { continue };
            let version = snapshot.versions.get(&path).copied();
            let params = PublishDiagnosticsParams { uri, diagnostics: diagnostics.clone(), version };
            self.notify::<PublishDiagnostics>(params)?;
            if diagnostics.is_empty() {
                self.published.remove(&path);
            } else {
                self.published.insert(path, diagnostics);
            }
        }
        if snapshot.failures != self.failures {
            for failure in &snapshot.failures {
                let message = cmklint_report::log_line(failure);
                self.notify::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message })?;
            }
            self.failures.clone_from(&snapshot.failures);
        }
        self.snapshot = snapshot;
        self.settled()
    }

    /// Answers the waiting requests, if this was the last analysis.
    fn settled(&mut self) -> anyhow::Result<()> {
        if self.snapshot.number == self.sent {
            for id in std::mem::take(&mut self.waiting) {
                self.send(Response::new_ok(id, Value::Null))?;
            }
        }
        Ok(())
    }

    fn notification(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(params) = params::<DidOpenTextDocumentParams>(notification.params) else { return };
                let document = params.text_document;
                self.documents.open(document.uri, document.text, document.version);
                self.is_disk_kept = false;
            }
            DidChangeTextDocument::METHOD => {
                let Some(params) = params::<DidChangeTextDocumentParams>(notification.params) else { return };
                let document = params.text_document;
                self.documents.change(&document.uri, document.version, params.content_changes, self.encoding);
            }
            DidCloseTextDocument::METHOD => {
                let Some(params) = params::<DidCloseTextDocumentParams>(notification.params) else { return };
                self.documents.close(&params.text_document.uri);
                self.is_disk_kept = false;
            }
            Cancel::METHOD => {
                self.cancel(notification.params);
                return;
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(params) = params::<DidChangeWorkspaceFoldersParams>(notification.params) else { return };
                for folder in params.event.removed {
                    self.folders.retain(|open| Some(open) != path_of(&folder.uri).as_ref());
                }
                self.folders.extend(params.event.added.iter().filter_map(|folder| path_of(&folder.uri)));
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.is_disk_kept = false,
            _ => return,
        }
        self.analyze();
    }

    fn request(&mut self, request: Request) -> anyhow::Result<()> {
        let Request { id, method, params } = request;
        let (snapshot, encoding) = (&self.snapshot, self.encoding);
        let place = |place: &TextDocumentPositionParams| (path_of(&place.text_document.uri), place.position);
        match method.as_str() {
            HoverRequest::METHOD => self.answer(id, params, |params: HoverParams| {
                let (path, position) = place(&params.text_document_position_params);
                path.and_then(|path| navigate::hover(snapshot, &path, position, encoding))
            }),
            GotoDefinition::METHOD => self.answer(id, params, |params: GotoDefinitionParams| {
                let (path, position) = place(&params.text_document_position_params);
                let found = path.map(|path| navigate::definition(snapshot, &path, position, encoding));
                GotoDefinitionResponse::Array(found.unwrap_or_default())
            }),
            References::METHOD => self.answer(id, params, |params: ReferenceParams| {
                let (path, position) = place(&params.text_document_position);
                path.map(|path| navigate::references(snapshot, &path, position, encoding)).unwrap_or_default()
            }),
            CodeLensRequest::METHOD => self.answer(id, params, |params: CodeLensParams| {
                let path = path_of(&params.text_document.uri);
                path.map(|path| navigate::lenses(snapshot, &path, encoding)).unwrap_or_default()
            }),
            DocumentSymbolRequest::METHOD => self.answer(id, params, |params: DocumentSymbolParams| {
                let path = path_of(&params.text_document.uri);
                path.map(|path| navigate::document_symbols(snapshot, &path, encoding)).unwrap_or_default()
            }),
            WorkspaceSymbolRequest::METHOD => self.answer(id, params, |params: WorkspaceSymbolParams| {
                navigate::workspace_symbols(snapshot, &params.query, encoding)
            }),
            CodeActionRequest::METHOD => self.act(id, params),
            SETTLED => {
                self.waiting.push(id);
                self.settled()
            }
            _ => {
                let message = format!("no such request: {method}");
                self.send(Response::new_err(id, ErrorCode::MethodNotFound as i32, message))
            }
        }
    }

    /// Ends a request that takes an analysis to answer; others are answered by then.
    fn cancel(&mut self, given: Value) {
        let Some(given) = params::<CancelParams>(given) else { return };
        let id = match given.id {
            NumberOrString::Number(number) => RequestId::from(number),
            NumberOrString::String(text) => RequestId::from(text),
        };
        let is_waiting = self.waiting.iter().position(|waiting| *waiting == id).map(|at| self.waiting.remove(at));
        if self.asking.remove(&id) || is_waiting.is_some() {
            let message = "cancelled by the client".to_owned();
            // Whether the client is still there shows at the next message.
            let _ = self.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, message));
        }
    }

    /// Has the worker look for code actions: what a fix does is tried.
    fn act(&mut self, id: RequestId, params: Value) -> anyhow::Result<()> {
        let params: CodeActionParams = match serde_json::from_value(params) {
            Ok(params) => params,
            Err(error) => return self.send(Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string())),
        };
        let document = path_of(&params.text_document.uri).and_then(|path| self.documents.get(&path));
        let is_rule = |id: &str| {
            let catalogs = self.snapshot.folders.iter().map(|folder| folder.report.outcome.areas.catalog());
            cmklint_rules::by_id_or_name(id).is_some()
                || catalogs.into_iter().any(|catalog| catalog.by_id_or_name(id).is_some())
        };
        let actions = document.map(|document| actions::actions(&params, &document.text, &is_rule)).unwrap_or_default();
        self.asking.insert(id.clone());
        let _ = self.work.send(Task::Act(Box::new(Ask { id, params, actions, encoding: self.encoding })));
        Ok(())
    }

    /// Answers the request `id` with the result of `answer` for its parameters.
    fn answer<P: DeserializeOwned, R: Serialize>(
        &self,
        id: RequestId,
        params: Value,
        answer: impl FnOnce(P) -> R,
    ) -> anyhow::Result<()> {
        let response = match serde_json::from_value(params) {
            Ok(params) => Response::new_ok(id, answer(params)),
            Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
        };
        self.send(response)
    }

    fn send(&self, response: Response) -> anyhow::Result<()> {
        self.connection.sender.send(Message::Response(response)).context("the client went away")
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) -> anyhow::Result<()> {
        let notification = Notification::new(N::METHOD.to_owned(), params);
        self.connection.sender.send(Message::Notification(notification)).context("the client went away")
    }

    /// Asks the client to report changes on disk, if it can.
    fn watch(&self) -> anyhow::Result<()> {
        if !self.is_told {
            return Ok(());
        }
        let watcher = FileSystemWatcher { glob_pattern: GlobPattern::String(WATCHED.to_owned()), kind: None };
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
        let registration = Registration {
            id: "files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: Some(serde_json::to_value(options)?),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        let request = Request::new(RequestId::from(1), RegisterCapability::METHOD.to_owned(), params);
        self.connection.sender.send(Message::Request(request)).context("the client went away")
    }
}

/// The parameters of a notification; `None` where they are broken, since a notification has no answer.
fn params<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
