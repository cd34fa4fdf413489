//! Resources and modules.

use std::sync::Arc;

use cmklint_graph::{DEPLOYMENTS, Literal};
use cmklint_source::{Diagnostic, Span, join, parent};
use cmklint_template::{DeploymentDecl, Expr, ExprKind, Item, Loop, ResourceDecl, TemplateRef};

use super::expression::called;
use super::name::{Scope, child};
use super::registry::{Located, is_remote};
use super::unit::Declared;
use super::{Lower, unknown};
use crate::syntax::{
    Body, ByteRange, Declaration, DeclarationKind, Expression, ExpressionKind, Module, Object, ObjectItem, Resource,
    StringLiteral,
};

/// At most this much of a file's conditions, in bytes of source, is copied from resources into their children.
const MAX_COPIED: usize = 8 << 20;

/// The property of a resource that holds what its type defines.
pub(super) const PROPERTIES: &str = "properties";

/// Properties of a resource that the representation holds outside of its body.
const NOT_BODY: [&str; 6] = ["name", "location", "parent", "scope", "dependsOn", "asserts"];

/// Properties of a module that the representation holds outside of its body.
const NOT_MODULE_BODY: [&str; 5] = ["name", "scope", "params", "dependsOn", "extensionConfigs"];

/// What a nested resource inherits from the one around it.
struct Around {
    symbol: Option<Arc<str>>,
    span: Span,
    kind: Arc<str>,
    api_version: Option<Arc<str>>,
    condition: Option<Expr>,
    /// Its name, where it is written out.
    name: Option<String>,
}

impl Lower<'_, '_> {
    /// Collects the symbolic names of all resources and modules, so that any can be referred to from anywhere.
    pub(super) fn collect_symbols(&mut self) {
        let unit = self.unit;
        for (at, declaration) in unit.tree.declarations.iter().enumerate() {
            let Some(name) = declaration.name() else { continue };
            // Of two with one name, the first one has it.
            if !matches!(unit.find(&name.text), Some(Declared::Here(first)) if *first == at) {
                continue;
            }
            match &declaration.kind {
                DeclarationKind::Resource(resource) if kind_of(&resource.ty).is_some() => {
                    let symbol = self.interner.get(&name.text);
                    self.symbols.insert(Arc::clone(&symbol));
                    self.collect_children(&symbol, &resource.body);
                }
                DeclarationKind::Module(_) => {
                    let symbol = self.interner.get(&name.text);
                    self.symbols.insert(symbol);
                }
                _ => {}
            }
        }
    }

    fn collect_children(&mut self, parent: &str, body: &Body) {
        if body.each.is_some() {
            return;
        }
        for declaration in body.object.resources() {
            if let DeclarationKind::Resource(resource) = &declaration.kind
                && kind_of(&resource.ty).is_some()
                && !resource.name.text.is_empty()
            {
                let symbol: Arc<str> = child(parent, &resource.name.text).into();
                if self.symbols.insert(Arc::clone(&symbol)) {
                    self.collect_children(&symbol, &resource.body);
                }
            }
        }
    }

    /// Lowers a resource at the top of the file, and those in it after it.
    pub(super) fn resource(&mut self, declaration: &Declaration, resource: &Resource, out: &mut Vec<ResourceDecl>) {
        self.resource_in(declaration, resource, None, out);
    }

    fn resource_in(
        &mut self,
        declaration: &Declaration,
        resource: &Resource,
        around: Option<&Around>,
        out: &mut Vec<ResourceDecl>,
    ) {
        let Some((written, version)) = kind_of(&resource.ty) else { return };
        let nested = around.filter(|_| is_relative(written));
        let around_name = nested.and_then(|around| around.name.as_deref());
        let kind = match nested {
            Some(around) => self.interner.get(&format!("{}/{written}", around.kind)),
            None => self.interner.get(written),
        };
        let api_version = match version {
            Some(version) => Some(self.interner.get(version)),
            None => nested.and_then(|around| around.api_version.clone()),
        };
        let symbol = match around {
            None => self.symbols.get(resource.name.text.as_str()),
            Some(Around { symbol: Some(parent), .. }) => self.symbols.get(child(parent, &resource.name.text).as_str()),
            Some(_) => None,
        };
        let symbol = symbol.cloned().filter(|symbol| self.taken.insert(Arc::clone(symbol)));
        let span = self.header(declaration, &resource.name.range, &resource.ty.range, "resource");
        let body = &resource.body;
        let scopes = self.scopes.len();
        let repeat = self.enter_loop(body);
        let condition = self.condition(body, around);
        self.scopes.extend(symbol.clone().map(Scope::Children));
        let object = &body.object;
        let name = self.of_body(object, "name").unwrap_or_else(|| unknown("a name", span));
        let parent = self.property(object, "parent").or_else(|| {
            nested.map(|around| match &around.symbol {
                Some(symbol) => Expr { kind: ExprKind::Resource(Arc::clone(symbol)), span: around.span },
                None => unknown("a resource around", around.span),
            })
        });
        let deployment = (!resource.existing).then(|| self.deployment(&kind, object, span)).flatten();
        let deployment_scope = self.deployment_scope(&kind, object);
        let holds_template = deployment.is_some() || (!resource.existing && self.spec(&kind, object, around_name));
        let decl = ResourceDecl {
            symbol: symbol.clone(),
            span,
            whole: self.span(&declaration.range),
            kind,
            api_version,
            name,
            parent,
            scope: deployment_scope.or_else(|| self.property(object, "scope")),
            location: self.of_body(object, "location"),
            condition,
            repeat,
            existing: resource.existing,
            depends_on: self.depends_on(object),
            body: self.object(object, |name| NOT_BODY.contains(&name) || (holds_template && name == PROPERTIES)),
            deployment,
        };
        self.children(object, decl, out);
        self.scopes.truncate(scopes);
    }

