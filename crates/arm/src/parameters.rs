use std::sync::Arc;

use cmklint_graph::{Array, Kind, Literal, Object as GraphObject, StepKind, Symbol, Value};
use cmklint_source::{Diagnostic, SourceFile, join, parent};
use indexmap::IndexMap;
use jsonc_parser::ast::{Object, Value as Json};
use jsonc_parser::common::Ranged;

use crate::json;

/// A parameter file, read. <https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files>
#[derive(Debug, Default)]
pub struct ParameterFile {
    /// The normalized path of the template that it names (`metadata.template`, relative to the file's folder).
    pub template: Option<String>,
    /// The values by parameter name, in the order of the text. The newest step of each value's trail is the value's place in this file.
    /// A reference to a key vault's secret is a symbol.
    pub values: IndexMap<Arc<str>, Value>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a parameter file. Values are literal: text in brackets is not an expression here. Without `parameters`, the members of the file
/// are the parameters, and may be plain values.
#[must_use]
pub fn parse_parameters(file: &SourceFile) -> ParameterFile {
    let mut out = ParameterFile::default();
    let root = match json::tree(file) {
        Ok(Some(Json::Object(root))) => root,
        Ok(_) => {
            out.diagnostics.push(Diagnostic::error("syntax", "the file's root is not an object", file.span(0, 0)));
            return out;
        }
        Err(diagnostic) => {
            out.diagnostics.push(*diagnostic);
            return out;
        }
    };
    out.template = json::object(&root, "metadata")
        .and_then(|metadata| json::string(metadata, "template"))
        .and_then(|template| join(parent(file.path()), &template.value));
    let (parameters, is_bare) = match json::object(&root, "parameters") {
        Some(parameters) => (parameters, false),
        None if json::value(&root, "$schema").is_none() && json::value(&root, "contentVersion").is_none() => {
            (&root, true)
        }
        None => return out,
    };
    for property in json::last_of_each(parameters) {
        let name: Arc<str> = Arc::from(property.name.as_str());
        let Some(given) = property.value.as_object() else {
            if is_bare {
                let value = input(file, &property.value, &name);
                out.values.insert(name, value);
                continue;
            }
            let range = property.value.range();
            let span = file.span(range.start, range.end);
            let message = "a parameter that is not an object with a value is left out";
            out.diagnostics.push(Diagnostic::warning("template", message, span));
            continue;
        };
        let value = if let Some(value) = json::value(given, "value") {
            input(file, value, &name)
        } else if let Some(reference) = json::value(given, "reference") {
            let range = reference.range();
            secret(file, reference, &name).via(file.span(range.start, range.end), StepKind::Input, Arc::clone(&name))
        } else if json::value(given, "expression").is_some() {
            let range = given.range();
            let key = format!("input:{}:{name}", file.path());
            let symbol = Symbol::new(key, format!("input {name}"));
            Value::symbol(symbol).via(file.span(range.start, range.end), StepKind::Input, Arc::clone(&name))
        } else {
            continue;
        };
        out.values.insert(name, value);
    }
    out
}

fn input(file: &SourceFile, json: &Json<'_>, name: &Arc<str>) -> Value {
    let kind = match json {
        Json::StringLit(lit) => Kind::String(Arc::from(lit.value.as_ref())),
        Json::NumberLit(lit) => match json::number(lit.value) {
            Some(Literal::Number(number)) => Kind::Number(number),
            _ => Kind::Symbol(Symbol::new(format!("number:{}", lit.value), "a number that a double cannot hold")),
        },
        Json::BooleanLit(lit) => Kind::Bool(lit.value),
        Json::NullKeyword(_) => Kind::Null,
        Json::Array(array) => {
            let items = array.elements.iter().map(|item| input(file, item, name)).collect();
            Kind::Array(Arc::new(Array { items, ..Array::default() }))
        }
        Json::Object(object) => {
            let mut members = GraphObject::default();
            for property in json::last_of_each(object) {
                let (start, end) = json::name_range(property);
                members.insert(property.name.as_str(), Some(file.span(start, end)), input(file, &property.value, name));
            }
            Kind::Object(Arc::new(members))
        }
    };
    let range = json.range();
    Value::new(kind).via(file.span(range.start, range.end), StepKind::Input, Arc::clone(name))
}

/// The symbol of a key vault's secret: one per vault, secret and version where they are written out, else one per parameter of this file.
fn secret(file: &SourceFile, reference: &Json<'_>, name: &str) -> Value {
    let named = reference.as_object().and_then(|reference| {
        let vault = json::string(json::object(reference, "keyVault")?, "id")?;
        Some((vault, json::string(reference, "secretName")?, version(reference)))
    });
    let symbol = match named {
        Some((vault, secret, version)) => Symbol::new(
            format!("secret:{}:{}:{version}", vault.value.to_ascii_lowercase(), secret.value.to_ascii_lowercase()),
            format!("secret {}", secret.value),
        ),
        None => Symbol::new(format!("input:{}:{name}", file.path()), format!("secret for {name}")),
    };
    Value::symbol(symbol)
}

fn version<'v>(reference: &'v Object<'_>) -> &'v str {
    json::string(reference, "secretVersion").map_or("", |version| version.value.as_ref())
}
