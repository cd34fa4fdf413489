//! Templates built by hand, and what they evaluate to.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // a helper of tests, each of which uses a part of it

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Literal, Resource, TextPart, Value};
use cmklint_source::{LoadError, MemoryLoader, Sources, Span};
use cmklint_template::{
    Bounds, Contents, DeploymentDecl, Evaluated, Expr, ExprKind, Inputs, Item, Library, Limits, Loop, LoopOver, Member,
    Output, Parameter, ParameterType, ResourceDecl, TargetScope, Template, TemplateRef, Variable, evaluate,
};
use indexmap::IndexMap;

/// A span; each number is another one.
pub(crate) fn at(number: usize) -> Span {
    let sources = Sources::new(MemoryLoader::new([("main.bicep", " ".repeat(4096))]));
    sources.load("main.bicep").unwrap().span(number, number + 1)
}

pub(crate) fn e(kind: ExprKind) -> Expr {
    Expr { kind, span: at(0) }
}

/// The same expression written at another place.
pub(crate) fn placed(mut expr: Expr, number: usize) -> Expr {
    expr.span = at(number);
    expr
}

pub(crate) fn s(text: &str) -> Expr {
    e(ExprKind::Literal(Literal::String(text.into())))
}

pub(crate) fn n(number: i64) -> Expr {
    e(ExprKind::Literal(Literal::Number(number.into())))
}

pub(crate) fn b(flag: bool) -> Expr {
    e(ExprKind::Literal(Literal::Bool(flag)))
}

pub(crate) fn null() -> Expr {
    e(ExprKind::Literal(Literal::Null))
}

/// An object of one member, by a computed name.
pub(crate) fn obj_keyed(key: Expr, value: Expr) -> Expr {
    e(ExprKind::Object(vec![Member::Property { key, value }]))
}

pub(crate) fn call<const N: usize>(name: &str, args: [Expr; N]) -> Expr {
    e(ExprKind::Call { function: name.into(), args: args.into() })
}

pub(crate) fn p(name: &str) -> Expr {
    e(ExprKind::Parameter(name.into()))
}

pub(crate) fn v(name: &str) -> Expr {
    e(ExprKind::Variable(name.into()))
}

pub(crate) fn local(name: &str) -> Expr {
    e(ExprKind::Local(name.into()))
}

pub(crate) fn res(name: &str) -> Expr {
    e(ExprKind::Resource(name.into()))
}

pub(crate) fn get(of: Expr, path: &str) -> Expr {
    path.split('.').fold(of, |of, name| e(ExprKind::Member { of: Box::new(of), name: name.into(), safe: false }))
}

pub(crate) fn index(of: Expr, index: Expr) -> Expr {
    e(ExprKind::Index { of: Box::new(of), index: Box::new(index), safe: false, from_end: false })
}

pub(crate) fn from_end(of: Expr, at: i64) -> Expr {
    e(ExprKind::Index { of: Box::new(of), index: Box::new(n(at)), safe: false, from_end: true })
}

pub(crate) fn text<const N: usize>(parts: [Expr; N]) -> Expr {
    e(ExprKind::Interpolation(parts.into()))
}

pub(crate) fn arr<const N: usize>(items: [Expr; N]) -> Expr {
    e(ExprKind::Array(items.into_iter().map(Item::Value).collect()))
}

pub(crate) fn strs(items: &[&str]) -> Expr {
    e(ExprKind::Array(items.iter().map(|t| Item::Value(s(t))).collect()))
}

pub(crate) fn ints(items: &[i64]) -> Expr {
    e(ExprKind::Array(items.iter().map(|i| Item::Value(n(*i))).collect()))
}

pub(crate) fn obj<const N: usize>(members: [(&str, Expr); N]) -> Expr {
    e(ExprKind::Object(members.into_iter().map(|(key, value)| Member::Property { key: s(key), value }).collect()))
}