    /// The loop around a body. The names of its variables are visible from here on.
    fn enter_loop(&mut self, body: &Body) -> Option<Loop> {
        let (repeat, names) = self.repeat(body.each.as_ref()?);
        self.scopes.push(names);
        Some(repeat)
    }

    /// Adds `decl` to the resources, and then the nested ones in its body.
    fn children(&mut self, object: &Object, decl: ResourceDecl, out: &mut Vec<ResourceDecl>) {
        let around = Around {
            symbol: decl.symbol.clone(),
            span: decl.span,
            kind: Arc::clone(&decl.kind),
            api_version: decl.api_version.clone(),
            condition: object.resources().next().and(decl.condition.clone()),
            name: written_property(object, "name").and_then(|name| self.plain(name)),
        };
        let repeated = decl.repeat.is_some();
        out.push(decl);
        for declaration in object.resources() {
            let DeclarationKind::Resource(resource) = &declaration.kind else { continue };
            if repeated {
                let span = self.header(declaration, &resource.name.range, &resource.ty.range, "resource");
                let message = "a resource in a loop cannot have resources in it; give them a 'parent'";
                self.diagnostics.push(Diagnostic::error("syntax", message, span));
            } else {
                self.resource_in(declaration, resource, Some(&around), out);
            }
        }
    }

    /// Lowers a module.
    pub(super) fn module(&mut self, declaration: &Declaration, module: &Module, out: &mut Vec<ResourceDecl>) {
        let symbol = self.symbols.get(module.name.text.as_str()).cloned();
        let symbol = symbol.filter(|symbol| self.taken.insert(Arc::clone(symbol)));
        let span = self.header(declaration, &module.name.range, &module.path.range, "module");
        let body = &module.body;
        let scopes = self.scopes.len();
        let repeat = self.enter_loop(body);
        let condition = self.condition(body, None);
        let object = &body.object;
        let empty = |span| Expr { kind: ExprKind::Object(Vec::new()), span };
        let arguments = match self.property(object, "params") {
            Some(arguments) => arguments,
            None if object.broken => unknown("arguments that could not be read", span),
            None => empty(span),
        };
        let deployment = DeploymentDecl {
            template: self.template_of(module),
            inner_scope: true,
            arguments,
            parameters_link: None,
            subscription: None,
            resource_group: None,
        };
        let decl = ResourceDecl {
            symbol,
            span,
            whole: self.span(&declaration.range),
            kind: self.interner.get(DEPLOYMENTS),
            api_version: None,
            // A module without a name gets an unknown one.
            name: self.property(object, "name").unwrap_or_else(|| unknown("the name of a module", span)),
            parent: None,
            scope: self.property(object, "scope"),
            location: None,
            condition,
            repeat,
            existing: false,
            depends_on: self.depends_on(object),
            body: self.object(object, |name| NOT_MODULE_BODY.contains(&name)),
            deployment: Some(deployment),
        };
        self.scopes.truncate(scopes);
        out.push(decl);
    }

    fn template_of(&mut self, module: &Module) -> TemplateRef {
        let path = &module.path;
        let span = self.span(&path.range);
        let opaque = |reason: &str| TemplateRef::Opaque { reason: reason.to_owned(), span };
        let Some(text) = path.plain() else { return opaque("the path of the module could not be read") };
        if is_remote(text) {
            return match self.store.registry.locate(text, &self.unit.path) {
                Located::File(path) => TemplateRef::File { path, span },
                Located::Known(called) => {
                    let given = argument_names(&module.body.object);
                    match self.store.stand_in(&called, &given) {
                        Some(template) => TemplateRef::Inline(template),
                        None => opaque("a module of a registry that is not in the local restore cache"),
                    }
                }
                Located::Spec { id, reason } => {
                    TemplateRef::Spec { id: Expr { kind: ExprKind::Literal(Literal::String(id.into())), span }, reason }
                }
                Located::Away(reason) => match self.own_module(text, module) {
                    Some(path) => TemplateRef::File { path, span },
                    None => opaque(&reason),
                },
            };
        }
        match join(parent(&self.unit.path), text) {
            Some(path) => TemplateRef::File { path, span },
            None => {
                let message = "the module lies outside of the tree";
                self.diagnostics.push(Diagnostic::warning("outside-tree", message, span));
                opaque(message)
            }
        }
    }

