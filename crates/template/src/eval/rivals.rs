//! A deployment whose link hangs on conditions that aren't known: each template that it may name is deployed under its condition, as if a template around them did so.

use std::sync::Arc;

use cmklint_graph::{Kind, Literal, TextPart, Value, concat};
use cmklint_source::{Span, file_name};
use indexmap::IndexMap;

use super::Evaluator;
use crate::functions::logical;
use crate::ir::{
    Bounds, Contents, DeploymentDecl, Expr, ExprKind, Member, Output, Parameter, ParameterType, ResourceDecl, Template,
    TemplateRef,
};

/// A link that may be more texts than this names none that is known.
const MOST_LINKS: usize = 8;

/// A template that a link may name.
struct Rival {
    /// The path; `None` where the link leads elsewhere.
    path: Option<String>,
    /// Whether it is this one.
    condition: Value,
}

/// What a link with conditions deploys.
pub(super) struct Rivals {
    /// The template that deploys each of them.
    pub(super) template: Arc<Template>,
    /// Its arguments beside those of the deployment.
    pub(super) conditions: Vec<(String, Value)>,
}

impl Evaluator<'_> {
    /// The templates that the `link` of the declaration may name, where it hangs on conditions; `path_of` is the path of one link.
    pub(super) fn rivals(
        &self,
        link: &Value,
        decl: &ResourceDecl,
        given: &[String],
        path_of: &dyn Fn(&Value) -> Option<String>,
    ) -> Option<Rivals> {
        let mut texts = Vec::new();
        distribute(link, &Value::bool(true), &mut texts)?;
        if texts.len() < 2 {
            return None;
        }
        let mut rivals: Vec<Rival> = Vec::new();
        for (text, condition) in texts {
            let path = path_of(&text);
            match rivals.iter_mut().find(|known| known.path == path) {
                Some(known) => known.condition = logical::either(&known.condition, &condition),
                None => rivals.push(Rival { path, condition }),
            }
        }
        if rivals.iter().all(|rival| rival.path.is_none()) {
            return None;
        }
        Some(self.around_rivals(&rivals, decl, given))
    }

    /// The template that deploys `rivals`, each with the arguments of these names.
    fn around_rivals(&self, rivals: &[Rival], decl: &ResourceDecl, given: &[String]) -> Rivals {
        let span = decl.span;
        let (mut parameters, mut outputs) = (IndexMap::new(), IndexMap::<Arc<str>, Output>::new());
        let (mut resources, mut conditions, mut scope) = (Vec::new(), Vec::new(), None);
        for name in given {
            parameters.insert(Arc::from(name.as_str()), open_parameter(span));
        }
        for (index, rival) in rivals.iter().enumerate() {
            let condition = format!("condition {index} of the link");
            parameters.insert(Arc::from(condition.as_str()), open_parameter(span));
            conditions.push((condition.clone(), rival.condition.clone()));
            let symbol = symbol_of(rival, rivals);
            let read = rival.path.as_ref().and_then(|path| self.library.template(path).ok());
            scope = scope.or(read.as_ref().map(|template| template.scope));
            for (name, output) in read.iter().flat_map(|template| &template.outputs) {
                let resource = at(span, ExprKind::Resource(Arc::clone(&symbol)));
                let own = member(member(resource, "outputs", false), name, true);
                let other = match outputs.shift_remove(name) {
                    Some(before) => before.value,
                    None => at(span, ExprKind::Literal(Literal::Null)),
                };
                let args = vec![parameter(span, &condition), own, other];
                let value = at(span, ExprKind::Call { function: "if".into(), args });
                outputs.insert(Arc::clone(name), Output { span: output.span, value, condition: None });
            }
            resources.push(deploying(rival, symbol, decl, given, &condition));
        }
        let template = Template {
            span,
            scope: scope.unwrap_or_default(),
            parameters,
            variables: IndexMap::new(),
            functions: IndexMap::new(),
            resources,
            outputs,
            extends: None,
        };
        Rivals { template: Arc::new(template), conditions }
    }
}

