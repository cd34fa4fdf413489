//! The language server: `cmklint lsp`, over standard input and output.
//!
//! One thread talks to the client (`server.rs`), another one analyzes (`worker.rs`): after each change the texts of all open documents are sent to it, and the
//! result comes back as a snapshot, from which every request is answered. The analysis is the command line's own.

mod actions;
mod commands;
mod completion;
mod diagnostics;
mod documents;
mod fixes;
mod hello;
mod navigate;
mod paths;
mod positions;
mod progress;
mod requests;
mod server;
mod snapshot;
mod tokens;
mod typed;
mod worker;

pub use server::run;

/// Serves the client on standard input and output until it asks for the end.
///
/// # Errors
/// Where the client breaks the protocol or disconnects.
pub fn serve() -> anyhow::Result<()> {
    let (connection, threads) = lsp_server::Connection::stdio();
    run(&connection)?;
    drop(connection);
    threads.join()?;
    Ok(())
}
