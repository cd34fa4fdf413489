//! What an expression refers to.

use std::sync::Arc;

use super::ast::{Expr, ExprKind, Piece, Step, StepKind};

impl Expr {
    /// Calls `out` with each variable, local, module, resource or other name that the expression refers to, without attributes and keys:
    /// `var.x`, `data.azurerm_key_vault.v`, `each.value`. Names that the expression itself binds are left out.
    pub(crate) fn references(&self, out: &mut dyn FnMut(String)) {
        walk(self, &mut Vec::new(), &mut |name, steps| out(head(name, steps)));
    }

    /// As [`Expr::references`], and for a module with the output: `module.m.x`, whatever the instance.
    pub(crate) fn references_of_outputs(&self, out: &mut dyn FnMut(String)) {
        walk(self, &mut Vec::new(), &mut |name, steps| {
            let mut named = head(name, steps);
            if name == "module" {
                // After the call's name and, if present, an instance key or a splat.
                let mut rest = steps.iter().skip(1).filter(|step| matches!(step.kind, StepKind::Attribute(_)));
                if let Some(Step { kind: StepKind::Attribute(output), .. }) = rest.next() {
                    named.push('.');
                    named.push_str(output);
                }
            }
            out(named);
        });
    }
}

fn walk(expr: &Expr, bound: &mut Vec<Arc<str>>, out: &mut dyn FnMut(&str, &[Step])) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Digits(_) | ExprKind::Invalid(_) => {}
        ExprKind::Variable(name) => {
            if !bound.contains(name) {
                out(name, &[]);
            }
        }
        ExprKind::Traversal(base, steps) => {
            match &base.kind {
                ExprKind::Variable(name) if !bound.contains(name) => out(name, steps),
                _ => walk(base, bound, out),
            }
            for step in steps {
                if let StepKind::Index(key) = &step.kind {
                    walk(key, bound, out);
                }
            }
        }
        ExprKind::Template(pieces) => walk_pieces(pieces, bound, out),
        ExprKind::Array(items) => items.iter().for_each(|item| walk(item, bound, out)),
        ExprKind::Object(members) => {
            for (key, value) in members {
                walk(key, bound, out);
                walk(value, bound, out);
            }
        }
        ExprKind::Conditional(parts) => {
            walk(&parts.0, bound, out);
            walk(&parts.1, bound, out);
            walk(&parts.2, bound, out);
        }
        ExprKind::Call(call) => call.args.iter().for_each(|arg| walk(arg, bound, out)),
        ExprKind::Not(inner) | ExprKind::Negate(inner) => walk(inner, bound, out),
        ExprKind::Binary(_, sides) => {
            walk(&sides.0, bound, out);
            walk(&sides.1, bound, out);
        }
        ExprKind::For(f) => {
            walk(&f.collection, bound, out);
            let before = bound.len();
            bound.extend(f.key_name.iter().cloned());
            bound.push(Arc::clone(&f.value_name));
            for part in f.key.iter().chain([&f.value]).chain(&f.condition) {
                walk(part, bound, out);
            }
            bound.truncate(before);
        }
    }
}

fn walk_pieces(pieces: &[Piece], bound: &mut Vec<Arc<str>>, out: &mut dyn FnMut(&str, &[Step])) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Value(expr) => walk(expr, bound, out),
            Piece::If { condition, then, otherwise, .. } => {
                walk(condition, bound, out);
                walk_pieces(then, bound, out);
                walk_pieces(otherwise, bound, out);
            }
            Piece::For { key_name, value_name, collection, body } => {
                walk(collection, bound, out);
                let before = bound.len();
                bound.extend(key_name.iter().cloned());
                bound.push(Arc::clone(value_name));
                walk_pieces(body, bound, out);
                bound.truncate(before);
            }
        }
    }
}

/// `name` and the names after it that belong to the reference.
fn head(name: &str, steps: &[Step]) -> String {
    let more = if name == "data" { 2 } else { 1 };
    let mut out = name.to_owned();
    for step in steps.iter().take(more) {
        let StepKind::Attribute(name) = &step.kind else { break };
        out.push('.');
        out.push_str(name);
    }
    out
}
