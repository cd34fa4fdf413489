use std::sync::Arc;

use cmklint_graph::{DEPLOYMENT_STACKS, DEPLOYMENTS, Literal};
use cmklint_source::{Span, file_name, join};
use cmklint_template::{DeploymentDecl, Expr, ExprKind, Member, ParametersLink, TargetScope, TemplateRef};
use jsonc_parser::ast::{Object, Value};

use super::links::Context;
use super::{Lower, links, schema_scope};
use crate::expression::{self, StringContent};
use crate::json;
use crate::names::Env;

const DEPLOYMENT_SCOPE: &str = "deploymentScope";

impl Lower<'_> {
    /// What a resource of the type `kind` deploys; `None` where it is not a deployment.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates>
    pub(super) fn deployment(
        &mut self,
        kind: &str,
        resource: &Object<'_>,
        context: Context<'_>,
        around: TargetScope,
    ) -> Option<DeploymentDecl> {
        let is_stack = kind.eq_ignore_ascii_case(DEPLOYMENT_STACKS);
        let deploys = is_stack || kind.eq_ignore_ascii_case(DEPLOYMENTS);
        if !deploys || json::is_true(resource, "existing") {
            return None;
        }
        let env = Env { names: context.names, locals: None };
        let subscription = json::value(resource, "subscriptionId").map(|v| self.value(v, env));
        let resource_group = json::value(resource, "resourceGroup").map(|v| self.value(v, env));
        let whole = self.span(resource);
        let Some(properties) = json::object(resource, "properties") else {
            let reason = "the deployment's properties are computed".to_owned();
            let template = TemplateRef::Opaque { reason, span: whole };
            let arguments = self.unknown("the deployment's properties are computed", whole);
            return Some(DeploymentDecl {
                template,
                inner_scope: true,
                arguments,
                parameters_link: None,
                subscription,
                resource_group,
            });
        };
        let inner = json::object(properties, "expressionEvaluationOptions")
            .and_then(|options| json::string(options, "scope"))
            .is_some_and(|scope| scope.value.eq_ignore_ascii_case("inner"));
        let (template, inner_scope) = match json::value(properties, "template") {
            Some(Value::Object(template)) if is_stack => (self.stack_template(properties, template, around), true),
            Some(Value::Object(template)) => {
                let scope = scope_of(resource, template, around);
                let template = self.template(template, (!inner).then_some(context), scope);
                (TemplateRef::Inline(Arc::new(template)), inner)
            }
            Some(other) => {
                let reason = "the deployment's template is computed".to_owned();
                (TemplateRef::Opaque { reason, span: self.span(other) }, true)
            }
            None => (self.link(properties, whole, context), true),
        };
        let arguments = self.arguments(properties, env);
        let parameters_link = self.parameters_link(properties, context);
        Some(DeploymentDecl { template, inner_scope, arguments, parameters_link, subscription, resource_group })
    }

    /// The template of a deployment stack: what it deploys reads the text that this file's deployment makes of it.
    fn stack_template(&mut self, properties: &Object<'_>, template: &Object<'_>, around: TargetScope) -> TemplateRef {
        if self.unescapes {
            let reason = "a deployment stack within a template that is content".to_owned();
            return TemplateRef::Opaque { reason, span: self.span(template) };
        }
        let elsewhere = json::value(properties, DEPLOYMENT_SCOPE).and_then(|_| schema_scope(template));
        self.unescapes = true;
        let template = self.template(template, None, elsewhere.unwrap_or(around));
        self.unescapes = false;
        TemplateRef::Inline(Arc::new(template))
    }

    /// The place that a deployment stack of the type `kind` deploys to, where it names one.
    pub(super) fn deployment_scope(&mut self, kind: &str, resource: &Object<'_>, env: Env<'_>) -> Option<Expr> {
        let properties =
            json::object(resource, "properties").filter(|_| kind.eq_ignore_ascii_case(DEPLOYMENT_STACKS))?;
        json::value(properties, DEPLOYMENT_SCOPE).map(|scope| self.value(scope, env))
    }

    /// The deployment's properties without the template and its arguments.
    pub(super) fn deployment_properties(&mut self, properties: &Value<'_>, env: Env<'_>) -> Expr {
        let Some(object) = properties.as_object() else { return self.value(properties, env) };
        let apart = ["template", "templateLink", "parameters", "parametersLink"];
        let members = self.members(object, env, |name| !apart.iter().any(|a| a.eq_ignore_ascii_case(name)));
        Expr { kind: ExprKind::Object(members), span: self.span(object) }
    }

    fn link(&mut self, properties: &Object<'_>, whole: Span, context: Context<'_>) -> TemplateRef {
        let env = Env { names: context.names, locals: None };
        let opaque = |reason: &str, span| TemplateRef::Opaque { reason: reason.to_owned(), span };
        let Some(link) = json::value(properties, "templateLink") else {
            return opaque("the deployment names no template", whole);
        };
        let span = self.span(link);
        let Some(link) = link.as_object() else { return opaque("the link to the template is computed", span) };
        if let Some(path) = json::value(link, "relativePath") {
            let span = self.span(path);
            let literal = path.as_string_lit().and_then(|lit| match expression::read(&lit.value) {
                StringContent::Literal(text) => Some(text),
                StringContent::Expression(_) => None,
            });
            return match literal.map(|path| join(self.folder, path)) {
                Some(Some(path)) => TemplateRef::File { path, span },
                Some(None) => opaque("the linked template lies outside of the tree", span),
                None => TemplateRef::Link { uri: self.value(path, env), folder: self.folder.to_owned(), address: None },
            };
        }
        if let Some(uri) = json::value(link, "uri") {
            let (uri, address) = self.linked(uri, env, context);
            return TemplateRef::Link { uri, folder: self.folder.to_owned(), address };
        }
        match json::value(link, "id") {
            Some(id) => {
                let reason = "a template spec is not in the tree".to_owned();
                TemplateRef::Spec { id: self.value(id, env), reason }
            }
            None => opaque("the link names no template", span),
        }
    }

    /// The parameter file that the deployment names.
    fn parameters_link(&mut self, properties: &Object<'_>, context: Context<'_>) -> Option<ParametersLink> {
        let env = Env { names: context.names, locals: None };
        let link = json::object(properties, "parametersLink")?;
        let uri = json::value(link, "relativePath").or_else(|| json::value(link, "uri"))?;
        let (uri, address) = self.linked(uri, env, context);
        Some(ParametersLink { uri, folder: self.folder.to_owned(), address })
    }

    /// What a link says: the path of a file beside this one where its end is one, and the whole address where that is written out in parts.
    fn linked(&mut self, uri: &Value<'_>, env: Env<'_>, context: Context<'_>) -> (Expr, Option<String>) {
        let uri = self.value(uri, env);
        if let Some(path) = links::replaced(&uri, file_name(self.file.path()), context) {
            return (self.text(&path, uri.span), None);
        }
        match links::relative(&uri, context) {
            Some(found) => (self.text(&found.path, uri.span), found.address),
            None => (uri, None),
        }
    }

    fn arguments(&mut self, properties: &Object<'_>, env: Env<'_>) -> Expr {
        let Some(value) = json::value(properties, "parameters") else {
            let span = self.span(properties);
            return match json::value(properties, "parametersLink") {
                Some(link) => self.unknown("the arguments are in a linked parameter file", self.span(link)),
                None => Expr { kind: ExprKind::Object(Vec::new()), span },
            };
        };
        let span = self.span(value);
        let Some(object) = value.as_object() else {
            return self.unknown("the deployment's arguments are computed", span);
        };
        let mut members = Vec::with_capacity(object.properties.len());
        for property in json::last_of_each(object) {
            let key = self.key(property, env);
            let argument = self.value(&property.value, env);
            if let Some(value) = argument_value(argument) {
                members.push(Member::Property { key, value });
            }
        }
        Expr { kind: ExprKind::Object(members), span }
    }
}

