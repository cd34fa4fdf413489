//! The targets: what is run with the bytes of one input.

use std::sync::Arc;

use cmklint_cli::analysis::{Request, analyze};
use cmklint_cli::baseline::Baseline;
use cmklint_cli::own_rules::{OwnRules, RuleFile};
use cmklint_cli::tree::{Candidate, FileKind};
use cmklint_cli::{Host, config, ignores};
use cmklint_inventory::{Inventory, Limits};
use cmklint_report::{DisplayPaths, Format, Report, Style};
use cmklint_rules::{Finding, Level, RuleMeta};
use cmklint_source::{Diagnostic, MemoryLoader, Sources};

/// One kind of input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// `bicep`, `plan`, …
    pub name: &'static str,
    /// The ends of its seeds' names, among the files below `rules/`.
    pub seeds: &'static [&'static str],
    /// Reads one input. It must return, whatever the bytes are.
    pub run: fn(&[u8]),
}

/// All targets.
pub const ALL: &[Target] = &[
    Target { name: "hcl", seeds: &[".tf"], run: |data| files(&[("main.tf", data)]) },
    Target { name: "tfvars", seeds: &[".tfvars"], run: |data| files(&[("main.tf", TF), ("terraform.tfvars", data)]) },
    Target { name: "arm", seeds: &["azuredeploy.json"], run: |data| files(&[("azuredeploy.json", data)]) },
    Target {
        name: "parameters",
        seeds: &[".parameters.json"],
        run: |data| files(&[("azuredeploy.json", ARM), ("azuredeploy.parameters.json", data)]),
    },
    Target { name: "bicep", seeds: &[".bicep"], run: |data| files(&[("main.bicep", data)]) },
    Target {
        name: "bicepparam",
        seeds: &[".bicepparam"],
        run: |data| files(&[("main.bicep", BICEP), ("main.bicepparam", data)]),
    },
    Target {
        name: "terragrunt",
        seeds: &[],
        run: |data| files(&[("live/terragrunt.hcl", data), ("live/main.tf", TF), ("root.hcl", data)]),
    },
    Target { name: "expressions", seeds: &[], run: expressions },
    Target { name: "configuration", seeds: &[".cmklint.hcl"], run: configuration },
    Target { name: "inventory", seeds: &[], run: inventory },
    Target { name: "plan", seeds: &[], run: document },
    Target { name: "state", seeds: &[], run: document },
    Target { name: "baseline", seeds: &[], run: baseline },
    Target { name: "ignores", seeds: &[], run: comments },
    Target { name: "custom-rules", seeds: &[], run: custom_rules },
];

/// The target of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|t| t.name == name)
}

const TF: &[u8] = include_bytes!("../corpus/fixed/main.tf");
const ARM: &[u8] = include_bytes!("../corpus/fixed/azuredeploy.json");
const BICEP: &[u8] = include_bytes!("../corpus/fixed/main.bicep");

/// Analyzes `files` as a tree, and writes the reports.
fn files(files: &[(&str, &[u8])]) {
    run(files, Request::default());
}

fn run(files: &[(&str, &[u8])], request: Request) {
    let sources = Arc::new(Sources::new(MemoryLoader::new(files.iter().map(|(p, t)| (*p, t.to_vec())))));
    let candidates = files
        .iter()
        .filter_map(|(path, _)| Some(Candidate { path: (*path).to_owned(), kind: FileKind::of(path)?, named: false }));
    let request = Request { candidates: candidates.collect(), ..request };
    let analysis = analyze(&request, &sources);
    let rules: Vec<&'static RuleMeta> = cmklint_rules::RULES.iter().map(|r| r.meta()).collect();
    let applied = ignores::apply(
        analysis.findings,
        &ignores::loaded(&sources, &analysis.files),
        &cmklint_rules::Catalog::default(),
        jiff::civil::date(2026, 1, 1),
        &|_, _| true,
    );
    let mut diagnostics = analysis.diagnostics;
    diagnostics.extend(applied.diagnostics);
    write(&applied.kept, &diagnostics, &rules, &sources);
}

