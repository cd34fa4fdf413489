//! The conversation with the client.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, select, unbounded};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
    DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, LogMessage, Notification as _, PublishDiagnostics,
    ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, ExecuteCommand, RegisterCapability, Request as _, ShowDocument,
    WorkDoneProgressCreate,
};
use lsp_types::{
    CancelParams, CodeActionParams, CompletionParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, ExecuteCommandParams, FileSystemWatcher, GlobPattern, InitializeParams,
    LogMessageParams, MessageType, NumberOrString, ProgressParams, PublishDiagnosticsParams, Registration,
    RegistrationParams, ShowMessageParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::documents::Documents;
use crate::fixes::{Ask, Client};
use crate::hello::{capabilities, folders, knows_versions, shows_documents, shows_progress, watches};
use crate::paths::{path_of, uri_of};
use crate::positions::Encoding;
use crate::progress::{self, Progress};
use crate::requests::{self, Known};
use crate::snapshot::Snapshot;
use crate::worker::{self, Done, Task, Work};
use crate::{actions, commands, completion, diagnostics};

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
        asking: BTreeMap::new(),
        is_told: watches(&params),
        is_disk_kept: false,
        client: Client { opens: shows_documents(&params), knows_versions: knows_versions(&params) },
        asked: 0,
        progress: Progress::None,
        progress_request: None,
    };
    server.watch()?;
    if shows_progress(&params) {
        server.progress_request = Some(server.ask::<WorkDoneProgressCreate>(progress::question())?);
        server.progress = Progress::Asked;
    }
    server.analyze();
    server.serve(&results)
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
    /// The requests for code actions and completion that are not answered yet, with the number of the work at which they came.
    asking: BTreeMap<RequestId, u64>,
    /// Whether the client tells of changes on disk.
    is_told: bool,
    /// Whether the files on disk are as they were at the last analysis.
    is_disk_kept: bool,
    /// What the client can do with an action.
    client: Client,
    /// How many requests the client was sent.
    asked: i32,
    /// What the client shows of the first analysis.
    progress: Progress,
    /// The request that it has to agree to.
    progress_request: Option<RequestId>,
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
                    Ok(Message::Response(response)) => self.answered(&response)?,
                    Err(_) => anyhow::bail!("the client went away without a word"),
                },
                recv(results) -> done => match done.context("the analysis ended")? {
                    Done::Analyzed(snapshot) => self.publish(snapshot)?,
                    // What was typed since then, the client filters by.
                    Done::Items(id, items) => {
                        if self.asking.remove(&id).is_some() {
                            self.send(Response::new_ok(id, items))?;
                        }
                    }
                    Done::Actions(id, actions) => {
                        // A request that was cancelled is answered already.
                        match self.asking.remove(&id) {
                            Some(number) if number == self.sent => self.send(Response::new_ok(id, actions))?,
                            // Edits of a text that is another one by now would spoil it.
                            Some(_) => {
                                let message = "the texts changed meanwhile".to_owned();
                                self.send(Response::new_err(id, ErrorCode::ContentModified as i32, message))?;
                            }
                            None => {}
                        }
                    }
                },
            }
        }
    }

    /// Takes in the answer to one of our requests; only that about progress changes anything.
    fn answered(&mut self, response: &Response) -> anyhow::Result<()> {
        if self.progress_request.as_ref() != Some(&response.id) {
            return Ok(());
        }
        self.progress_request = None;
        let is_agreed = response.response_result.is_ok();
        self.progress.answered(is_agreed).map_or(Ok(()), |said| self.report(said))
    }

    fn report(&self, said: ProgressParams) -> anyhow::Result<()> {
        self.notify::<lsp_types::notification::Progress>(said)
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
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        if let Some(said) = self.progress.done() {
            self.report(said)?;
        }
        self.settled()?;
        // To free all that a large estate is of takes a tenth of the time that its analysis does, and the next request waits.
        std::thread::spawn(move || drop(before));
        Ok(())
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
            // All configuration is in files.
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD | DidChangeConfiguration::METHOD => {
                self.is_disk_kept = false;
            }
            _ => return,
        }
        self.analyze();
    }

    fn request(&mut self, request: Request) -> anyhow::Result<()> {
        match request.method.as_str() {
            CodeActionRequest::METHOD => self.act(request.id, request.params),
            Completion::METHOD => self.complete(request.id, request.params),
            ExecuteCommand::METHOD => self.execute(request.id, request.params),
            SETTLED => {
                self.waiting.push(request.id);
                self.settled()
            }
            _ => {
                let known = Known { snapshot: &self.snapshot, documents: &self.documents, encoding: self.encoding };
                self.send(requests::answer(&known, request))
            }
        }
    }

    /// Has the worker complete what is typed: the text rarely parses then.
    fn complete(&mut self, id: RequestId, params: Value) -> anyhow::Result<()> {
        let params = match serde_json::from_value::<CompletionParams>(params) {
            Ok(params) => params.text_document_position,
            Err(error) => {
                return self.send(Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()));
            }
        };
        let (encoding, position) = (self.encoding, params.position);
        let document =
            path_of(&params.text_document.uri).and_then(|path| Some((self.documents.get(&path)?.text.as_str(), path)));
        let ask = document.and_then(|(text, path)| completion::Ask::new(id.clone(), path, text, position, encoding));
        let Some(ask) = ask else { return self.send(Response::new_ok(id, Value::Array(Vec::new()))) };
        self.asking.insert(id, self.sent);
        let _ = self.work.send(Task::Complete(Box::new(ask)));
        Ok(())
    }

    /// Does what a code action asks for: shows a document.
    fn execute(&mut self, id: RequestId, params: Value) -> anyhow::Result<()> {
        let shown = serde_json::from_value::<ExecuteCommandParams>(params).map_err(|error| error.to_string());
        match shown.and_then(|params| commands::document(&params)) {
            Ok(document) => {
                if self.client.opens {
                    self.ask::<ShowDocument>(document)?;
                } else {
                    let message = document.uri.as_str().to_owned();
                    self.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::INFO, message })?;
                }
                self.send(Response::new_ok(id, Value::Null))
            }
            Err(why) => self.send(Response::new_err(id, ErrorCode::InvalidParams as i32, why)),
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
        if self.asking.remove(&id).is_some() || is_waiting.is_some() {
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
        self.asking.insert(id.clone(), self.sent);
        let ask = Ask { id, params, actions, encoding: self.encoding, client: self.client };
        let _ = self.work.send(Task::Act(Box::new(ask)));
        Ok(())
    }

    fn send(&self, response: Response) -> anyhow::Result<()> {
        self.connection.sender.send(Message::Response(response)).context("the client went away")
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) -> anyhow::Result<()> {
        let notification = Notification::new(N::METHOD.to_owned(), params);
        self.connection.sender.send(Message::Notification(notification)).context("the client went away")
    }

    /// Sends the client a request.
    fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params) -> anyhow::Result<RequestId> {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let request = Request::new(id.clone(), R::METHOD.to_owned(), params);
        self.connection.sender.send(Message::Request(request)).context("the client went away")?;
        Ok(id)
    }

    /// Asks the client to report changes on disk, if it can.
    fn watch(&mut self) -> anyhow::Result<()> {
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
        self.ask::<RegisterCapability>(RegistrationParams { registrations: vec![registration] })?;
        Ok(())
    }
}

/// The parameters of a notification; `None` where they are broken, since a notification has no answer.
fn params<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
