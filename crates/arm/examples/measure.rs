//! Reads and evaluates every template below the folders that are given, and prints how many there were, what they hold, what could not be read, and the
//! speed of one thread: `cargo run --release -p cmklint-arm --example measure -- FOLDER…`. With `--slowest N` first, the templates that take longest for their
//! size too.
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
    each: Vec<Taken>,
    nodes: usize,
}

/// What one template took.
struct Taken {
    path: String,
    bytes: usize,
    nodes: usize,
    parsing: Duration,
    evaluating: Duration,
}

impl Taken {
    fn bytes_per_second(&self) -> f64 {
        self.bytes as f64 / (self.parsing + self.evaluating).as_secs_f64().max(1e-9)
    }
}

fn main() {
    let mut counts = Counts::default();
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut listed = 0;
    if args.first().is_some_and(|arg| arg == "--slowest") {
        listed = args.get(1).and_then(|n| n.parse().ok()).unwrap_or(100);
        args.drain(..2.min(args.len()));
    }
    for folder in args {
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
        "evaluated to {} resources in {:?}, {:.0} MB/s",
        counts.nodes,
        counts.evaluating,
        megabytes(counts.evaluating)
    );
    if let Some(longest) = counts.each.iter().max_by_key(|t| t.parsing + t.evaluating) {
        println!("the one that takes longest is {} with {:?}", longest.path, longest.parsing + longest.evaluating);
    }
    counts.each.sort_by(|a, b| a.bytes_per_second().total_cmp(&b.bytes_per_second()));
    for taken in counts.each.iter().take(listed) {
        println!(
            "{:>6.1} MB/s {:>8} bytes {:>4} resources, parsed in {:>9.1?}, evaluated in {:>9.1?}  {}",
            taken.bytes_per_second() / 1e6,
            taken.bytes,
            taken.nodes,
            taken.parsing,
            taken.evaluating,
            taken.path
        );
    }
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
            let parsing = start.elapsed();
            counts.parsing += parsing;
            counts.templates += 1;
            counts.bytes += file.text().len();
            if let Some(template) = &parsed.template {
                count(template, counts);
                let (inputs, limits) = (Inputs::default(), Limits::default());
                let start = Instant::now();
                let evaluated = evaluate(template, file.path(), &inputs, DeploymentId(0), &Files(sources), &limits);
                let (evaluating, nodes) = (start.elapsed(), evaluated.deployment.resources.len());
                counts.evaluating += evaluating;
                counts.nodes += nodes;
                let (path, bytes) = (file.path().to_owned(), file.text().len());
                counts.each.push(Taken { path, bytes, nodes, parsing, evaluating });
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