    /// The file of the tree that a module of a registry was published from, where one alone fits its address, declares what the call gives, and needs nothing else.
    fn own_module(&mut self, address: &str, module: &Module) -> Option<String> {
        let path = self.store.registry.own_file(address, &self.unit.path)?;
        let given: Vec<&str> = match written_property(&module.body.object, "params").map(|params| &params.kind) {
            Some(ExpressionKind::Object(arguments)) if arguments.items.len() == arguments.properties().count() => {
                arguments.properties().map(|(name, _)| name).collect()
            }
            _ => return None,
        };
        let parameters = self.store.parameters_of(&path)?;
        let is_declared = |name: &&str| parameters.iter().any(|(declared, _)| declared == *name);
        let is_given = |(name, needed): &(String, bool)| !needed || given.contains(&name.as_str());
        let fits = !given.is_empty() && given.iter().all(is_declared) && parameters.iter().all(is_given);
        fits.then(|| {
            let message = format!("taken for {path} of this tree");
            self.diagnostics.push(Diagnostic::note("own-module", message, self.span(&module.path.range)));
            path
        })
    }

    /// From the keyword to the end of the type or path.
    fn header(&self, declaration: &Declaration, name: &ByteRange, until: &ByteRange, keyword: &str) -> Span {
        let start = declaration.decorators.last().map_or(declaration.range.start, |decorator| decorator.range.end);
        let before = self.text.get(start as usize..name.start as usize).unwrap_or("");
        let start = match before.rfind(keyword).and_then(|at| u32::try_from(at).ok()) {
            Some(at) => start.saturating_add(at),
            None => name.start,
        };
        self.span(&(start..until.end))
    }

    /// The condition of a resource: its own, and that of the resource around it.
    fn condition(&mut self, body: &Body, around: Option<&Around>) -> Option<Expr> {
        let own = body.condition.as_ref().map(|condition| self.expression(condition));
        let Some(outer) = around.and_then(|around| around.condition.as_ref()) else { return own };
        self.copied = self.copied.saturating_add(weight(outer));
        let span = outer.span;
        let outer = if self.copied > MAX_COPIED { unknown("a condition", span) } else { outer.clone() };
        Some(match own {
            Some(own) => called("and", vec![outer, own], span),
            None => outer,
        })
    }

    fn depends_on(&mut self, object: &Object) -> Vec<Expr> {
        let Some(value) = self.property(object, "dependsOn") else { return Vec::new() };
        match value.kind {
            ExprKind::Array(items) => items
                .into_iter()
                .map(|item| match item {
                    Item::Value(expr) | Item::Spread(expr) => expr,
                })
                .collect(),
            _ => vec![value],
        }
    }

    /// The value of a property of a body; an object that is spread into the body may have it, too.
    fn of_body(&mut self, object: &Object, name: &str) -> Option<Expr> {
        if let Some(value) = self.property(object, name) {
            return Some(value);
        }
        let span = self.span(&object.range);
        if object.broken {
            return Some(unknown(name, span));
        }
        let spread = object.items.iter().rev().find_map(|item| match item {
            ObjectItem::Spread(value) => Some(value),
            _ => None,
        })?;
        let of = Box::new(self.expression(spread));
        let span = of.span;
        Some(Expr { kind: ExprKind::Member { of, name: self.interner.get(name), safe: true }, span })
    }

    /// The value of the property `name`, the last one of that name.
    pub(super) fn property(&mut self, object: &Object, name: &str) -> Option<Expr> {
        Some(self.expression(written_property(object, name)?))
    }
}

/// The property `name` as it is written, the last one of that name.
pub(super) fn written_property<'o>(object: &'o Object, name: &str) -> Option<&'o Expression> {
    object.properties().filter(|(other, _)| *other == name).last().map(|(_, property)| &property.value)
}

/// The names of the arguments in the body of a module, as far as they are written out.
fn argument_names(body: &Object) -> Vec<&str> {
    match written_property(body, "params").map(|params| &params.kind) {
        Some(ExpressionKind::Object(arguments)) => arguments.properties().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

/// A resource type and its version, as they are written.
fn kind_of(ty: &StringLiteral) -> Option<(&str, Option<&str>)> {
    let text = ty.plain()?;
    // Other namespaces are kept: they have types of extensions.
    let text = text.strip_prefix("az:").unwrap_or(text);
    let (kind, version) = match text.split_once('@') {
        Some((kind, version)) => (kind, Some(version)),
        None => (text, None),
    };
    (!kind.is_empty()).then_some((kind, version))
}

/// Whether a type is relative to that of the resource around it, and not a whole type.
fn is_relative(kind: &str) -> bool {
    !kind.split_once('/').is_some_and(|(provider, _)| provider.contains('.'))
}

/// Bytes of source that a condition was made from, including the conditions around it.
fn weight(condition: &Expr) -> usize {
    match &condition.kind {
        ExprKind::Call { function, args } if function.as_ref() == "and" => args.iter().map(weight).sum(),
        _ => (condition.span.end - condition.span.start) as usize + 16,
    }
}
