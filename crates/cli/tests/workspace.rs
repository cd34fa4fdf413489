//! The order of the crates, as docs/architecture.md draws it: arrows point down. And what all packages have in common.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each package from the ground up, and which others of ours it may use. A package uses only what stands above it in this list.
const LAYERS: &[(&str, &[&str])] = &[
    ("cmklint-source", &[]),
    ("cmklint-git", &["cmklint-source"]),
    ("cmklint-graph", &["cmklint-source"]),
    ("cmklint-inventory", &["cmklint-source", "cmklint-graph"]),
    ("cmklint-template", &["cmklint-source", "cmklint-graph"]),
    ("cmklint-arm", &["cmklint-source", "cmklint-graph", "cmklint-template"]),
    ("cmklint-bicep-grammar", &[]),
    ("cmklint-bicep", &["cmklint-source", "cmklint-graph", "cmklint-template", "cmklint-arm", "cmklint-bicep-grammar"]),
    ("cmklint-terraform", &["cmklint-source", "cmklint-graph"]),
    ("cmklint-rules", &["cmklint-source", "cmklint-graph"]),
    ("cmklint-fix", &["cmklint-source", "cmklint-graph", "cmklint-bicep", "cmklint-terraform", "cmklint-rules"]),
    ("cmklint-report", &["cmklint-source", "cmklint-rules"]),
    ("cmklint-custom", &["cmklint-source", "cmklint-graph", "cmklint-rules"]),
    (
        "cmklint-cli",
        &[
            "cmklint-source",
            "cmklint-git",
            "cmklint-graph",
            "cmklint-inventory",
            "cmklint-template",
            "cmklint-arm",
            "cmklint-bicep",
            "cmklint-terraform",
            "cmklint-fix",
            "cmklint-rules",
            "cmklint-custom",
            "cmklint-report",
        ],
    ),
    (
        "cmklint-lsp",
        &["cmklint-source", "cmklint-graph", "cmklint-bicep", "cmklint-rules", "cmklint-report", "cmklint-cli"],
    ),
    ("cmklint", &["cmklint-source", "cmklint-rules", "cmklint-report", "cmklint-cli", "cmklint-lsp"]),
    ("tflint-ruleset-cmklint", &["cmklint-source", "cmklint-rules", "cmklint-custom", "cmklint-report", "cmklint-cli"]),
    ("cmklint-fleet", &["cmklint-source", "cmklint-rules", "cmklint-report", "cmklint-cli"]),
    ("cmklint-python", &["cmklint-cli", "cmklint-fleet"]),
    // What a maintainer runs: no part of the product.
    ("xtask", &["cmklint-rules"]),
    ("cmklint-generator", &["cmklint-source", "cmklint-graph", "cmklint-rules", "cmklint-cli"]),
    ("cmklint-fuzz", &["cmklint-source", "cmklint-inventory", "cmklint-rules", "cmklint-report", "cmklint-cli"]),
];

/// Packages that test the others and are no part of the program.
const TOOLS: &[&str] = &["cmklint-generator", "cmklint-fuzz", "xtask"];

/// The module for Python, which is published as a wheel and not as a package of Rust.
const PYTHON: &str = "cmklint-python";

/// The crates that can't forbid `unsafe`: the first holds the one `unsafe` of the project, the call into the generated parser; what the macros of pyo3 make for the other has some.
const UNSAFE: [&str; 2] = ["cmklint-bicep-grammar", PYTHON];

/// What Linux alone needs.
const LINUX: &str = "[target.'cfg(target_os = \"linux\")'.dependencies]";

/// What reaches the disk, the environment, the clock, the network or other processes.
const OUTSIDE: [&str; 6] = ["std::fs", "std::env", "std::net", "std::process", "std::time", "env::var"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

fn manifest(package: &Value) -> (PathBuf, String) {
    let path = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The lines of the sections of a manifest whose header is in `headers`, without comments and blanks.
fn section<'t>(text: &'t str, headers: &[&str]) -> Vec<&'t str> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if line.starts_with('[') {
            inside = headers.contains(&line);
        } else if inside {
            out.push(line);
        }
    }
    out
}

#[test]
fn a_package_uses_only_packages_below_it() {
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    for (at, (package, uses)) in LAYERS.iter().enumerate() {
        let below: Vec<&str> = LAYERS[..at].iter().map(|(name, _)| *name).collect();
        assert!(uses.iter().all(|used| below.contains(used)), "LAYERS: {package} uses what is not below it");
    }
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(name).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "LAYERS lists each package of the workspace");
    for package in &packages {
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = name(dependency);
            // A test may look at more than the code that it tests.
            let test_only = dependency["kind"] == "dev";
            if names.contains(used) && !test_only {
                assert!(allowed[name(package)].contains(&used), "{} must not use {used}", name(package));
            }
        }
    }
}

