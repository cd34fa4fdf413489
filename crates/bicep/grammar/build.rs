//! Compiles the generated parser and the scanner.

fn main() {
    println!("cargo::rerun-if-changed=src/parser.c");
    println!("cargo::rerun-if-changed=src/scanner.c");
    cc::Build::new()
        .std("c11")
        .include("src")
        // The generator's code, not ours, has these.
        .flag_if_supported("-Wno-unused-parameter")
        .flag_if_supported("-Wno-unused-but-set-variable")
        .file("src/parser.c")
        .file("src/scanner.c")
        .compile("tree-sitter-bicep");
}
