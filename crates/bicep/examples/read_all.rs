//! Reads and evaluates every Bicep file below a folder, and prints what is reported about them: `cargo run --example read_all -- FOLDER`.
//! `--notes` prints the notes, too; `--silent` prints only the files of which nothing is reported, whatever its weight.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)] // a program of its own

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use cmklint_graph::DeploymentId;
use cmklint_source::{DiskLoader, LoadError, Severity, Sources};
use cmklint_template::{Inputs, Library, Limits, Template, evaluate, evaluate_parameters};

struct Files(Sources);

impl Library for Files {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|error| error.to_string())?;
        let template = if path.ends_with(".bicep") {
            cmklint_bicep::parse(&file, &self.0).template
        } else {
            cmklint_arm::parse(&file).template
        };
        template.ok_or_else(|| "not a template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find(&path, out);
        } else if path.extension().is_some_and(|end| end == "bicep" || end == "bicepparam") {
            out.push(path);
        }
    }
}

fn main() {
    let root = PathBuf::from(std::env::args().nth(1).unwrap());
    let notes = std::env::args().any(|arg| arg == "--notes");
    let silent = std::env::args().any(|arg| arg == "--silent");
    let files = Files(Sources::new(DiskLoader::new(&root, 64 << 20).unwrap()));
    let mut paths = Vec::new();
    find(&root, &mut paths);
    let mut counts: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    let (mut resources, mut slowest) = (0, (0, String::new()));
    let start = Instant::now();
    for path in &paths {
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let file = match files.0.load(&path) {
            Ok(file) => file,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        let begun = Instant::now();
        let mut diagnostics = Vec::new();
        if path.ends_with("param") {
            let read = cmklint_bicep::parse_parameters(&file, &files.0);
            diagnostics.extend(read.diagnostics);
            diagnostics.extend(
                evaluate_parameters(&read.scope, &read.assignments, None, DeploymentId(0), &files, &Limits::default())
                    .1,
            );
        } else {
            let parsed = cmklint_bicep::parse(&file, &files.0);
            diagnostics.extend(parsed.diagnostics);
            let inputs = Inputs::default();
            let template = parsed.template.unwrap();
            let done = evaluate(&template, &path, &inputs, DeploymentId(0), &files, &Limits::default());
            diagnostics.extend(done.diagnostics);
            resources += done.deployment.resources.len();
        }
        let took = begun.elapsed().as_millis();
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
        if silent && diagnostics.is_empty() {
            println!("{path}");
        }
        for diagnostic in diagnostics {
            *counts.entry((diagnostic.severity, diagnostic.code)).or_default() += 1;
            if silent || diagnostic.severity == Severity::Note && !notes {
                continue;
            }
            let (at, text) = diagnostic.span.map_or((String::new(), String::new()), |span| {
                let file = files.0.get(span.file).unwrap();
                let position = file.position(span.start);
                (format!("{}:{}:{}", file.path(), position.line, position.column), file.slice(span).to_owned())
            });
            let text: String = text.chars().take(60).collect();
            println!(
                "{path}: {:?} {} {at}: {} `{}`",
                diagnostic.severity,
                diagnostic.code,
                diagnostic.message,
                text.replace('\n', "⏎")
            );
        }
    }
    println!("{} files, {resources} resources, {:?}; slowest {slowest:?}", paths.len(), start.elapsed());
    println!("{counts:?}");
}