/// What a nested deployment deploys to: what its own elements say, then its template's schema, then what the enclosing template is deployed to.
fn scope_of(resource: &Object<'_>, template: &Object<'_>, around: TargetScope) -> TargetScope {
    if json::value(resource, "resourceGroup").is_some() {
        TargetScope::ResourceGroup
    } else if json::value(resource, "subscriptionId").is_some() {
        TargetScope::Subscription
    } else if json::value(resource, "scope").is_some() {
        schema_scope(template).unwrap_or(around)
    } else {
        around
    }
}

/// The value in `{"value": …}`, written out or made by `createObject`, also in the arms of an `if`. `None` where no value is given.
fn argument_value(argument: Expr) -> Option<Expr> {
    let span = argument.span;
    let secret = || Some(Expr { kind: ExprKind::Unknown(Arc::from("a secret of a key vault")), span });
    match argument.kind {
        ExprKind::Object(members) => {
            let mut given = None;
            for member in members {
                let Member::Property { key, value } = member else { continue };
                match literal(&key) {
                    Some(name) if name.eq_ignore_ascii_case("value") => given = Some(value),
                    Some(name) if name.eq_ignore_ascii_case("reference") => return secret(),
                    _ => {}
                }
            }
            given
        }
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("createObject") => {
            let mut args = args.into_iter();
            while let (Some(key), Some(value)) = (args.next(), args.next()) {
                match literal(&key) {
                    Some(name) if name.eq_ignore_ascii_case("value") => return Some(value),
                    Some(name) if name.eq_ignore_ascii_case("reference") => return secret(),
                    _ => {}
                }
            }
            Some(Expr { kind: ExprKind::Unknown(Arc::from("an argument without a value")), span })
        }
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("if") && args.len() == 3 => {
            let arms =
                args.into_iter().enumerate().map(|(i, arg)| if i == 0 { Some(arg) } else { argument_value(arg) });
            let args = arms.collect::<Option<Vec<Expr>>>()?;
            Some(Expr { kind: ExprKind::Call { function, args }, span })
        }
        ExprKind::Unknown(why) => Some(Expr { kind: ExprKind::Unknown(why), span }),
        ExprKind::Literal(_) | ExprKind::Array(_) => {
            Some(Expr { kind: ExprKind::Unknown(Arc::from("an argument that is not an object")), span })
        }
        kind => {
            let of = Box::new(Expr { kind, span });
            Some(Expr { kind: ExprKind::Member { of, name: Arc::from("value"), safe: true }, span })
        }
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}
