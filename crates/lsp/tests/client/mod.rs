//! A client in memory.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use url::Url;

/// A client, and the server that it speaks with.
pub(crate) struct Client {
    connection: Connection,
    server: Option<JoinHandle<anyhow::Result<()>>>,
    requests: i32,
    versions: BTreeMap<PathBuf, i32>,
    /// What the server can.
    pub(crate) capabilities: Value,
    /// The diagnostics of each file, as sent last.
    pub(crate) diagnostics: BTreeMap<PathBuf, Value>,
    /// What the server had to say.
    pub(crate) log: Vec<String>,
    /// What the server asked for, and its parameters.
    pub(crate) asked: Vec<(String, Value)>,
    /// What the server said of its progress.
    pub(crate) progress: Vec<Value>,
    /// Whether this client refuses what it is asked.
    pub(crate) refuses: bool,
}

/// For so long a server that has nothing to say is waited for: much longer than an analysis takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    pub(crate) fn start(root: &Path) -> Self {
        Self::start_with(root, json!({}))
    }

    pub(crate) fn start_with(root: &Path, capabilities: Value) -> Self {
        let mut client = Self::connected();
        client.hello(root, capabilities);
        client
    }

    /// A client that has said nothing yet.
    pub(crate) fn connected() -> Self {
        let (connection, theirs) = Connection::memory();
        let server = std::thread::spawn(move || cmklint_lsp::run(&theirs));
        Self {
            connection,
            server: Some(server),
            requests: 0,
            versions: BTreeMap::new(),
            capabilities: Value::Null,
            diagnostics: BTreeMap::new(),
            log: Vec::new(),
            asked: Vec::new(),
            progress: Vec::new(),
            refuses: false,
        }
    }

    pub(crate) fn hello(&mut self, root: &Path, capabilities: Value) {
        let params = json!({
            "capabilities": capabilities,
            "workspaceFolders": [{ "uri": Self::uri(root), "name": "root" }],
        });
        self.capabilities = self.request("initialize", params)["capabilities"].clone();
        self.notify("initialized", json!({}));
    }

    pub(crate) fn uri(path: &Path) -> String {
        Url::from_file_path(path).unwrap().to_string()
    }

    fn receive(&mut self) -> Message {
        let message = self.connection.receiver.recv_timeout(PATIENCE).expect("the server says nothing");
        if let Message::Notification(Notification { method, params }) = &message {
            if method == "textDocument/publishDiagnostics" {
                let uri = Url::parse(params["uri"].as_str().unwrap()).unwrap();
                self.diagnostics.insert(uri.to_file_path().unwrap(), params["diagnostics"].clone());
            } else if method == "$/progress" {
                self.progress.push(params.clone());
            } else if method.starts_with("window/") {
                self.log.push(params["message"].as_str().unwrap().to_owned());
            }
        }
        if let Message::Request(request) = &message {
            self.asked.push((request.method.clone(), request.params.clone()));
            let id = request.id.clone();
            let answer = if self.refuses {
                Response::new_err(id, -1, "no".to_owned())
            } else {
                Response::new_ok(id, json!(null))
            };
            self.connection.sender.send(Message::Response(answer)).unwrap();
        }
        message
    }

    fn answer(&mut self, method: &str, params: Value) -> Response {
        let id = self.send(method, params);
        self.received(&RequestId::from(id))
    }

    /// Sends a request; its id.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> i32 {
        self.requests += 1;
        let request = Request { id: RequestId::from(self.requests), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        self.requests
    }

    /// The whole answer to the request `id`.
    pub(crate) fn answer_to(&mut self, id: i32) -> Value {
        serde_json::to_value(self.received(&RequestId::from(id))).unwrap()
    }

    fn received(&mut self, id: &RequestId) -> Response {
        loop {
            if let Message::Response(response) = self.receive()
                && response.id == *id
            {
                return response;
            }
        }
    }

    /// The result of a request.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let response = self.answer(method, params);
        serde_json::to_value(response).unwrap()["result"].clone()
    }

    /// The code of the error that answers a request.
    pub(crate) fn error(&mut self, method: &str, params: Value) -> i64 {
        let response = self.answer(method, params);
        serde_json::to_value(response).unwrap()["error"]["code"].as_i64().unwrap()
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        let notification = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(notification)).unwrap();
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) {
        self.versions.insert(path.to_owned(), 1);
        let document = json!({ "uri": Self::uri(path), "languageId": "", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &Path, change: Value) {
        let version = self.versions.get_mut(path).unwrap();
        *version += 1;
        let document = json!({ "uri": Self::uri(path), "version": *version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// The whole text is another one now.
    pub(crate) fn replace(&mut self, path: &Path, text: &str) {
        self.change(path, json!({ "text": text }));
    }

    /// The first `old` of `text` becomes `new`.
    pub(crate) fn edit(&mut self, path: &Path, text: &str, old: &str, new: &str) {
        let at = text.find(old).unwrap();
        self.edit_bytes(path, text, at..at + old.len(), new);
    }

    /// The bytes `range` of `text` become `new`. Columns are those of UTF-16, as clients have them that ask for nothing.
    pub(crate) fn edit_bytes(&mut self, path: &Path, text: &str, range: Range<usize>, new: &str) {
        let position = |at: usize| {
            let line = text[..at].matches('\n').count();
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            json!({ "line": line, "character": text[start..at].encode_utf16().count() })
        };
        let range = json!({ "start": position(range.start), "end": position(range.end) });
        self.change(path, json!({ "range": range, "text": new }));
    }

    pub(crate) fn close(&mut self, path: &Path) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": Self::uri(path) } }));
    }

    /// Waits until everything that was sent is analyzed, and the client has the result.
    pub(crate) fn settle(&mut self) {
        self.request("cmklint/settled", json!(null));
    }

    pub(crate) fn stop(mut self) {
        self.request("shutdown", json!(null));
        self.notify("exit", json!(null));
        self.server.take().unwrap().join().unwrap().unwrap();
    }

    /// Is gone from one moment to the next; what the server makes of it.
    pub(crate) fn vanish(self) -> anyhow::Result<()> {
        drop(self.connection);
        self.server.unwrap().join().unwrap()
    }
}
