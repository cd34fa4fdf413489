// cmklint in VS Code: starts `cmklint lsp` and leaves the rest to the protocol.

import { homedir } from "node:os";
import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { LANGUAGES, serverOf, startFailure } from "./server";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(commands.registerCommand("cmklint.restart", restart));
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration("cmklint.path") ? restart() : undefined)),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const server = serverOf(workspace.getConfiguration("cmklint").get<string>("path"), homedir());
  client = new LanguageClient("cmklint", "cmklint", server, {
    documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void window.showErrorMessage(startFailure(server, error));
  }
}
