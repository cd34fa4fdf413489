//! Type constraints of variables. <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>

use std::sync::Arc;

use cmklint_source::Span;

use crate::functions::types::Ty;
use crate::syntax::ast::{Expr, ExprKind};

/// The type that a variable's value is converted to.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Any,
    String,
    Number,
    Bool,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(Vec<Member>),
}

/// An attribute of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Type,
    pub(crate) optional: bool,
    /// The value of the attribute where it is left out.
    pub(crate) default: Option<Arc<Expr>>,
}

impl Type {
    /// What is known of the types of values that were converted to this type.
    pub(crate) fn known(&self) -> Ty {
        let inner = |of: &Self| Box::new(of.known());
        match self {
            Self::Any => Ty::Unknown,
            Self::String => Ty::String,
            Self::Number => Ty::Number,
            Self::Bool => Ty::Bool,
            Self::List(of) => Ty::List(inner(of)),
            Self::Set(of) => Ty::Set(inner(of)),
            Self::Map(of) => Ty::Map(inner(of)),
            Self::Tuple(members) => Ty::Tuple(members.iter().map(Self::known).collect()),
            Self::Object(members) => Ty::Object(members.iter().map(|m| (Arc::clone(&m.name), m.ty.known())).collect()),
        }
    }

    /// Reads a type constraint; what isn't one is `any`.
    pub(crate) fn read(expr: &Expr) -> Self {
        match &expr.kind {
            ExprKind::Variable(name) => Self::named(name),
            ExprKind::Literal(_) => expr.as_text().map_or(Self::Any, |text| Self::written(text, expr.span)),
            ExprKind::Call(call) => {
                let inner = || Box::new(call.args.first().map_or(Self::Any, |a| Self::read(a)));
                match &*call.name {
                    "list" => Self::List(inner()),
                    "set" => Self::Set(inner()),
                    "map" => Self::Map(inner()),
                    "optional" => *inner(),
                    "tuple" => match call.args.first().map(|a| &a.kind) {
                        Some(ExprKind::Array(items)) => Self::Tuple(items.iter().map(Self::read).collect()),
                        _ => Self::Any,
                    },
                    "object" => match call.args.first().map(|a| &a.kind) {
                        Some(ExprKind::Object(members)) => Self::Object(members.iter().filter_map(member).collect()),
                        _ => Self::Any,
                    },
                    _ => Self::Any,
                }
            }
            _ => Self::Any,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "string" => Self::String,
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" => Self::List(Box::new(Self::Any)),
            "set" => Self::Set(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            _ => Self::Any,
        }
    }

    /// A constraint as text, as in JSON configurations and very old ones.
    fn written(text: &str, span: Span) -> Self {
        if !text.contains('(') {
            return Self::named(text.trim());
        }
        crate::syntax::read_expr(text.trim(), span).map_or(Self::Any, |expr| Self::read(&expr))
    }
}

fn member((key, value): &(Expr, Expr)) -> Option<Member> {
    let name = Arc::clone(key.as_text()?);
    if let ExprKind::Call(call) = &value.kind
        && &*call.name == "optional"
    {
        let default = call.args.get(1).cloned();
        return Some(Member { name, ty: Type::read(value), optional: true, default });
    }
    Some(Member { name, ty: Type::read(value), optional: false, default: None })
}