/// How the deployment of `rival` is called: by its file's name, where no other has that.
fn symbol_of(rival: &Rival, rivals: &[Rival]) -> Arc<str> {
    let Some(path) = &rival.path else { return "another template".into() };
    let name = file_name(path);
    let named_so = rivals.iter().filter(|other| other.path.as_deref().map(file_name) == Some(name)).count();
    if named_so == 1 { name.into() } else { path.as_str().into() }
}

/// The declaration that deploys `rival` under its condition.
fn deploying(rival: &Rival, symbol: Arc<str>, decl: &ResourceDecl, given: &[String], condition: &str) -> ResourceDecl {
    let span = decl.span;
    let argument = |name: &String| Member::Property {
        key: at(span, ExprKind::Literal(Literal::String(name.as_str().into()))),
        value: parameter(span, name),
    };
    let template = match &rival.path {
        Some(path) => TemplateRef::File { path: path.clone(), span },
        None => {
            let reason = "one of the templates that the link may name is not looked into".to_owned();
            TemplateRef::Opaque { reason, span }
        }
    };
    ResourceDecl {
        symbol: Some(Arc::clone(&symbol)),
        name: at(span, ExprKind::Literal(Literal::String(symbol))),
        condition: Some(parameter(span, condition)),
        deployment: Some(DeploymentDecl {
            template,
            inner_scope: true,
            arguments: at(span, ExprKind::Object(given.iter().map(argument).collect())),
            parameters_link: None,
            subscription: None,
            resource_group: None,
        }),
        parent: None,
        scope: None,
        location: None,
        repeat: None,
        depends_on: Vec::new(),
        body: at(span, ExprKind::Object(Vec::new())),
        ..decl.clone()
    }
}

fn parameter(span: Span, name: &str) -> Expr {
    at(span, ExprKind::Parameter(name.into()))
}

fn member(of: Expr, name: &str, safe: bool) -> Expr {
    let span = of.span;
    at(span, ExprKind::Member { of: Box::new(of), name: name.into(), safe })
}

fn at(span: Span, kind: ExprKind) -> Expr {
    Expr { kind, span }
}

fn open_parameter(span: Span) -> Parameter {
    let (bounds, contents) = (Bounds::default(), Contents::default());
    Parameter { span, default: None, allowed: None, nullable: true, kind: ParameterType::Any, bounds, contents }
}

/// Whether the `link` hangs on conditions, as far as is seen without taking it apart.
pub(super) fn hangs_on_conditions(link: &Value) -> bool {
    match &link.kind {
        Kind::Choice(_) => true,
        Kind::Template(parts) => parts.iter().any(is_choice),
        _ => false,
    }
}

fn is_choice(part: &TextPart) -> bool {
    matches!(part, TextPart::Value(value) if matches!(value.kind, Kind::Choice(_)))
}

/// The values without conditions that `value` may be, each with its condition; `None` for too many.
fn distribute(value: &Value, condition: &Value, out: &mut Vec<(Value, Value)>) -> Option<()> {
    match &value.kind {
        Kind::Choice(choice) => {
            let on = |holds: bool| {
                let truth = Value::choice(choice.atom.clone(), Value::bool(holds), Value::bool(!holds));
                logical::both(condition, &truth)
            };
            distribute(&choice.then, &on(true), out)?;
            distribute(&choice.otherwise, &on(false), out)
        }
        Kind::Template(parts) => {
            let Some(place) = parts.iter().position(is_choice) else {
                out.push((value.clone(), condition.clone()));
                return (out.len() <= MOST_LINKS).then_some(());
            };
            let Some(TextPart::Value(part)) = parts.get(place) else { return None };
            let Kind::Choice(choice) = &part.kind else { return None };
            let with = |arm: &Value| {
                let part = |(index, part): (usize, &TextPart)| match part {
                    _ if index == place => arm.clone(),
                    TextPart::Text(text) => Value::string(text.to_string()),
                    TextPart::Value(value) => value.clone(),
                };
                concat(&parts.iter().enumerate().map(part).collect::<Vec<_>>())
            };
            let lifted = Value::choice(choice.atom.clone(), with(&choice.then), with(&choice.otherwise));
            match lifted.kind {
                Kind::Choice(_) => distribute(&lifted, condition, out),
                _ => None,
            }
        }
        _ => {
            out.push((value.clone(), condition.clone()));
            (out.len() <= MOST_LINKS).then_some(())
        }
    }
}
