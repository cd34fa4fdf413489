//! From the JSON tree to the template representation.

mod deployment;
mod extension;
mod links;
mod resource;
mod spec;
pub(crate) mod types;
mod value;

pub(crate) use spec::within;

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::{Diagnostic, SourceFile, Span};
use cmklint_template::{Expr, ExprKind, Function, MOST_CONTENTS, Output, Parameter, TargetScope, Template, Variable};
use indexmap::IndexMap;
use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;

use crate::json;
use crate::names::{Env, NameTable, Names};
use crate::{Spec, TemplateFile};
use cmklint_template::Interner;
use links::{Context, Parameters, Variables};

/// Lowers the root of a template file, or a template that a file of another language holds; `scope` is what it is deployed to.
pub(crate) fn root(file: &SourceFile, root: &Object<'_>, scope: TargetScope) -> TemplateFile {
    let mut lower = Lower {
        file,
        folder: cmklint_source::parent(file.path()),
        interner: Interner::default(),
        diagnostics: Vec::new(),
        copied: 0,
        specs: Vec::new(),
        unescapes: false,
        contents_left: MOST_CONTENTS,
    };
    let template = lower.template(root, None, scope);
    let language_version_2 = json::value(root, "resources").is_some_and(|r| r.as_object().is_some())
        || json::string(root, "languageVersion").is_some_and(|v| v.value.starts_with('2'));
    let linked = links::of(&template);
    let mut diagnostics = lower.diagnostics;
    diagnostics.sort_by_key(|d| d.span);
    TemplateFile {
        template: Some(Arc::new(template)),
        diagnostics,
        links: linked.paths.into_iter().collect(),
        addresses: linked.addresses.into_iter().collect(),
        language_version_2,
        specs: lower.specs,
    }
}

/// The scope that the template's `$schema` names.
pub(crate) fn schema_scope(template: &Object<'_>) -> Option<TargetScope> {
    let schema = json::string(template, "$schema")?.value.to_ascii_lowercase();
    let name = schema.rsplit('/').next().unwrap_or("").trim_end_matches('#');
    Some(match name {
        "deploymenttemplate.json" => TargetScope::ResourceGroup,
        "subscriptiondeploymenttemplate.json" => TargetScope::Subscription,
        "managementgroupdeploymenttemplate.json" => TargetScope::ManagementGroup,
        "tenantdeploymenttemplate.json" => TargetScope::Tenant,
        _ => return None,
    })
}

struct Lower<'f> {
    file: &'f SourceFile,
    /// The folder that relative links are relative to.
    folder: &'f str,
    interner: Interner,
    diagnostics: Vec<Diagnostic>,
    /// About how many bytes were copied from parents into nested children so far.
    copied: usize,
    /// The templates of template specs so far.
    specs: Vec<Spec>,
    /// Whether the content of a template spec is lowered, whose expressions have one more bracket than those of the enclosing template.
    unescapes: bool,
    /// So many more types of the values in parameters are kept.
    contents_left: usize,
}

