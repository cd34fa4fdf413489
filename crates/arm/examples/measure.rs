//! Reads and evaluates every template below the folders that are given, and prints how many there were, what they hold, what could not be read, and the
//! speed of one thread: `cargo run --release -p cmklint-arm --example measure -- FOLDER…`.
#![allow(clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cmklint_arm::{JsonKind, classify, parse, parse_parameters};
use cmklint_graph::DeploymentId;
use cmklint_source::{DiskLoader, LoadError, Sources};
use cmklint_template::{ExprKind, Inputs, Library, Limits, Template, TemplateRef, evaluate};

struct Files<'a>(&'a Sources);

impl Library for Files<'_> {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|error| error.to_string())?;
        parse(&file).template.ok_or_else(|| "not a template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

#[derive(Default)]
struct Counts {
    templates: usize,
    parameter_files: usize,
    others: usize,
    resources: usize,
    deployments: usize,
    unknown: usize,
    diagnostics: usize,
    bytes: usize,
    classifying: Duration,
    parsing: Duration,
    evaluating: Duration,
    slowest: (Duration, String),
    nodes: usize,
}

fn main() {
    let mut counts = Counts::default();
    for folder in std::env::args().skip(1) {
        let root = PathBuf::from(folder);
        let Ok(loader) = DiskLoader::new(&root, u64::MAX) else { continue };
        let sources = Sources::new(loader);
        let mut files = Vec::new();
        find(&root, &mut files);
        files.sort();
        for path in files {
            let Ok(relative) = path.strip_prefix(&root) else { continue };
            match sources.load(&relative.to_string_lossy()) {
                Ok(file) => measure(&file, &sources, &mut counts),
                Err(error) => println!("{}: {error}", path.display()),
            }
        }
    }
    let megabytes = |time: Duration| counts.bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} templates ({:.1} MB), {} parameter files, {} others",
        counts.templates,
        counts.bytes as f64 / 1e6,
        counts.parameter_files,
        counts.others
    );
    println!(
        "{} resources, {} deployments, {} unknown names, {} diagnostics",
        counts.resources, counts.deployments, counts.unknown, counts.diagnostics
    );
    println!(
        "classified in {:?}; parsed and lowered in {:?}, {:.0} MB/s",
        counts.classifying,
        counts.parsing,
        megabytes(counts.parsing)
    );
    println!(
        "evaluated to {} resources in {:?}, {:.0} MB/s; the slowest is {} with {:?}",
        counts.nodes,
        counts.evaluating,
        megabytes(counts.evaluating),
        counts.slowest.1,
        counts.slowest.0
    );
}

fn measure(file: &cmklint_source::SourceFile, sources: &Sources, counts: &mut Counts) {
    let start = Instant::now();
    let kind = classify(file.text());
    counts.classifying += start.elapsed();
    let diagnostics = match kind {
        JsonKind::Other => {
            counts.others += 1;
            Vec::new()
        }
        JsonKind::Parameters => {
            counts.parameter_files += 1;
            parse_parameters(file).diagnostics
        }
        JsonKind::Template => {
            let start = Instant::now();
            let parsed = parse(file);
            counts.parsing += start.elapsed();
            counts.templates += 1;
            counts.bytes += file.text().len();
            if let Some(template) = &parsed.template {
                count(template, counts);
                let (inputs, limits) = (Inputs::default(), Limits::default());
                let start = Instant::now();
                let evaluated = evaluate(template, file.path(), &inputs, DeploymentId(0), &Files(sources), &limits);
                let time = start.elapsed();
                counts.evaluating += time;
                counts.nodes += evaluated.deployment.resources.len();
                if time > counts.slowest.0 {
                    counts.slowest = (time, file.path().to_owned());
                }
            }
            parsed.diagnostics
        }
    };
    counts.diagnostics += diagnostics.len();
    for diagnostic in diagnostics {
        let at = diagnostic
            .span
            .map(|span| (file.position(span.start), file.slice(span).chars().take(80).collect::<String>()));
        println!("{}: {} {} {at:?}", file.path(), diagnostic.code, diagnostic.message);
    }
}

fn count(template: &Template, counts: &mut Counts) {
    for resource in &template.resources {
        counts.resources += 1;
        counts.unknown += usize::from(matches!(resource.name.kind, ExprKind::Unknown(_)));
        if let Some(deployment) = &resource.deployment {
            counts.deployments += 1;
            if let TemplateRef::Inline(inner) = &deployment.template {
                count(inner, counts);
            }
        }
    }
}

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            find(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(path);
        }
    }
}
