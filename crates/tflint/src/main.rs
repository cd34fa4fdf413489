//! The binary `tflint-ruleset-cmklint`: cmklint's rules as a plugin for tflint. tflint starts it, reads one line from its standard output with the address
//! that it listens at, and calls its gRPC services there.

mod host;
mod issue;
mod names;
mod protocol;
mod ruleset;
mod server;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tonic::transport::Server;
use tonic::transport::server::Router;

use crate::server::{BrokerService, ControllerService, RuleSetService, Shared};

/// tflint sets this variable to this value for its plugins, so that a plugin is not mistaken for a program of its own.
const COOKIE: (&str, &str) =
    ("TFLINT_RULESET_PLUGIN", "5adSn1bX8nrDfgBqiAqqEkC6OE1h3iD8SqbMc5UUONx8x3xCF0KlPDsBRNDjoYDP");

/// go-plugin's own protocol, and the version of tflint's plugin protocol.
const CORE_PROTOCOL: u32 = 1;
const PROTOCOL: &str = "11";

#[allow(clippy::print_stderr)] // … tflint writes it to its log; a person who starts the plugin sees it
fn main() -> ExitCode {
    if std::env::args_os().skip(1).eq([cmklint_custom::ARGUMENT]) {
        return cmklint_custom::serve();
    }
    cmklint_cli::own_rules::evaluate_in_this_program();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tflint-ruleset-cmklint: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    if std::env::var(COOKIE.0).as_deref() != Ok(COOKIE.1) {
        anyhow::bail!(
            "this is a plugin of tflint, which starts it by itself; put `plugin \"cmklint\" {{ enabled = true }}` into .tflint.hcl and run tflint, or run cmklint"
        );
    }
    let spoken = std::env::var("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_else(|_| PROTOCOL.to_owned());
    if !spoken.split(',').any(|version| version.trim() == PROTOCOL) {
        anyhow::bail!(
            "this tflint speaks version {spoken} of its plugin protocol, this plugin version {PROTOCOL}: tflint 0.46 and newer do"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = runtime.block_on(serve());
    // A check that is still running is of no use to a host that has gone.
    runtime.shutdown_background();
    served
}

/// Serves until the host asks for the end, or has gone.
async fn serve() -> anyhow::Result<()> {
    let shared = Arc::new(Shared::default());
    let router = Server::builder()
        .add_service(RuleSetService(Arc::clone(&shared)))
        .add_service(BrokerService(Arc::clone(&shared)))
        .add_service(ControllerService(Arc::clone(&shared)));
    let end = async move {
        tokio::select! {
            () = shared.ended.notified() => {}
            () = host_gone() => {}
        }
    };
    listen(router, end).await
}

/// Ends when the process that started this one has gone: one that is killed sends nothing.
#[cfg(unix)]
async fn host_gone() {
    let host = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == host {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Never ends: here the connection that the host keeps open is closed when it has gone.
#[cfg(not(unix))]
async fn host_gone() {
    std::future::pending().await
}

#[cfg(unix)]
async fn listen(router: Router, end: impl Future<Output = ()>) -> anyhow::Result<()> {
    // A socket's path has about 100 bytes at most, so it can't be below a long TMPDIR.
    let folder =
        tempfile::Builder::new().prefix("cmklint").tempdir_in(short_folder()).context("no place for a socket")?;
    let path = folder.path().join("s");
    let listener = tokio::net::UnixListener::bind(&path).with_context(|| format!("{}: no socket", path.display()))?;
    announce("unix", &path.display().to_string())?;
    router.serve_with_incoming_shutdown(tokio_stream::wrappers::UnixListenerStream::new(listener), end).await?;
    Ok(())
}

#[cfg(unix)]
fn short_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir();
    if folder.as_os_str().len() < 70 { folder } else { "/tmp".into() }
}

#[cfg(not(unix))]
async fn listen(router: Router, end: impl Future<Output = ()>) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.context("no port to listen on")?;
    announce("tcp", &listener.local_addr()?.to_string())?;
    router.serve_with_incoming_shutdown(tokio_stream::wrappers::TcpListenerStream::new(listener), end).await?;
    Ok(())
}

/// Prints the plugin's address: the one line that the host reads from standard output.
fn announce(network: &str, address: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{CORE_PROTOCOL}|{PROTOCOL}|{network}|{address}|grpc|")?;
    out.flush()?;
    Ok(())
}
