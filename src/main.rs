//! The binary `cmklint`.

/// What an analysis makes is many small values, freed by other threads than made them: mimalloc takes 0.85 of the processor time of glibc's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// mimalloc asks for huge pages, and the kernel clears each when its first byte is written: for a short run that is more work and more memory than it
/// saves (a tenth of the processor time of a run over Azure's modules). Where the kernel refuses this, the run is only slower.
#[cfg(target_os = "linux")]
fn without_huge_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn without_huge_pages() {}

fn main() -> std::process::ExitCode {
    without_huge_pages();
    cmklint_cli::main(cmklint_lsp::serve)
}
