// Which program the server is. Knows nothing of VS Code, so that tests need none.

/** A program and its arguments. */
export interface Server {
  command: string;
  args: string[];
}

/** The languages whose documents the server is told of. */
export const LANGUAGES = ["terraform", "terraform-vars", "hcl", "bicep", "bicep-params", "json", "jsonc", "arm-template"];

/** The server that the setting `cmklint.path` names, else the `cmklint` on the path. `~/` is the home directory. */
export function serverOf(path: string | undefined, home: string): Server {
  const named = (path ?? "").trim();
  const command = named.startsWith("~/") ? home + named.slice(1) : named;
  return { command: command === "" ? "cmklint" : command, args: ["lsp"] };
}

/** What to tell a person whose server did not start. */
export function startFailure(server: Server, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${server.command} could not be started (${why}). Install it with \`pipx install cmklint\`, or name it in the setting cmklint.path.`;
}
