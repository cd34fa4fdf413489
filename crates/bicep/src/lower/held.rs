//! Templates that resources hold: deployments written as resources, and versions of template specs.
//!
//! Text of such a template that is in brackets is an expression of the template: the compiler escapes it, so that whoever deploys the file hands it on as it is
//! written. Bicep's own expressions in it are evaluated by the file around it; they become arguments of the template.

use std::sync::Arc;

use cmklint_graph::{DEPLOYMENT_STACKS, DEPLOYMENTS, Holder, Literal};
use cmklint_source::{Diagnostic, Span, join, parent};
use cmklint_template::{DeploymentDecl, Expr, ExprKind, Member, ParametersLink, TargetScope, TemplateRef};

use super::json_tree::Tree;
use super::resource::{PROPERTIES, written_property};
use super::template::target_scope;
use super::{Lower, unknown};
use crate::files::Spec;
use crate::syntax::{DeclarationKind, Expression, ExpressionKind, Object};

/// A name may refer to another this many times on the way to a template.
const MAX_STEPS: usize = 16;

/// How a template is written.
enum Written<'e> {
    Object(&'e Object),
    /// The content of a JSON file, by its normalized path.
    File(String),
    Computed,
}

impl<'a> Lower<'a, '_> {
    /// What a resource of the type `kind` deploys; `None` where it is not a deployment.
    /// <https://learn.microsoft.com/azure/templates/microsoft.resources/deployments>
    pub(super) fn deployment(&mut self, kind: &str, object: &Object, span: Span) -> Option<DeploymentDecl> {
        if !kind.eq_ignore_ascii_case(DEPLOYMENTS) && !kind.eq_ignore_ascii_case(DEPLOYMENT_STACKS) {
            return None;
        }
        let subscription = self.property(object, "subscriptionId");
        let resource_group = self.property(object, "resourceGroup");
        let (template, arguments, parameters_link) = match object_property(object, PROPERTIES) {
            Some(properties) if !properties.broken => {
                let mut arguments = self.deployment_arguments(properties, span);
                let scope = self.inner_scope(object);
                let template = self.deployed_template(properties, scope, &mut arguments, span);
                (template, object_of(arguments, span), self.parameters_link(properties))
            }
            _ => {
                let reason = "the deployment's properties are computed";
                (opaque(reason, span), unknown(reason, span), None)
            }
        };
        Some(DeploymentDecl { template, inner_scope: true, arguments, parameters_link, subscription, resource_group })
    }

    /// Keeps the template that a resource of the type `kind` holds; true where it holds one. `parent_name` is the name of the resource around it, where that is
    /// written out.
    pub(super) fn spec(&mut self, kind: &str, object: &Object, parent_name: Option<&str>) -> bool {
        let Some(holder) = Holder::of(kind) else { return false };
        let Some((last, path)) = holder.template().split_last() else { return false };
        let Some(properties) = object_property(object, PROPERTIES) else { return false };
        let Some(main) = object_at(properties, path).and_then(|around| written_property(around, last)) else {
            let package = written_property(properties, "packageFileUri");
            if let Some(package) = package.filter(|_| holder == Holder::ManagedApplication) {
                self.not_looked_into(holder, package, "is in a package, which is not looked into");
            }
            return false;
        };
        let span = self.span(&main.range);
        let template = match self.written(main) {
            Written::Object(template) => {
                let mut read = self.inline(template, None, false, &mut Vec::new(), span);
                let given = holder.given().and_then(|path| object_at(properties, path));
                if let TemplateRef::Inline(template) = &mut read {
                    Arc::make_mut(template).give(given.into_iter().flat_map(Object::properties).map(|(name, _)| name));
                }
                read
            }
            Written::File(path) => TemplateRef::File { path, span },
            Written::Computed => {
                self.not_looked_into(holder, main, "is computed");
                return false;
            }
        };
        if let TemplateRef::Opaque { reason, .. } = &template {
            let why = format!("is not looked into: {reason}");
            self.not_looked_into(holder, main, &why);
            return false;
        }
        let label = self.spec_label(object, parent_name).unwrap_or_else(|| kind.to_owned());
        self.specs.push(Spec { holder, label, template });
        true
    }

    /// Notes that the template of a resource is not known, by the expression that tells it.
    fn not_looked_into(&mut self, holder: Holder, at: &Expression, why: &str) {
        let message = format!("the template of the {holder} {why}");
        self.diagnostics.push(Diagnostic::note("template-not-known", message, self.span(&at.range)));
    }

    /// The name of a template spec and that of its version, where both are written out.
    fn spec_label(&self, object: &Object, parent_name: Option<&str>) -> Option<String> {
        let own = self.plain(written_property(object, "name")?)?;
        if let Some(parent) = parent_name {
            return Some(format!("{parent}/{own}"));
        }
        match written_property(object, "parent").map(|parent| &parent.kind) {
            None => Some(own),
            Some(ExpressionKind::Name(symbol)) => match self.unit.declaration(symbol)? {
                DeclarationKind::Resource(resource) => {
                    let parent = self.plain(written_property(&resource.body.object, "name")?)?;
                    Some(format!("{parent}/{own}"))
                }
                _ => None,
            },
            Some(_) => None,
        }
    }

    /// The place that a deployment stack of the type `kind` deploys to, where it names one.
    pub(super) fn deployment_scope(&mut self, kind: &str, object: &Object) -> Option<Expr> {
        let properties =
            object_property(object, PROPERTIES).filter(|_| kind.eq_ignore_ascii_case(DEPLOYMENT_STACKS))?;
        self.property(properties, "deploymentScope")
    }

    fn deployed_template(
        &mut self,
        properties: &Object,
        scope: Option<TargetScope>,
        arguments: &mut Vec<Member>,
        span: Span,
    ) -> TemplateRef {
        let Some(template) = written_property(properties, "template") else {
            return self.template_link(properties, span);
        };
        let is_inner = match object_property(properties, "expressionEvaluationOptions") {
            None => false,
            Some(options) => match written_property(options, "scope").map(super::expression::literal) {
                None => false,
                Some(Some(Literal::String(scope))) => scope.eq_ignore_ascii_case("inner"),
                Some(_) => return opaque("the scope of the deployment's expressions is computed", span),
            },
        };
        let at = self.span(&template.range);
        match self.written(template) {
            Written::Object(template) => self.inline(template, scope, is_inner, arguments, at),
            Written::File(_) if is_inner => opaque("the expressions of the deployment's template are text", at),
            Written::File(path) => TemplateRef::File { path, span: at },
            Written::Computed => opaque("the deployment's template is computed", at),
        }
    }

    /// A template that is written out. Its Bicep expressions are added to the arguments; where they are evaluated in its own scope, they are not known.
    fn inline(
        &mut self,
        template: &Object,
        scope: Option<TargetScope>,
        is_inner: bool,
        arguments: &mut Vec<Member>,
        span: Span,
    ) -> TemplateRef {
        let Some(file) = self.store.source(&self.unit.path) else { return opaque("the file is not read", span) };
        let mut tree = Tree::new(is_inner);
        let Some(read) = tree.template(self, template) else {
            return opaque("the deployment's resources are computed", span);
        };
        let read = cmklint_arm::parse_held(&file, &read, scope);
        self.diagnostics.extend(read.diagnostics);
        arguments.extend(tree.arguments());
        match read.template {
            Some(template) => TemplateRef::Inline(template),
            None => opaque("the deployment's template could not be read", span),
        }
    }

    fn template_link(&mut self, properties: &Object, span: Span) -> TemplateRef {
        let Some(link) = object_property(properties, "templateLink") else {
            return opaque("the deployment names no template", span);
        };
        if let Some(path) = written_property(link, "relativePath") {
            let span = self.span(&path.range);
            return match self.plain(path).map(|path| join(parent(&self.unit.path), &path)) {
                Some(Some(path)) => TemplateRef::File { path, span },
                Some(None) => opaque("the linked template lies outside of the tree", span),
                None => {
                    let uri = self.expression(path);
                    self.link_to(uri)
                }
            };
        }
        if let Some(uri) = self.property(link, "uri") {
            return self.link_to(uri);
        }
        match self.property(link, "id") {
            Some(id) => TemplateRef::Spec { id, reason: "a template spec is not in the tree".to_owned() },
            None => opaque("the link names no template", span),
        }
    }

    fn link_to(&self, uri: Expr) -> TemplateRef {
        TemplateRef::Link { uri, folder: parent(&self.unit.path).to_owned(), address: None }
    }

    fn parameters_link(&mut self, properties: &Object) -> Option<ParametersLink> {
        let link = object_property(properties, "parametersLink")?;
        let uri = self.property(link, "relativePath").or_else(|| self.property(link, "uri"))?;
        Some(ParametersLink { uri, folder: parent(&self.unit.path).to_owned(), address: None })
    }

    /// The arguments, `{ name: { value: … } }`, by name.
    fn deployment_arguments(&mut self, properties: &Object, span: Span) -> Vec<Member> {
        let Some(written) = written_property(properties, "parameters") else { return Vec::new() };
        let known = match &written.kind {
            ExpressionKind::Object(object) if !object.broken && object.items.len() == object.properties().count() => {
                object
            }
            _ => return vec![Member::Spread(unknown("the deployment's arguments are computed", span))],
        };
        let mut members = Vec::new();
        for (name, property) in known.properties() {
            let at = self.span(&property.value.range);
            let value = match &property.value.kind {
                ExpressionKind::Object(argument) => match written_property(argument, "value") {
                    Some(value) => self.expression(value),
                    None => unknown("a secret of a key vault", at),
                },
                _ => {
                    let of = Box::new(self.expression(&property.value));
                    Expr { kind: ExprKind::Member { of, name: Arc::from("value"), safe: true }, span: at }
                }
            };
            let key = Literal::String(self.interner.get(name));
            members.push(Member::Property { key: Expr { kind: ExprKind::Literal(key), span: at }, value });
        }
        members
    }

    /// What a deployment deploys to, where its template's schema doesn't say so: what its own properties say, then what the file is deployed to.
    fn inner_scope(&self, object: &Object) -> Option<TargetScope> {
        if written_property(object, "resourceGroup").is_some() {
            return Some(TargetScope::ResourceGroup);
        }
        if written_property(object, "subscriptionId").is_some() {
            return Some(TargetScope::Subscription);
        }
        let properties = object_property(object, PROPERTIES);
        let is_elsewhere = properties.is_some_and(|held| written_property(held, "deploymentScope").is_some());
        if is_elsewhere || written_property(object, "scope").is_some() {
            return None;
        }
        let stated = self.unit.tree.declarations.iter().find_map(|declaration| match &declaration.kind {
            DeclarationKind::TargetScope { value } => target_scope(value),
            _ => None,
        });
        Some(stated.unwrap_or_default())
    }

    /// How the template `expression` is written; variables are followed.
    fn written<'e>(&self, expression: &'e Expression) -> Written<'e>
    where
        'a: 'e,
    {
        let unit: &'e super::unit::Unit = self.unit;
        let mut at = expression;
        for _ in 0..MAX_STEPS {
            at = match &at.kind {
                ExpressionKind::Object(object) => return Written::Object(object),
                ExpressionKind::NonNull(inner) => inner,
                ExpressionKind::Name(name) if !self.is_local(name) => match unit.declaration(name) {
                    Some(DeclarationKind::Variable { value, .. }) => value,
                    _ => return Written::Computed,
                },
                ExpressionKind::Call { function, arguments } => match (function.text.as_str(), arguments.as_slice()) {
                    ("any", [inner]) => inner,
                    ("loadJsonContent", [path]) => return self.loaded(path),
                    ("json", [text]) => return loaded_text(text).map_or(Written::Computed, |path| self.loaded(path)),
                    _ => return Written::Computed,
                },
                _ => return Written::Computed,
            };
        }
        Written::Computed
    }

    fn loaded<'e>(&self, path: &Expression) -> Written<'e> {
        let path = self.plain(path).and_then(|path| join(parent(&self.unit.path), &path));
        path.map_or(Written::Computed, Written::File)
    }
}

fn object_property<'o>(object: &'o Object, name: &str) -> Option<&'o Object> {
    match &written_property(object, name)?.kind {
        ExpressionKind::Object(object) => Some(object),
        _ => None,
    }
}

/// The object at `path` in `object`.
fn object_at<'o>(object: &'o Object, path: &[&str]) -> Option<&'o Object> {
    path.iter().try_fold(object, |at, name| object_property(at, name))
}

/// The file whose content `expression` is.
fn loaded_text(expression: &Expression) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Call { function, arguments } if function.text == "loadTextContent" => {
            match arguments.as_slice() {
                [path] => Some(path),
                _ => None,
            }
        }
        _ => None,
    }
}

fn object_of(members: Vec<Member>, span: Span) -> Expr {
    Expr { kind: ExprKind::Object(members), span }
}

fn opaque(reason: &str, span: Span) -> TemplateRef {
    TemplateRef::Opaque { reason: reason.to_owned(), span }
}