#[test]
fn only_the_loader_and_the_binary_reach_outside_of_the_process() {
    let may = |package: &&str| {
        ["cmklint", "cmklint-cli", "cmklint-fleet", PYTHON, "tflint-ruleset-cmklint"].contains(package)
            || TOOLS.contains(package)
    };
    for package in packages().iter().filter(|p| !may(&name(p))) {
        let may = ["source/src/loader.rs", "git/src/plain.rs", "custom/src/process.rs", "custom/src/worker.rs"];
        // What git's own reader would open is looked at first; custom rules are evaluated in a process of their own.
        for (path, code) in code(package).iter().filter(|(path, _)| !may.iter().any(|file| path.ends_with(file))) {
            for word in OUTSIDE {
                assert!(!code.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

/// The sources of `package`, without tests.
fn code(package: &Value) -> Vec<(PathBuf, String)> {
    let mut open = vec![manifest(package).0.with_file_name("src")];
    let mut out = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Tests of a module in files of their own.
                if !path.ends_with("tests") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                out.push((path, code));
            }
        }
    }
    out
}

#[test]
fn all_packages_share_version_edition_toolchain_licence_and_lints() {
    let packages = packages();
    let root = packages.iter().find(|p| name(p) == "cmklint").unwrap();
    for package in &packages {
        for key in ["version", "edition", "rust_version", "license", "repository"] {
            assert_eq!(package[key], root[key], "{key} of {}", name(package));
        }
        let is_published = package["publish"].is_null();
        let is_crate = !TOOLS.contains(&name(package)) && name(package) != PYTHON;
        assert_eq!(is_published, is_crate, "publish of {}", name(package));
        let text = manifest(package).1;
        let lints = section(&text, &["[lints]"]);
        if UNSAFE.contains(&name(package)) {
            assert!(lints.is_empty(), "{} sets lints of its own", name(package));
        } else {
            assert_eq!(lints, ["workspace = true"], "[lints] of {}", name(package));
        }
    }
}

#[test]
fn every_dependency_has_its_version_in_the_workspace_table_and_none_stands_there_unused() {
    let packages = packages();
    let root = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let table: BTreeSet<&str> =
        section(&root, &["[workspace.dependencies]"]).iter().filter_map(|l| l.split([' ', '=', '.']).next()).collect();
    let mut used = BTreeSet::new();
    for package in &packages {
        let (path, text) = manifest(package);
        for line in section(&text, &["[dependencies]", "[dev-dependencies]", "[build-dependencies]", LINUX]) {
            assert!(line.contains("workspace = true"), "{}: {line}", path.display());
        }
        used.extend(package["dependencies"].as_array().unwrap().iter().map(|d| name(d).to_owned()));
    }
    used.extend(packages.iter().map(|p| name(p).to_owned()));
    let unused: Vec<&&str> = table.iter().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "in the workspace table, used by no package: {unused:?}");
}

/// The files that the sources of `package` take in by a literal path.
fn taken_in(package: &Value) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for (path, code) in code(package) {
        for literal in ["include_str!(\"", "include_bytes!(\""] {
            for rest in code.split(literal).skip(1) {
                let file = path.parent().unwrap().join(rest.split('"').next().unwrap());
                out.push(file.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", file.display())));
            }
        }
    }
    out
}

#[test]
fn what_is_published_depends_on_the_version_of_now_and_says_what_it_is() {
    let packages = packages();
    let root = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    for line in section(&root, &["[workspace.dependencies]"]).iter().filter(|line| line.contains("path = ")) {
        let version = format!("version = \"{}\"", packages[0]["version"].as_str().unwrap());
        assert!(line.contains(&version), "{line}: crates.io asks for {version}");
    }
    for package in packages.iter().filter(|package| !TOOLS.contains(&name(package)) && name(package) != PYTHON) {
        let folder = manifest(package).0.parent().unwrap().to_owned();
        assert!(package["description"].as_str().is_some_and(|text| !text.is_empty()), "{}", name(package));
        assert!(
            package["readme"].as_str().is_some_and(|file| folder.join(file).is_file()),
            "{}: README",
            name(package)
        );
        assert!(!package["keywords"].as_array().unwrap().is_empty(), "{}: keywords", name(package));
        // A path of a source that leads out of its package is not there once that is published.
        for (path, code) in code(package) {
            let depth = path.strip_prefix(&folder).unwrap().components().count();
            let leads_out = |line: &&str| line.contains("include_") && line.contains(&"../".repeat(depth));
            assert_eq!(code.lines().find(leads_out), None, "{}", path.display());
        }
        // Nor is a file that a source takes in, where `include` leaves its folder out.
        let text = manifest(package).1;
        let packed = text.lines().find_map(|line| line.strip_prefix("include = ")).unwrap();
        for file in taken_in(package) {
            let top = file.strip_prefix(&folder).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
            assert!(packed.contains(&format!("\"/{top}")), "{}: {} is not packed", name(package), file.display());
        }
    }
}
