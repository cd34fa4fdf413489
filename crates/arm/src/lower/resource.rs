use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind, Loop, LoopOver, Member, ResourceDecl, TargetScope};
use jsonc_parser::ast::{Object, Value};

use super::links::Context;
use super::{Lower, extension, spec};
use crate::json;
use crate::names::{Env, NameTable, symbols};

/// Elements of a resource that the representation holds outside of its body, or that are not properties of the resource.
const NOT_BODY: [&str; 14] = [
    "type",
    "apiVersion",
    "name",
    "location",
    "condition",
    "copy",
    "dependsOn",
    "scope",
    "existing",
    "resources",
    "comments",
    "metadata",
    "import",
    "extension",
];

/// Where a deployment goes, held outside of its body; for an existing resource the evaluator reads them in its body, where they are written.
const GOES_TO: [&str; 2] = ["subscriptionId", "resourceGroup"];

/// At most about this many bytes of a file's types, names, scopes and loops are copied from parents into their nested children.
const MAX_COPIED: usize = 8 << 20;

/// The template that holds a list of resources.
#[derive(Clone, Copy)]
struct Within<'e> {
    context: Context<'e>,
    /// Their own symbolic names.
    symbols: &'e NameTable,
    /// What the template is deployed to.
    scope: TargetScope,
}

/// What a nested child inherits from the resource around it.
struct Parent {
    kind: Arc<str>,
    name: Expr,
    scope: Option<Expr>,
    repeat: Option<Loop>,
}

