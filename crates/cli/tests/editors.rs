//! The editors' configurations in `editors/`, in the editors that can be had. `.ci/editors` installs them; where one is missing, the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // tests

use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Neovim: where `.ci/editors` puts it, else on the path.
fn neovim() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("nvim"));
    let mut candidates = [repository().join("target/venv/bin/nvim")].into_iter().chain(on_path);
    candidates.find(|file| file.is_file())
}

/// What a person would do: opens a file, sees the diagnostic, asks what is under the cursor, goes to the definition, puts the file right.
const SCRIPT: &str = r#"
vim.opt.runtimepath:append(vim.env.CONFIGURATION)
vim.filetype.add({ extension = { bicep = "bicep" } })
vim.lsp.enable("cmklint")
vim.cmd.edit("main.bicep")
local function wait(what, done)
  if not vim.wait(60000, done, 20) then error("waited in vain for " .. what) end
end
wait("a diagnostic", function() return #vim.diagnostic.get(0) == 1 end)
local found = vim.diagnostic.get(0)[1]
print(found.source, found.code, found.lnum + 1, found.severity)
local client = vim.lsp.get_clients()[1]
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
print((client:request_sync("textDocument/hover", place, 60000).result.contents.value:gsub("\n", " ")))
vim.cmd("%s/northeurope/westeurope/")
wait("no diagnostic", function() return #vim.diagnostic.get(0) == 0 end)
print("mended")
vim.cmd("cquit 0")
"#;

#[test]
fn neovim_shows_findings_as_they_come_and_go() {
    let Some(neovim) = neovim() else {
        eprintln!("!! SKIPPED: no Neovim here (`.ci/editors` installs one): its configuration is not tried");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    let text = std::fs::read_to_string(repository().join("rules/CMK020/bad/bicep/main.bicep")).unwrap();
    std::fs::write(root.join("main.bicep"), &text).unwrap();
    std::fs::write(root.join("script.lua"), SCRIPT).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_cmklint"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [program.parent().unwrap().to_owned()].into_iter().chain(std::env::split_paths(&path));
    let output = Command::new(neovim)
        .args(["--headless", "--clean", "-n", "-c", "luafile script.lua", "-c", "cquit 1"])
        .current_dir(&root)
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("CONFIGURATION", repository().join("editors/nvim"))
        .env("XDG_STATE_HOME", root.join("state"))
        .env("XDG_DATA_HOME", root.join("data"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    let line = text.lines().position(|line| line.contains("'northeurope'")).unwrap() + 1;
    assert!(said.contains(&format!("cmklint CMK020 {line} 1")), "{said}");
    assert!(said.contains("**virtual machine** `vm`") && said.contains("encrypted with"), "{said}");
    assert!(said.contains("mended"), "{said}");
}

#[test]
fn a_client_that_ends_halfway_or_speaks_nonsense_ends_the_server_with_an_error() {
    use std::io::Write as _;
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    let whole = format!("Content-Length: {}\r\n\r\n{hello}", hello.len());
    let half = format!("{whole}Content-Length: 999\r\n\r\n{{\"jsonrpc\":");
    for said in
        ["", "Content-Length: 12\r\n\r\n{", "Content-Length: x\r\n\r\n{}", "\u{0}\u{1}nonsense\n\n", &whole, &half]
    {
        let mut server = Command::new(env!("CARGO_BIN_EXE_cmklint"))
            .arg("lsp")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // The server may be gone before all is written.
        let _ = server.stdin.take().unwrap().write_all(said.as_bytes());
        let output = server.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said:?}: {stderr}");
        assert!(!stderr.is_empty() && !stderr.contains("panicked"), "{said:?}: {stderr}");
    }
}
