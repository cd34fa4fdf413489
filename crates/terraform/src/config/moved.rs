//! `moved` blocks. <https://developer.hashicorp.com/terraform/language/modules/develop/refactoring>

use std::fmt::Write as _;

use cmklint_graph::{Literal, Move};

use crate::syntax::ast::{Block, Expr, ExprKind, StepKind};

/// The addresses that a `moved` block names, older and newer, relative to its module; `None` where it names none.
pub(super) fn read(block: &Block) -> Option<Move> {
    let address = |name: &str| address(&block.body.get(name)?.value);
    Some(Move { from: address("from")?.into(), to: address("to")?.into() })
}

/// The address that `expr` is, instance keys written as in a resource's address.
fn address(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(name.to_string()),
        ExprKind::Literal(Literal::String(text)) => Some(text.to_string()),
        ExprKind::Traversal(base, steps) => {
            let mut out = address(base)?;
            for step in steps {
                let written = match &step.kind {
                    StepKind::Attribute(name) => write!(out, ".{name}"),
                    StepKind::Index(Expr { kind: ExprKind::Literal(Literal::String(key)), .. }) => {
                        write!(out, "[{key:?}]")
                    }
                    StepKind::Index(Expr { kind: ExprKind::Literal(key @ Literal::Number(_)), .. }) => {
                        write!(out, "[{key}]")
                    }
                    _ => return None,
                };
                written.ok()?;
            }
            Some(out)
        }
        _ => None,
    }
}