impl Lower<'_> {
    /// Lowers the template's resources, nested children after their parent.
    pub(super) fn resources(
        &mut self,
        template: &Object<'_>,
        context: Context<'_>,
        scope: TargetScope,
    ) -> Vec<ResourceDecl> {
        let mut out = Vec::new();
        if let Some(value) = json::value(template, "resources") {
            let symbols = symbols(value, &mut self.interner);
            self.each_resource(value, None, Within { context, symbols: &symbols, scope }, &mut out);
        }
        out
    }

    fn each_resource(
        &mut self,
        resources: &Value<'_>,
        parent: Option<&Parent>,
        within: Within<'_>,
        out: &mut Vec<ResourceDecl>,
    ) {
        match resources {
            Value::Array(array) => {
                for value in &array.elements {
                    match value {
                        Value::Object(object) => self.resource(None, object, parent, within, out),
                        other => self.warn("a resource that is not an object is left out", self.span(other)),
                    }
                }
            }
            Value::Object(object) => {
                for property in json::last_of_each(object) {
                    let symbol = self.interner.get(property.name.as_str());
                    if let Some(object) = self.object_of(property, "a resource") {
                        self.resource(Some(symbol), object, parent, within, out);
                    }
                }
            }
            Value::NullKeyword(_) => {}
            other => self.warn("'resources' is neither an array nor an object and is left out", self.span(other)),
        }
    }

    fn resource(
        &mut self,
        symbol: Option<Arc<str>>,
        object: &Object<'_>,
        parent: Option<&Parent>,
        within: Within<'_>,
        out: &mut Vec<ResourceDecl>,
    ) {
        let env = Env { names: within.context.names, locals: None };
        let whole = self.span(object);
        if parent.is_some_and(|parent| !self.may_copy(parent, whole)) {
            return;
        }
        let Some((written, version, span)) = self.written_type(object) else { return };
        let nested = parent.filter(|p| is_relative(written, &p.kind));
        let mut kind = match nested {
            Some(parent) => self.interner.get(&format!("{}/{written}", parent.kind)),
            None => self.interner.get(written),
        };
        let mut name = match json::value(object, "name") {
            Some(value) => self.value(value, env),
            None => self.unknown("the resource has no name", span),
        };
        let mut place = json::value(object, "scope").map(|v| self.value(v, env));
        let mut repeat = json::value(object, "copy").map(|v| self.resource_copy(v, env));
        if let Some(parent) = parent {
            if nested.is_some() {
                name = self.joined(&parent.name, name);
            }
            place = place.or_else(|| parent.scope.clone());
            repeat = repeat.or_else(|| parent.repeat.clone());
        }
        if let Some(extension) = extension::read(&kind, &name) {
            kind = self.interner.get(&extension.kind);
            name = extension.name;
            place = place.or(Some(extension.scope));
        }
        let api_version = version.map(|v| self.interner.get(v)).or_else(|| {
            let value = json::string(object, "apiVersion")?;
            (!value.value.starts_with('[')).then(|| self.interner.get(&value.value))
        });
        let deployment = self.deployment(&kind, object, within.context, within.scope);
        let deployment_scope = self.deployment_scope(&kind, object, env);
        let holds_template = self.spec(&kind, &name, object);
        let decl = ResourceDecl {
            symbol,
            span,
            whole,
            kind,
            api_version,
            name,
            parent: None,
            scope: deployment_scope.or(place),
            location: json::value(object, "location").map(|v| self.value(v, env)),
            condition: json::value(object, "condition").map(|v| self.value(v, env)),
            repeat,
            existing: json::is_true(object, "existing"),
            depends_on: self.depends_on(object, env, within.symbols),
            body: self.body(object, deployment.is_some(), holds_template, env),
            deployment,
        };
        let children = json::value(object, "resources");
        let own = children.map(|_| Parent {
            kind: Arc::clone(&decl.kind),
            name: decl.name.clone(),
            scope: decl.scope.clone(),
            repeat: decl.repeat.clone(),
        });
        out.push(decl);
        if let (Some(children), Some(own)) = (children, own) {
            self.each_resource(children, Some(&own), within, out);
        }
    }

    /// The type that a resource states, the version written with it (as types of extensions have it) and where it is written.
    fn written_type<'v>(&mut self, object: &'v Object<'_>) -> Option<(&'v str, Option<&'v str>, Span)> {
        let Some(written) = json::string(object, "type") else {
            self.warn("a resource without a type is left out", self.span(object));
            return None;
        };
        let span = self.span(written);
        if written.value.starts_with('[') {
            self.warn("a resource whose type is computed is left out", span);
            return None;
        }
        Some(match written.value.split_once('@') {
            Some((name, version)) => (name, Some(version), span),
            None => (written.value.as_ref(), None, span),
        })
    }

    fn resource_copy(&mut self, copy: &Value<'_>, env: Env<'_>) -> Loop {
        if let Some(copy) = copy.as_object() {
            return self.repeat(copy, env);
        }
        let span = self.span(copy);
        self.warn("the copy is not an object; how often the resource is repeated is not known", span);
        let count = self.unknown("a copy that is not an object", span);
        Loop { span, over: LoopOver::Count(Box::new(count)), item: None, index: None, name: None }
    }

    /// Symbolic names become references; ids, names and expressions are kept as they are written.
    fn depends_on(&mut self, object: &Object<'_>, env: Env<'_>, symbols: &NameTable) -> Vec<Expr> {
        let Some(list) = json::array(object, "dependsOn") else {
            let whole = json::member(object, "dependsOn").map(|property| self.value(&property.value, env));
            return whole.into_iter().collect();
        };
        let mut out = Vec::with_capacity(list.elements.len());
        for value in &list.elements {
            let mut expr = self.value(value, env);
            if let ExprKind::Literal(Literal::String(text)) = &expr.kind
                && let Some(symbol) = symbols.find(text)
            {
                expr.kind = ExprKind::Resource(Arc::clone(symbol));
            }
            out.push(expr);
        }
        out
    }

    fn body(&mut self, object: &Object<'_>, deploys: bool, holds_template: bool, env: Env<'_>) -> Expr {
        let among = |names: &[&str], name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let apart = |name: &str| {
            name.starts_with('@')
                || among(&NOT_BODY, name)
                || (deploys && (among(&GOES_TO, name) || name.eq_ignore_ascii_case("properties")))
                || (holds_template && name.eq_ignore_ascii_case("properties"))
        };
        let mut members = self.members(object, env, |name| !apart(name));
        if deploys && let Some(property) = json::member(object, "properties") {
            let key = self.key(property, env);
            members.push(Member::Property { key, value: self.deployment_properties(&property.value, env) });
        }
        if holds_template
            && let Some(property) = json::member(object, "properties")
            && let Some(properties) = property.value.as_object()
        {
            let key = self.key(property, env);
            let kept = self.members(properties, env, |name| !name.eq_ignore_ascii_case(spec::MAIN));
            let value = Expr { kind: ExprKind::Object(kept), span: self.span(properties) };
            members.push(Member::Property { key, value });
        }
        Expr { kind: ExprKind::Object(members), span: self.span(object) }
    }

    /// `parent/child`.
    fn joined(&mut self, parent: &Expr, child: Expr) -> Expr {
        let span = child.span;
        if let (ExprKind::Literal(Literal::String(a)), ExprKind::Literal(Literal::String(b))) =
            (&parent.kind, &child.kind)
        {
            return self.text(&format!("{a}/{b}"), span);
        }
        let slash = self.text("/", span);
        Expr { kind: ExprKind::Interpolation(vec![parent.clone(), slash, child]), span }
    }

    /// Whether one more child, at `child`, may copy what it inherits from `parent`; reports it once where it may not.
    fn may_copy(&mut self, parent: &Parent, child: Span) -> bool {
        let before = self.copied;
        let scope = parent.scope.as_ref().map_or(0, weight);
        let repeat = parent.repeat.as_ref().map_or(0, |l| (l.span.end - l.span.start) as usize);
        self.copied = before.saturating_add(parent.kind.len() + weight(&parent.name) + scope + repeat);
        if before <= MAX_COPIED && self.copied > MAX_COPIED {
            self.warn("the names of nested resources are too long; this one and those after it are left out", child);
        }
        self.copied <= MAX_COPIED
    }
}

/// About how many bytes a copy of the name has.
fn weight(name: &Expr) -> usize {
    match &name.kind {
        ExprKind::Interpolation(parts) => parts.iter().map(weight).sum(),
        ExprKind::Literal(Literal::String(text)) => text.len(),
        _ => (name.span.end - name.span.start) as usize,
    }
}

/// Whether the type of a nested child is relative to its parent's, as it should be, and not a whole type.
fn is_relative(kind: &str, parent: &str) -> bool {
    let inside = kind.get(..parent.len()).is_some_and(|start| start.eq_ignore_ascii_case(parent))
        && kind.as_bytes().get(parent.len()) == Some(&b'/');
    let provider = kind.split('/').next().unwrap_or("");
    let whole = provider.contains('.') && kind.contains('/');
    !inside && !whole
}