/// Writes each format and drops the output: a place outside of its file would cause a panic here.
fn write(findings: &[Finding], diagnostics: &[Diagnostic], rules: &[&'static RuleMeta], sources: &Sources) {
    let report = Report {
        findings,
        diagnostics,
        rules,
        sources,
        suppressed: &[],
        version: "0",
        style: Style { width: 100, ..Style::default() },
        repository_paths: DisplayPaths::default(),
        minimum_failure: Level::Notice,
        ignored: 0,
        known: 0,
        coverage: None,
        fixes: &[],
        map: None,
    };
    for format in Format::ALL {
        // Writing to a sink does not fail.
        let _ = cmklint_report::write(format, &report, &mut std::io::sink());
    }
    let _ = cmklint_report::write_diagnostics(diagnostics, sources, &report.style, 100, &mut std::io::sink());
}

/// The input as one expression in each language, which decides a region and a condition.
fn expressions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let fill = |frame: &[u8], text: &str| String::from_utf8_lossy(frame).replace("EXPRESSION", text).into_bytes();
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r', '\t'], " ");
    files(&[("main.tf", &fill(include_bytes!("../corpus/fixed/expression.tf"), &text))]);
    files(&[("main.bicep", &fill(include_bytes!("../corpus/fixed/expression.bicep"), &text))]);
    files(&[("azuredeploy.json", &fill(include_bytes!("../corpus/fixed/expression.json"), &quoted))]);
}

fn configuration(data: &[u8]) {
    let sources = Sources::new(MemoryLoader::new([(config::FILE_NAME, data.to_vec())]));
    let Ok(file) = sources.load(config::FILE_NAME) else { return };
    let (read, diagnostics) = config::parse(&file);
    write(&[], &diagnostics, &[], &sources);
    let roots = read.roots.clone();
    let request = Request { roots, links: read.links, ..Request::default() };
    run(&[("main.tf", TF), ("azuredeploy.json", ARM), ("main.bicep", BICEP)], request);
}

/// What a file of custom rules says of itself, which is read before any process evaluates it.
fn custom_rules(data: &[u8]) {
    let sources = Sources::new(MemoryLoader::new([("r.rego", data.to_vec())]));
    let Ok(file) = sources.load("r.rego") else { return };
    let (own, diagnostics) = OwnRules::new(&[RuleFile { file, area: String::new() }], Host::Nowhere);
    write(&[], &diagnostics, own.catalog().own(), &sources);
}

fn inventory(data: &[u8]) {
    let mut inventory = Inventory::default();
    let limits = Limits { bytes: 16 << 20, row_bytes: 1 << 20, kept_bytes: 16 << 20 };
    // Input that is not an inventory is refused, which is a valid result.
    let _ = inventory.add("inventory.json", data, &limits);
    let request = Request { inventory: Some(Arc::new(inventory)), ..Request::default() };
    run(&[("main.tf", TF), ("azuredeploy.json", ARM), ("main.bicep", BICEP)], request);
}

/// A plan or state, with and without the files of its root.
fn document(data: &[u8]) {
    let sources = Sources::new(MemoryLoader::new([("plan.json", data.to_vec())]));
    let Ok(file) = sources.load("plan.json") else { return };
    for files in [&[][..], &[("main.tf", TF)]] {
        let request = Request { documents: vec![Arc::clone(&file)], ..Request::default() };
        run(files, request);
    }
}

fn baseline(data: &[u8]) {
    let Ok(read) = Baseline::parse(&String::from_utf8_lossy(data)) else { return };
    // An older version is written as the newest, so the text must be the same from then on.
    let written = read.to_json();
    let again = Baseline::parse(&written).map(|b| b.to_json());
    assert_eq!(again.as_ref(), Ok(&written), "a baseline that is written is read as the same");
    let sources = Arc::new(Sources::new(MemoryLoader::new([("main.tf", TF.to_vec())])));
    let candidates = vec![Candidate { path: "main.tf".to_owned(), kind: FileKind::Terraform, named: false }];
    let analysis = analyze(&Request { candidates, ..Request::default() }, &sources);
    let applied = read.apply(analysis.findings, "baseline.json", &sources, &|_| true, &|_| true);
    write(&applied.kept, &applied.diagnostics, &[], &sources);
}

/// The input as a comment of each language, beside a finding.
fn comments(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let with = |mark: &str, file: &[u8]| {
        let mut out: String = text.lines().map(|line| format!("{mark} {line}\n")).collect();
        out.push_str(&String::from_utf8_lossy(file));
        out.into_bytes()
    };
    files(&[("main.tf", &with("#", TF))]);
    files(&[("main.bicep", &with("//", BICEP))]);
    files(&[("azuredeploy.json", &with("//", ARM))]);
}
