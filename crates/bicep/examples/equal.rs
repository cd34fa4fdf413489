//! Compares what a Bicep file evaluates to with what the JSON evaluates to that the official compiler made of it, for every `main.bicep` with a
//! `main.json` beside it below a folder: `cargo run --release --example equal -- FOLDER [--show PART-OF-A-PATH]`.
//!
//! Two graphs are equal where they hold the same declared resources: type, names, scope, region, condition and body. Values that only a deployment knows are
//! compared by their words, since their keys name places of the files.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)] // a program of its own

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Part, Presence, Resource, Value};
use cmklint_source::{DiskLoader, LoadError, Sources};
use cmklint_template::{Inputs, Library, Limits, Template, evaluate};

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
        } else if path.file_name().is_some_and(|name| name == "main.bicep") && path.with_extension("json").exists() {
            out.push(path);
        }
    }
}

/// One resource, each part in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: String,
    names: String,
    scope: String,
    location: String,
    condition: String,
    body: String,
    extends: String,
}

fn rows(files: &Files, path: &str) -> (Vec<Row>, Vec<String>) {
    let inputs = Inputs { label: path.to_owned(), ..Inputs::default() };
    let template = files.template(path).unwrap();
    let done = evaluate(&template, path, &inputs, DeploymentId(0), files, &Limits::default());
    let all = &done.deployment.resources;
    let declared = all.iter().filter(|r| r.presence == Presence::Declared);
    let mut rows: Vec<Row> = declared
        .filter(|r| !r.kind.is("Microsoft.Resources/deployments"))
        .map(|r| Row {
            kind: r.kind.folded().to_owned(),
            names: r.names.iter().map(|name| words(name, all)).collect::<Vec<_>>().join("/"),
            scope: format!("{} {}", words(&r.scope.subscription, all), words(&r.scope.resource_group, all)),
            location: words(&r.location, all),
            condition: words(&r.condition, all),
            body: words(&r.body, all),
            extends: words(&r.extends, all),
        })
        .collect();
    rows.sort();
    (rows, done.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect())
}

fn words(value: &Value, all: &[Resource]) -> String {
    let mut out = String::new();
    write(value, all, &mut out);
    one_loop(out)
}

/// A loop over items and the same one as JSON has it, a loop of as many rounds as there are items, in the same words.
fn one_loop(mut text: String) -> String {
    const INDEX: &str = "an index of length(";
    // Words that are cut short have no end to find.
    while let Some(over) = text.find(INDEX).and_then(|at| balanced(&text[at + INDEX.len()..])) {
        let (over, index) = (over.to_owned(), format!("{INDEX}{over})"));
        text = text.replace(&format!("index({over}, {index})"), &format!("an item of {over}"));
        text = text.replace(&index, &format!("an index of {over}"));
        text = text.replace(&format!("length({over}) > 0"), &format!("{over} has items"));
    }
    text
}

/// The text up to the parenthesis that closes one around it.
fn balanced(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(&text[..at]),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn write(value: &Value, all: &[Resource], out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(&value.to_string()),
        Kind::Number(value) => out.push_str(&value.to_string()),
        Kind::String(value) => out.push_str(&format!("'{value}'")),
        Kind::Array(array) => {
            out.push('[');
            for item in &array.items {
                write(item, all, out);
                out.push(',');
            }
            if array.rest.is_some() {
                out.push_str("...");
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            let mut names: Vec<_> = object.entries.iter().collect();
            names.sort_by(|a, b| a.0.cmp(b.0));
            for (name, entry) in names {
                out.push_str(&format!("{name}:"));
                write(&entry.value, all, out);
                out.push(',');
            }
            if object.rest.is_some() {
                out.push_str("...");
            }
            out.push('}');
        }
        Kind::Ref(r) => {
            let Some(of) = all.get(r.node.index as usize) else { return out.push_str("ref?") };
            if r.path.eq_ignore_ascii_case("id") && of.extends.is_null() {
                return write_id(of, out);
            }
            out.push_str(&format!("ref({}", of.kind.folded()));
            for name in &of.names {
                out.push('/');
                write(name, &[], out);
            }
            out.push_str(&format!(").{}", r.path));
        }
        Kind::Symbol(symbol) => out.push_str(&format!("<{}>", symbol.label())),
        Kind::Template(parts) => {
            for part in parts.iter() {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Value(value) => write(value, all, out),
                }
            }
        }
        Kind::Choice(choice) => {
            out.push_str(&format!("if({}={},", choice.atom.symbol.label(), choice.atom.literal));
            write(&choice.then, all, out);
            out.push(',');
            write(&choice.otherwise, all, out);
            out.push(')');
        }
    }
}

