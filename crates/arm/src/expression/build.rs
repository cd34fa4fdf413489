//! What a call means: the calls that the representation has a kind of expression for, and all others.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_template::{Expr, ExprKind, Interner};

use crate::names::Env;

/// What the names in calls mean at one place.
pub(super) struct CallScope<'p> {
    pub(super) names: &'p mut Interner,
    pub(super) env: Env<'p>,
    /// The parameters of the enclosing lambdas, the innermost last.
    pub(super) lambdas: Vec<Arc<str>>,
}

pub(super) fn call(scope: &mut CallScope<'_>, name: &str, mut args: Vec<Expr>) -> ExprKind {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    match args.as_slice() {
        [] if is("true") => return ExprKind::Literal(Literal::Bool(true)),
        [] if is("false") => return ExprKind::Literal(Literal::Bool(false)),
        [] if is("null") => return ExprKind::Literal(Literal::Null),
        [only] => {
            if let ExprKind::Literal(Literal::String(of)) = &only.kind {
                if is("parameters") {
                    return match scope.env.locals {
                        Some(locals) => ExprKind::Local(declared(locals.find(of), of)),
                        None => ExprKind::Parameter(declared(scope.env.names.parameters.find(of), of)),
                    };
                }
                if is("variables") {
                    return ExprKind::Variable(declared(scope.env.names.variables.find(of), of));
                }
                if is("lambdaVariables") {
                    let bound = scope.lambdas.iter().rev().find(|l| l.eq_ignore_ascii_case(of));
                    return ExprKind::Local(declared(bound, of));
                }
            }
        }
        _ => {}
    }
    if is("lambda")
        && let Some(body) = args.pop()
    {
        let parameters: Option<Vec<Arc<str>>> = args
            .iter()
            .map(|arg| match &arg.kind {
                ExprKind::Literal(Literal::String(name)) => Some(Arc::clone(name)),
                _ => None,
            })
            .collect();
        return match parameters {
            Some(parameters) => ExprKind::Lambda { parameters, body: Box::new(body) },
            None => ExprKind::Unknown(Arc::from("a lambda whose parameters are computed")),
        };
    }
    ExprKind::Call { function: scope.names.get(name), args }
}

/// A call of `namespace.name`. `sys` and `az` are the namespaces of the built-in functions unless the template declares them.
pub(super) fn user_call(scope: &mut CallScope<'_>, name: &str, args: Vec<Expr>) -> ExprKind {
    if let Some(declared) = scope.env.names.functions.find(name) {
        return ExprKind::UserCall { function: Arc::clone(declared), args };
    }
    match name.split_once('.') {
        Some((space, member)) if space.eq_ignore_ascii_case("sys") || space.eq_ignore_ascii_case("az") => {
            call(scope, member, args)
        }
        _ => ExprKind::UserCall { function: scope.names.get(name), args },
    }
}

fn declared(found: Option<&Arc<str>>, name: &Arc<str>) -> Arc<str> {
    Arc::clone(found.unwrap_or(name))
}
