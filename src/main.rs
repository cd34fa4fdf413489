//! The binary `cmklint`.

fn main() -> std::process::ExitCode {
    cmklint_cli::main(cmklint_lsp::serve)
}