/// The id, as the function `resourceId` writes it.
fn write_id(of: &Resource, out: &mut String) {
    let mut segment = |name: &str, value: &Value| {
        if !value.is_null() {
            out.push_str(&format!("/{name}/"));
            match value.as_str() {
                Some(text) => out.push_str(text),
                None => write(value, &[], out),
            }
        }
    };
    segment("subscriptions", &of.scope.subscription);
    segment("resourceGroups", &of.scope.resource_group);
    let mut types = of.kind.as_str().split('/');
    let provider = types.next().unwrap_or("");
    for (i, (kind, name)) in types.zip(&of.names).enumerate() {
        segment(&if i == 0 { format!("providers/{provider}/{kind}") } else { kind.to_owned() }, name);
    }
}

/// Whether each of `some` is one of `all`, each of which counts once.
fn within(some: &[Row], all: &[Row]) -> bool {
    let mut left = all.iter();
    some.iter().all(|row| left.any(|other| other == row))
}

/// The first part in which two lists of resources differ, and both in words.
fn difference(bicep: &[Row], json: &[Row]) -> Option<(&'static str, String, String)> {
    let count = |rows: &[Row]| {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            *kinds.entry(row.kind.clone()).or_default() += 1;
        }
        format!("{kinds:?}")
    };
    if count(bicep) != count(json) {
        return Some(("resources", count(bicep), count(json)));
    }
    for (a, b) in bicep.iter().zip(json) {
        let parts = [
            ("names", &a.names, &b.names),
            ("scope", &a.scope, &b.scope),
            ("location", &a.location, &b.location),
            ("condition", &a.condition, &b.condition),
            ("extends", &a.extends, &b.extends),
            ("body", &a.body, &b.body),
        ];
        for (part, x, y) in parts {
            if x != y {
                return Some((part, format!("{} {x}", a.kind), format!("{} {y}", b.kind)));
            }
        }
    }
    None
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
    let (mut equal, mut part, mut resources) = (0, 0, 0);
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &paths {
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if show.as_ref().is_some_and(|part| !path.contains(part.as_str())) {
            continue;
        }
        let (bicep, told) = rows(&files, &path);
        let (json, told_of_json) = rows(&files, &path.replace(".bicep", ".json"));
        resources += json.len();
        let opaque = told.iter().any(|told| told.starts_with("opaque-module"));
        match difference(&bicep, &json) {
            None => equal += 1,
            // What a registry's module deploys is in the JSON only.
            Some(_) if opaque && within(&bicep, &json) => part += 1,
            Some((what, a, b)) => {
                *classes.entry(what).or_default() += 1;
                let (a, b) = near(&a, &b);
                println!("{path}: {what}{}\n  bicep {a}\n  json  {b}", if opaque { " (opaque modules)" } else { "" });
            }
        }
        if show.is_some() {
            println!("{bicep:#?} {json:#?} {told:#?} {told_of_json:#?}");
        }
    }
    let all = paths.len();
    println!(
        "{equal} of {all} equal, {part} as far as their modules are in the tree; {resources} resources; {classes:?}"
    );
}
