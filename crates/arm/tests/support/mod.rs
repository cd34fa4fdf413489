//! Files in memory, and the representation as text.
#![allow(dead_code)] // each test binary uses a part

use std::sync::Arc;

use cmklint_arm::{TemplateFile, parse};
use cmklint_graph::DeploymentId;
use cmklint_source::{LoadError, MemoryLoader, SourceFile, Sources};
use cmklint_template::{
    DeploymentDecl, Evaluated, Expr, Inputs, Library, Limits, ResourceDecl, Template, TemplateRef, evaluate,
};

#[path = "../../../template/tests/common/show.rs"]
mod show;
#[allow(unused_imports)] // each test binary uses a part
pub(crate) use show::{show, show_loop};

/// The file `path` with the text.
pub(crate) fn file(path: &str, text: &str) -> Arc<SourceFile> {
    Sources::new(MemoryLoader::new([(path, text)])).load(path).unwrap()
}

/// A template file `templates/main.json` with the text, and what it was read as.
pub(crate) fn read(text: &str) -> (Arc<SourceFile>, TemplateFile) {
    let file = file("templates/main.json", text);
    let parsed = parse(&file);
    (file, parsed)
}

struct Files<'a>(&'a Sources);

impl Library for Files<'_> {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|e| e.to_string())?;
        parse(&file).template.ok_or_else(|| "not a template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

/// The template at `path`, which must be read without a diagnostic, deployed with `inputs` as the deployment 0.
pub(crate) fn deploy(sources: &Sources, path: &str, inputs: &Inputs) -> Evaluated {
    let parsed = parse(&sources.load(path).unwrap());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    evaluate(&parsed.template.unwrap(), path, inputs, DeploymentId(0), &Files(sources), &Limits::default())
}

/// As [`deploy`] without inputs, within `limits`.
pub(crate) fn deploy_within(sources: &Sources, path: &str, limits: &Limits) -> Evaluated {
    let parsed = parse(&sources.load(path).unwrap());
    evaluate(&parsed.template.unwrap(), path, &Inputs::default(), DeploymentId(0), &Files(sources), limits)
}

/// The template of the text, which must be read without a diagnostic.
pub(crate) fn template(text: &str) -> Arc<Template> {
    let (_, parsed) = read(text);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    parsed.template.unwrap()
}

/// The diagnostics as `severity code: message at 'text'`.
pub(crate) fn diagnostics(file: &SourceFile, parsed: &TemplateFile) -> Vec<String> {
    let at = |span: Option<_>| span.map_or("", |span| file.slice(span)).to_owned();
    parsed
        .diagnostics
        .iter()
        .map(|d| format!("{:?} {}: {} at `{}`", d.severity, d.code, d.message, at(d.span)))
        .collect()
}

/// The template, a line an element.
pub(crate) fn show_template(template: &Template) -> String {
    let mut out = Vec::new();
    lines(template, "", &mut out);
    out.join("\n")
}

fn lines(template: &Template, indent: &str, out: &mut Vec<String>) {
    out.push(format!("{indent}scope {:?}", template.scope));
    for (name, p) in &template.parameters {
        let default = p.default.as_ref().map_or(String::new(), |d| format!(" = {}", show(d)));
        let allowed = p.allowed.as_ref().map_or(String::new(), |a| {
            format!(" of {}", a.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
        });
        out.push(format!("{indent}param {name} {:?}{}{allowed}{default}", p.kind, if p.nullable { "?" } else { "" }));
    }
    for (name, v) in &template.variables {
        out.push(format!("{indent}var {name} = {}", show(&v.value)));
    }
    for (name, f) in &template.functions {
        out.push(format!("{indent}func {name}({}) = {}", f.parameters.join(", "), show(&f.body)));
    }
    for resource in &template.resources {
        resource_lines(resource, indent, out);
    }
    for (name, o) in &template.outputs {
        let condition = o.condition.as_ref().map_or(String::new(), |c| format!(" if {}", show(c)));
        out.push(format!("{indent}output {name} = {}{condition}", show(&o.value)));
    }
}

fn resource_lines(resource: &ResourceDecl, indent: &str, out: &mut Vec<String>) {
    let symbol = resource.symbol.as_ref().map_or(String::new(), |s| format!("{s} "));
    let version = resource.api_version.as_deref().unwrap_or("?");
    let existing = if resource.existing { " existing" } else { "" };
    out.push(format!("{indent}resource {symbol}{}@{version}{existing} {}", resource.kind, show(&resource.name)));
    let mut part = |word: &str, expr: Option<&Expr>| {
        if let Some(expr) = expr {
            out.push(format!("{indent}  {word} {}", show(expr)));
        }
    };
    part("scope", resource.scope.as_ref());
    part("location", resource.location.as_ref());
    part("if", resource.condition.as_ref());
    part("body", Some(&resource.body));
    if let Some(repeat) = &resource.repeat {
        out.push(format!("{indent}  for {}", show_loop(repeat)));
    }
    if !resource.depends_on.is_empty() {
        out.push(format!("{indent}  after {}", resource.depends_on.iter().map(show).collect::<Vec<_>>().join(", ")));
    }
    if let Some(deployment) = &resource.deployment {
        deployment_lines(deployment, indent, out);
    }
}

fn deployment_lines(deployment: &DeploymentDecl, indent: &str, out: &mut Vec<String>) {
    out.push(format!("{indent}  arguments {}", show(&deployment.arguments)));
    for (word, expr) in [("subscription", &deployment.subscription), ("group", &deployment.resource_group)] {
        if let Some(expr) = expr {
            out.push(format!("{indent}  {word} {}", show(expr)));
        }
    }
    match &deployment.template {
        TemplateRef::Inline(inner) => {
            out.push(format!("{indent}  template, {} scope", if deployment.inner_scope { "inner" } else { "outer" }));
            lines(inner, &format!("{indent}    "), out);
        }
        TemplateRef::File { path, .. } => out.push(format!("{indent}  template file {path}")),
        TemplateRef::Link { uri, folder, .. } => {
            out.push(format!("{indent}  template link {} from {folder}", show(uri)))
        }
        TemplateRef::Spec { id, .. } => out.push(format!("{indent}  template spec {}", show(id))),
        TemplateRef::Opaque { reason, .. } => out.push(format!("{indent}  no template: {reason}")),
    }
}