impl Lower<'_> {
    /// Lowers a template. `around` is the scope that its expressions are evaluated in, where that is not the template itself.
    fn template(&mut self, object: &Object<'_>, around: Option<Context<'_>>, scope: TargetScope) -> Template {
        let own = if around.is_none() { Names::of(object, &mut self.interner) } else { Names::default() };
        let names = around.map_or(&own, |around| around.names);
        let env = Env { names, locals: None };
        let parameters = self.parameters(object, env);
        let variables = self.variables(object, env);
        let context = around.unwrap_or(Context { names, variables: &variables, parameters: &parameters });
        Template {
            span: self.span(object),
            scope,
            functions: self.functions(object, names),
            resources: self.resources(object, context, scope),
            outputs: self.outputs(object, env),
            variables,
            parameters,
            extends: None,
        }
    }

    fn parameters(&mut self, template: &Object<'_>, env: Env<'_>) -> Parameters {
        let definitions = types::definitions(template);
        let mut parameters = IndexMap::new();
        for property in self.section(template, "parameters") {
            let Some(object) = self.object_of(property, "a parameter") else { continue };
            let (kind, nullable, allowed) = types::of(object, &definitions);
            let default = json::value(object, "defaultValue").map(|v| self.value(v, env));
            let bounds = types::bounds(object);
            let contents = types::contents(object, &definitions, &mut self.contents_left);
            let span = self.name_span(property);
            let parameter = Parameter { span, default, allowed, nullable, kind, bounds, contents };
            parameters.insert(self.interner.get(property.name.as_str()), parameter);
        }
        parameters
    }

    fn variables(&mut self, template: &Object<'_>, env: Env<'_>) -> Variables {
        let mut variables = IndexMap::new();
        for property in self.section(template, "variables") {
            match &property.value {
                Value::Array(copies) if property.name.as_str().eq_ignore_ascii_case("copy") => {
                    for copy in &copies.elements {
                        let named = copy.as_object().and_then(|o| Some((o, json::string(o, "name")?)));
                        let Some((object, name)) = named else {
                            self.warn("a copy among the variables has no name and is left out", self.span(copy));
                            continue;
                        };
                        let value = self.property_copy(object, env);
                        let span = self.file.span(name.range.start, name.range.end);
                        variables.insert(self.interner.get(&name.value), Variable { span, value });
                    }
                }
                value => {
                    let variable = Variable { span: self.name_span(property), value: self.value(value, env) };
                    variables.insert(self.interner.get(property.name.as_str()), variable);
                }
            }
        }
        variables
    }

    fn functions(&mut self, template: &Object<'_>, names: &Names) -> IndexMap<Arc<str>, Function> {
        let mut functions = IndexMap::new();
        for namespace in json::array(template, "functions").into_iter().flat_map(|a| &a.elements) {
            let named = namespace.as_object().and_then(|o| Some((o, json::string(o, "namespace")?)));
            let Some((namespace, space)) = named else {
                self.warn("a namespace of functions has no name and is left out", self.span(namespace));
                continue;
            };
            for property in self.section(namespace, "members") {
                let Some(member) = self.object_of(property, "a function") else { continue };
                let mut locals = NameTable::default();
                let mut parameters = Vec::new();
                for parameter in json::array(member, "parameters").into_iter().flat_map(|a| &a.elements) {
                    if let Some(name) = parameter.as_object().and_then(|p| json::string(p, "name")) {
                        let name = self.interner.get(&name.value);
                        locals.insert(Arc::clone(&name));
                        parameters.push(name);
                    }
                }
                let env = Env { names, locals: Some(&locals) };
                let body = match json::object(member, "output").and_then(|o| json::value(o, "value")) {
                    Some(value) => self.value(value, env),
                    None => self.unknown("the function has no output", self.span(member)),
                };
                let key = self.interner.get(&format!("{}.{}", space.value, property.name.as_str()));
                let function = Function { span: self.name_span(property), parameters, body, home: None };
                functions.insert(key, function);
            }
        }
        functions
    }

    fn outputs(&mut self, template: &Object<'_>, env: Env<'_>) -> IndexMap<Arc<str>, Output> {
        let mut outputs = IndexMap::new();
        for property in self.section(template, "outputs") {
            let Some(object) = self.object_of(property, "an output") else { continue };
            let value = match (json::object(object, "copy"), json::value(object, "value")) {
                (Some(copy), _) => self.property_copy(copy, env),
                (None, Some(value)) => self.value(value, env),
                (None, None) => self.unknown("the output has no value", self.span(object)),
            };
            let condition = json::value(object, "condition").map(|v| self.value(v, env));
            let output = Output { span: self.name_span(property), value, condition };
            outputs.insert(self.interner.get(property.name.as_str()), output);
        }
        outputs
    }

    /// The members of the template's element `name`; none, and a warning, where it is not an object.
    fn section<'v, 't>(&mut self, template: &'v Object<'t>, name: &str) -> Vec<&'v ObjectProp<'t>> {
        match json::value(template, name) {
            None | Some(Value::NullKeyword(_)) => Vec::new(),
            Some(Value::Object(object)) => json::last_of_each(object).collect(),
            Some(other) => {
                self.warn(&format!("'{name}' is not an object and is left out"), self.span(other));
                Vec::new()
            }
        }
    }

    fn object_of<'v, 't>(&mut self, property: &'v ObjectProp<'t>, what: &str) -> Option<&'v Object<'t>> {
        let object = property.value.as_object();
        if object.is_none() {
            self.warn(&format!("{what} that is not an object is left out"), self.span(&property.value));
        }
        object
    }

    fn span(&self, node: &impl Ranged) -> Span {
        let range = node.range();
        self.file.span(range.start, range.end)
    }

    fn name_span(&self, property: &ObjectProp<'_>) -> Span {
        let (start, end) = json::name_range(property);
        self.file.span(start, end)
    }

    fn warn(&mut self, message: &str, span: Span) {
        self.diagnostics.push(Diagnostic::warning("template", message, span));
    }

    #[allow(clippy::unused_self)] // … reads as a sentence beside the arms around it
    fn unknown(&self, why: &str, span: Span) -> Expr {
        Expr { kind: ExprKind::Unknown(Arc::from(why)), span }
    }

    fn text(&mut self, text: &str, span: Span) -> Expr {
        Expr { kind: ExprKind::Literal(Literal::String(self.interner.get(text))), span }
    }
}