/// An object, `before` followed by the members of `spread` and `after`.
pub(crate) fn obj_spread(before: &[(&str, i64)], spread: Expr, after: &[(&str, i64)]) -> Expr {
    let own = |m: &(&str, i64)| Member::Property { key: s(m.0), value: n(m.1) };
    let members = before.iter().map(own).chain([Member::Spread(spread)]).chain(after.iter().map(own));
    e(ExprKind::Object(members.collect()))
}

pub(crate) fn lambda<const N: usize>(parameters: [&str; N], body: Expr) -> Expr {
    e(ExprKind::Lambda { parameters: parameters.into_iter().map(Arc::from).collect(), body: Box::new(body) })
}

pub(crate) fn over(items: Expr, item: &str) -> Loop {
    let over = LoopOver::Items(Box::new(items));
    Loop { span: at(1), over, item: Some(item.into()), index: Some("i".into()), name: None }
}

pub(crate) fn times(count: Expr, name: &str) -> Loop {
    let over = LoopOver::Count(Box::new(count));
    Loop { span: at(1), over, item: None, index: None, name: Some(name.into()) }
}

pub(crate) fn for_each(repeat: Loop, condition: Option<Expr>, body: Expr) -> Expr {
    e(ExprKind::For { repeat, condition: condition.map(Box::new), body: Box::new(body) })
}

/// A declaration with nothing but a type and a name.
pub(crate) fn decl(symbol: &str, kind: &str, name: Expr) -> ResourceDecl {
    ResourceDecl {
        symbol: Some(symbol.into()),
        span: at(2),
        whole: at(2),
        kind: kind.into(),
        api_version: None,
        name,
        parent: None,
        scope: None,
        location: None,
        condition: None,
        repeat: None,
        existing: false,
        depends_on: Vec::new(),
        body: obj([]),
        deployment: None,
    }
}

/// A module: `template` deployed with `arguments`.
pub(crate) fn module(symbol: &str, template: &Root, arguments: Expr) -> ResourceDecl {
    module_ref(symbol, TemplateRef::Inline(Arc::new(template.template.clone())), arguments)
}

pub(crate) fn module_ref(symbol: &str, template: TemplateRef, arguments: Expr) -> ResourceDecl {
    ResourceDecl {
        deployment: Some(DeploymentDecl {
            parameters_link: None,
            template,
            inner_scope: true,
            arguments,
            subscription: None,
            resource_group: None,
        }),
        ..decl(symbol, "Microsoft.Resources/deployments", s(symbol))
    }
}

/// A template under construction.
#[derive(Clone)]
pub(crate) struct Root {
    pub(crate) template: Template,
    pub(crate) inputs: Inputs,
    pub(crate) files: BTreeMap<String, Arc<Template>>,
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) limits: Limits,
}

