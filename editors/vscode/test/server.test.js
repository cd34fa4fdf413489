// Which program is started, and a conversation with it by VS Code's own protocol library.

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { cpSync, mkdirSync, mkdtempSync, realpathSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const test = require("node:test");
const { pathToFileURL } = require("node:url");
const rpc = require("vscode-jsonrpc/node");
const protocol = require("vscode-languageserver-protocol");
const { serverOf, startFailure } = require("../dist/server.js");

test("the server is the one that is named, else the one on the path", () => {
  assert.deepEqual(serverOf("", "/home/u"), { command: "cmklint", args: ["lsp"] });
  assert.deepEqual(serverOf(undefined, "/home/u").command, "cmklint");
  assert.deepEqual(serverOf("  /opt/cmklint ", "/home/u").command, "/opt/cmklint");
  assert.deepEqual(serverOf("~/bin/cmklint", "/home/u").command, "/home/u/bin/cmklint");
});

test("a server that does not start is said with what to do", () => {
  const said = startFailure({ command: "cmklint", args: ["lsp"] }, new Error("spawn cmklint ENOENT"));
  assert.match(said, /ENOENT.*pipx install cmklint.*cmklint\.path/);
});

const binary = process.env.CMKLINT;
test("VS Code's protocol library and the server understand one another", { skip: binary ? false : "CMKLINT names no program" }, async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cmklint")));
  mkdirSync(join(root, ".git"));
  cpSync(join(__dirname, "../../../rules/CMK020/bad/tf/main.tf"), join(root, "main.tf"));
  const server = spawn(binary, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const reader = new rpc.StreamMessageReader(server.stdout);
  const connection = rpc.createMessageConnection(reader, new rpc.StreamMessageWriter(server.stdin));
  const published = new Promise((resolve) => {
    connection.onNotification(protocol.PublishDiagnosticsNotification.type, resolve);
  });
  connection.listen();
  const folder = { uri: pathToFileURL(root).href, name: "root" };
  const hello = { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: [folder] };
  const { capabilities } = await connection.sendRequest(protocol.InitializeRequest.type, hello);
  assert.equal(capabilities.textDocumentSync, protocol.TextDocumentSyncKind.Incremental);
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  const { uri, diagnostics } = await published;
  assert.equal(uri, pathToFileURL(join(root, "main.tf")).href);
  assert.equal(diagnostics[0].code, "CMK020");
  await connection.sendRequest(protocol.ShutdownRequest.type);
  await connection.sendNotification(protocol.ExitNotification.type);
  assert.equal(await new Promise((resolve) => server.on("exit", resolve)), 0);
});
