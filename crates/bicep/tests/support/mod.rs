//! Files in memory, and the representation as text.
#![allow(dead_code)] // each test binary uses a part

use std::sync::Arc;

use cmklint_bicep::{TemplateFile, parse};
use cmklint_graph::{DeploymentId, Resource, Value};
use cmklint_source::{Diagnostic, LoadError, MemoryLoader, Sources, Span};
use cmklint_template::{Evaluated, Expr, Inputs, Library, Limits, ResourceDecl, Template, evaluate};

#[path = "../../../template/tests/common/show.rs"]
mod show;
#[allow(unused_imports)] // each test binary uses a part
pub(crate) use show::{show, show_loop};

/// The files, by path.
pub(crate) fn sources(files: &[(&str, &str)]) -> Sources {
    Sources::new(MemoryLoader::new(files.iter().map(|(path, text)| (*path, *text))))
}

/// The file `app/main.bicep` with the text, beside `files`, and what it was read as.
pub(crate) fn read_beside(text: &str, files: &[(&str, &str)]) -> (Sources, TemplateFile) {
    let all: Vec<(&str, &str)> = files.iter().copied().chain([("app/main.bicep", text)]).collect();
    let sources = sources(&all);
    let parsed = parse(&sources.load("app/main.bicep").unwrap(), &sources);
    (sources, parsed)
}

/// The template of the text, which must be read without a diagnostic.
pub(crate) fn template(text: &str) -> Arc<Template> {
    template_beside(text, &[])
}

/// As [`template`], beside `files`.
pub(crate) fn template_beside(text: &str, files: &[(&str, &str)]) -> Arc<Template> {
    let (sources, parsed) = read_beside(text, files);
    assert_eq!(messages(&sources, &parsed.diagnostics), [""; 0]);
    parsed.template.unwrap()
}

/// The diagnostics of the text as `severity code: message at 'text'`.
pub(crate) fn diagnostics(text: &str) -> Vec<String> {
    diagnostics_beside(text, &[])
}

/// As [`diagnostics`], beside `files`.
pub(crate) fn diagnostics_beside(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (sources, parsed) = read_beside(text, files);
    messages(&sources, &parsed.diagnostics)
}

pub(crate) fn messages(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let at = |span: Option<Span>| span.map_or_else(String::new, |span| slice(sources, span));
    diagnostics.iter().map(|d| format!("{:?} {}: {} at `{}`", d.severity, d.code, d.message, at(d.span))).collect()
}

pub(crate) fn slice(sources: &Sources, span: Span) -> String {
    sources.get(span.file).unwrap().slice(span).to_owned()
}

/// The value of the variable `x` of the text, in one line.
pub(crate) fn value(text: &str) -> String {
    let template = template(text);
    show(&template.variables["x"].value)
}

/// The resource with that symbolic name.
pub(crate) fn resource<'t>(template: &'t Template, symbol: &str) -> &'t ResourceDecl {
    template.resources.iter().find(|decl| decl.symbol.as_deref() == Some(symbol)).unwrap()
}

pub(crate) struct Files<'a>(pub(crate) &'a Sources);

impl Library for Files<'_> {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|error| error.to_string())?;
        let template =
            if path.ends_with(".bicep") { parse(&file, self.0).template } else { cmklint_arm::parse(&file).template };
        template.ok_or_else(|| "not a template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

/// The template at `path`, deployed with `inputs` as the deployment 0. Its diagnostics and those of its evaluation must be none.
pub(crate) fn deploy(sources: &Sources, path: &str, inputs: &Inputs) -> Evaluated {
    let parsed = parse(&sources.load(path).unwrap(), sources);
    assert_eq!(messages(sources, &parsed.diagnostics), [""; 0], "{path}");
    let library = Files(sources);
    let done = evaluate(&parsed.template.unwrap(), path, inputs, DeploymentId(0), &library, &Limits::default());
    assert_eq!(messages(sources, &done.diagnostics), [""; 0], "{path}");
    done
}

/// What the parameter file at `path` gives, each value in words.
pub(crate) fn given(sources: &Sources, path: &str) -> Vec<(String, String)> {
    let read = cmklint_bicep::parse_parameters(&sources.load(path).unwrap(), sources);
    assert_eq!(messages(sources, &read.diagnostics), [""; 0], "{path}");
    let library = Files(sources);
    let (values, found) = cmklint_template::evaluate_parameters(
        &read.scope,
        &read.assignments,
        None,
        DeploymentId(0),
        &library,
        &cmklint_template::Limits::default(),
    );
    assert_eq!(messages(sources, &found), [""; 0], "{path}");
    values.iter().map(|(name, value)| (name.to_string(), value.describe())).collect()
}

/// The deployed text, which stands alone.
pub(crate) fn deployed(text: &str) -> Evaluated {
    deploy(&sources(&[("main.bicep", text)]), "main.bicep", &Inputs::default())
}

/// The output `name` in words.
pub(crate) fn output(done: &Evaluated, name: &str) -> String {
    done.outputs[name].describe()
}

/// The resource with that address.
pub(crate) fn at<'d>(done: &'d Evaluated, address: &str) -> &'d Resource {
    let all = &done.deployment.resources;
    all.iter().find(|resource| resource.address.as_ref() == address).unwrap()
}

/// The names of a resource in words.
pub(crate) fn names(resource: &Resource) -> String {
    resource.names.iter().map(Value::describe).collect::<Vec<_>>().join("/")
}

/// The expression, where there is one, in one line.
pub(crate) fn maybe(expr: Option<&Expr>) -> String {
    expr.map_or_else(|| "-".to_owned(), show)
}
