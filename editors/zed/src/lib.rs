//! cmklint's language server in Zed: starts the `cmklint` that is on the path.

use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

struct Cmklint;

impl zed::Extension for Cmklint {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("cmklint").ok_or("cmklint is not on the path: `pipx install cmklint`")?;
        Ok(Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Cmklint);
