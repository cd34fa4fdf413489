//! Compares what a Bicep file comes to with what the JSON comes to that the official compiler made of it, for every `main.bicep` with a `main.json` beside
//! it below a folder: `cargo run --release -p cmklint-bicep --example equal -- FOLDER [--show PART-OF-A-PATH]`.
//!
//! A pair is equal where both sides hold the same declared resources (type, names, scope, region, condition, resource that is extended, number in a loop,
//! body, and the resources that the body names), and all rules find the same in both. The normal form in which they are compared:
//! - Values that only a deployment knows are compared by their words, since their keys name places of the files.
//! - Resources are compared in the order of their words, members of objects in the order of their names.
//! - `x.id` of a resource, and the same id as `resourceId` writes it, are one.
//! - A module of a registry, which is not in the tree, is what the JSON has for it: what the registry gave the compiler.
//! - The deployments themselves, modules here and `Microsoft.Resources/deployments` there, are no resources; what they deploy is.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)] // a program of its own

mod graph;
mod restore;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use cmklint_source::{DiskLoader, Sources};
use graph::{Files, difference, sides};

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find(&path, out);
        } else if path.file_name().is_some_and(|name| name == "main.bicep") && path.with_extension("json").exists() {
            out.push(path);
        }
    }
}

/// The words around the first difference.
fn near(a: &str, b: &str) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count().saturating_sub(60);
    let cut = |text: &str| text.chars().skip(same).take(260).collect::<String>();
    (cut(a), cut(b))
}

fn main() {
    let root = PathBuf::from(std::env::args().nth(1).unwrap());
    let show = std::env::args().skip_while(|arg| arg != "--show").nth(1);
    let files = Files(Sources::new(DiskLoader::new(&root, 64 << 20).unwrap()));
    let mut paths = Vec::new();
    find(&root, &mut paths);
    let start = Instant::now();
    let (mut all, mut equal, mut with_modules, mut resources, mut findings) = (0, 0, 0, 0, 0);
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &paths {
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if show.as_ref().is_some_and(|part| !path.contains(part.as_str())) {
            continue;
        }
        all += 1;
        let (bicep, json, modules) = match sides(&files, &path) {
            Ok(sides) => sides,
            Err(reason) => {
                *classes.entry("no template").or_default() += 1;
                println!("{path}: {reason}");
                continue;
            }
        };
        resources += json.rows.len();
        findings += json.findings.len();
        match difference(&bicep, &json) {
            None => {
                equal += 1;
                with_modules += usize::from(modules > 0);
            }
            Some((what, a, b)) => {
                *classes.entry(what).or_default() += 1;
                let (a, b) = near(&a, &b);
                println!("{path}: {what}\n  bicep {a}\n  json  {b}");
            }
        }
        if show.is_some() {
            println!("{bicep:#?} {json:#?}");
        }
    }
    println!(
        "{equal} of {all} equal ({with_modules} of them with modules of a registry), {resources} resources, {findings} findings, {:.1} s; different: {classes:?}",
        start.elapsed().as_secs_f64()
    );
}
