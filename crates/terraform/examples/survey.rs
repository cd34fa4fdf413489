//! Reads every Terraform root below a folder and tells what became of it: `survey FOLDER [--dump]`.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;

use cmklint_graph::{DeploymentId, Kind, Value};
use cmklint_source::{DiskLoader, Sources};
use cmklint_terraform::{Options, Root, calls, instantiations, is_configuration};

fn folders(at: &Path, root: &Path, out: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(at).expect("a folder").filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    if entries.iter().any(|e| e.path().is_file() && is_configuration(&e.file_name().to_string_lossy())) {
        out.push(at.strip_prefix(root).expect("below").to_string_lossy().into_owned());
    }
    for entry in entries {
        if entry.path().is_dir() {
            folders(&entry.path(), root, out);
        }
    }
}

fn show(value: &Value, depth: usize) -> String {
    let pad = "  ".repeat(depth);
    match &value.kind {
        Kind::Object(object) => {
            let mut out = String::from("{\n");
            for (name, entry) in &object.entries {
                out.push_str(&format!("{pad}  {name}: {}\n", show(&entry.value, depth + 1)));
            }
            if let Some(rest) = &object.rest {
                out.push_str(&format!("{pad}  ..<{}>\n", rest.key()));
            }
            out + &pad + "}"
        }
        Kind::Array(array) => {
            let mut out = String::from("[\n");
            for item in &array.items {
                out.push_str(&format!("{pad}  {}\n", show(item, depth + 1)));
            }
            if let Some(rest) = &array.rest {
                out.push_str(&format!("{pad}  ..<{}>\n", rest.key()));
            }
            out + &pad + "]"
        }
        Kind::Ref(r) => format!("ref {} {}", r.node, r.path),
        Kind::Choice(c) => {
            format!("if {} then {} else {}", c.atom.key(), show(&c.then, depth + 1), show(&c.otherwise, depth + 1))
        }
        _ => cmklint_graph::canonical(value),
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().expect("a folder");
    let dump = args.next().is_some();
    let loader = DiskLoader::new(&root, 16 << 20).expect("a folder");
    let base = loader.root().to_owned();
    let sources = Sources::new(loader);
    let mut dirs = Vec::new();
    folders(&base, &base, &mut dirs);
    let options = Options::default();
    let called: std::collections::BTreeSet<String> =
        dirs.iter().flat_map(|dir| calls(dir, &sources, &options.cache)).collect();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut roots, mut files, mut nodes, mut all, mut known, mut references, mut resolved) = (0, 0, 0, 0, 0, 0, 0);
    let begin = std::time::Instant::now();
    for dir in dirs.iter().filter(|d| !called.contains(*d)) {
        for set in instantiations(dir, &sources) {
            let id = DeploymentId(roots);
            let lowered = Root::new(dir, &sources, &options).with_tfvars(&set.tfvars).lower(id);
            roots += 1;
            files += lowered.statistics.files;
            nodes += lowered.statistics.resources;
            all += lowered.statistics.expressions;
            known += lowered.statistics.expressions_known;
            references += lowered.statistics.references;
            resolved += lowered.statistics.references_resolved;
            for diagnostic in &lowered.diagnostics {
                *codes.entry(diagnostic.code).or_default() += 1;
                let place = diagnostic.span.and_then(|s| sources.get(s.file).map(|f| (f.position(s.start), f)));
                let place = place.map_or_else(
                    || diagnostic.path.clone().unwrap_or_default(),
                    |(p, f)| format!("{}:{}:{}", f.path(), p.line, p.column),
                );
                println!("{:?} {} {place}: {}", diagnostic.severity, diagnostic.code, diagnostic.message);
            }
            if dump {
                println!("== {} ({})", lowered.deployment.key, set.label);
                for r in &lowered.deployment.resources {
                    let names: Vec<String> = r.names.iter().map(|n| show(n, 0)).collect();
                    println!("{} {} {} [{}] {:?}", r.id, r.address, r.kind, names.join(", "), r.presence);
                    println!("  scope {} / {}", show(&r.scope.subscription, 1), show(&r.scope.resource_group, 1));
                    println!("  at {} if {} further {}", show(&r.location, 1), show(&r.condition, 1), r.further);
                    if !r.extends.is_null() {
                        println!("  extends {}", show(&r.extends, 1));
                    }
                    println!("  {}", show(&r.body, 1));
                }
            }
        }
    }
    println!(
        "{roots} roots, {files} files, {nodes} nodes, {known} of {all} expressions known, {resolved} of {references} references resolved, {:?}",
        begin.elapsed()
    );
    println!("{codes:?}");
}