impl Root {
    pub(crate) fn new() -> Self {
        let template = Template {
            span: at(0),
            scope: TargetScope::ResourceGroup,
            parameters: IndexMap::new(),
            variables: IndexMap::new(),
            functions: IndexMap::new(),
            resources: Vec::new(),
            outputs: IndexMap::new(),
            extends: None,
        };
        Self {
            template,
            inputs: Inputs::default(),
            files: BTreeMap::new(),
            texts: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    pub(crate) fn scope(mut self, scope: TargetScope) -> Self {
        self.template.scope = scope;
        self
    }

    pub(crate) fn param(self, name: &str) -> Self {
        self.parameter(name, None, None, false)
    }

    pub(crate) fn default(self, name: &str, default: Expr) -> Self {
        self.parameter(name, Some(default), None, false)
    }

    pub(crate) fn allowed(self, name: &str, allowed: &[&str]) -> Self {
        let allowed = allowed.iter().map(|t| Literal::String((*t).into())).collect();
        self.parameter(name, None, Some(allowed), false)
    }

    pub(crate) fn parameter(
        mut self,
        name: &str,
        default: Option<Expr>,
        allowed: Option<Vec<Literal>>,
        nullable: bool,
    ) -> Self {
        let span = at(10 + self.template.parameters.len());
        let kind = ParameterType::Any;
        self.template.parameters.insert(
            name.into(),
            Parameter {
                span,
                default,
                allowed,
                nullable,
                kind,
                bounds: Bounds::default(),
                contents: Contents::default(),
            },
        );
        self
    }

    pub(crate) fn typed(mut self, name: &str, kind: ParameterType) -> Self {
        self = self.param(name);
        self.template.parameters.get_mut(name).unwrap().kind = kind;
        self
    }

    pub(crate) fn var(mut self, name: &str, value: Expr) -> Self {
        self.template.variables.insert(name.into(), Variable { span: at(3), value });
        self
    }

    pub(crate) fn resource(mut self, decl: ResourceDecl) -> Self {
        self.template.resources.push(decl);
        self
    }

    pub(crate) fn output(mut self, name: &str, value: Expr) -> Self {
        self.template.outputs.insert(name.into(), Output { span: at(4), value, condition: None });
        self
    }

    pub(crate) fn input(mut self, name: &str, value: Value) -> Self {
        self.inputs.parameters.insert(name.into(), value);
        self
    }

    pub(crate) fn file(mut self, path: &str, template: &Self) -> Self {
        self.files.insert(path.into(), Arc::new(template.template.clone()));
        self
    }

    pub(crate) fn evaluate(&self) -> Evaluated {
        let template = Arc::new(self.template.clone());
        evaluate(&template, "main.bicep", &self.inputs, DeploymentId(3), self, &self.limits)
    }

    /// The output `o`, shown.
    pub(crate) fn shows(self, value: Expr) -> String {
        show(&self.output("o", value).evaluate().outputs["o"])
    }
}

impl Library for Root {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        self.files.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.texts.get(path).cloned().ok_or(LoadError::NotFound)
    }
}

/// What `value` evaluates to by itself, shown.
pub(crate) fn eval(value: Expr) -> String {
    Root::new().shows(value)
}

/// The resource at the symbolic name or address.
pub(crate) fn resource<'a>(evaluated: &'a Evaluated, address: &str) -> &'a Resource {
    let all = &evaluated.deployment.resources;
    all.iter().find(|r| &*r.address == address).unwrap_or_else(|| {
        let known: Vec<&str> = all.iter().map(|r| &*r.address).collect();
        panic!("no {address} among {known:?}")
    })
}

/// The codes of the diagnostics.
pub(crate) fn codes(evaluated: &Evaluated) -> Vec<&'static str> {
    evaluated.diagnostics.iter().map(|d| d.code).collect()
}

/// A value in one line: symbols in angle brackets by key, references with an at sign, choices with a question mark.
pub(crate) fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(flag) => flag.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("'{text}'"),
        Kind::Array(array) => {
            let items: Vec<String> = array.items.iter().map(show).collect();
            let rest = if array.rest.is_some() { ", …" } else { "" };
            format!("[{}{rest}]", items.join(", "))
        }
        Kind::Object(object) => {
            let members: Vec<String> =
                object.entries.iter().map(|(name, entry)| format!("{name}: {}", show(&entry.value))).collect();
            let rest = if object.rest.is_some() { ", …" } else { "" };
            format!("{{{}{rest}}}", members.join(", "))
        }
        Kind::Ref(r) => format!("@{}.{}", r.node, r.path),
        Kind::Symbol(symbol) => format!("<{}>", symbol.key()),
        Kind::Template(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => text.to_string(),
                    TextPart::Value(value) => show(value),
                })
                .collect();
            format!("`{}`", parts.concat())
        }
        Kind::Choice(choice) => {
            format!("({} ? {} : {})", choice.atom.key(), show(&choice.then), show(&choice.otherwise))
        }
    }
}
